//! Simulated series give back the figures they were made with, as often as their standard errors say; the statistics
//! of real series are those that others computed.

use decumulus::calibration::{
    Calibration, Column, Date, Garch, Moments, Options, Smoothing, Spacing, StudentT as Tails, Table,
};
use decumulus::scenario::{ReturnsWanted, returns_from_csv};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand_distr::{Distribution, StandardNormal, StudentT};

/// A table of monthly log returns.
fn table(spacing: Spacing, series: Vec<Vec<f64>>) -> Table {
    let column = |(i, logs): (usize, Vec<f64>)| Column {
        name: format!("series_{i}"),
        first_row: 0,
        returns: logs.into_iter().map(|x| x.exp() - 1.0).collect(),
    };
    let columns = series.into_iter().enumerate().map(column).collect();
    Table { source: "simulated".into(), spacing, first: Date { year: 1900, month: 1 }, columns }
}

fn fit(spacing: Spacing, series: Vec<Vec<f64>>) -> Calibration {
    Calibration::fit(&table(spacing, series), &Options::default()).unwrap()
}

fn normals(seed: u64, count: usize) -> Vec<f64> {
    let mut generator = StdRng::seed_from_u64(seed);
    (0..count).map(|_| StandardNormal.sample(&mut generator)).collect()
}

/// Counts how many of `seeds` samples have the truth within their 95 % interval, and fails unless the count is one that a
/// true coverage of 95 % gives but for 1 time in 1000 on either side, when the standard error itself is right.
#[track_caller]
fn assert_covers(what: &str, seeds: u64, truth: f64, estimate: impl Fn(u64) -> (f64, f64)) {
    let covered = (0..seeds).filter(|&seed| {
        let (value, error) = estimate(seed);
        (value - truth).abs() <= 1.96 * error
    });
    let covered = covered.count() as f64;
    let (mean, sd) = (0.95 * seeds as f64, (seeds as f64 * 0.95 * 0.05).sqrt());
    println!("{what}: {covered} of {seeds}");
    assert!((covered - mean).abs() <= 3.3 * sd + 0.5, "{what}: {covered} of {seeds}");
}

#[test]
fn means_and_volatilities_lie_within_their_standard_errors() {
    let sample = |seed: u64| {
        let returns = normals(seed, 600).into_iter().map(|z| (0.006 + 0.04 * z).exp() - 1.0);
        Moments::of(&returns.collect::<Vec<f64>>(), 12)
    };
    assert_covers("log mean", 300, 12.0 * 0.006, |seed| {
        let figure = sample(seed).log_mean;
        (figure.value, figure.standard_error.unwrap())
    });
    assert_covers("log mean, Newey and West", 300, 12.0 * 0.006, |seed| {
        let moments = sample(seed);
        (moments.log_mean.value, moments.log_mean_error_hac)
    });
    assert_covers("log sd", 300, 12.0_f64.sqrt() * 0.04, |seed| {
        let figure = sample(seed).log_sd;
        (figure.value, figure.standard_error.unwrap())
    });
}

#[test]
fn smoothed_quarterly_series_give_back_phi_and_the_true_volatility() {
    let (phi, sd) = (0.78, 0.08);
    let smoothed = |seed: u64, count: usize| {
        let mut reported = 0.0;
        let all = normals(seed, count + 200).into_iter().map(|z| {
            reported = (1.0 - phi) * sd * z + phi * reported;
            reported
        });
        all.skip(200).collect::<Vec<f64>>()
    };
    assert_covers("phi", 200, phi, |seed| {
        let found = Smoothing::fit(&smoothed(seed, 400), 4, 2).unwrap();
        (found.phi.value, found.phi.standard_error.unwrap())
    });
    let long = fit(Spacing::Quarter, vec![smoothed(1, 12_000)]).series.remove(0);
    let smoothing = long.smoothing.unwrap();
    // Four standard errors of a lag-1 autocorrelation: 4·√((1−φ²)/n) = 0.0228; the share moves by −1.16 times that.
    assert!((long.autocorrelation.first().unwrap().value - phi).abs() < 0.0228);
    let share = smoothing.annual_share_by_phi;
    assert!((share - 0.6105).abs() < 1.16 * 0.0228, "{share}");
    let ratio = smoothing.ratio_by_phi;
    let true_volatility = long.moments.log_sd.value * ratio.value;
    // The error of φ dominates: four relative standard errors of the ratio.
    let tolerance = 4.0 * ratio.standard_error.unwrap() / ratio.value;
    assert!((true_volatility / (2.0 * sd) - 1.0).abs() < tolerance, "{true_volatility} {tolerance}");
    assert!(smoothing.is_smooth());
}

