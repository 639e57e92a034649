//! Published and computed cases: each at the tolerance that its source states, which is four standard errors
//! at 100,000 lifetimes (a false alarm in 16,000 for each figure). Siblings of a case are checked against
//! exact recursions or backward induction, at four standard errors as well. Seeds are fixed.

use decumulus::engine::{Inputs, Outcome};
use decumulus::market::{Correlation, ReturnMoments};
use decumulus::participant::{
    Account, Indexing, Life, Limits, MatchTier, Participant, PaymentTiming, PaymentsPer, PlanRules, Sex,
    Spending as Rule, Withdrawal, complete_life_expectancy, survival,
};
use decumulus::statistics::{Cumulative, Histogram, difference_standard_error, interval_ranks, wilson};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use rand_distr::{Distribution, StandardNormal};

use crate::common::dynamic::{Spending, ruin_probability};
use crate::common::samples::{lognormal_percentile_error, normal_quantile};
use crate::common::{
    account_in, assert_close, assert_near, asset, end, inputs, path, policy, ruin, run, saver, simple_asset,
    sized,
};

const LIFETIMES: u64 = 100_000;

/// Compares expected numbers with the file of cases from which they were copied, where that is at hand.
fn agrees_with_the_file(case: &str, numbers: &[(&str, f64)]) {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".into());
    let file = std::path::Path::new(&root).join("../shared/cases.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("{} is absent: the numbers of {case} were not compared with it", file.display());
        return;
    };
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let found = cases.as_array().unwrap().iter().find(|entry| entry["id"] == case).unwrap();
    for (pointer, number) in numbers {
        let theirs = found["numbers"].pointer(pointer).and_then(serde_json::Value::as_f64).unwrap();
        assert!((theirs - number).abs() <= 1e-5 * number.abs(), "{case} {pointer}: {theirs} {number}");
    }
}

/// The real percentile at the end under the first policy.
fn at_end(outcome: &Outcome, probability: f64) -> f64 {
    let age = *outcome.ages.last().unwrap();
    outcome.real_percentile(0, age, probability).unwrap().value
}

fn mean_and_sd(outcome: &Outcome) -> (f64, f64) {
    let last = outcome.ages.len() - 1;
    (outcome.real.mean[[0, last]], outcome.real.standard_deviation[[0, last]])
}

// ---- G1: a lump sum

#[test]
fn g1_a_lump_sum_has_its_lognormal_distribution() {
    let percentiles = [
        (0.05, 116_022.6, 0.022),
        (0.25, 257_500.15, 0.015),
        (0.50, 448_168.91, 0.013),
        (0.75, 780_020.39, 0.015),
        (0.95, 1_731_174.47, 0.022),
    ];
    for (p, value, _) in percentiles {
        agrees_with_the_file("G1", &[(&format!("/percentiles/{p}"), value)]);
    }
    agrees_with_the_file(
        "G1",
        &[("/mean", 628_081.66), ("/sd", 616_683.1), ("/prob_below_V0", 0.033_944_58)],
    );
    // The second policy holds an asset without return: it ends with exactly what was invested.
    let participant = Participant::Account(Account::lump_sum(100_000.0, 30));
    let mut question =
        inputs(vec![asset("risky", 0.05, 0.15), asset("safe", 0.0, 0.0)], participant, &[1.0, 0.0]);
    question.policies.push(policy("safe", &[0.0, 1.0]));
    let outcome = run(&sized(question, LIFETIMES, 101));
    for (p, value, tolerance) in percentiles {
        assert_close(at_end(&outcome, p), value, tolerance);
    }
    let (mean, sd) = mean_and_sd(&outcome);
    assert_close(mean, 628_082.0, 0.013);
    assert_close(sd, 616_683.0, 0.04);
    let loses = outcome.comparisons[0].at.last().unwrap().better.value;
    assert_near(loses, 0.033_944_58, 0.0023, "P(end < start)");
}

