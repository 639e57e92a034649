//! The sets of assumptions: those that ship with the program, by name, and those that users write, by file.

use std::path::Path;

use crate::error::{Error, Problem, Result};
use crate::market::AssumptionSet;
use crate::scenario::checked::{Checked, problem};
use crate::scenario::companions::Companions;
use crate::scenario::meaning::assumption_set::build;
use crate::scenario::schema::SET_SCHEMA;
use crate::scenario::shipped_sets::{NAMES, assumption_set_text};
use crate::scenario::sources::Sources;
use crate::scenario::suggest;
use crate::scenario::wire::AssumptionSetFile;

/// The most files of which each extends the next.
const LONGEST_CHAIN: usize = 8;

/// The set of a name; `None` if there is none.
///
/// # Errors
///
/// What is wrong with the embedded text; a test holds every set to have nothing wrong.
#[must_use]
pub fn assumption_set(name: &str) -> Option<Result<AssumptionSet>> {
    shipped_set(name, 0)
}

/// The set of a file that a user wrote; the file that it extends, if any, is looked for beside it.
///
/// # Errors
///
/// Every problem of the file at once, each with its place, key, the value found and what is accepted; see
/// [`render_problems`](super::render_problems) for showing them.
pub fn read_assumption_set(sources: &Sources) -> Result<AssumptionSet> {
    read(sources, 0)
}

/// The set that a scenario names: a shipped one, or a file beside the scenario if the name ends in `.toml`.
pub(super) fn named_set(name: &str, companions: &Companions<'_>) -> Result<AssumptionSet> {
    linked(name, companions, 0)
}

fn linked(name: &str, companions: &Companions<'_>, depth: usize) -> Result<AssumptionSet> {
    if depth > LONGEST_CHAIN {
        return Err(problem(format!("more than {LONGEST_CHAIN} sets extend one another")));
    }
    if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
        let text = companions.text(name)?;
        return read(&Sources::new(&companions.file_name(name), &text, &[]), depth);
    }
    shipped_set(name, depth).unwrap_or_else(|| {
        let help = suggest::help(name, NAMES.iter().copied());
        let accepted = "the name of a shipped set, or a file that ends in .toml";
        Err(Error::invalid("", format_args!("`{name}`"), accepted).help(help))
    })
}

fn shipped_set(name: &str, depth: usize) -> Option<Result<AssumptionSet>> {
    let text = assumption_set_text(name)?;
    Some(read(&Sources::new(&format!("{name}.toml"), text, &[]), depth))
}

