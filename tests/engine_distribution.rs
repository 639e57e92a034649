//! Distributions, standard errors and intervals against closed forms. Seeds are fixed; every tolerance is a number
//! of standard errors, with the rate of false alarms that it would have for a random seed.

use decumulus::engine::{Inputs, Outcome, PERCENTILES, Plan, run_range};
use decumulus::market::{
    Asset, Correlation, FeeBasis, Fees, HalfSpread, Liquidity, ReturnMoments, VolatilityHaircut,
};
use decumulus::participant::{Account, Life, Participant, PaymentTiming, Sex, Withdrawal, survival};
use decumulus::policy::{TradingCosts, WithdrawalOrder};

use crate::common::reference::{growth, lifetime};
use crate::common::samples::{
    kolmogorov_smirnov, lognormal_percentile_error, normal_cdf, normal_quantile, type_7,
};
use crate::common::{
    account_in, assert_close, assert_near, asset, inputs, market, path, policy, ruin, run, simple_asset,
    sized,
};

// ---- Drawn growth factors

/// The twelve assets of a published set, as log mean and log standard deviation, and inflation.
const SERIES: [(f64, f64); 13] = [
    (0.0649, 0.1517),
    (0.0723, 0.1608),
    (0.0469, 0.0453),
    (0.0421, 0.0562),
    (0.0305, 0.0065),
    (0.0535, 0.1553),
    (0.0450, 0.1713),
    (0.0971, 0.1754),
    (0.0742, 0.1285),
    (0.0788, 0.1044),
    (0.0630, 0.0956),
    (0.0649, 0.5500),
    (0.0247, 0.0173),
];

#[rustfmt::skip]
const CORRELATION: [[f64; 13]; 13] = [
    [1.00, 0.87, 0.30, 0.34, 0.01, 0.03, 0.42, 0.75, 0.55, 0.35, 0.47, 0.40, -0.01],
    [0.87, 1.00, 0.34, 0.35, 0.05, 0.14, 0.50, 0.78, 0.54, 0.26, 0.58, 0.35, -0.03],
    [0.30, 0.34, 1.00, 0.76, 0.10, 0.38, 0.00, 0.01, 0.07, -0.15, 0.06, 0.10, -0.24],
    [0.34, 0.35, 0.76, 1.00, 0.02, 0.46, 0.27, 0.18, 0.19, 0.07, 0.22, 0.10, -0.03],
    [0.01, 0.05, 0.10, 0.02, 1.00, 0.13, -0.03, -0.01, -0.06, -0.12, 0.04, 0.00, -0.03],
    [0.03, 0.14, 0.38, 0.46, 0.13, 1.00, 0.34, 0.10, 0.03, -0.07, 0.18, 0.12, -0.01],
    [0.42, 0.50, 0.00, 0.27, -0.03, 0.34, 1.00, 0.54, 0.42, 0.35, 0.44, 0.20, 0.28],
    [0.75, 0.78, 0.01, 0.18, -0.01, 0.10, 0.54, 1.00, 0.66, 0.32, 0.62, 0.35, 0.07],
    [0.55, 0.54, 0.07, 0.19, -0.06, 0.03, 0.42, 0.66, 1.00, 0.35, 0.42, 0.25, 0.15],
    [0.35, 0.26, -0.15, 0.07, -0.12, -0.07, 0.35, 0.32, 0.35, 1.00, 0.29, 0.10, 0.34],
    [0.47, 0.58, 0.06, 0.22, 0.04, 0.18, 0.44, 0.62, 0.42, 0.29, 1.00, 0.20, 0.15],
    [0.40, 0.35, 0.10, 0.10, 0.00, 0.12, 0.20, 0.35, 0.25, 0.10, 0.20, 1.00, 0.00],
    [-0.01, -0.03, -0.24, -0.03, -0.03, -0.01, 0.28, 0.07, 0.15, 0.34, 0.15, 0.00, 1.00],
];

/// Standardised log growth of every series, `draws` numbers each, over monthly steps.
fn standardised(lifetimes: u64) -> Vec<Vec<f64>> {
    let assets: Vec<Asset> =
        SERIES[..12].iter().enumerate().map(|(k, &(mean, sd))| asset(&format!("a{k}"), mean, sd)).collect();
    let mut market = market(assets);
    market.inflation = ReturnMoments::from_log(SERIES[12].0, SERIES[12].1).unwrap();
    market.correlation = Correlation::new(CORRELATION.map(|row| row.to_vec()).to_vec()).unwrap();
    let mut columns = vec![vec![]; 13];
    for life in 0..lifetimes {
        for step in growth(&market, 12, 10, 31, life) {
            for ((column, (mean, sd)), factor) in columns.iter_mut().zip(SERIES).zip(step) {
                column.push((factor.ln() - mean / 12.0) / (sd / 12.0_f64.sqrt()));
            }
        }
    }
    columns
}

