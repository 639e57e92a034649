//! The figures for overlays that are shipped: how far forecasts lie apart, and how far managers do.

/// A figure of an asset: its key, the figure, and where it comes from.
type Figure = (&'static str, f64, &'static str);

const HOUSES: &str = "spread (standard deviation) of the expected returns of 5 to 12 houses, October 2026, in a public \
                      compilation";

/// Standard deviation of the error of the expected log return a year.
pub(super) const MEAN_ERRORS: [Figure; 12] = [
    ("us_equity", 0.0114, HOUSES),
    ("intl_equity", 0.0096, HOUSES),
    ("us_bonds", 0.0037, HOUSES),
    ("tips", 0.0061, HOUSES),
    ("cash", 0.0039, HOUSES),
    ("gold", 0.015, "our judgement: too few houses publish a figure"),
    ("commodities", 0.0140, HOUSES),
    ("private_equity", 0.0288, HOUSES),
    ("private_credit", 0.0167, HOUSES),
    ("real_estate", 0.0123, HOUSES),
    ("infrastructure", 0.0308, HOUSES),
    (
        "bitcoin",
        0.116,
        "our judgement: standard deviation of five views, -4.7, 2, 6.7, 15 and 29 % a year, as log returns",
    ),
];

/// Standard deviation of the annual log return over the managers from whom a plan may buy an asset.
///
/// The anchor for single drawdown funds: between the first and the third quartile over ten years lay 13.7 points a year
/// for leveraged buyouts and 9.3 for real estate (D. Swensen's guest lecture at Yale, read in a transcript), and credit
/// lies closer together than other strategies (Cobalt LP, November 2019); a quartile range is 1.35 standard
/// deviations. A programme inside a plan holds many funds, and evergreen ones hold core assets.
pub(super) const MANAGER_SPREADS: [Figure; 4] = [
    (
        "private_equity",
        0.06,
        "our judgement: 0.6 of the 0.10 that a quartile range of 13.7 points of single buyout funds implies",
    ),
    ("private_credit", 0.02, "our judgement: less than other private strategies"),
    (
        "real_estate",
        0.03,
        "our judgement: 0.45 of the 0.07 that 9.3 points of single funds imply; core is narrower",
    ),
    ("infrastructure", 0.03, "our judgement: as real estate"),
];

/// The figure of an asset in a table, with its source.
pub(super) fn figure(table: &[Figure], key: &str) -> Option<(f64, &'static str)> {
    table.iter().find(|(of, ..)| *of == key).map(|(_, value, source)| (*value, *source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_of_the_base_set_has_an_error_and_the_figure_of_bitcoin_is_the_spread_of_its_views() {
        let set = crate::scenario::assumption_set("base_2026").unwrap().unwrap();
        for asset in &set.assets {
            assert!(figure(&MEAN_ERRORS, &asset.key).is_some(), "{}", asset.key);
        }
        assert!(MANAGER_SPREADS.iter().all(|(key, ..)| set.index_of(key).is_some()));
        let views = [-0.0472_f64, 0.02, 0.067, 0.15, 0.29].map(f64::ln_1p);
        let mean = views.iter().sum::<f64>() / 5.0;
        let sd = (views.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 4.0).sqrt();
        assert!((figure(&MEAN_ERRORS, "bitcoin").unwrap().0 - sd).abs() < 5e-4, "{sd}");
    }
}
