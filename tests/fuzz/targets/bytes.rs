//! A plan and a tally are read from bytes or refused.

#![no_main]

use std::sync::LazyLock;

use decumulus::engine::{Plan, Tally};
use decumulus::scenario::Scenario;
use libfuzzer_sys::fuzz_target;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    let text = "[account]\nyears = 2\nopening_balance = 1\n[market]\nassumptions = 'base_2026'\n\
                [[policy]]\nkey = 'p'\nweights = { us_equity = 1 }\n";
    Plan::compile(&Scenario::from_toml(text, "fuzz.toml", &[]).unwrap().inputs).unwrap()
});

fuzz_target!(|bytes: &[u8]| {
    let _ = Plan::from_bytes(bytes);
    let _ = Tally::from_bytes(bytes, &PLAN);
});
