//! Named glide paths of target-date funds: the equity share by age.

use std::fmt::Write;

/// A glide path by name.
///
/// Shares of equity read in fund documents and snapshots; the ends are published, the points between are
/// interpolated. Two of the paths are from memory only and say so in [`NamedGlidePath::provenance`]. Each is linear between
/// its points, and before the first and after the last it stays what it is there; [`NamedGlidePath::in_words`] says all
/// of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedGlidePath {
    /// 90 % up to 40, 50 % at 65, 30 % from 72.
    VanguardLike,
    /// 99 % up to 25, 93 % at 40, 40 % from 65.
    BlackrockLike,
    /// 90 % up to 40, 50 % at 65, 24 % from 72.
    FidelityLike,
    /// 98 % up to 25, 95 % at 40, 55 % at 65, 30 % from 72.
    TroweLike,
    /// 100 less the age: 100 % at birth, none from 100.
    HundredMinusAge,
}

impl NamedGlidePath {
    /// Every path, in the order in which it is listed to users.
    pub const ALL: [Self; 5] =
        [Self::VanguardLike, Self::BlackrockLike, Self::FidelityLike, Self::TroweLike, Self::HundredMinusAge];

    /// The name in scenario files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::VanguardLike => "vanguard_like",
            Self::BlackrockLike => "blackrock_like",
            Self::FidelityLike => "fidelity_like",
            Self::TroweLike => "trowe_like",
            Self::HundredMinusAge => "100_minus_age",
        }
    }

    /// Where the points come from.
    #[must_use]
    pub fn provenance(self) -> &'static str {
        match self {
            Self::VanguardLike => "ends from fund documents (secondary); points between interpolated",
            Self::BlackrockLike => "published 2014 shape (secondary), points between judged",
            Self::FidelityLike | Self::TroweLike => "unverified, from memory",
            Self::HundredMinusAge => "rule of thumb",
        }
    }

    /// Ages and shares of equity between which the path is linear.
    #[must_use]
    pub fn equity_shares(self) -> &'static [(f64, f64)] {
        match self {
            Self::VanguardLike => &[
                (25.0, 0.90),
                (40.0, 0.90),
                (45.0, 0.82),
                (50.0, 0.74),
                (56.0, 0.65),
                (60.0, 0.58),
                (65.0, 0.50),
                (72.0, 0.30),
            ],
            Self::BlackrockLike => &[(25.0, 0.99), (40.0, 0.93), (65.0, 0.40)],
            Self::FidelityLike => &[(25.0, 0.90), (40.0, 0.90), (65.0, 0.50), (72.0, 0.24)],
            Self::TroweLike => &[(25.0, 0.98), (40.0, 0.95), (65.0, 0.55), (72.0, 0.30)],
            Self::HundredMinusAge => &[(0.0, 1.0), (100.0, 0.0)],
        }
    }

    /// The whole path with its ends, such as "90 % up to 40, 50 % at 65, 30 % from 72".
    #[must_use]
    pub fn in_words(self) -> String {
        let points = self.equity_shares();
        // Of points that say the same at either end, only the inner one tells something.
        let same = |from: &(f64, f64), to: &(f64, f64)| from.1 == to.1;
        let first = points.windows(2).take_while(|pair| same(&pair[0], &pair[1])).count();
        let last =
            points.len() - 1 - points.windows(2).rev().take_while(|pair| same(&pair[0], &pair[1])).count();
        let mut text = String::new();
        for (i, (age, share)) in points.iter().enumerate().take(last + 1).skip(first) {
            let when = match i {
                _ if i == last => "from",
                // Nobody is younger.
                _ if i == first && *age > 0.0 => "up to",
                _ => "at",
            };
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{:.0} % {when} {age}", 100.0 * share);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_rises_in_age_and_falls_in_equity() {
        for path in NamedGlidePath::ALL {
            for pair in path.equity_shares().windows(2) {
                assert!(pair[1].0 > pair[0].0 && pair[1].1 <= pair[0].1, "{}", path.as_str());
            }
        }
    }

    #[test]
    fn paths_are_told_with_their_ends() {
        let words = NamedGlidePath::ALL.map(NamedGlidePath::in_words);
        assert_eq!(
            words[0],
            "90 % up to 40, 82 % at 45, 74 % at 50, 65 % at 56, 58 % at 60, 50 % at 65, 30 % from 72"
        );
        assert_eq!(words[1], "99 % up to 25, 93 % at 40, 40 % from 65");
        assert_eq!(words[2], "90 % up to 40, 50 % at 65, 24 % from 72");
        assert_eq!(words[3], "98 % up to 25, 95 % at 40, 55 % at 65, 30 % from 72");
        assert_eq!(words[4], "100 % at 0, 0 % from 100");
    }
}
