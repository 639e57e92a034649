//! On what the gain of a policy rests: the assets of which it holds more than another policy does, and what they are assumed
//! to return. A value first, its wording second; tables and charts say the same.
//!
//! What an asset adds to a portfolio's arithmetic mean is its extra weight times what it returns more than what is held
//! less. The asset that adds most *drives* the gain; where none adds anything, none does, and only whose figures they are is said.

use crate::engine::Outcome;
use crate::market::{BlockMethod, Market, ReturnModel, delivered};
use crate::math::elementary::{exp, ln};
use crate::report::words::{one_line, percent, percent_mean};
use crate::scenario::Scenario;

/// Extra weights below this are rounding.
const LEAST_WEIGHT: f64 = 1e-6;

/// Assets are named until they make up this share of what all of them add.
const ENOUGH: f64 = 2.0 / 3.0;

/// The most assets that a sentence names.
const MOST: usize = 2;

/// What an asset is assumed to return in a year in nominal terms, as fractions, before the fees that the scenario charges, the
/// volatility haircut applied.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Assumed {
    /// Arithmetic mean of the simple return; `None` under a model without one.
    pub arithmetic: Option<f64>,
    /// What it compounds at: the median growth of a long time.
    pub compound: f64,
}

/// An asset of which a policy holds more than another one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Driver {
    /// Its place in the market.
    pub asset: usize,
    /// Mean target weight from the start to the age in question, less that of the other policy.
    pub extra_weight: f64,
    /// What it adds to the arithmetic mean of the portfolio, a year.
    pub adds: f64,
    /// What it is assumed to return.
    pub assumed: Assumed,
}

/// On what the difference of two policies rests.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    /// What the policy holds more of and adds to its mean, the asset that adds most first.
    pub drivers: Vec<Driver>,
    /// Whose figures they are.
    pub source: Source,
}

/// Whose figures returns follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A set of assumptions, by name.
    Set(String),
    /// The scenario's own figures.
    Own,
    /// Drawn from a table of past returns: its first and last date.
    History(String, String),
    /// A table of past returns as it is: its first and last date.
    Record(String, String),
}

impl Condition {
    /// Why one policy differs from another one until an age.
    pub(super) fn of(
        scenario: &Scenario,
        outcome: &Outcome,
        (policy, against): (usize, usize),
        age: u32,
    ) -> Self {
        let market = &scenario.inputs.market;
        let source = Source::of(scenario);
        let years: Vec<f64> = (outcome.start_age..age).map(|year| f64::from(year) + 0.5).collect();
        let policies = &scenario.inputs.policies;
        let (Some(ours), Some(theirs)) = (policies.get(policy), policies.get(against)) else {
            return Self { drivers: vec![], source };
        };
        let mut extra = vec![0.0; market.assets.len()];
        for year in &years {
            let (ours, theirs) = (ours.allocation.at(*year), theirs.allocation.at(*year));
            for (sum, (ours, theirs)) in extra.iter_mut().zip(ours.iter().zip(&theirs)) {
                *sum += (ours - theirs) / years.len() as f64;
            }
        }
        Self { drivers: drivers(market, &extra), source }
    }

    /// The condition as the end of a sentence: `if Bitcoin's arithmetic mean is 24.1 % a year, 6.7 % compound (base_2026)`;
    /// of a table of the past, `while Gold earns 29.9 % a year on average, 22.9 % compound, as from 1971-09 to 1982-12`; without
    /// an asset that makes the difference only whose figures they are: `under base_2026`.
    pub(super) fn in_words(&self, market: &Market) -> String {
        let (named, source) = (self.named(), &self.source);
        let Some((first, further)) = named.split_first() else { return source.in_words() };
        let name = |driver: &Driver| {
            market.assets.get(driver.asset).map_or_else(String::new, |asset| one_line(&asset.name))
        };
        let of = |driver: &Driver| possessive(&name(driver));
        let (compound, end) = (|driver: &Driver| percent(driver.assumed.compound), source.at_the_end());
        let Some(mean) = first.assumed.arithmetic else {
            let more = further.iter().map(|d| format!(" and {} at {}", name(d), compound(d)));
            let more: String = more.collect();
            let verb = if name(first).ends_with('s') { "compound" } else { "compounds" };
            return format!("if {} {verb} at {} a year{more}{end}", name(first), compound(first));
        };
        let more = further.iter().filter_map(|d| {
            Some(format!(", and {} {}, {} compound", of(d), percent_mean(d.assumed.arithmetic?), compound(d)))
        });
        let (more, mean): (String, String) = (more.collect(), percent_mean(mean));
        if let Source::History(..) | Source::Record(..) = source {
            let further = further.iter().filter_map(|d| {
                Some(format!(
                    ", and {} {}, {} compound",
                    name(d),
                    percent_mean(d.assumed.arithmetic?),
                    compound(d)
                ))
            });
            let further: String = further.collect();
            let verb = if name(first).ends_with('s') { "earn" } else { "earns" };
            let own = format!("{mean} a year on average, {} compound", compound(first));
            return format!("while {} {verb} {own}{further}{end}", name(first));
        }
        format!("if {} arithmetic mean is {mean} a year, {} compound{more}{end}", of(first), compound(first))
    }

