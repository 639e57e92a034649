//! All integration tests in one binary, one module for each concern.

// Builders of markets, participants and policies, and the plain reference simulator.
mod common;

// Fitted figures against the truth they were simulated with, and against published statistics.
mod calibration_recovery;
// Thread counts, tile widths, instruction sets, shards: the same bits.
mod engine_bits;
// Published and computed cases, each at its stated tolerance.
mod engine_cases;
// Distributions, standard errors and intervals against closed forms.
mod engine_distribution;
// Markets without volatility against formulas and sums done by hand.
mod engine_exact;
// Random simulations against the plain reference simulator.
mod engine_reference;
// Stale prices, gates and fees of funds against the plain simulator, and conservation of value.
mod engine_private;
// What happens on top of any return model: crashes, losses, unknown means, managers.
mod market_overlays;
// What sleeves must return to equal the baseline.
mod break_even;
// The program as users start it: commands, flags, exit codes and closed pipes.
mod cli_commands;
// Folders of results: one plan's each, whole or untouched whatever is killed, one writer at a time.
mod output_folders;
// Every lifetime as a row of a file.
mod records;
// What is added to a scenario moves nobody else's luck.
mod draws_by_key;
// Plans as bytes: damaged ones and forged ones.
mod plan_bytes;
// Input that is large, hostile or odd.
mod hostile_input;
// What users get wrong, and that each mistake is named with its place and what is accepted.
mod scenario_bad_input;
// The schema and the reference of keys in `scenarios/` against the wire types.
mod scenario_documents;
// What files mean: defaults, overrides, glide paths, correlations, and the reference job.
mod scenario_meaning;
// Tables of history: broken files, bootstraps, start dates, sustainable withdrawal rates.
mod history;
// Keys that would do nothing: refused, or said in a warning.
mod scenario_effects;
// Assets that are given in real terms, and what follows for their nominal return.
mod inflation_linked;
// Random and mutated files never panic, and what the schema accepts can be read.
mod scenario_random;
// What `check` passes of shipped scenarios that are changed at random, `run` runs.
mod check_means_run;
// Sets of assumptions, shipped and of one's own, and one question under several of them.
mod assumption_sets;
// What `no_premium_2026` derives, recomputed; what the house view assumes beyond it; whose interest a view serves.
mod no_premium;
// Overlays that sets of assumptions have, and what scenarios make of them.
mod set_overlays;
// What a shipped binary holds of others, and under which licences.
mod licences;
// The house rules: which room may import which, and which words belong to one room.
mod floors;
// No circle of imports among source files, and the reader of imports that sees it.
mod circles;
// Every return model through one table of checks, and their speed.
mod models;
// The shipped stress paths of 2008 and 2022 against what is known of them.
mod queues;
// Lifetimes told step by step against what runs count.
mod traces;
// The expected results that shipped scenarios carry.
mod shipped_expectations;
// Stale prices create nothing: certain funds, standing premiums, and what a forced sale fetches of a stale NAV.
mod stale_prices;
