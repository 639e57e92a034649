//! CSV as text → a header and records with their lines.

use super::Problems;

/// A file as it is written.
#[derive(Debug)]
pub(super) struct Table {
    pub header: Vec<String>,
    pub records: Vec<Record>,
}

/// A record and the line on which it begins.
#[derive(Debug)]
pub(super) struct Record {
    pub line: u64,
    pub fields: Vec<String>,
}

/// The records of a text. Lines that begin with `#` are comments; spaces around fields do not count.
pub(super) fn parse(text: &str, problems: &mut Problems) -> Option<Table> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut records = vec![];
    for record in reader.records() {
        match record {
            Ok(record) => records.push(Record {
                line: record.position().map_or(0, csv::Position::line),
                fields: record.iter().map(str::to_string).collect(),
            }),
            Err(error) => {
                problems.file(format_args!("cannot be read as CSV: {error}"));
                return None;
            }
        }
    }
    let mut records = records.into_iter();
    let Some(header) = records.next() else {
        problems
            .file("the file is empty; give a header with the names of the columns and a row for each period");
        return None;
    };
    let records: Vec<Record> = records.collect();
    if records.is_empty() {
        problems.file("there is a header but no row");
        return None;
    }
    let width = header.fields.len();
    for record in records.iter().filter(|record| record.fields.len() != width) {
        let count = record.fields.len();
        problems.line(record.line, format_args!("{count} fields where the header has {width}"));
    }
    Some(Table { header: header.fields, records })
}

impl Record {
    /// A field; empty if the record is too short, which has been reported.
    pub(super) fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}