    /// The drivers that are named.
    fn named(&self) -> Vec<&Driver> {
        let total: f64 = self.drivers.iter().map(|driver| driver.adds).sum();
        let mut told = 0.0;
        let mut named = vec![];
        for driver in self.drivers.iter().take(MOST) {
            if !named.is_empty() && told >= ENOUGH * total {
                break;
            }
            told += driver.adds;
            named.push(driver);
        }
        named
    }
}

impl Source {
    /// Whose figures a scenario's returns follow.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let market = &scenario.inputs.market;
        match (market.model.history(), &scenario.assumptions) {
            (Some(history), _) => {
                let date = |row: usize| {
                    let (year, month) = history.date(row);
                    let yearly = history.period.per_year() == 1;
                    if yearly { format!("{year:04}") } else { format!("{year:04}-{month:02}") }
                };
                let (first, last) = (date(0), date(history.rows().saturating_sub(1)));
                if is_record(&market.model) { Self::Record(first, last) } else { Self::History(first, last) }
            }
            (None, Some(set)) => Self::Set(set.clone()),
            (None, None) => Self::Own,
        }
    }

    /// Alone: `under base_2026`.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Set(set) => format!("under {set}"),
            Self::Own => "under the scenario's own figures".to_string(),
            Self::History(first, last) => format!("in markets like those from {first} to {last}"),
            Self::Record(first, last) => format!("in the markets from {first} to {last}"),
        }
    }

    /// After figures: ` (base_2026)`.
    fn at_the_end(&self) -> String {
        match self {
            Self::Set(set) => format!(" ({set})"),
            Self::Own => " (the scenario's own figures)".to_string(),
            Self::History(first, last) | Self::Record(first, last) => format!(", as from {first} to {last}"),
        }
    }
}

/// Whether a lifetime meets a table of the past in its own order: from a start date on, or the whole of it in one block.
fn is_record(model: &ReturnModel) -> bool {
    match model {
        ReturnModel::Historical(_) => true,
        ReturnModel::Bootstrap(of) => {
            matches!(of.method, BlockMethod::Blocks { length, .. } if length as usize >= of.history.rows())
        }
        _ => false,
    }
}

/// `Bitcoin's`, `US stocks'`.
fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}'") } else { format!("{name}'s") }
}

/// The assets of which there is more and that add something, the one that adds most first.
fn drivers(market: &Market, extra: &[f64]) -> Vec<Driver> {
    let (assumed, factors) = (assumed(market), market.volatility_factors());
    // Where no mean exists, that of a lognormal return of the same median and volatility still puts assets in order.
    let ordering = |asset: usize| {
        let factor = factors.get(asset).copied().unwrap_or(1.0);
        market.nominal_moments(asset, factor).mean()
    };
    let mean = |asset: usize| {
        let found = assumed.get(asset);
        found.map_or(f64::NAN, |assumed| assumed.arithmetic.unwrap_or_else(|| ordering(asset)))
    };
    let less = || extra.iter().enumerate().filter(|(_, weight)| **weight < -LEAST_WEIGHT);
    let replaced =
        less().map(|(asset, weight)| weight * mean(asset)).sum::<f64>() / less().map(|(_, w)| w).sum::<f64>();
    let more = extra.iter().enumerate().filter(|(_, weight)| **weight > LEAST_WEIGHT);
    let mut drivers: Vec<Driver> = more
        .filter_map(|(asset, &extra_weight)| {
            let adds = extra_weight * (mean(asset) - replaced);
            Some(Driver { asset, extra_weight, adds, assumed: *assumed.get(asset)? })
        })
        .filter(|driver| driver.adds > 0.0)
        .collect();
    drivers.sort_by(|a, b| b.adds.total_cmp(&a.adds));
    drivers
}

