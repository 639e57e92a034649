//! Input that is large, hostile or odd: the program answers at once, in words, and the terminal shows nothing but text.

use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// The longest that an answer may take here: many times what it takes, so that a busy machine raises no alarm, and a hundredth of
/// what it once took.
const SOON: Duration = Duration::from_secs(10);

fn decumulus(arguments: &[&str], folder: &std::path::Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_decumulus"));
    command.env("NO_COLOR", "1").current_dir(folder).args(arguments).output().unwrap()
}

/// What `check` says against a text, which it must refuse.
fn refused(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("case.toml"), text).unwrap();
    let begun = Instant::now();
    let output = decumulus(&["check", "case.toml"], folder.path());
    assert!(begun.elapsed() < SOON, "{:?} for {} bytes", begun.elapsed(), text.len());
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_megabyte_of_mistakes_is_answered_at_once_and_all_of_them_are_counted() {
    assert!(refused(&"}\n".repeat(500_000)).ends_with("error: and 499960 more problems\n"));
    assert!(refused(&"}".repeat(1 << 20)).contains("this is not valid TOML"));
    let twice = format!("[run]\n{}", "lifetimes = 10\n".repeat(20_000));
    assert!(refused(&twice).contains("duplicate key"));
    let unknown = (0..20_000).map(|i| format!("zz{i} = 1")).collect::<Vec<_>>().join("\n");
    let said = refused(&format!("[account]\nyears = 3\n{unknown}"));
    assert!(said.contains("account.zz0 is not a known key") && said.contains(" more problems"), "{said}");
    assert!(refused(&"[[policy]]\nkey = 'a'\n".repeat(40_000)).contains("market.assets is missing"));
    assert!(
        refused(&format!("x = {}1{}", "[".repeat(100_000), "]".repeat(100_000))).contains("not valid TOML")
    );
}

#[test]
fn a_file_may_be_called_as_the_flags_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("--set"), "[account]\nyears = 'x'\n[run]\nseed = 'y'\n").unwrap();
    let output = decumulus(&["check", "--", "--set"], folder.path());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("--> ./--set:2:9") && said.contains("account.years is 'x'"), "{said}");
}

#[test]
fn nothing_in_a_file_or_its_name_reaches_the_terminal_as_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let text = "title = \"\\u001b[31mred\\u0007\"
        [account]
        years = 2
        opening_balance = 1
        [market]
        assumptions = 'base_2026'
        [market.asset.us_equity]
        name = \"\\u009b31m stocks\"
        [[policy]]
        key = 'p'
        name = \"\\u001b]0;title\\u0007p\"
        weights = { us_equity = 1 }
        [run]
        lifetimes = 10
        [output]
        charts = false
        ";
    let wrong = text.replace("years = 2", "years = \"\\u001b[31m\"\n\"\\u001b[32mkey\" = 1\n\u{1b}[33m = 2");
    std::fs::write(folder.path().join("fine.toml"), text).unwrap();
    std::fs::write(folder.path().join("\u{1b}[34mwrong.toml"), wrong).unwrap();
    for arguments in [
        vec!["run", "fine.toml", "--output", "out"],
        vec!["check", "fine.toml"],
        vec!["run", "fine.toml", "--format", "json", "--output", "out"],
        vec!["check", "\u{1b}[34mwrong.toml"],
        vec!["check", "\u{1b}[35mmissing.toml"],
        vec!["check", "fine.toml", "--set", "\u{1b}[36m=1"],
        vec!["breakeven", "fine.toml", "--policy", "\u{1b}[36m"],
    ] {
        let output = decumulus(&arguments, folder.path());
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        let command = said.chars().find(|c| c.is_control() && !"\n\t".contains(*c));
        assert!(!said.is_empty() && command.is_none(), "{arguments:?}: {said:?}");
    }
}

#[test]
fn what_check_passes_compiles() {
    // Only the plan of a run looks for the policy that another one is set against.
    let account = "[account]\nyears = 3\nopening_balance = 1000\n[market]\nassumptions = 'base_2026'\n";
    let said = refused(&format!(
        "{account}[[policy]]\nkey = 'p'\nweights = {{ us_equity = 1 }}\n[[policy]]\nkey = 'q'\nagainst = 'r'\n\
         weights = {{ us_equity = 1 }}\n"
    ));
    assert!(said.contains("policy[1].against is `r`") && said.contains("case.toml:11:11"), "{said}");
    // A number is quoted as it was written.
    let said = refused(
        &format!("{account}[[policy]]\nkey = 'p'\nweights = {{ us_equity = 1 }}\n")
            .replace("years = 3", "years = 3\nwithdrawal = 1e308"),
    );
    assert!(said.contains("account.withdrawal is 1e308, but"), "{said}");
    let folder = tempfile::tempdir().unwrap();
    for name in decumulus::scenario::shipped().iter().map(|shipped| shipped.name) {
        let output = decumulus(&["check", "-q", name], folder.path());
        assert_eq!(output.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn who_is_over_65_and_says_nothing_has_retired() {
    let text = "[market]\nassumptions = 'base_2026'\n[participant]\nage = 70\nopening_balance = 500_000\n\
                [participant.spending]\namount = 20_000\n[[policy]]\nkey = 'p'\nweights = { us_equity = 1 }\n";
    let scenario = decumulus::scenario::Scenario::from_toml(text, "old.toml", &[]).unwrap();
    let decumulus::participant::Participant::Saver(saver) = &scenario.inputs.participant else { panic!() };
    assert_eq!((saver.age, saver.retirement_age), (70, 70));
}

#[test]
fn a_number_of_lifetimes_changes_nothing_where_every_start_date_is_one_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let run = |flags: &[&str]| {
        let mut arguments =
            vec!["run", "sixty_forty_since_1934", "--set", "output.charts=false", "--output", "out"];
        arguments.extend(flags);
        let output = decumulus(&arguments, folder.path());
        assert_eq!(output.status.code(), Some(0));
        (output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    let ((plain, _), (flagged, warned)) = (run(&[]), run(&["-n", "2000"]));
    assert!(plain == flagged && warned.contains("warning: --lifetimes has no effect"), "{warned}");
}

#[test]
fn every_instruction_set_gives_the_same_bits_and_an_unknown_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let run = |set: &str| {
        let flags = ["run", "reference", "-n", "3000", "--quiet", "--output", "out", "--instructions", set];
        decumulus(&flags, folder.path())
    };
    let refused = String::from_utf8(run("mmx").stderr).unwrap();
    assert!(refused.contains("instructions is `mmx`, but must be "), "{refused}");
    let outputs: Vec<Vec<u8>> = decumulus::engine::InstructionSet::available()
        .iter()
        .map(|set| run(&set.to_string()))
        .map(|output| {
            assert_eq!(output.status.code(), Some(0));
            output.stdout
        })
        .collect();
    assert!(!outputs[0].is_empty() && outputs.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn a_scenario_is_printed_without_the_figures_that_tests_hold_it_to() {
    let folder = tempfile::tempdir().unwrap();
    for shipped in decumulus::scenario::shipped() {
        let output = decumulus(&["scenarios", shipped.name], folder.path());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(shipped.text.starts_with(text.trim_end()) && !text.contains("[[expect]]"), "{text}");
        let [ours, theirs] = [text.as_str(), shipped.text]
            .map(|text| decumulus::scenario::Scenario::from_toml(text, shipped.name, &[]).unwrap());
        assert_eq!(ours.inputs.settings, theirs.inputs.settings);
        assert!(ours.expectations.is_empty() && !theirs.expectations.is_empty());
    }
}