#[test]
fn g1_holds_for_quarterly_and_monthly_steps_too() {
    for steps in [4, 12] {
        let mut question = account_in(asset("a", 0.05, 0.15), Account::lump_sum(100_000.0, 30));
        question.settings.steps_per_year = steps;
        let outcome = run(&sized(question, LIFETIMES, 102));
        for (p, value, tolerance) in
            [(0.05, 116_023.0, 0.022), (0.5, 448_169.0, 0.013), (0.95, 1_731_174.0, 0.022)]
        {
            assert_close(at_end(&outcome, p), value, tolerance);
        }
    }
}

#[test]
fn g1_with_inflation_is_lognormal_in_real_terms() {
    let mut question = account_in(asset("a", 0.06, 0.15), Account::lump_sum(100_000.0, 20));
    question.market.inflation = ReturnMoments::from_log(0.025, 0.02).unwrap();
    question.market.correlation = Correlation::new(vec![vec![1.0, -0.3], vec![-0.3, 1.0]]).unwrap();
    let outcome = run(&sized(question, LIFETIMES, 103));
    let sd = (20.0 * (0.15_f64.powi(2) + 0.02_f64.powi(2) + 2.0 * 0.3 * 0.15 * 0.02)).sqrt();
    for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
        let expected = 100_000.0 * (20.0 * 0.035 + sd * normal_quantile(p)).exp();
        assert_close(at_end(&outcome, p), expected, 4.0 * lognormal_percentile_error(p, sd, LIFETIMES));
        let nominal = 100_000.0 * (20.0 * 0.06 + 0.15 * 20.0_f64.sqrt() * normal_quantile(p)).exp();
        let column = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99].iter().position(|&q| q == p);
        let found = outcome.nominal.percentiles[[0, 19, column.unwrap()]];
        assert_close(found, nominal, 4.0 * lognormal_percentile_error(p, 0.15 * 20.0_f64.sqrt(), LIFETIMES));
    }
}

// ---- A1: level contributions

/// Mean and standard deviation after paying `payments[i]` into periods with growth of mean `m` and second
/// moment `m2`, before growth (`start`) or after it.
fn accumulated(payments: &[f64], m: f64, m2: f64, start: bool) -> (f64, f64) {
    let (mut e, mut q) = (0.0, 0.0);
    for &c in payments {
        if start {
            (e, q) = ((e + c) * m, (q + 2.0 * c * e + c * c) * m2);
        } else {
            (e, q) = (e * m + c, q * m2 + 2.0 * c * e * m + c * c);
        }
    }
    (e, (q - e * e).sqrt())
}

fn contributor(timing: PaymentTiming, per: PaymentsPer) -> Inputs {
    let account = Account { contribution: 10_000.0, timing, payments_per: per, ..Account::lump_sum(0.0, 30) };
    account_in(simple_asset("a", 0.07, 0.15), account)
}

#[test]
fn a1_level_contributions_at_the_start_of_each_year() {
    agrees_with_the_file("A1", &[("/mean", 1_010_730.41), ("/sd", 620_040.59)]);
    let outcome = run(&sized(contributor(PaymentTiming::Start, PaymentsPer::Year), LIFETIMES, 104));
    let (mean, sd) = mean_and_sd(&outcome);
    assert_close(mean, 1_010_730.0, 0.008);
    assert_close(sd, 620_041.0, 0.02);
    for (p, value, tolerance) in [
        (0.05, 367_946.0, 0.013),
        (0.25, 598_647.0, 0.011),
        (0.50, 855_912.0, 0.009),
        (0.75, 1_241_712.0, 0.0125),
        (0.95, 2_170_436.0, 0.016),
    ] {
        assert_close(at_end(&outcome, p), value, tolerance);
    }
}

#[test]
fn a1_level_contributions_at_the_end_of_each_year() {
    let outcome = run(&sized(contributor(PaymentTiming::End, PaymentsPer::Year), LIFETIMES, 105));
    let (mean, sd) = mean_and_sd(&outcome);
    assert_close(mean, 944_608.0, 0.008);
    assert_close(sd, 558_681.0, 0.02);
    let m2 = 1.07 * 1.07 + 0.15 * 0.15;
    let exact = accumulated(&[10_000.0; 30], 1.07, m2, false);
    assert_close(exact.0, 944_608.0, 1e-6);
    assert_close(exact.1, 558_681.0, 1e-6);
}

