//! All integration tests in one binary, one module for each concern.

// The program as users start it: commands, flags, exit codes and closed pipes.
mod cli_commands;
// What users get wrong, and that each mistake is named with its place and what is accepted.
mod scenario_bad_input;
// The schema and the reference of keys in `scenarios/` against the wire types.
mod scenario_documents;
// What files mean: defaults, overrides, glide paths, correlations, and the reference job.
mod scenario_meaning;
// Random and mutated files never panic, and what the schema accepts can be read.
mod scenario_random;
// The house rules: which room may import which, and which words belong to one room.
mod floors;
// The expected results that shipped scenarios carry.
mod shipped_expectations;