#[test]
fn moving_averages_give_back_their_weights() {
    let theta = [0.5, 0.3, 0.2];
    let smoothed = |seed: u64| {
        let z = normals(seed, 502);
        z.windows(3)
            .map(|w| 0.03 * (theta[0] * w[2] + theta[1] * w[1] + theta[2] * w[0]))
            .collect::<Vec<f64>>()
    };
    let all: Vec<Smoothing> = (0..200).map(|seed| Smoothing::fit(&smoothed(seed), 12, 2).unwrap()).collect();
    for (j, truth) in theta.into_iter().enumerate() {
        assert_covers(&format!("theta {j}"), 200, truth, |seed| {
            let found = all[seed as usize].theta[j];
            (found.value, found.standard_error.unwrap())
        });
    }
    let truth = theta.iter().map(|t: &f64| t * t).sum::<f64>().sqrt().recip();
    assert_covers("ratio", 200, truth, |seed| {
        let found = all[seed as usize].ratio_by_theta;
        (found.value, found.standard_error.unwrap())
    });
}

#[test]
fn student_t_samples_give_back_their_degrees_of_freedom() {
    let sample = |seed: u64| {
        let mut generator = StdRng::seed_from_u64(seed);
        let t = StudentT::new(5.0).unwrap();
        let logs: Vec<f64> = (0..1500).map(|_| 0.005 + 0.03 * t.sample(&mut generator)).collect();
        Tails::fit(&logs, 1).unwrap()
    };
    // Intervals are symmetric in 1/ν.
    assert_covers("1/ν", 100, 0.2, |seed| {
        let found = sample(seed);
        let eta = 1.0 / found.degrees_of_freedom.value;
        (eta, found.degrees_of_freedom.standard_error.unwrap() * eta * eta)
    });
    let one = sample(1);
    assert!(one.is_fat() && one.low < 5.0 && 5.0 < one.high, "{one:?}");
    assert!((one.scale / 0.03 - 1.0).abs() < 0.1);
}

#[test]
fn tails_at_either_end_of_what_is_fitted_have_an_interval_with_one_end() {
    // Tails fatter than any simulation accepts: a variance that is infinite.
    let mut generator = StdRng::seed_from_u64(3);
    let wild = StudentT::new(1.6).unwrap();
    let logs: Vec<f64> = (0..800).map(|_| 0.01 * wild.sample(&mut generator)).collect();
    let found = Tails::fit(&logs, 1).unwrap();
    assert!(found.is_one_sided && found.is_fat() && found.degrees_of_freedom.value == 2.1, "{found:?}");
    assert_eq!((found.low, found.degrees_of_freedom.standard_error), (2.1, None));
    assert!(found.high >= 2.1 && found.high < 2.5, "{found:?}");

    // Normal tails (η = 0) are at the other end: half of the samples are fitted there, and the intervals of the others reach them with a
    // probability of 95 % or more.
    let all: Vec<Tails> = (0..200).map(|seed| Tails::fit(&normals(seed, 500), 1).unwrap()).collect();
    let covered = all.iter().filter(|found| found.high.is_infinite()).count();
    // The binomial of 95 % ends below 179 but for 1 time in 3000.
    assert!(covered >= 179, "{covered} of 200");
    let at_bound: Vec<&Tails> = all.iter().filter(|found| found.is_one_sided).collect();
    // Half of them, but for 1 time in 3000.
    assert!((75..=125).contains(&at_bound.len()), "{}", at_bound.len());
    assert!(at_bound.iter().all(|found| found.low > 4.0 && found.low.is_finite()));
}

