//! Stale prices, gates and the fee stack: the engine against the plain simulator, conservation of value, and exact cases.

use decumulus::engine::{
    Inputs, InstructionSet, Outcome, Plan, RunOptions, Settings, run_range, run_range_on, run_range_with,
    simulate,
};
use decumulus::market::{
    Appraisal, Asset, Correlation, FeeBasis, Fees, Frictions, Gate, GateRule, HalfSpread, HistoricalOf,
    History, HistoryPeriod, IncentiveFee, Liquidity, ManagementBase, Market, Overlays, ReturnModel,
    ReturnMoments, Smoothing, Unfilled, Vehicle, VolatilityHaircut,
};
use decumulus::participant::{Account, Life, Participant, PaymentTiming, Spending, Withdrawal};
use decumulus::policy::{Allocation, Policy, Rebalancing, TradingCosts, WeightPoint, WithdrawalOrder};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config as ProptestConfig, RngSeed};

use crate::common::private::{PrivateLife, concerns, private_lifetime};
use crate::common::{market, policy, saver, simple_asset};
use crate::engine_reference::{overlay_figures, overlays};

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
    let sleeve = prop_oneof![Just(0.0), 0.0..0.3];
    let premium = prop_oneof![2 => Just(0.0), 1 => -0.3..0.4];
    (appraisal, gate, sleeve, premium).prop_map(|(appraisal, gate, liquid_sleeve, nav_premium)| Vehicle {
        appraisal,
        nav_premium,
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
    let volatility = prop_oneof![1 => Just(0.0), 7 => 0.0..0.4];
    let figures = (-0.05..0.15, volatility, any::<bool>());
    (figures, 0.0..1.5, fees(), vehicle()).prop_map(
        |((mean, volatility, real), haircut_scale, fees, vehicle)| Asset {
            real,
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
    let inflation = (0.0..0.05, prop_oneof![Just(0.0), 0.0..0.03]);
    let on_top = (overlay_figures(), any::<bool>(), inflation);
    (assets, switches, rule, select(vec![Unfilled::Queues, Unfilled::Lapses]), on_top).prop_map(
        |((public, private), on, rule, unfilled, (figures, overlaid, inflation))| {
            let mut assets: Vec<Asset> = public.into_iter().chain(private).collect();
            for (k, asset) in assets.iter_mut().enumerate() {
                asset.key = if k == 0 { "cash".into() } else { format!("a{k}") };
            }
            let size = assets.len() + 1;
            let entry = |i: usize, j: usize| if i == j { 1.0 } else { 0.3 };
            let rows = (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect();
            let overlays = if overlaid { overlays(&assets, figures) } else { Overlays::default() };
            let base = market(assets);
            Market {
                overlays,
                inflation: ReturnMoments::from_simple(inflation.0, inflation.1).unwrap(),
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

/// A fund whose NAV lags, with the account's payments in one lifetime.
fn in_fund(account: Account, smoothing: bool, lifetime: u64) -> Outcome {
    let appraisal = Appraisal { smoothing: Smoothing::FirstOrder { phi_per_quarter: 0.6 }, lag_months: 2 };
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        vehicle: Vehicle { appraisal: Some(appraisal), ..Vehicle::default() },
        ..simple_asset("fund", 0.09, 0.25)
    };
    let mut question = crate::common::account_in(fund, account);
    question.settings = Settings { lifetimes: 50, seed: 11, steps_per_year: 12, ..question.settings };
    question.market.frictions.smoothing = smoothing;
    question.market.frictions.liquidity_haircut = false;
    let plan = Plan::compile(&question).unwrap();
    Outcome::of_part(&plan, &run_range(&plan, lifetime, 1).unwrap()).unwrap()
}

fn last(outcome: &Outcome) -> f64 {
    *outcome.real.mean.iter().last().unwrap()
}

#[test]
fn what_one_side_of_a_trade_at_a_stale_price_gains_the_other_loses() {
    // Every month one holder puts into the fund what another takes out of it: the fund trades nothing.
    let years = 8;
    let buyer =
        Account { contribution: 6_000.0, contribution_years: years, ..Account::lump_sum(1_000.0, years) };
    let seller = Account { withdrawal: Withdrawal::Amount(6_000.0), ..Account::lump_sum(900_000.0, years) };
    let mut moved = 0.0_f64;
    for lifetime in 0..50 {
        let [bought, sold] = [buyer.clone(), seller.clone()].map(|account| in_fund(account, true, lifetime));
        let side = |outcome: &Outcome| outcome.policies[0].private.clone().unwrap();
        let (buyers, sellers) = (side(&bought), side(&sold));
        let scale = last(&sold) + last(&bought) + 600_000.0;
        let near = |a: f64, b: f64, what: &str| {
            assert!((a - b).abs() < ROUNDING * scale, "{what} in lifetime {lifetime}: {a} and {b}");
        };
        near(buyers.gained.mean.value, sellers.lost.mean.value, "what buyers gain");
        near(buyers.lost.mean.value, sellers.gained.mean.value, "what buyers lose");
        near(buyers.transfer.value, -sellers.transfer.value, "transfer");
        // Both together have what they would have if every trade were at value.
        let plain = [buyer.clone(), seller.clone()].map(|account| last(&in_fund(account, false, lifetime)));
        near(last(&bought) + last(&sold), plain[0] + plain[1], "wealth of both");
        // Which is no tautology: each alone has more or less than that.
        moved = moved.max((last(&bought) - plain[0]).abs());
    }
    assert!(moved > 1_000.0, "{moved}");
}

#[test]
fn who_never_trades_is_untouched_by_stale_prices() {
    for lifetime in 0..10 {
        let [stale, plain] =
            [true, false].map(|smoothing| in_fund(Account::lump_sum(1_000.0, 9), smoothing, lifetime));
        assert!((last(&stale) / last(&plain) - 1.0).abs() < 1e-12);
        let private = stale.policies[0].private.as_ref().unwrap();
        assert_eq!((private.gained.mean.value, private.lost.mean.value), (0.0, 0.0));
        assert!(plain.policies[0].private.is_none());
    }
}

/// The policies of a saver with a private sleeve, frictions as given.
fn sleeve(change: &dyn Fn(&mut Inputs)) -> Inputs {
    let gate = Gate { cap_per_quarter: 0.05, requests_mean: 0.15, requests_concentration: 10.0 };
    let appraisal = Appraisal { smoothing: Smoothing::FirstOrder { phi_per_quarter: 0.45 }, lag_months: 3 };
    let private = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        fees: Fees {
            management: 0.0125,
            incentive: Some(IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 }),
            wrapper: 0.0075,
            ..Fees::NONE
        },
        vehicle: Vehicle { appraisal: Some(appraisal), gate: Some(gate), ..Vehicle::default() },
        ..simple_asset("private_equity", 0.12, 0.25)
    };
    let mut person = saver(55, 62, 80);
    person.career.salary = 90_000.0;
    person.plan.deferral_rate = 0.1;
    person.opening_balance = 300_000.0;
    person.spending = Spending::RealAmount(45_000.0);
    let assets = vec![simple_asset("us_equity", 0.08, 0.17), simple_asset("cash", 0.03, 0.01), private];
    let mut question = Inputs {
        market: Market { stress_asset: Some("us_equity".into()), ..market(assets) },
        participant: Participant::Saver(person),
        policies: vec![policy("plain", &[0.7, 0.3, 0.0]), policy("private", &[0.5, 0.1, 0.4])],
        settings: Settings { lifetimes: 3000, seed: 5, steps_per_year: 12, ..Settings::default() },
    };
    question.policies[1].drift_cap = Some(1.5);
    change(&mut question);
    question
}

#[test]
fn switching_a_friction_off_is_the_market_without_it_bit_for_bit() {
    type Change = fn(&mut Inputs);
    let pairs: [(&str, Change, Change); 4] = [
        (
            "smoothing",
            |i| i.market.frictions.smoothing = false,
            |i| {
                i.market.assets[2].vehicle.appraisal = None;
            },
        ),
        ("gates", |i| i.market.frictions.gates = false, |i| i.market.assets[2].vehicle.gate = None),
        ("fees", |i| i.market.frictions.fees = false, |i| i.market.assets[2].fees = Fees::NONE),
        (
            "everything",
            |i| {
                let frictions = &mut i.market.frictions;
                (frictions.smoothing, frictions.gates, frictions.fees) = (false, false, false);
            },
            |i| {
                i.market.assets[2].vehicle = Vehicle::default();
                i.market.assets[2].fees = Fees::NONE;
            },
        ),
    ];
    let everything = balances(&sleeve(&|_| {}));
    for (what, off, without) in pairs {
        let switched = balances(&sleeve(&off));
        let gone = balances(&sleeve(&without));
        assert_eq!(switched, gone, "{what}");
        assert_ne!(switched, everything, "{what} changes nothing");
    }
}

/// Every percentile of every balance, as bits.
fn balances(inputs: &Inputs) -> Vec<u64> {
    let outcome = crate::common::run(inputs);
    outcome.real.percentiles.iter().chain(&outcome.real.mean).map(|x| x.to_bits()).collect()
}

#[test]
fn threads_tile_widths_and_shards_change_no_bit_of_private_statistics() {
    let plan = Plan::compile(&sleeve(&|_| {})).unwrap();
    let whole = run_range(&plan, 0, 3000).unwrap();
    let best = InstructionSet::best();
    assert_eq!(whole, run_range_with::<16>(&plan, 0, 3000, best).unwrap());
    for set in InstructionSet::available() {
        assert_eq!(whole, run_range_on(&plan, 0, 3000, set).unwrap(), "{set}");
    }
    let mut parts = run_range(&plan, 1700, 1300).unwrap();
    parts.merge(&run_range(&plan, 0, 1700).unwrap()).unwrap();
    assert_eq!(whole.to_bytes(), parts.to_bytes());
    let threads =
        simulate(&plan, 0..plan.lifetimes(), &RunOptions { threads: Some(3), ..RunOptions::default() }, &())
            .unwrap();
    assert_eq!(whole, threads);
    let alone = Outcome::of_part(&plan, &run_range(&plan, 123, 1).unwrap()).unwrap();
    assert_eq!(alone.lifetimes, 1);
}

#[test]
fn gates_hold_money_back_and_cost_what_they_should() {
    let open = crate::common::run(&sleeve(&|inputs| inputs.market.gate_rule.closing = 0.0));
    let shut = crate::common::run(&sleeve(&|inputs| {
        (inputs.market.gate_rule.closing, inputs.market.gate_rule.reopening) = (1.0, 0.0);
    }));
    let private = |outcome: &Outcome| outcome.policies[1].private.clone().unwrap();
    assert!(private(&shut).gated.value > private(&open).gated.value);
    assert!(private(&shut).months_waited.mean.value > 10.0 * private(&open).months_waited.mean.value);
    assert!(private(&shut).forced_sales.mean.value > private(&open).forced_sales.mean.value);
    assert!(shut.policies[1].haircuts.mean.value > open.policies[1].haircuts.mean.value);
    assert!(private(&shut).reported_volatility.mean.value < private(&shut).volatility.mean.value);
    // The policy without the fund is the same in both.
    assert_eq!(open.policies[0], shut.policies[0]);
    assert!(open.policies[0].private.is_none());
}

#[test]
fn a_certain_fund_pays_the_fees_of_its_terms() {
    // 12 % a year for certain: an eighth of it beyond a hurdle of 5 % with full catch-up, after 1 % on 1.5 dollars
    // committed for each of NAV.
    let incentive = IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 };
    let fees = Fees {
        management: 0.01,
        management_base: ManagementBase::Committed { per_nav: 1.5 },
        incentive: Some(incentive),
        ..Fees::NONE
    };
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        fees,
        ..simple_asset("fund", 0.12, 0.0)
    };
    for steps_per_year in [1, 4, 12] {
        let mut question = crate::common::account_in(fund.clone(), Account::lump_sum(1_000.0, 10));
        question.settings.steps_per_year = steps_per_year;
        let net_of_management = 1.12 * (1.0 - 0.015);
        let year = net_of_management - 0.125 * (net_of_management - 1.0);
        let end = last(&crate::common::run(&question));
        assert!((end / 1_000.0 / f64::powi(year, 10) - 1.0).abs() < 1e-9, "{steps_per_year}: {end}");
    }
    // Below the hurdle nothing is due.
    let low = Asset { moments: simple_asset("x", 0.06, 0.0).moments, ..fund };
    let end = last(&crate::common::run(&crate::common::account_in(low, Account::lump_sum(1_000.0, 10))));
    assert!((end / 1_000.0 / f64::powi(1.06 * 0.985, 10) - 1.0).abs() < 1e-9, "{end}");
}

/// The market's returns from a table, inflation left out: one lifetime from its first row.
fn from_table(period: HistoryPeriod, rows: &[Vec<f64>]) -> ReturnModel {
    let returns: Vec<f64> = rows.iter().flat_map(|row| row.iter().copied().chain([0.0])).collect();
    let history = History {
        source: "made up".into(),
        period,
        first_year: 2001,
        first_month: 1,
        series: rows[0].len() + 1,
        returns,
    };
    ReturnModel::Historical(Box::new(HistoricalOf { history, wrap: false }))
}

#[test]
fn the_high_water_mark_rises_with_every_year_and_the_hurdle_does_not_add_up() {
    // A fifth beyond a hurdle of 5 % a year with full catch-up, on returns of 4 %, 8 %, -10 % and 20 %, by hand:
    //   4 %: below the hurdle, nothing; the mark rises to 1.04 all the same.
    //   8 %: 1.1232 is 0.0832 above the mark; beyond its hurdle of 0.052, so a fifth of the profit: 0.01664.
    // -10 %: 0.995904, under water.
    //  20 %: 1.1950848 is 0.0885248 above the mark of 1.10656, beyond its hurdle: a fifth, 0.01770496.
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        fees: Fees { incentive: Some(IncentiveFee { rate: 0.2, hurdle: 0.05, catch_up: 1.0 }), ..Fees::NONE },
        ..simple_asset("fund", 0.05, 0.1)
    };
    let mut question = crate::common::account_in(fund, Account::lump_sum(1.0, 4));
    question.market.model = from_table(HistoryPeriod::Year, &[0.04, 0.08, -0.10, 0.20].map(|r| vec![r]));
    let path = crate::common::path(&crate::common::run(&question));
    let expected = [1.04, 1.10656, 0.995_904, 1.177_379_84];
    for (year, (found, expected)) in path.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-12, "year {year}: {found} is not {expected}");
    }
}

