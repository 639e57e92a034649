//! Test only: outcomes that look real, from a crude simulation of a few thousand lifetimes.

use ndarray::{Array2, Array3};

use crate::engine::{
    Attribution, BalanceTable, BreakEven, BySkill, Comparison, ComparisonAt, Distribution, Estimate, Inputs,
    Interval, Outcome, PERCENTILES, PolicyOutcome, Replicates, Rung, RungAt, SKILL_BINS, Settings,
    SkillPoint,
};
use crate::market::Friction;
use crate::market::{
    Correlation, Frictions, GateRule, HaircutRule, Market, Overlays, ReturnModel, ReturnMoments, Unfilled,
    VolatilityHaircut,
};
use crate::participant::{Account, Participant};
use crate::policy::{Allocation, Policy, Rebalancing, TradingCosts, WithdrawalOrder};
use crate::scenario::{Basis, MoneyAxis, OutputChoices, RowOrder, Scenario};

/// A made-up policy: name, mean and volatility of the real log return.
pub(super) type Made<'a> = (&'a str, f64, f64);

/// The policies of a scenario like the default one.
pub(super) const USUAL: [Made<'static>; 6] = [
    ("60/40", 0.041, 0.105),
    ("Target date", 0.044, 0.118),
    ("Target date + 5 % Bitcoin", 0.050, 0.130),
    ("Target date + 5 % gold", 0.043, 0.110),
    ("Target date + 10 % private equity", 0.0445, 0.128),
    ("Target date + all alternatives", 0.0455, 0.121),
];

/// What is made up.
#[derive(Clone, Debug)]
pub(super) struct Recipe {
    pub start_age: u32,
    pub retirement_age: Option<u32>,
    pub horizon: u32,
    pub opening: f64,
    pub contribution: f64,
    pub withdrawal: f64,
    pub mortal: bool,
    pub lifetimes: usize,
}

impl Recipe {
    /// A saver of 25 who retires at 65.
    pub(super) fn saver() -> Self {
        Self {
            start_age: 25,
            retirement_age: Some(65),
            horizon: 100,
            opening: 0.0,
            contribution: 9_000.0,
            withdrawal: 36_000.0,
            mortal: true,
            lifetimes: 4_000,
        }
    }

    /// An account of thirty years without an age and without withdrawals.
    pub(super) fn account() -> Self {
        Self {
            start_age: 0,
            retirement_age: None,
            horizon: 30,
            opening: 100_000.0,
            contribution: 0.0,
            withdrawal: 0.0,
            mortal: false,
            ..Self::saver()
        }
    }
}