#[test]
fn clusters_too_strong_for_a_simulation_are_fitted_within_what_it_accepts() {
    for seed in 0..6 {
        let mut variance = 1.0_f64;
        let logs: Vec<f64> = normals(seed, 900)
            .into_iter()
            .map(|z| {
                let shock = variance.sqrt() * z;
                variance = 0.02 + 0.62 * shock * shock + 0.37 * variance;
                0.02 * shock
            })
            .collect();
        let found = Garch::fit(&logs).unwrap();
        let (alpha, sum) = (found.alpha.value, found.persistence.value);
        assert!(found.is_at_bound() && found.alpha.standard_error.is_none(), "{found:?}");
        assert!(sum < 0.995 && sum * sum + 2.0 * alpha * alpha < 1.0, "{found:?}");
        assert!(found.has_clusters() && found.implied_excess_kurtosis > 0.0);
    }
}

#[test]
fn several_series_with_one_mixing_variable_have_one_common_number() {
    let mut generator = StdRng::seed_from_u64(5);
    let chi = rand_distr::ChiSquared::new(6.0).unwrap();
    let mut series = vec![vec![]; 3];
    for _ in 0..1200 {
        let mix = (6.0_f64 / chi.sample(&mut generator)).sqrt();
        let z: [f64; 3] = std::array::from_fn(|_| StandardNormal.sample(&mut generator));
        series[0].push(0.04 * mix * z[0]);
        series[1].push(0.02 * mix * (0.6 * z[0] + 0.8 * z[1]));
        series[2].push(0.06 * mix * z[2]);
    }
    let found = fit(Spacing::Month, series).common_tails.unwrap();
    assert!(found.low < 6.0 && 6.0 < found.high && found.high < 9.0, "{found:?}");
}

#[test]
fn normal_samples_show_fat_tails_as_rarely_as_the_test_says() {
    let fat = (0..200).filter(|&seed| {
        let logs: Vec<f64> = normals(1000 + seed, 500).into_iter().map(|z| 0.03 * z).collect();
        Tails::fit(&logs, 1).is_some_and(|tails| tails.is_fat())
    });
    // At most 5 % of the times, in the limit: 10 of 200; more than 21 has a probability below 1 in 1000.
    let fat = fat.count();
    println!("fat tails in {fat} of 200 normal samples");
    assert!(fat <= 21, "{fat}");
}

#[test]
fn garch_samples_give_back_alpha_and_beta() {
    let (alpha, beta) = (0.10, 0.82);
    let sample = |seed: u64| {
        let (mut variance, mut last): (f64, f64) = (1.0, 1.0);
        let all = normals(seed, 2200).into_iter().map(|z| {
            variance = 1.0 - alpha - beta + alpha * last + beta * variance;
            let x: f64 = variance.sqrt() * z;
            last = x * x;
            0.03 * x
        });
        Garch::fit(&all.skip(200).collect::<Vec<f64>>()).unwrap()
    };
    let all: Vec<_> = (0..150).map(sample).collect();
    let of = |seed: u64| all[seed as usize];
    assert_covers("alpha", 150, alpha, |s| (of(s).alpha.value, of(s).alpha.standard_error.unwrap()));
    assert_covers("beta", 150, beta, |s| (of(s).beta.value, of(s).beta.standard_error.unwrap()));
    assert_covers("alpha + beta", 150, alpha + beta, |s| {
        (of(s).persistence.value, of(s).persistence.standard_error.unwrap())
    });
    assert!(all.iter().filter(|garch| garch.has_clusters()).count() > 140);
}

