//! What the figures of a column are, by the statistics of the whole column: fractions, percent, growth factors or levels.
//!
//! Rules, in this order, for a column of which nobody says what it is (a column of percent is held to the first alone; one of
//! fractions to none):
//!
//! 1. *Levels.* All figures are positive, and either most are above 20 and near the one before, or they lie along a line that hardly
//!    wavers (the mean square of changes is below a quarter of the variance) and rise from the first to the last, or stay below
//!    1.6 and begin with 1 or are mostly 0.04 or more from it (an index that falls, a currency). Figures about 100 that do not
//!    drift are growth factors times 100.
//! 2. *Growth factors.* All figures are positive, nearly all from 0.5 to 2, and half of them are within 0.1 (0.2 a year) of 1.
//! 3. *Percent by size.* A column with a return of −1 or less is no list of fractions. If half of its figures are beyond
//!    ±0.25 it is taken for percent as a whole; if not, the single figures are refused by line. So are columns
//!    of gains alone, or of months or quarters, of which half are beyond ±0.3, ±0.25 and ±0.4.
//! 4. *Prices.* Half of the figures of inflation beyond ±0.05 a month, ±0.15 a quarter or ±0.5 a year: percent.
//! 5. *Growth.* Figures by which a dollar would triple every year, on average over the whole column (a mean log growth
//!    above 1.1 a year), are percent. Bitcoin since August 2010 has 0.86, with months such as
//!    +4.7: it passes. A column that has really grown so fast passes with `unit = "fraction"`, where only
//!    returns of −1 or less are refused.

use super::problems::Problems;
use super::wanted::Unit;
use crate::math::elementary::{exp, ln};

/// Half the figures beyond this, and one of −1 or less.
const TYPICAL: f64 = 0.25;

/// Mean log growth a year that no fractions have.
const FASTEST: f64 = 1.1;

/// The fewest figures from which levels, growth factors and gains alone are told.
const FEWEST: usize = 6;

/// A column to be looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked<'a> {
    /// The name of the column.
    pub name: &'a str,
    /// Its figures, as fractions if they are what the user says.
    pub figures: &'a [f64],
    /// Rows in a year.
    pub per_year: usize,
    /// Whether it is the rise of prices.
    pub is_inflation: bool,
}

/// Reports a column, or figures of it, that are no fractions; `line` is that of a figure by its place.
pub(super) fn check(
    column: Looked<'_>,
    unit: Option<Unit>,
    line: impl Fn(usize) -> u64,
    problems: &mut Problems,
) {
    let name = column.name;
    let scale = unit.map_or(1.0, Unit::scale);
    let percent = problems.asker.unit("percent");
    let fraction = problems.asker.unit("fraction");
    let what = match suspicion(column, unit) {
        Some(Kind::Levels(first, second)) => Some(format!(
            "the column {name} looks like levels (an index, prices or rates: {}, {}, …): make returns of them, each level \
             divided by the one before, less 1",
            first * scale,
            second * scale
        )),
        Some(Kind::Factors(middle)) => Some(format!(
            "the column {name} looks like growth factors (half of its figures are above {middle}): subtract 1 from each, or say \
             {fraction} if they are returns"
        )),
        Some(Kind::FactorsOfHundred(middle)) => Some(format!(
            "the column {name} looks like growth factors times 100 (half of its figures are above {middle}): divide by 100 and \
             subtract 1"
        )),
        Some(Kind::Percent(why)) => Some(format!(
            "the column {name} looks like percent: divide by 100, or say {percent} ({why}; if the figures are right, say {fraction})"
        )),
        None => None,
    };
    if let Some(what) = what {
        problems.file(what);
        return;
    }
    for (place, figure) in column.figures.iter().enumerate().filter(|(_, figure)| **figure <= -1.0) {
        let what = format_args!(
            "{name} is {}, but a return must be above {} (more than everything is lost)",
            figure * scale,
            -scale
        );
        problems.line(line(place), what);
    }
}

/// What a column is in place of fractions.
enum Kind {
    /// The first two figures.
    Levels(f64, f64),
    /// The middle figure.
    Factors(f64),
    /// The middle figure.
    FactorsOfHundred(f64),
    /// Why.
    Percent(String),
}

fn suspicion(column: Looked<'_>, unit: Option<Unit>) -> Option<Kind> {
    let figures = column.figures;
    let shape = Shape::of(figures)?;
    match unit {
        Some(Unit::Fraction) => None,
        Some(Unit::Percent) => {
            let raw: Vec<f64> = figures.iter().map(|x| x * Unit::Percent.scale()).collect();
            let by_hundred = |x: f64| x / Unit::Percent.scale();
            match levels(&raw, &Shape::of(&raw)?) {
                Some(Kind::Levels(first, second)) if shape.middle >= 0.2 => {
                    Some(Kind::Levels(by_hundred(first), by_hundred(second)))
                }
                Some(Kind::FactorsOfHundred(middle)) => Some(Kind::FactorsOfHundred(middle)),
                _ => None,
            }
        }
        None => levels(figures, &shape)
            .or_else(|| factors(figures, &shape, column.per_year))
            .or_else(|| percent(column, &shape).map(Kind::Percent)),
    }
}

