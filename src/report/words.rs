//! Numbers and ages as people read them: the one place that rounds.

use crate::engine::{Estimate, Interval, Outcome};
use crate::scenario::Basis;

/// Half the width of a 95 % interval in standard errors.
pub(super) const MARGIN: f64 = 1.96;

/// What stands where there is no number.
pub(super) const NOTHING: &str = "–";

/// What stands for a margin of which only one end is known: too few lifetimes tell the other.
pub(super) const UNKNOWN: &str = "unknown";

/// What stands for a balance of nothing in a sentence.
pub(super) const NOTHING_LEFT: &str = "nothing";

/// Dollars with three significant digits: `$950`, `$41.2k`, `$1.22M`.
pub(super) fn money(amount: f64) -> String {
    dollars(amount, 3)
}

/// Dollars with two significant digits, for titles and margins: `$41k`, `$1.2M`.
pub(super) fn money_short(amount: f64) -> String {
    dollars(amount, 2)
}

/// Dollars of a round amount without needless zeros, for ticks: `$250k`, `$1M`, `$2.5M`.
pub(super) fn money_tick(amount: f64) -> String {
    let text = match amount.abs() {
        small if (0.01..99.5).contains(&small) => format!("${amount:.2}"),
        _ => dollars(amount, 3),
    };
    let (number, unit) = match text.find(|c: char| c.is_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text.as_str(), ""),
    };
    let number =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number}{unit}")
}

/// Dollars with a sign, for differences: `+$41k`, `-$3k`.
pub(super) fn money_change(amount: f64) -> String {
    let text = money(amount);
    if amount > 0.0 && text != "$0" { format!("+{text}") } else { text }
}

fn dollars(amount: f64, digits: usize) -> String {
    if amount == f64::INFINITY {
        return UNKNOWN.to_string();
    }
    if !amount.is_finite() {
        return NOTHING.to_string();
    }
    if amount.abs() < 0.005 {
        return "$0".to_string();
    }
    let sign = if amount < 0.0 { "-" } else { "" };
    let (mut size, unit) = in_unit(amount.abs(), digits);
    if size >= 999.5 {
        return format!("{sign}${size:.1e}{unit}");
    }
    // Below ten dollars there are cents.
    let decimals = match unit {
        "" if size < 9.995 => 2,
        "" => 0,
        _ => digits.saturating_sub(whole_digits(size, digits)),
    };
    if digits < 3 && size >= 99.5 {
        size = (size / 10.0).round() * 10.0;
    }
    format!("{sign}${size:.decimals$}{unit}")
}

/// The size in dollars, thousands, millions and so on, such that it is printed below a thousand if it can be.
fn in_unit(mut size: f64, digits: usize) -> (f64, &'static str) {
    // Half a unit of the last digit below a thousand already rounds up to the next unit.
    let full = if digits < 3 { 995.0 } else { 999.5 };
    for unit in ["", "k", "M", "B", "T"] {
        if size < full {
            return (size, unit);
        }
        size /= 1000.0;
    }
    (size, "Q")
}

/// Digits before the point once the number is rounded to `digits` significant ones.
fn whole_digits(size: f64, digits: usize) -> usize {
    let half = |whole: f64, decimals: usize| whole - 0.5 / [1.0, 10.0, 100.0][decimals.min(2)];
    match size {
        s if s < half(10.0, digits - 1) => 1,
        s if s < half(100.0, digits.saturating_sub(2)) => 2,
        _ => 3,
    }
}

/// A difference with half its 95 % interval: `+$41k ± $2k`.
pub(super) fn change_with_margin(estimate: Estimate) -> String {
    let margin = MARGIN * estimate.standard_error;
    // Where no lifetime would move it there is nothing to tell.
    let margin = Some(margin).filter(|margin| margin.is_finite() && *margin > 0.0);
    with_margin(money_change(estimate.value), margin.map(money_short))
}

fn with_margin(value: String, margin: Option<String>) -> String {
    match margin {
        Some(margin) if value != NOTHING => format!("{value} ± {margin}"),
        _ => value,
    }
}