#[test]
fn correlations_lie_within_their_intervals() {
    let truth = 0.4;
    let covered = (0..100).filter(|&seed| {
        let (a, b) = (normals(2 * seed, 200), normals(2 * seed + 1, 200));
        let mixed = a.iter().zip(&b).map(|(a, b)| truth * a + (1.0_f64 - truth * truth).sqrt() * b);
        let scaled = |values: Vec<f64>| values.into_iter().map(|x| 0.03 * x).collect::<Vec<f64>>();
        let mixed = scaled(mixed.collect());
        let found = fit(Spacing::Month, vec![scaled(a), mixed]);
        let pair = found.correlations.pairs[0];
        pair.low < truth && truth < pair.high
    });
    let covered = covered.count();
    // 95 expected, standard deviation 2.2: outside 3.1 times that 1 time in 500.
    assert!((88..=100).contains(&covered), "{covered} of 100");
}

/// The folder of background data, which is not part of this repository.
fn data(name: &str) -> Option<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/data", "../../shared/data"].map(|place| root.join(place).join(name));
    places.iter().find_map(|path| std::fs::read_to_string(path).ok())
}

#[test]
fn statistics_of_real_series_are_those_that_others_computed() {
    let Some(text) = data("us_monthly.csv") else {
        println!("skipped: no us_monthly.csv beside the repository");
        return;
    };
    let wanted = ["stocks_tr", "bonds_tr", "gold", "cpi"].map(String::from);
    let wanted =
        ReturnsWanted { columns: Some(&wanted), from: Date::parse("1971"), ..ReturnsWanted::default() };
    let table = returns_from_csv("us_monthly.csv", &text, &wanted).unwrap().table;
    let fitted =
        Calibration::fit(&table, &Options { inflation: Some("cpi".into()), ..Options::default() }).unwrap();
    // Count, arithmetic mean, geometric mean, volatility, skewness, excess kurtosis, first autocorrelation, worst fall,
    // as published with the data; each to the last digit given.
    let published = [
        (0, 666, [11.81, 11.19, 15.21, -0.43, 1.74, -0.00, -51.0]),
        (2, 666, [10.33, 8.79, 19.66, 0.77, 4.07, 0.05, -61.8]),
        (3, 665, [3.86, 3.92, 1.29, 0.02, 2.69, 0.60, -4.4]),
    ];
    for (place, count, figures) in published {
        let series = &fitted.series[place];
        let moments = &series.moments;
        assert_eq!(moments.count, count);
        let found = [
            100.0 * moments.mean.value,
            100.0 * moments.geometric.value,
            100.0 * moments.volatility.value,
            moments.skewness.value,
            moments.excess_kurtosis.value,
            series.autocorrelation.first().unwrap().value,
            -100.0 * series.drawdowns.worst,
        ];
        for (i, (found, expected)) in found.into_iter().zip(figures).enumerate() {
            let digit = if i == 6 { 0.1 } else { 0.01 };
            assert!(
                (found - expected).abs() <= 0.5 * digit + 1e-9,
                "{place}, figure {i}: {found} {expected}"
            );
        }
    }
    let correlation = |a: usize, b: usize| fitted.correlations.pair(a, b).unwrap().value;
    // Published for simple returns of the common span; logs and spans differ a little.
    for (a, b, expected) in [(0, 1, 0.09), (0, 2, 0.01), (1, 2, 0.08), (0, 3, -0.08), (1, 3, -0.16)] {
        assert!((correlation(a, b) - expected).abs() < 0.025, "{a} {b}: {}", correlation(a, b));
    }
    let tails = fitted.series[0].tails.unwrap();
    assert!(tails.is_fat() && (4.0..9.0).contains(&tails.degrees_of_freedom.value), "{tails:?}");
}