#[test]
fn a1_monthly_and_growing_contributions_follow_the_same_recursion() {
    // A month's growth has the twelfth root of the year's mean and of its second moment.
    let (m, m2) = (1.07_f64, 1.07_f64 * 1.07 + 0.15 * 0.15);
    let monthly = (m.powf(1.0 / 12.0), m2.powf(1.0 / 12.0));
    for timing in [PaymentTiming::Start, PaymentTiming::End] {
        let start = timing == PaymentTiming::Start;
        let mut question = contributor(timing, PaymentsPer::Step);
        question.settings.steps_per_year = 12;
        let outcome = run(&sized(question, LIFETIMES, 106));
        let expected = accumulated(&[10_000.0 / 12.0; 360], monthly.0, monthly.1, start);
        let (mean, sd) = mean_and_sd(&outcome);
        assert_close(mean, expected.0, 4.0 * expected.1 / expected.0 / (LIFETIMES as f64).sqrt());
        assert_close(sd, expected.1, 0.02);

        let Participant::Account(mut account) = contributor(timing, PaymentsPer::Year).participant else {
            unreachable!()
        };
        (account.contribution_growth, account.contribution_years) = (0.03, 20);
        let payments: Vec<f64> =
            (0..30).map(|y| if y < 20 { 10_000.0 * 1.03_f64.powi(y) } else { 0.0 }).collect();
        let outcome = run(&sized(account_in(simple_asset("a", 0.07, 0.15), account), LIFETIMES, 107));
        let expected = accumulated(&payments, m, m2, start);
        let (mean, sd) = mean_and_sd(&outcome);
        assert_close(mean, expected.0, 4.0 * expected.1 / expected.0 / (LIFETIMES as f64).sqrt());
        assert_close(sd, expected.1, 0.025);
    }
}

// ---- R1: ruin

/// A million, a level real payment a year, real returns of mean 5 % and standard deviation 12 %.
fn spender(payment: f64, years: u32, timing: PaymentTiming, life: Life) -> Inputs {
    let account = Account {
        age: 65,
        withdrawal: Withdrawal::Amount(payment),
        timing,
        life,
        ..Account::lump_sum(1_000_000.0, years)
    };
    account_in(simple_asset("a", 0.05, 0.12), account)
}

fn log_moments(mean: f64, volatility: f64) -> (f64, f64) {
    let variance = (1.0 + (volatility / (1.0 + mean)).powi(2)).ln();
    ((1.0 + mean).ln() - 0.5 * variance, variance.sqrt())
}

/// Four standard errors of a probability; a false alarm in 16,000.
fn four_errors(probability: f64, lifetimes: u64) -> f64 {
    4.0 * (probability * (1.0 - probability) / lifetimes as f64).sqrt()
}

#[track_caller]
fn assert_ruin(question: Inputs, seed: u64, expected: f64) {
    let found = ruin(&run(&sized(question, LIFETIMES, seed)));
    assert_near(found.value, expected, four_errors(expected, LIFETIMES), "ruin");
    assert!(found.low <= found.value && found.value <= found.high);
}

#[test]
fn r1a_ruin_of_a_four_percent_rule_paid_at_the_start_of_the_year() {
    agrees_with_the_file("R1a", &[("/p", 0.131_165)]);
    let exact = Spending {
        balance: 25.0,
        growth: log_moments(0.05, 0.12),
        before_first: None,
        payments: vec![(1.0, 1.0); 30],
    };
    assert_near(ruin_probability(&exact), 0.131_165, 3e-5, "backward induction");
    let found =
        ruin(&run(&sized(spender(40_000.0, 30, PaymentTiming::Start, Life::Certain), LIFETIMES, 108)));
    assert_near(found.value, 0.131_17, 0.0043, "ruin");
    // The same with yearly payments on monthly steps, and as a share of the opening balance.
    let mut monthly = spender(0.0, 30, PaymentTiming::Start, Life::Certain);
    let Participant::Account(account) = &mut monthly.participant else { unreachable!() };
    account.withdrawal = Withdrawal::ShareOfOpening(0.04);
    monthly.settings.steps_per_year = 12;
    assert_ruin(monthly, 109, 0.131_165);
}

