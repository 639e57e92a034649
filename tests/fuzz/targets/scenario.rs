//! A scenario is refused with a reason, or compiles and says what it means.

#![no_main]

use decumulus::engine::Plan;
use decumulus::scenario::{Colour, Scenario, Sources, placed, render_problems};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // The first lines that begin with `--set ` are flags.
    let flags: Vec<String> =
        text.lines().map_while(|line| line.strip_prefix("--set ")).map(String::from).collect();
    let sources = Sources::new("fuzz.toml", text, &flags);
    let compiled = Scenario::from_sources(&sources).and_then(|scenario| {
        scenario.under_each_set().iter().try_for_each(|one| Plan::compile(&one.inputs).map(drop))
    });
    if let Err(error) = compiled {
        assert!(!render_problems(&placed(error, &sources), &sources, Colour::Plain).is_empty());
    }
});
