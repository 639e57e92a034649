//! Overlays of sets of assumptions: on unless the scenario says otherwise, changed key by key, inherited, and left out where
//! there are no stated returns.

use decumulus::Error;
use decumulus::engine::{Plan, run_range};
use decumulus::market::{AssumptionSet, ErrorCorrelation, Overlays, Selection};
use decumulus::scenario::{Scenario, Sources, assumption_set, assumption_set_names, read_assumption_set};

const REST: &str = r#"
[account]
years = 10
opening_balance = 1000
[[policy]]
key = "all"
weights = { us_equity = 0.6, us_bonds = 0.4 }
"#;

/// A set that extends another.
fn extending(base: &str, more: &str) -> String {
    format!("title = 'x'\nsource = 'y'\ndate = '2026'\nlicence = 'z'\nextends = '{base}'\n{more}")
}

fn read_set(text: &str) -> Result<AssumptionSet, Error> {
    read_assumption_set(&Sources::new("mine.toml", text, &[]))
}

fn scenario(market: &str) -> Result<Scenario, Error> {
    Scenario::from_toml(&format!("[market]\n{market}{REST}"), "question.toml", &[])
}

fn overlays(market: &str) -> Overlays {
    scenario(market).unwrap_or_else(|error| panic!("{market}: {error}")).inputs.market.overlays
}

const MARKET: &str = "assumptions = 'no_premium_2026'\nassets = ['us_equity', 'us_bonds', 'private_equity', 'bitcoin', 'cash']\n";

#[test]
fn only_the_set_without_premiums_has_overlays_and_they_are_for_its_assets() {
    for &name in assumption_set_names() {
        let set = assumption_set(name).unwrap().unwrap();
        let overlays = &set.overlays;
        assert!(overlays.crashes.is_none() && overlays.permanent_loss.is_empty());
        if name != "no_premium_2026" {
            assert!(overlays.is_empty(), "{name}");
            continue;
        }
        let errors = overlays.parameter_uncertainty.as_ref().unwrap();
        assert!(set.assets.iter().all(|asset| errors.sd_of(&asset.key) > 0.003), "{errors:?}");
        // The spread of published forecasts in points: equity 1.1, bonds 0.4, and so on.
        for (key, points) in [
            ("us_equity", 1.1),
            ("us_bonds", 0.4),
            ("private_equity", 2.9),
            ("private_credit", 1.7),
            ("real_estate", 1.2),
            ("infrastructure", 3.1),
        ] {
            assert!((100.0 * errors.sd_of(key) - points).abs() < 0.051, "{key}");
        }
        assert!(errors.provenance().contains("us_equity, intl_equity") && errors.scale == 1.0);
        let managers = overlays.managers.as_ref().unwrap();
        let keys: Vec<&str> = managers.assets.keys().map(String::as_str).collect();
        assert_eq!(keys, ["infrastructure", "private_credit", "private_equity", "real_estate"]);
        assert!(managers.assets.values().all(|spread| spread.selection == Selection::Deviations(0.0)));
    }
}

#[test]
fn a_scenario_has_the_overlays_of_its_set_for_the_assets_of_its_market() {
    let found = overlays(MARKET);
    let errors = found.parameter_uncertainty.unwrap();
    assert_eq!(errors.sd.len(), 5);
    assert!(errors.sources.iter().all(|(key, _)| errors.sd.contains_key(key)));
    assert_eq!(found.managers.unwrap().assets.len(), 1);
    // Without private assets nobody's managers differ.
    let public = overlays("assumptions = 'no_premium_2026'\nassets = ['us_equity', 'us_bonds']\n");
    assert!(public.managers.is_none() && public.parameter_uncertainty.unwrap().sd.len() == 2);
}

