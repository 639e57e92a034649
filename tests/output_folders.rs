//! Folders of results as users meet them: one plan's each, whole or untouched whatever is killed, one writer at a time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest, Sha256};

fn decumulus(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_decumulus"));
    command.env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command
}

/// Exit code and standard error.
fn ended(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    ended(&decumulus(arguments).output().unwrap())
}

fn done(arguments: &[&str]) {
    let (code, errors) = run(arguments);
    assert_eq!(code, Some(0), "{arguments:?}: {errors}");
}

/// A plan of two policies under two sets that takes no time.
const SMALL: &str = "
title = 'Two sets'
[run]
lifetimes = 50
[market]
assumptions = ['no_premium_2026', 'base_2026']
assets = ['us_equity', 'us_bonds', 'gold', 'cash']
[account]
years = 3
opening_balance = 1000
[[policy]]
key = 'plain'
weights = { us_equity = 0.6, us_bonds = 0.4 }
[[policy]]
key = 'gold'
weights = { us_equity = 0.5, us_bonds = 0.3, gold = 0.2 }
[output]
charts = false
";

/// A file in a folder of its own, and a folder for results beside it.
fn case(name: &str, text: &str) -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, text).unwrap();
    let out = folder.path().join("out");
    let [file, out] = [file, out].map(|path| path.to_str().unwrap().to_string());
    (folder, file, out)
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => drop(found.insert(path.clone(), fs::read(path).unwrap())),
        }
    }
    found
}

/// What lies in a folder of results, by the list in it: every file is there and is the one that was written with the others.
fn require_whole(folder: &Path, at: &str) {
    let contents = json(&folder.join("contents.json"));
    for (_, section) in contents["commands"].as_object().unwrap() {
        for (name, digest) in section["files"].as_object().unwrap() {
            let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{at}: {name}: {error}"));
            let told = digest.as_str().unwrap();
            let told: Vec<u8> =
                (0..32).map(|i| u8::from_str_radix(&told[2 * i..2 * i + 2], 16).unwrap()).collect();
            assert_eq!(Sha256::digest(bytes)[..], told, "{at}: {name} is another run's");
        }
    }
}

fn leftovers(out: &str) -> Vec<PathBuf> {
    let is_ours = |path: &PathBuf| path.to_string_lossy().contains(".decumulus");
    let names = fs::read_dir(out).into_iter().flatten().map(|entry| entry.unwrap().path());
    names.filter(is_ours).chain(files(Path::new(out)).into_keys().filter(is_ours)).collect()
}

#[test]
fn another_plan_does_not_replace_the_results_of_the_first() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let usual = ["run", &file, "-q", "--output", &out];
    let with = |flags: &[&str]| run(&[&usual[..], flags].concat());
    assert_eq!(with(&[]).0, Some(0));
    // The same plan: again, with another seed and number of lifetimes, with charts, with more asked of it.
    for flags in [
        vec![],
        vec!["-n", "60"],
        vec!["--seed", "7"],
        vec!["--set", "run.lifetimes=70"],
        vec!["--set", "output.charts=true"],
        vec!["--attribution"],
        vec!["--set", "title=Another title"],
    ] {
        let (code, errors) = with(&flags);
        assert_eq!(code, Some(0), "{flags:?}: {errors}");
    }
    let place = Path::new(&out).join("plan");
    fs::write(place.join("notes.txt"), "mine").unwrap();
    fs::write(place.join("base_2026/fan_of_mine.svg"), "mine").unwrap();
    let before = files(Path::new(&out));
    for flags in [
        vec!["--set", "account.years=4"],
        vec!["--set", "market.assumptions=base_2026"],
        vec!["--set", "market.asset.gold.mean=0.01"],
        vec!["--set", "policy.gold.name=Other"],
    ] {
        let (code, errors) = with(&flags);
        assert_eq!(code, Some(2), "{flags:?}: {errors}");
        for words in ["plan holds the results of another plan", "--set name=NAME", "--output", "--overwrite"]
        {
            assert!(errors.contains(words), "{words} is not in {errors}");
        }
        assert!(files(Path::new(&out)) == before, "{flags:?}");
    }
    assert_eq!(with(&["--set", "account.years=4", "--set", "name=longer"]).0, Some(0));
    assert!(Path::new(&out).join("longer/assumptions.json").is_file());
    // Replaced when told to: what the other plan had and this one has not goes, and what is the user's stays.
    assert_eq!(with(&["--overwrite", "--set", "market.assumptions=base_2026"]).0, Some(0));
    assert!(place.join("summary.json").is_file() && !place.join("assumptions.json").exists());
    assert!(!place.join("no_premium_2026").exists() && !place.join("base_2026/summary.json").exists());
    assert!(place.join("notes.txt").is_file() && place.join("base_2026/fan_of_mine.svg").is_file());
    require_whole(&place, "replaced");
    assert!(leftovers(&out).is_empty());
}