#[test]
fn r1_ruin_with_payments_at_the_end_of_the_year() {
    for (payment, years) in [(40_000.0, 30), (50_000.0, 25), (60_000.0, 20)] {
        let growth = log_moments(0.05, 0.12);
        let exact = Spending {
            balance: 1e6 / payment,
            growth,
            before_first: Some(growth),
            payments: vec![(1.0, 1.0); years],
        };
        let question = spender(payment, years as u32, PaymentTiming::End, Life::Certain);
        assert_ruin(question, 110, ruin_probability(&exact));
    }
}

#[test]
fn r1_ruin_with_monthly_payments() {
    let (mean, sd) = log_moments(0.05, 0.12);
    let exact = Spending {
        balance: 240.0,
        growth: (mean / 12.0, sd / 12.0_f64.sqrt()),
        before_first: None,
        payments: vec![(1.0, 1.0); 240],
    };
    let mut question = spender(50_000.0, 20, PaymentTiming::Start, Life::Certain);
    let Participant::Account(account) = &mut question.participant else { unreachable!() };
    account.payments_per = PaymentsPer::Step;
    question.settings.steps_per_year = 12;
    assert_ruin(question, 111, ruin_probability(&exact));
}

#[test]
fn r1_ruin_with_inflation_indexed_from_the_first_or_the_second_payment() {
    // Nominal growth N(6 %, 13 %), inflation N(2.5 %, 2 %), correlation −0.3, all in logs.
    let (nominal, real_sd) =
        ((0.06, 0.13), (0.13_f64.powi(2) + 0.02_f64.powi(2) + 2.0 * 0.3 * 0.13 * 0.02).sqrt());
    let real = (0.035, real_sd);
    for (index, before_first) in [(Indexing::FromFirst, real), (Indexing::FromSecond, nominal)] {
        let exact = Spending {
            balance: 20.0,
            growth: real,
            before_first: Some(before_first),
            payments: vec![(1.0, 1.0); 25],
        };
        let mut question = spender(50_000.0, 25, PaymentTiming::End, Life::Certain);
        question.market.assets = vec![asset("a", 0.06, 0.13)];
        question.market.inflation = ReturnMoments::from_log(0.025, 0.02).unwrap();
        question.market.correlation = Correlation::new(vec![vec![1.0, -0.3], vec![-0.3, 1.0]]).unwrap();
        let Participant::Account(account) = &mut question.participant else { unreachable!() };
        account.withdrawal_index = index;
        assert_ruin(question, 112, ruin_probability(&exact));
    }
}

const GOMPERTZ: Life = Life::Gompertz { mode: 88.0, dispersion: 10.0 };

fn alive_a_year_later(life: Life, age: u32) -> f64 {
    survival(life, f64::from(age), 1.0)
}

#[test]
fn r1_ruin_before_death_by_gompertz() {
    let years = 50;
    let growth = log_moments(0.05, 0.12);
    // At the start of the year: paid to everybody alive then, the first one for certain.
    let at_start = (0..years).map(|y| (1.0, if y == 0 { 1.0 } else { alive_a_year_later(GOMPERTZ, 64 + y) }));
    let exact = Spending { balance: 20.0, growth, before_first: None, payments: at_start.collect() };
    assert_ruin(spender(50_000.0, years, PaymentTiming::Start, GOMPERTZ), 113, ruin_probability(&exact));
    // At its end: paid to everybody alive then.
    let at_end = (0..years).map(|y| (1.0, alive_a_year_later(GOMPERTZ, 65 + y)));
    let exact = Spending { balance: 20.0, growth, before_first: Some(growth), payments: at_end.collect() };
    assert_ruin(spender(50_000.0, years, PaymentTiming::End, GOMPERTZ), 114, ruin_probability(&exact));
}

