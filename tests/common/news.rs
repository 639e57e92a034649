//! What reported values do not tell of economic value, by the definition: every piece of news with the share of it that is untold
//! at its age.

use decumulus::engine::Inputs;
use decumulus::market::{Appraisal, Ingredients, Market, Overlay, Overlays, Smoothing};
use decumulus::math::normal::normal_pair;
use decumulus::math::streams::{Purpose, Streams};

use super::private::lags;
use super::reference::drawn;

/// The news about every asset from some years before the start on, and what is left of older news.
pub(super) struct Untold {
    /// Steps before the start.
    before: usize,
    /// `news[step][asset]`.
    news: Vec<Vec<f64>>,
    /// By asset: minus the news older than that, each by the share of it that is untold one step later than the window.
    older: Vec<f64>,
}

/// `φ` of a step, and the window of steps of which nothing is told (first-order), or everything after a while.
fn terms(appraisal: &Appraisal, steps: usize) -> (f64, usize, usize) {
    let lag = (f64::from(appraisal.lag_months) * steps as f64 / 12.0).round() as usize;
    match &appraisal.smoothing {
        Smoothing::FirstOrder { phi_per_quarter: 0.0 } => (0.0, lag, 0),
        Smoothing::FirstOrder { phi_per_quarter } => (phi_per_quarter.powf(4.0 / steps as f64), lag, 0),
        Smoothing::MovingAverage { weights } => (0.0, lag, (weights.len() - 1) * (steps / 4)),
    }
}

/// The share of news of an age in steps that the NAV does not tell.
fn untold_share(appraisal: &Appraisal, steps: usize, age: usize) -> f64 {
    let (phi, lag, _) = terms(appraisal, steps);
    match &appraisal.smoothing {
        _ if age < lag => 1.0,
        Smoothing::FirstOrder { .. } => phi.powi((age - lag + 1) as i32),
        Smoothing::MovingAverage { weights } => {
            let told = (age - lag) / (steps / 4);
            1.0 - weights.iter().take(told + 1).sum::<f64>()
        }
    }
}

impl Untold {
    pub(super) fn new(inputs: &Inputs, years: usize, life: u64) -> Self {
        let (market, steps) = (&inputs.market, inputs.settings.steps_per_year as usize);
        let streams = Streams::new(inputs.settings.seed);
        let lagging: Vec<usize> = (0..market.assets.len()).filter(|&k| lags(market, k)).collect();
        let appraisal = |k: usize| market.assets[k].vehicle.appraisal.as_ref().unwrap();
        let has_crashes = market.overlays.crashes.as_ref().is_some_and(|crashes| {
            crashes.intensity > 0.0 && crashes.assets.keys().any(|key| market.index_of(key).is_some())
        });
        // Enough years that the window is drawn in full; with jumps, also until a quarter of news is left.
        let needed = |k: usize| {
            let (phi, lag, average) = terms(appraisal(k), steps);
            let fading = (0..10 * steps).find(|&n| phi.powi(n as i32) <= 0.25 || phi == 0.0);
            lag + average + if has_crashes { fading.unwrap_or(10 * steps) } else { 0 }
        };
        let before = lagging.iter().map(|&k| needed(k)).max().unwrap_or(0).div_ceil(steps);
        // Years before the start are drawn by how far they are from it.
        let past = news(market, steps, before as u32, (streams.before_the_start(), life));
        let mut news: Vec<Vec<f64>> = past.chunks(steps).rev().flatten().cloned().collect();
        news.extend(self::news(market, steps, years as u32, (streams, life)));
        Self { before: before * steps, news, older: older(market, steps, (streams, life), &lagging) }
    }

    /// What the NAV of an asset does not tell of the log value `t` steps after the start.
    pub(super) fn at(&self, market: &Market, k: usize, steps: usize, t: usize) -> f64 {
        let appraisal = market.assets[k].vehicle.appraisal.as_ref().unwrap();
        let heard = self.before + t;
        let shares =
            (0..heard).map(|age| untold_share(appraisal, steps, age) * self.news[heard - 1 - age][k]);
        let (phi, lag, _) = terms(appraisal, steps);
        let older = if phi > 0.0 { self.older[k] * phi.powi(heard as i32 - lag as i32) } else { 0.0 };
        shares.sum::<f64>() + older
    }
}