#[test]
fn drawn_growth_has_the_moments_and_correlations_of_its_inputs() {
    // 13 means, 13 variances, 78 correlations at four standard errors: a false alarm in 150.
    let columns = standardised(2_000);
    let n = columns[0].len() as f64;
    let average = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / n;
    let moments: Vec<(f64, f64)> = columns
        .iter()
        .map(|column| {
            let mean = average(&mut column.iter().copied());
            (mean, average(&mut column.iter().map(|z| (z - mean).powi(2))))
        })
        .collect();
    for (k, &(mean, variance)) in moments.iter().enumerate() {
        assert_near(mean, 0.0, 4.0 / n.sqrt(), &format!("mean of series {k}"));
        assert_near(variance, 1.0, 4.0 * (2.0 / n).sqrt(), &format!("variance of series {k}"));
        for j in 0..k {
            let product = average(&mut columns[j].iter().zip(&columns[k]).map(|(a, b)| a * b));
            let found = (product - moments[j].0 * mean) / (moments[j].1 * variance).sqrt();
            let rho = CORRELATION[j][k];
            assert_near(found, rho, 4.0 * (1.0 - rho * rho) / n.sqrt(), &format!("correlation {j} {k}"));
        }
        // No memory from month to month, nor across a year's end.
        for lag in [1, 12] {
            let product = average(&mut columns[k].iter().zip(&columns[k][lag..]).map(|(a, b)| a * b));
            assert_near(product, 0.0, 4.0 / n.sqrt(), &format!("series {k} at lag {lag}"));
        }
    }
}

#[test]
fn drawn_log_growth_is_normal() {
    // Kolmogorov and Smirnov at 1 in 1000 for each of 13 series: 1.9495/√n.
    for (k, column) in standardised(1_000).into_iter().enumerate() {
        let critical = 1.949_5 / (column.len() as f64).sqrt();
        let distance = kolmogorov_smirnov(column);
        assert!(distance < critical, "series {k}: {distance} {critical}");
    }
}

#[test]
fn annual_simple_returns_have_the_mean_and_volatility_of_the_input_at_every_step_length() {
    // Means within four standard errors; volatilities too, with the fourth moment of a lognormal.
    let lifetimes = 200_000;
    for (mean, volatility) in [(0.0794, 0.1647), (0.2412, 0.7377), (0.0252, 0.0177)] {
        for steps in [1, 4, 12] {
            let mut question = account_in(simple_asset("a", mean, volatility), Account::lump_sum(1.0, 1));
            question.settings.steps_per_year = steps;
            let outcome = run(&sized(question, lifetimes, 33));
            let root = (lifetimes as f64).sqrt();
            assert_near(outcome.real.mean[[0, 0]] - 1.0, mean, 4.0 * volatility / root, "mean");
            let w = 1.0 + (volatility / (1.0 + mean)).powi(2);
            let kurtosis = w.powi(4) + 2.0 * w.powi(3) + 3.0 * w.powi(2) - 3.0;
            let tolerance = 4.0 * 0.5 * ((kurtosis - 1.0).sqrt() / root) * volatility;
            assert_near(outcome.real.standard_deviation[[0, 0]], volatility, tolerance, "volatility");
        }
    }
}

// ---- Balances

#[test]
fn lump_sum_percentiles_match_the_closed_form_within_three_standard_errors() {
    // Nine percentiles at two horizons: a false alarm in 20, at this seed none.
    let lifetimes = 200_000;
    for steps in [1, 12] {
        let mut question = account_in(asset("a", 0.055, 0.16), Account::lump_sum(100_000.0, 20));
        question.settings.steps_per_year = steps;
        let outcome = run(&sized(question, lifetimes, 34));
        for years in [5_u32, 20] {
            let sd = 0.16 * f64::from(years).sqrt();
            for (column, p) in PERCENTILES.into_iter().enumerate() {
                let expected = 100_000.0 * (0.055 * f64::from(years) + sd * normal_quantile(p)).exp();
                let found = outcome.real.percentiles[[0, years as usize - 1, column]];
                assert_close(found, expected, 3.0 * lognormal_percentile_error(p, sd, lifetimes));
            }
        }
    }
}