#[test]
fn r1_a_plain_monte_carlo_with_another_generator_agrees() {
    // Two assets rebalanced yearly, start-of-year payments, Gompertz life: no closed form.
    let (stocks, bonds, payment, years) = ((0.065, 0.17), (0.03, 0.06), 0.05, 45);
    let lifetimes = 200_000_u64;
    let mut generator = StdRng::seed_from_u64(2026);
    let mut ruined = 0_u64;
    for _ in 0..lifetimes {
        ruined += u64::from(ruined_in_plain_code(&mut generator, stocks, bonds, payment, years));
    }
    let theirs = ruined as f64 / lifetimes as f64;
    let account = Account {
        age: 65,
        withdrawal: Withdrawal::ShareOfOpening(payment),
        timing: PaymentTiming::Start,
        life: GOMPERTZ,
        ..Account::lump_sum(100.0, years)
    };
    let assets = vec![asset("stocks", stocks.0, stocks.1), asset("bonds", bonds.0, bonds.1)];
    let question = inputs(assets, Participant::Account(account), &[0.6, 0.4]);
    let ours = ruin(&run(&sized(question, lifetimes, 115))).value;
    assert_near(ours, theirs, four_errors(theirs, lifetimes / 2), "ruin");
}

fn ruined_in_plain_code(
    generator: &mut impl Rng,
    stocks: (f64, f64),
    bonds: (f64, f64),
    payment: f64,
    years: u32,
) -> bool {
    let draw = |(mean, sd): (f64, f64), generator: &mut _| -> f64 {
        let z: f64 = StandardNormal.sample(generator);
        (mean + sd * z).exp()
    };
    let mut balance = 1.0;
    for year in 0..years {
        if balance < payment {
            return true;
        }
        balance -= payment;
        balance *= 0.6 * draw(stocks, generator) + 0.4 * draw(bonds, generator);
        if generator.random::<f64>() > alive_a_year_later(GOMPERTZ, 65 + year) {
            return false;
        }
    }
    false
}

#[test]
fn a_share_of_the_balance_never_ruins_and_stays_lognormal() {
    for (timing, per, steps) in [
        (PaymentTiming::Start, PaymentsPer::Year, 1),
        (PaymentTiming::End, PaymentsPer::Year, 4),
        (PaymentTiming::End, PaymentsPer::Step, 12),
    ] {
        let mut spender = saver(65, 65, 90);
        spender.opening_balance = 1e6;
        spender.spending = Rule::ShareOfBalance(0.05);
        (spender.timing, spender.payments_per) = (timing, per);
        let mut question = inputs(vec![asset("a", 0.05, 0.15)], Participant::Saver(spender), &[1.0]);
        question.settings.steps_per_year = steps;
        let outcome = run(&sized(question, LIFETIMES, 116));
        assert_eq!(ruin(&outcome).value, 0.0);
        let kept: f64 = match per {
            PaymentsPer::Year => 0.95_f64.powi(25),
            PaymentsPer::Step => (1.0 - 0.05_f64 / 12.0).powi(300),
        };
        let sd = 0.15 * 5.0;
        for p in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let expected = 1e6 * kept * (0.05 * 25.0 + sd * normal_quantile(p)).exp();
            assert_close(at_end(&outcome, p), expected, 4.0 * lognormal_percentile_error(p, sd, LIFETIMES));
        }
    }
}

// ---- Z2: payments without volatility

#[test]
fn z2_the_number_of_full_payments_without_volatility() {
    for (rate, growth, payments) in
        [(0.06, 0.03, 22), (0.05, 0.02, 25), (0.08, 0.04, 16), (0.04, 0.0, 25), (0.045, 0.0333, 38)]
    {
        if rate != 0.045 {
            let key = format!("/rate {rate:.3}, real return {growth:.3}");
            agrees_with_the_file("Z2", &[(&key, f64::from(payments))]);
        }
        let question = |years| {
            let account = Account {
                withdrawal: Withdrawal::ShareOfOpening(rate),
                timing: PaymentTiming::Start,
                ..Account::lump_sum(1.0, years)
            };
            let mut question = account_in(simple_asset("a", (1.0 + growth) * 1.025 - 1.0, 0.0), account);
            question.market.inflation = ReturnMoments::from_simple(0.025, 0.0).unwrap();
            run(&question)
        };
        let enough = question(payments);
        assert_eq!(
            (ruin(&enough).value, enough.policies[0].ruin_age.is_none()),
            (0.0, true),
            "{rate} {growth}"
        );
        let short = question(payments + 5);
        let age = short.policies[0].ruin_age.as_ref().unwrap().mean.value;
        assert_eq!((ruin(&short).value, age), (1.0, f64::from(payments + 1)), "{rate} {growth}");
    }
}