/// 60 % stocks, which halve in the first quarter and then rise, and 40 % in a fund that shuts at its end, pays a twentieth of
/// each request and never opens; no payments.
fn halved_stocks(rebalancing: Rebalancing, steps_per_year: u32) -> Inputs {
    let gate = Gate { cap_per_quarter: 0.05, requests_mean: 0.999, requests_concentration: 1000.0 };
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        vehicle: Vehicle { gate: Some(gate), ..Vehicle::default() },
        ..simple_asset("fund", 0.08, 0.1)
    };
    let account = Account::lump_sum(100_000.0, 3);
    let assets = vec![simple_asset("stocks", 0.08, 0.1), fund];
    let mut question = crate::common::inputs(assets, Participant::Account(account), &[0.6, 0.4]);
    let row = |month: usize| match month % 3 {
        2 => vec![if month == 2 { -0.5 } else { 0.1 }, 0.02],
        _ => vec![0.0, 0.0],
    };
    question.market.model = from_table(HistoryPeriod::Month, &(0..36).map(row).collect::<Vec<_>>());
    question.market.gate_rule = GateRule { closing: 1.0, closing_slope: 0.0, threshold: 0.0, reopening: 0.0 };
    question.settings.steps_per_year = steps_per_year;
    question.policies[0].rebalancing = rebalancing;
    question
}

