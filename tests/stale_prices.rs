//! Stale prices create nothing: certain funds are untouched by them under every model, a premium is what it says, and a forced sale
//! fetches its share of the reported NAV.

use std::collections::BTreeMap;

use decumulus::engine::{Inputs, Outcome, Settings};
use decumulus::market::{
    AcademicDiscount, Appraisal, Asset, BlockMethod, BootstrapOf, ErrorCorrelation, Fees, GarchCoefficients,
    GarchCorrelation, GarchParameters, Gate, HaircutRule, HistoricalOf, History, HistoryPeriod, IncentiveFee,
    Liquidity, ManagerSpread, Managers, Market, Overlays, ParameterUncertainty, RegimeParameters,
    ReturnModel, Selection, Smoothing, Vehicle, discount::Formula,
};
use decumulus::participant::{Account, Participant, PaymentTiming, Spending, Withdrawal};
use decumulus::policy::{Rebalancing, WithdrawalOrder};

use crate::common::{account_in, market, policy, run, saver, simple_asset};

fn first_order(phi_per_quarter: f64, lag_months: u32) -> Appraisal {
    Appraisal { smoothing: Smoothing::FirstOrder { phi_per_quarter }, lag_months }
}

/// Every model, for a market of stocks, cash and a fund; tables say that the fund and cash do the same in every row.
fn models(steps_per_year: u32) -> Vec<ReturnModel> {
    let period = if steps_per_year == 12 { HistoryPeriod::Month } else { HistoryPeriod::Year };
    let row = |i: usize| [0.01 * (i as f64 * 2.3).sin(), 0.002, 0.0069, 0.002 * (i as f64 * 1.7).cos()];
    let history = History {
        source: "made up".into(),
        period,
        first_year: 1900,
        first_month: 1,
        series: 4,
        returns: (0..600).flat_map(row).collect(),
    };
    let mut regimes =
        RegimeParameters::calm_and_crisis(&["us_equity", "cash", "fund"].map(ToString::to_string));
    regimes.states[1].volatility_factors[2] = 3.0;
    let stationary = BlockMethod::Stationary { mean_length: 20.0 };
    let bootstrap = BootstrapOf { history: history.clone(), method: stationary, automatic: false };
    let mut models = vec![
        ReturnModel::Lognormal,
        ReturnModel::StudentT { degrees_of_freedom: 5.0 },
        ReturnModel::Regimes(regimes),
    ];
    if steps_per_year == 12 {
        models.push(ReturnModel::Garch(GarchParameters {
            coefficients: vec![GarchCoefficients::default(); 4],
            correlation: GarchCorrelation::DYNAMIC,
        }));
        models.push(ReturnModel::Bootstrap(Box::new(bootstrap)));
        models.push(ReturnModel::Historical(Box::new(HistoricalOf { history, wrap: false })));
    }
    models
}

fn funds() -> Vec<Vehicle> {
    let gate = Some(Gate { cap_per_quarter: 0.05, requests_mean: 0.15, requests_concentration: 10.0 });
    let average = Smoothing::MovingAverage { weights: vec![0.4, 0.3, 0.2, 0.1] };
    vec![
        Vehicle { appraisal: Some(first_order(0.85, 1)), ..Vehicle::default() },
        Vehicle { appraisal: Some(first_order(0.45, 3)), gate, ..Vehicle::default() },
        Vehicle { appraisal: Some(first_order(0.0, 6)), gate, liquid_sleeve: 0.2, ..Vehicle::default() },
        Vehicle {
            appraisal: Some(Appraisal { smoothing: average, lag_months: 3 }),
            gate,
            ..Vehicle::default()
        },
    ]
}

