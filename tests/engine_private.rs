//! Stale prices, gates and the fee stack: the engine against the plain simulator, conservation of value, and exact cases.

use decumulus::engine::{Inputs, Outcome, Plan, Settings, run_range};
use decumulus::market::{
    Appraisal, Asset, Correlation, FeeBasis, Fees, Frictions, Gate, GateRule, HalfSpread, IncentiveFee,
    Liquidity, ManagementBase, Market, Smoothing, Unfilled, Vehicle, VolatilityHaircut,
};
use decumulus::participant::{Account, Life, Participant, PaymentTiming, Spending, Withdrawal};
use decumulus::policy::{Allocation, Policy, Rebalancing, TradingCosts, WeightPoint, WithdrawalOrder};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

use crate::common::private::{PrivateLife, concerns, private_lifetime};
use crate::common::{market, policy, saver, simple_asset};

/// The NAV is worked out in single precision: 1e-7 a step of its logarithm, which smoothing adds up over a few years.
const ROUNDING: f64 = 3e-6;

fn vehicle() -> impl Strategy<Value = Vehicle> {
    let smoothing = prop_oneof![
        (0.0..0.9_f64).prop_map(|phi_per_quarter| Smoothing::FirstOrder { phi_per_quarter }),
        Just(Smoothing::MovingAverage { weights: vec![0.5, 0.3, 0.2] }),
        Just(Smoothing::MovingAverage { weights: vec![0.25; 4] }),
    ];
    let appraisal =
        (smoothing, 0_u32..7).prop_map(|(smoothing, lag_months)| Appraisal { smoothing, lag_months });
    let gate = (0.01..0.2, 0.05..0.4, 3.0..30.0).prop_map(|(cap, mean, concentration)| Gate {
        cap_per_quarter: cap,
        requests_mean: mean,
        requests_concentration: concentration,
    });
    let (appraisal, gate) = (proptest::option::of(appraisal), proptest::option::of(gate));
    (appraisal, gate, prop_oneof![Just(0.0), 0.0..0.3]).prop_map(|(appraisal, gate, liquid_sleeve)| Vehicle {
        appraisal,
        gate,
        liquid_sleeve,
        leverage: None,
    })
}

fn fees() -> impl Strategy<Value = Fees> {
    let base = select(vec![
        ManagementBase::Nav,
        ManagementBase::Committed { per_nav: 1.4 },
        ManagementBase::Invested { per_nav: 0.8 },
    ]);
    let incentive = (0.0..0.3, 0.0..0.1, 0.3..1.0).prop_map(|(rate, hurdle, catch_up)| IncentiveFee {
        rate,
        hurdle,
        catch_up,
    });
    let basis = select(vec![FeeBasis::Gross, FeeBasis::NetInstitutional]);
    (0.0..0.03, base, proptest::option::of(incentive), 0.0..0.02, 0.0..0.005, basis).prop_map(
        |(management, management_base, incentive, wrapper, custody, basis)| Fees {
            management,
            management_base,
            incentive,
            wrapper,
            custody,
            basis,
        },
    )
}

fn private_asset() -> impl Strategy<Value = Asset> {
    (-0.05..0.15, 0.0..0.4, 0.0..1.5, fees(), vehicle()).prop_map(
        |(mean, volatility, haircut_scale, fees, vehicle)| Asset {
            liquidity: Liquidity::Illiquid { haircut_scale },
            fees,
            vehicle,
            ..simple_asset("x", mean, volatility)
        },
    )
}

fn public_asset() -> impl Strategy<Value = Asset> {
    (-0.05..0.12, 0.0..0.3, 0.0..0.01).prop_map(|(mean, volatility, spread)| Asset {
        liquidity: Liquidity::Liquid {
            half_spread: HalfSpread { normal: spread, stress: 2.0 * spread, crisis: 4.0 * spread },
        },
        ..simple_asset("x", mean, volatility)
    })
}