#[test]
fn files_whose_names_lose_letters_have_folders_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for name in ["Müller", "Möller", "計画", "退職"] {
        let file = folder.path().join(format!("{name}.toml"));
        fs::write(&file, SMALL).unwrap();
        done(&["run", file.to_str().unwrap(), "-q", "--output", out.to_str().unwrap()]);
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), 4);
}

#[test]
fn every_folder_holds_its_scenario_and_what_it_means() {
    let (folder, file, out) = case("plan.toml", SMALL);
    let flags = ["--set", "account.years=4", "-n", "80", "--seed", "3"];
    done(&[&["run", &file, "-q", "--output", &out][..], &flags].concat());
    let place = Path::new(&out).join("plan");
    let again = folder.path().join("again").to_str().unwrap().to_string();
    let hashes = |summary: &Path| json(summary)["run"]["plan_hash"].as_str().unwrap().to_string();
    done(&["run", place.join("scenario.toml").to_str().unwrap(), "-q", "--output", &again]);
    let of_all = Path::new(&again).join("plan");
    for set in ["base_2026", "no_premium_2026"] {
        let hash = hashes(&place.join(set).join("summary.json"));
        assert_eq!(hashes(&of_all.join(set).join("summary.json")), hash);
        let alone = folder.path().join(set).to_str().unwrap().to_string();
        done(&["run", place.join(set).join("scenario.toml").to_str().unwrap(), "-q", "--output", &alone]);
        assert_eq!(hashes(&Path::new(&alone).join("plan/summary.json")), hash);
    }
    let meaning = fs::read_to_string(place.join("meaning.txt")).unwrap();
    let check = decumulus(&["check", place.join("scenario.toml").to_str().unwrap()]).output().unwrap();
    assert_eq!(meaning, String::from_utf8(check.stdout).unwrap());
    assert!(fs::read_to_string(place.join("base_2026/meaning.txt")).unwrap().contains("gold"));
}

#[test]
fn a_scenario_that_names_other_files_runs_again_from_its_folder() {
    let table = "date,fund\n".to_string()
        + &(0..60)
            .map(|i| format!("{},{}", 1960 + i, 0.01 * f64::from(i % 7)))
            .collect::<Vec<_>>()
            .join("\n");
    let text = "
        [market]
        model = 'bootstrap'
        assets = ['fund']
        history = { file = 'data/h.csv', columns = { inflation = 'none' } }
        [run]
        step = 'year'
        lifetimes = 50
        [account]
        years = 3
        opening_balance = 1000
        [[policy]]
        key = 'plain'
        weights = { fund = 1 }
        [output]
        charts = false";
    let (folder, file, out) = case("plan.toml", text);
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/h.csv"), table).unwrap();
    done(&["run", &file, "-q", "--output", &out]);
    let resolved = Path::new(&out).join("plan/scenario.toml");
    done(&["run", resolved.to_str().unwrap(), "-q", "--output", &out]);
}

#[test]
fn break_even_premiums_lie_beside_a_run_of_the_same_plan() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let breakeven = ["breakeven", &file, "-q", "--output", &out];
    done(&breakeven);
    let place = Path::new(&out).join("plan");
    assert_eq!(json(&place.join("breakeven.json"))["sets"].as_array().unwrap().len(), 2);
    assert!(place.join("scenario.toml").is_file());
    done(&["run", &file, "-q", "--output", &out]);
    done(&[&breakeven[..], &["-n", "90"]].concat());
    assert!(place.join("assumptions.json").is_file() && place.join("breakeven.json").is_file());
    require_whole(&place, "both");
    let (code, errors) = run(&[&breakeven[..], &["--set", "account.years=9"]].concat());
    assert_eq!(code, Some(2), "{errors}");
    done(&["run", &file, "-q", "--output", &out, "--set", "account.years=9", "--overwrite"]);
    assert!(!place.join("breakeven.json").exists());
}