#[test]
fn level_contributions_have_the_mean_and_variance_of_the_exact_recursion_every_year() {
    // Mean and standard deviation at forty years' ends. The standard error of the standard deviation comes from forty
    // independent runs, whose average is tested: four standard errors, a false alarm in 200 for all years.
    let (runs, lifetimes) = (40_u64, 10_000_u64);
    let (m, m2) = (1.06, 1.06 * 1.06 + 0.12 * 0.12);
    for timing in [PaymentTiming::Start, PaymentTiming::End] {
        let account = Account { contribution: 1_000.0, timing, ..Account::lump_sum(0.0, 40) };
        let question = account_in(simple_asset("a", 0.06, 0.12), account);
        let outcomes: Vec<Outcome> =
            (0..runs).map(|seed| run(&sized(question.clone(), lifetimes, 1_000 + seed))).collect();
        let (mut e, mut q) = (0.0, 0.0);
        for year in 0..40 {
            (e, q) = match timing {
                PaymentTiming::Start => ((e + 1e3) * m, (q + 2e3 * e + 1e6) * m2),
                PaymentTiming::End => (e * m + 1e3, q * m2 + 2e3 * e * m + 1e6),
            };
            let means: Vec<f64> = outcomes.iter().map(|o| o.real.mean[[0, year]]).collect();
            let variances: Vec<f64> =
                outcomes.iter().map(|o| o.real.standard_deviation[[0, year]].powi(2)).collect();
            for (values, expected) in [(means, e), (variances, q - e * e)] {
                let average = values.iter().sum::<f64>() / runs as f64;
                let spread = values.iter().map(|v| (v - average).powi(2)).sum::<f64>() / (runs - 1) as f64;
                let tolerance = 4.0 * (spread / runs as f64).sqrt() + 1e-9 * expected;
                assert_near(average, expected, tolerance, &format!("{timing:?}, year {}", year + 1));
            }
        }
    }
}

#[test]
fn a_rebalanced_portfolio_compounds_the_moments_of_its_mixture() {
    // 60 % and 40 %, correlation 0.3 of the logs, rebalanced every year: E = m^n, E² = m2^n.
    let (stocks, bonds, rho, years, lifetimes) = ((0.06, 0.16), (0.03, 0.06), 0.3, 10, 200_000);
    let account = Participant::Account(Account::lump_sum(1_000.0, years));
    let mut question =
        inputs(vec![asset("a", stocks.0, stocks.1), asset("b", bonds.0, bonds.1)], account, &[0.6, 0.4]);
    question.market.correlation =
        Correlation::new(vec![vec![1.0, rho, 0.0], vec![rho, 1.0, 0.0], vec![0.0, 0.0, 1.0]]).unwrap();
    let outcome = run(&sized(question, lifetimes, 35));
    let first = |(mean, sd): (f64, f64)| (mean + 0.5 * sd * sd).exp();
    let second = |(mean, sd): (f64, f64)| (2.0 * mean + 2.0 * sd * sd).exp();
    let product = first(stocks) * first(bonds) * (rho * stocks.1 * bonds.1).exp();
    let m = 0.6 * first(stocks) + 0.4 * first(bonds);
    let m2 = 0.36 * second(stocks) + 0.16 * second(bonds) + 2.0 * 0.24 * product;
    let (mean, variance) = (1_000.0 * m.powi(10), 1e6 * (m2.powi(10) - m.powi(20)));
    let root = (lifetimes as f64).sqrt();
    assert_near(outcome.real.mean[[0, 9]], mean, 4.0 * variance.sqrt() / root, "mean");
    // The kurtosis of the product is below 5: its standard deviation is known to √(4/n)/2 of itself.
    assert_close(outcome.real.standard_deviation[[0, 9]], variance.sqrt(), 4.0 / root);
}