/// A saver with a certain fund beside stocks, who buys it, rebalances, and lives on it.
fn with_certain_fund(model: &ReturnModel, vehicle: &Vehicle, fees: Fees, steps: u32) -> Inputs {
    let fund = Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        vehicle: vehicle.clone(),
        fees,
        ..simple_asset("fund", 0.0859, 0.0)
    };
    let mut person = saver(50, 60, 75);
    person.career.salary = 90_000.0;
    person.plan.deferral_rate = 0.1;
    person.opening_balance = 200_000.0;
    person.spending = Spending::RealAmount(40_000.0);
    let assets = vec![simple_asset("us_equity", 0.08, 0.17), simple_asset("cash", 0.03, 0.0), fund];
    // What a lifetime's returns are more than stated is no news either.
    let certain_in_the_end = model.history().is_some();
    let overlays = Overlays {
        parameter_uncertainty: (!certain_in_the_end).then(|| ParameterUncertainty {
            scale: 1.0,
            sd: BTreeMap::from([("fund".to_string(), 0.02)]),
            correlation: ErrorCorrelation::Returns,
            sources: vec![],
        }),
        managers: Some(Managers {
            vintage_years: 5,
            persistence: 0.2,
            correlation: 0.0,
            assets: BTreeMap::from([(
                "fund".to_string(),
                ManagerSpread { sd: 0.05, selection: Selection::Deviations(0.3) },
            )]),
            sources: vec![],
        }),
        ..Overlays::default()
    };
    let lifetimes = match model {
        ReturnModel::Historical(of) => of.start_dates(25),
        _ => 400,
    };
    Inputs {
        market: Market {
            stress_asset: Some("us_equity".into()),
            model: model.clone(),
            overlays,
            ..market(assets)
        },
        participant: Participant::Saver(person),
        policies: vec![policy("plain", &[0.7, 0.3, 0.0]), policy("fund", &[0.4, 0.1, 0.5])],
        settings: Settings { lifetimes, seed: 5, steps_per_year: steps, ..Settings::default() },
    }
}

/// Every balance, fee and loss of an outcome, as bits.
fn bits(outcome: &Outcome) -> Vec<u64> {
    let mut numbers: Vec<f64> =
        outcome.real.percentiles.iter().chain(&outcome.nominal.percentiles).copied().collect();
    for policy in &outcome.policies {
        numbers.extend([&policy.fees, &policy.haircuts, &policy.trading_costs].map(|of| of.mean.value));
        numbers.extend(policy.ruin.map(|ruin| ruin.value));
    }
    numbers.into_iter().map(f64::to_bits).collect()
}

#[test]
fn a_certain_fund_is_worth_the_same_whether_its_price_is_stale_or_not_bit_for_bit() {
    let incentive = Some(IncentiveFee { rate: 0.125, hurdle: 0.05, catch_up: 1.0 });
    let all_fees = Fees { management: 0.0125, incentive, wrapper: 0.0075, custody: 0.0005, ..Fees::NONE };
    let wrapper = Fees { wrapper: 0.0075, ..Fees::NONE };
    let mut compared = 0;
    for steps in [4, 12] {
        for model in models(steps) {
            for vehicle in funds() {
                for fees in [Fees::NONE, wrapper, all_fees] {
                    let stale = with_certain_fund(&model, &vehicle, fees, steps);
                    let mut plain = stale.clone();
                    plain.market.frictions.smoothing = false;
                    assert_eq!(
                        bits(&run(&stale)),
                        bits(&run(&plain)),
                        "{} {vehicle:?} {fees:?}",
                        model.name()
                    );
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 9 * 4 * 3);
    // Which says something: with a volatility the price is stale, and wealth another.
    let mut moves = with_certain_fund(&ReturnModel::Lognormal, &funds()[0], wrapper, 12);
    moves.market.assets[2].moments = simple_asset("x", 0.0859, 0.01).moments;
    let mut plain = moves.clone();
    plain.market.frictions.smoothing = false;
    assert_ne!(bits(&run(&moves)), bits(&run(&plain)));
}

#[test]
fn two_certain_assets_of_one_return_end_at_one_balance_however_they_are_priced() {
    // 8.59 % a year for certain: 1,000 a year for forty years, by the annuity formula, whatever the mix and the smoothing.
    let private = |vehicle: &Vehicle| Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: 1.0 },
        vehicle: vehicle.clone(),
        ..simple_asset("fund", 0.0859, 0.0)
    };
    let expected = 1_000.0 * (1.0859_f64.powi(40) - 1.0) / 0.0859;
    for vehicle in &funds()[..2] {
        for weight in [0.0, 0.5, 1.0] {
            let account = Account { contribution: 1_000.0, ..Account::lump_sum(0.0, 40) };
            let mut question = account_in(private(vehicle), account);
            question.market = market(vec![simple_asset("plain", 0.0859, 0.0), private(vehicle)]);
            question.policies = vec![policy("both", &[1.0 - weight, weight])];
            question.settings.steps_per_year = 12;
            let end = crate::common::end(&run(&question));
            // The histogram's bucket, within 0.1 %.
            assert!((end / expected - 1.0).abs() < 1e-3, "{weight}: {end} not {expected}");
        }
    }
}

/// A certain fund of 5 % a year that is priced at so many times its value, in yearly steps.
fn priced_at(ratio: f64, haircut: f64) -> Asset {
    Asset {
        liquidity: Liquidity::Illiquid { haircut_scale: haircut },
        vehicle: Vehicle { nav_premium: ratio - 1.0, ..Vehicle::default() },
        ..simple_asset("fund", 0.05, 0.0)
    }
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found} not {expected}");
}

