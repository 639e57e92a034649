//! What is sold for spending, in which order, and on which terms assets are priced and redeemed.

use crate::engine::compile::compiler::{Charges, Compiler};
use crate::engine::plan::{SaleGroup, SaleLoss, Terms};
use crate::market::{ForcedSale, HaircutRule, Liquidity};
use crate::policy::{Policy, WithdrawalOrder};

/// What is sold for spending, in order, and what each sale loses.
///
/// Liquid assets are sold at the bid. Funds with gates redeem at the reported NAV as far as those allow, and what is still
/// missing is raised by forced sales, which is the only way out of a fund without a gate; where haircuts are not charged
/// such a sale is a redemption.
pub(super) fn sales(
    compiler: &Compiler<'_>,
    policy: &Policy,
    held: &[u32],
    charges: Charges,
    all_trades: bool,
    appraised: bool,
) -> Vec<SaleGroup> {
    let places = |wanted: &dyn Fn(u32) -> bool| -> Vec<u32> {
        (0..held.len() as u32).filter(|&place| wanted(held[place as usize])).collect()
    };
    let is_liquid = |k: u32| matches!(compiler.market.assets[k as usize].liquidity, Liquidity::Liquid { .. });
    let redeemable = |k: u32| {
        let gated = charges.gates && compiler.market.assets[k as usize].vehicle.gate.is_some();
        appraised && (gated || !charges.haircuts)
    };
    let redeems = held.iter().any(|&k| !is_liquid(k) && redeemable(k));
    let loss = |place: u32, redeemed: bool| {
        let k = held[place as usize] as usize;
        match compiler.market.assets[k].liquidity {
            Liquidity::Liquid { .. } => SaleLoss::Spread(compiler.spread(k, charges.spreads && all_trades)),
            Liquidity::Illiquid { .. } if redeemed => SaleLoss::Redemption,
            Liquidity::Illiquid { .. } => compiler.forced_sale(k, charges),
        }
    };
    let group = |(places, redeemed): (Vec<u32>, bool)| {
        let losses: Vec<SaleLoss> = places.iter().map(|&place| loss(place, redeemed)).collect();
        // Forced sales are counted even where they lose nothing.
        let counts = appraised && losses.iter().any(|loss| loss.is_forced());
        let losses = if !counts && losses.iter().all(is_free) { vec![] } else { losses };
        SaleGroup { places, losses }
    };
    let (liquid, illiquid, all) = (places(&is_liquid), places(&|k| !is_liquid(k)), places(&|_| true));
    let funds = places(&|k| !is_liquid(k) && redeemable(k));
    let first = places(&|k| is_liquid(k) || redeemable(k));
    let groups = match (policy.withdrawals, redeems) {
        (WithdrawalOrder::LiquidFirst, false) => vec![(liquid, false), (illiquid, false)],
        (WithdrawalOrder::LiquidFirst, true) => {
            vec![(liquid, false), (funds, true), (illiquid, false)]
        }
        (WithdrawalOrder::ProRata, false) => vec![(all, false)],
        (WithdrawalOrder::ProRata, true) => vec![(first, true), (illiquid, false)],
    };
    groups.into_iter().filter(|(places, _)| !places.is_empty()).map(group).collect()
}

fn is_free(loss: &SaleLoss) -> bool {
    match loss {
        SaleLoss::Spread(spread) => spread.iter().all(|&s| s == 0.0),
        SaleLoss::Haircut([base, slope, curvature, _, scale]) => {
            *scale == 0.0 || base + slope + curvature == 0.0
        }
        SaleLoss::Share(share) => *share == 0.0,
        SaleLoss::Redemption => false,
    }
}

impl Compiler<'_> {
    /// What a forced sale of an illiquid asset loses: nothing of its value where haircuts are not charged.
    fn forced_sale(&self, asset: usize, charges: Charges) -> SaleLoss {
        match self.market.haircut(asset) {
            _ if !charges.haircuts => SaleLoss::Share(0.0),
            ForcedSale::OfNav { rule: HaircutRule { base, slope, curvature, cap }, scale } => {
                SaleLoss::Haircut([base, slope, curvature, cap, scale])
            }
            ForcedSale::OfValue(share) => SaleLoss::Share(share),
        }
    }

    /// How the assets held are priced and redeemed.
    pub(super) fn terms(&self, held: &[u32], charges: Charges) -> Vec<Terms> {
        let assets = &self.market.assets;
        let place_among = |k: usize, belongs: &dyn Fn(usize) -> bool| {
            belongs(k).then(|| (0..k).filter(|&earlier| belongs(earlier)).count() as u32)
        };
        let is_fund = |k: usize| self.is_fund(k, charges);
        let is_gated = |k: usize| charges.gates && assets[k].vehicle.gate.is_some();
        held.iter()
            .map(|&k| {
                let k = k as usize;
                Terms {
                    fund: place_among(k, &is_fund),
                    gate: place_among(k, &is_gated),
                    sleeve: assets[k].vehicle.liquid_sleeve,
                    illiquid: matches!(assets[k].liquidity, Liquidity::Illiquid { .. }),
                    forced: self.forced_sale(k, charges),
                }
            })
            .collect()
    }
}