fn months_waited(question: &Inputs) -> f64 {
    crate::common::run(question).policies[0].private.as_ref().unwrap().months_waited.mean.value
}

#[test]
fn months_are_waited_from_a_request_until_it_is_paid_whatever_the_steps() {
    for steps in [4, 12] {
        // Restored at every end of a quarter: the first request is made after three months, the last rest is paid after
        // 27, when stocks have risen enough; yearly, after twelve and at 36.
        assert_eq!(months_waited(&halved_stocks(Rebalancing::Quarterly, steps)), 24.0);
        assert_eq!(months_waited(&halved_stocks(Rebalancing::Yearly, steps)), 24.0);
        for rebalancing in [Rebalancing::Quarterly, Rebalancing::Yearly] {
            let question = |change: &dyn Fn(&mut Inputs)| {
                let mut question = halved_stocks(rebalancing, steps);
                change(&mut question);
                months_waited(&question)
            };
            assert_eq!(question(&|q| q.market.frictions.unfilled = Unfilled::Lapses), 0.0, "nothing waits");
            assert_eq!(question(&|q| q.market.gate_rule.closing = 0.0), 0.0, "an open fund pays at once");
            let all = Gate { cap_per_quarter: 1.0, requests_mean: 0.5, requests_concentration: 2.0 };
            assert_eq!(question(&|q| q.market.assets[1].vehicle.gate = Some(all)), 0.0, "paid in full");
            assert_eq!(
                question(&|q| q.policies[0].rebalancing = Rebalancing::Never),
                0.0,
                "nothing is asked"
            );
        }
        // What waits at the end of life has waited until then; a request made on its last day has not.
        let years = |years: u32, rebalancing: Rebalancing| {
            let mut question = halved_stocks(rebalancing, steps);
            question.participant = Participant::Account(Account::lump_sum(100_000.0, years));
            question.settings.lifetimes = u64::from(36 - 12 * years + 1);
            let plan = Plan::compile(&question).unwrap();
            let first = Outcome::of_part(&plan, &run_range(&plan, 0, 1).unwrap()).unwrap();
            first.policies[0].private.as_ref().unwrap().months_waited.mean.value
        };
        assert_eq!((years(1, Rebalancing::Quarterly), years(1, Rebalancing::Yearly)), (9.0, 0.0));
        assert_eq!((years(2, Rebalancing::Quarterly), years(2, Rebalancing::Yearly)), (21.0, 12.0));
    }
}