#[test]
fn a_nav_above_value_costs_buyers_and_pays_sellers_its_premium_exactly() {
    for ratio in [0.8, 1.0, 1.25] {
        // An opening balance is an economic value; money comes in at the NAV, and nobody asks for any.
        let account = Account {
            contribution: 1_000.0,
            contribution_years: 1,
            timing: PaymentTiming::Start,
            ..Account::lump_sum(10_000.0, 2)
        };
        let question = account_in(priced_at(ratio, 1.0), account);
        let outcome = run(&question);
        let value = (10_000.0 + 1_000.0 / ratio) * 1.05 * 1.05;
        near(*outcome.real.mean.iter().last().unwrap(), value);
        let Some(private) = &outcome.policies[0].private else {
            assert_eq!(ratio, 1.0);
            continue;
        };
        near(private.reported[1].as_ref().unwrap().mean.value, ratio * value);
        near(private.transfer.value, 1_000.0 / ratio - 1_000.0);
        // Redeemed at the NAV, where nothing is forced.
        let account = Account { withdrawal: Withdrawal::Amount(1_000.0), ..Account::lump_sum(10_000.0, 1) };
        let mut question = account_in(priced_at(ratio, 1.0), account);
        question.market.frictions.liquidity_haircut = false;
        let outcome = run(&question);
        near(*outcome.real.mean.iter().last().unwrap(), 10_500.0 - 1_000.0 / ratio);
        near(outcome.policies[0].private.as_ref().unwrap().transfer.value, 1_000.0 - 1_000.0 / ratio);
    }
}

#[test]
fn fees_are_a_share_of_the_reported_nav_and_do_not_move_it_against_value() {
    for ratio in [0.8, 1.25] {
        let mut fund = priced_at(ratio, 1.0);
        fund.fees = Fees { wrapper: 0.02, ..Fees::NONE };
        let outcome = run(&account_in(fund, Account::lump_sum(10_000.0, 30)));
        let value = 10_000.0 * (1.05 * (1.0 - 0.02 * ratio)).powi(30);
        near(*outcome.real.mean.iter().last().unwrap(), value);
        near(
            outcome.policies[0].private.as_ref().unwrap().reported[29].as_ref().unwrap().mean.value,
            ratio * value,
        );
    }
}

#[test]
fn a_forced_sale_fetches_the_nav_less_its_discount_and_never_more_than_value() {
    // A fifth off the NAV in every market, times the asset's scale.
    let rule = HaircutRule { base: 0.2, slope: 0.0, curvature: 0.0, cap: 0.6 };
    for (ratio, scale) in [(1.0, 1.0), (0.8, 1.0), (1.1, 1.0), (1.3, 1.0), (1.3, 0.5), (0.7, 0.0), (1.2, 5.0)]
    {
        let account = Account { withdrawal: Withdrawal::Amount(1_000.0), ..Account::lump_sum(10_000.0, 1) };
        let mut question = account_in(priced_at(ratio, scale), account);
        question.market.haircut_rule = rule;
        let outcome = run(&question);
        let fetched = (ratio * (1.0 - (0.2_f64 * scale).min(1.0))).min(1.0);
        let (end, policy) = (*outcome.real.mean.iter().last().unwrap(), &outcome.policies[0]);
        if fetched == 0.0 {
            near(policy.haircuts.mean.value, 10_500.0);
            continue;
        }
        near(end, 10_500.0 - 1_000.0 / fetched);
        near(policy.haircuts.mean.value, 1_000.0 / fetched - 1_000.0);
        if let Some(private) = &policy.private {
            near(private.forced_sales.mean.value, 1_000.0 / fetched);
            // The buyer outside gains what is lost, not those who stay.
            assert_eq!(private.transfer.value, 0.0);
        }
    }
}

