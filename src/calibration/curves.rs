//! Densities and quantiles of the fitted distributions, for pictures of history against model.

use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

use crate::calibration::StudentT;

/// The density of a normal distribution; zero where it has none.
#[must_use]
pub fn normal_density(x: f64, mean: f64, sd: f64) -> f64 {
    Normal::new(mean, sd).map_or(0.0, |normal| normal.pdf(x))
}

/// The quantile of the standard normal for a probability between 0 and 1.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability.clamp(0.0, 1.0))
}

/// The probability of a standard normal below `x`.
#[must_use]
pub fn normal_probability(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

impl StudentT {
    /// The fitted density of a log return; `None` where tails are normal.
    #[must_use]
    pub fn density(&self, x: f64) -> Option<f64> {
        self.distribution().map(|t| t.pdf(x))
    }

    /// The fitted quantile of a log return for a probability between 0 and 1; `None` where tails are normal.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        self.distribution().map(|t| t.inverse_cdf(probability.clamp(1e-12, 1.0 - 1e-12)))
    }

    fn distribution(&self) -> Option<StudentsT> {
        let nu = self.degrees_of_freedom.value;
        if nu.is_finite() { StudentsT::new(self.location, self.scale, nu).ok() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::Figure;

    #[test]
    fn curves_are_those_of_the_textbook() {
        assert!((normal_quantile(0.975) - 1.959_964).abs() < 1e-5);
        assert!((normal_density(0.1, 0.1, 0.5) - 0.797_885).abs() < 1e-6);
        assert_eq!(normal_density(0.0, 0.0, 0.0), 0.0);
        let mut tails = StudentT {
            degrees_of_freedom: Figure::without_error(5.0),
            low: 4.0,
            high: 7.0,
            is_one_sided: false,
            likelihood_ratio: 10.0,
            p_value: 0.001,
            scale: 2.0,
            location: 1.0,
            count: 100,
        };
        // The 97.5 % point of t with 5 degrees is 2.5706; its density at the centre 0.3796.
        assert!((tails.quantile(0.975).unwrap() - (1.0 + 2.0 * 2.570_58)).abs() < 1e-3);
        assert!((tails.density(1.0).unwrap() - 0.379_607 / 2.0).abs() < 1e-6);
        tails.degrees_of_freedom.value = f64::INFINITY;
        assert_eq!((tails.quantile(0.5), tails.density(0.0)), (None, None));
    }
}
