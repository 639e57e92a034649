//! `managers` of a scenario or of a set of assumptions: how managers differ as written, over what the set beneath says,
//! over the program's own figures.

use std::collections::BTreeMap;

use crate::market::{ManagerSpread, Managers, Selection};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::meaning::ground::Ground;
use crate::scenario::overlay_figures::{MANAGER_SPREADS, figure};
use crate::scenario::wire::{ManagerTable, ManagersTable, Switch};

/// Years, persistence and correlation where nobody gives them.
const DEFAULTS: (u32, f64, f64) = (5, 0.3, 0.0);

/// The managers of the assets of `ground`; `None` if nobody differs.
pub(super) fn build(
    written: Option<&Switch<ManagersTable>>,
    base: Option<&Managers>,
    ground: Ground<'_>,
    findings: &mut Findings,
) -> Option<Managers> {
    let beneath = base.map(|base| of_assets(base, ground));
    let none = ManagersTable::default();
    let table = match written {
        None => return beneath.filter(|managers| !managers.assets.is_empty()),
        Some(Switch::Word(false)) => return None,
        Some(Switch::Word(true)) => &none,
        Some(Switch::Table(table)) => table,
    };
    let mut managers = beneath.unwrap_or_else(|| of_program(ground));
    managers.vintage_years = table.vintage_years.unwrap_or(managers.vintage_years);
    managers.persistence = table.persistence.unwrap_or(managers.persistence);
    managers.correlation = table.correlation.unwrap_or(managers.correlation);
    let key = format!("{}managers", ground.prefix);
    if !table.asset.is_empty() {
        chosen(&mut managers, table, &key, ground, findings);
    } else if managers.assets.is_empty() {
        let advice = format!(
            "no figures are shipped for this market: say how the managers of an asset differ, such as \
             [{key}.asset.private_equity] with sd = 0.06"
        );
        findings.missing(format!("{key}.asset"), advice);
    }
    Some(managers)
}

/// The assets of the table in the place of those beneath, whose figures stay where the table gives none.
fn chosen(
    managers: &mut Managers,
    table: &ManagersTable,
    key: &str,
    ground: Ground<'_>,
    findings: &mut Findings,
) {
    let beneath = managers.clone();
    let gives_figures = table.asset.values().any(|own| own.sd.is_some());
    let source =
        if gives_figures { ground.source(key, table.provenance.as_deref(), findings) } else { String::new() };
    *managers = Managers { assets: BTreeMap::new(), sources: vec![], ..*managers };
    for (asset, own) in &table.asset {
        if !ground.knows(&format!("{key}.asset"), asset, findings) {
            continue;
        }
        let shipped = shipped(&beneath, asset, ground);
        let at = format!("{key}.asset.{asset}");
        let Some((sd, source)) = own
            .sd
            .map(|sd| (sd, source.clone()))
            .or_else(|| shipped.as_ref().map(|(spread, source)| (spread.sd, source.clone())))
        else {
            findings.missing(format!("{at}.sd"), "no figure is shipped for this asset");
            continue;
        };
        let inherited = shipped.map_or(Selection::Deviations(0.0), |(spread, _)| spread.selection);
        if let Some(selection) = selection(*own, inherited, &format!("{at}.shift"), findings) {
            managers.sources.push((asset.clone(), source));
            managers.assets.insert(asset.clone(), ManagerSpread { sd, selection });
        }
    }
    ground.in_order(&mut managers.sources);
}

/// The spread of an asset beneath the table and its source: that of the set, or else the program's own.
fn shipped(beneath: &Managers, asset: &str, ground: Ground<'_>) -> Option<(ManagerSpread, String)> {
    let source =
        || beneath.sources.iter().find(|(known, _)| known == asset).map(|(_, source)| source.clone());
    let of_set = beneath.assets.get(asset).map(|spread| (*spread, source().unwrap_or_default()));
    let of_program = || figure(&MANAGER_SPREADS, asset).filter(|_| ground.in_a_set);
    of_set.or_else(|| of_program().map(|(sd, source)| (average(sd), source.to_string())))
}

/// How well the plan chooses; reported and `None` if the table says it in both ways.
fn selection(
    own: ManagerTable,
    inherited: Selection,
    at_shift: &str,
    findings: &mut Findings,
) -> Option<Selection> {
    match (own.selection, own.shift) {
        (Some(_), Some(shift)) => {
            findings.refuse(at_shift, shift, "left out beside selection: they say the same");
            None
        }
        (_, Some(shift)) => Some(Selection::LogReturn(shift)),
        (Some(selection), None) => Some(Selection::Deviations(selection)),
        (None, None) => Some(inherited),
    }
}

/// What of them is about these assets.
fn of_assets(base: &Managers, ground: Ground<'_>) -> Managers {
    let mut managers = base.clone();
    managers.assets.retain(|key, _| ground.assets.contains(key));
    managers.sources.retain(|(key, _)| ground.assets.contains(key));
    ground.in_order(&mut managers.sources);
    managers
}

fn average(sd: f64) -> ManagerSpread {
    ManagerSpread { sd, selection: Selection::Deviations(0.0) }
}

/// Average managers of the private assets of a set, with the program's own spreads.
fn of_program(ground: Ground<'_>) -> Managers {
    let known = ground.assets.iter().filter(|_| ground.in_a_set);
    let known: Vec<(&String, f64, &str)> =
        known.filter_map(|key| figure(&MANAGER_SPREADS, key).map(|(sd, source)| (key, sd, source))).collect();
    let (vintage_years, persistence, correlation) = DEFAULTS;
    let assets: BTreeMap<String, ManagerSpread> =
        known.iter().map(|(key, sd, _)| ((*key).clone(), average(*sd))).collect();
    let sources = known.iter().map(|(key, _, source)| ((*key).clone(), (*source).to_string())).collect();
    Managers { vintage_years, persistence, correlation, assets, sources }
}