#[test]
fn doubling_the_lifetimes_halves_the_squared_errors() {
    // 600 seeds at each size. A mean of 600 squared errors is known to √(2/600) = 5.8 % of itself; the ratio of two of
    // them to 8.2 %, so that 25 % is three standard errors each for the ratio and 23 % four for the level.
    let seeds = 600;
    let question = account_in(asset("a", 0.05, 0.2), Account::lump_sum(1_000.0, 2));
    let sd = 0.2 * 2.0_f64.sqrt();
    let (mean, median) = (1_000.0 * (0.1 + 0.5 * sd * sd).exp(), 1_000.0 * 0.1_f64.exp());
    let squared_errors = |lifetimes: u64, from: u64| {
        let mut sums = [0.0; 2];
        for seed in 0..seeds {
            let outcome = run(&sized(question.clone(), lifetimes, from + seed));
            sums[0] += (outcome.real.mean[[0, 1]] - mean).powi(2);
            sums[1] += (path(&outcome)[1] - median).powi(2);
        }
        sums.map(|sum| sum / seeds as f64)
    };
    let (single, double) = (squared_errors(2_000, 0), squared_errors(4_000, 10_000));
    let exact = [
        mean * mean * ((sd * sd).exp() - 1.0) / 2_000.0,
        (median * lognormal_percentile_error(0.5, sd, 2_000)).powi(2),
    ];
    for i in 0..2 {
        assert_close(single[i] / double[i], 2.0, 0.25);
        assert_close(single[i], exact[i], 0.23);
    }
}

/// Two correlated assets, money in and out, mortality: a distribution without a formula.
fn no_closed_form() -> Inputs {
    let account = Account {
        age: 60,
        contribution: 5_000.0,
        contribution_years: 5,
        withdrawal: Withdrawal::Amount(9_000.0),
        withdrawal_after_years: 6,
        life: Life::SocialSecurityTable(Sex::Male),
        ..Account::lump_sum(100_000.0, 25)
    };
    let assets = vec![simple_asset("a", 0.08, 0.2), simple_asset("b", 0.03, 0.05)];
    inputs(assets, Participant::Account(account), &[0.7, 0.3])
}

#[test]
fn histogram_percentiles_are_within_a_tenth_of_a_percent_of_an_exact_sort() {
    let question = sized(no_closed_form(), 20_000, 36);
    let outcome = run(&question);
    let lives: Vec<_> = (0..20_000).map(|life| lifetime(&question, &question.policies[0], life)).collect();
    for year in 0..25 {
        let mut balances: Vec<f64> = lives.iter().filter_map(|life| life.real.get(year).copied()).collect();
        balances.sort_by(f64::total_cmp);
        for (column, p) in PERCENTILES.into_iter().enumerate() {
            let (found, exact) = (outcome.real.percentiles[[0, year, column]], type_7(&balances, p));
            assert!((found - exact).abs() <= 0.001 * exact, "year {year}, {p}: {found} {exact}");
        }
        let mean = balances.iter().sum::<f64>() / balances.len() as f64;
        assert_close(outcome.real.mean[[0, year]], mean, 1e-9);
        let squares: f64 = balances.iter().map(|b| (b - mean).powi(2)).sum();
        let sd = (squares / (balances.len() - 1) as f64).sqrt();
        assert_close(outcome.real.standard_deviation[[0, year]], sd, 1e-4);
    }
}

#[test]
fn replayed_lifetimes_sort_to_the_same_percentiles() {
    // The same from the engine's own replays, which know each balance exactly.
    let question = sized(no_closed_form(), 1_501, 37);
    let plan = Plan::compile(&question).unwrap();
    let replay = |life| Outcome::of_part(&plan, &run_range(&plan, life, 1).unwrap()).unwrap();
    let replays: Vec<Outcome> = (0..1_501).map(replay).collect();
    let outcome = run(&question);
    for year in [0, 9, 24] {
        let mut balances: Vec<f64> = replays.iter().map(|o| o.real.percentiles[[0, year, 4]]).collect();
        balances.sort_by(f64::total_cmp);
        for (column, p) in PERCENTILES.into_iter().enumerate() {
            let (found, exact) = (outcome.real.percentiles[[0, year, column]], type_7(&balances, p));
            assert!((found - exact).abs() <= 0.001 * exact, "year {year}, {p}: {found} {exact}");
        }
    }
    let ruined: f64 = replays.iter().map(|o| ruin(o).value).sum();
    assert_close(ruin(&outcome).value, ruined / 1_501.0, 1e-12);
}

/// A spender of certain returns, whose payments fail in the year in which the money is gone.
fn spends_out(life: Life, timing: PaymentTiming) -> Inputs {
    let account = Account {
        age: 65,
        life,
        withdrawal: Withdrawal::Amount(10.0),
        timing,
        ..Account::lump_sum(105.0, 35)
    };
    account_in(asset("a", 0.0, 0.0), account)
}