/// A column in a few figures.
struct Shape {
    least: f64,
    greatest: f64,
    /// How far from 1 the figure in the middle of those distances is.
    from_one: f64,
    /// The figure in the middle, and the size in the middle.
    middle: f64,
    typical: f64,
    /// The mean square of changes over the variance: 2 for figures without memory, near 0 for those that drift.
    roughness: f64,
    /// The middle of the relative sizes of changes.
    change: f64,
}

impl Shape {
    fn of(figures: &[f64]) -> Option<Self> {
        let n = figures.len();
        if n == 0 {
            return None;
        }
        let middle = |mut figures: Vec<f64>| {
            figures.sort_by(f64::total_cmp);
            figures.get(figures.len() / 2).copied().unwrap_or(0.0)
        };
        let mean = figures.iter().sum::<f64>() / n as f64;
        let variance = figures.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / n as f64;
        let changes =
            figures.windows(2).fold(0.0, |sum, pair| sum + (pair[1] - pair[0]) * (pair[1] - pair[0]));
        let relative =
            figures.windows(2).map(|pair| ((pair[1] - pair[0]) / pair[0]).abs()).filter(|x| x.is_finite());
        Some(Self {
            least: figures.iter().copied().fold(f64::INFINITY, f64::min),
            greatest: figures.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            from_one: middle(figures.iter().map(|x| (x - 1.0).abs()).collect()),
            middle: middle(figures.to_vec()),
            typical: middle(figures.iter().map(|x| x.abs()).collect()),
            roughness: if variance > 0.0 { changes / n as f64 / variance } else { 2.0 },
            change: middle(relative.collect()),
        })
    }
}

fn levels(figures: &[f64], shape: &Shape) -> Option<Kind> {
    let (first, last) = (*figures.first()?, *figures.last()?);
    if figures.len() < FEWEST || shape.least <= 0.0 {
        return None;
    }
    if shape.middle > 80.0 && shape.middle < 125.0 && shape.roughness > 1.0 && shape.change < TYPICAL {
        return Some(Kind::FactorsOfHundred(shape.middle));
    }
    let high = shape.middle > 20.0 && shape.change < TYPICAL;
    let calm = shape.least >= 0.3 && shape.roughness < 0.25 && shape.change < 0.12;
    let about_one = shape.greatest < 1.6 && (is_one(first) || shape.from_one >= 0.04);
    (high || calm && (last > first || about_one)).then(|| Kind::Levels(first, figures[1]))
}

/// Whether a level is the 1 with which an index begins.
fn is_one(level: f64) -> bool {
    (level - 1.0).abs() < 1e-9
}

fn factors(figures: &[f64], shape: &Shape, per_year: usize) -> Option<Kind> {
    let near = if per_year == 1 { 0.2 } else { 0.1 };
    let usual = figures.iter().filter(|x| (0.5..=2.0).contains(*x)).count();
    let is_near = figures.len() >= FEWEST && shape.least > 0.0 && shape.from_one < near;
    (is_near && 20 * usual >= 19 * figures.len()).then_some(Kind::Factors(shape.middle))
}

