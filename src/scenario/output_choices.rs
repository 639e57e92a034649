//! What is drawn and written of a run: the choices of `[output]`.

/// What is drawn and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputChoices {
    /// The money axis of charts.
    pub axis: MoneyAxis,
    /// Whether charts and tables show dollars of the start or of the day.
    pub basis: Basis,
    /// Whether charts are drawn at all.
    pub charts: bool,
    /// The order of the rows where policies are laid side by side.
    pub order: RowOrder,
}

/// The order of the rows where policies are laid side by side in a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// That of the scenario, which often means something, such as sleeves of rising size.
    File,
    /// The highest median at retirement (or the last key age) first.
    Finding,
}

/// The money axis of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyAxis {
    /// Equal steps for equal ratios.
    Log,
    /// Equal steps for equal amounts.
    Linear,
}

/// In which dollars money is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Dollars of the start.
    Real,
    /// Dollars of the day.
    Nominal,
}
