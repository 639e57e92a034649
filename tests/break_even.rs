//! Break-even premiums of sleeves: formulas of certain markets, errors, refusals, threads.

use decumulus::Error;
use decumulus::engine::{Inputs, RunOptions};
use decumulus::market::{Asset, AssetClass, Fees, Leverage, Vehicle};
use decumulus::participant::{Account, Participant};
use decumulus::study::{BreakEvenPremium, Premium, break_even_premium, sleeve_of};

use crate::common::{account_in, assert_near, policy, run, simple_asset, sized};

const FEE: f64 = 0.02;

/// A fund with a fee, outside the public part.
fn fund(mean: f64, volatility: f64) -> Asset {
    Asset {
        class: AssetClass::Alternative,
        fees: Fees { management: FEE, ..Fees::NONE },
        ..simple_asset("fund", mean, volatility)
    }
}

/// Twenty years in stocks alone, or with a share of them in a fund.
fn question(stocks: Asset, fund: Asset, share: f64) -> Inputs {
    let account = Account::lump_sum(1000.0, 20);
    let alone = account_in(stocks.clone(), account.clone());
    Inputs {
        market: crate::common::market(vec![stocks, fund]),
        participant: Participant::Account(account),
        policies: vec![policy("stocks", &[1.0, 0.0]), policy("sleeve", &[1.0 - share, share])],
        ..sized(alone, 64, 1)
    }
}

fn uncertain(lifetimes: u64, seed: u64) -> Inputs {
    let inputs = question(simple_asset("stocks", 0.07, 0.16), fund(0.08, 0.25), 0.3);
    sized(inputs, lifetimes, seed)
}

fn found(inputs: &Inputs) -> BreakEvenPremium {
    on_threads(inputs, 1).unwrap()
}

fn on_threads(inputs: &Inputs, threads: usize) -> Result<BreakEvenPremium, Error> {
    break_even_premium(inputs, 1, None, &RunOptions { threads: Some(threads), ..RunOptions::default() }, &())
}

#[test]
fn in_a_certain_market_the_premium_makes_the_fund_as_good_as_stocks_after_its_fee() {
    for (stocks, mean, share) in [(0.05, 0.05, 1.0), (0.05, 0.05, 0.2), (0.08, 0.03, 0.5), (0.01, 0.30, 0.1)]
    {
        let found = found(&question(simple_asset("stocks", stocks, 0.0), fund(mean, 0.0), share));
        // (1 + m + d)(1 − f) = 1 + m0.
        let expected = (1.0 + stocks) / (1.0 - FEE) - 1.0 - mean;
        for premium in [found.median, found.mean] {
            // The search ends when a correction is below 1e-5; with the last one made, far nearer.
            assert_near(premium.found().unwrap().value, expected, 1e-6, "premium");
        }
        assert_near(found.weight(), share, 1e-12, "weight");
        assert_near(found.weighted(|asset| asset.fees), FEE, 1e-15, "fees");
        assert_eq!((found.age, found.sleeve.len(), found.sleeve[0].key.as_str()), (20, 1, "fund"));
    }
}

#[test]
fn the_premium_of_a_fund_that_borrows_is_that_of_a_dollar_of_its_nav() {
    let leverage = Leverage { debt_share: 0.4, borrowing_rate: 0.05 };
    let fund =
        Asset { vehicle: Vehicle { leverage: Some(leverage), ..Vehicle::default() }, ..fund(0.06, 0.0) };
    let premium = found(&question(simple_asset("stocks", 0.07, 0.0), fund, 0.3));
    let levered = 0.06 + 0.4 / 0.6 * (0.06 - 0.05);
    let expected = 1.07 / (1.0 - FEE) - 1.0 - levered;
    assert_near(premium.mean.found().unwrap().value, expected, 1e-6, "premium");
}

#[test]
fn a_premium_beyond_the_bracket_is_told_with_its_side() {
    let found_with = |stocks, mean| {
        let found = found(&question(simple_asset("stocks", stocks, 0.0), fund(mean, 0.0), 0.3));
        assert_eq!(found.median, found.mean);
        found.median
    };
    assert_eq!(found_with(0.9, 0.1), Premium::Above(0.5));
    assert_eq!(found_with(0.0, 0.9), Premium::Below(-0.5));
}

