//! `[market.crashes]`, `[market.permanent_loss]`, `[market.parameter_uncertainty]` and `[market.managers]`: what happens
//! on top of the return model.

use std::collections::BTreeMap;

use crate::market::{
    CrashJump, Crashes, ErrorCorrelation, Ingredients, ManagerSpread, Managers, Market, Overlays,
    ParameterUncertainty, PermanentLoss, Selection,
};
use crate::scenario::build::findings::Findings;
use crate::scenario::overlay_figures::{MANAGER_SPREADS, MEAN_ERRORS, figure};
use crate::scenario::wire::{
    ErrorCorrelationValue, ErrorCorrelationWord, ManagerTable, ManagersTable, MarketTable,
    ParameterUncertaintyTable,
};

/// The overlays of a market with these assets; missing if one of them names an asset that is not there.
pub(super) fn build(table: &MarketTable, assets: &[String], findings: &mut Findings) -> Option<Overlays> {
    let shipped = table.assumptions.is_some();
    let mut builder = Builder { assets, shipped, findings, sound: true };
    let overlays = Overlays {
        crashes: builder.crashes(table),
        permanent_loss: builder.permanent_loss(table),
        parameter_uncertainty: table.parameter_uncertainty.as_ref().map(|t| builder.uncertainty(t)),
        managers: table.managers.as_ref().map(|t| builder.managers(t)),
    };
    builder.sound.then_some(overlays)
}

/// Refuses jumps that leave the return model no variance of its own, at the market's own frictions.
pub(super) fn check(market: &Market, steps_per_year: u32, findings: &mut Findings) {
    let no_fees = vec![0.0; market.assets.len()];
    let steps = steps_per_year as usize;
    let moments = Ingredients::new(market, steps, &market.volatility_factors(), &no_fees).moments;
    findings.take("market", market.overlays.compensated(market, &moments, steps));
}

struct Builder<'a> {
    assets: &'a [String],
    /// Whether the market stands on an assumption set, for whose assets figures are shipped.
    shipped: bool,
    findings: &'a mut Findings,
    sound: bool,
}

impl Builder<'_> {
    /// Whether the market has an asset; reported under `table` if not.
    fn knows(&mut self, table: &str, asset: &str) -> bool {
        let known = self.assets.iter().any(|key| key == asset);
        if !known {
            let names = self.assets.iter().map(String::as_str);
            self.findings.unknown(format!("{table}.{asset}"), asset, "an asset of this market", names);
            self.sound = false;
        }
        known
    }

    fn missing(&mut self, key: impl Into<String>, advice: &str) {
        self.findings.missing(key, advice);
        self.sound = false;
    }

    fn crashes(&mut self, table: &MarketTable) -> Option<Crashes> {
        let table = table.crashes.as_ref()?;
        if table.asset.is_empty() {
            let advice =
                "say how assets jump, such as [market.crashes.asset.bitcoin] with mean = -0.35, sd = 0.25";
            self.missing("market.crashes.asset", advice);
        }
        let mut assets = BTreeMap::new();
        for (key, jump) in &table.asset {
            if self.knows("market.crashes.asset", key) {
                assets.insert(key.clone(), CrashJump { mean: jump.mean, sd: jump.sd });
            }
        }
        Some(Crashes { intensity: table.intensity, correlation: table.correlation, assets })
    }

    fn permanent_loss(&mut self, table: &MarketTable) -> BTreeMap<String, PermanentLoss> {
        let mut losses = BTreeMap::new();
        for (key, loss) in &table.permanent_loss {
            if self.knows("market.permanent_loss", key) {
                losses.insert(key.clone(), PermanentLoss { hazard: loss.hazard, loss: loss.loss });
            }
        }
        losses
    }

    fn uncertainty(&mut self, table: &ParameterUncertaintyTable) -> ParameterUncertainty {
        let mut sources = Sources::default();
        let mut sd = BTreeMap::new();
        for key in self.assets.iter().filter(|_| self.shipped) {
            if let Some((value, source)) = figure(&MEAN_ERRORS, key).filter(|_| !table.sd.contains_key(key)) {
                sd.insert(key.clone(), value);
                sources.add(key, source);
            }
        }
        for (key, value) in &table.sd {
            if self.knows("market.parameter_uncertainty.sd", key) {
                sd.insert(key.clone(), *value);
                sources.add(key, OWN);
            }
        }
        if sd.is_empty() && table.sd.is_empty() {
            let advice = "no figures are shipped for this market: give the standard deviation by asset";
            self.missing("market.parameter_uncertainty.sd", advice);
        }
        let correlation = match table.correlation {
            ErrorCorrelationValue::Constant(value) => ErrorCorrelation::Constant(value),
            ErrorCorrelationValue::Word(ErrorCorrelationWord::Returns) => ErrorCorrelation::Returns,
        };
        ParameterUncertainty { scale: table.scale, sd, correlation, provenance: sources.text() }
    }

    fn managers(&mut self, table: &ManagersTable) -> Managers {
        let mut sources = Sources::default();
        let mut assets = BTreeMap::new();
        let all: Vec<(String, ManagerTable)> = if table.asset.is_empty() && self.shipped {
            let dispersed = self.assets.iter().filter(|key| figure(&MANAGER_SPREADS, key).is_some());
            dispersed.map(|key| (key.clone(), ManagerTable::default())).collect()
        } else {
            table.asset.iter().map(|(key, own)| (key.clone(), *own)).collect()
        };
        if all.is_empty() {
            let advice = "no figures are shipped for this market: say how the managers of an asset differ, such as \
                          [market.managers.asset.private_equity] with sd = 0.06";
            self.missing("market.managers.asset", advice);
        }
        for (key, own) in all {
            if self.knows("market.managers.asset", &key)
                && let Some(spread) = self.spread(&key, own, &mut sources)
            {
                assets.insert(key, spread);
            }
        }
        Managers {
            vintage_years: table.vintage_years,
            persistence: table.persistence,
            correlation: table.correlation,
            assets,
            provenance: sources.text(),
        }
    }

    fn spread(&mut self, key: &str, own: ManagerTable, sources: &mut Sources) -> Option<ManagerSpread> {
        let at = |name: &str| format!("market.managers.asset.{key}.{name}");
        let shipped = figure(&MANAGER_SPREADS, key).filter(|_| self.shipped);
        let Some((sd, source)) = own.sd.map(|sd| (sd, OWN)).or(shipped) else {
            self.missing(at("sd"), "no figure is shipped for this asset");
            return None;
        };
        sources.add(key, source);
        let selection = match (own.selection, own.shift) {
            (Some(_), Some(shift)) => {
                self.findings.refuse(at("shift"), shift, "left out beside selection: they say the same");
                self.sound = false;
                return None;
            }
            (_, Some(shift)) => Selection::LogReturn(shift),
            (selection, None) => Selection::Deviations(selection.unwrap_or(0.0)),
        };
        Some(ManagerSpread { sd, selection })
    }
}

const OWN: &str = "the scenario's own figure";

/// Where figures come from, assets of one source together.
#[derive(Default)]
struct Sources(Vec<(&'static str, Vec<String>)>);

impl Sources {
    fn add(&mut self, key: &str, source: &'static str) {
        match self.0.iter_mut().find(|(known, _)| *known == source) {
            Some((_, keys)) => keys.push(key.to_string()),
            None => self.0.push((source, vec![key.to_string()])),
        }
    }

    fn text(&self) -> String {
        let parts: Vec<String> =
            self.0.iter().map(|(source, keys)| format!("{}: {source}", keys.join(", "))).collect();
        parts.join("; ")
    }
}