// ---- R8, D1: life

#[test]
fn r8_gompertz_survival() {
    for (from, to, mode, dispersion, published, key, exact) in [
        (65.0, 85.0, 80.0, 10.0, 0.2404, "65->85 m=80 b=10.0", 0.240_366_34),
        (75.0, 85.0, 80.0, 10.0, 0.3527, "75->85 m=80 b=10.0", 0.352_681_25),
        (65.0, 85.0, 81.95, 10.6, 0.3226, "65->85 m=81.95 b=10.6", 0.322_607_79),
        (65.0, 85.0, 87.8, 9.5, 0.5200, "65->85 m=87.8 b=9.5", 0.519_956_78),
        (65.0, 95.0, 88.0, 10.0, 0.1476, "65->95 m=88 b=10.0", 0.147_563_92),
        (67.0, 90.0, 88.0, 10.0, 0.3332, "67->90 m=88 b=10.0", 0.333_222_0),
    ] {
        agrees_with_the_file("R8", &[(&format!("/{key}"), exact)]);
        let alive = survival(Life::Gompertz { mode, dispersion }, from, to - from);
        assert_near(alive, published, 1e-4, key);
        assert_near(alive, exact, 1e-8, key);
    }
}

#[test]
fn d1_life_expectancies_and_survival_of_the_life_table() {
    let at = |sex: Sex, columns: [(u32, f64); 7], survivors: [f64; 5], name: &str| {
        let life = Life::SocialSecurityTable(sex);
        for (age, expected) in columns {
            agrees_with_the_file("D1", &[(&format!("/{name}/e{age}"), expected)]);
            assert_near(complete_life_expectancy(life, age), expected, 6e-4, "life expectancy");
        }
        for (to, expected) in [75, 85, 90, 95, 100].into_iter().zip(survivors) {
            agrees_with_the_file("D1", &[(&format!("/{name}/p65to{to}"), expected)]);
            assert_near(survival(life, 65.0, f64::from(to - 65)), expected, 6e-6, "survival");
        }
    };
    at(
        Sex::Male,
        [(0, 74.742), (25, 51.027), (62, 19.609), (65, 17.481), (67, 16.106), (75, 10.921), (85, 5.749)],
        [0.778_57, 0.417_82, 0.213_22, 0.065_31, 0.009_17],
        "male",
    );
    at(
        Sex::Female,
        [(0, 80.186), (25, 56.037), (62, 22.497), (65, 20.117), (67, 18.559), (75, 12.678), (85, 6.761)],
        [0.850_26, 0.541_37, 0.322_70, 0.127_18, 0.025_57],
        "female",
    );
}

#[test]
fn d1_the_last_survivor_of_a_couple() {
    let alive = |sex, y| survival(Life::SocialSecurityTable(sex), 65.0, f64::from(y));
    let last = |y| 1.0 - (1.0 - alive(Sex::Male, y)) * (1.0 - alive(Sex::Female, y));
    for (age, expected) in [(85, 0.732_99), (90, 0.467_12), (95, 0.184_18), (100, 0.034_51)] {
        let key = format!("/couple both 65: last survivor alive at/{age}");
        agrees_with_the_file("D1", &[(&key, expected)]);
        assert_near(last(age - 65), expected, 6e-6, &key);
    }
    let years = 0.5 + (1..=55).map(last).sum::<f64>();
    assert_near(years, 23.875, 6e-4, "years to the last death");
}

// ---- Q1 to Q3: percentiles and intervals

