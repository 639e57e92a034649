//! Which policy leads in a figure, told only where a paired difference says so.

use crate::engine::{Comparison, Estimate, Outcome};
use crate::study::SURE;

/// Which policy leads in some figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// This one is ahead of all others.
    Alone(usize),
    /// These are ahead of the policy that the best is compared with, but not surely of each other; the best first.
    Shared(Vec<usize>),
    /// The best is not surely ahead of the policy that it is compared with.
    Nobody,
    /// There are too few lifetimes for an error of some difference.
    Unknown,
}

/// Who leads in a figure of which more is better, from how much better a comparison finds its policy.
///
/// Two policies that no comparison pairs are told apart by their differences to a third one, with the sum of both errors: the
/// error of a difference of two differences is never larger, however they move together.
pub(super) fn lead(outcome: &Outcome, better: impl Fn(&Comparison) -> Option<Estimate>) -> Lead {
    let count = outcome.policies.len();
    let to_first: Option<Vec<Estimate>> =
        (0..count).map(|policy| ahead(outcome, policy, 0, &better)).collect();
    let Some(to_first) = to_first.filter(|all| all.len() > 1) else { return Lead::Nobody };
    if to_first.iter().any(|difference| difference.standard_error.is_nan()) {
        return Lead::Unknown;
    }
    let best = (1..count).fold(0, |best, p| if to_first[p].value > to_first[best].value { p } else { best });
    let is_tied = |other: &usize| {
        let lead = ahead(outcome, best, *other, &better);
        !lead.is_some_and(|lead| lead.value > SURE * lead.standard_error)
    };
    let mut tied: Vec<usize> = (0..count).filter(|&other| other != best).filter(is_tied).collect();
    if tied.is_empty() {
        Lead::Alone(best)
    } else if reference(outcome, best).is_some_and(|against| !tied.contains(&against)) {
        tied.sort_by(|&a, &b| to_first[b].value.total_cmp(&to_first[a].value));
        tied.insert(0, best);
        Lead::Shared(tied)
    } else {
        Lead::Nobody
    }
}

/// The policy that another one is compared with.
pub(super) fn reference(outcome: &Outcome, policy: usize) -> Option<usize> {
    outcome.comparisons.iter().find(|comparison| comparison.policy == policy).map(|found| found.against)
}

/// By how much one policy is ahead of another.
fn ahead(
    outcome: &Outcome,
    policy: usize,
    other: usize,
    better: &impl Fn(&Comparison) -> Option<Estimate>,
) -> Option<Estimate> {
    if policy == other {
        return Some(Estimate { value: 0.0, standard_error: 0.0 });
    }
    let all = || outcome.comparisons.iter().chain(&outcome.against_first);
    let of = |policy: usize, against: usize| {
        all().find(|c| c.policy == policy && c.against == against).and_then(better)
    };
    let direct =
        of(policy, other).or_else(|| of(other, policy).map(|e| Estimate { value: 0.0 - e.value, ..e }));
    let by_way_of = |third: usize| {
        let (ours, theirs) = (of(policy, third)?, of(other, third)?);
        let standard_error = ours.standard_error + theirs.standard_error;
        Some(Estimate { value: ours.value - theirs.value, standard_error })
    };
    let ways = all().filter(|c| c.policy == policy).filter_map(|c| by_way_of(c.against));
    direct.or_else(|| ways.min_by(|a, b| a.standard_error.total_cmp(&b.standard_error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe};

    /// Who leads where these are the differences of policies to those that they are compared with.
    fn lead_of(first: &[(f64, f64)], declared: &[(usize, usize, f64, f64)]) -> Lead {
        let made: Vec<(String, f64, f64)> =
            (0..=first.len()).map(|i| (format!("policy {i}"), 0.05, 0.1)).collect();
        let made: Vec<(&str, f64, f64)> = made.iter().map(|(n, m, s)| (n.as_str(), *m, *s)).collect();
        let mut outcome = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::account() }, &made);
        let template = Comparison { policy: 0, against: 0, ruin_difference: None, at: vec![] };
        let told = |policy, against, value, standard_error| {
            let ruin_difference = Some(Estimate { value, standard_error });
            Comparison { policy, against, ruin_difference, ..template.clone() }
        };
        outcome.against_first =
            first.iter().enumerate().map(|(i, &(value, error))| told(i + 1, 0, value, error)).collect();
        outcome.comparisons = if declared.is_empty() {
            outcome.against_first.clone()
        } else {
            declared
                .iter()
                .map(|&(policy, against, value, error)| told(policy, against, value, error))
                .collect()
        };
        lead(&outcome, |comparison| comparison.ruin_difference)
    }

    #[test]
    fn only_a_sure_lead_is_claimed() {
        assert_eq!(lead_of(&[(9.0, 1.0), (2.0, 1.0)], &[]), Lead::Alone(1));
        assert_eq!(lead_of(&[(9.0, 1.0), (2.0, 0.1), (9.5, 1.0)], &[]), Lead::Shared(vec![3, 1]));
        assert_eq!(lead_of(&[(-9.0, 1.0), (-8.0, 1.0)], &[]), Lead::Alone(0));
        assert_eq!(lead_of(&[(-9.0, 1.0), (2.0, 1.0)], &[]), Lead::Nobody);
        assert_eq!(lead_of(&[(0.0, 0.0)], &[]), Lead::Nobody);
        assert_eq!(lead_of(&[(5.0, f64::NAN), (1.0, 1.0)], &[]), Lead::Unknown);
        assert_eq!(lead_of(&[], &[]), Lead::Nobody);
    }

    #[test]
    fn a_policy_is_measured_against_the_one_that_it_is_compared_with() {
        // Against the first policy both are uncertain, but their own pair is not.
        let first = [(30.0, 8.0), (37.0, 8.0)];
        assert_eq!(lead_of(&first, &[(1, 0, 30.0, 8.0), (2, 1, 7.0, 0.5)]), Lead::Alone(2));
        assert_eq!(lead_of(&first, &[(1, 0, 30.0, 8.0), (2, 1, 7.0, 4.0)]), Lead::Nobody);
        // Two that share a reference are told apart by way of it.
        let sleeves = [(30.0, 8.0), (37.0, 8.0), (47.0, 8.0)];
        let declared = [(1, 0, 30.0, 8.0), (2, 1, 7.0, 1.0), (3, 1, 17.0, 1.0)];
        assert_eq!(lead_of(&sleeves, &declared), Lead::Alone(3));
    }
}
