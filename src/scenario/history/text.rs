//! CSV as text → a header and rows of cells with their lines: RFC 4180 quoting, `,` `;` or a tab between cells, any line end.

use super::problems::Problems;

/// The most columns that are read; a spreadsheet has 16,384 and a market two dozen.
pub(super) const MOST_COLUMNS: usize = 4096;

/// The most rows that are read: the months of ten thousand years.
const MOST_ROWS: usize = 120_000;

/// How many lines tell which character stands between cells.
const LINES_LOOKED_AT: usize = 12;

/// A file as it is written. The cells are kept in one text: a million of them take little room.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub header: Vec<String>,
    pub header_line: u64,
    text: String,
    /// Where in `text` each cell ends, row after row.
    ends: Vec<u32>,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    line: u64,
    first: u32,
    cells: u32,
}

impl Sheet {
    /// The number of rows below the header.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The line of the file on which a row begins.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.rows[row].line
    }

    /// A cell; empty if the row is too short, which has been reported.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        let row = self.rows[row];
        if column >= row.cells as usize {
            return "";
        }
        let place = row.first as usize + column;
        let begin = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.text[begin..self.ends[place] as usize]
    }

    /// The cells of a column, from the first row on.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = &str> + Clone {
        (0..self.rows()).map(move |row| self.cell(row, column))
    }

    fn push(&mut self, line: u64, record: &csv::StringRecord) {
        let first = self.ends.len() as u32;
        for cell in record {
            self.text.push_str(cell);
            // At most 16 MiB of text are read.
            self.ends.push(self.text.len() as u32);
        }
        self.rows.push(Row { line, first, cells: record.len() as u32 });
    }
}

/// The rows of a text. Lines that begin with `#` are comments, rows without any content and spaces around cells do not count.
pub(super) fn parse(text: &str, problems: &mut Problems) -> Option<Sheet> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // The line ends of old Macintosh files; the parser of comments knows only the newline.
    let old = (text.contains('\r') && !text.contains('\n')).then(|| text.replace('\r', "\n"));
    let text = old.as_deref().unwrap_or(text);
    // The first line of files by which a spreadsheet tells itself what stands between cells.
    let (skipped, body) = match text.split_once('\n') {
        Some((line, rest)) if is_separator_line(line) => (1, rest),
        _ => (0, text),
    };
    let sheet = read(body, skipped, problems)?;
    if sheet.rows.is_empty() {
        problems.file("there is a header but no row");
        return None;
    }
    check_widths(&sheet, problems);
    Some(sheet)
}

fn is_separator_line(line: &str) -> bool {
    let line = line.trim_matches(['"', '\r', ' ']).to_ascii_lowercase();
    line.starts_with("sep=") && line.chars().count() == 5
}

fn read(text: &str, skipped: u64, problems: &mut Problems) -> Option<Sheet> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut lines = Lines { text, at: 0, line: 1 + skipped };
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                problems.file(format_args!("is not CSV: {error}"));
                return None;
            }
        }
        let line = lines.of_record(record.position().map_or(0, csv::Position::byte));
        if record.iter().all(str::is_empty) {
            continue;
        }
        if sheet.header.is_empty() {
            if record.len() > MOST_COLUMNS {
                problems.line(line, format_args!(
                    "the header has {} columns, but at most {MOST_COLUMNS} are read: are rows and columns swapped?",
                    record.len()
                ));
                return None;
            }
            sheet.header = record.iter().map(str::to_string).collect();
            sheet.header_line = line;
        } else if sheet.rows() == MOST_ROWS {
            problems.line(
                line,
                format_args!("there are more than {MOST_ROWS} rows; a row is a month, a quarter or a year"),
            );
            return None;
        } else {
            sheet.push(line, &record);
        }
    }
    if sheet.header.is_empty() {
        problems
            .file("the file is empty; give a header with the names of the columns and a row for each period");
        return None;
    }
    Some(sheet)
}

/// The character between cells: of those in the header the one of which most of the next lines have as many, then the
/// one of which there are most.
fn delimiter(text: &str) -> u8 {
    let looked_at = text.split(['\n', '\r']).filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let lines: Vec<&str> = looked_at.take(LINES_LOOKED_AT).collect();
    let Some((header, rows)) = lines.split_first() else { return b',' };
    let rank = |mark: u8| {
        let count = count_unquoted(header, mark);
        // A line without any, such as a title, says nothing: the rows below it do.
        let agree = if count > 0 {
            rows.iter().filter(|row| count_unquoted(row, mark) == count).count()
        } else {
            rows.iter().map(|row| count_unquoted(row, mark)).sum()
        };
        (count > 0, agree, count)
    };
    // The last of equals is taken.
    [b'\t', b';', b','].into_iter().max_by_key(|&mark| rank(mark)).unwrap_or(b',')
}

