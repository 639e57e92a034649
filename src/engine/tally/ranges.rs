//! Which lifetimes something holds.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Ranges of lifetimes, ascending, joined where they touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ranges {
    /// First lifetime and number of lifetimes of each.
    ranges: Vec<(u64, u64)>,
}

impl Ranges {
    pub(crate) fn as_slice(&self) -> &[(u64, u64)] {
        &self.ranges
    }

    /// The number of lifetimes.
    pub(crate) fn count(&self) -> u64 {
        self.ranges.iter().map(|(_, count)| count).sum()
    }

    /// The lifetimes in rising order.
    pub(crate) fn lifetimes(&self) -> impl Iterator<Item = u64> + '_ {
        self.ranges.iter().flat_map(|&(first, count)| first..first + count)
    }

    /// Adds lifetimes `first .. first + count`.
    ///
    /// # Errors
    ///
    /// One of them is held already; nothing is changed then.
    pub(crate) fn add(&mut self, first: u64, count: u64) -> Result<()> {
        self.merge(&Self { ranges: vec![(first, count)] })
    }

    /// Adds the lifetimes of another.
    ///
    /// # Errors
    ///
    /// One of them is held already; nothing is changed then.
    pub(crate) fn merge(&mut self, other: &Self) -> Result<()> {
        let mut ranges = [self.as_slice(), other.as_slice()].concat();
        ranges.retain(|(_, count)| *count > 0);
        ranges.sort_unstable();
        let mut joined: Vec<(u64, u64)> = vec![];
        for (first, count) in ranges {
            match joined.last_mut() {
                Some((start, length)) if *start + *length > first => {
                    let reason = format!("lifetime {first} is held twice: tallies of overlapping ranges");
                    return Err(Error::mismatch(reason));
                }
                Some((start, length)) if *start + *length == first => *length += count,
                _ => joined.push((first, count)),
            }
        }
        self.ranges = joined;
        Ok(())
    }
}