#[test]
fn drawn_deaths_follow_the_life_table_and_survival_is_its_weight() {
    // Whole lives end with a death that is drawn: the age at ruin is known for those who live to see it.
    let lifetimes = 100_000;
    for life in [
        Life::SocialSecurityTable(Sex::Male),
        Life::SocialSecurityTable(Sex::Blended { share_female: 0.3 }),
        Life::Gompertz { mode: 88.0, dispersion: 10.0 },
    ] {
        for timing in [PaymentTiming::Start, PaymentTiming::End] {
            let outcome = run(&sized(spends_out(life, timing), lifetimes, 38));
            // Ten payments of ten are made; the eleventh, at 75 or at the end of that year by those alive then, fails.
            let to_be_paid = if timing == PaymentTiming::Start { 10.0 } else { 11.0 };
            let p = survival(life, 65.0, to_be_paid);
            assert_near(ruin(&outcome).value, p, 1e-12, "ruin of all lifetimes");
            assert_eq!(outcome.policies[0].ruin_if_alive.unwrap().value, 1.0);
            assert_eq!(outcome.policies[0].ruin_by_age_if_alive[9].value, 0.0);
            for (year, &alive) in outcome.alive.iter().enumerate() {
                assert_near(alive, survival(life, 65.0, f64::from(year as u32 + 1)), 1e-15, "alive");
            }
            // Drawn deaths, six cases at four standard errors: a false alarm in 2,600.
            let seen = outcome.policies[0].ruin_age.as_ref().unwrap().count as f64 / lifetimes as f64;
            assert_near(seen, p, 4.0 * (p * (1.0 - p) / lifetimes as f64).sqrt(), "drawn deaths");
        }
    }
}

#[test]
fn ruin_by_survival_weights_is_that_of_drawn_deaths_and_varies_less() {
    let question = sized(no_closed_form(), 40_000, 41);
    let outcome = run(&question);
    let lives: Vec<_> = (0..40_000).map(|life| lifetime(&question, &question.policies[0], life)).collect();
    let drawn = lives.iter().filter(|life| life.ruin_year.is_some()).count() as f64 / 40_000.0;
    let weighted = ruin(&outcome);
    // Both are of the same market paths, so what is left is the noise of drawn deaths: less than a binomial's; four errors.
    assert_near(drawn, weighted.value, 4.0 * (drawn * (1.0 - drawn) / 40_000.0).sqrt(), "ruin");
    let binomial = 2.0 * 1.96 * (drawn * (1.0 - drawn) / 40_000.0).sqrt();
    assert!(weighted.high - weighted.low < 0.8 * binomial, "{weighted:?} {binomial}");
}

#[test]
fn balances_by_age_are_those_of_every_lifetime() {
    // Few live to 90; the percentiles are those of everybody, within four standard errors of the whole sample.
    let life = Life::SocialSecurityTable(Sex::Male);
    let account = Account { age: 75, life, ..Account::lump_sum(1.0, 15) };
    let outcome = run(&sized(account_in(asset("a", 0.05, 0.2), account), 200_000, 39));
    assert!(outcome.alive[14] < 0.4);
    let sd = 0.2 * 15.0_f64.sqrt();
    for (column, p) in PERCENTILES.into_iter().enumerate() {
        let expected = (0.75 + sd * normal_quantile(p)).exp();
        let found = outcome.real.percentiles[[0, 14, column]];
        assert_close(found, expected, 4.0 * lognormal_percentile_error(p, sd, 200_000));
    }
}

// ---- Intervals and standard errors

/// Fails unless `hits` out of `trials` is what a coverage from `low` to `high` gives, within 3.3 standard errors of a
/// binomial: a false alarm in 1000.
#[track_caller]
fn assert_coverage(hits: usize, trials: usize, low: f64, high: f64, what: &str) {
    let n = trials as f64;
    let slack = |p: f64| 3.3 * (p * (1.0 - p) / n).sqrt();
    let found = hits as f64 / n;
    assert!(found >= low - slack(low) && found <= high + slack(high), "{what}: coverage {found}");
}

/// Two correlated lump sums, one riskier than the other, and a third asset for a threshold of ruin.
fn two_lump_sums() -> Inputs {
    let account = Account {
        withdrawal: Withdrawal::Amount(1_000.0),
        withdrawal_after_years: 1,
        ..Account::lump_sum(1_000.0, 2)
    };
    let assets = vec![asset("a", 0.05, 0.15), asset("b", 0.07, 0.25)];
    let mut question = inputs(assets, Participant::Account(account), &[1.0, 0.0]);
    question.market.correlation =
        Correlation::new(vec![vec![1.0, 0.6, 0.0], vec![0.6, 1.0, 0.0], vec![0.0, 0.0, 1.0]]).unwrap();
    question.policies.push(policy("b", &[0.0, 1.0]));
    question.settings.key_ages = vec![1];
    question
}

