//! What not being able to sell is worth, by the academic models: three discounts of a wait until sale, and the premium
//! that rare trading asks for.
//!
//! All discounts are shares of value for an asset with log volatility `sigma` a year that cannot be sold for `years`; with
//! `a = sigma²·years`. They cost time, not a state of the market, so they do not depend on stress.

use crate::error::{Result, all_of, require_in_range};
use crate::market::ReturnMoments;
use crate::math::elementary::{exp, ln, ln_1p};
use crate::math::normal::{normal_cdf, normal_central};

/// From here on `v²` of Finnerty's model is computed from `exp(−a)` instead of a power series.
const SERIES_UNTIL: f64 = 1.0;

/// Finnerty's discount[^1]: an average-strike put, the value of selling at the average price of the wait instead of at its
/// end. The holder has no skill in timing.
///
/// `D = exp(−q·T)·(2·N(v/2) − 1)` with `v² = a + ln(2·(e^a − a − 1)) − 2·ln(e^a − 1)`, the payout yield `q` and the
/// normal distribution function `N`. Small waits give `v² ≈ a/3`; for long ones `D` rises to 0.3228 and no further.
/// The average is taken as lognormal, which is within 1 % of the discount of the true average up to `a` of about 0.1.
///
/// ```
/// use decumulus::market::discount::finnerty;
/// assert!((finnerty(0.25, 1.0, 0.0) - 0.0572).abs() < 5e-5);
/// ```
///
/// [^1]: J. Finnerty, *An average-strike put option model of the marketability discount*, Journal of Derivatives 19
///   (2012).
#[must_use]
pub fn finnerty(sigma: f64, years: f64, payout_yield: f64) -> f64 {
    let variance = finnerty_variance(sigma * sigma * years);
    exp(-payout_yield * years) * normal_central(0.5 * variance.sqrt())
}

/// `v²` without the cancellation of its terms: with `g = 2(e^a − a − 1)/a²` and `s = sinh(a/2)/(a/2)`, both near 1 for
/// small `a`, `v² = ln g − 2 ln s`; for large `a`, `ln 2` and corrections in `exp(−a)`.
fn finnerty_variance(a: f64) -> f64 {
    if a > SERIES_UNTIL {
        let small = exp(-a);
        return std::f64::consts::LN_2 + ln(1.0 - (a + 1.0) * small) - 2.0 * ln(1.0 - small);
    }
    let (mut g, mut s, mut term) = (0.0, 0.0, 2.0);
    // term = 2·a^k/k!, divided as each series wants; twenty terms reach 1e-18 at a = 1.
    for k in 1..=20_u32 {
        let k = f64::from(k);
        term *= a / k;
        g += term / ((k + 1.0) * (k + 2.0));
    }
    let quarter = 0.25 * a * a;
    let mut power = 1.0;
    for k in 1..=8_u32 {
        let k = f64::from(k);
        power *= quarter / (2.0 * k * (2.0 * k + 1.0));
        s += power;
    }
    ln_1p(g) - 2.0 * ln_1p(s)
}

/// Longstaff's upper bound[^1]: what selling at the highest price of the wait would be worth, to a holder of perfect
/// foresight; at most 1.
///
/// `D = (2 + a/2)·N(√a/2) + √(a/2π)·exp(−a/8) − 1`.
///
/// ```
/// use decumulus::market::discount::longstaff_bound;
/// assert!((longstaff_bound(0.25, 1.0) - 0.216).abs() < 5e-4);
/// assert_eq!(longstaff_bound(0.33, 30.0), 1.0);
/// ```
///
/// [^1]: F. Longstaff, *How much can marketability affect security values?*, Journal of Finance 50 (1995).
#[must_use]
pub fn longstaff_bound(sigma: f64, years: f64) -> f64 {
    let a = sigma * sigma * years;
    let half = 0.5 * a.sqrt();
    // 2·N(x) − 1 is taken whole, so that a short wait loses no digits.
    let bound = normal_central(half)
        + 0.5 * a * normal_cdf(half)
        + (a / (2.0 * std::f64::consts::PI)).sqrt() * exp(-a / 8.0);
    bound.min(1.0)
}

