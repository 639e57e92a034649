//! What users get wrong, and that each mistake is named with its place and what is accepted.

use decumulus::scenario::{Colour, Scenario, Sources, render_problems, shipped};
use decumulus::{Error, ErrorKind};

/// A small sound scenario, line by line; tests break one thing in it.
const SOUND: &str = r#"name = "small"
[run]
lifetimes = 1000
[market]
assumptions = "base_2026"
assets = ["us_equity", "us_bonds", "gold"]
[market.asset.gold]
volatility = 0.2
[participant]
age = 30
retirement_age = 65
salary = 60_000
[participant.spending]
share_of_final_pay = 0.6
[[policy]]
key = "sixty_forty"
weights = { us_equity = 0.6, us_bonds = 0.4 }
[[policy]]
key = "golden"
weights = { us_equity = 0.5, us_bonds = 0.4, gold = 0.1 }
"#;

fn error_of(text: &str) -> Error {
    let error = Scenario::from_toml(text, "small.toml", &[]).expect_err("the text is wrong");
    assert_eq!((error.kind(), error.exit_code()), (ErrorKind::Input, 2));
    error
}

/// The only line of the error after one replacement in the sound text.
fn refused(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from), "{from}");
    let error = error_of(&SOUND.replacen(from, to, 1));
    assert_eq!(error.problems().len(), 1, "{error}");
    error.to_string()
}

fn flag_refused(flag: &str) -> String {
    Scenario::from_toml(SOUND, "small.toml", &[flag.to_string()]).expect_err(flag).to_string()
}

#[test]
fn the_sound_scenario_is_accepted() {
    Scenario::from_toml(SOUND, "small.toml", &[]).unwrap();
}

#[test]
fn weights_that_do_not_sum_to_one_are_refused_at_their_place() {
    assert_eq!(
        refused("us_bonds = 0.4, gold = 0.1", "us_bonds = 0.3, gold = 0.1"),
        "small.toml:20:11: policy[1].weights is a sum of 0.9, but must be weights that sum to 1"
    );
}

#[test]
fn a_negative_volatility_is_refused() {
    assert_eq!(
        refused("volatility = 0.2", "volatility = -0.2"),
        "small.toml:8:14: market.asset.gold.volatility is -0.2, but must be a number from 0 to 10"
    );
}

#[test]
fn retirement_before_the_start_age_is_refused() {
    let message = refused("retirement_age = 65", "retirement_age = 25");
    assert!(message.starts_with("small.toml:11:18: participant.retirement_age is 25"), "{message}");
    assert!(message.contains("from 30 to 120"), "{message}");
}

#[test]
fn nan_and_infinity_are_refused_wherever_they_stand() {
    for word in ["nan", "-nan", "inf", "-inf", "1e999"] {
        let message = refused("salary = 60_000", &format!("salary = {word}"));
        assert_eq!(
            message,
            format!("small.toml:12:10: participant.salary is {word}, but must be a finite number")
        );
        let message = refused("gold = 0.1", &format!("gold = {word}"));
        assert!(message.contains("policy[1].weights.gold"), "{message}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_line_and_column() {
    let error = error_of("name = \"a\"\nthis is no toml\n[run\n");
    assert!(error.to_string().contains("small.toml:2:"), "{error}");
    assert!(error.to_string().contains("not valid TOML"), "{error}");
    assert!(error.to_string().contains("small.toml:3:"), "{error}");
}

#[test]
fn an_unknown_asset_in_a_policy_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        refused("gold = 0.1", "glod = 0.1"),
        "small.toml:20:46: policy[1].weights.glod is `glod`, but must be an asset of this market \
         (did you mean `gold`?)"
    );
}

#[test]
fn an_asset_that_the_set_lacks_is_refused_with_its_place_in_the_list() {
    let message = refused("\"us_bonds\", \"gold\"]", "\"us_bonds\", \"gold\", \"bitcion\"]");
    assert!(message.starts_with("small.toml:6:"), "{message}");
    assert!(message.contains("market.assets[3]") && message.contains("`bitcoin`"), "{message}");
}

