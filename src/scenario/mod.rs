//! Floor 6: TOML as written → the domain's values. The only reader of TOML.
//!
//! A text is parsed into a tree that knows where everything stands, overridden by flags, held against the
//! JSON Schema, read into wire types and built into the domain's values; all problems are reported together.

mod assumptions;
mod branch;
mod checked;
mod companions;
mod diagnostics;
mod document;
mod expectation;
mod history;
mod identity;
mod meaning;
mod output_choices;
mod overlay_figures;
mod overrides;
mod plain_name;
mod question;
mod read;
mod resolved;
mod returns;
mod schema;
mod schema_check;
mod shipped_scenarios;
mod shipped_sets;
mod sources;
mod suggest;
mod wire;

pub use assumptions::{assumption_set, read_assumption_set};
pub use diagnostics::{Colour, render_problems};
pub use expectation::{Expectation, ExpectedFigure};
pub use history::{ReturnsWanted, Unit, text_of_bytes};
pub use output_choices::{Basis, MoneyAxis, OutputChoices, RowOrder};
pub(crate) use plain_name::mark_of_lost_letters;
pub use question::{Scenario, Variant};
pub use read::placed;
pub use resolved::resolved_text;
pub use returns::{ReturnsFile, returns_from_csv};
pub use schema::json_schema;
pub use shipped_scenarios::{Shipped, shipped};
pub use shipped_sets::{assumption_set_names, assumption_set_text};
pub use sources::Sources;