/// Chaffe's discount[^1]: a European put at today's price, the cost of insuring against a lower price at the end of the
/// wait.
///
/// `D = exp(−r·T)·N(−d₂) − N(−d₁)`, `d₁ = (r + sigma²/2)·T/(sigma·√T)`, `d₂ = d₁ − sigma·√T`, with the risk-free rate `r`
/// continuously compounded. It falls again for very long waits, because the price that is insured does not grow.
///
/// ```
/// use decumulus::market::discount::chaffe;
/// assert!((chaffe(0.25, 1.0, 0.031) - 0.083).abs() < 5e-4);
/// ```
///
/// [^1]: D. Chaffe, *Option pricing as a proxy for discount for lack of marketability in private company valuations*,
///   Business Valuation Review 12 (1993).
#[must_use]
pub fn chaffe(sigma: f64, years: f64, risk_free: f64) -> f64 {
    let spread = sigma * years.sqrt();
    if spread == 0.0 {
        return (exp(-risk_free * years) - 1.0).clamp(0.0, 1.0);
    }
    let d1 = (risk_free + 0.5 * sigma * sigma) * years / spread;
    let d2 = d1 - spread;
    (exp(-risk_free * years) * normal_cdf(-d2) - normal_cdf(-d1)).clamp(0.0, 1.0)
}

/// Mean years between opportunities to trade, and the premium a year that an investor of constant relative risk aversion
/// asks for; see [`required_illiquidity_premium`].
const REQUIRED: [(f64, f64); 6] =
    [(0.0, 0.0), (0.5, 0.007), (1.0, 0.009), (2.0, 0.020), (5.0, 0.043), (10.0, 0.060)];

/// The return a year beyond that of a liquid asset with the same risk that an investor asks for who can trade only at
/// random times, on average every `years_between_trades`[^1].
///
/// Linear between the published points (0, ½, 1, 2, 5 and 10 years: 0, 0.7, 0.9, 2.0, 4.3 and 6.0 %); beyond ten years that of
/// ten, because nothing longer is published.
///
/// ```
/// use decumulus::market::discount::required_illiquidity_premium;
/// assert_eq!(required_illiquidity_premium(2.0), 0.020);
/// assert!((required_illiquidity_premium(3.5) - 0.0315).abs() < 1e-15);
/// assert_eq!(required_illiquidity_premium(40.0), 0.060);
/// ```
///
/// [^1]: A. Ang, D. Papanikolaou and M. Westerfield, *Portfolio choice with illiquid assets*, Management Science 60 (2014).
#[must_use]
pub fn required_illiquidity_premium(years_between_trades: f64) -> f64 {
    let tau = years_between_trades.max(0.0);
    let between = REQUIRED.windows(2).find(|pair| tau <= pair[1].0);
    between.map_or(REQUIRED[REQUIRED.len() - 1].1, |pair| {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        low + (tau - from) / (to - from) * (high - low)
    })
}

/// A model of the discount.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Formula {
    /// [`finnerty`], without a payout yield.
    Finnerty,
    /// [`chaffe`].
    Chaffe {
        /// The risk-free rate, continuously compounded.
        risk_free: f64,
    },
    /// [`longstaff_bound`].
    Longstaff,
}

/// The price of a forced sale by an academic model: the discount of a wait, the same in every market.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AcademicDiscount {
    /// The model.
    pub formula: Formula,
    /// The expected wait until an orderly sale, years.
    pub wait_years: f64,
}

impl AcademicDiscount {
    /// Checks the ranges and returns the rule.
    ///
    /// # Errors
    ///
    /// A wait outside 0 to 100 years, a risk-free rate outside −0.5 to 1.
    pub fn validated(self) -> Result<Self> {
        let rate = match self.formula {
            Formula::Chaffe { risk_free } => require_in_range("risk_free", risk_free, -0.5, 1.0),
            Formula::Finnerty | Formula::Longstaff => Ok(()),
        };
        all_of([require_in_range("wait_years", self.wait_years, 0.0, 100.0), rate])?;
        Ok(self)
    }

    /// The discount of an asset with moments of its nominal return, as a share of value.
    #[must_use]
    pub fn of(self, moments: ReturnMoments) -> f64 {
        let sigma = moments.log_sd();
        match self.formula {
            Formula::Finnerty => finnerty(sigma, self.wait_years, 0.0),
            Formula::Chaffe { risk_free } => chaffe(sigma, self.wait_years, risk_free),
            Formula::Longstaff => longstaff_bound(sigma, self.wait_years),
        }
    }