#[test]
fn an_unknown_key_is_refused_with_the_one_that_was_meant() {
    assert_eq!(
        refused("lifetimes = 1000", "lifetime = 1000"),
        "small.toml:3:1: run.lifetime is not a known key (did you mean `lifetimes`?)"
    );
    let message = refused("[participant]", "[particpant]");
    assert!(message.contains("did you mean `participant`?"), "{message}");
}

#[test]
fn zero_lifetimes_are_refused() {
    let message = refused("lifetimes = 1000", "lifetimes = 0");
    assert!(
        message.starts_with("small.toml:3:13: run.lifetimes is 0, but must be a whole number from 1"),
        "{message}"
    );
}

#[test]
fn a_value_of_the_wrong_sort_is_quoted_with_what_is_accepted() {
    for (from, to, message) in [
        (
            "lifetimes = 1000",
            "lifetimes = \"many\"",
            "run.lifetimes is \"many\", but must be a whole number from 0 to 9007199254740992",
        ),
        (
            "lifetimes = 1000",
            "lifetimes = 10.5",
            "run.lifetimes is 10.5, but must be a whole number from 0 to 9007199254740992",
        ),
        (
            "lifetimes = 1000",
            "lifetimes = -5",
            "run.lifetimes is -5, but must be a whole number from 0 to 9007199254740992",
        ),
        ("salary = 60_000", "salary = 2026-01-01", "participant.salary is 2026-01-01, but must be a number"),
        ("salary = 60_000", "salary = [1]", "participant.salary is a list, but must be a number"),
        (
            "age = 30",
            "age = 5_000_000_000",
            "participant.age is 5_000_000_000, but must be a whole number from 0 to 4294967295",
        ),
        ("age = 30", "age = 4_000_000_000", "participant.age is 4000000000, but must be an age up to 120"),
    ] {
        let error = refused(from, to);
        assert!(error.ends_with(message), "{error}");
    }
}

#[test]
fn a_word_that_is_not_on_the_list_is_refused_with_the_list() {
    let message = refused("lifetimes = 1000", "step = \"mouth\"");
    assert!(message.contains("must be one of month, quarter, year (did you mean `month`?)"), "{message}");
    let message = refused("age = 30", "age = 30\nlimits = \"nine\"");
    assert!(
        message.contains("must be a whole number from 0 to 4294967295 or \"none\" (did you mean `none`?)"),
        "{message}"
    );
    let message = refused("\"base_2026\"", "\"base_2025\"");
    assert!(message.contains("(did you mean `base_2026`?)"), "{message}");
}

#[test]
fn duplicate_keys_of_toml_and_of_policies_are_refused() {
    let message = refused("age = 30", "age = 30\nage = 31");
    assert!(message.starts_with("small.toml:11:1") && message.contains("duplicate key"), "{message}");
    let message = refused("\"golden\"", "\"sixty_forty\"");
    assert!(message.starts_with("small.toml:19:7: policy[1].key is `sixty_forty`"), "{message}");
    let message = refused("\"us_bonds\", \"gold\"]", "\"us_bonds\", \"gold\", \"gold\"]");
    assert!(message.contains("market.assets[3] is `gold`, but must be named once only"), "{message}");
}

const INDEFINITE: &str = "[market.correlations]\n\
    gold = { us_equity = 0.99, us_bonds = 0.99 }\nus_equity = { us_bonds = -0.99 }\n[participant]";

#[test]
fn correlations_that_are_not_positive_definite_are_refused_with_the_eigenvalue_and_the_repair() {
    let message = refused("[participant]", INDEFINITE);
    assert!(message.starts_with("small.toml:9:"), "{message}");
    assert!(message.contains("not positive definite (smallest eigenvalue -0.9"), "{message}");
    assert!(message.contains("market.repair = \"nearest\""), "{message}");
}