#[test]
fn intervals_and_standard_errors_cover_as_often_as_they_say() {
    // After a year: lump sums with known distributions. A payment of the opening balance after two years: ruin with
    // probability P(two-year growth < 1).
    let seeds = 400_usize;
    let question = two_lump_sums();
    let outcomes: Vec<Outcome> =
        (0..seeds as u64).map(|seed| run(&sized(question.clone(), 2_000, 50_000 + seed))).collect();
    let count = |holds: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| holds(outcome)).count();
    let within = |low: f64, value: f64, high: f64| low <= value && value <= high;
    let quantile = |mean: f64, sd: f64, p: f64| 1_000.0 * (mean + sd * normal_quantile(p)).exp();
    for (column, p) in PERCENTILES.into_iter().enumerate() {
        let value = quantile(0.05, 0.15, p);
        let at = [0, 0, column];
        let hits = count(&|o| within(o.real.low[at], value, o.real.high[at]));
        // Order statistics are discrete: their coverage is at least 95 %, and at p1 of 2000 up to 1.8 points more.
        assert_coverage(hits, seeds, 0.95, 0.968, &format!("percentile {p}"));
    }
    let ruined = normal_cdf(-0.10 / (0.15 * 2.0_f64.sqrt()));
    let hits = count(&|o| within(ruin(o).low, ruined, ruin(o).high));
    assert_coverage(hits, seeds, 0.945, 0.955, "Wilson");
    let mean = 1_000.0 * (0.05_f64 + 0.5 * 0.15 * 0.15).exp();
    let z = 1.96;
    let hits = count(&|o| (o.real.mean[[0, 0]] - mean).abs() <= z * o.real.mean_standard_error[[0, 0]]);
    assert_coverage(hits, seeds, 0.945, 0.955, "mean");
    let difference = 1_000.0 * (0.07_f64 + 0.5 * 0.25 * 0.25).exp() - mean;
    let at = |o: &Outcome| o.comparisons[0].at[0].clone();
    let hits = count(&|o| {
        let found = at(o).mean_difference;
        (found.value - difference).abs() <= z * found.standard_error
    });
    assert_coverage(hits, seeds, 0.945, 0.955, "paired mean difference");
    // Better after a year: the difference of the logs is normal.
    let spread = (0.15_f64.powi(2) + 0.25_f64.powi(2) - 2.0 * 0.6 * 0.15 * 0.25).sqrt();
    let better = normal_cdf(0.02 / spread);
    let hits = count(&|o| within(at(o).better.low, better, at(o).better.high));
    assert_coverage(hits, seeds, 0.945, 0.955, "P(better)");
    let ratio = 0.02_f64.exp();
    let hits = count(&|o| {
        let median = at(o).ratio.unwrap().percentiles[4];
        within(median.low, ratio, median.high)
    });
    assert_coverage(hits, seeds, 0.95, 0.96, "median ratio");
    // The bootstrap of a percentile is itself known to a few per cent only.
    for (i, p) in [0.05, 0.5, 0.95].into_iter().enumerate() {
        let difference = quantile(0.07, 0.25, p) - quantile(0.05, 0.15, p);
        let hits = count(&|o| {
            let found = at(o).percentile_differences[i];
            (found.value - difference).abs() <= z * found.standard_error
        });
        assert_coverage(hits, seeds, 0.93, 0.97, &format!("difference of percentile {p}"));
    }
}

#[test]
fn a_twin_a_basis_point_worse_is_told_within_its_error() {
    // The percentiles of both are known, and so is their difference: a few thousand dollars of millions, far less than the
    // width of a bucket of a histogram.
    let seeds = 300_usize;
    let (years, sd) = (30.0, 0.15);
    let assets = vec![asset("a", 0.06, sd), asset("b", 0.0599, sd)];
    let account = Participant::Account(Account::lump_sum(500_000.0, years as u32));
    let mut question = inputs(assets, account, &[1.0, 0.0]);
    question.market.correlation =
        Correlation::new(vec![vec![1.0, 0.999_999_9, 0.0], vec![0.999_999_9, 1.0, 0.0], vec![0.0, 0.0, 1.0]])
            .unwrap();
    question.policies.push(policy("b", &[0.0, 1.0]));
    question.settings.key_ages = vec![years as u32];
    let outcomes: Vec<Outcome> =
        (0..seeds as u64).map(|seed| run(&sized(question.clone(), 2_000, 70_000 + seed))).collect();
    for (i, p) in [0.05, 0.5, 0.95].into_iter().enumerate() {
        let quantile = |mean: f64| 500_000.0 * (years * mean + sd * years.sqrt() * normal_quantile(p)).exp();
        let difference = quantile(0.0599) - quantile(0.06);
        let covers = |outcome: &&Outcome| {
            let found = outcome.comparisons[0].at[0].percentile_differences[i];
            (found.value - difference).abs() <= 1.96 * found.standard_error
        };
        let hits = outcomes.iter().filter(covers).count();
        assert_coverage(hits, seeds, 0.93, 0.97, &format!("difference of percentile {p}"));
    }
}