    /// The model by name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.formula {
            Formula::Finnerty => "finnerty",
            Formula::Chaffe { .. } => "chaffe",
            Formula::Longstaff => "longstaff",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::normal::normal_block;
    use crate::math::streams::{Purpose, Streams};

    const CASH: f64 = 0.031;

    /// Volatility and wait with the discounts of Chaffe, Finnerty and Longstaff in percent, as computed when the models
    /// were chosen; NaN for a bound beyond everything.
    const TABLE: [(f64, f64, [f64; 3]); 15] = [
        (0.14, 0.25, [2.4, 1.6, 5.7]),
        (0.14, 1.0, [4.1, 3.2, 11.7]),
        (0.14, 5.0, [5.7, 7.1, 27.5]),
        (0.20, 0.25, [3.6, 2.3, 8.2]),
        (0.20, 1.0, [6.4, 4.6, 17.0]),
        (0.20, 5.0, [10.2, 10.1, 41.0]),
        (0.20, 10.0, [10.6, 14.0, 61.3]),
        (0.25, 0.25, [4.6, 2.9, 10.4]),
        (0.25, 1.0, [8.3, 5.7, 21.6]),
        (0.25, 5.0, [14.0, 12.5, 53.0]),
        (0.25, 10.0, [15.2, 17.1, 80.0]),
        (0.33, 0.25, [6.2, 3.8, 13.9]),
        (0.33, 1.0, [11.4, 7.5, 29.2]),
        (0.33, 5.0, [20.1, 16.1, 74.0]),
        (0.33, 10.0, [22.5, 21.6, 100.0]),
    ];

    #[test]
    fn discounts_are_those_of_the_table_to_its_last_digit() {
        for (sigma, years, [put, average, bound]) in TABLE {
            let near = |found: f64, percent: f64, digit: f64| {
                assert!((100.0 * found - percent).abs() <= digit, "{sigma} {years}: {found} not {percent} %");
            };
            near(chaffe(sigma, years, CASH), put, 0.051);
            near(finnerty(sigma, years, 0.0), average, 0.051);
            // Four of the bounds are printed without a decimal.
            near(
                longstaff_bound(sigma, years),
                bound,
                if bound >= 53.0 && bound != 61.3 { 0.51 } else { 0.051 },
            );
        }
    }

    #[test]
    fn finnerty_has_its_variance_to_full_precision_and_its_limit() {
        // Sixty-digit arithmetic on the formula as printed.
        for (a, expected) in [
            (1e-12, 3.3333333333327777e-13),
            (1e-8, 3.333333327777778e-9),
            (1e-4, 3.333277777901241e-5),
            (0.01, 0.0033277790185170378),
            (0.0625, 0.020616630256951448),
            (0.5, 0.15297004833395111),
            (1.0, 0.2796042031300546),
            (2.0, 0.4630882886333191),
            (10.0, 0.6927384585119726),
            (50.0, std::f64::consts::LN_2),
            (700.0, std::f64::consts::LN_2),
        ] {
            let found = finnerty_variance(a);
            assert!((found / expected - 1.0).abs() < 4e-15, "{a}: {found} not {expected}");
        }
        assert!((finnerty_variance(SERIES_UNTIL) - finnerty_variance(SERIES_UNTIL.next_up())).abs() < 1e-14);
        for years in [1e3, 1e9, f64::MAX] {
            assert!((finnerty(1.0, years, 0.0) - 0.3228).abs() < 5e-5, "{}", finnerty(1.0, years, 0.0));
        }
        assert!((finnerty(0.3, 2.0, 0.05) / finnerty(0.3, 2.0, 0.0) - exp(-0.1)).abs() < 1e-15);
    }