#[test]
fn the_repair_makes_them_usable_and_says_so() {
    let text = SOUND.replacen("[participant]", INDEFINITE, 1);
    let scenario = Scenario::from_toml(&text, "small.toml", &["market.repair=nearest".into()]).unwrap();
    assert!(scenario.inputs.market.correlation.smallest_eigenvalue() > 0.0);
    assert!(scenario.warnings[0].contains("nearest"), "{:?}", scenario.warnings);
}

#[test]
fn correlations_out_of_range_twice_or_with_oneself_are_refused() {
    let with =
        |pairs: &str| refused("[participant]", &format!("[market.correlations]\n{pairs}\n[participant]"));
    assert!(
        with("gold.us_equity = 1.5").contains("gold.us_equity is 1.5, but must be a number from -1 to 1")
    );
    assert!(with("gold.gold = 1").contains("the correlation with itself is 1"));
    assert!(with("gold.us_equity = 0.1\nus_equity.gold = 0.2").contains("already given under gold"));
    assert!(with("gold.bitcoin = 0.1").contains("must be an asset of this market, or inflation"));
}

#[test]
fn several_errors_are_reported_together_in_the_order_of_the_file() {
    let text = SOUND
        .replacen("lifetimes = 1000", "lifetimes = 0\nsead = 7", 1)
        .replacen("volatility = 0.2", "volatility = \"high\"", 1)
        .replacen("retirement_age = 65", "retirement_age = 20", 1)
        .replacen("us_equity = 0.6", "us_equity = 0.7", 1);
    let error = error_of(&text);
    let lines: Vec<usize> = error.problems().iter().map(|p| p.location.as_ref().unwrap().line).collect();
    assert_eq!(lines, [3, 4, 9, 12, 18], "{error}");
    let keys: Vec<&str> = error.problems().iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "run.lifetimes",
            "run.sead",
            "market.asset.gold.volatility",
            "participant.retirement_age",
            "policy[0].weights"
        ]
    );
}

#[test]
fn a_syntax_error_does_not_hide_what_is_wrong_elsewhere() {
    let text = SOUND.replacen("lifetimes = 1000", "lifetimes = = 3", 1).replacen("salary", "salry", 1);
    let error = error_of(&text).to_string();
    assert!(
        error.contains("small.toml:3:") && error.contains("small.toml:12:1: participant.salry"),
        "{error}"
    );
}

#[test]
fn wrong_flags_are_named_as_the_place_of_the_error() {
    for (flag, message) in [
        ("run.lifetimes=0", "--set:1:15: run.lifetimes is 0"),
        ("run.lifetime=5", "--set:1:1: run.lifetime is not a known key (did you mean `lifetimes`?)"),
        ("seed", "--set:1:1: seed must be written as key=value"),
        ("run..seed=1", "--set:1:1: run..seed must be a dotted key"),
        ("run.seed=1x", "--set:1:1: run.seed has the value `1x`, but must have a TOML value"),
        (
            "policy[7].weights.gold=1",
            "--set:1:1: policy[7].weights.gold does not exist: the list has 2 entries",
        ),
        (
            "policy.goldne.weights.gold=1",
            "no entry of the list has the key `goldne` (did you mean `golden`?)",
        ),
        ("run.lifetimes.x=1", "`x` is looked for in"),
        ("policy.golden.weights.gold=0.3", "policy[1].weights is a sum of 1.2"),
        ("participant.spending.amount=40000", "participant.spending is a table with 2 of its keys"),
    ] {
        let error = flag_refused(flag);
        assert!(error.contains(message), "{flag}: {error}");
    }
}