#[test]
fn paired_standard_errors_count_the_pairing() {
    // The spread of the estimates over 300 seeds against the standard errors they print: known to 4.1 % of itself for
    // the spread, so 17 % is four standard errors; replicates add little. Without the pairing it would be twice as large.
    let seeds = 300_usize;
    let mut question = two_lump_sums();
    question.market.correlation =
        Correlation::new(vec![vec![1.0, 0.95, 0.0], vec![0.95, 1.0, 0.0], vec![0.0, 0.0, 1.0]]).unwrap();
    question.market.assets[1] = asset("b", 0.05, 0.18);
    let outcomes: Vec<Outcome> =
        (0..seeds as u64).map(|seed| run(&sized(question.clone(), 4_000, 90_000 + seed))).collect();
    let check = |estimate: &dyn Fn(&Outcome) -> (f64, f64), what: &str| {
        let found: Vec<(f64, f64)> = outcomes.iter().map(estimate).collect();
        let n = seeds as f64;
        let mean = found.iter().map(|(value, _)| value).sum::<f64>() / n;
        let spread = (found.iter().map(|(value, _)| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let printed = (found.iter().map(|(_, error)| error * error).sum::<f64>() / n).sqrt();
        assert!((printed / spread - 1.0).abs() < 0.17, "{what}: {printed} printed, {spread} seen");
    };
    check(
        &|o| {
            let estimate = o.comparisons[0].at[0].mean_difference;
            (estimate.value, estimate.standard_error)
        },
        "mean",
    );
    check(
        &|o| {
            let estimate = o.comparisons[0].ruin_difference.unwrap();
            (estimate.value, estimate.standard_error)
        },
        "ruin",
    );
    for i in 0..3 {
        check(
            &|o| {
                let estimate = o.comparisons[0].at[0].percentile_differences[i];
                (estimate.value, estimate.standard_error)
            },
            ["p5", "p50", "p95"][i],
        );
    }
}

#[test]
fn a_tally_does_not_grow_with_the_lifetimes() {
    let bytes = |lifetimes| {
        let question = account_in(asset("a", 0.05, 0.15), Account::lump_sum(1_000.0, 5));
        let plan = Plan::compile(&sized(question, lifetimes, 40)).unwrap();
        run_range(&plan, 0, lifetimes).unwrap().to_bytes().len() as f64
    };
    let (few, many) = (bytes(131_072), bytes(1_310_720));
    // Figures of the first 131,072 lifetimes are kept; a count of more digits takes a second byte.
    assert!(many < 1.2 * few, "{few} bytes, {many} bytes");
}

// ---- Frictions

/// One liquid and one illiquid asset with every friction, bought and sold at a cost.
fn frictions() -> Inputs {
    let account = Account {
        contribution: 2_000.0,
        contribution_years: 8,
        withdrawal: Withdrawal::Amount(12_000.0),
        withdrawal_after_years: 8,
        ..Account::lump_sum(50_000.0, 15)
    };
    let mut assets = vec![simple_asset("a", 0.07, 0.18), simple_asset("b", 0.1, 0.2)];
    assets[0].liquidity =
        Liquidity::Liquid { half_spread: HalfSpread { normal: 0.001, stress: 0.004, crisis: 0.01 } };
    assets[1].liquidity = Liquidity::Illiquid { haircut_scale: 1.0 };
    for asset in &mut assets {
        asset.fees = Fees { management: 0.005, wrapper: 0.003, basis: FeeBasis::Gross, ..Fees::NONE };
        asset.volatility_levels = [1.0, 1.2, 1.5];
    }
    let mut question = inputs(assets, Participant::Account(account), &[0.6, 0.4]);
    question.policies[0].trading_costs = TradingCosts::AllTrades;
    question.policies[0].withdrawals = WithdrawalOrder::ProRata;
    question.market.frictions.volatility_haircut = VolatilityHaircut::Level(2);
    question.market.stress_asset = Some("a".into());
    question.settings.key_ages = vec![8, 15];
    sized(question, 4_000, 41)
}

#[test]
fn the_ladder_ends_at_the_policy_s_own_run_and_its_changes_add_up() {
    let mut question = frictions();
    question.settings.attribution = true;
    let outcome = run(&question);
    let rungs = &outcome.attributions[0].rungs;
    assert_eq!(
        rungs.iter().map(|rung| rung.friction.as_str()).collect::<Vec<_>>().join(" "),
        "gross fees volatility_haircut liquidity"
    );
    for (key, age) in [8_usize, 15].into_iter().enumerate() {
        let last = &rungs[3].at[key];
        assert_eq!(last.age as usize, age);
        assert_eq!(last.mean.value, outcome.real.mean[[0, age - 1]]);
        assert_eq!(last.median.value, outcome.real.percentiles[[0, age - 1, 4]]);
        assert!(rungs[0].at[key].mean_change.is_none());
        let changes = rungs[1..].iter().map(|rung| rung.at[key].mean_change.unwrap().value);
        assert_close(rungs[0].at[key].mean.value + changes.sum::<f64>(), last.mean.value, 1e-9);
        let medians = rungs[1..].iter().map(|rung| rung.at[key].median_change.unwrap().value);
        assert_close(rungs[0].at[key].median.value + medians.sum::<f64>(), last.median.value, 1e-9);
        // Fees and costs only take away; the volatility haircut lowers the median, not the mean while money comes in.
        assert!(rungs[1].at[key].mean_change.unwrap().value < 0.0);
        assert!(rungs[2].at[key].median_change.unwrap().value < 0.0);
        assert!(rungs[3].at[key].mean_change.unwrap().value < 0.0);
    }
    let haircut = rungs[2].at[0].mean_change.unwrap();
    assert!(haircut.value.abs() < 4.0 * haircut.standard_error, "{haircut:?}");
    // The ladder changes nothing else.
    question.settings.attribution = false;
    let plain = run(&question);
    assert_eq!(plain.real, outcome.real);
    assert_eq!(plain.policies, outcome.policies);
}

#[test]
fn the_rungs_are_the_runs_with_frictions_switched_off() {
    let mut question = frictions();
    question.settings.attribution = true;
    let ladder = run(&question).attributions[0].clone();
    question.settings.attribution = false;
    let off = VolatilityHaircut::Level(0);
    for (rung, (fees, volatility, liquidity)) in
        [(false, false, false), (true, false, false), (true, true, false), (true, true, true)]
            .into_iter()
            .enumerate()
    {
        let mut switched = question.clone();
        let frictions = &mut switched.market.frictions;
        (frictions.fees, frictions.liquidity_haircut, frictions.half_spreads) = (fees, liquidity, liquidity);
        if !volatility {
            frictions.volatility_haircut = off.clone();
        }
        let outcome = run(&switched);
        for (key, year) in [7, 14].into_iter().enumerate() {
            assert_eq!(outcome.real.mean[[0, year]], ladder.rungs[rung].at[key].mean.value, "rung {rung}");
            assert_eq!(outcome.real.percentiles[[0, year, 4]], ladder.rungs[rung].at[key].median.value);
        }
    }
}

#[test]
fn each_friction_can_be_switched_off_alone() {
    let costs = |outcome: &Outcome| {
        let policy = &outcome.policies[0];
        [policy.fees.mean.value, policy.haircuts.mean.value, policy.trading_costs.mean.value]
    };
    let all = run(&frictions());
    assert!(costs(&all).iter().all(|&cost| cost > 0.0));
    let mean = |outcome: &Outcome| outcome.real.mean[[0, 7]];
    for off in 0..3 {
        let mut question = frictions();
        let switches = &mut question.market.frictions;
        *[&mut switches.fees, &mut switches.liquidity_haircut, &mut switches.half_spreads][off] = false;
        let outcome = run(&question);
        for (i, cost) in costs(&outcome).into_iter().enumerate() {
            assert_eq!(cost == 0.0, i == off, "friction {i} with {off} switched off");
        }
        // Haircuts begin with the withdrawals.
        assert!(if off == 1 { mean(&outcome) == mean(&all) } else { mean(&outcome) > mean(&all) });
        assert!(ruin(&outcome).value < ruin(&all).value);
    }
    let mut question = frictions();
    question.market.frictions.volatility_haircut = VolatilityHaircut::Level(0);
    let outcome = run(&question);
    assert!(path(&outcome)[7] > path(&all)[7]);
    assert!(costs(&outcome).iter().all(|&cost| cost > 0.0));
}