#[test]
fn what_a_scenario_says_takes_the_place_of_the_set_key_by_key() {
    let said = "parameter_uncertainty = { scale = 0.5, sd = { bitcoin = 0.05 } }\nmanagers = { persistence = 0.6 }\n";
    let found = overlays(&format!("{MARKET}{said}"));
    let errors = found.parameter_uncertainty.unwrap();
    assert_eq!((errors.scale, errors.sd["bitcoin"], errors.sd["us_equity"]), (0.5, 0.05, 0.0114));
    assert_eq!(errors.correlation, ErrorCorrelation::Returns);
    assert!(errors.provenance().ends_with("bitcoin: the scenario's own figure"), "{}", errors.provenance());
    let managers = found.managers.unwrap();
    assert_eq!((managers.vintage_years, managers.persistence), (5, 0.6));
    assert_eq!(managers.assets["private_equity"].sd, 0.06);
    // An asset that is named keeps the set's spread, and a source may be named.
    let chosen = "managers.asset.private_equity = { selection = 1.0 }\n";
    let managers = overlays(&format!("{MARKET}{chosen}")).managers.unwrap();
    assert!((managers.assets["private_equity"].shift() - 0.06).abs() < 1e-15);
    let sourced = "managers = { asset.private_equity.sd = 0.1, provenance = 'a study' }\n";
    let managers = overlays(&format!("{MARKET}{sourced}")).managers.unwrap();
    assert_eq!(managers.provenance(), "private_equity: a study");
}

#[test]
fn false_switches_an_overlay_off_and_true_switches_the_programs_own_on() {
    let off = overlays(&format!("{MARKET}parameter_uncertainty = false\nmanagers = false\n"));
    assert!(off.is_empty());
    let one = overlays(&format!("{MARKET}managers = false\n"));
    assert!(one.managers.is_none() && one.parameter_uncertainty.is_some());
    let base = MARKET.replace("no_premium_2026", "base_2026");
    assert!(overlays(&base).is_empty());
    let on = overlays(&format!("{base}parameter_uncertainty = true\nmanagers = true\n"));
    assert_eq!(on, overlays(MARKET), "the same figures as the set that has them");
    let error =
        scenario("assumptions = 'survey_2017'\nassets = ['us_equity', 'us_bonds']\nmanagers = true\n");
    assert!(error.unwrap_err().to_string().contains("market.managers.asset is missing"));
    let error = scenario(&format!("{MARKET}managers = 'off'\n")).unwrap_err().to_string();
    assert!(error.contains("true or false"), "{error}");
}

#[test]
fn off_is_off_to_the_last_bit() {
    let tally = |market: &str| {
        let inputs = scenario(market).unwrap().inputs;
        run_range(&Plan::compile(&inputs).unwrap(), 0, 300).unwrap()
    };
    let assets = "['us_equity', 'us_bonds', 'cash']";
    let house = tally(&format!("assumptions = 'base_2026'\nassets = {assets}\n"));
    let none = |more: &str| tally(&format!("assumptions = 'no_premium_2026'\nassets = {assets}\n{more}"));
    assert!(none("parameter_uncertainty = false\n") == house, "public markets are those of the house");
    assert!(none("parameter_uncertainty = { scale = 0 }\n") == house);
    assert!(none("") != house);
}

#[test]
fn several_sets_keep_their_own() {
    let both = scenario(&MARKET.replace("'no_premium_2026'", "['no_premium_2026', 'base_2026']")).unwrap();
    let [first, second] = both.under_each_set().try_into().unwrap_or_else(|_| panic!("two sets"));
    assert!(!first.inputs.market.overlays.is_empty() && second.inputs.market.overlays.is_empty());
    assert_eq!(first.inputs.market.overlays, overlays(MARKET));
    // What the scenario says, it says under each.
    let both = MARKET.replace("'no_premium_2026'", "['no_premium_2026', 'base_2026']");
    let both = scenario(&format!("{both}parameter_uncertainty = {{ sd = {{ bitcoin = 0.05 }} }}\n")).unwrap();
    for each in both.under_each_set() {
        assert_eq!(each.inputs.market.overlays.parameter_uncertainty.unwrap().sd["bitcoin"], 0.05);
    }
}

#[test]
fn under_a_model_without_stated_returns_the_sets_overlays_are_left_out() {
    let market = "assumptions = 'no_premium_2026'\nassets = ['us_equity', 'us_bonds']\nmodel = 'bootstrap'\n";
    let table = "[market.history]\ntable = 'us_monthly'\n";
    assert!(overlays(&format!("{market}{table}")).is_empty());
    let own = overlays(&format!("{market}parameter_uncertainty = true\n{table}"));
    assert_eq!(own.parameter_uncertainty.unwrap().sd.len(), 2);
}

