//! Tables of history as text → [`History`](crate::market::History): the embedded ones, and those that a user brings as CSV.
//!
//! Either a table is sound in every figure that is used, or nothing is made of it: every problem is reported with the
//! line of the file that it stands on.

mod date;
mod dates;
mod embedded;
mod encoding;
mod figure;
mod from_text;
mod header;
mod kind;
mod problems;
mod series;
mod span;
mod text;
mod time;
mod wanted;

pub(super) use embedded::{Embedded, NAMES, embedded};
pub use encoding::text_of_bytes;
pub(super) use from_text::read;
pub use series::ReturnsWanted;
pub(super) use series::{Series, read_series};
pub use wanted::Unit;
pub(super) use wanted::{NONE, Wanted};
