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
    let mut lines = Lines { text, at: 0, line: 1 };
    for record in reader.records() {
        match record {
            Ok(record) => records.push(Record {
                line: lines.of_record(record.position().map_or(0, csv::Position::byte)),
                fields: record.iter().map(str::to_string).collect(),
            }),
            Err(error) => {
                problems.file(format_args!("is not CSV: {error}"));
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

/// Counts lines up to records, which rise.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that the reader found from a byte on: empty lines and comments before it are passed over.
    fn of_record(&mut self, from: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let from = usize::try_from(from).unwrap_or(bytes.len());
        while self.at < bytes.len() {
            let begins_line = self.at == 0 || bytes[self.at - 1] == b'\n';
            let skipped = match bytes[self.at] {
                b'\n' | b'\r' => 1,
                b'#' if begins_line => bytes[self.at..].iter().take_while(|&&b| b != b'\n').count(),
                _ if self.at < from => 1,
                _ => break,
            };
            self.line += u64::from(bytes[self.at] == b'\n');
            self.at += skipped;
        }
        self.line
    }
}

impl Record {
    /// A field; empty if the record is too short, which has been reported.
    pub(super) fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}