#[test]
fn a_set_inherits_changes_and_switches_off_overlays() {
    let inherited = read_set(&extending("no_premium_2026", "")).unwrap();
    assert_eq!(inherited.overlays, assumption_set("no_premium_2026").unwrap().unwrap().overlays);
    let off = read_set(&extending("no_premium_2026", "managers = false\n")).unwrap().overlays;
    assert!(off.managers.is_none() && off.parameter_uncertainty.is_some());
    let few = read_set(&extending("no_premium_2026", "order = ['us_equity', 'gold']\n")).unwrap().overlays;
    assert!(few.managers.is_none() && few.parameter_uncertainty.unwrap().sd.len() == 2);
    let own = "parameter_uncertainty = { sd = { gold = 0.03 }, provenance = 'a study', correlation = 0.5 }\n";
    let errors = read_set(&extending("base_2026", own)).unwrap().overlays.parameter_uncertainty.unwrap();
    assert_eq!((errors.sd["gold"], errors.sd.len()), (0.03, 12), "the program's figures for the rest");
    assert!(errors.provenance().contains("; gold: a study; "), "{}", errors.provenance());
    assert_eq!(errors.correlation, ErrorCorrelation::Constant(0.5));
}

#[test]
fn what_is_wrong_with_a_sets_overlays_is_said_with_its_place() {
    for (more, words) in [
        ("parameter_uncertainty = { sd = { gold = 0.03 } }\n", "parameter_uncertainty.provenance is missing"),
        ("managers = { asset.private_equity.sd = 0.1 }\n", "managers.provenance is missing"),
        ("parameter_uncertainty = { sd = { glod = 0.03 }, provenance = 'x' }\n", "did you mean `gold`?"),
        (
            "parameter_uncertainty = { sd = { gold = 3 }, provenance = 'x' }\n",
            "parameter_uncertainty.sd.gold is 3",
        ),
        ("managers = { vintage_years = 0 }\n", "managers.vintage_years is 0"),
        ("managers = { skil = 1 }\n", "managers.skil is not a known key"),
    ] {
        let error = read_set(&extending("base_2026", more)).expect_err(more);
        assert_eq!((error.problems().len(), error.exit_code()), (1, 2), "{error}");
        let message = error.to_string();
        assert!(message.starts_with("mine.toml:6:") && message.contains(words), "{message}");
    }
}

#[test]
fn interest_flows_from_set_to_asset_until_the_return_is_changed() {
    let seller =
        extending("base_2026", "interest = 'sells gold'\n[asset.gold]\nmean = 0.09\nprovenance = 'x'\n");
    let set = read_set(&seller).unwrap();
    let of = |set: &AssumptionSet, key: &str| set.assets[set.index_of(key).unwrap()].interest.clone();
    assert_eq!(of(&set, "gold").as_deref(), Some("sells gold"));
    assert_eq!(of(&set, "us_equity"), None, "the set does not give it");
    let fees = seller.replace("mean = 0.09", "management_fee = 0.001");
    assert_eq!(of(&read_set(&fees).unwrap(), "gold"), None, "a fee is no view of the return");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("seller.toml"), &seller).unwrap();
    let path = folder.path().join("question.toml");
    let gold = |more: &str| {
        let text = format!("[market]\nassumptions = 'seller.toml'\n{more}{REST}");
        let scenario = Scenario::from_toml(&text, path.to_str().unwrap(), &[]).unwrap();
        let market = scenario.inputs.market;
        market.assets[market.index_of("gold").unwrap()].interest.clone()
    };
    assert_eq!(gold("").as_deref(), Some("sells gold"));
    assert_eq!(gold("asset.gold.management_fee = 0.01\n").as_deref(), Some("sells gold"));
    assert_eq!(gold("asset.gold.mean = 0.01\n"), None);
    assert_eq!(gold("asset.gold = { mean = 0.2, interest = 'mine' }\n").as_deref(), Some("mine"));
}
