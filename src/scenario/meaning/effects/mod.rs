//! Keys that act by asset, held against whether they do: what would change nothing is refused or said in a warning.
//!
//! Keys that are written are held to what they name. Defaults that leave an asset out are told for the assets that a policy
//! holds, because of the others nobody would see a difference.

mod funds;
mod illiquid;
mod overlays;
mod returns;
mod subject;

use crate::policy::Policy;
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::market::BuiltMarket;
use crate::scenario::wire::ScenarioFile;

use subject::Subject;

/// Looks at one market with the policies in it.
pub(super) fn check(
    file: &ScenarioFile,
    built: &BuiltMarket,
    policies: &[Policy],
    steps_per_year: u32,
    findings: &mut Findings,
) {
    let subject =
        Subject { table: &file.market, market: &built.market, own: &built.own, policies, steps_per_year };
    returns::check(&subject, findings);
    overlays::check(&subject, findings);
    funds::check(&subject, findings);
    illiquid::check(&subject, &file.policy, findings);
}