    #[test]
    fn no_wait_and_no_risk_cost_nothing_and_both_only_raise_the_discount() {
        for (sigma, years) in [(0.0, 5.0), (0.3, 0.0)] {
            let all =
                [finnerty(sigma, years, 0.0), longstaff_bound(sigma, years), chaffe(sigma, years, CASH)];
            assert_eq!(all, [0.0; 3]);
        }
        let mut last = [0.0; 2];
        for i in 1..=4_000 {
            let sigma = 0.001 * f64::from(i);
            let now = [finnerty(sigma, 2.0, 0.0), longstaff_bound(sigma, 2.0)];
            assert!(now[0] >= last[0] && now[1] >= last[1] && now[0] <= now[1] && now[1] <= 1.0, "{sigma}");
            let put = chaffe(sigma, 2.0, CASH);
            assert!((0.0..=1.0).contains(&put) && put <= now[1], "{sigma}");
            last = now;
        }
        // The leading terms for a short wait: σ√T times 1/√(6π), √(2/π) and 1/√(2π).
        let short = 1e-12_f64;
        let slope = |d: f64| d / short.sqrt();
        assert!((slope(finnerty(1.0, short, 0.0)) - 0.230_329_433).abs() < 1e-6);
        assert!((slope(longstaff_bound(1.0, short)) - 0.797_884_561).abs() < 1e-6);
        assert!((slope(chaffe(1.0, short, 0.0)) - 0.398_942_280).abs() < 1e-6);
    }

    /// Means over paths of a martingale with log volatility `sigma` for one year: of its highest value, of what its
    /// average is above its end, and of what 1 is above its discounted end; with the standard errors.
    fn simulated(sigma: f64, risk_free: f64) -> [(f64, f64); 3] {
        const DATES: usize = 256;
        const PATHS: u64 = 100_000;
        let (streams, step) = (Streams::new(2_012), sigma / (DATES as f64).sqrt());
        let (mut sums, mut squares) = ([0.0; 3], [0.0; 3]);
        let mut normals = [crate::math::SingleLanes::<8>::splat(0.0); 4];
        for first in (0..PATHS).step_by(8) {
            let (mut level, mut high, mut total) = ([0.0_f64; 8], [1.0_f64; 8], [0.0_f64; 8]);
            for block in 0..DATES / 4 {
                normal_block(streams, Purpose::Market, first, block as u32, &mut normals);
                for (row, lane) in (0..4).flat_map(|row| (0..8).map(move |lane| (row, lane))) {
                    level[lane] += step * f64::from(normals[row][lane]) - 0.5 * step * step;
                    let price = level[lane].exp();
                    high[lane] = high[lane].max(price);
                    total[lane] += price;
                }
            }
            for lane in 0..8 {
                let end = level[lane].exp();
                // The average as an integral: half of each end.
                let average = (total[lane] + 0.5 - 0.5 * end) / DATES as f64;
                // What continuous watching adds to the highest of the dates (Broadie, Glasserman and Kou 1997).
                let watched = high[lane] * (0.5826 * step).exp();
                let put = ((-risk_free).exp() - end).max(0.0);
                for (i, value) in [watched - 1.0, (average - end).max(0.0), put].into_iter().enumerate() {
                    sums[i] += value;
                    squares[i] += value * value;
                }
            }
        }
        let n = PATHS as f64;
        std::array::from_fn(|i| (sums[i] / n, ((squares[i] / n - (sums[i] / n).powi(2)) / n).sqrt()))
    }

    #[test]
    fn formulas_agree_with_a_simulation_of_what_they_price() {
        let [bound, average, put] = simulated(0.25, CASH);
        // Four standard errors (a false alarm once in 15,000), and what the comparison leaves out: the correction for dates
        // is good to 1 % of itself (5e-4 of value), and the lognormal average is an approximation of 1 %.
        let holds = |(found, error): (f64, f64), formula: f64, slack: f64| {
            assert!((found - formula).abs() < 4.0 * error + slack, "{found} ± {error} not {formula}");
        };
        holds(bound, longstaff_bound(0.25, 1.0), 5e-4);
        holds(average, finnerty(0.25, 1.0, 0.0), 0.01 * average.0);
        holds(put, chaffe(0.25, 1.0, CASH), 0.0);
    }

    #[test]
    fn the_required_premium_passes_through_the_published_points() {
        for (years, premium) in REQUIRED {
            assert!((required_illiquidity_premium(years) - premium).abs() < 1e-17);
        }
        assert_eq!(required_illiquidity_premium(-1.0), 0.0);
        assert!(required_illiquidity_premium(f64::INFINITY) == 0.060);
        let mut last = 0.0;
        for i in 0..200 {
            let now = required_illiquidity_premium(f64::from(i) * 0.1);
            assert!(now >= last);
            last = now;
        }
    }
}
