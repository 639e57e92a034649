//! Sets of assumptions: shipped ones, those that users write, and one question under several of them.

use std::path::{Path, PathBuf};
use std::process::Command;

use decumulus::Error;
use decumulus::engine::{Plan, RunOptions, run, run_range};
use decumulus::market::discount::{chaffe, finnerty, longstaff_bound};
use decumulus::market::{AssumptionSet, ForcedSale, HaircutRule};
use decumulus::scenario::{Scenario, Sources, assumption_set, assumption_set_names, read_assumption_set};
use decumulus::study::AcrossSets;

/// A set that gives everything itself.
const SOUND: &str = r#"title = "Two funds"
source = "a test"
date = "2026-03"
licence = "none needed"
order = ["stocks", "bonds"]
correlation = [[1, 0.2, 0], [0.2, 1, -0.1], [0, -0.1, 1]]
correlation_provenance = "made up"
friction_provenance = "made up"
[inflation]
mean = 0.02
volatility = 0.01
provenance = "made up"
[asset.stocks]
mean = 0.08
volatility = 0.17
provenance = "made up"
[asset.bonds]
mean = 0.03
volatility = 0.05
provenance = "made up"
"#;

/// Everything of a scenario but its market's assets.
const REST: &str = r#"
[account]
years = 10
opening_balance = 1000
withdrawal = 50
[[policy]]
key = "all"
weights = { us_equity = 0.6, us_bonds = 0.4 }
"#;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read_in(folder: &Path, name: &str) -> Result<AssumptionSet, Error> {
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    read_assumption_set(&Sources::new(path.to_str().unwrap(), &text, &[]))
}

fn read_text(text: &str) -> Result<AssumptionSet, Error> {
    read_assumption_set(&Sources::new("mine.toml", text, &[]))
}

/// The only problem after one replacement in the sound set.
fn refused(from: &str, to: &str) -> String {
    assert!(SOUND.contains(from), "{from}");
    let error = read_text(&SOUND.replacen(from, to, 1)).expect_err("the text is wrong");
    assert_eq!((error.problems().len(), error.exit_code()), (1, 2), "{error}");
    error.to_string()
}

fn scenario_in(folder: &Path, market: &str) -> Result<Scenario, Error> {
    let path = folder.join("question.toml");
    Scenario::from_toml(&format!("[market]\n{market}{REST}"), path.to_str().unwrap(), &[])
}

#[test]
fn a_set_of_ones_own_is_read() {
    let set = read_text(SOUND).unwrap();
    assert_eq!((set.name.as_str(), set.date.as_str(), set.extends.as_deref()), ("mine", "2026-03", None));
    assert_eq!((set.correlation[0][1], set.correlation[1][2]), (0.2, -0.1));
    assert!((set.assets[0].moments.mean() - 0.08).abs() < 1e-15);
    // Without an order the keys stand in theirs, and pairs that are not given are 0.
    let text = SOUND.replace("order = [\"stocks\", \"bonds\"]\n", "").replace(
        "correlation = [[1, 0.2, 0], [0.2, 1, -0.1], [0, -0.1, 1]]",
        "correlations = { stocks = { bonds = 0.3 } }",
    );
    let set = read_text(&text).unwrap();
    assert_eq!(set.assets[0].key, "bonds");
    assert_eq!(set.correlation, [[1.0, 0.3, 0.0], [0.3, 1.0, 0.0], [0.0, 0.0, 1.0]]);
}