/// A scenario that fits the policies.
pub(super) fn scenario(policies: &[Made<'_>]) -> Scenario {
    let policies = policies
        .iter()
        .enumerate()
        .map(|(i, (name, _, _))| Policy {
            key: format!("policy_{i}"),
            against: None,
            name: (*name).to_string(),
            allocation: Allocation::fixed(vec![1.0]).unwrap(),
            rebalancing: Rebalancing::Yearly,
            trading_costs: TradingCosts::Rebalancing,
            withdrawals: WithdrawalOrder::LiquidFirst,
            drift_cap: None,
        })
        .collect();
    Scenario {
        name: "sample".into(),
        title: "Six policies for a saver of 25".into(),
        description: String::new(),
        inputs: Inputs {
            market: market(),
            participant: Participant::Account(Account::lump_sum(1.0, 30)),
            policies,
            settings: Settings::default(),
        },
        assumptions: Some("base_2026".into()),
        further: vec![],
        source: "base_2026: consensus of published capital market assumptions, January 2026".into(),
        output: OutputChoices {
            axis: MoneyAxis::Log,
            basis: Basis::Real,
            charts: true,
            order: RowOrder::File,
        },
        expectations: vec![],
        warnings: vec![],
    }
}

fn market() -> Market {
    Market {
        assets: vec![],
        inflation: ReturnMoments::from_simple(0.024, 0.015).unwrap(),
        inflation_provenance: "made up".into(),
        correlation: Correlation::new(vec![vec![1.0]]).unwrap(),
        correlation_provenance: "made up".into(),
        friction_provenance: "made up".into(),
        model: ReturnModel::Lognormal,
        frictions: Frictions {
            fees: true,
            volatility_haircut: VolatilityHaircut::Level(1),
            liquidity_haircut: true,
            half_spreads: true,
            smoothing: true,
            gates: true,
            unfilled: Unfilled::Queues,
        },
        haircut_rule: HaircutRule::default(),
        gate_rule: GateRule::default(),
        academic_discount: None,
        stress_asset: None,
        overlays: Overlays::default(),
    }
}

/// An outcome of the policies.
pub(super) fn outcome(recipe: &Recipe, policies: &[Made<'_>]) -> Outcome {
    let lives: Vec<Vec<Life>> = policies.iter().map(|p| live(recipe, *p)).collect();
    let ages: Vec<u32> = (recipe.start_age + 1..=recipe.horizon).collect();
    let alive =
        |row: usize| lives[0].iter().filter(|l| l.years > row).count() as f64 / recipe.lifetimes as f64;
    let alive: Vec<f64> = (0..ages.len()).map(alive).collect();
    let retirement = recipe.retirement_age.unwrap_or(recipe.start_age + 10);
    let key_ages = vec![retirement, retirement + 15, recipe.horizon];
    let table = |inflation: f64| balances(&lives, ages.len(), inflation);
    let withdraws = recipe.withdrawal > 0.0;
    Outcome {
        lifetimes: recipe.lifetimes as u64,
        seed: 20_260_101,
        plan_hash: "0123456789abcdef".repeat(4),
        start_age: recipe.start_age,
        retirement_age: recipe.retirement_age,
        opening_balance: recipe.opening,
        final_pay: recipe.retirement_age.map(|_| 89_000.0),
        real: table(1.0),
        nominal: table(1.024),
        policies: (0..policies.len())
            .map(|p| policy_outcome(p, policies[p].0, &lives[p], ages.len(), withdraws))
            .collect(),
        comparisons: (1..policies.len()).map(|p| compared(&lives, p, &key_ages, recipe)).collect(),
        against_first: (1..policies.len()).map(|p| compared(&lives, p, &key_ages, recipe)).collect(),
        attributions: vec![],
        enumerated: false,
        starts: vec![],
        ages,
        alive,
        key_ages,
    }
}

struct Life {
    /// Year-end balances.
    balances: Vec<f64>,
    /// Whole years lived from the start.
    years: usize,
    ruined: Option<usize>,
}

fn live(recipe: &Recipe, (_, mean, sd): Made<'_>) -> Vec<Life> {
    let years = (recipe.horizon - recipe.start_age) as usize;
    let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
    let mut uniform = move || {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..recipe.lifetimes)
        .map(|_| {
            let mut life = Life { balances: Vec::new(), years, ruined: None };
            let mut balance = recipe.opening;
            for year in 0..years {
                let z = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
                let age = recipe.start_age + year as u32;
                balance *= (mean + sd * z).exp();
                if recipe.retirement_age.is_none_or(|r| age < r) {
                    balance += recipe.contribution;
                } else {
                    if balance < recipe.withdrawal && life.ruined.is_none() && life.years > year {
                        life.ruined = Some(year);
                    }
                    balance = (balance - recipe.withdrawal).max(0.0);
                }
                life.balances.push(balance);
                let hazard = 0.0005 * ((f64::from(age) - 30.0) * 0.09).exp();
                if uniform() < hazard && recipe.mortal && life.years == years {
                    life.years = year + 1;
                }
            }
            life
        })
        .collect()
}

fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p * last as f64;
    let (i, part) = (place.floor() as usize, place.fract());
    sorted[i] + part * (sorted[(i + 1).min(last)] - sorted[i])
}

pub(super) fn distribution(mut values: Vec<f64>) -> Distribution {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let percentiles = PERCENTILES.map(|p| {
        let half = 1.96 * (p * (1.0 - p) / n).sqrt();
        Interval {
            value: quantile(&values, p),
            low: quantile(&values, (p - half).max(0.0)),
            high: quantile(&values, (p + half).min(1.0)),
        }
    });
    Distribution {
        count: values.len() as u64,
        mean: Estimate { value: mean, standard_error: (variance / n).sqrt() },
        percentiles,
    }
}

fn balances(lives: &[Vec<Life>], rows: usize, inflation: f64) -> BalanceTable {
    let shape3 = (lives.len(), rows, 9);
    let shape2 = (lives.len(), rows);
    let mut table = BalanceTable {
        percentiles: Array3::from_elem(shape3, f64::NAN),
        low: Array3::from_elem(shape3, f64::NAN),
        high: Array3::from_elem(shape3, f64::NAN),
        mean: Array2::from_elem(shape2, f64::NAN),
        mean_standard_error: Array2::from_elem(shape2, f64::NAN),
        standard_deviation: Array2::from_elem(shape2, f64::NAN),
    };
    for (p, lives) in lives.iter().enumerate() {
        for row in 0..rows {
            let prices = inflation.powi(row as i32 + 1);
            let alive = lives.iter().filter(|l| l.years > row).map(|l| l.balances[row] * prices).collect();
            let found = distribution(alive);
            for (place, interval) in found.percentiles.iter().enumerate() {
                table.percentiles[[p, row, place]] = interval.value;
                table.low[[p, row, place]] = interval.low;
                table.high[[p, row, place]] = interval.high;
            }
            table.mean[[p, row]] = found.mean.value;
            table.mean_standard_error[[p, row]] = found.mean.standard_error;
            table.standard_deviation[[p, row]] = found.mean.standard_error * (found.count as f64).sqrt();
        }
    }
    table
}

/// Wilson's interval.
pub(super) fn wilson(hits: usize, n: usize) -> Interval {
    let (n, p, z2) = (n as f64, hits as f64 / n as f64, 1.96 * 1.96);
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = 1.96 / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Interval { value: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}

fn policy_outcome(place: usize, name: &str, lives: &[Life], rows: usize, withdraws: bool) -> PolicyOutcome {
    let n = lives.len();
    let ruined_by = |row: usize| lives.iter().filter(|l| l.ruined.is_some_and(|r| r <= row)).count();
    let ruin_ages: Vec<f64> = lives.iter().filter_map(|l| l.ruined.map(|r| 26.0 + r as f64)).collect();
    let made = |scale: f64| distribution((0..n).map(|i| scale * (1.0 + (i % 97) as f64 / 97.0)).collect());
    PolicyOutcome {
        key: format!("policy_{place}"),
        name: name.to_string(),
        ruin: withdraws.then(|| wilson(ruined_by(rows), n)),
        ruin_of_retired: withdraws.then(|| wilson(ruined_by(rows), n * 9 / 10)),
        ruin_if_alive: withdraws.then(|| wilson(ruined_by(rows), n / 2)),
        ruin_by_age: if withdraws { (0..rows).map(|r| wilson(ruined_by(r), n)).collect() } else { vec![] },
        ruin_by_age_if_alive: if withdraws {
            (0..rows).map(|r| wilson(ruined_by(r), n / 2)).collect()
        } else {
            vec![]
        },
        ruin_age: (withdraws && !ruin_ages.is_empty()).then(|| distribution(ruin_ages)),
        shortfall: withdraws.then(|| made(0.02)),
        shortfall_dollars: withdraws.then(|| made(12_000.0)),
        replacement_rate: withdraws.then(|| made(0.45)),
        private: None,
        fees: made(31_000.0),
        haircuts: made(0.0),
        trading_costs: made(700.0),
        worst_drawdown: made(0.21),
        sustainable_rate: None,
        replicates: Replicates::default(),
    }
}

fn compared(lives: &[Vec<Life>], policy: usize, key_ages: &[u32], recipe: &Recipe) -> Comparison {
    let at = key_ages
        .iter()
        .map(|&age| {
            let row = (age - recipe.start_age - 1) as usize;
            let pairs: Vec<(f64, f64)> = lives[policy]
                .iter()
                .zip(&lives[0])
                .filter(|(a, b)| a.years > row && b.years > row)
                .map(|(a, b)| (a.balances[row], b.balances[row]))
                .collect();
            compared_at(age, &pairs)
        })
        .collect();
    let ruined = |p: usize| lives[p].iter().filter(|l| l.ruined.is_some()).count() as f64;
    let n = recipe.lifetimes as f64;
    let difference = Estimate { value: (ruined(policy) - ruined(0)) / n, standard_error: 0.3 / n.sqrt() };
    let difference = (recipe.withdrawal > 0.0).then_some(difference);
    Comparison { policy, against: 0, ruin_difference: difference, at }
}

fn compared_at(age: u32, pairs: &[(f64, f64)]) -> ComparisonAt {
    let n = pairs.len().max(1);
    let better = pairs.iter().filter(|(a, b)| a > b).count();
    let equal = pairs.iter().filter(|(a, b)| a == b).count();
    let ours = distribution(pairs.iter().map(|p| p.0).collect());
    let theirs = distribution(pairs.iter().map(|p| p.1).collect());
    let ratios: Vec<f64> = pairs.iter().filter(|p| p.1 > 0.0).map(|(a, b)| a / b).collect();
    let difference = |place: usize| {
        let (a, b) = (ours.percentiles[place], theirs.percentiles[place]);
        Estimate { value: a.value - b.value, standard_error: 0.2 * (a.high - a.low) / 3.92 }
    };
    ComparisonAt {
        age,
        count: pairs.len() as u64,
        better: wilson(better, n),
        equal: wilson(equal, n),
        ratio: (!ratios.is_empty()).then(|| distribution(ratios)),
        mean_difference: distribution(pairs.iter().map(|(a, b)| a - b).collect()).mean,
        percentile_differences: [difference(1), difference(4), difference(7)],
        ruin_difference_if_alive: Some(Estimate { value: -0.01, standard_error: 0.002 }),
        by_skill: None,
    }
}

/// A comparison by manager skill that breaks even at a percentile.
pub(super) fn by_skill(percentile: f64) -> BySkill {
    let point = |i: usize| {
        let middle = (i as f64 + 0.5) / SKILL_BINS as f64;
        let better = (0.5 + middle - percentile).clamp(0.0, 1.0);
        let interval = |value: f64| Interval { value, low: value - 0.01, high: value + 0.01 };
        SkillPoint {
            percentile: middle,
            count: 100,
            mean_difference: Estimate { value: 1e5 * (middle - percentile), standard_error: 900.0 },
            better: interval(better),
            worse: interval(1.0 - better),
        }
    };
    let percentile = Estimate { value: percentile, standard_error: 0.02 };
    BySkill {
        points: (0..SKILL_BINS).map(point).collect(),
        break_even: BreakEven::At { percentile, better_above: true },
    }
}

/// An attribution ladder for every policy.
pub(super) fn attributions(outcome: &Outcome) -> Vec<Attribution> {
    let frictions = [Friction::Gross, Friction::Fees, Friction::VolatilityHaircut, Friction::Liquidity];
    let rung = |i: usize, friction: Friction| Rung {
        friction,
        at: outcome
            .key_ages
            .iter()
            .map(|&age| {
                let value = 1.5e6 - 9e4 * i as f64;
                let change = (i > 0).then_some(Estimate { value: -9e4, standard_error: 800.0 });
                RungAt {
                    age,
                    mean: Estimate { value, standard_error: 2e3 },
                    median: Interval { value, low: value - 4e3, high: value + 4e3 },
                    mean_change: change,
                    median_change: change,
                }
            })
            .collect(),
    };
    (0..outcome.policies.len())
        .map(|policy| Attribution {
            policy,
            rungs: frictions.iter().enumerate().map(|(i, f)| rung(i, *f)).collect(),
        })
        .collect()
}