/// Log growth less its expectation: of the return model and of the jumps of crashes; drifts of a lifetime's own and losses
/// are none.
fn news(market: &Market, steps: usize, years: u32, place: (Streams, u64)) -> Vec<Vec<f64>> {
    let crashes = market.overlays.crashes.clone();
    let only_crashes =
        Market { overlays: Overlays { crashes: crashes.clone(), ..Default::default() }, ..market.clone() };
    let overlay = Overlay::compile(&only_crashes, steps);
    let bare = drawn(market, steps, years, place, None);
    let jumped = drawn(market, steps, years, place, overlay.as_ref());
    let p = crashes.as_ref().map_or(0.0, |crashes| crashes.probability(steps));
    let dt = 1.0 / steps as f64;
    let no_fees = vec![0.0; market.assets.len()];
    let stated = Ingredients::new(market, steps, &market.volatility_factors(), &no_fees).moments;
    let compensated = market.overlays.compensated(&market.assets, &stated, steps).unwrap();
    let row = |(bare, jumped): (&Vec<f64>, &Vec<f64>)| {
        let of = |k: usize| {
            let asset = &market.assets[k];
            let prices = if asset.real { market.inflation.log_mean() } else { 0.0 };
            let own = bare[k].ln() - (compensated[k].log_mean() + prices) * dt;
            match crashes.as_ref().and_then(|crashes| crashes.assets.get(&asset.key)) {
                Some(jump) if p > 0.0 => {
                    // A crash factor is over its mean, which is no news.
                    let mean_factor = 1.0 - p + p * (jump.mean + 0.5 * jump.sd * jump.sd).exp();
                    own + (jumped[k] / bare[k]).ln() + mean_factor.ln() - p * jump.mean
                }
                _ => own,
            }
        };
        (0..market.assets.len()).map(of).collect()
    };
    bare.iter().zip(&jumped).map(row).collect()
}

/// What is left of older news: normals with the covariances of a sum of independent steps, news of a step by `φ`, of the one before
/// by `φ²` and so on.
fn older(market: &Market, steps: usize, (streams, life): (Streams, u64), lagging: &[usize]) -> Vec<f64> {
    let dt = 1.0 / steps as f64;
    let inflation = market.assets.len();
    let sd = |k: usize| {
        let no_fees = vec![0.0; market.assets.len()];
        let stated = Ingredients::new(market, steps, &market.volatility_factors(), &no_fees).moments;
        market.overlays.compensated(&market.assets, &stated, steps).unwrap()[k].log_sd()
    };
    let parts = |k: usize| if market.assets[k].real { vec![k, inflation] } else { vec![k] };
    let covariance = |a: usize, b: usize| {
        let mut sum = 0.0;
        for i in parts(a) {
            for j in parts(b) {
                sum += market.correlation.get(i, j) * sd(i) * sd(j) * dt;
            }
        }
        let crashes = market.overlays.crashes.as_ref();
        let jump = |k: usize| crashes.and_then(|crashes| crashes.assets.get(&market.assets[k].key));
        if let (Some(crashes), Some(x), Some(y)) = (crashes, jump(a), jump(b)) {
            let (p, c) = (crashes.probability(steps), if a == b { 1.0 } else { crashes.correlation });
            sum += p * (x.mean * y.mean + c * x.sd * y.sd) - p * p * x.mean * y.mean;
        }
        sum
    };
    let phi = |k: usize| terms(market.assets[k].vehicle.appraisal.as_ref().unwrap(), steps).0;
    let fading: Vec<usize> = lagging.iter().copied().filter(|&k| phi(k) > 0.0).collect();
    let size = fading.len();
    let mut factor = vec![vec![0.0; size]; size];
    for i in 0..size {
        for j in 0..=i {
            let both = phi(fading[i]) * phi(fading[j]);
            let wanted = both / (1.0 - both) * covariance(fading[i], fading[j]);
            let shared: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            factor[i][j] = if i == j { (wanted - shared).sqrt() } else { (wanted - shared) / factor[j][j] };
        }
    }
    let normal = |k: usize| {
        let words = streams.block(Purpose::OldNews, life, k as u32);
        f64::from(normal_pair(words[0], words[1]).0)
    };
    let mut left = vec![0.0; market.assets.len()];
    for i in 0..size {
        // The engine keeps the log ratio, which is what is untold with the other sign.
        left[fading[i]] = -(0..=i).map(|j| factor[i][j] * normal(fading[j])).sum::<f64>();
    }
    left
}
