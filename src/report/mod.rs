//! Floor 7: an outcome → tables, files and charts. The only maker of files.
//!
//! ```no_run
//! # fn simulate() -> (decumulus::scenario::Scenario, decumulus::engine::Outcome) { unimplemented!() }
//! use decumulus::report::{self, Earlier, Origin, Reported, Timing};
//! let (scenario, outcome) = simulate();
//! // Better before the run: a bad path, or a folder that is another plan's, costs no time then.
//! let folder = report::prepare("output/mine".as_ref(), Origin::run(&scenario)?, Earlier::Keep)?;
//! let reported = Reported::new(&scenario, &outcome);
//! println!("{}", report::table(reported));
//! let timing = Timing { wall_seconds: 2.5, threads: 2, lifetimes_per_second: 4e5 };
//! for path in folder.write(reported, &timing)? {
//!     println!("wrote {}", path.display());
//! }
//! # Ok::<(), decumulus::Error>(())
//! ```

mod across;
mod assumption_set;
mod break_even;
mod calibration;
mod chart;
mod condition;
mod conventions;
mod files;
mod finding;
mod folder;
mod held;
mod history;
mod implausible;
mod json_figures;
mod lead;
mod lifetimes_csv;
mod months;
mod overlays;
mod percentiles_csv;
mod pretty_json;
mod private;
mod reported;
#[cfg(test)]
mod sample;
mod skill;
mod start_dates;
mod summary;
mod table;
mod timing;
mod view;
mod whom;
mod words;

pub use across::{Across, assumptions_csv, assumptions_json, assumptions_table};
pub use assumption_set::{assumption_set_json, assumption_sets_json};
pub use break_even::{BreakEvens, break_even_json, break_even_table};
pub use calibration::{
    CalibrationModel, calibration_json, calibration_page, calibration_returns_csv, calibration_scenario,
    calibration_table,
};
pub use chart::{
    assumptions_svg, chart_warnings, comparison_svg, fan_svg, months_svg, start_dates_svg, to_png,
};
pub use folder::{Earlier, Folder, Origin, prepare};
pub use lifetimes_csv::LifetimesCsv;
pub use months::{Months, months_csv};
pub use percentiles_csv::percentiles_csv;
pub use reported::{Reported, condition_age};
pub use skill::managers_csv;
pub use start_dates::start_dates_csv;
pub use summary::summary_json;
pub use table::page::{Page, USUAL_COLUMNS};
pub use table::table;
pub use timing::Timing;