/// What each asset is assumed to return: by the table of history if returns are taken from one, or else by the market.
pub(super) fn assumed(market: &Market) -> Vec<Assumed> {
    let finite = market.model.has_finite_means();
    let factors = market.volatility_factors();
    if let (Some(history), Ok(Some(delivered))) = (market.model.history(), delivered(market)) {
        let per_year = history.period.per_year() as f64;
        let compound = |series: usize| {
            let logs = history.column(series).fold(0.0, |sum, r| sum + ln(1.0 + r));
            exp(logs / history.rows().max(1) as f64 * per_year) - 1.0
        };
        let means = delivered.mean.iter().take(market.assets.len()).enumerate();
        return means.map(|(k, mean)| Assumed { arithmetic: Some(*mean), compound: compound(k) }).collect();
    }
    let of = |(asset, factor): (usize, f64)| {
        let moments = market.nominal_moments(asset, factor);
        Assumed { arithmetic: finite.then(|| moments.mean()), compound: moments.geometric() }
    };
    factors.into_iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    /// Three policies of stocks, bonds and something new.
    fn scenario(more: &str) -> Scenario {
        let text = format!(
            "[market]
            assumptions = 'base_2026'
            assets = ['us_equity', 'us_bonds', 'gold', 'bitcoin']
            {more}
            [account]
            years = 30
            opening_balance = 1000
            [[policy]]
            key = 'fund'
            weights = {{ us_equity = 0.6, us_bonds = 0.4 }}
            [[policy]]
            key = 'bitcoin'
            weights = {{ us_equity = 0.6, us_bonds = 0.4 }}
            sleeve = {{ bitcoin = 0.05 }}
            [[policy]]
            key = 'both'
            weights = {{ us_equity = 0.6, us_bonds = 0.4 }}
            sleeve = {{ bitcoin = 0.03, gold = 0.07 }}"
        );
        Scenario::from_toml(&text, "test.toml", &[]).unwrap()
    }

    fn said(more: &str, pair: (usize, usize)) -> String {
        let scenario = scenario(more);
        let outcome = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::account() }, &USUAL[..3]);
        Condition::of(&scenario, &outcome, pair, 30).in_words(&scenario.inputs.market)
    }

    #[test]
    fn the_driving_asset_is_named_with_both_means_and_the_set() {
        let own = said("[market.asset.bitcoin]\nmean = 0.2\nvolatility = 0.6", (1, 0));
        assert_eq!(own, "if Bitcoin's arithmetic mean is 20.0 % a year, 7.3 % compound (base_2026)");
        // The same driver where a second asset adds little.
        assert!(said("", (2, 0)).starts_with("if Bitcoin's arithmetic mean is "));
        // What the policy without it holds more of adds nothing, so its lead does not rest on that.
        assert_eq!(said("", (0, 1)), "under base_2026");
    }

    #[test]
    fn without_a_difference_in_what_is_held_only_the_set_is_named() {
        assert_eq!(said("", (1, 1)), "under base_2026");
    }

    #[test]
    fn of_a_table_of_the_past_it_is_said_what_the_asset_earned_then() {
        let table = "model = 'bootstrap'\n[market.history]\ntable = 'us_monthly'\nfrom = '1971-09'\nto = '1982-12'\n\
                     columns = { bitcoin = 'gold_avg' }\n\
                     [market.bootstrap]\nmethod = 'stationary'\nblock = 12";
        let said = said(table, (1, 0));
        let expected =
            "while Bitcoin earns 29.9 % a year on average, 22.9 % compound, as from 1971-09 to 1982-12";
        assert_eq!(said, expected);
    }

    #[test]
    fn under_student_t_no_arithmetic_mean_is_named() {
        let said = said("model = 'student_t'", (1, 0));
        assert!(said.starts_with("if Bitcoin compounds at 6.7 % a year (base_2026)"), "{said}");
    }

    #[test]
    fn what_adds_most_comes_first_and_sums_to_the_difference_of_means() {
        let scenario = scenario("");
        let outcome = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::account() }, &USUAL[..3]);
        let found = Condition::of(&scenario, &outcome, (2, 0), 30);
        let means: Vec<f64> = assumed(&scenario.inputs.market).iter().filter_map(|a| a.arithmetic).collect();
        let mean = |policy: usize| -> f64 {
            let weights = scenario.inputs.policies[policy].allocation.at(20.0);
            weights.iter().zip(&means).map(|(w, m)| w * m).sum()
        };
        let added: f64 = found.drivers.iter().map(|driver| driver.adds).sum();
        assert!((added - (mean(2) - mean(0))).abs() < 1e-12);
        assert!(found.drivers.windows(2).all(|two| two[0].adds >= two[1].adds));
    }
}
