//! What `check` passes, `run` runs: shipped scenarios with random changes are refused before anything is simulated, or are
//! simulated, searched and reported without an error.

use decumulus::engine::{self, Outcome, Plan, RunOptions};
use decumulus::report::{self, Across, Reported, Timing};
use decumulus::scenario::{Scenario, Sources, shipped};
use decumulus::study::{self, AcrossSets};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// How many scenarios are made: few, or as many as `DECUMULUS_MUTATIONS` says.
fn mutations() -> u64 {
    std::env::var("DECUMULUS_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

/// Values that are put in place of others; numbers are changed by factors as well.
const VALUES: [&str; 30] = [
    "0",
    "1",
    "-1",
    "2",
    "0.5",
    "1e-12",
    "1e12",
    "-0.0",
    "nan",
    "inf",
    "100",
    "12",
    "65",
    "0.02",
    "true",
    "false",
    "[]",
    "{}",
    "\"\"",
    "\"none\"",
    "\"monthly\"",
    "\"never\"",
    "\"year\"",
    "\"quarter\"",
    "\"gold\"",
    "\"inflation\"",
    "\"garch\"",
    "\"bootstrap\"",
    "\"regimes\"",
    "\"student_t\"",
];

/// The text with one line changed, left out, said twice or moved.
fn mutated(text: &str, random: &mut StdRng) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let at = random.random_range(0..lines.len());
    match random.random_range(0..10) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let moved = lines.remove(at);
            lines.insert(random.random_range(0..=lines.len()), moved);
        }
        _ => {
            let values: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].contains('=')).collect();
            let Some(&at) = values.choose(random) else { return text.to_string() };
            let line = lines[at].split(" #").next().unwrap_or_default().to_string();
            let Some((key, value)) = line.split_once('=') else { return text.to_string() };
            lines[at] = format!("{key}= {}", other_value(value.trim(), random));
        }
    }
    lines.join("\n")
}

/// Another value: a number, or one of a list, by a factor or about; or anything.
fn other_value(value: &str, random: &mut StdRng) -> String {
    let factors = [0.0, 0.1, 0.5, 0.9, 1.01, 1.5, 2.0, 10.0, 100.0, -1.0];
    let is_number = |piece: &str| piece.parse::<f64>().is_ok();
    let pieces: Vec<&str> = value.split_inclusive([',', '[', ']', ' ', '{', '}']).collect();
    let strip = |piece: &str| piece.trim_end_matches([',', '[', ']', ' ', '{', '}']).to_string();
    let numbers: Vec<usize> = (0..pieces.len()).filter(|&i| is_number(&strip(pieces[i]))).collect();
    if let (Some(&at), true) = (numbers.choose(random), random.random_bool(0.7)) {
        let number = strip(pieces[at]);
        let whole = !number.contains(['.', 'e']);
        let changed = number.parse::<f64>().unwrap_or(0.0) * factors.choose(random).copied().unwrap_or(1.0);
        let changed = if whole { format!("{changed:.0}") } else { format!("{changed}") };
        let piece = pieces[at].replacen(&number, &changed, 1);
        return pieces
            .iter()
            .enumerate()
            .map(|(i, old)| if i == at { piece.as_str() } else { old })
            .collect();
    }
    VALUES.choose(random).copied().unwrap_or("0").to_string()
}

/// What `check` does.
fn check(sources: &Sources) -> decumulus::Result<(Vec<Scenario>, Vec<Plan>)> {
    let scenarios = Scenario::from_sources(sources)?.under_each_set();
    let plans = scenarios.iter().map(|one| Plan::compile(&one.inputs)).collect::<decumulus::Result<_>>()?;
    Ok((scenarios, plans))
}

/// What `run` does after it.
fn run(scenarios: &[Scenario], plans: &[Plan]) -> decumulus::Result<String> {
    let options = RunOptions { threads: Some(1), ..RunOptions::default() };
    let outcomes: Vec<Outcome> =
        plans.iter().map(|plan| engine::run(plan, &options, &())).collect::<decumulus::Result<_>>()?;
    let timing = Timing { wall_seconds: 1.0, threads: 1, lifetimes_per_second: 1.0 };
    let (mut text, mut conditions) = (String::new(), vec![]);
    for (scenario, outcome) in scenarios.iter().zip(&outcomes) {
        let found = match report::condition_age(scenario, outcome) {
            Some(at) => study::conditions(&scenario.inputs, outcome, at, &options, &())?,
            None => vec![],
        };
        let reported = Reported { scenario, outcome, conditions: &found };
        text += &report::table(reported).to_string();
        text += &report::summary_json(reported, &timing);
        text += &report::percentiles_csv(outcome);
        conditions.push(found);
    }
    if scenarios.len() > 1 {
        let found = AcrossSets::of(&outcomes)?;
        let across = Across { scenarios, outcomes: &outcomes, conditions: &conditions, found: &found };
        text += &report::assumptions_table(across).to_string();
    }
    Ok(text)
}

#[test]
fn what_check_passes_run_runs() {
    let mut passed = 0;
    for number in 0..mutations() {
        let random = &mut StdRng::seed_from_u64(number);
        let Some(base) = shipped().choose(random) else { return };
        let changes = random.random_range(1..4);
        let text = (0..changes).fold(base.text.to_string(), |text, _| mutated(&text, random));
        let flags = ["run.lifetimes=24", "output.charts=false"].map(String::from);
        let sources = Sources::new(&format!("{}.toml", base.name), &text, &flags);
        let told = || format!("mutation {number} of {}", base.name);
        let Ok((scenarios, plans)) = check(&sources) else { continue };
        passed += 1;
        let found = std::panic::catch_unwind(|| run(&scenarios, &plans));
        let text = found.unwrap_or_else(|_| panic!("{}: a panic", told()));
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", told()));
        assert!(!text.contains("NaN"), "{}: NaN in a report", told());
    }
    println!("{passed} of {} were passed and run", mutations());
    assert!(10 * passed > mutations(), "{passed} were passed: too few to say anything");
}
