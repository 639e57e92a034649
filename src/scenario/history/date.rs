//! A cell → a date, in the forms that programs and statistical offices write.

use std::fmt;

/// The accepted forms in words.
pub(in crate::scenario) const FORMS: &str = "a date as YYYY, YYYY-MM, YYYY-MM-DD, MM/YYYY, M/D/YYYY, D.M.YYYY, YYYYMM, YYYYMnn, \
                                    YYYY-Qn or Jan YYYY";

/// What a date says of the time within its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Nothing.
    Year,
    /// A quarter, by its last month.
    Quarter,
    /// A month.
    Month,
}

/// A year, or a month of a year; the day was checked and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// Months since the year 0; January for a year, the last month for a quarter.
    pub months: i64,
    pub part: Part,
}

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// None of the known forms.
    Form,
    /// A month above 12, a quarter above 4, a day that its month has not; in words.
    Calendar(String),
    /// A year of two digits.
    ShortYear,
    /// A count of days, as spreadsheets keep dates.
    Serial,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => f.write_str(FORMS),
            Self::Calendar(what) => write!(f, "a date of the calendar: {what}"),
            Self::ShortYear => f.write_str("a date with a year of four digits"),
            Self::Serial => {
                f.write_str("a date; it is the count of days of a spreadsheet: give the column a format of dates and export again")
            }
        }
    }
}

/// A run of digits, its length and value, or a word.
#[derive(Debug)]
enum Token<'a> {
    Digits(usize, i64),
    Word(&'a str),
}

impl Date {
    /// Reads a date. `day_first` says how `1/2/2001` is meant; elsewhere it changes nothing.
    pub(super) fn parse(text: &str, day_first: bool) -> Result<Self, Why> {
        let lower = without_time(text).to_lowercase();
        let (tokens, marks) = tokens(&lower).ok_or(Why::Form)?;
        let words = tokens.iter().filter(|token| matches!(token, Token::Word(_))).count();
        match words {
            0 => of_numbers(&tokens, &marks, day_first),
            1 => of_a_word(&tokens),
            _ => Err(Why::Form),
        }
    }

    fn month(year: i64, month: i64) -> Result<Self, Why> {
        if (1..=12).contains(&month) {
            return Ok(Self { months: 12 * year + month - 1, part: Part::Month });
        }
        Err(Why::Calendar(format!("there is no month {month}")))
    }

    fn quarter(year: i64, quarter: i64) -> Result<Self, Why> {
        if (1..=4).contains(&quarter) {
            return Ok(Self { months: 12 * year + 3 * quarter - 1, part: Part::Quarter });
        }
        Err(Why::Calendar(format!("there is no quarter {quarter}")))
    }

    fn day(year: i64, month: i64, day: i64) -> Result<Self, Why> {
        let date = Self::month(year, month)?;
        let most = days_in(year, month);
        if (1..=most).contains(&day) {
            return Ok(date);
        }
        Err(Why::Calendar(format!("{year:04}-{month:02} has {most} days, and no day {day}")))
    }
}

/// A year with a month or quarter that stands in a cell of its own: a number, a name, `Q1` or `M01`.
pub(super) fn in_two_cells(year: &str, within: &str, part: Part) -> Result<Date, Why> {
    let year = match Date::parse(year, false)? {
        Date { months, part: Part::Year } => months.div_euclid(12),
        _ => return Err(Why::Form),
    };
    let within = within.to_lowercase();
    let plain = within.trim_start_matches(['q', 'm']);
    let number = plain.parse().ok().filter(|_| plain.len() <= 2 && plain.bytes().all(|b| b.is_ascii_digit()));
    match (part, number, month_of(&within)) {
        (Part::Quarter, Some(quarter), _) => Date::quarter(year, quarter),
        (_, Some(month), _) | (_, None, Some(month)) => Date::month(year, month),
        _ => Err(Why::Form),
    }
}

/// A date without the time of day: `2001-01-31 00:00:00`, `2001-01-31T00:00:00Z`.
fn without_time(text: &str) -> &str {
    let text = text.trim();
    let is_time =
        |rest: &str| rest.len() >= 4 && rest.contains(':') && rest.starts_with(|c: char| c.is_ascii_digit());
    match text.split_once(['T', ' ']) {
        Some((date, rest)) if is_time(rest) => date,
        _ => text,
    }
}