#[test]
fn the_line_of_a_flag_is_its_number() {
    let flags = ["run.seed=1".to_string(), "run.lifetimes=0".to_string()];
    let error = Scenario::from_toml(SOUND, "small.toml", &flags).unwrap_err();
    assert!(error.to_string().starts_with("--set:2:15: "), "{error}");
}

#[test]
fn names_that_could_leave_the_output_folder_are_refused() {
    for name in ["..", "a/b", "a\\\\b", "", "Über", ".hidden", "a b", "-flag"] {
        let message = refused("name = \"small\"", &format!("name = \"{name}\""));
        assert!(message.starts_with("small.toml:1:8: name is"), "{message}");
    }
    let message = refused("key = \"golden\"", "key = \"../golden\"");
    assert!(message.contains("policy[1].key"), "{message}");
}

#[test]
fn what_is_missing_is_asked_for() {
    for (from, message) in [
        ("age = 30\n", "participant.age is missing"),
        ("salary = 60_000\n", "participant.salary is missing"),
        ("[participant.spending]\nshare_of_final_pay = 0.6\n", "participant.spending is missing"),
        ("key = \"golden\"\n", "policy[1].key is missing"),
        ("weights = { us_equity = 0.6, us_bonds = 0.4 }\n", "policy[0].weights is missing"),
    ] {
        let error = refused(from, "");
        assert!(error.contains(message), "{error}");
        assert!(error.starts_with("small.toml:"), "{error}");
    }
    let error = error_of("");
    assert_eq!(error.problems().len(), 3, "{error}");
}

#[test]
fn contradictions_are_refused() {
    for (from, to, message) in [
        ("[participant]", "[account]\nyears = 3\n[participant]", "account is given beside participant"),
        ("volatility = 0.2", "volatility = 0.2\nlog_sd = 0.2", "market.asset.gold.log_sd stands beside mean"),
        ("volatility = 0.2", "half_spread = 0.1\nhaircut_scale = 1", "an asset is liquid or illiquid"),
        ("key = \"golden\"", "key = \"golden\"\nglide_path = \"vanguard_like\"", "exactly one of weights"),
        (
            "key = \"golden\"",
            "key = \"golden\"\nequity = { gold = 1 }",
            "policy[1].equity is given without glide_path",
        ),
        ("lifetimes = 1000", "step = \"year\"\n[[policy]]\nkey = \"x\"", "policy"),
        (
            "[participant.spending]",
            "[participant.life]\nsex = \"male\"\n[participant.spending]",
            "life.sex is given without table",
        ),
    ] {
        let error = error_of(&SOUND.replacen(from, to, 1)).to_string();
        assert!(error.contains(message), "{error}");
    }
    let text = SOUND.replacen("lifetimes = 1000", "step = \"quarter\"", 1);
    let text = text.replacen("key = \"golden\"", "key = \"golden\"\nrebalance = \"monthly\"", 1);
    let error = error_of(&text).to_string();
    assert!(error.contains("policy[1].rebalance is monthly"), "{error}");
}

#[test]
fn key_ages_that_are_not_simulated_are_refused() {
    let error = error_of(&SOUND.replacen("lifetimes = 1000", "key_ages = [30, 65, 96]", 1));
    assert_eq!(error.problems().len(), 2, "{error}");
    assert!(
        error
            .to_string()
            .contains("small.toml:3:13: run.key_ages[0] is 30, but must be an age from 31 to 95")
    );
}

#[test]
fn more_than_64_policies_are_refused() {
    let many = "[[policy]]\nkey = \"a\"\nweights = { us_equity = 1 }\n".repeat(65);
    let error = error_of(&format!("{SOUND}{many}")).to_string();
    assert!(error.contains("policy is 67, but must be at most 64 policies"), "{error}");
}