#[test]
fn q1_percentiles_are_type_7_and_the_documentation_says_so() {
    let mut histogram = Histogram::default();
    for x in [15.0, 20.0, 35.0, 40.0, 50.0, 61.0, 74.0, 88.0, 92.0, 110.0] {
        histogram.push(x);
    }
    let cumulative = Cumulative::new(&histogram);
    for (p, expected) in
        [(0.05, 17.25), (0.1, 19.5), (0.25, 36.25), (0.5, 55.5), (0.75, 84.5), (0.9, 93.8), (0.95, 101.9)]
    {
        agrees_with_the_file("Q1", &[(&format!("/linear/{p}"), expected)]);
        // A histogram knows a number to half the width of its bucket, 0.05 %.
        assert_close(cumulative.percentile(p).unwrap(), expected, 0.0005);
    }
    assert!(include_str!("../src/engine/outcome/estimate.rs").contains("type 7"));
}

#[test]
fn q2_ranks_of_order_statistic_intervals() {
    for (count, p, ranks) in [
        (1_000, 0.05, (37, 65)),
        (1_000, 0.1, (82, 120)),
        (1_000, 0.5, (469, 532)),
        (1_000, 0.9, (881, 919)),
        (1_000, 0.95, (936, 964)),
        (10_000, 0.05, (458, 544)),
        (10_000, 0.1, (942, 1060)),
        (10_000, 0.5, (4902, 5099)),
        (10_000, 0.9, (8941, 9059)),
        (10_000, 0.95, (9457, 9543)),
    ] {
        let key = format!("/n={count},p={p}");
        let (low, high) = (f64::from(ranks.0), f64::from(ranks.1));
        agrees_with_the_file("Q2", &[(&format!("{key}/0"), low), (&format!("{key}/1"), high)]);
        let (our_low, our_high) = interval_ranks(count, p).unwrap();
        let (our_low, our_high) = (our_low.unwrap(), our_high.unwrap());
        assert!(our_low.abs_diff(ranks.0 as u64) <= 1 && our_high.abs_diff(ranks.1 as u64) <= 1, "{key}");
    }
}

#[test]
fn q3_intervals_of_a_ruin_probability() {
    agrees_with_the_file("Q3", &[("/500~110000/wilson/0", 0.045_898_48), ("/500~110000/se", 0.002_179_45)]);
    let (low, high) = wilson(500, 10_000).unwrap();
    assert_near(low, 0.045_898_48, 1e-8, "low");
    assert_near(high, 0.054_447_12, 1e-8, "high");
    assert_near(difference_standard_error(500, 0, 10_000).unwrap(), 0.002_179_45, 1e-8, "standard error");
    let (low, high) = wilson(13_117, 100_000).unwrap();
    assert_near(low, 0.129_091_82, 1e-8, "low");
    assert_near(high, 0.133_276_52, 1e-8, "high");
    // No ruin among 1000 lifetimes of the engine still has an upper limit, the exact one.
    let none = ruin(&run(&sized(spender(1.0, 5, PaymentTiming::Start, Life::Certain), 1_000, 117)));
    assert_eq!((none.value, none.low), (0.0, 0.0));
    assert_near(none.high, 0.003_682_08, 1e-8, "upper limit");
}

// ---- L1: contributions

#[test]
fn l1_contributions_under_the_limits_of_2025() {
    for (age, pay, deferral, tier, employee, catch_up, employer) in [
        (45, 120_000.0, 0.10, (0.5, 0.06), 12_000.0, 0.0, 3_600.0),
        (45, 300_000.0, 0.10, (0.5, 0.06), 23_500.0, 0.0, 9_000.0),
        (55, 300_000.0, 0.15, (1.0, 0.04), 31_000.0, 7_500.0, 12_000.0),
    ] {
        let plan = PlanRules {
            deferral_rate: deferral,
            escalation_per_year: 0.0,
            escalation_cap: 1.0,
            match_tiers: vec![MatchTier { rate: tier.0, up_to: tier.1 }],
            limits: Limits::of_year(2025),
            limits_real_growth: 0.0,
        };
        let paid = plan.contribution(0, age, pay);
        assert_eq!((paid.employee, paid.catch_up, paid.employer), (employee, catch_up, employer));
        // And through the engine: a first year without growth, paid in on every step.
        let mut worker = saver(age, age + 1, age + 2);
        (worker.career.salary, worker.plan) = (pay, plan);
        let mut question = inputs(vec![asset("a", 0.0, 0.0)], Participant::Saver(worker), &[1.0]);
        for steps in [1, 4, 12] {
            question.settings.steps_per_year = steps;
            assert_close(path(&run(&question))[0], employee + employer, 1e-12);
        }
    }
}