/// A table of a hundred months whose figures depend on `which`.
fn table(which: u32) -> String {
    let row = |i: u32| {
        let wave = f64::from((i * 37 + which * 11) % 23) / 100.0 - 0.1;
        format!("{}-{:02},{wave:.3},{:.3}\n", 2000 + i / 12, i % 12 + 1, wave / 3.0 + 0.004)
    };
    "date,stocks,bonds\n".to_string() + &(0..100).map(row).collect::<String>()
}

#[test]
fn a_calibration_is_replaced_by_the_same_table_only() {
    let (_folder, file, out) = case("h.csv", &table(1));
    let calibrate = ["calibrate", &file, "-q", "--output", &out];
    done(&[&calibrate[..], &["--model", "bootstrap"]].concat());
    let place = Path::new(&out).join("h-calibration");
    assert!(place.join("returns.csv").is_file());
    done(&calibrate);
    assert!(!place.join("returns.csv").exists(), "a table of another calibration stayed");
    // A run of what was fitted has the same name and lies beside it.
    done(&["run", place.join("market.toml").to_str().unwrap(), "-q", "-n", "50", "--output", &out]);
    done(&calibrate);
    assert!(place.join("summary.json").is_file());
    require_whole(&place, "both");
    fs::write(&file, table(2)).unwrap();
    let (code, errors) = run(&calibrate);
    assert_eq!(code, Some(2), "{errors}");
    assert!(errors.contains("another table"), "{errors}");
    done(&[&calibrate[..], &["--overwrite"]].concat());
}

#[test]
fn two_processes_do_not_write_to_one_folder() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let long = ["run", &file, "-q", "--output", &out, "-n", "1e9"];
    let mut first = decumulus(&long).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let lock = Path::new(&out).join(".decumulus-plan.lock");
    wait_for(|| lock.is_file(), &mut first);
    let (code, errors) = run(&["run", &file, "-q", "--output", &out]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("another decumulus is at work in it"), "{errors}");
    // Beside it there is room.
    done(&["run", &file, "-q", "--output", &out, "--set", "name=other"]);
    assert!(lock.is_file());
    first.kill().unwrap();
    first.wait().unwrap();
    done(&["run", &file, "-q", "--output", &out]);
    assert!(leftovers(&out).is_empty());
}

fn wait_for(mut is_so: impl FnMut() -> bool, child: &mut Child) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_mins(1), "it did not come");
        assert!(child.try_wait().unwrap().is_none(), "the program ended before");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    assert!(
        Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status().unwrap().success()
    );
}

#[cfg(unix)]
#[test]
fn a_request_to_terminate_is_heard_while_nobody_reads() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let years = ["--set", "market.assumptions=base_2026", "--set", "account.years=60", "--format", "json"];
    let mut child = decumulus(&[&["run", &file, "-q", "--output", &out][..], &years].concat())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let place = Path::new(&out).join("plan");
    wait_for(|| place.join("summary.json").is_file(), &mut child);
    std::thread::sleep(Duration::from_millis(300));
    if fs::metadata(place.join("summary.json")).unwrap().len() > 70_000 {
        assert!(child.try_wait().unwrap().is_none(), "a pipe took it all");
    }
    signal(&child, "TERM");
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed() < Duration::from_secs(20), "SIGTERM was not heard");
        std::thread::sleep(Duration::from_millis(5));
    }
    require_whole(&place, "terminated while printing");
    assert!(leftovers(&out).is_empty());
}

#[cfg(unix)]
#[test]
fn a_run_that_is_asked_to_terminate_leaves_all_as_it_was() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    done(&["run", &file, "-q", "--output", &out]);
    let before = files(Path::new(&out));
    let mut child = decumulus(&["run", &file, "-q", "--output", &out, "-n", "1e9"]).spawn().unwrap();
    let lock = Path::new(&out).join(".decumulus-plan.lock");
    wait_for(|| lock.is_file(), &mut child);
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(files(Path::new(&out)) == before);
    assert!(leftovers(&out).is_empty());
}

