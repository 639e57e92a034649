//! Builders: the shortest way from a test's sentence to a simulation.

pub(crate) mod dynamic;
pub(crate) mod news;
pub(crate) mod private;
pub(crate) mod reference;
pub(crate) mod samples;

use decumulus::engine::{Inputs, Interval, Outcome, Plan, RunOptions, Settings};
use decumulus::market::{
    Asset, AssetClass, Correlation, Fees, Frictions, GateRule, HaircutRule, HalfSpread, Liquidity, Market,
    Overlays, ReturnModel, ReturnMoments, Unfilled, Vehicle, VolatilityHaircut,
};
use decumulus::participant::{
    Account, AgeProfile, Benefit, Career, Life, Participant, PaymentTiming, PaymentsPer, PlanRules, Saver,
    Spending,
};
use decumulus::policy::{Allocation, Policy, Rebalancing, TradingCosts, WithdrawalOrder};

/// A liquid asset without costs, from the moments of its annual log return.
pub(crate) fn asset(key: &str, log_mean: f64, log_sd: f64) -> Asset {
    Asset {
        key: key.into(),
        name: key.into(),
        moments: ReturnMoments::from_log(log_mean, log_sd).unwrap(),
        real: false,
        class: AssetClass::Public,
        liquidity: Liquidity::Liquid { half_spread: HalfSpread::constant(0.0) },
        volatility_levels: [1.0; 3],
        fees: Fees::NONE,
        vehicle: Vehicle::default(),
        illiquidity_premium: None,
        provenance: String::new(),
        interest: None,
    }
}

/// A liquid asset without costs, from the moments of its annual simple return.
pub(crate) fn simple_asset(key: &str, mean: f64, volatility: f64) -> Asset {
    Asset { moments: ReturnMoments::from_simple(mean, volatility).unwrap(), ..asset(key, 0.0, 0.0) }
}

/// A market of independent series without inflation, every friction switched on (and costing nothing unless
/// an asset says so).
pub(crate) fn market(assets: Vec<Asset>) -> Market {
    let size = assets.len() + 1;
    let identity = (0..size).map(|i| (0..size).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    Market {
        assets,
        inflation: ReturnMoments::from_log(0.0, 0.0).unwrap(),
        inflation_provenance: String::new(),
        correlation: Correlation::new(identity).unwrap(),
        correlation_provenance: String::new(),
        friction_provenance: String::new(),
        model: ReturnModel::Lognormal,
        frictions: Frictions {
            fees: true,
            volatility_haircut: VolatilityHaircut::Level(0),
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

/// A policy of fixed weights, rebalanced yearly.
pub(crate) fn policy(key: &str, weights: &[f64]) -> Policy {
    Policy {
        key: key.into(),
        name: key.into(),
        against: None,
        allocation: Allocation::fixed(weights.to_vec()).unwrap(),
        rebalancing: Rebalancing::Yearly,
        trading_costs: TradingCosts::Rebalancing,
        withdrawals: WithdrawalOrder::LiquidFirst,
        drift_cap: None,
    }
}

/// One lifetime in yearly steps under one policy of fixed weights.
pub(crate) fn inputs(assets: Vec<Asset>, participant: Participant, weights: &[f64]) -> Inputs {
    Inputs {
        market: market(assets),
        participant,
        policies: vec![policy("only", weights)],
        settings: Settings { lifetimes: 1, seed: 1, steps_per_year: 1, ..Settings::default() },
    }
}

/// An account in one asset.
pub(crate) fn account_in(asset: Asset, account: Account) -> Inputs {
    inputs(vec![asset], Participant::Account(account), &[1.0])
}

/// A saver who earns, defers and spends nothing until a test says so.
pub(crate) fn saver(age: u32, retirement_age: u32, horizon_age: u32) -> Saver {
    Saver {
        age,
        retirement_age,
        horizon_age,
        opening_balance: 0.0,
        career: Career { salary: 0.0, profile: AgeProfile::Flat, real_growth: 0.0 },
        plan: PlanRules {
            deferral_rate: 0.0,
            escalation_per_year: 0.0,
            escalation_cap: 1.0,
            match_tiers: vec![],
            limits: None,
            limits_real_growth: 0.0,
        },
        spending: Spending::RealAmount(0.0),
        benefit: Benefit { per_year: 0.0, from_age: 0 },
        life: Life::Certain,
        timing: PaymentTiming::End,
        payments_per: PaymentsPer::Year,
        fee_per_head: 0.0,
        fee_share: 0.0,
    }
}

/// Runs a simulation on one thread: the test harness has the others.
pub(crate) fn run(inputs: &Inputs) -> Outcome {
    let plan = Plan::compile(inputs).unwrap();
    decumulus::engine::run(&plan, &RunOptions { threads: Some(1), ..RunOptions::default() }, &()).unwrap()
}

/// The same simulation with another number of lifetimes and another seed.
pub(crate) fn sized(mut inputs: Inputs, lifetimes: u64, seed: u64) -> Inputs {
    (inputs.settings.lifetimes, inputs.settings.seed) = (lifetimes, seed);
    inputs
}

/// The real balance of the only lifetime (or the median of several) of the first policy, year by year.
pub(crate) fn path(outcome: &Outcome) -> Vec<f64> {
    (0..outcome.ages.len()).map(|year| outcome.real.percentiles[[0, year, 4]]).collect()
}

/// The real balance at the end of the only lifetime of the first policy.
pub(crate) fn end(outcome: &Outcome) -> f64 {
    *path(outcome).last().unwrap()
}

/// The probability of ruin of the first policy.
pub(crate) fn ruin(outcome: &Outcome) -> Interval {
    outcome.policies[0].ruin.unwrap()
}

/// Fails unless `found` is within `tolerance` of `expected`, relative to it.
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs(),
        "{found} is not {expected} to {tolerance:e}"
    );
}

/// Fails unless `found` is within `tolerance` of `expected`.
#[track_caller]
pub(crate) fn assert_near(found: f64, expected: f64, tolerance: f64, what: &str) {
    assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected} to {tolerance}");
}