// ---- Portfolios in closed form

#[test]
fn published_portfolios_have_their_published_moments() {
    let names = ["us_equity", "intl_equity", "us_bonds", "pe", "credit", "real_estate", "infrastructure"];
    let moments = [
        (0.0794, 0.1647),
        (0.0890, 0.1763),
        (0.0491, 0.0476),
        (0.1191, 0.1978),
        (0.0859, 0.1401),
        (0.0879, 0.1139),
        (0.0699, 0.1025),
    ];
    let correlation = vec![
        vec![1.00, 0.87, 0.30, 0.75, 0.55, 0.35, 0.47, 0.0],
        vec![0.87, 1.00, 0.34, 0.78, 0.54, 0.26, 0.58, 0.0],
        vec![0.30, 0.34, 1.00, 0.01, 0.07, -0.15, 0.06, 0.0],
        vec![0.75, 0.78, 0.01, 1.00, 0.66, 0.32, 0.62, 0.0],
        vec![0.55, 0.54, 0.07, 0.66, 1.00, 0.35, 0.42, 0.0],
        vec![0.35, 0.26, -0.15, 0.32, 0.35, 1.00, 0.29, 0.0],
        vec![0.47, 0.58, 0.06, 0.62, 0.42, 0.29, 1.00, 0.0],
        vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    ];
    let assets = names.iter().zip(moments).map(|(name, (m, v))| simple_asset(name, m, v)).collect();
    let account = Participant::Account(Account::lump_sum(1_000.0, 1));
    let mut question = inputs(assets, account, &[0.36, 0.24, 0.40, 0.0, 0.0, 0.0, 0.0]);
    question.market.correlation = Correlation::new(correlation).unwrap();
    question.policies.push(policy("90_10", &[0.54, 0.36, 0.10, 0.0, 0.0, 0.0, 0.0]));
    question.policies.push(policy("private_20", &[0.432, 0.288, 0.08, 0.10, 0.05, 0.03, 0.02]));
    let lifetimes = 400_000;
    let outcome = run(&sized(question, lifetimes, 118));
    for (i, (mean, volatility, geometric)) in
        [(0.0696, 0.1061, 0.0644), (0.0798, 0.1491, 0.0697), (0.0841, 0.1419, 0.0749)].into_iter().enumerate()
    {
        // Four standard errors, half a unit of the last printed digit, and for the volatility the little that the
        // correlation of simple returns differs from that of log returns (below 0.0004 here).
        let error = volatility / (lifetimes as f64).sqrt();
        let found = outcome.real.mean[[i, 0]] / 1000.0 - 1.0;
        assert_near(found, mean, 4.0 * error + 0.000_05, "mean");
        let spread = outcome.real.standard_deviation[[i, 0]] / 1000.0;
        assert_near(spread, volatility, 4.0 * error / 2.0_f64.sqrt() + 0.000_45, "volatility");
        let converted =
            ((1.0 + found).ln() - 0.5 * (1.0 + (spread / (1.0 + found)).powi(2)).ln()).exp() - 1.0;
        assert_near(converted, geometric, 4.0 * error + 0.000_1, "geometric");
    }
}

#[test]
fn half_a_point_more_over_forty_years_adds_an_eighth_to_a_seventh() {
    let with = |rate: f64| {
        let account = Account { contribution: 1.0, ..Account::lump_sum(0.0, 40) };
        end(&run(&account_in(simple_asset("a", rate, 0.0), account)))
    };
    assert_near(with(0.05) / with(0.045), 1.13, 0.005, "base 4.5 %");
    assert_near(with(0.075) / with(0.07), 1.14, 0.005, "base 7 %");
}
