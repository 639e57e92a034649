//! What a difference is worth: better, worse, or not to be told from noise.

use crate::engine::Estimate;
use crate::study::SURE;

/// What a difference is worth, of which more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Better,
    Worse,
    Unclear,
}

impl Finding {
    /// Of a difference of which more is better.
    pub(super) fn of(difference: Estimate) -> Self {
        let sure = difference.value.abs() > SURE * difference.standard_error;
        match difference.value {
            value if sure && value > 0.0 => Self::Better,
            value if sure && value < 0.0 => Self::Worse,
            _ => Self::Unclear,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Unclear => "no clear difference",
        }
    }
}