fn read(sources: &Sources, depth: usize) -> Result<AssumptionSet> {
    let checked = Checked::read(sources, &SET_SCHEMA)?;
    // A file without what every set says of itself cannot be read further.
    let Ok(file) = serde_json::from_value::<AssumptionSetFile>(checked.json()) else {
        return checked.conclude(None, vec![], sources);
    };
    let companions = Companions::of(sources);
    let base = match file.extends.as_deref().map(|base| linked(base, &companions, depth + 1)).transpose() {
        Ok(base) => base,
        Err(error) => {
            let problems = error.into_problems()?;
            let at =
                |p: Problem| if p.location.is_some() { p } else { Problem { key: "extends".into(), ..p } };
            return checked.conclude(None, problems.into_iter().map(at).collect(), sources);
        }
    };
    let (set, problems) = build(&file, sources.stem(), base.as_ref());
    checked.conclude(set, problems, sources)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::Correlation;

    fn shipped(name: &str) -> AssumptionSet {
        assumption_set(name).unwrap().unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn geometric(set: &AssumptionSet, key: &str) -> f64 {
        set.nominal_moments(set.index_of(key).unwrap()).geometric()
    }

    #[test]
    fn every_shipped_set_is_sound_and_says_where_each_figure_comes_from() {
        for &name in NAMES {
            let set = shipped(name);
            assert_eq!((set.name.as_str(), set.correlation.len()), (name, set.assets.len() + 1));
            assert!(set.assets.iter().all(|asset| asset.provenance.len() > 20), "{name}");
            for text in [&set.title, &set.source, &set.licence, &set.inflation_provenance] {
                assert!(text.len() > 10 && !text.ends_with('.'), "{name}: {text}");
            }
            assert!(set.correlation_provenance.len() > 20 && set.friction_provenance.len() > 20, "{name}");
            assert!(set.date.starts_with("20"), "{name}");
            assert!(Correlation::new(set.correlation).unwrap().smallest_eigenvalue() > 0.05, "{name}");
        }
    }

    #[test]
    fn every_file_in_the_folder_ships() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scenario/assumption_sets");
        let mut found: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_string())
            .collect();
        found.sort();
        let mut named = NAMES.to_vec();
        named.sort_unstable();
        assert_eq!(found, named);
    }

    #[test]
    fn base_2026_has_the_published_smallest_eigenvalue_and_geometric_returns() {
        let set = shipped("base_2026");
        let published =
            [0.0670, 0.0750, 0.0480, 0.0430, 0.0310, 0.0550, 0.0460, 0.1020, 0.0770, 0.0820, 0.0650, 0.0670];
        for (asset, published) in set.assets.iter().zip(published) {
            assert!((geometric(&set, &asset.key) - published).abs() < 1e-4, "{}", asset.key);
        }
        assert!((set.inflation.geometric() - 0.025).abs() < 1e-4);
        // The published matrix is that of nominal returns, and has another correlation of TIPS with inflation.
        let (tips, inflation) = (set.index_of("tips").unwrap(), set.assets.len());
        let mut nominal: Vec<Vec<f64>> = (0..=inflation)
            .map(|i| (0..=inflation).map(|j| set.nominal_correlation(i.max(j), i.min(j))).collect())
            .collect();
        (nominal[tips][inflation], nominal[inflation][tips]) = (-0.03, -0.03);
        let smallest = |rows| Correlation::new(rows).unwrap().smallest_eigenvalue();
        assert!((smallest(nominal) - 0.0922).abs() < 5e-5);
        assert!((smallest(set.correlation) - 0.0558).abs() < 5e-5);
    }

    #[test]
    fn tips_are_given_in_real_terms_and_keep_what_is_published_of_their_nominal_return() {
        // Mean and volatility as published, and correlations in the order of the set's other assets.
        let base: [f64; 11] = [0.34, 0.35, 0.76, 0.02, 0.46, 0.27, 0.18, 0.19, 0.07, 0.22, 0.10];
        let survey: [f64; 8] = [0.06, 0.12, 0.69, 0.35, 0.11, 0.27, 0.18, 0.02];
        for (name, mean, volatility, published) in
            [("base_2026", 0.0447, 0.0588, &base[..]), ("survey_2017", 0.0305, 0.0632, &survey[..])]
        {
            let set = shipped(name);
            let (place, inflation) = (set.index_of("tips").unwrap(), set.assets.len());
            let (real, nominal) = (set.assets[place].moments, set.nominal_moments(place));
            assert!(set.assets[place].real);
            assert!((nominal.mean() - mean).abs() < 5e-6 && (nominal.volatility() - volatility).abs() < 5e-6);
            let others = (0..set.assets.len()).filter(|&k| k != place);
            assert_eq!(others.clone().count(), published.len());
            for (k, published) in others.zip(published) {
                let found = set.nominal_correlation(place, k);
                assert!((found - published).abs() < 1e-4, "{name}, {}: {found}", set.assets[k].key);
            }
            // The real return does not depend on inflation, so its volatility is below the nominal one; the literal reading of a
            // correlation of −0.03 would put it above.
            assert_eq!(set.correlation[place][inflation], 0.0);
            let (s_n, s_i) = (nominal.log_sd(), set.inflation.log_sd());
            assert!((real.log_sd() - (s_n * s_n - s_i * s_i).sqrt()).abs() < 2e-6);
            assert!((real.log_mean() - (nominal.log_mean() - set.inflation.log_mean())).abs() < 1e-12);
            assert!((set.nominal_correlation(place, inflation) - s_i / s_n).abs() < 1e-4);
            let literal = (s_n * s_n + s_i * s_i + 2.0 * 0.03 * s_n * s_i).sqrt();
            assert!(real.log_sd() < s_n && s_n < literal);
        }
    }

    #[test]
    fn the_survey_of_2017_has_its_published_geometric_returns() {
        // The report's own geometric column; it averages advisers' figures, so that it follows from the averages of
        // the other two columns to a tenth of a point only.
        let set = shipped("survey_2017");
        let published = [
            ("us_equity", 0.0646),
            ("intl_equity", 0.0699),
            ("us_bonds", 0.0324),
            ("tips", 0.0285),
            ("cash", 0.0227),
            ("commodities", 0.0405),
            ("private_equity", 0.0901),
            ("real_estate", 0.0618),
            ("infrastructure", 0.0667),
        ];
        assert_eq!(set.assets.len(), published.len());
        for (key, value) in published {
            assert!((geometric(&set, key) - value).abs() < 2.5e-3, "{key}: {}", geometric(&set, key));
        }
        assert!((set.inflation.geometric() - 0.0223).abs() < 1e-4);
        let (equity, private) = (set.index_of("us_equity").unwrap(), set.index_of("private_equity").unwrap());
        assert_eq!(set.correlation[equity][private], 0.73);
        assert!(set.correlation[..9].iter().all(|row| row[9] == 0.0), "with inflation");
    }

    #[test]
    fn the_views_of_bitcoin_change_bitcoin_alone() {
        let base = shipped("base_2026");
        for (name, growth, log_sd) in [
            ("bitcoin_capm_neutral", -0.0472, 0.55),
            ("bitcoin_issuer_bear", 0.02, 0.55),
            ("bitcoin_equity_parity", 0.067, 0.55),
            ("bitcoin_issuer_base", 0.15, 0.55),
            ("bitcoin_issuer_bull", 0.29, 0.65),
        ] {
            let set = shipped(name);
            let place = set.index_of("bitcoin").unwrap();
            assert!(
                (geometric(&set, "bitcoin") - growth).abs() < 1e-4,
                "{name}: {}",
                geometric(&set, "bitcoin")
            );
            assert!((set.assets[place].moments.log_sd() - log_sd).abs() < 5e-5, "{name}");
            assert_eq!(set.extends.as_deref(), Some("base_2026"));
            assert_eq!((&set.correlation, set.inflation), (&base.correlation, base.inflation));
            for (mine, theirs) in
                set.assets.iter().zip(&base.assets).filter(|(mine, _)| mine.key != "bitcoin")
            {
                assert_eq!(mine, theirs);
            }
        }
        let (parity, bitcoin) = (shipped("bitcoin_equity_parity"), base.index_of("bitcoin").unwrap());
        assert_eq!(parity.assets[bitcoin].moments, base.assets[bitcoin].moments);
    }

    #[test]
    fn private_assets_are_charged_their_wrapper_only() {
        for name in ["no_premium_2026", "base_2026", "survey_2017"] {
            let set = shipped(name);
            let charged = |key: &str| set.assets[set.index_of(key).unwrap()].fees.charged_per_year();
            assert_eq!(charged("private_equity"), 0.0075);
        }
        assert_eq!(shipped("base_2026").assets[11].fees.charged_per_year(), 0.0025);
        assert_eq!(shipped("survey_2017").assets[0].fees.charged_per_year(), 0.0);
    }

    #[test]
    fn an_unknown_name_is_no_set() {
        assert!(assumption_set("base_1926").is_none() && assumption_set_text("base_1926").is_none());
    }
}
