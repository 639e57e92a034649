//! Figures over a whole life: one table, which tallies and records go through. A further figure is one more row; an outcome reads
//! each by its place.

use crate::engine::ledger::Account;
use crate::engine::plan::Plan;

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// Years of age.
    Age,
    /// A share of one.
    Share,
    /// Dollars of the start.
    RealDollars,
}

/// A figure over the life of one participant under one policy.
#[derive(Clone, Copy, Debug)]
pub struct WholeLifeFigure {
    /// Its name in files.
    pub key: &'static str,
    /// What it is counted in.
    pub unit: FigureUnit,
    pub(crate) of: fn(&Lived) -> Option<f64>,
}

/// One life under one policy once it, or the simulation, is over; amounts in dollars of the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lived {
    start_age: f64,
    /// Years lived in retirement.
    retired: f64,
    /// Pay before retirement; zero without a career.
    final_pay: f64,
    benefits: f64,
    paid: f64,
    unpaid: f64,
    fees: f64,
    haircuts: f64,
    trading_costs: f64,
    worst_depth: f64,
    /// Years to the end of the year of ruin; zero if not ruined.
    ruin_year: f64,
}

impl Lived {
    #[inline(always)]
    pub(crate) fn of<const L: usize>(
        plan: &Plan,
        years_lived: u32,
        account: &Account<L>,
        lane: usize,
    ) -> Self {
        let schedule = &plan.schedule;
        Self {
            start_age: f64::from(schedule.start_age),
            retired: f64::from(schedule.retirement_year.map_or(0, |year| years_lived.saturating_sub(year))),
            final_pay: schedule.final_pay.unwrap_or(0.0),
            benefits: plan.benefits[years_lived as usize],
            paid: account.paid[lane],
            unpaid: account.unpaid[lane],
            fees: account.fees[lane],
            haircuts: account.haircuts[lane],
            trading_costs: account.trading_costs[lane],
            worst_depth: account.worst_depth[lane],
            ruin_year: account.ruin_year[lane],
        }
    }

    /// Everything that was wanted for spending, benefits included.
    fn wanted(&self) -> f64 {
        self.paid + self.unpaid + self.benefits
    }
}

/// Places in [`WHOLE_LIFE`].
pub(crate) const RUIN_AGE: usize = 0;
pub(crate) const SHORTFALL: usize = 1;
pub(crate) const SHORTFALL_DOLLARS: usize = 2;
pub(crate) const REPLACEMENT_RATE: usize = 3;
pub(crate) const FEES: usize = 4;
pub(crate) const HAIRCUTS: usize = 5;
pub(crate) const TRADING_COSTS: usize = 6;
pub(crate) const WORST_DRAWDOWN: usize = 7;

/// Every figure; what each means stands at its field in [`PolicyOutcome`](crate::engine::PolicyOutcome).
pub const WHOLE_LIFE: [WholeLifeFigure; 8] = [
    WholeLifeFigure {
        key: "ruin_age",
        unit: FigureUnit::Age,
        of: |life| (life.ruin_year > 0.0).then_some(life.start_age + life.ruin_year),
    },
    WholeLifeFigure {
        key: "shortfall",
        unit: FigureUnit::Share,
        of: |life| (life.wanted() > 0.0).then(|| life.unpaid / life.wanted()),
    },
    WholeLifeFigure {
        key: "shortfall_dollars",
        unit: FigureUnit::RealDollars,
        of: |life| (life.wanted() > 0.0).then_some(life.unpaid),
    },
    WholeLifeFigure {
        key: "replacement_rate",
        unit: FigureUnit::Share,
        of: |life| {
            let works = life.final_pay > 0.0 && life.retired > 0.0;
            works.then(|| (life.paid + life.benefits) / life.retired / life.final_pay)
        },
    },
    WholeLifeFigure { key: "fees", unit: FigureUnit::RealDollars, of: |life| Some(life.fees) },
    WholeLifeFigure { key: "haircuts", unit: FigureUnit::RealDollars, of: |life| Some(life.haircuts) },
    WholeLifeFigure {
        key: "trading_costs",
        unit: FigureUnit::RealDollars,
        of: |life| Some(life.trading_costs),
    },
    WholeLifeFigure {
        key: "worst_drawdown",
        unit: FigureUnit::Share,
        of: |life| Some(1.0 - life.worst_depth),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_names_agree_and_no_name_is_there_twice() {
        for (place, key) in [
            (RUIN_AGE, "ruin_age"),
            (SHORTFALL, "shortfall"),
            (SHORTFALL_DOLLARS, "shortfall_dollars"),
            (REPLACEMENT_RATE, "replacement_rate"),
            (FEES, "fees"),
            (HAIRCUTS, "haircuts"),
            (TRADING_COSTS, "trading_costs"),
            (WORST_DRAWDOWN, "worst_drawdown"),
        ] {
            assert_eq!(WHOLE_LIFE[place].key, key);
        }
    }

    #[test]
    fn what_is_not_there_has_no_figure() {
        let nothing = Lived {
            start_age: 30.0,
            retired: 0.0,
            final_pay: 0.0,
            benefits: 0.0,
            paid: 0.0,
            unpaid: 0.0,
            fees: 0.0,
            haircuts: 0.0,
            trading_costs: 0.0,
            worst_depth: 1.0,
            ruin_year: 0.0,
        };
        let told: Vec<bool> = WHOLE_LIFE.iter().map(|figure| (figure.of)(&nothing).is_some()).collect();
        assert_eq!(told, [false, false, false, false, true, true, true, true]);
        let ruined = Lived {
            retired: 10.0,
            final_pay: 50e3,
            paid: 100e3,
            unpaid: 50e3,
            benefits: 50e3,
            ruin_year: 42.0,
            ..nothing
        };
        let figures = WHOLE_LIFE.map(|figure| (figure.of)(&ruined).unwrap());
        assert_eq!(figures[..4], [72.0, 0.25, 50e3, 0.3]);
    }
}
