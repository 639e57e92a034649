//! Worlds: growth factors under each setting of the frictions, with their funds and gates.

use crate::engine::compile::compiler::{Charges, Compiler, factors};
use crate::engine::plan::World;
use crate::error::{Error, Result};
use crate::market::{FundIngredients, FundSwitches, Gates, Ingredients, Model, Vehicle, funds_of, has_news};
use crate::math::elementary::pow;

impl Compiler<'_> {
    /// Which features of funds are at work; smoothing is not where every NAV is the value.
    pub(super) fn switches(&self, charges: Charges) -> FundSwitches {
        let mut vehicles = self.market.assets.iter().map(|asset| &asset.vehicle);
        let appraised = vehicles.any(Vehicle::has_two_prices);
        FundSwitches { fees: charges.fees, smoothing: charges.smoothing && appraised }
    }

    fn gross(&self, charges: Charges) -> &Model {
        &self.gross[usize::from(charges.volatility)]
    }

    /// The world of a setting; made on first use.
    pub(super) fn world(&mut self, charges: Charges, stressed: bool, gated: bool) -> Result<u32> {
        let key = (self.switches(charges), charges.volatility);
        let known = self.worlds.iter().position(|(known, _)| *known == key);
        let place = known.unwrap_or(self.worlds.len());
        if known.is_none() {
            let world = self.new_world(charges)?;
            self.worlds.push((key, world));
        }
        if stressed && let Some(k) = self.stress_asset() {
            // Funds take their fees after stress is measured.
            let fee = if self.is_fund(k, charges) { 0.0 } else { self.fees_per_year(charges.fees)[k] };
            let gross_up = 1.0 / pow(1.0 - fee, 1.0 / f64::from(self.schedule.steps_per_year));
            self.worlds[place].1.stress = Some((k as u32, gross_up));
        }
        if gated {
            self.worlds[place].1.gates = Some(Gates::compile(self.market));
        }
        Ok(place as u32)
    }

    fn stress_asset(&self) -> Option<usize> {
        self.market.stress_asset.as_deref().and_then(|key| self.market.index_of(key))
    }

    pub(super) fn is_fund(&self, asset: usize, charges: Charges) -> bool {
        let news = has_news(asset, self.gross(charges), self.overlay.as_ref());
        self.switches(charges).concern(&self.market.assets[asset], news)
    }

    fn new_world(&self, charges: Charges) -> Result<World> {
        let steps = self.schedule.steps_per_year as usize;
        let fees = self.fees_per_year(charges.fees);
        let in_growth = |(k, fee): (usize, &f64)| if self.is_fund(k, charges) { 0.0 } else { *fee };
        let of_growth: Vec<f64> = fees.iter().enumerate().map(in_growth).collect();
        let within = |error: Error| error.within("market");
        let factors = factors(self.market, charges.volatility);
        let ingredients = Ingredients::new(self.market, steps, &factors, &of_growth);
        let from = FundIngredients {
            steps_per_year: steps,
            switches: self.switches(charges),
            fees_per_year: &fees,
            gross: self.gross(charges),
            overlay: self.overlay.as_ref(),
        };
        let (funds, past) = funds_of(self.market, from).map_err(within)?;
        let model = Model::compile(&ingredients).map_err(within)?;
        Ok(World { model, stress: None, funds, past, gates: None })
    }
}