#[test]
fn an_academic_discount_is_a_share_of_value_whatever_the_nav() {
    let mut ends = vec![];
    for ratio in [0.8, 1.0, 1.3] {
        let account = Account { withdrawal: Withdrawal::Amount(1_000.0), ..Account::lump_sum(10_000.0, 1) };
        let mut question = account_in(priced_at(ratio, 1.0), account);
        question.market.assets[0].moments = simple_asset("x", 0.05, 0.2).moments;
        question.market.academic_discount =
            Some(AcademicDiscount { formula: Formula::Longstaff, wait_years: 1.0 });
        question.settings.lifetimes = 50;
        ends.push(*run(&question).real.mean.iter().last().unwrap());
    }
    near(ends[0], ends[1]);
    near(ends[2], ends[1]);
}

#[test]
fn what_is_above_the_cap_on_illiquid_assets_is_sold_off_its_nav() {
    // Half in the fund and never rebalanced: it doubles in a year, is quoted at 1.25, and a gate makes the cap bind.
    let gate = Gate { cap_per_quarter: 0.05, requests_mean: 0.15, requests_concentration: 10.0 };
    let fund = |ratio: f64| Asset {
        vehicle: Vehicle { gate: Some(gate), ..priced_at(ratio, 1.0).vehicle },
        ..Asset { moments: simple_asset("x", 1.0, 0.0).moments, ..priced_at(ratio, 1.0) }
    };
    for ratio in [0.9, 1.25] {
        let mut question = account_in(fund(ratio), Account::lump_sum(1_000.0, 1));
        question.market = market(vec![simple_asset("safe", 0.0, 0.0), fund(ratio)]);
        question.market.haircut_rule = HaircutRule { base: 0.3, slope: 0.0, curvature: 0.0, cap: 0.6 };
        question.market.gate_rule.closing = 0.0;
        question.policies = vec![policy("half", &[0.5, 0.5])];
        question.policies[0].rebalancing = Rebalancing::Never;
        question.policies[0].withdrawals = WithdrawalOrder::LiquidFirst;
        question.policies[0].drift_cap = Some(1.0);
        question.settings.steps_per_year = 4;
        let outcome = run(&question);
        let (mut safe, mut value, mut lost) = (500.0, 500.0, 0.0);
        for _ in 0..4 {
            value *= 2.0_f64.powf(0.25);
            let (held, all) = (value * ratio, safe + value * ratio);
            let sold = ((held - 0.5 * all) / held).max(0.0) * value;
            let fetched = sold * (ratio * 0.7).min(1.0);
            (value, safe, lost) = (value - sold, safe + fetched, lost + sold - fetched);
        }
        near(outcome.policies[0].haircuts.mean.value, lost);
        near(*outcome.real.mean.iter().last().unwrap(), safe + value);
        assert!(lost > 10.0);
    }
}

#[test]
fn a_premium_out_of_range_is_refused() {
    for wrong in [-0.51, 1.01, f64::NAN] {
        let mut asset = priced_at(1.0, 1.0);
        asset.vehicle.nav_premium = wrong;
        let error = market(vec![asset]).validated().unwrap_err().to_string();
        assert!(error.contains("nav_premium"), "{error}");
    }
    let read = |premium: f64| {
        let text = format!(
            "[market]\nassumptions = 'base_2026'\nassets = ['private_equity']\n[market.asset.private_equity]\nnav_premium = {premium}\n\
             [account]\nyears = 1\nopening_balance = 1\n[[policy]]\nkey = 'x'\nweights = {{ private_equity = 1 }}\n"
        );
        decumulus::Scenario::from_toml(&text, "x.toml", &[])
    };
    let error = read(2.0).unwrap_err();
    assert_eq!(error.problems()[0].key, "market.asset.private_equity.nav_premium", "{error}");
    assert_eq!(error.problems()[0].location.as_ref().unwrap().line, 5);
    let accepted = read(0.05).unwrap().inputs.market.assets[0].vehicle.clone();
    // The rest stays that of the set.
    assert!(accepted.nav_premium == 0.05 && accepted.lags());
}
