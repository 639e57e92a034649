//! The program as users start it: commands, flags, exit codes and closed pipes.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn decumulus() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_decumulus"));
    command.env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn output(arguments: &[&str]) -> Output {
    decumulus().args(arguments).output().unwrap()
}

/// Standard output of a command that must succeed.
fn done(arguments: &[&str]) -> String {
    let output = output(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Standard error of a command that must end with code 2 and print nothing else.
fn refused(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A file with a text in a folder of its own, gone when dropped.
fn file(text: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("case.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn names_that_charts_cannot_draw_are_warned_of_and_drawn_by_key() {
    let (folder, path) = file(
        "[market.asset.fund]
        mean = 0.05
        volatility = 0.15
        [account]
        years = 10
        opening_balance = 100_000
        [[policy]]
        key = 'japanese'
        name = '株式と債券'
        weights = { fund = 1 }
        [[policy]]
        key = 'russian'
        name = 'Сбалансированный'
        weights = { fund = 1 }
        [[policy]]
        key = 'emoji'
        name = '🚀'
        weights = { fund = 1 }"
            .as_bytes(),
    );
    let (file, out) = (path.to_str().unwrap(), folder.path().to_str().unwrap());
    let done = output(&["run", file, "--lifetimes", "40", "--output", out]);
    let errors = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{errors}");
    for (key, is_warned) in [("japanese", true), ("russian", false), ("emoji", true)] {
        assert_eq!(
            errors.contains(&format!("charts call the policy `{key}` by its key")),
            is_warned,
            "{errors}"
        );
    }
    let svg = std::fs::read_to_string(folder.path().join("case/comparison.svg")).unwrap();
    for drawn in
        [">\njapanese\n<", ">\nСбалансированный\n<", ">\nemoji\n<", "japanese, emoji are keys of policies"]
    {
        assert!(svg.contains(drawn), "{drawn}");
    }
    assert!(!svg.contains('株') && !svg.contains('🚀'));
}

#[test]
fn check_prints_what_a_scenario_means_in_100_columns() {
    let text = done(&["check", "default", "scenarios/reference.toml"]);
    for words in [
        // Both means of Bitcoin under both sets, arithmetic and compound, and that of private equity at its volatility.
        "bitcoin         10.84 %  65.88 %  -4.72 %",
        "bitcoin         24.12 %  73.77 %   6.70 %",
        "private_equity   9.35 %  19.33 %   7.68 %  0.0740  0.1754   1.26  6.71 %",
        "mean: arithmetic:",
        "compound: geometric:",
        "Set 1 of 2: no_premium_2026",
        "bitcoin 11.60 %",
        "private_equity ± 6.00 %",
        "[interest of the source: J.P. Morgan Asset Management sells private-equity funds]",
        "smallest eigenvalue 0.0575",
        "J.P. Morgan Asset Management",
        "payments: at the end of the period",
        "ruin: a scheduled payment that cannot be made in full",
        "linear between order statistics (type 7)",
        "Target date + 5 % Bitcoin (compared with target_date)",
        "$42,000 a year",
    ] {
        assert!(text.replace("\n      ", " ").contains(words), "{words} is not in\n{text}");
    }
    // Overlays are told under the set that has them, and once only.
    assert_eq!(text.matches("On top of the return model").count(), 1);
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn check_takes_flags_and_can_be_quiet() {
    assert!(done(&["check", "default", "--set", "participant.age=40"]).contains("from 40 to 95"));
    assert_eq!(done(&["check", "-q", "default", "advisor_client"]), "");
}

#[test]
fn check_reports_every_file_that_is_wrong() {
    let (_folder, path) = file(b"[run]\nlifetimes = 0\n");
    let path = path.to_str().unwrap();
    let output = output(&["check", path, "default", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("case.toml:2:13") && errors.contains("nowhere.toml"), "{errors}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("six ways to invest it"));
}

#[test]
fn schema_and_scenarios_print_what_ships() {
    let schema: serde_json::Value = serde_json::from_str(&done(&["schema"])).unwrap();
    assert_eq!(schema, decumulus::scenario::json_schema());
    let list = done(&["scenarios"]);
    for shipped in decumulus::scenario::shipped() {
        assert!(list.contains(shipped.name));
        assert!(shipped.text.starts_with(done(&["scenarios", shipped.name]).trim_end()));
    }
    assert!(refused(&["scenarios", "nothing"]).contains("there is no scenario `nothing`"));
}

#[test]
fn a_wrong_file_ends_with_code_2_and_the_line_with_a_caret() {
    let (_folder, path) = file(b"[run]\nlifetimes = 0\n");
    for arguments in [vec!["run"], vec![], vec!["check"]] {
        let errors = refused(&[arguments, vec![path.to_str().unwrap()]].concat());
        assert!(errors.contains("error: run.lifetimes is 0, but must be a whole number from 1"), "{errors}");
        assert!(errors.contains("case.toml:2:13"), "{errors}");
        assert!(errors.contains("2 | lifetimes = 0\n  |             ^"), "{errors}");
    }
}

#[test]
fn a_wrong_flag_ends_with_code_2_and_is_shown() {
    let errors = refused(&["run", "default", "--set", "participant.retirment_age=67"]);
    assert!(
        errors.contains("--> --set:1:1") && errors.contains("did you mean `retirement_age`?"),
        "{errors}"
    );
    for arguments in [
        ["run", "--lifetimes", "0"],
        ["run", "--lifetimes", "many"],
        ["run", "--threads", "0"],
        ["run", "--seed", "-1"],
        ["run", "--format", "xml"],
        ["run", "--nonsense", "1"],
    ] {
        refused(&arguments);
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let errors = refused(&["run", "nowhere.toml"]);
    assert!(
        errors.contains("there is no file or scenario `nowhere.toml`") && errors.contains("default"),
        "{errors}"
    );
    assert!(refused(&["chekc"]).contains("did you mean the command `check`?"));
    assert!(refused(&["run", "src"]).contains("src is a folder"));
    let (_folder, path) = file(b"name = \"\xff\"");
    let errors = refused(&["check", path.to_str().unwrap()]);
    assert!(errors.contains("byte 8, on line "), "{errors}");
}

#[cfg(unix)]
#[test]
fn endless_files_are_refused() {
    assert!(refused(&["check", "/dev/zero"]).contains("byte 0 is NUL"));
}

#[test]
fn a_closed_pipe_is_success() {
    let mut child = decumulus()
        .args([
            "check",
            "default",
            "default",
            "default",
            "researcher_sleeves",
            "default",
            "default",
            "default",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((status.code(), errors.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure_with_code_1() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = decumulus().arg("schema").stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("could not write to standard output"));
}

/// A table of 30 years of months, two assets and prices, and one column of words.
fn history() -> String {
    let mut text = "date,stocks,bonds,cpi,basis\n".to_string();
    for month in 0..360_u32 {
        let wave = |step: u32| f64::from(month * step % 101) / 50.0 - 1.0;
        let row = format!(
            "{}-{:02},{:.5},{:.5},{:.5},eom\n",
            1990 + month / 12,
            month % 12 + 1,
            0.007 + 0.05 * wave(7919),
            0.004 + 0.02 * wave(6133),
            0.002 + 0.003 * wave(4057),
        );
        text.push_str(&row);
    }
    text
}

#[test]
fn a_fitted_market_runs_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("My History.csv");
    std::fs::write(&table, history()).unwrap();
    let (table, out) = (table.to_str().unwrap(), folder.path().join("out"));
    let output = output(&["calibrate", table, "--output", out.to_str().unwrap()]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    for words in ["`cpi` is taken for inflation", "no numbers: basis", "wrote 4 files"] {
        assert!(errors.contains(words), "{words} is not in {errors}");
    }
    assert!(!errors.contains("warning"), "{errors}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("1990-01 to 2019-12"));
    let results = out.join("My History-calibration");
    let market = results.join("market.toml");
    let run = done(&["run", market.to_str().unwrap(), "-q", "-n", "200", "--output", out.to_str().unwrap()]);
    assert!(run.contains("Equal parts"), "{run}");
    assert!(out.join("my_history-calibration/summary.json").is_file());
    assert!(results.join("diagnostics.html").is_file());
    let json: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(results.join("calibration.json")).unwrap()).unwrap();
    assert_eq!(json["series"][2]["key"], "inflation");
}

#[test]
fn calibrate_takes_columns_dates_and_a_format() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("h.csv");
    std::fs::write(&table, history()).unwrap();
    let (table, out) = (table.to_str().unwrap(), folder.path().to_str().unwrap());
    let arguments = ["calibrate", table, "--output", out, "--format", "json", "-q", "--model", "bootstrap"];
    let chosen = ["--columns", "bonds,stocks", "--inflation", "cpi", "--from", "2000", "--to", "2009"];
    let json: serde_json::Value = serde_json::from_str(&done(&[&arguments[..], &chosen].concat())).unwrap();
    let series = json["series"].as_array().unwrap();
    let keys: Vec<&str> = series.iter().map(|series| series["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["bonds", "stocks", "inflation"]);
    assert_eq!((series[0]["first"].as_str(), series[0]["last"].as_str()), (Some("2000-01"), Some("2009-12")));
    assert!(folder.path().join("h-calibration/returns.csv").is_file());
}

#[test]
fn a_fit_that_would_not_run_ends_with_code_2_after_its_figures_and_writes_nothing() {
    let rows: Vec<String> = (0..80)
        .map(|i| format!("{}-Q{},{}", 2000 + i / 4, i % 4 + 1, 0.01 * f64::from(i * 7 % 11 - 4)))
        .collect();
    let (folder, path) = file(format!("date,fund\n{}\n", rows.join("\n")).as_bytes());
    let out = folder.path().to_str().unwrap();
    let output = output(&["calibrate", path.to_str().unwrap(), "--model", "garch", "--output", out]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(
        errors.contains("the fitted market would not run") && errors.contains("monthly steps"),
        "{errors}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("fund"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the table alone");
    done(&["calibrate", path.to_str().unwrap(), "--output", out, "--overwrite", "-q"]);
}

#[test]
fn a_bootstrap_tells_which_rows_it_leaves_out_and_refuses_columns_without_a_common_one() {
    let rows = |second: std::ops::Range<usize>| -> String {
        let row = |i: usize| {
            let figure = 0.01 * (i * 7 % 11) as f64 - 0.04;
            let other = if second.contains(&i) { format!("{:.3}", 0.5 * figure) } else { String::new() };
            let first = if i < 30 { format!("{figure:.2}") } else { String::new() };
            format!("{}-{:02},{first},{other}\n", 2000 + i / 12, i % 12 + 1)
        };
        "date,fund,bond\n".to_string() + &(0..60).map(row).collect::<String>()
    };
    let (folder, path) = file(rows(10..60).as_bytes());
    let arguments = |path: &std::path::Path, out: &str| {
        let path = path.to_str().unwrap().to_string();
        ["calibrate".to_string(), path, "--model".into(), "bootstrap".into(), "--output".into(), out.into()]
    };
    let out = folder.path().to_str().unwrap();
    let told = arguments(&path, out);
    let told = output(&told.each_ref().map(String::as_str));
    let errors = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "{errors}");
    let words = "the bootstrap draws 2000-11 to 2002-06, in which every column has a figure: 40 of 60 rows are left out";
    assert!(errors.contains(words), "{errors}");

    let (folder, path) = file(rows(40..60).as_bytes());
    let refused = arguments(&path, folder.path().to_str().unwrap());
    let refused = output(&refused.each_ref().map(String::as_str));
    let errors = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{errors}");
    assert!(errors.contains("bond begins in 2003-05, fund ends in 2002-06"), "{errors}");
}

#[test]
fn every_usual_shape_of_table_ends_in_figures_or_names_its_cause() {
    let figures = |i: u32| 0.006 + 0.0008 * f64::from(i * 7919 % 101) - 0.04;
    let month = |i: u32| (2000 + i / 12, i % 12 + 1);
    let table = |header: &str, row: &dyn Fn(u32) -> String| {
        std::iter::once(header.to_string()).chain((0..36).map(row)).collect::<Vec<_>>().join("\n") + "\n"
    };
    let plain = |i: u32| format!("{}-{:02},{:.4}", month(i).0, month(i).1, figures(i));
    let read: Vec<String> = vec![
        table("date,fund", &plain),
        table("\"date\",\"fund\"", &|i| plain(i) + "\r"),
        "\u{feff}".to_string() + &table("date;fund", &|i| plain(i).replace(',', ";")),
        table("date\tfund", &|i| plain(i).replace(',', "\t")),
        table("Date,fund", &|i| format!("{}/1/{},{:.4}", month(i).1, month(i).0, figures(i))),
        table("Datum;fund", &|i| format!("01.{:02}.{};{:.4}", month(i).1, month(i).0, figures(i))),
        table("yyyymm,fund", &|i| format!("{}{:02},{:.4}", month(i).0, month(i).1, figures(i))),
        table("year,month,fund", &|i| format!("{},{},{:.4}", month(i).0, month(i).1, figures(i))),
        table("date,fund", &|i| format!("{}-{:02},{:.2}%", month(i).0, month(i).1, 100.0 * figures(i))),
        table("date,fund", &|i| format!("{}M{:02},{:.4}", month(i).0, month(i).1, figures(i))),
    ];
    for text in read {
        let (folder, path) = file(text.as_bytes());
        let arguments = [
            "calibrate",
            path.to_str().unwrap(),
            "--format",
            "json",
            "--output",
            folder.path().to_str().unwrap(),
        ];
        let json: serde_json::Value = serde_json::from_str(&done(&arguments)).unwrap();
        let series = &json["series"][0];
        assert_eq!(
            (series["first"].as_str(), series["last"].as_str()),
            (Some("2000-01"), Some("2002-12")),
            "{text}"
        );
    }
    for (text, cause) in [
        (table("date;fund", &|i| plain(i).replace(',', ";").replace('.', ",")), "decimal comma"),
        (
            table("date,fund", &|i| format!("{}-{:02},{:.2}", month(i).0, month(i).1, 100.0 * figures(i))),
            "looks like percent",
        ),
        (
            table("date,fund", &|i| format!("{}-{:02},{:.4}", month(i).0, month(i).1, 1.0 + figures(i))),
            "growth factors",
        ),
        (table("date,fund", &|i| format!("{}-{:02},{}", month(i).0, month(i).1, 100 + 2 * i)), "levels"),
        (table(&plain(0), &|i| plain(i + 1)), "the first row holds figures"),
        (table("date,fund", &|i| if i == 9 { "2000-10,-99.99".into() } else { plain(i) }), "missing"),
        (
            table("date,fund", &|i| format!("{}-{:02}-31,{:.4}", month(i).0, month(i).1, figures(i))),
            "2000-02 has 29 days",
        ),
    ] {
        let (_folder, path) = file(text.as_bytes());
        let errors = refused(&["calibrate", path.to_str().unwrap()]);
        assert!(errors.contains(cause), "{cause}: {errors}");
    }
}

#[test]
fn a_wrong_table_of_returns_ends_with_code_2_and_its_lines() {
    let (_folder, path) = file(b"date,a\n1990-01,0.01\n1990-02,5%\n1990-03,x1\n1990-04,0.02\n1990-05,0.1\n");
    let path = path.to_str().unwrap();
    let errors = refused(&["calibrate", path]);
    assert!(errors.contains("case.toml:3") && errors.contains("case.toml:4"), "{errors}");
    assert!(errors.contains("write returns as fractions (5 % is 0.05)"), "{errors}");
    assert!(refused(&["calibrate", "nowhere.csv"]).contains("there is no file `nowhere.csv`"));
    assert!(refused(&["calibrate", "src"]).contains("src is a folder"));
    let (_folder, path) = file(history().as_bytes());
    let path = path.to_str().unwrap();
    assert!(refused(&["calibrate", path, "--columns", "gold"]).contains("there is no column `gold`"));
    assert!(refused(&["calibrate", path, "--inflation", "prices"]).contains("one of stocks, bonds, cpi"));
    assert!(refused(&["calibrate", path, "--from", "2019-06"]).contains("7 returns long"));
    assert!(
        refused(&["calibrate", path, "--from", "2050"])
            .contains("fewer than two rows between the wanted dates")
    );
    for arguments in
        [["--from", "soon"], ["--to", "2000-13"], ["--model", "magic"], ["--smoothing-lags", "9"]]
    {
        refused(&[&["calibrate", path][..], &arguments].concat());
    }
}

#[test]
fn help_and_version_end_well() {
    assert!(done(&["--help"]).contains("Monte Carlo"));
    assert!(done(&["run", "--help"]).contains("--lifetimes"));
    assert!(done(&["--version"]).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn breakeven_prints_a_table_in_100_columns_and_json() {
    let folder = tempfile::tempdir().unwrap();
    let out = ["--output", folder.path().to_str().unwrap()];
    let few =
        ["breakeven", "default", "-n", "500", "--policy", "target_date_gold_5", "--against", "target_date"];
    let few = [&few[..], &out].concat();
    let text = done(&few);
    for words in ["by median", "Target date + 5 % gold", "500 lifetimes", "equal that of"] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&done(&[&few[..], &["--format", "json"]].concat())).unwrap();
    let gold = &json["sets"][0]["policies"][0];
    assert_eq!(gold["against"], "target_date");
    assert_eq!((&gold["policy"], &gold["age"]), (&"target_date_gold_5".into(), &65.into()));
    assert_eq!(gold["median"]["status"], "found");
    assert!(gold["median"]["premium"].as_f64().unwrap().abs() < 0.5);
    assert!((gold["weight"].as_f64().unwrap() - 0.05).abs() < 1e-9);
    let file = std::fs::read_to_string(folder.path().join("default/breakeven.json")).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&file).unwrap(), json);
}

#[test]
fn breakeven_refuses_what_has_no_premium_with_code_2() {
    let folder = tempfile::tempdir().unwrap();
    for (flags, words) in [
        (vec!["--policy", "nothing"], "--policy is `nothing`, but must be one of sixty_forty, target_date"),
        (vec!["--against", "nothing"], "--against is `nothing`"),
        (vec!["--policy", "sixty_forty"], "a policy that is compared with another"),
        (vec!["--policy", "target_date"], "holds more of an alternative asset than the baseline"),
        (
            vec![
                "--against",
                "target_date_all_alternatives",
                "--policy",
                "target_date_gold_5",
                "--age",
                "20",
            ],
            "an age from 31 to 95",
        ),
        (vec!["--age", "99"], "an age from 31 to 95"),
        (vec!["--set", "market.modl=1"], "not a known key"),
    ] {
        let out = folder.path().to_str().unwrap();
        let errors = refused(&[vec!["breakeven", "-n", "100", "--output", out], flags.clone()].concat());
        assert!(errors.contains(words), "{flags:?}: {errors}");
    }
}

#[test]
fn check_prints_fee_stacks_gates_and_the_wait_that_they_imply() {
    let flags = ["check", "default", "--set", "market.asset.private_equity.fee_basis='gross'"];
    let text = done(&flags);
    for words in [
        "Fee stack",
        "all in",
        "expected incentive fee",
        "reported volatility is",
        "quarters beyond the first payment",
    ] {
        assert!(text.replace("\n      ", " ").contains(words), "{words} is not in\n{text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 100 && !line.contains("NaN"), "{line}");
    }
}