#[test]
fn deep_nesting_and_huge_files_are_refused_rather_than_followed() {
    for text in [
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("a = {}", "[ ".repeat(100_000)),
        format!("{}a = 1", "a . ".repeat(100_000)),
        format!("{}a = 1", "'a'.".repeat(100_000)),
        format!("a = {}", "[\n".repeat(100_000)),
        format!("[{}a]", "a.".repeat(100_000)),
        "#".repeat(2 << 20),
    ] {
        error_of(&text);
    }
    flag_refused(&format!("{}a=1", "a.".repeat(100_000)));
    flag_refused(&format!("run.seed={}", "[ ".repeat(2_000)));
}

#[test]
fn expectations_are_held_to_policies_ages_and_percentiles() {
    let text = format!(
        "{SOUND}[[expect]]\npolicy = \"goldn\"\nfigure = \"real_percentile\"\nage = 20\npercentile = 33\nvalue = 1\nstandard_error = -1\n"
    );
    let error = error_of(&text);
    let keys: Vec<&str> = error.problems().iter().map(|p| p.key.as_str()).collect();
    assert_eq!(
        keys,
        ["expect[0].policy", "expect[0].age", "expect[0].percentile", "expect[0].standard_error"]
    );
}

#[test]
fn a_rendered_problem_shows_the_line_with_a_caret_and_the_help() {
    let text = SOUND.replacen("gold = 0.1", "glod = 0.1", 1);
    let sources = Sources::new("small.toml", &text, &[]);
    let error = Scenario::from_sources(&sources).unwrap_err();
    let plain = render_problems(&error, &sources, Colour::Plain);
    assert_eq!(
        plain,
        "error: policy[1].weights.glod is `glod`, but must be an asset of this market
  --> small.toml:20:46
   |
20 | weights = { us_equity = 0.5, us_bonds = 0.4, glod = 0.1 }
   |                                              ^^^^
   |
   = help: did you mean `gold`?"
    );
    assert!(render_problems(&error, &sources, Colour::Terminal).contains("\u{1b}["));
}

#[test]
fn a_rendered_flag_shows_the_flag() {
    let flags = ["run.seed=2".to_string(), "market.asset.gold.mean=high".to_string()];
    let sources = Sources::new("default", shipped()[0].text, &flags);
    let error = Scenario::from_sources(&sources).unwrap_err();
    let plain = render_problems(&error, &sources, Colour::Plain);
    assert!(plain.contains("--> --set:2:24"), "{plain}");
    assert!(plain.contains("market.asset.gold.mean=high\n"), "{plain}");
}

#[test]
fn overlays_for_assets_that_are_not_there_are_refused_with_the_one_that_was_meant() {
    for (table, key) in [
        ("[market.crashes.asset.glod]\nmean = -0.3\nsd = 0.1\n", "market.crashes.asset.glod"),
        ("[market.permanent_loss.glod]\nhazard = 0.01\nloss = 0.95\n", "market.permanent_loss.glod"),
        ("[market.parameter_uncertainty.sd]\nglod = 0.01\n", "market.parameter_uncertainty.sd.glod"),
        ("[market.managers.asset.glod]\nsd = 0.05\n", "market.managers.asset.glod"),
    ] {
        let message = refused("[participant]\n", &format!("{table}[participant]\n"));
        assert!(message.contains(key) && message.contains("did you mean `gold`?"), "{message}");
    }
}

