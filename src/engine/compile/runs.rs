//! Runs: a policy under some frictions, and the ladder from gross to everything.

use crate::engine::compile::compiler::{Charges, Compiler};
use crate::engine::compile::sales::sales;
use crate::engine::plan::{Appraised, HalfSpread3, Ladder, LadderRung, Pair, Run, SaleLoss};
use crate::error::Result;
use crate::market::{Friction, Unfilled};
use crate::math::elementary::pow;
use crate::policy::{Policy, TradingCosts};

impl Compiler<'_> {
    /// Adds the run of a policy under some frictions and returns its place.
    pub(super) fn add(&mut self, policy: &Policy, charges: Charges) -> Result<u32> {
        let (held, weights) = self.weights(policy);
        let fees = self.fees_per_year(charges.fees);
        let steps = self.schedule.steps_per_year as usize;
        let fee_of_value = |fee: f64| 1.0 / pow(1.0 - fee, 1.0 / steps as f64) - 1.0;
        let fee_shares: Vec<f64> = held.iter().map(|&k| fee_of_value(fees[k as usize])).collect();
        let spreads: Vec<HalfSpread3> =
            held.iter().map(|&k| self.spread(k as usize, charges.spreads)).collect();
        let some_if = |wanted: bool| {
            if wanted && spreads.iter().flatten().any(|&s| s > 0.0) { spreads.clone() } else { vec![] }
        };
        let all_trades = policy.trading_costs == TradingCosts::AllTrades;
        let terms = self.terms(&held, charges);
        let appraised = terms.iter().any(|terms| terms.fund.is_some() || terms.gate.is_some());
        let sales = sales(self, policy, &held, charges, all_trades, appraised);
        let (rebalancing_spread, purchase_spread) = (some_if(true), some_if(all_trades));
        let gated = terms.iter().any(|terms| terms.gate.is_some());
        let stressed = gated
            || spread_moves(&rebalancing_spread)
            || sales.iter().flat_map(|group| &group.losses).any(|loss| loss.depends_on_stress());
        let world = self.world(charges, stressed, gated)?;
        let appraised = appraised.then(|| Appraised {
            terms,
            queues: self.market.frictions.unfilled == Unfilled::Queues,
            drift_cap: policy.drift_cap.filter(|_| gated).unwrap_or(f64::INFINITY),
        });
        self.runs.push(Run {
            world,
            held,
            weights,
            rebalancing: policy.rebalancing,
            fee_of_value: if fee_shares.iter().any(|&f| f > 0.0) { fee_shares } else { vec![] },
            fee_per_head: if charges.fees { self.schedule.fee_per_head / steps as f64 } else { 0.0 },
            rebalancing_spread,
            purchase_spread,
            sales,
            appraised,
        });
        Ok(self.runs.len() as u32 - 1)
    }

    /// Adds the runs of a policy from gross to everything, with their pairs.
    pub(super) fn add_ladder(
        &mut self,
        policy_index: usize,
        policy: &Policy,
        everything: Charges,
        pairs: &mut Vec<Pair>,
    ) -> Result<Ladder> {
        let gross = Charges {
            fees: false,
            volatility: false,
            haircuts: false,
            spreads: false,
            smoothing: false,
            gates: false,
        };
        let fees = Charges { fees: everything.fees, ..gross };
        let volatility = Charges { volatility: true, ..fees };
        let smoothing = Charges { smoothing: everything.smoothing, ..volatility };
        let mut rungs: Vec<LadderRung> = vec![];
        let appraised = everything.smoothing && self.switches(smoothing).smoothing;
        for (friction, charges) in [
            (Friction::Gross, Some(gross)),
            (Friction::Fees, Some(fees)),
            (Friction::VolatilityHaircut, Some(volatility)),
            (Friction::Smoothing, Some(smoothing)),
            (Friction::Liquidity, None),
        ] {
            if friction == Friction::Smoothing && !appraised {
                continue;
            }
            let run = charges.map_or(Ok(policy_index as u32), |charges| self.add(policy, charges))?;
            let pair = rungs.last().map(|before| {
                pairs.push(Pair { run, against: before.run });
                pairs.len() as u32 - 1
            });
            rungs.push(LadderRung { friction, run, pair });
        }
        Ok(Ladder { policy: policy_index as u32, rungs })
    }

    /// The assets ever held and the rows of their target weights.
    fn weights(&self, policy: &Policy) -> (Vec<u32>, Vec<f64>) {
        let steps = self.schedule.steps();
        let per_year = f64::from(self.schedule.steps_per_year);
        let constant = policy.allocation.is_constant();
        let rows: Vec<Vec<f64>> = (0..=if constant { 0 } else { steps })
            .map(|t| policy.allocation.at(f64::from(self.schedule.start_age) + t as f64 / per_year))
            .collect();
        let held: Vec<u32> = (0..self.market.assets.len() as u32)
            .filter(|&k| rows.iter().any(|row| row[k as usize] > 0.0))
            .collect();
        let weights = rows.iter().flat_map(|row| held.iter().map(|&k| row[k as usize])).collect();
        (held, weights)
    }
}

fn spread_moves(spreads: &[HalfSpread3]) -> bool {
    spreads.iter().any(|&spread| SaleLoss::Spread(spread).depends_on_stress())
}