/// A probability or share in percent, with a space before the sign: `12.3 %`, `0.04 %`.
pub(super) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{} %", percent_number(share)) } else { NOTHING.to_string() }
}

/// A mean in percent: with two decimals if somebody assumed it to two, as in `9.35 %`, or else as any share.
pub(super) fn percent_mean(mean: f64) -> String {
    let hundredths = 1e4 * mean;
    let is_round = |scaled: f64| (scaled - scaled.round()).abs() < 1e-6;
    if is_round(hundredths) && !is_round(hundredths / 10.0) {
        format!("{:.2} %", 100.0 * mean)
    } else {
        percent(mean)
    }
}

/// A round share without needless zeros, for ticks: `10 %`, `0.5 %`.
pub(super) fn percent_tick(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The number alone; more decimals near 0 and 1, so that only an exact 0 or 1 is printed as such.
pub(super) fn percent_number(share: f64) -> String {
    let from_end = share.abs().min((1.0 - share).abs());
    let decimals = match from_end {
        0.0 => 0,
        e if e >= 0.000_95 => 1,
        e if e >= 0.000_095 => 2,
        e if e >= 0.000_009_5 => 3,
        _ => 5,
    };
    format!("{:.decimals$}", 100.0 * share)
}

/// A probability with its 95 % interval: `12.3 % (12.1–12.5)`, `0 % (< 0.04 %)`.
pub(super) fn percent_with_interval(interval: Interval) -> String {
    let Interval { value, low, high } = interval;
    if !value.is_finite() {
        NOTHING.to_string()
    } else if !low.is_finite() || !high.is_finite() {
        percent(value)
    } else if value == 0.0 {
        format!("0 % (< {})", percent(high))
    } else if value == 1.0 {
        format!("100 % (> {})", percent(low))
    } else {
        format!("{} ({}–{})", percent(value), percent_number(low), percent_number(high))
    }
}

/// A probability with the larger half of its 95 % interval: `74.0 % ± 0.3`.
///
/// Where the interval is wider on one side than the estimate has room for on the other, as with very few lifetimes or next to
/// 0 and 1, the interval itself is told.
pub(super) fn percent_with_margin(interval: Interval) -> String {
    let Interval { value, low, high } = interval;
    let margin = (high - value).max(value - low);
    if !margin.is_finite() {
        percent(value)
    } else if margin > value.min(1.0 - value) {
        percent_with_interval(interval)
    } else {
        format!("{} ± {}", percent(value), points(margin).trim_start_matches("< "))
    }
}

/// The margin of a share in percentage points, as finely as shares are printed: `0.3`, `< 0.1`.
pub(super) fn points(margin: f64) -> String {
    let points = 100.0 * margin;
    if points > 0.0 && points < 0.1 { "< 0.1".to_string() } else { format!("{points:.1}") }
}

/// A difference of shares in percentage points: `+0.5`, `-6.8`; two decimals if its margin asks for them.
pub(super) fn points_change(difference: Estimate) -> String {
    let value = 100.0 * difference.value;
    let decimals = if 100.0 * MARGIN * difference.standard_error < 0.095 { 2 } else { 1 };
    let text = format!("{value:+.decimals$}");
    match text.trim_start_matches(['+', '-']).parse() {
        Ok(0.0) => "0".to_string(),
        Ok(_) => text,
        Err(_) => NOTHING.to_string(),
    }
}

/// A difference of shares in percentage points with half its 95 % interval: `-6.8 ± 0.2`.
pub(super) fn points_with_margin(difference: Estimate) -> String {
    let margin = 100.0 * MARGIN * difference.standard_error;
    let decimals = if margin < 0.095 { 2 } else { 1 };
    let margin = margin.is_finite().then(|| format!("{:.decimals$}", margin.max(0.01)));
    with_margin(points_change(difference), margin)
}

/// A whole number in groups of three: `1,000,000`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The unit of money in a basis, as one says it.
pub(super) fn dollars_of(basis: Basis) -> &'static str {
    match basis {
        Basis::Real => "today's dollars",
        Basis::Nominal => "dollars of the day (nominal)",
    }
}