/// The parts of a text and the marks between them; `None` if it begins or ends with a mark or has strange ones.
fn tokens(text: &str) -> Option<(Vec<Token<'_>>, Vec<&str>)> {
    let (mut tokens, mut marks) = (vec![], vec![]);
    let mut rest = text;
    while !rest.is_empty() && tokens.len() < 5 {
        let is_digit = rest.starts_with(|c: char| c.is_ascii_digit());
        let inside = |c: char| if is_digit { c.is_ascii_digit() } else { c.is_alphabetic() };
        let end = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(match is_digit {
            _ if token.is_empty() => return None,
            true => Token::Digits(end, token.parse().ok()?),
            false => Token::Word(token),
        });
        let end = after.find(|c: char| c.is_alphanumeric()).unwrap_or(after.len());
        let (mark, next) = after.split_at(end);
        if !after.is_empty()
            && (next.is_empty() || !["", "-", "/", ".", ":", " ", ", ", ". ", "'"].contains(&mark))
        {
            return None;
        }
        marks.extend((!after.is_empty()).then_some(mark));
        rest = next;
    }
    rest.is_empty().then_some((tokens, marks))
}

fn of_numbers(tokens: &[Token<'_>], marks: &[&str], day_first: bool) -> Result<Date, Why> {
    let parts: Vec<(usize, i64)> = tokens
        .iter()
        .filter_map(
            |token| if let Token::Digits(length, value) = token { Some((*length, *value)) } else { None },
        )
        .collect();
    let mark = marks.first().copied().unwrap_or_default();
    if marks.iter().any(|other| *other != mark || !["-", "/", ".", ":", " "].contains(other)) {
        return Err(Why::Form);
    }
    match parts[..] {
        [(4, year)] => Ok(Date { months: 12 * year, part: Part::Year }),
        [(6, both)] => Date::month(both / 100, both % 100),
        [(8, all)] => Date::day(all / 10_000, all / 100 % 100, all % 100),
        [(5, _)] => Err(Why::Serial),
        // 1871.1 is October in tables that hold dates as decimal numbers, after 1871.09.
        [(4, year), (1, month)] if mark == "." => {
            if month == 1 {
                Date::month(year, 10)
            } else {
                Err(Why::Form)
            }
        }
        [(4, year), (1 | 2, month)] | [(1 | 2, month), (4, year)] => Date::month(year, month),
        [(1 | 2, day), (1 | 2, month), (4, year)] if mark == "." || day_first => Date::day(year, month, day),
        [(4, year), (1 | 2, month), (1 | 2, day)] | [(1 | 2, month), (1 | 2, day), (4, year)] => {
            Date::day(year, month, day)
        }
        [(1 | 2, _), (1 | 2, _), (2, _)] | [(2, _), (2, _)] => Err(Why::ShortYear),
        _ => Err(Why::Form),
    }
}

/// `2001-Q1`, `Q1 2001`, `2001M01`, `Jan 2001`, `31-Jan-2001`, `Jan 31, 2001`.
fn of_a_word(tokens: &[Token<'_>]) -> Result<Date, Why> {
    let mut word = "";
    let (mut year, mut others) = (None, vec![]);
    for token in tokens {
        match *token {
            Token::Word(found) => word = found,
            Token::Digits(4, value) if year.is_none() => year = Some(value),
            Token::Digits(length, value) => others.push((length, value)),
        }
    }
    let Some(year) = year else {
        let is_short = month_of(word).is_some() && others.last().is_some_and(|(length, _)| *length == 2);
        return Err(if is_short { Why::ShortYear } else { Why::Form });
    };
    match (word, &others[..]) {
        ("q" | "qtr" | "quarter" | "quartal", [(1, quarter)]) => Date::quarter(year, *quarter),
        ("m", [(1 | 2, month)]) => Date::month(year, *month),
        (_, []) => month_of(word).map_or(Err(Why::Form), |month| Date::month(year, month)),
        (_, [(1 | 2, day)]) => month_of(word).map_or(Err(Why::Form), |month| Date::day(year, month, *day)),
        _ => Err(Why::Form),
    }
}

/// The number of a month by its English or German name, or the first three letters of it.
fn month_of(word: &str) -> Option<i64> {
    const NAMES: [&[&str]; 12] = [
        &["january", "januar", "jan", "jän", "jänner"],
        &["february", "februar", "feb"],
        &["march", "märz", "mar", "mär", "mrz"],
        &["april", "apr"],
        &["may", "mai"],
        &["june", "juni", "jun"],
        &["july", "juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["october", "oktober", "oct", "okt"],
        &["november", "nov"],
        &["december", "dezember", "dec", "dez"],
    ];
    NAMES.iter().position(|names| names.contains(&word)).map(|place| place as i64 + 1)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Result<String, Why> {
        Date::parse(text, false)
            .map(|date| format!("{}-{:02} {:?}", date.months / 12, date.months % 12 + 1, date.part))
    }

    #[test]
    fn the_usual_forms_are_dates() {
        for text in [
            "2001-01",
            "2001-01-31",
            "01/2001",
            "1/2001",
            "1/31/2001",
            "01/31/2001",
            "31.01.2001",
            "31.1.2001",
            "01.2001",
            "200101",
            "20010131",
            "2001M01",
            "2001m1",
            "2001-M01",
            "2001/01",
            "2001/1/31",
            "2001.01",
            "2001:01",
            "Jan 2001",
            "January 2001",
            "Januar 2001",
            "2001 Jan",
            "2001-Jan",
            "Jan-2001",
            "31-Jan-2001",
            "Jan 31, 2001",
            "31. Jan 2001",
            "2001-01-31 00:00:00",
            "2001-01-31T23:59:59Z",
            "1/31/2001 0:00",
        ] {
            assert_eq!(shown(text).as_deref(), Ok("2001-01 Month"), "{text}");
        }
        for text in [
            "2001-Q1",
            "2001Q1",
            "Q1 2001",
            "q1 2001",
            "2001 Q1",
            "2001:Q1",
            "Q1/2001",
            "1Q2001",
            "1. Quartal 2001",
        ] {
            assert_eq!(shown(text).as_deref(), Ok("2001-03 Quarter"), "{text}");
        }
        assert_eq!(shown("2001").as_deref(), Ok("2001-01 Year"));
        assert_eq!(shown("1871.1").as_deref(), Ok("1871-10 Month"));
        assert_eq!(Date::parse("3/2/2001", true), Date::parse("2001-02-03", false));
        assert_eq!(shown("2000-02-29").as_deref(), Ok("2000-02 Month"));
        for (year, within, part) in
            [("2001", "1", Part::Month), ("2001", "Jan", Part::Month), ("2001", "M01", Part::Month)]
        {
            assert_eq!(in_two_cells(year, within, part), Date::parse("2001-01", false), "{within}");
        }
        assert_eq!(in_two_cells("2001", "Q2", Part::Quarter), Date::parse("2001Q2", false));
    }

    #[test]
    fn what_is_no_date_says_why() {
        for (text, expected) in [
            ("2010-02-31", "2010-02 has 28 days, and no day 31"),
            ("1900-02-29", "1900-02 has 28 days"),
            ("31.04.2010", "2010-04 has 30 days"),
            ("13/2001", "there is no month 13"),
            ("1990-13", "there is no month 13"),
            ("1968-0", "there is no month 0"),
            ("200113", "there is no month 13"),
            ("2001-Q5", "there is no quarter 5"),
            ("1/31/01", "a year of four digits"),
            ("Jan-01", "a year of four digits"),
            ("36922", "the count of days of a spreadsheet"),
        ] {
            let why = Date::parse(text, false).unwrap_err().to_string();
            assert!(why.contains(expected), "{text}: {why}");
        }
        for bad in [
            "",
            "68",
            "1968-01-01-01",
            "+968",
            "1968-",
            "-1968",
            "1968--01",
            "19 71",
            "spring",
            "Q1",
            "1968-01/02",
            "0.5",
            "1968 was good",
            "2001-H1",
        ] {
            let why = Date::parse(bad, false).unwrap_err();
            assert!(matches!(why, Why::Form | Why::ShortYear), "{bad}: {why:?}");
        }
        assert_eq!(
            in_two_cells("2001", "13", Part::Month),
            Err(Why::Calendar("there is no month 13".into()))
        );
        assert_eq!(in_two_cells("2001-01", "1", Part::Month), Err(Why::Form));
    }
}
