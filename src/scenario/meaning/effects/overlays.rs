//! Keys of the overlays: jumps and losses of nothing, and assets that an overlay leaves as they are.

use crate::scenario::meaning::effects::subject::{Subject, is_illiquid, names};
use crate::scenario::meaning::findings::Findings;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    events(subject, findings);
    uncertainty(subject, findings);
    managers(subject, findings);
}

fn events(subject: &Subject<'_>, findings: &mut Findings) {
    let overlays = &subject.market.overlays;
    if let Some(crashes) = &overlays.crashes {
        if crashes.intensity == 0.0 {
            findings.warn("market.crashes has no effect: its intensity is 0".into());
        }
        for (key, _) in crashes.assets.iter().filter(|(_, jump)| jump.mean == 0.0 && jump.sd == 0.0) {
            findings.warn(format!("market.crashes.asset.{key} has no effect: its jump has mean and sd 0"));
        }
    }
    for (key, loss) in &overlays.permanent_loss {
        let zero = [("hazard", loss.hazard), ("loss", loss.loss)];
        if let Some((word, _)) = zero.into_iter().find(|(_, value)| *value == 0.0) {
            findings.warn(format!("market.permanent_loss.{key} has no effect: its {word} is 0"));
        }
    }
}

/// Assets of which neither the scenario nor the program says how well their returns are known.
fn uncertainty(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(uncertainty) = &subject.market.overlays.parameter_uncertainty else { return };
    if uncertainty.scale == 0.0 {
        findings.warn("market.parameter_uncertainty has no effect: its scale is 0".into());
        return;
    }
    let known = subject.held().filter(|(_, asset)| !uncertainty.sd.contains_key(&asset.key));
    if let Some(keys) = names(known.map(|(_, asset)| asset)) {
        findings.warn(format!(
            "market.parameter_uncertainty has no effect on {keys}: neither the program nor the scenario has a figure, so the \
             expected return is taken as known; give it as market.parameter_uncertainty.sd"
        ));
    }
}

/// Private assets whose managers are all alike although managers differ.
fn managers(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(managers) = &subject.market.overlays.managers else { return };
    for (key, _) in managers.assets.iter().filter(|(_, spread)| spread.sd == 0.0 && spread.shift() == 0.0) {
        findings.warn(format!("market.managers.asset.{key} has no effect: sd and selection are 0"));
    }
    let alike = subject.held().map(|(_, asset)| asset);
    let alike = alike.filter(|asset| is_illiquid(asset) && !managers.assets.contains_key(&asset.key));
    if let Some(keys) = names(alike) {
        findings.warn(format!(
            "market.managers has no effect on {keys}: say how those managers differ as market.managers.asset"
        ));
    }
}