/// Why a column is percent.
fn percent(column: Looked<'_>, shape: &Shape) -> Option<String> {
    let Looked { figures, per_year, is_inflation, .. } = column;
    let typical = shape.typical;
    if shape.least <= -1.0 {
        let why = || format!("half of its figures are beyond ±{typical}, and one is {}", shape.least);
        return (typical > TYPICAL).then(why);
    }
    let most = match (per_year, is_inflation) {
        (1, true) => 0.5,
        (rows, true) => 0.6 / rows as f64,
        (12, false) => TYPICAL,
        (4, false) => 0.4,
        _ => f64::INFINITY,
    };
    let gains_alone = figures.len() >= FEWEST && shape.least >= 0.0 && typical > 0.3;
    if gains_alone || typical > most && (is_inflation || figures.len() >= FEWEST) {
        return Some(format!("half of its figures are beyond ±{typical}"));
    }
    let growth =
        figures.iter().fold(0.0, |sum, r| sum + ln(1.0 + r)) / figures.len() as f64 * per_year as f64;
    let times = exp(growth.min(20.0));
    (growth > FASTEST).then(|| format!("as fractions, a dollar would grow {times:.3}-fold every year"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::history::problems::Asker;

    /// 60 figures of about normal spread without memory.
    fn returns(mean: f64, spread: f64) -> Vec<f64> {
        (0..60_u32).map(|i| mean + spread * (f64::from(i * 7919 % 101) / 50.0 - 1.0) * 1.7).collect()
    }

    fn found(figures: &[f64], per_year: usize, is_inflation: bool, unit: Option<Unit>) -> String {
        let mut problems = Problems::of("t.csv");
        problems.asker = Asker::Flags;
        check(
            Looked { name: "a", figures, per_year, is_inflation },
            unit,
            |place| place as u64 + 2,
            &mut problems,
        );
        problems.take().first().map_or(String::new(), |problem| problem.message.clone())
    }

    #[test]
    fn each_kind_is_told_by_its_whole_column() {
        let hundredfold = |figures: &[f64]| figures.iter().map(|x| 100.0 * x).collect::<Vec<f64>>();
        let factors = |figures: &[f64]| figures.iter().map(|x| 1.0 + x).collect::<Vec<f64>>();
        let index = |start: f64, figures: &[f64]| {
            let mut level = start;
            figures
                .iter()
                .map(|r| {
                    level *= 1.0 + r;
                    level
                })
                .collect::<Vec<f64>>()
        };
        let stocks = returns(0.006, 0.045);
        let bonds = returns(0.003, 0.01);
        let prices = returns(0.002, 0.002);
        let annual = returns(0.08, 0.17);
        let falling = returns(-0.004, 0.02);
        // A currency that wanders about 0.9.
        let currency: Vec<f64> = (0..90).map(|i| 0.9 + 0.06 * (f64::from(i) * 0.11).sin()).collect();
        let riskless: Vec<f64> = (0..40).map(|i| 1.0045 - 0.0001 * f64::from(i)).collect();
        let cash: Vec<f64> = (0..30).map(|i| 5.5 - 0.15 * f64::from(i)).collect();
        for (figures, per_year, is_inflation, expected) in [
            (hundredfold(&stocks), 12, false, "percent"),
            (hundredfold(&bonds), 12, false, "percent"),
            (hundredfold(&prices), 12, true, "percent"),
            (hundredfold(&annual), 1, false, "percent"),
            (hundredfold(&stocks), 4, false, "percent"),
            (cash, 1, false, "percent"),
            (vec![3.0, 4.0, 5.0, 3.5, 4.5, 4.0], 1, false, "percent"),
            (vec![1.5, 3.0, 2.5, 2.0, 1.5, 2.2], 1, true, "percent"),
            (factors(&stocks), 12, false, "growth factors (half"),
            (factors(&annual), 1, false, "growth factors (half"),
            (factors(&prices), 12, true, "growth factors (half"),
            (hundredfold(&factors(&stocks)), 12, false, "growth factors times 100"),
            (index(100.0, &stocks), 12, false, "levels"),
            (index(236.5, &prices), 12, true, "levels"),
            (index(1.0, &bonds), 12, false, "levels"),
            (index(1000.0, &annual), 1, false, "levels"),
            ([vec![1.0], index(1.0, &falling)].concat(), 12, false, "levels"),
            (currency, 12, false, "levels"),
            (riskless, 12, false, "growth factors (half"),
        ] {
            let message = found(&figures, per_year, is_inflation, None);
            assert!(
                message.contains(&format!("a looks like {expected}")),
                "{expected}: {message} {figures:?}"
            );
        }
        for (figures, per_year, is_inflation) in [
            (&stocks, 12, false),
            (&bonds, 12, false),
            (&prices, 12, true),
            (&annual, 1, false),
            (&stocks, 4, false),
        ] {
            assert_eq!(found(figures, per_year, is_inflation, None), "");
        }
        // A riskless rate in percent a year, told to be so; levels are none whatever is said.
        assert_eq!(found(&[0.055, 0.05, 0.045], 1, false, Some(Unit::Percent)), "");
        let index: Vec<f64> = index(100.0, &stocks).iter().map(|x| x / 100.0).collect();
        assert!(
            found(&index, 12, false, Some(Unit::Percent)).contains("levels (an index, prices or rates: 9")
        );
    }

    #[test]
    fn wild_assets_pass_and_single_figures_are_refused_by_line() {
        // Months like Bitcoin's first years: many above +100 %, one of +470 %, a mean log growth of 0.9 a year.
        let mut wild = returns(0.06, 0.2);
        (wild[3], wild[30]) = (4.7, 1.7);
        assert_eq!(found(&wild, 12, false, None), "");
        let mut calm = returns(0.006, 0.045);
        calm[8] = -3.4;
        assert_eq!(
            found(&calm, 12, false, None),
            "t.csv:10: a is -3.4, but a return must be above -1 (more than everything is lost)"
        );
    }
}