#[test]
fn overlays_with_figures_out_of_range_are_refused_by_key() {
    let crash = "[market.crashes]\nintensity = 0.1\n[market.crashes.asset.gold]\nmean = -0.1\nsd = 0.1\n";
    let loss = "[market.permanent_loss.gold]\nhazard = 0.01\nloss = 0.95\n";
    let prior = "[market.parameter_uncertainty]\nscale = 1\ncorrelation = 0.5\nsd = { gold = 0.031 }\n";
    let managers =
        "[market.managers]\nvintage_years = 5\npersistence = 0.3\n[market.managers.asset.gold]\nsd = 0.05\n";
    for (table, from, to, key) in [
        (crash, "intensity = 0.1", "intensity = 1.5", "market.crashes.intensity is 1.5"),
        (crash, "intensity = 0.1", "correlation = -0.5", "market.crashes.correlation is -0.5"),
        (crash, "mean = -0.1", "mean = -9", "market.crashes.asset.gold.mean is -9"),
        (crash, "sd = 0.1", "sd = -0.1", "market.crashes.asset.gold.sd is -0.1"),
        (crash, "sd = 0.1", "sd = nan", "market.crashes.asset.gold.sd is nan"),
        (crash, "mean = -0.1", "mean = -1.5", "market.crashes.asset.gold"),
        (loss, "hazard = 0.01", "hazard = 1.01", "market.permanent_loss.gold.hazard is 1.01"),
        (loss, "loss = 0.95", "loss = -1", "market.permanent_loss.gold.loss is -1"),
        (prior, "scale = 1", "scale = -1", "market.parameter_uncertainty.scale is -1"),
        (prior, "scale = 1", "scale = 10", "market.parameter_uncertainty.scale is 10"),
        (prior, "gold = 0.031", "gold = 2", "market.parameter_uncertainty.sd.gold is 2"),
        (prior, "correlation = 0.5", "correlation = 1.5", "market.parameter_uncertainty.correlation is 1.5"),
        (prior, "correlation = 0.5", "correlation = \"return\"", "market.parameter_uncertainty.correlation"),
        (managers, "vintage_years = 5", "vintage_years = 0", "market.managers.vintage_years is 0"),
        (managers, "persistence = 0.3", "persistence = 2", "market.managers.persistence is 2"),
        (managers, "sd = 0.05", "sd = 0.05\nselection = 9", "market.managers.asset.gold.selection is 9"),
        (managers, "sd = 0.05", "sd = 0.05\nshift = 1", "market.managers.asset.gold.shift is 1"),
        (managers, "sd = 0.05", "sd = 0.05\nselection = 1\nshift = 0.1", "left out beside selection"),
        (managers, "sd = 0.05", "selection = 1", "market.managers.asset.gold.sd is missing"),
        (
            managers,
            "sd = 0.05",
            "sd = 0.05\nskill = 1",
            "market.managers.asset.gold.skill is not a known key",
        ),
    ] {
        assert!(table.contains(from));
        let sound = SOUND.replacen("[participant]\n", &format!("{table}[participant]\n"), 1);
        Scenario::from_toml(&sound, "small.toml", &[]).unwrap();
        let error = error_of(&sound.replacen(table, &table.replacen(from, to, 1), 1));
        assert_eq!(error.problems().len(), 1, "{error}");
        assert!(error.to_string().contains(key), "{error}");
    }
}

#[test]
fn jumps_that_leave_an_asset_no_variance_of_its_own_are_refused_before_the_run() {
    let jump = "[market.crashes.asset.us_bonds]\nmean = -0.35\nsd = 0.25\n[participant]\n";
    let message = refused("[participant]\n", jump);
    assert!(
        message.contains("market.crashes.asset.us_bonds is a jump that makes a volatility of"),
        "{message}"
    );
    assert!(message.contains("no more volatile than the asset, whose volatility is 4.76 %"), "{message}");
}

#[test]
fn overlays_without_any_figure_say_what_to_give() {
    let message = refused("[participant]\n", "[market.crashes]\n[participant]\n");
    assert!(message.contains("market.crashes.asset is missing; say how assets jump"), "{message}");
    // The small market has no private asset.
    let message = refused("[participant]\n", "[market.managers]\n[participant]\n");
    assert!(message.contains("market.managers.asset is missing"), "{message}");
    let message = refused(
        "[participant]\n",
        "[market.managers]\n[market.parameter_uncertainty]\nscale = 0.5\n[participant]\n",
    );
    assert!(
        message.contains("market.managers.asset is missing"),
        "shipped errors need no figures: {message}"
    );
}