fn count_unquoted(line: &str, mark: u8) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        count += usize::from(byte == mark && !quoted);
    }
    count
}

/// Reports rows that have not as many cells as the header, with the cause if it shows.
fn check_widths(sheet: &Sheet, problems: &mut Problems) {
    let width = sheet.header.len();
    let wider = sheet.rows.iter().filter(|row| row.cells as usize > width).count();
    if width == 1 && wider > 0 {
        let first = sheet.rows.iter().find(|row| row.cells > 1).map_or(0, |row| row.line);
        problems.line(sheet.header_line, format_args!(
            "`{}` stands where names of columns should, and line {first} has more cells: put # before lines above the header",
            sheet.header[0]
        ));
        return;
    }
    if wider == sheet.rows() && sheet.rows.iter().all(|row| row.cells as usize == 2 * width - 1) {
        problems.line(sheet.rows[0].line, format_args!(
            "{} fields where the header has {width}: figures seem to be written with decimal commas; write points, or put ; \
             between the cells",
            2 * width - 1
        ));
        return;
    }
    for (place, row) in sheet.rows.iter().enumerate().filter(|(_, row)| row.cells as usize != width) {
        let count = row.cells;
        let last = count.saturating_sub(1) as usize;
        let hint = if sheet.cell(place, last).contains('\n') {
            "; a quotation mark is opened here and not closed"
        } else if count == 1 {
            "; put # before notes, or delete them"
        } else {
            ""
        };
        problems.line(row.line, format_args!("{count} fields where the header has {width}{hint}"));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut problems = Problems::of("t.csv");
        let sheet = parse(text, &mut problems).unwrap_or_else(|| panic!("{text:?}: {problems:?}"));
        assert!(problems.is_empty(), "{text:?}: {problems:?}");
        let cells = |row| (0..sheet.header.len()).map(|column| sheet.cell(row, column).to_string()).collect();
        std::iter::once(sheet.header.clone()).chain((0..sheet.rows()).map(cells)).collect()
    }

    fn refused(text: &str) -> String {
        let mut problems = Problems::of("t.csv");
        parse(text, &mut problems);
        problems.take().iter().map(|problem| problem.message.clone() + "\n").collect()
    }

    #[test]
    fn quotes_marks_between_cells_and_line_ends_are_read_alike() {
        let expected = rows("date,\"a, b\",c\n1990,0.1,0.2\n1991,0.3,0.4\n");
        assert_eq!(expected[0], ["date", "a, b", "c"]);
        for text in [
            "date;a, b;c\n1990;0.1;0.2\n1991;0.3;0.4\n",
            "date\ta, b\tc\r\n1990\t0.1\t0.2\r\n1991\t0.3\t0.4\r\n",
            "\u{feff}date;\"a, b\";c\r1990;0.1;0.2\r1991;0.3;0.4\r",
            "sep=;\r\ndate;a, b;c\r\n1990;0.1;0.2\r\n\r\n1991;\"0.3\";0.4\r\n;;\r\n",
            "# a, b, c, d\ndate,\"a, b\", c\n1990,0.1, 0.2\n1991,0.3,0.4",
        ] {
            assert_eq!(rows(text), expected, "{text:?}");
        }
        assert_eq!(rows("d,\"say \"\"x\"\"\"\n1,2\n")[0][1], "say \"x\"");
    }

    #[test]
    fn rows_of_another_width_name_their_cause() {
        for (text, expected) in [
            (
                "date,a,b\n1990,0,1,0,2\n1991,0,3,0,4\n",
                "t.csv:2: 5 fields where the header has 3: figures seem",
            ),
            ("Returns of funds\ndate,a\n1990,0.1\n", "t.csv:1: `Returns of funds` stands where names"),
            (
                "date,a\n1990,0.1\nSource: me\n",
                "t.csv:3: 1 fields where the header has 2; put # before notes",
            ),
            (
                "date,a,b\n1990,\"0.1,0.2\n1991,1,1\n",
                "t.csv:2: 2 fields where the header has 3; a quotation mark",
            ),
            ("\r\rdate,a\r# note\r1990,1,1\r", "t.csv:5: 3 fields where the header has 2"),
        ] {
            let found = refused(text);
            assert!(found.contains(expected), "{text:?}: {found}");
        }
    }

    #[test]
    fn headers_and_tables_beyond_all_measure_are_refused_at_once() {
        let names: Vec<String> = (0..300_000).map(|i| format!("c{i}")).collect();
        let found = refused(&format!("{}\n1\n", names.join(",")));
        assert!(found.contains("the header has 300000 columns, but at most 4096 are read"), "{found}");
        let found = refused(&format!("date,a\n{}", "1990,0\n".repeat(MOST_ROWS + 1)));
        assert!(found.contains("t.csv:120002: there are more than 120000 rows"), "{found}");
    }
}
