//! Every lifetime taken down: rows in order whatever the threads, that add up to what the tables say.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use decumulus::engine::{Plan, Recorder, RunOptions, record_columns, run_recorded, simulate};
use decumulus::report::LifetimesCsv;
use decumulus::scenario::{Scenario, shipped};
use decumulus::{Error, ErrorKind};

fn plan(name: &str, lifetimes: u64) -> Plan {
    let shipped = shipped().iter().find(|shipped| shipped.name == name).unwrap();
    let flags = [format!("run.lifetimes={lifetimes}")];
    Plan::compile(&Scenario::from_toml(shipped.text, name, &flags).unwrap().inputs).unwrap()
}

fn on(threads: usize) -> RunOptions {
    RunOptions { threads: Some(threads), ..RunOptions::default() }
}

#[test]
fn the_file_has_the_same_bytes_on_any_number_of_threads() {
    let plan = plan("default", 5_000);
    let file = |threads: usize| {
        let csv = LifetimesCsv::begin(&plan, "lives.csv", vec![]).unwrap();
        run_recorded(&plan, &on(threads), &(), &csv).unwrap();
        csv.end().unwrap()
    };
    let one = file(1);
    for threads in [2, 3, 7] {
        assert!(file(threads) == one, "{threads} threads");
    }
    let text = String::from_utf8(one).unwrap();
    assert_eq!(text.lines().count(), 5_001);
    let starts = text.lines().skip(1).enumerate().all(|(i, line)| line.starts_with(&format!("{i},")));
    assert!(starts, "lifetimes are not in order");
}

#[test]
fn rows_add_up_to_the_figures_of_the_outcome() {
    let plan = plan("default", 4_000);
    let csv = LifetimesCsv::begin(&plan, "lives.csv", vec![]).unwrap();
    let outcome = run_recorded(&plan, &on(2), &(), &csv).unwrap();
    let bytes = csv.end().unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
    let rows: Vec<Vec<Option<f64>>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().ok()).collect()).collect();
    let column = |name: &str| -> Vec<f64> {
        let place = header.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name}"));
        rows.iter().filter_map(|row| row[place]).collect()
    };
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    for policy in &outcome.policies {
        // Cells are rounded to the cent, and so is their mean.
        let fees = column(&format!("{}.fees", policy.key));
        assert_eq!(fees.len(), 4_000);
        assert!((mean(&fees) - policy.fees.mean.value).abs() < 0.006, "{}", policy.key);
        let fall = mean(&column(&format!("{}.worst_drawdown", policy.key)));
        assert!((fall - policy.worst_drawdown.mean.value).abs() < 1e-6);
        let ruined = column(&format!("{}.ruin_age", policy.key));
        assert_eq!(ruined.len() as u64, policy.ruin_age.as_ref().map_or(0, |age| age.count));
    }
    // Balances after death are not there: as many are as the table of mortality has alive, within 4 standard errors (a false
    // alarm in 16,000). Who dies in the last year ends at 95 too.
    let key = &outcome.policies[0].key;
    let alive = column(&format!("{key}.real_balance_95")).len() as f64;
    let expected = *outcome.alive.last().unwrap();
    let error = (4_000.0 * expected * (1.0 - expected)).sqrt();
    assert!((alive - 4_000.0 * expected).abs() < 4.0 * error, "{alive} alive, {expected} expected");
    let ends = column("end_age").iter().filter(|age| **age >= 95.0).count() as f64;
    assert!(ends >= alive && ends < 2.0 * alive, "{ends}");
    assert_eq!(header.len(), 1 + record_columns(&plan).len());
}

#[test]
fn ranges_join_to_the_whole_and_those_beyond_the_plan_are_refused() {
    let plan = plan("reference", 6_000);
    let whole = simulate(&plan, 0..6_000, &on(2), &()).unwrap();
    let mut parts = simulate(&plan, 0..2_500, &on(2), &()).unwrap();
    parts.merge(&simulate(&plan, 2_500..6_000, &on(3), &()).unwrap()).unwrap();
    assert!(parts == whole && parts.to_bytes() == whole.to_bytes());
    for wrong in [0..6_001, 7_000..8_000] {
        assert_eq!(simulate(&plan, wrong, &on(1), &()).unwrap_err().kind(), ErrorKind::Input);
    }
}

/// Takes a few rows, and then fails as a full disk does.
struct Full(Mutex<u64>);

impl Recorder for Full {
    fn take(&self, first: u64, _rows: &[f64]) -> decumulus::Result<()> {
        let mut taken = self.0.lock().unwrap();
        assert!(*taken <= first, "rows come in order");
        *taken = first;
        if first > 8_000 {
            return Err(Error::system("write", "lives.csv", std::io::Error::other("the disk is full")));
        }
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_run_with_its_error_and_nobody_waits_for_ever() {
    let plan = plan("reference", 200_000);
    for threads in [1, 2, 4] {
        let error = run_recorded(&plan, &on(threads), &(), &Full(Mutex::new(0))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::System, "{error}");
    }
}

#[test]
fn the_command_writes_a_file_for_each_set_or_none_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_decumulus"));
        command.current_dir(folder.path()).args(["run", "-q", "-n", "300", "--set", "output.charts=false"]);
        command.args(arguments).output().unwrap()
    };
    let lines = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap().lines().count();
    assert!(run(&["default", "--record", "lives.csv"]).status.success());
    assert_eq!((lines("lives-no_premium_2026.csv"), lines("lives-base_2026.csv")), (301, 301));
    assert!(run(&["reference", "--record", "one.csv"]).status.success());
    assert_eq!(lines("one.csv"), 301);
    // A record may be written again; somebody else's file is not replaced unless asked for.
    assert!(run(&["reference", "--record", "one.csv"]).status.success());
    std::fs::write(folder.path().join("mine.csv"), "date,fund\n").unwrap();
    let refused = run(&["reference", "--record", "mine.csv"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--overwrite replaces any"));
    assert_eq!(std::fs::read(folder.path().join("mine.csv")).unwrap(), b"date,fund\n");
    assert!(run(&["reference", "--record", "mine.csv", "--overwrite"]).status.success());
    assert_eq!(lines("mine.csv"), 301);
    let wrong = run(&["reference", "--record", "nowhere/one.csv"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("nowhere/one.csv"));
    assert_eq!(run(&["reference", "--record", "output"]).status.code(), Some(2));
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| Path::new(name).extension().is_none_or(|e| e != "partial")), "{left:?}");
}
