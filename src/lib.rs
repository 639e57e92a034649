//! Monte Carlo retirement outcomes: millions of 401(k) lifetimes on correlated paths for stocks, bonds, gold, private
//! equity, Bitcoin and the rest, under many allocation policies at once, with an error on every number.
//!
//! The program `decumulus` reads a scenario, simulates it and draws charts. This library is what it is made of: a
//! market, a participant and some policies go in as plain values, and an [`Outcome`] of tables comes out.
//!
//! ```
//! use decumulus::engine::{Plan, RunOptions, run};
//! use decumulus::Scenario;
//!
//! // Any scenario file, or one of the shipped ones; keys can be overridden.
//! let text = decumulus::scenario::shipped()[0].text;
//! let overrides = ["run.lifetimes=2000".to_string()];
//! let scenario = Scenario::from_toml(text, "default.toml", &overrides)?;
//!
//! let plan = Plan::compile(&scenario.inputs)?;
//! let outcome = run(&plan, &RunOptions::default(), &())?;
//!
//! let median = outcome.real_percentile(0, 65, 0.50).expect("65 is simulated");
//! assert!(median.low < median.value && median.value < median.high);
//! # Ok::<(), decumulus::Error>(())
//! ```
//!
//! The modules in reading order, from the figures of an asset to the files of a run:
//!
//! * [`market`]: assets, correlations, return models, and the frictions that belong to an asset;
//! * [`participant`]: pay, plan rules, spending and the length of life, flattened into a schedule of payments;
//! * [`policy`]: target weights by age, sleeves, rebalancing;
//! * [`calibration`]: the figures of a market, with their errors, from a table of past returns;
//! * [`engine`]: the [`Plan`](engine::Plan), how it is run, and the [`Outcome`];
//! * [`study`]: what takes many runs: several sets of assumptions, the premium at which policies are equal, what gains hang on;
//! * [`scenario`]: scenario files and assumption sets;
//! * [`report`]: tables, files and charts;
//! * [`statistics`] and [`math`]: what all of it stands on.
//!
//! Results have the same bits for any number of threads, on any machine: see the architecture page of the repository.

pub mod calibration;
pub mod engine;
mod error;
pub mod market;
pub mod math;
pub mod participant;
pub mod policy;
pub mod report;
pub mod scenario;
pub mod statistics;
pub mod study;

pub use engine::Outcome;
pub use error::{Error, ErrorKind, Location, Problem, Result};
pub use scenario::Scenario;
