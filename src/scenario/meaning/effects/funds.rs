//! Keys of funds that round to nothing or are shares of nothing.

use crate::market::ManagementBase;
use crate::scenario::meaning::effects::subject::Subject;
use crate::scenario::meaning::findings::Findings;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    lags(subject, findings);
    management_bases(subject, findings);
}

/// A lag is so many whole steps, the nearest to its months.
fn lags(subject: &Subject<'_>, findings: &mut Findings) {
    let word = if subject.steps_per_year == 1 { "year" } else { "quarter" };
    let vanishes = |months: u32| months > 0 && months * subject.steps_per_year < 6;
    for (_, asset) in subject.held().filter(|_| subject.market.frictions.smoothing) {
        let lag = asset.vehicle.appraisal.as_ref().map_or(0, |appraisal| appraisal.lag_months);
        if vanishes(lag) {
            findings.warn(format!(
                "the nav_lag_months of {} ({lag}) have no effect in steps of a {word}: a lag is the nearest number of whole \
                 steps, here 0",
                asset.key
            ));
        }
    }
}

fn management_bases(subject: &Subject<'_>, findings: &mut Findings) {
    for asset in subject.market.assets.iter().filter(|asset| asset.fees.management == 0.0) {
        let written =
            subject.table.asset.get(&asset.key).is_some_and(|table| table.management_base.is_some());
        if written && asset.fees.management_base != ManagementBase::Nav {
            let key = format!("market.asset.{}", asset.key);
            findings.warn(format!("{key}.management_base has no effect: its management_fee is 0"));
        }
    }
}