fn any_market() -> impl Strategy<Value = Market> {
    let assets = (vec(public_asset(), 1..=2), vec(private_asset(), 1..=3));
    let switches = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let rule = (0.0..0.3, 0.0..2.0, 0.0..0.3, 0.05..0.9);
    (assets, switches, rule, select(vec![Unfilled::Queues, Unfilled::Lapses])).prop_map(
        |((public, private), on, rule, unfilled)| {
            let mut assets: Vec<Asset> = public.into_iter().chain(private).collect();
            for (k, asset) in assets.iter_mut().enumerate() {
                asset.key = if k == 0 { "cash".into() } else { format!("a{k}") };
            }
            let size = assets.len() + 1;
            let entry = |i: usize, j: usize| if i == j { 1.0 } else { 0.3 };
            let rows = (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect();
            let base = market(assets);
            Market {
                correlation: Correlation::new(rows).unwrap(),
                frictions: Frictions {
                    fees: on.0,
                    liquidity_haircut: on.1,
                    half_spreads: on.2,
                    smoothing: on.3,
                    gates: on.4,
                    volatility_haircut: VolatilityHaircut::Level(0),
                    unfilled,
                },
                gate_rule: GateRule {
                    closing: rule.0,
                    closing_slope: rule.1,
                    threshold: rule.2,
                    reopening: rule.3,
                },
                stress_asset: Some("cash".into()),
                ..base
            }
        },
    )
}

fn any_policy(assets: usize, steps: u32) -> impl Strategy<Value = Policy> {
    let mut kinds =
        vec![Rebalancing::Yearly, Rebalancing::Never, Rebalancing::Band(0.05), Rebalancing::Quarterly];
    kinds.extend((steps == 12).then_some(Rebalancing::Monthly));
    let weight = || prop_oneof![1 => Just(0.0), 5 => 0.05..1.0];
    let rows = (vec(weight(), assets), vec(weight(), assets));
    let costs = select(vec![TradingCosts::Rebalancing, TradingCosts::AllTrades]);
    let orders = select(vec![WithdrawalOrder::LiquidFirst, WithdrawalOrder::ProRata]);
    let cap = proptest::option::of(1.0..2.0);
    (select(kinds), costs, orders, rows, any::<bool>(), cap).prop_map(
        |(rebalancing, trading_costs, withdrawals, (first, last), glides, drift_cap)| {
            let row = |mut weights: Vec<f64>| {
                weights[0] += 0.01;
                let sum: f64 = weights.iter().sum();
                weights.iter().map(|w| w / sum).collect::<Vec<f64>>()
            };
            let allocation = if glides {
                let points = [(58.0, row(first)), (63.0, row(last))];
                Allocation::by_age(points.map(|(age, weights)| WeightPoint { age, weights }).to_vec())
            } else {
                Allocation::fixed(row(first))
            };
            Policy {
                allocation: allocation.unwrap(),
                rebalancing,
                trading_costs,
                withdrawals,
                drift_cap,
                ..policy("random", &[1.0])
            }
        },
    )
}

fn any_participant() -> impl Strategy<Value = Participant> {
    let timing = || select(vec![PaymentTiming::Start, PaymentTiming::End]);
    let account = (timing(), 0.0..400_000.0, 0.0..20_000.0, 0.0..60_000.0, 1_u32..9).prop_map(
        |(timing, opening_balance, contribution, withdrawal, years)| {
            Participant::Account(Account {
                age: 57,
                years,
                opening_balance,
                contribution,
                contribution_years: years.min(3),
                withdrawal: Withdrawal::Amount(withdrawal),
                withdrawal_after_years: 2,
                timing,
                ..Account::lump_sum(1.0, 1)
            })
        },
    );
    let spending = prop_oneof![
        (0.0..80_000.0).prop_map(Spending::RealAmount),
        (0.0..0.3).prop_map(Spending::ShareOfBalance),
        (0.0..0.2).prop_map(Spending::ShareOfRetirementBalance),
    ];
    let person = (timing(), 0.0..300_000.0, spending, 0.0..300.0, 0.0..0.01).prop_map(
        |(timing, opening_balance, spending, fee_per_head, fee_share)| {
            let mut person = saver(57, 59, 64);
            person.career.salary = 80_000.0;
            person.plan.deferral_rate = 0.1;
            person.life = Life::Gompertz { mode: 70.0, dispersion: 8.0 };
            (person.timing, person.opening_balance, person.spending) = (timing, opening_balance, spending);
            (person.fee_per_head, person.fee_share) = (fee_per_head, fee_share);
            Participant::Saver(person)
        },
    );
    prop_oneof![account, person]
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    (any_market(), any_participant(), select(vec![4_u32, 12]), any::<u64>()).prop_flat_map(
        |(market, participant, steps_per_year, seed)| {
            let settings = Settings { lifetimes: 4, seed, steps_per_year, ..Settings::default() };
            any_policy(market.assets.len(), steps_per_year).prop_map(move |policy| Inputs {
                market: market.clone(),
                participant: participant.clone(),
                policies: vec![policy],
                settings: settings.clone(),
            })
        },
    )
}

fn compare(outcome: &Outcome, found: &PrivateLife) -> Result<(), TestCaseError> {
    let tolerance = ROUNDING * found.life.largest.max(1.0);
    let near = |what: &str, is: f64, expected: f64| {
        prop_assert!((is - expected).abs() <= tolerance, "{what}: {is} is not {expected}");
        Ok(())
    };
    let policy = &outcome.policies[0];
    let private = policy.private.as_ref().expect("the run is an appraised one");
    for year in 0..found.life.real.len() {
        near("real balance", outcome.real.mean[[0, year]], found.life.real[year])?;
        let reported = private.reported[year].as_ref().expect("somebody is alive");
        near("reported balance", reported.mean.value, found.reported[year])?;
    }
    near("fees", policy.fees.mean.value, found.life.fees)?;
    near("haircuts", policy.haircuts.mean.value, found.life.haircuts)?;
    near("forced sales", private.forced_sales.mean.value, found.forced)?;
    near("trading costs", policy.trading_costs.mean.value, found.life.trading_costs)?;
    near("gained", private.gained.mean.value, found.gained)?;
    near("lost", private.lost.mean.value, found.lost)?;
    near("transfer", private.transfer.value, found.gained - found.lost)?;
    if let Some(shortfall) = &policy.shortfall_dollars {
        near("shortfall", shortfall.mean.value, found.life.unpaid)?;
    }
    let small = |what: &str, is: f64, expected: f64| {
        prop_assert!((is - expected).abs() <= 1e-5, "{what}: {is} is not {expected}");
        Ok(())
    };
    small("drawdown", policy.worst_drawdown.mean.value, found.life.worst_drawdown)?;
    small("reported drawdown", private.reported_drawdown.mean.value, found.reported_drawdown)?;
    small("months waited", private.months_waited.mean.value, found.months_waited)?;
    let gated = private.gated_payments.as_ref().map_or(0.0, |payments| payments.mean.value);
    small("gated payments", gated, found.gated_payments)?;
    let years = found.returns.len() as f64;
    if years >= 2.0 {
        for (i, is) in [&private.volatility, &private.reported_volatility].into_iter().enumerate() {
            let of = |r: &(f64, f64)| if i == 0 { r.0 } else { r.1 };
            let mean = found.returns.iter().map(of).sum::<f64>() / years;
            let squares: f64 = found.returns.iter().map(|r| (of(r) - mean).powi(2)).sum();
            small("volatility", is.mean.value, (squares / (years - 1.0)).sqrt())?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_102), ..ProptestConfig::default() })]

    #[test]
    fn private_lifetimes_equal_the_plain_simulator(inputs in any_inputs()) {
        prop_assume!(concerns(&inputs, &inputs.policies[0]));
        let plan = Plan::compile(&inputs).unwrap();
        for index in 0..inputs.settings.lifetimes {
            let outcome = Outcome::of_part(&plan, &run_range(&plan, index, 1).unwrap()).unwrap();
            compare(&outcome, &private_lifetime(&inputs, &inputs.policies[0], index))?;
        }
    }
}