/// How many programs are killed: few, or as many as `DECUMULUS_KILLS` says.
fn kills() -> u32 {
    std::env::var("DECUMULUS_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(30)
}

/// Ends programs of these commands at random moments of their life, with SIGKILL or, if they are `asked`, with SIGTERM; after
/// each, what is there must be whole. Who was asked leaves nothing behind.
fn ended_at_random(commands: &[Vec<&str>], place: &Path, out: &str, asked: bool) {
    let begin = Instant::now();
    for command in commands {
        done(command);
    }
    let usual = begin.elapsed() / commands.len() as u32;
    let own = place.join("notes.txt");
    fs::write(&own, "mine").unwrap();
    let mut state = 88_172_645_463_325_252_u64;
    for kill in 0..kills() {
        let command = &commands[kill as usize % commands.len()];
        let mut child = decumulus(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // A few live to their end.
        std::thread::sleep(usual.mul_f64((state % 1000) as f64 / 950.0));
        if asked {
            #[cfg(unix)]
            signal(&child, "TERM");
        } else {
            child.kill().unwrap();
        }
        child.wait().unwrap();
        require_whole(place, &format!("kill {kill}"));
        assert_eq!(fs::read(&own).unwrap(), b"mine");
        assert!(!asked || leftovers(out).is_empty(), "{:?}", leftovers(out));
    }
    done(&commands[0]);
    require_whole(place, "at the end");
    assert!(leftovers(out).is_empty(), "{:?}", leftovers(out));
}

/// A run under several sets, with and without charts, and where its results lie.
fn runs<'a>(file: &'a str, out: &'a str) -> ([Vec<&'a str>; 2], PathBuf) {
    let usual = ["run", file, "-q", "--output", out];
    let with = |flags: &[&'static str]| [&usual[..], flags].concat();
    let charts = with(&["--seed", "2", "--set", "output.charts=true"]);
    ([with(&["--seed", "1"]), charts], Path::new(out).join("plan"))
}

/// Two calibrations of a table, one with a further file, and where they lie.
fn calibrations<'a>(file: &'a str, out: &'a str) -> ([Vec<&'a str>; 2], PathBuf) {
    let usual = vec!["calibrate", file, "-q", "--output", out];
    let other = [&usual[..], &["--model", "bootstrap"]].concat();
    ([usual, other], Path::new(out).join("h-calibration"))
}

#[test]
fn killed_at_any_moment_a_run_under_several_sets_leaves_old_or_new() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let (commands, place) = runs(&file, &out);
    ended_at_random(&commands, &place, &out, false);
}

#[test]
fn killed_at_any_moment_a_calibration_leaves_old_or_new() {
    let (_folder, file, out) = case("h.csv", &table(1));
    let (commands, place) = calibrations(&file, &out);
    ended_at_random(&commands, &place, &out, false);
}

#[cfg(unix)]
#[test]
fn asked_to_terminate_at_any_moment_a_command_leaves_old_or_new_and_nothing_behind() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let (commands, place) = runs(&file, &out);
    ended_at_random(&commands, &place, &out, true);
    let (_folder, file, out) = case("h.csv", &table(1));
    let (commands, place) = calibrations(&file, &out);
    ended_at_random(&commands, &place, &out, true);
}

#[test]
fn two_processes_in_one_folder_one_of_them_killed_leave_old_or_new() {
    let (_folder, file, out) = case("plan.toml", SMALL);
    let place = Path::new(&out).join("plan");
    let usual = ["run", &file, "-q", "--output", &out, "--seed"];
    done(&[&usual[..], &["1"]].concat());
    for kill in 0..kills().div_ceil(3) {
        let start = |seed: &str| {
            let mut command = decumulus(&[&usual[..], &[seed]].concat());
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let (mut first, second) = (start("2"), start("3"));
        std::thread::sleep(Duration::from_millis(u64::from(kill * 13 % 90)));
        first.kill().unwrap();
        first.wait().unwrap();
        let (code, errors) = ended(&second.wait_with_output().unwrap());
        assert!(code == Some(0) || (code == Some(1) && errors.contains("at work")), "{code:?}: {errors}");
        require_whole(&place, &format!("kill {kill}"));
    }
    done(&[&usual[..], &["4"]].concat());
    assert!(leftovers(&out).is_empty(), "{:?}", leftovers(&out));
}