#[test]
fn what_is_wrong_with_a_set_is_said_with_its_place() {
    let message = refused("volatility = 0.17", "volatilty = 0.17\nvolatility = 0.17");
    assert_eq!(
        message,
        "mine.toml:15:1: asset.stocks.volatilty is not a known key (did you mean `volatility`?)"
    );
    for (from, to, place, words) in [
        ("volatility = 0.05", "volatility = -1", "mine.toml:19:14", "asset.bonds.volatility is -1"),
        (
            "provenance = \"made up\"\n[asset.bonds]",
            "[asset.bonds]",
            "mine.toml:13:",
            "asset.stocks.provenance is missing",
        ),
        ("title = \"Two funds\"\n", "", "mine.toml:1:1", "title is missing"),
        ("2026-03", "2026-13", "mine.toml:3:8", "a year, year and month, or a day"),
        ("\"2026-03\"", "2026-03-01", "mine.toml:3:8", "date is"),
        ("[1, 0.2, 0], [0.2", "[1, 1.2, 0], [1.2", "mine.toml:6:", "correlation"),
        ("[0, -0.1, 1]]", "[0, -0.1, 1], [0, 0, 0]]", "mine.toml:6:15", "3 rows of 3"),
        (
            "\"stocks\", \"bonds\"]",
            "\"stocks\", \"bonds\", \"bond\"]",
            "mine.toml:5:",
            "did you mean `bonds`?",
        ),
        ("\"stocks\", \"bonds\"]", "\"bonds\", \"stocks\", \"bonds\"]", "mine.toml:5:", "named once only"),
        ("licence = \"none needed\"", "licence = \" \"", "mine.toml:4:11", "a line of text"),
        ("title =", "extends = \"base_2062\"\ntitle =", "mine.toml:1:11", "did you mean `base_2026`?"),
        ("title =", "extends = \"nowhere.toml\"\ntitle =", "mine.toml:1:11", "cannot be opened"),
        ("title =", "name = \"Mine!\"\ntitle =", "mine.toml:1:8", "lower-case letters"),
    ] {
        if from.starts_with("\"stocks\"") && to.contains("\"bond\"") {
            // The matrix does not fit either.
            let error = read_text(&SOUND.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            continue;
        }
        let text = SOUND.replacen(from, to, 1);
        assert_ne!(text, SOUND, "{from}");
        let message = read_text(&text).unwrap_err().to_string();
        assert!(message.starts_with(place) && message.contains(words), "{message}");
    }
    let error = read_text("title = [").unwrap_err();
    assert!(error.to_string().contains("mine.toml:1:"), "{error}");
    assert!(read_text("").unwrap_err().problems().len() >= 4);
}

#[test]
fn an_impossible_matrix_is_refused() {
    let three = SOUND.replace(
        "[[1, 0.2, 0], [0.2, 1, -0.1], [0, -0.1, 1]]",
        "[[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]",
    );
    let message = read_text(&three).unwrap_err().to_string();
    assert!(message.starts_with("mine.toml:6:15: correlation is not positive definite"), "{message}");
}

#[test]
fn a_set_takes_from_the_one_that_it_extends_what_it_does_not_give() {
    let base = assumption_set("base_2026").unwrap().unwrap();
    let text = "title = 'Dearer gold'\nsource = 'a test'\ndate = '2026'\nlicence = 'none needed'\nextends = 'base_2026'
                correlation_provenance = 'made up'\ncorrelations = { gold = { us_equity = -0.2, farmland = 0.1 } }
                [asset.gold]\nmean = 0.09\nprovenance = 'made up'
                [asset.farmland]\nmean = 0.06\nvolatility = 0.1\nprovenance = 'made up'\n";
    let set = read_text(text).unwrap();
    let place = |key: &str| set.index_of(key).unwrap();
    assert_eq!((set.assets.len(), place("farmland"), place("inflation")), (13, 12, 13));
    let (gold, base_gold) = (&set.assets[place("gold")], &base.assets[base.index_of("gold").unwrap()]);
    assert!((gold.moments.mean() - 0.09).abs() < 1e-15);
    assert!((gold.moments.volatility() - base_gold.moments.volatility()).abs() < 1e-14);
    assert_eq!((gold.fees, gold.liquidity), (base_gold.fees, base_gold.liquidity));
    assert_eq!(set.correlation[place("gold")][place("us_equity")], -0.2);
    assert_eq!(set.correlation[place("farmland")][place("gold")], 0.1);
    assert_eq!(set.correlation[place("gold")][place("us_bonds")], 0.38);
    // Of the other assets nothing changes, and an order chooses among them.
    assert_eq!(set.assets[..5], base.assets[..5]);
    let few = read_text(
        &text
            .replace("extends =", "order = ['gold', 'cash', 'farmland']\nextends =")
            .replace("us_equity = -0.2", "cash = 0.2"),
    );
    let few = few.unwrap();
    assert_eq!(few.assets.iter().map(|a| a.key.as_str()).collect::<Vec<_>>(), ["gold", "cash", "farmland"]);
    assert_eq!(few.correlation[0][..], [1.0, 0.2, 0.1, -0.01]);
    // Changed correlations need a word of their own.
    let message =
        read_text(&text.replace("correlation_provenance = 'made up'\n", "")).unwrap_err().to_string();
    assert!(message.contains("correlation_provenance is missing"), "{message}");
}

#[test]
fn sets_extend_files_beside_them_but_not_in_a_circle() {
    let head = "title = 'x'\nsource = 'y'\ndate = '2026'\nlicence = 'z'\n";
    let deep = format!("{head}extends = 'mine.toml'\n[asset.stocks]\nmean = 0.07\nprovenance = 'made up'\n");
    let circle = format!("{head}extends = 'circle.toml'\n");
    let folder = folder(&[("mine.toml", SOUND), ("deep.toml", &deep), ("circle.toml", &circle)]);
    let set = read_in(folder.path(), "deep.toml").unwrap();
    assert_eq!((set.name.as_str(), set.extends.as_deref()), ("deep", Some("mine")));
    assert!((set.assets[0].moments.mean() - 0.07).abs() < 1e-15);
    let error = read_in(folder.path(), "circle.toml").unwrap_err();
    assert!(error.to_string().contains("extend one another"), "{error}");
}

#[test]
fn a_scenario_may_name_a_file_and_hears_what_is_wrong_in_it() {
    let mine = "title = 'x'\nsource = 'my own view'\ndate = '2026'\nlicence = 'z'\nextends = 'base_2026'
[asset.us_equity]\nmean = 0.05\nprovenance = 'made up'\n";
    let wrong = mine.replace("mean =", "maen =");
    let folder = folder(&[("mine.toml", mine), ("wrong.toml", &wrong)]);
    let scenario = scenario_in(folder.path(), "assumptions = 'mine.toml'").unwrap();
    assert_eq!((scenario.assumptions.as_deref(), scenario.source.as_str()), (Some("mine"), "my own view"));
    assert!((scenario.inputs.market.assets[0].moments.mean() - 0.05).abs() < 1e-15);
    let error = scenario_in(folder.path(), "assumptions = 'wrong.toml'").unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let at = error.problems()[0].location.clone().unwrap();
    assert_eq!((PathBuf::from(at.file), at.line, at.column), (folder.path().join("wrong.toml"), 7, 1));
    assert!(error.to_string().contains("did you mean `mean`?"), "{error}");
    for (market, words) in [
        ("assumptions = 'nowhere.toml'", "cannot be opened"),
        ("assumptions = 'base_2062'", "did you mean `base_2026`?"),
        ("assumptions = ['base_2026', 'base_2062']", "market.assumptions[1] is `base_2062`"),
        ("assumptions = ['base_2026', 'base_2026']", "a set of another name"),
        ("assumptions = []", "1 to 16 sets"),
        ("assumptions = 7", "must be text in quotes or a list"),
    ] {
        let error = scenario_in(folder.path(), market).unwrap_err();
        assert_eq!(error.problems().len(), 1, "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn the_record_since_1971_follows_from_the_data() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/data/us_monthly.csv", "../../shared/data/us_monthly.csv"];
    let Some(text) = places.iter().find_map(|place| std::fs::read_to_string(root.join(place)).ok()) else {
        println!("skipped: the monthly data is not here");
        return;
    };
    let set = assumption_set("history_1971").unwrap().unwrap();
    let columns: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let years = |column: &str| -> Vec<f64> {
        let place = columns.iter().position(|name| *name == column).unwrap();
        let mut growth = vec![1.0; 55];
        for row in text.lines().skip(1) {
            let year: usize = row[..4].parse().unwrap();
            if (1971..=2025).contains(&year) {
                growth[year - 1971] *= 1.0 + row.split(',').nth(place).unwrap().parse::<f64>().unwrap();
            }
        }
        growth
    };
    let mean = |xs: &[f64]| xs.iter().sum::<f64>() / xs.len() as f64;
    let sd = |xs: &[f64]| {
        let m = mean(xs);
        (xs.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (xs.len() - 1) as f64).sqrt()
    };
    let all: Vec<Vec<f64>> = ["stocks_tr", "bonds_tr", "cash", "gold", "cpi"].map(years).to_vec();
    let moments = set.assets.iter().map(|asset| asset.moments).chain([set.inflation]);
    for (growth, moments) in all.iter().zip(moments) {
        assert!((mean(growth) - 1.0 - moments.mean()).abs() < 5.1e-5, "{} {}", mean(growth), moments.mean());
        assert!(
            (sd(growth) - moments.volatility()).abs() < 5.1e-5,
            "{} {}",
            sd(growth),
            moments.volatility()
        );
    }
    let logs: Vec<Vec<f64>> = all.iter().map(|xs| xs.iter().map(|x| x.ln()).collect()).collect();
    for (i, a) in logs.iter().enumerate() {
        for (j, b) in logs.iter().enumerate() {
            let products = a.iter().zip(b).map(|(x, y)| (x - mean(a)) * (y - mean(b))).sum::<f64>() / 54.0;
            let found = products / sd(a) / sd(b);
            assert!((found - set.correlation[i][j]).abs() < 5.1e-4, "{i} {j}: {found}");
        }
    }
}

#[test]
fn several_sets_share_their_assets_and_each_gives_what_it_gives_alone() {
    let sets = ["base_2026", "survey_2017"];
    let nowhere = Path::new("nowhere");
    let both = scenario_in(nowhere, "assumptions = ['base_2026', 'survey_2017']").unwrap().under_each_set();
    let assets: Vec<String> =
        both[0].inputs.market.assets.iter().map(|asset| format!("'{}'", asset.key)).collect();
    assert_eq!(assets.len(), 9);
    assert!(
        both[1].inputs.market.assets.iter().zip(&both[0].inputs.market.assets).all(|(a, b)| a.key == b.key)
    );
    for (name, scenario) in sets.iter().zip(&both) {
        let alone =
            scenario_in(nowhere, &format!("assumptions = '{name}'\nassets = [{}]", assets.join(", ")))
                .unwrap();
        assert_eq!((scenario.assumptions.as_deref(), &scenario.inputs), (Some(*name), &alone.inputs));
        let plans = [&scenario.inputs, &alone.inputs].map(|inputs| Plan::compile(inputs).unwrap());
        let tallies = plans.each_ref().map(|plan| run_range(plan, 0, 500).unwrap());
        assert!(tallies[0] == tallies[1] && tallies[0].to_bytes() == tallies[1].to_bytes());
    }
    // One set in a list is that set.
    let one = scenario_in(nowhere, "assumptions = ['survey_2017']").unwrap();
    assert_eq!(one, scenario_in(nowhere, "assumptions = 'survey_2017'").unwrap());
}

#[test]
fn an_asset_that_a_set_lacks_is_refused_with_the_name_of_the_set() {
    let nowhere = Path::new("nowhere");
    let listed = "assumptions = ['base_2026', 'survey_2017']\nassets = ['us_equity', 'us_bonds', 'gold']";
    let message = scenario_in(nowhere, listed).unwrap_err().to_string();
    assert!(
        message.contains("market.assets[2] is `gold`") && message.contains("survey_2017 has no gold"),
        "{message}"
    );
    let text =
        format!("[market]\nassumptions = ['survey_2017', 'base_2026']{REST}").replace("us_bonds", "gold");
    let error = Scenario::from_toml(&text, "x.toml", &[]).unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let message = error.to_string();
    assert!(
        message.contains("policy[0].weights.gold") && message.contains("survey_2017 has no gold"),
        "{message}"
    );
    // A scenario that gives the asset itself may use it.
    let own =
        "assumptions = ['base_2026', 'survey_2017']\n[market.asset.gold]\nmean = 0.05\nvolatility = 0.16\n";
    let scenario = scenario_in(nowhere, own).unwrap();
    assert!(scenario.under_each_set().iter().all(|s| s.inputs.market.index_of("gold") == Some(9)));
}

/// The decomposition of a small question under two sets.
fn decomposed(seed: u64, lifetimes: u64) -> AcrossSets {
    let market = "assumptions = ['base_2026', 'history_1971']\n[run]\nstep = 'year'\nkey_ages = [10]";
    let path = "nowhere/x.toml";
    let more = "[[policy]]\nkey = 'gold'\nweights = { us_equity = 0.5, gold = 0.5 }
                [[policy]]\nkey = 'bonds'\nweights = { us_bonds = 1 }\n";
    let text = format!("[market]\n{market}{REST}{more}");
    let mut scenario = Scenario::from_toml(&text, path, &[]).unwrap();
    scenario.change_settings(|settings| (settings.lifetimes, settings.seed) = (lifetimes, seed));
    let outcomes: Vec<_> = scenario
        .under_each_set()
        .iter()
        .map(|s| {
            run(
                &Plan::compile(&s.inputs).unwrap(),
                &RunOptions { threads: Some(1), ..RunOptions::default() },
                &(),
            )
            .unwrap()
        })
        .collect();
    AcrossSets::of(&outcomes).unwrap()
}

#[test]
fn the_errors_of_shares_are_those_that_repeated_runs_show() {
    const RUNS: usize = 40;
    let parts = |seed: u64| decomposed(seed, 3_200).medians[0].logarithms.unwrap();
    let found: Vec<_> = (0..RUNS as u64).map(|seed| parts(100 + seed)).collect();
    for part in [0, 1, 2] {
        let all: Vec<_> = found.iter().map(|p| [p.policies, p.assumptions, p.interaction][part]).collect();
        let mean = all.iter().map(|e| e.value).sum::<f64>() / RUNS as f64;
        let spread = (all.iter().map(|e| (e.value - mean).powi(2)).sum::<f64>() / (RUNS - 1) as f64).sqrt();
        let stated = (all.iter().map(|e| e.standard_error.powi(2)).sum::<f64>() / RUNS as f64).sqrt();
        // A spread from 40 runs is good to 1/√78 = 11 %; the errors stated add 2 %. Four of that: once in 15,000.
        assert!((spread / stated - 1.0).abs() < 0.46, "part {part}: {spread} but stated {stated}");
    }
    for p in &found {
        let sum = p.policies.value + p.assumptions.value + p.interaction.value;
        assert!((sum - 1.0).abs() < 1e-12);
    }
}

#[test]
fn few_lifetimes_have_shares_without_errors_and_unlike_outcomes_are_refused() {
    let few = decomposed(1, 8);
    let parts = few.medians[0].logarithms.unwrap();
    assert!(parts.policies.standard_error.is_nan() && parts.policies.value > 0.0);
    assert!(few.medians[0].dollars.table[0][0].standard_error.is_nan());
    assert!(AcrossSets::of(&[]).is_err());
    let outcome = |seed: u64| {
        let mut scenario = scenario_in(Path::new("nowhere"), "assumptions = 'base_2026'").unwrap();
        scenario.change_settings(|settings| (settings.lifetimes, settings.seed) = (64, seed));
        run(
            &Plan::compile(&scenario.inputs).unwrap(),
            &RunOptions { threads: Some(1), ..RunOptions::default() },
            &(),
        )
        .unwrap()
    };
    assert!(AcrossSets::of(&[outcome(1), outcome(2)]).is_err());
    // The same set twice differs in nothing: the whole spread of one policy is none.
    let same = AcrossSets::of(&[outcome(1), outcome(1)]).unwrap();
    assert_eq!(same.medians[0].logarithms, None);
}

fn decumulus(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_decumulus"));
    let output = command.env("NO_COLOR", "1").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_lists_sets_and_prints_them_for_people_and_programs() {
    let (code, list, _) = decumulus(&["assumptions"]);
    assert_eq!(code, Some(0));
    assert!(assumption_set_names().iter().all(|name| list.contains(name)), "{list}");
    let (_, list, _) = decumulus(&["assumptions", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list.as_array().unwrap().len(), assumption_set_names().len());
    let (_, text, _) = decumulus(&["assumptions", "survey_2017"]);
    for words in [
        "us_equity        7.76 %  16.58 %   6.51 %",
        "Horizon Actuarial Services",
        "licence:",
        "0.73",
        "extends: base_2026",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    let folder = folder(&[("mine.toml", SOUND), ("wrong.toml", &SOUND.replace("[1, 0.2, 0]", "[1, 0.2]"))]);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (_, set, _) = decumulus(&["assumptions", &path("mine.toml"), "--format", "json"]);
    let set: serde_json::Value = serde_json::from_str(&set).unwrap();
    assert_eq!(
        (&set["name"], &set["asset"]["stocks"]["mean"]),
        (&"mine".into(), &set["asset"]["stocks"]["mean"])
    );
    assert!((set["asset"]["stocks"]["geometric"].as_f64().unwrap() - 0.0669).abs() < 1e-4);
    let (code, _, errors) = decumulus(&["assumptions", &path("wrong.toml")]);
    assert!(code == Some(2) && errors.contains("wrong.toml:6:15"), "{errors}");
    let (code, _, errors) = decumulus(&["assumptions", "nothing"]);
    assert!(code == Some(2) && errors.contains("base_2026"), "{errors}");
}

#[test]
fn a_run_under_several_sets_leaves_a_folder_for_each_and_a_comparison() {
    let market =
        "[market]\nassumptions = ['base_2026', 'survey_2017']\n[run]\nlifetimes = 700\nstep = 'year'";
    let folder = folder(&[("question.toml", &format!("{market}{REST}"))]);
    let (file, out) = (folder.path().join("question.toml"), folder.path().join("out"));
    let (file, output) = (file.to_str().unwrap(), out.to_str().unwrap());
    let (code, text, errors) = decumulus(&["run", file, "--output", output]);
    assert_eq!(code, Some(0), "{errors}");
    assert!(text.contains("survey_2017") && text.contains("Whose assumptions"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    for place in ["assumptions.json", "assumptions.csv", "assumptions.svg", "assumptions.png"] {
        assert!(out.join("question").join(place).is_file(), "{place}");
    }
    for set in ["base_2026", "survey_2017"] {
        assert!(out.join("question").join(set).join("summary.json").is_file(), "{set}");
    }
    let csv = std::fs::read_to_string(out.join("question/assumptions.csv")).unwrap();
    assert_eq!(csv.lines().count(), 1 + 2 + 2, "{csv}");
    assert!(csv.lines().all(|line| line.split(',').count() == 6), "{csv}");
    let (_, text, _) = decumulus(&["run", file, "--output", output, "--format", "json", "-q"]);
    let found: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shares = &found["medians"][0]["decomposition"]["logarithms"];
    assert_eq!(
        (found["sets"][1]["set"].as_str(), shares["policies"]["value"].as_f64()),
        (Some("survey_2017"), Some(0.0))
    );
    // Afterwards one set alone, which is another plan: if it is to take the place of the first, the comparison, which would
    // contradict it, goes.
    let alone =
        ["run", file, "--output", output, "-q", "--set", "market.assumptions=base_2026", "--overwrite"];
    let (code, _, errors) = decumulus(&alone[..alone.len() - 1]);
    assert!(code == Some(2) && out.join("question/assumptions.svg").exists(), "{errors}");
    let (code, ..) = decumulus(&alone);
    assert!(code == Some(0) && !out.join("question/assumptions.svg").exists());
    assert!(!out.join("question/survey_2017").exists());
    let (code, text, _) = decumulus(&["check", file]);
    assert!(code == Some(0) && text.contains("Set 2 of 2: survey_2017"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn academic_discounts_take_the_place_of_the_haircut_rule() {
    let nowhere = Path::new("nowhere");
    let with = |rule: &str| {
        let set =
            "assumptions = 'base_2026'\n[market.frictions]\nvolatility_haircut = 1\n[market.haircut_rule]\n";
        scenario_in(nowhere, &format!("{set}{rule}"))
    };
    let of = |rule: &str| {
        let market = with(rule).unwrap().inputs.market;
        market.haircut(market.index_of("private_equity").unwrap())
    };
    let rule = HaircutRule { base: 0.1, ..HaircutRule::default() };
    assert_eq!(of("base = 0.1"), ForcedSale::OfNav { rule, scale: 1.0 });
    // Private equity's log volatility 0.1754 times 1.26 is 0.2210; the formulas at that, for two years and one.
    let sigma = 0.175_4 * 1.26;
    let near = |found: ForcedSale, expected: f64| {
        let ForcedSale::OfValue(share) = found else { panic!("{found:?} is not a share of value") };
        assert!((share - expected).abs() < 1e-4, "{share} {expected}");
    };
    near(of("kind = 'finnerty'\nwait_years = 2"), finnerty(sigma, 2.0, 0.0));
    near(of("kind = 'longstaff'"), longstaff_bound(sigma, 1.0));
    near(of("kind = 'chaffe'"), chaffe(sigma, 1.0, 0.030_53));
    near(of("kind = 'chaffe'\nrisk_free = 0.05"), chaffe(sigma, 1.0, 0.05));
    for (rule, words) in [
        (
            "kind = 'finnerty'\nbase = 0.1",
            "haircut_rule.base is 0.1, but must be left out unless kind is empirical",
        ),
        ("wait_years = 2", "haircut_rule.wait_years is 2, but must be left out unless"),
        ("kind = 'longstaff'\nrisk_free = 0.02", "left out unless kind is chaffe"),
        ("kind = 'finnerty'\nwait_years = -1", "wait_years is -1, but must be a number from 0 to 100"),
        ("kind = 'finerty'", "did you mean `finnerty`?"),
    ] {
        let message = with(rule).unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    }
    let bare = "[market.asset.us_equity]\nmean = 0.08\nvolatility = 0.1\n[market.asset.us_bonds]\nmean = 0.03\nvolatility = 0
                [market.haircut_rule]\nkind = 'chaffe'\n";
    let message = scenario_in(nowhere, bare).unwrap_err().to_string();
    assert!(message.contains("market.haircut_rule.risk_free is missing"), "{message}");
}
