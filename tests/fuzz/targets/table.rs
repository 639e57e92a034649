//! A table of returns is read, or refused with a reason.

#![no_main]

use decumulus::scenario::{ReturnsWanted, returns_from_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match returns_from_csv("fuzz.csv", text, &ReturnsWanted::default()) {
        Ok(file) => assert!(file.table.columns.iter().all(|column| column.returns.iter().all(|r| r.is_finite()))),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
