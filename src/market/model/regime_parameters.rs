//! The states of a market with regimes, and the chain between them.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::asset::Series;
use crate::market::correlation::Correlation;

/// The most states.
pub(super) const MOST_STATES: usize = 4;

/// The correlation towards which stress pulls risk assets.
const STRESS_TARGET: f64 = 0.85;

/// One state of the market.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Its name, such as `crisis`.
    pub name: String,
    /// For each series (the assets, then inflation), its log volatility relative to the other states.
    pub volatility_factors: Vec<f64>,
    /// For each series, what the state adds to the arithmetic mean of a year, in logs, relative to the other states.
    pub mean_shifts: Vec<f64>,
    /// The weight `w` with which each correlation `c` of two risk assets becomes `(1 − w)·c + w·max(c, 0.85)`.
    pub stress_weight: f64,
    /// Correlations of the state by pair of series, which take precedence.
    pub pairs: Vec<(usize, usize, f64)>,
}

/// The parameters of [`Regimes`](crate::market::Regimes).
#[derive(Clone, Debug, PartialEq)]
pub struct RegimeParameters {
    /// The states, 2 to 4.
    pub states: Vec<Regime>,
    /// Probability of going from the row's state to the column's in a month.
    pub transitions: Vec<Vec<f64>>,
    /// The assets whose correlations stress raises, by place in the market.
    pub risk_assets: Vec<usize>,
}

impl RegimeParameters {
    /// The assets that count as risk assets unless a scenario names others: those that fall together in a crisis (a
    /// judgement).
    pub const RISK_ASSETS: [&'static str; 8] = [
        "us_equity",
        "intl_equity",
        "commodities",
        "private_equity",
        "private_credit",
        "real_estate",
        "infrastructure",
        "bitcoin",
    ];

    /// The assets that are known to be no risk assets: where many flee to in a crisis.
    pub const CALM_ASSETS: [&'static str; 4] = ["us_bonds", "tips", "cash", "gold"];

    /// The transitions of the shipped states, a judgement: a crisis comes every 50 months and lasts ten on average, so that a sixth
    /// of all months are in one.
    #[must_use]
    pub fn shipped_transitions() -> Vec<Vec<f64>> {
        vec![vec![0.98, 0.02], vec![0.10, 0.90]]
    }

    /// The shipped states, a judgement: `calm` with the stated correlations, and `crisis`, in which risk assets have twice the
    /// volatility of calm times, a mean lower by 15 % a year and correlations halfway to 0.85.
    #[must_use]
    pub fn calm_and_crisis(market_assets: &[String]) -> Self {
        let is_risk = |key: &String| Self::RISK_ASSETS.contains(&key.as_str());
        let risk_assets: Vec<usize> =
            (0..market_assets.len()).filter(|&k| is_risk(&market_assets[k])).collect();
        let series = market_assets.len() + 1;
        let on_risk = |value: f64, other: f64| -> Vec<f64> {
            (0..series).map(|k| if risk_assets.contains(&k) { value } else { other }).collect()
        };
        let calm = Regime {
            name: "calm".into(),
            volatility_factors: vec![1.0; series],
            mean_shifts: vec![0.0; series],
            stress_weight: 0.0,
            pairs: vec![],
        };
        let crisis = Regime {
            name: "crisis".into(),
            volatility_factors: on_risk(2.0, 1.0),
            mean_shifts: on_risk(-0.15, 0.0),
            stress_weight: 0.5,
            pairs: vec![],
        };
        Self { states: vec![calm, crisis], transitions: Self::shipped_transitions(), risk_assets }
    }

    /// The correlations of a state; those of series without volatility mean nothing and are left out where they would not fit.
    ///
    /// # Errors
    ///
    /// A matrix that is not positive definite, or a place that is not in the market.
    pub fn correlation(&self, series: Series<'_>, state: usize) -> Result<Correlation> {
        let regime = &self.states[state];
        let size = series.correlation.size();
        let is_risk = |k: usize| self.risk_assets.contains(&k);
        let stressed = |i: usize, j: usize| {
            let stated = series.correlation.get(i, j);
            if i == j || !is_risk(i) || !is_risk(j) {
                stated
            } else {
                (1.0 - regime.stress_weight) * stated + regime.stress_weight * stated.max(STRESS_TARGET)
            }
        };
        let mut rows: Vec<Vec<f64>> =
            (0..size).map(|i| (0..size).map(|j| stressed(i, j)).collect()).collect();
        for &(i, j, value) in &regime.pairs {
            if i >= size || j >= size || i == j {
                let accepted = format!("pairs of different series below {size}");
                return Err(Error::invalid("regimes.state.correlations", format!("{i}, {j}"), accepted));
            }
            (rows[i][j], rows[j][i]) = (value, value);
        }
        let moves = series.assets.iter().map(|asset| asset.moments).chain([series.inflation]);
        let moves: Vec<bool> = moves.map(|moments| moments.log_sd() > 0.0).collect();
        Correlation::of_moving(rows, &moves).map_err(|error| match error.problems().first() {
            Some(problem) => {
                let found = problem.found.clone().unwrap_or_default();
                let found = format!("{found} in state `{}`", regime.name);
                Error::invalid("regimes.state.correlations", found, "a positive definite matrix")
                    .help("lower its stress_weight, or change its pairs")
            }
            None => error,
        })
    }

    /// Refuses numbers out of range and lists of other lengths than the market asks for.
    pub(super) fn check(&self, series: Series<'_>) -> Result<()> {
        let (states, count) = (self.states.len(), series.count());
        if !(2..=MOST_STATES).contains(&states) {
            let accepted = format!("2 to {MOST_STATES} states");
            return Err(Error::invalid("regimes.state", format!("{states} states"), accepted));
        }
        let mut checks: Vec<Result<()>> =
            self.states.iter().enumerate().flat_map(|(s, state)| state.checks(s, count)).collect();
        checks.push(self.check_transitions());
        if let Some(outside) = self.risk_assets.iter().find(|&&k| k >= series.assets.len()) {
            checks.push(Err(Error::invalid("regimes.risk_assets", outside, "places of assets")));
        }
        all_of(checks)?;
        all_of((0..states).map(|state| self.correlation(series, state).map(drop)))
    }

    fn check_transitions(&self) -> Result<()> {
        let states = self.states.len();
        let wanted = format!("{states} rows of {states} probabilities that add up to 1");
        if self.transitions.len() != states {
            let found = format!("{} rows", self.transitions.len());
            return Err(Error::invalid("regimes.transitions", found, wanted));
        }
        for (i, row) in self.transitions.iter().enumerate() {
            let sum = row.iter().fold(0.0, |sum, p| sum + p);
            let sound = row.len() == states && row.iter().all(|p| (0.0..=1.0).contains(p));
            if !(sound && (sum - 1.0).abs() < 1e-9) {
                let key = format!("regimes.transitions[{i}]");
                return Err(Error::invalid(key, format!("{row:?}"), wanted));
            }
        }
        if self.has_one_class() {
            Ok(())
        } else {
            let found = format!("{:?}", self.transitions);
            let accepted = "such that one state can be reached from every state, or there is no one share of time in each";
            Err(Error::invalid("regimes.transitions", found, accepted))
        }
    }

    /// Whether some state can be reached from every state, so that the stationary distribution is unique.
    fn has_one_class(&self) -> bool {
        let states = self.states.len();
        let reaches = |from: usize| {
            let mut seen = vec![false; states];
            let mut waiting = vec![from];
            while let Some(state) = waiting.pop() {
                if !std::mem::replace(&mut seen[state], true) {
                    waiting.extend((0..states).filter(|&to| self.transitions[state][to] > 0.0));
                }
            }
            seen
        };
        let from_each: Vec<Vec<bool>> = (0..states).map(reaches).collect();
        (0..states).any(|to| from_each.iter().all(|from| from[to]))
    }

    /// What the parameters say, for digests.
    pub(super) fn in_words(&self, series: Series<'_>) -> Vec<(&'static str, String)> {
        let keys: Vec<&str> = series.keys().collect();
        let states = self.states.iter().map(|state| state.in_words(&keys));
        let rows = self.transitions.iter().map(|row| format!("{row:?}"));
        let risk = self.risk_assets.iter().filter_map(|&k| keys.get(k).copied());
        vec![
            ("states", states.collect::<Vec<_>>().join("; ")),
            ("transitions a month", rows.collect::<Vec<_>>().join(", ")),
            ("risk assets", risk.collect::<Vec<_>>().join(", ")),
            ("start", "drawn from the stationary distribution".into()),
        ]
    }
}

impl Regime {
    /// Whether the state does what another one does, whatever they are called.
    #[must_use]
    pub fn does_as(&self, other: &Self) -> bool {
        Self { name: String::new(), ..self.clone() } == Self { name: String::new(), ..other.clone() }
    }

