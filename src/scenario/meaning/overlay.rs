//! What happens on top of the return model: `[market.crashes]` and `[market.permanent_loss]`, with the overlays that sets
//! of assumptions may have too, over those of the set.

use std::collections::BTreeMap;

use crate::market::{AssumptionSet, CrashJump, Crashes, Ingredients, Market, Overlays, PermanentLoss};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::ground::Ground;
use crate::scenario::meaning::{managers, uncertainty};
use crate::scenario::wire::MarketTable;

/// The overlays of a scenario's market with these assets under a set.
///
/// Under a model that takes its returns from a table of history the set's own overlays are left out: they are about
/// expected returns that such a model does not have.
pub(super) fn build(
    table: &MarketTable,
    assets: &[String],
    set: Option<&AssumptionSet>,
    has_stated_returns: bool,
    findings: &mut Findings,
) -> Overlays {
    let ground =
        Ground { assets, in_a_set: set.is_some(), prefix: "market.", own: Some("the scenario's own figure") };
    let base = set.map(|set| &set.overlays).filter(|_| has_stated_returns);
    let base_uncertainty = base.and_then(|base| base.parameter_uncertainty.as_ref());
    let base_managers = base.and_then(|base| base.managers.as_ref());
    Overlays {
        crashes: crashes(table, ground, findings),
        permanent_loss: permanent_loss(table, ground, findings),
        parameter_uncertainty: uncertainty::build(
            table.parameter_uncertainty.as_ref(),
            base_uncertainty,
            ground,
            findings,
        ),
        managers: managers::build(table.managers.as_ref(), base_managers, ground, findings),
    }
}

/// Refuses jumps that leave the return model no variance of its own, at the market's own frictions.
pub(super) fn check(market: &Market, steps_per_year: u32, findings: &mut Findings) {
    let no_fees = vec![0.0; market.assets.len()];
    let steps = steps_per_year as usize;
    let moments = Ingredients::new(market, steps, &market.volatility_factors(), &no_fees).moments;
    findings.take("market", market.overlays.compensated(&market.assets, &moments, steps));
}

fn crashes(table: &MarketTable, ground: Ground<'_>, findings: &mut Findings) -> Option<Crashes> {
    let table = table.crashes.as_ref()?;
    if table.asset.is_empty() {
        let advice =
            "say how assets jump, such as [market.crashes.asset.bitcoin] with mean = -0.35, sd = 0.25";
        findings.missing("market.crashes.asset", advice);
    }
    let mut assets = BTreeMap::new();
    for (key, jump) in &table.asset {
        if ground.knows("market.crashes.asset", key, findings) {
            assets.insert(key.clone(), CrashJump { mean: jump.mean, sd: jump.sd });
        }
    }
    Some(Crashes { intensity: table.intensity, correlation: table.correlation, assets })
}

fn permanent_loss(
    table: &MarketTable,
    ground: Ground<'_>,
    findings: &mut Findings,
) -> BTreeMap<String, PermanentLoss> {
    let mut losses = BTreeMap::new();
    for (key, loss) in &table.permanent_loss {
        if ground.knows("market.permanent_loss", key, findings) {
            losses.insert(key.clone(), PermanentLoss { hazard: loss.hazard, loss: loss.loss });
        }
    }
    losses
}
