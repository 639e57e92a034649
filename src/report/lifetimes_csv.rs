//! Every lifetime of a run as a row of a CSV file, written while it is simulated.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::engine::{FigureUnit, Plan, RecordColumn, Recorder, record_columns};
use crate::error::{Error, Result};

/// Writes lifetimes as rows of CSV: their number, and what [`record_columns`] tells of each; a cell is empty where there is nothing to
/// tell (a balance after death, the age at a ruin that never came). Amounts are in dollars of the start, to the cent.
#[derive(Debug)]
pub struct LifetimesCsv<W: Write> {
    columns: Vec<RecordColumn>,
    name: String,
    writer: Mutex<csv::Writer<W>>,
}

impl<W: Write + Send> LifetimesCsv<W> {
    /// Begins a file with its header; errors call it by its name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::System`](crate::ErrorKind::System) if it cannot be written.
    pub fn begin(plan: &Plan, name: &str, file: W) -> Result<Self> {
        let columns = record_columns(plan);
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(file);
        let header = std::iter::once("lifetime").chain(columns.iter().map(|column| column.name.as_str()));
        writer.write_record(header).map_err(|error| unwritten(name, error))?;
        Ok(Self { columns, name: name.to_string(), writer: Mutex::new(writer) })
    }

    /// Writes what is still held back and gives the file back.
    ///
    /// # Errors
    ///
    /// As [`LifetimesCsv::begin`].
    pub fn end(self) -> Result<W> {
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.into_inner().map_err(|error| Error::system("write", &self.name, error.into_error()))
    }
}

impl<W: Write + Send> Recorder for LifetimesCsv<W> {
    fn take(&self, first: u64, rows: &[f64]) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        for (lifetime, row) in (first..).zip(rows.chunks_exact(self.columns.len())) {
            let cells = row.iter().zip(&self.columns).map(|(value, column)| cell(*value, column.unit));
            let written = writer.write_record(std::iter::once(lifetime.to_string()).chain(cells));
            written.map_err(|error| unwritten(&self.name, error))?;
        }
        Ok(())
    }
}

fn cell(value: f64, unit: FigureUnit) -> String {
    match unit {
        _ if value.is_nan() => String::new(),
        FigureUnit::Age => format!("{value:.0}"),
        FigureUnit::Share => format!("{value:.6}"),
        FigureUnit::RealDollars => format!("{value:.2}"),
    }
}

fn unwritten(name: &str, error: csv::Error) -> Error {
    let cause = match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => std::io::Error::other(format!("{other:?}")),
    };
    Error::system("write", name, cause)
}