/// How times are named: by age, or by year for an account that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The participant has an age.
    Age,
    /// Years since the start.
    Year,
}

impl Clock {
    /// The clock of an outcome that starts at an age; 0 stands for an account without one.
    pub(super) fn starting_at(age: u32) -> Self {
        if age == 0 { Self::Year } else { Self::Age }
    }

    /// The name of the axis.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Age => "Age",
            Self::Year => "Year",
        }
    }

    /// A time within a sentence: `at 65`, `after 30 years`.
    pub(super) fn at(self, age: u32) -> String {
        match (self, age) {
            (Self::Age, age) => format!("at {age}"),
            (Self::Year, 1) => "after 1 year".to_string(),
            (Self::Year, years) => format!("after {years} years"),
        }
    }

    /// A time in the head of a column: `at 65`, `year 30`.
    pub(super) fn column(self, age: u32) -> String {
        match self {
            Self::Age => format!("at {age}"),
            Self::Year => format!("year {age}"),
        }
    }

    /// The last time of a period: `by 95`, `by year 30`.
    pub(super) fn by(self, age: u32) -> String {
        match self {
            Self::Age => format!("by {age}"),
            Self::Year => format!("by year {age}"),
        }
    }
}

/// The sentence with a capital at its beginning.
pub(super) fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// A policy's name in a sentence.
pub(super) fn name_of(outcome: &Outcome, policy: usize) -> String {
    outcome.policies.get(policy).map_or_else(String::new, |policy| one_line(&policy.name))
}

/// A name on one line: control characters become spaces.
pub(super) fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_three_significant_digits_at_every_size() {
        let cases = [
            (0.002, "$0"),
            (1.254, "$1.25"),
            (9.99, "$9.99"),
            (37.5, "$38"),
            (950.4, "$950"),
            (999.6, "$1.00k"),
            (9_996.0, "$10.0k"),
            (41_234.0, "$41.2k"),
            (999_499.0, "$999k"),
            (999_600.0, "$1.00M"),
            (1_218_000.0, "$1.22M"),
            (-3_210.0, "-$3.21k"),
            (7.5e9, "$7.50B"),
            (f64::NAN, "–"),
        ];
        for (amount, text) in cases {
            assert_eq!(money(amount), text, "{amount}");
        }
        assert_eq!((money_short(1_218_000.0), money_short(996_000.0)), ("$1.2M".into(), "$1.0M".into()));
        assert_eq!((money_short(41_234.0), money_short(934_567.0)), ("$41k".into(), "$930k".into()));
        assert_eq!((money_short(3.0), money_change(41_234.0)), ("$3.00".into(), "+$41.2k".into()));
        assert_eq!((money_tick(250_000.0), money_tick(1e6)), ("$250k".into(), "$1M".into()));
        assert_eq!((money_tick(2.5e6), money_tick(100.0)), ("$2.5M".into(), "$100".into()));
        assert_eq!((money_tick(12.5), money_tick(0.25)), ("$12.5".into(), "$0.25".into()));
        assert!(money(1e30).len() < 12 && money(f64::MAX).len() < 12);
    }

    #[test]
    fn a_probability_of_zero_is_printed_with_its_upper_limit() {
        let none = Interval { value: 0.0, low: 0.0, high: 0.000_383 };
        assert_eq!(percent_with_interval(none), "0 % (< 0.04 %)");
        let some = Interval { value: 0.1231, low: 0.1211, high: 0.1252 };
        assert_eq!(percent_with_interval(some), "12.3 % (12.1–12.5)");
        let all = Interval { value: 1.0, low: 0.9996, high: 1.0 };
        assert_eq!(percent_with_interval(all), "100 % (> 99.96 %)");
        assert_eq!((percent(0.999_97), percent(0.000_4)), ("99.997 %".into(), "0.04 %".into()));
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!(
            (count(7), count(1_000), count(1_234_567)),
            ("7".into(), "1,000".into(), "1,234,567".into())
        );
    }
}