#[test]
fn nothing_waits_of_what_was_sold_to_the_last_dollar() {
    for steps in [4, 12] {
        let mut question = halved_stocks(Rebalancing::Quarterly, steps);
        // More than there is, at the end of the second year: the request of the third month has waited until then.
        question.participant = Participant::Account(Account {
            withdrawal: Withdrawal::Amount(1e6),
            withdrawal_after_years: 1,
            contribution: 1_000.0,
            contribution_years: 3,
            timing: PaymentTiming::End,
            ..Account::lump_sum(100_000.0, 3)
        });
        assert_eq!(months_waited(&question), 21.0, "{steps} steps a year");
    }
}

#[test]
fn smoothing_at_0_78_a_quarter_leaves_0_61_of_the_volatility_of_a_year() {
    let appraisal = Appraisal { smoothing: Smoothing::FirstOrder { phi_per_quarter: 0.78 }, lag_months: 0 };
    let expected = appraisal.annual_volatility_ratio(4).unwrap();
    assert!((expected - 0.61).abs() < 0.001, "{expected}");
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 0.0 },
        vehicle: Vehicle { appraisal: Some(appraisal), ..Vehicle::default() },
        ..simple_asset("fund", 0.08, 0.12)
    };
    let mut question = crate::common::account_in(fund, Account::lump_sum(1_000.0, 100));
    question.settings = Settings { lifetimes: 2000, seed: 3, steps_per_year: 4, ..question.settings };
    let outcome = crate::common::run(&question);
    let private = outcome.policies[0].private.as_ref().unwrap();
    let ratio = private.reported_volatility.mean.value / private.volatility.mean.value;
    // A standard deviation over 100 years of returns with an autocorrelation of 0.4 a year is 1 % too small; the errors of
    // the two means, from 2000 lifetimes, are 0.3 % of them.
    let error = private.reported_volatility.mean.standard_error / private.volatility.mean.value;
    assert!((ratio - expected).abs() < 0.015 * expected + 4.0 * error, "{ratio}, not {expected}");
}
