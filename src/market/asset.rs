//! An asset: the two moments of its annual return, its fees, and how easily it is sold.

use crate::error::{Error, Result, all_of, require_in_range};
use crate::market::correlation::Correlation;
use crate::market::fees::Fees;
use crate::market::fund::Vehicle;
use crate::market::half_spread::HalfSpread;
use crate::market::moments::ReturnMoments;

/// The most assets a market may have.
pub const MAX_ASSETS: usize = 24;

/// Places for assets, and what is common to them, among the draws of a purpose: more than there may be, so that those of an asset have
/// their places whatever other assets there are.
pub(in crate::market) const PLACES: u32 = 32;

const _: () = assert!(MAX_ASSETS + 1 < PLACES as usize);

/// The key of the asset in which funds hold their liquid sleeves.
pub const CASH: &str = "cash";

/// Whether an asset belongs to the public part of a portfolio, from which sleeves are funded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssetClass {
    /// Listed stocks, bonds and cash.
    Public,
    /// Everything else: gold, commodities, Bitcoin and private assets.
    Alternative,
}

/// How an asset turns into cash.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Liquidity {
    /// Sold any day at a half-spread.
    Liquid {
        /// What a trade costs, wider in stress.
        half_spread: HalfSpread,
    },
    /// Sold in a hurry only at a discount to economic value.
    Illiquid {
        /// Multiplies the market's haircut rule; 1 for private equity.
        haircut_scale: f64,
    },
}

/// One asset of a market.
#[derive(Clone, Debug, PartialEq)]
pub struct Asset {
    /// Its key in scenario files, such as `private_equity`.
    pub key: String,
    /// Its name in charts and tables, such as "Private equity".
    pub name: String,
    /// Mean and volatility of its annual return before any haircut; of its real return if it is given in real terms.
    pub moments: ReturnMoments,
    /// Whether `moments` and the asset's correlations are those of its *real* return, over the rise of prices: an inflation-linked
    /// asset, whose nominal growth in a step is its real growth times the growth of prices. Models that take returns from a
    /// table of history have nominal returns and do not look at it.
    pub real: bool,
    /// Public or alternative.
    pub class: AssetClass,
    /// How it turns into cash.
    pub liquidity: Liquidity,
    /// The factors on its log volatility at haircut levels 0, 1 and 2.
    pub volatility_levels: [f64; 3],
    /// What it costs to hold.
    pub fees: Fees,
    /// How the fund that holds it is run.
    pub vehicle: Vehicle,
    /// What investors demand a year for not being able to sell, as a fraction: for information, and already part of
    /// the mean.
    pub illiquidity_premium: Option<f64>,
    /// Where the figures come from and how far to trust them.
    pub provenance: String,
    /// What whoever gave the return stands to gain from it, such as "sells Bitcoin funds"; `None` if nothing is known.
    pub interest: Option<String>,
}

impl Asset {
    /// Checks the ranges of the figures and returns the asset.
    ///
    /// # Errors
    ///
    /// * an empty key or one with characters other than `a`–`z`, `0`–`9` and `_`;
    /// * a fee outside 0 to 0.5 a year, or fees that take everything together;
    /// * a volatility factor outside 0 to 10;
    /// * an illiquidity premium outside 0 to 1;
    /// * a half-spread or haircut scale outside its range;
    /// * a figure of its vehicle outside its range, or leverage that takes its moments out of range;
    /// * leverage of an asset that is given in real terms.
    pub fn validated(self) -> Result<Self> {
        let key_is_plain = !self.key.is_empty()
            && self.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let key = if key_is_plain {
            Ok(())
        } else {
            Err(Error::invalid("key", &self.key, "lower-case letters, digits and underscores"))
        };
        let liquidity = match self.liquidity {
            Liquidity::Liquid { half_spread } => half_spread.check(),
            Liquidity::Illiquid { haircut_scale } => {
                require_in_range("haircut_scale", haircut_scale, 0.0, 10.0)
            }
        };
        let premium =
            require_in_range("illiquidity_premium", self.illiquidity_premium.unwrap_or(0.0), 0.0, 1.0);
        let mut checks = vec![key, self.fees.check(), premium, liquidity, self.vehicle.check()];
        checks.extend(
            self.volatility_levels.map(|factor| require_in_range("volatility_levels", factor, 0.0, 10.0)),
        );
        if let Some(leverage) = self.vehicle.leverage.filter(|_| self.real) {
            let accepted = "left out of an asset that is given in real terms: its debt is not; give the fund's own figures";
            checks.push(Err(Error::invalid("leverage", leverage.debt_share, accepted)));
        }
        all_of(checks)?;
        self.levered()?;
        Ok(self)
    }

    /// Moments of the fund's annual return: those of the asset, levered if the fund borrows.
    ///
    /// # Errors
    ///
    /// Leverage that takes them out of range.
    pub fn levered(&self) -> Result<ReturnMoments> {
        self.vehicle.leverage.map_or(Ok(self.moments), |leverage| {
            leverage.levered(self.moments).map_err(|error| error.within("leverage"))
        })
    }
}

/// The series of a market: its assets in order, then inflation, and how they move together.
#[derive(Clone, Copy, Debug)]
pub struct Series<'a> {
    /// The assets.
    pub assets: &'a [Asset],
    /// The rise of consumer prices in a year.
    pub inflation: ReturnMoments,
    /// Correlations of log returns, inflation last.
    pub correlation: &'a Correlation,
}

impl<'a> Series<'a> {
    /// The number of series.
    #[must_use]
    pub fn count(self) -> usize {
        self.assets.len() + 1
    }

    /// The keys of the assets, then `inflation`.
    pub fn keys(self) -> impl Iterator<Item = &'a str> {
        self.assets.iter().map(|asset| asset.key.as_str()).chain(["inflation"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_and_log_moments_convert_into_each_other() {
        for (mean, volatility) in [(0.0794, 0.1647), (0.2412, 0.7377), (0.0252, 0.0177), (-0.3, 0.4)] {
            let moments = ReturnMoments::from_simple(mean, volatility).unwrap();
            assert!((moments.mean() - mean).abs() < 1e-14);
            assert!((moments.volatility() - volatility).abs() < 1e-13);
            let again = ReturnMoments::from_log(moments.log_mean(), moments.log_sd()).unwrap();
            assert_eq!(again, moments);
        }
    }

    #[test]
    fn bitcoin_at_equity_parity_has_the_published_log_moments() {
        let bitcoin = ReturnMoments::from_simple(0.2412, 0.7377).unwrap();
        assert!((bitcoin.log_sd() - 0.55).abs() < 5e-5);
        assert!((bitcoin.geometric() - 0.067).abs() < 5e-5);
    }

    #[test]
    fn a_volatility_factor_keeps_the_arithmetic_mean_and_lowers_the_median() {
        let base = ReturnMoments::from_simple(0.1191, 0.1978).unwrap();
        let cut = base.with_volatility_factor(1.67);
        assert!((cut.mean() - base.mean()).abs() < 1e-14);
        assert!((cut.log_sd() - 1.67 * base.log_sd()).abs() < 1e-15);
        assert!(cut.geometric() < base.geometric());
    }

    #[test]
    fn nan_and_negative_volatility_are_refused_together() {
        let error = ReturnMoments::from_simple(f64::NAN, -0.1).unwrap_err();
        assert_eq!(error.problems().len(), 2);
    }
}