#[test]
fn with_the_premium_the_policies_are_equal_within_the_error() {
    let inputs = uncertain(8_000, 5);
    let found = found(&inputs);
    let at = |shift: f64| {
        let mut inputs = inputs.clone();
        let moments = inputs.market.assets[1].moments;
        inputs.market.assets[1].moments =
            decumulus::market::ReturnMoments::from_simple(moments.mean() + shift, moments.volatility())
                .unwrap();
        let comparison = run(&inputs).comparisons[0].at.pop().unwrap();
        [comparison.percentile_differences[1], comparison.mean_difference]
    };
    let mut last = [f64::NEG_INFINITY; 2];
    for step in -4..=4 {
        let now = at(0.02 * f64::from(step)).map(|difference| difference.value);
        assert!(now[0] > last[0] && now[1] > last[1], "not rising at {step}");
        last = now;
    }
    for (i, premium) in [found.median, found.mean].into_iter().enumerate() {
        let premium = premium.found().unwrap();
        assert!(premium.standard_error > 0.0 && premium.standard_error < 0.02, "{premium:?}");
        let difference = at(premium.value)[i];
        assert!(difference.value.abs() < 0.2 * difference.standard_error, "{difference:?}");
    }
    // The mean has a formula: stocks and fund grow at 7 %, as rebalanced every year and independent from year to year.
    let expected = 1.07 / (1.0 - FEE) - 1.0 - 0.08;
    let mean = found.mean.found().unwrap();
    assert_near(mean.value, expected, 4.0 * mean.standard_error, "mean");
}

#[test]
fn standard_errors_are_the_spread_over_seeds() {
    const SEEDS: u64 = 24;
    let all: Vec<BreakEvenPremium> = (0..SEEDS).map(|seed| found(&uncertain(1_500, 100 + seed))).collect();
    for which in [|found: &BreakEvenPremium| found.median, |found: &BreakEvenPremium| found.mean] {
        let premiums: Vec<_> = all.iter().map(|found| which(found).found().unwrap()).collect();
        let n = SEEDS as f64;
        let mean = premiums.iter().map(|p| p.value).sum::<f64>() / n;
        let spread = (premiums.iter().map(|p| (p.value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let stated = (premiums.iter().map(|p| p.standard_error.powi(2)).sum::<f64>() / n).sqrt();
        // Chi-squared of 23 degrees: the ratio leaves this range less than once in a thousand.
        assert!((0.55..1.55).contains(&(spread / stated)), "{spread} but {stated} stated");
    }
}

#[test]
fn the_premium_is_the_same_on_any_number_of_threads() {
    let inputs = uncertain(3_000, 9);
    assert_eq!(on_threads(&inputs, 1).unwrap(), on_threads(&inputs, 2).unwrap());
}

#[test]
fn what_has_no_premium_is_refused_with_the_reason() {
    let inputs = uncertain(100, 1);
    let refused = |inputs: &Inputs, policy: usize, age: Option<u32>| {
        break_even_premium(
            inputs,
            policy,
            age,
            &RunOptions { threads: Some(1), ..RunOptions::default() },
            &(),
        )
        .unwrap_err()
        .to_string()
    };
    assert!(
        refused(&inputs, 0, None)
            .contains("policy is `stocks`, but must be a policy that is compared with another")
    );
    assert!(refused(&inputs, 2, None).contains("an index below 2"));
    for age in [0, 21, u32::MAX] {
        assert!(refused(&inputs, 1, Some(age)).contains("an age from 1 to 20"), "{age}");
    }
    let mut public = inputs.clone();
    public.market.assets[1].class = AssetClass::Public;
    assert!(refused(&public, 1, None).contains("holds more of an alternative asset"));
    assert_eq!(sleeve_of(&public, 1, None).unwrap(), []);
    assert!(sleeve_of(&inputs, 7, None).is_err());
    let mut broken = inputs.clone();
    broken.market.assets[1].fees.management = f64::NAN;
    assert!(refused(&broken, 1, None).contains("market.assets.fund.management_fee"));
    let mut none = inputs;
    none.settings.lifetimes = 0;
    assert!(refused(&none, 1, None).contains("run.lifetimes"));
}

#[test]
fn one_lifetime_has_a_premium_without_an_error() {
    let found = found(&uncertain(1, 4));
    assert!(found.median.found().unwrap().standard_error.is_nan());
    assert!(found.median.found().unwrap().value.is_finite());
}