    fn checks(&self, state: usize, series: usize) -> Vec<Result<()>> {
        let mut checks = vec![require_in_range("stress_weight", self.stress_weight, 0.0, 1.0)];
        if self.volatility_factors.len() != series || self.mean_shifts.len() != series {
            let found =
                format!("{} factors and {} shifts", self.volatility_factors.len(), self.mean_shifts.len());
            checks.push(Err(Error::invalid("", found, format_args!("{series} of each"))));
        }
        let factors = self.volatility_factors.iter();
        checks.extend(factors.map(|&factor| require_in_range("volatility_factor", factor, 0.01, 100.0)));
        let shifts = self.mean_shifts.iter();
        checks.extend(shifts.map(|&shift| require_in_range("mean_shift", shift, -5.0, 5.0)));
        let key = format!("regimes.state[{state}]");
        checks.into_iter().map(|check| check.map_err(|error| error.within(&key))).collect()
    }

    /// The figures that most series share, and those that differ.
    fn in_words(&self, keys: &[&str]) -> String {
        let groups = |what: &str, values: &[f64], usual: f64| {
            let mut found: Vec<(f64, Vec<&str>)> = vec![];
            for (&value, &key) in values.iter().zip(keys).filter(|(value, _)| **value != usual) {
                match found.iter_mut().find(|(known, _)| *known == value) {
                    Some((_, members)) => members.push(key),
                    None => found.push((value, vec![key])),
                }
            }
            let words =
                found.iter().map(|(value, members)| format!(", {what} {value} for {}", members.join(" ")));
            words.collect::<String>()
        };
        let mut text = self.name.clone();
        text += &groups("volatility factor", &self.volatility_factors, 1.0);
        text += &groups("mean shift", &self.mean_shifts, 0.0);
        if self.stress_weight > 0.0 {
            text += ", stress weight ";
            text += &self.stress_weight.to_string();
        }
        if !self.pairs.is_empty() {
            text += ", correlations of its own: ";
            text += &self.pairs.len().to_string();
        }
        text
    }
}
