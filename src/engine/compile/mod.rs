//! From the domain's values to the plan's flat arrays.

mod sales;
mod worlds;

use crate::engine::inputs::{Inputs, MAX_LIFETIMES, Settings};
use crate::engine::plan::{
    Appraised, FORMAT, HalfSpread3, Label, Ladder, LadderRung, Pair, Plan, Run, SaleLoss, World,
};
use crate::error::{Error, Result, all_of};
use crate::market::{Friction, FundSwitches, Liquidity, Market, Model, Overlay, Unfilled};
use crate::math::elementary::pow;
use crate::participant::{Due, Schedule};
use crate::policy::{Policy, Rebalancing, TradingCosts};

use sales::sales;

/// The most lifetimes of which single figures are kept (1 MiB a figure): enough that the errors made from them are known to a
/// few per cent. Never depends on what else is in the plan, so that no policy changes another's percentiles.
const KEPT_LIFETIMES: u64 = 1 << 17;

/// The most policies of one simulation.
const MAX_POLICIES: usize = 64;

/// Which frictions a run charges.
#[allow(clippy::struct_excessive_bools)] // each friction can be switched off alone
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Charges {
    pub(super) fees: bool,
    pub(super) volatility: bool,
    pub(super) haircuts: bool,
    pub(super) spreads: bool,
    pub(super) smoothing: bool,
    pub(super) gates: bool,
}

impl Plan {
    /// Compiles a simulation.
    ///
    /// # Errors
    ///
    /// Everything in the inputs that does not fit together, with its key: lifetimes or steps out of range,
    /// a participant's figures, a policy with weights for another number of assets, a rebalancing more
    /// frequent than the steps, a key age that is not simulated.
    pub fn compile(inputs: &Inputs) -> Result<Self> {
        let market = inputs.market.clone().validated().map_err(|e| e.within("market"))?;
        let settings = &inputs.settings;
        check_settings(settings)?;
        check_gates(&market, settings.steps_per_year)?;
        let schedule =
            inputs.participant.schedule(settings.steps_per_year).map_err(|e| e.within("participant"))?;
        check_start_dates(settings, &market, schedule.years)?;
        check_policies(&inputs.policies, &market, settings.steps_per_year)?;
        let key_years = key_years(settings, &schedule)?;
        let labels = inputs.policies.iter().map(|p| Label { key: p.key.clone(), name: p.name.clone() });
        let mut compiler = Compiler::new(&market, &schedule, settings.attribution)?;
        let everything = Charges {
            fees: market.frictions.fees,
            volatility: true,
            haircuts: market.frictions.liquidity_haircut,
            spreads: market.frictions.half_spreads,
            smoothing: market.frictions.smoothing,
            gates: market.frictions.gates,
        };
        for policy in &inputs.policies {
            compiler.add(policy, everything)?;
        }
        let mut pairs = comparisons(inputs)?;
        let compared = pairs.len() as u32;
        let with_first = (1..inputs.policies.len() as u32).map(|run| Pair { run, against: 0 });
        let others: Vec<Pair> = with_first.filter(|pair| !pairs.contains(pair)).collect();
        pairs.extend(others);
        let ladders = if settings.attribution {
            let add = |(i, policy)| compiler.add_ladder(i, policy, everything, &mut pairs);
            inputs.policies.iter().enumerate().map(add).collect::<Result<_>>()?
        } else {
            vec![]
        };
        let worlds = compiler.worlds.into_iter().map(|(_, world)| world).collect();
        Ok(Self {
            kept: settings.lifetimes.min(KEPT_LIFETIMES),
            format: FORMAT,
            seed: settings.seed,
            lifetimes: settings.lifetimes,
            policies: labels.collect(),
            worlds,
            overlay: compiler.overlay,
            runs: compiler.runs,
            pairs,
            compared,
            ladders,
            key_years,
            due: Some(&schedule)
                .filter(|_| settings.sustainable_rate || market.model.enumerates())
                .and_then(Due::of),
            series: market.assets.len() as u32 + 1,
            finite_means: market.model.has_finite_means(),
            base_step: base_step(&schedule),
            benefits: benefits_by_year(&schedule),
            schedule,
        })
    }
}

/// Each policy with the one that it is compared with.
fn comparisons(inputs: &Inputs) -> Result<Vec<Pair>> {
    let mut pairs = vec![];
    let mut checks = vec![];
    for policy in 0..inputs.policies.len() {
        match inputs.compared_with(policy) {
            Ok(against) => {
                pairs.extend(against.map(|against| Pair { run: policy as u32, against: against as u32 }));
            }
            Err(error) => checks.push(Err(error)),
        }
    }
    all_of(checks).map(|()| pairs)
}

/// The first step of retirement, if withdrawals are set by the balance then.
fn base_step(schedule: &Schedule) -> Option<u32> {
    let first = schedule.base_share.iter().position(|&share| share > 0.0)? as u32;
    Some(schedule.retirement_year.map_or(first, |year| year * schedule.steps_per_year))
}

/// Benefits received in the first `y` years.
fn benefits_by_year(schedule: &Schedule) -> Vec<f64> {
    let mut received = 0.0;
    let years = schedule.benefit.chunks(schedule.steps_per_year as usize);
    let after = years.map(|year| {
        received = year.iter().fold(received, |sum, benefit| sum + benefit);
        received
    });
    std::iter::once(0.0).chain(after).collect()
}

fn check_settings(settings: &Settings) -> Result<()> {
    let lifetimes = if (1..=MAX_LIFETIMES).contains(&settings.lifetimes) {
        Ok(())
    } else {
        Err(Error::invalid("run.lifetimes", settings.lifetimes, format_args!("1 to {MAX_LIFETIMES}")))
    };
    let steps = if [1, 4, 12].contains(&settings.steps_per_year) {
        Ok(())
    } else {
        Err(Error::invalid("run.step", settings.steps_per_year, "1, 4 or 12 steps a year"))
    };
    all_of([lifetimes, steps])
}

/// Gates move and pay by the quarter.
fn check_gates(market: &Market, steps_per_year: u32) -> Result<()> {
    let gated = market.assets.iter().any(|asset| asset.vehicle.gate.is_some());
    if market.frictions.gates && gated && steps_per_year < 4 {
        let accepted = "false in steps of a year, because gates pay by the quarter";
        return Err(Error::invalid("market.frictions.gates", true, accepted));
    }
    Ok(())
}

/// A model that has each possible lifetime once has no others.
fn check_start_dates(settings: &Settings, market: &Market, years: u32) -> Result<()> {
    match market.model.start_dates(years) {
        Some(starts) if starts != settings.lifetimes => {
            let accepted =
                format!("{starts}: under the model {} every start date is one lifetime", market.model.name());
            Err(Error::invalid("run.lifetimes", settings.lifetimes, accepted))
        }
        _ => Ok(()),
    }
}

fn check_policies(policies: &[Policy], market: &Market, steps_per_year: u32) -> Result<()> {
    let mut checks = vec![];
    if policies.is_empty() || policies.len() > MAX_POLICIES {
        let accepted = format!("1 to {MAX_POLICIES} policies");
        checks.push(Err(Error::invalid("policy", policies.len(), accepted)));
    }
    for (i, policy) in policies.iter().enumerate() {
        let at = |key: &str| format!("policy[{i}].{key}");
        if let Some(cap) = policy.drift_cap.filter(|cap| !(*cap >= 1.0 && cap.is_finite())) {
            checks.push(Err(Error::invalid(at("drift_cap"), cap, "a number of at least 1")));
        }
        if policies[..i].iter().any(|earlier| earlier.key == policy.key) {
            checks.push(Err(Error::invalid(at("key"), &policy.key, "different for each policy")));
        }
        if policy.allocation.assets() != market.assets.len() {
            let accepted = format!("a weight for each of the {} assets", market.assets.len());
            checks.push(Err(Error::invalid(at("weights"), policy.allocation.assets(), accepted)));
        }
        let (needed, name) = match policy.rebalancing {
            Rebalancing::Monthly => (12, "monthly"),
            Rebalancing::Quarterly => (4, "quarterly"),
            Rebalancing::Yearly | Rebalancing::Never | Rebalancing::Band(_) => (1, ""),
        };
        if !steps_per_year.is_multiple_of(needed) {
            let accepted = format!("no more frequent than the {steps_per_year} steps a year");
            checks.push(Err(Error::invalid(at("rebalance"), name, accepted)));
        }
        if let Rebalancing::Band(band) = policy.rebalancing
            && !(band > 0.0 && band < 1.0)
        {
            checks.push(Err(Error::invalid(at("rebalance.band"), band, "between 0 and 1")));
        }
    }
    all_of(checks)
}

/// The years at whose ends policies are compared.
fn key_years(settings: &Settings, schedule: &Schedule) -> Result<Vec<u32>> {
    let end = schedule.start_age + schedule.years;
    let retirement = schedule.retirement_year.map(|year| schedule.start_age + year);
    let mut ages = settings.key_ages.clone();
    if ages.is_empty() {
        ages.extend(retirement.map(|age| age + 15).filter(|&age| age < end));
        ages.push(end);
    }
    // Retirement is always compared: it is what tables and verdicts speak of.
    ages.extend(retirement.filter(|&age| age > schedule.start_age));
    ages.sort_unstable();
    ages.dedup();
    all_of(ages.iter().filter(|&&age| age <= schedule.start_age || age > end).map(|age| {
        let accepted = format!("an age from {} to {end}", schedule.start_age + 1);
        Err(Error::invalid("run.key_ages", age, accepted))
    }))?;
    Ok(ages.into_iter().map(|age| age - schedule.start_age - 1).collect())
}

struct Compiler<'a> {
    market: &'a Market,
    schedule: &'a Schedule,
    overlay: Option<Overlay>,
    /// The return model before fees, without and with the volatility haircut.
    gross: [Model; 2],
    /// With the settings that made them: fees and smoothing, volatility haircut.
    worlds: Vec<((FundSwitches, bool), World)>,
    runs: Vec<Run>,
}

impl Compiler<'_> {
    /// Adds the run of a policy under some frictions and returns its place.
    fn add(&mut self, policy: &Policy, charges: Charges) -> Result<u32> {
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
    fn add_ladder(
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

    /// Fee of each asset a year, the plan's share of assets included.
    fn fees_per_year(&self, charged: bool) -> Vec<f64> {
        let plan = if charged { self.schedule.fee_share } else { 0.0 };
        let fee = |asset: &crate::market::Asset| {
            let own = if charged { asset.fees.charged_per_year() } else { 0.0 };
            1.0 - (1.0 - own) * (1.0 - plan)
        };
        self.market.assets.iter().map(fee).collect()
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

    fn spread(&self, asset: usize, charged: bool) -> HalfSpread3 {
        match self.market.assets[asset].liquidity {
            Liquidity::Liquid { half_spread: s } if charged => [s.normal, s.stress, s.crisis],
            _ => [0.0; 3],
        }
    }
}

fn spread_moves(spreads: &[HalfSpread3]) -> bool {
    spreads.iter().any(|&spread| SaleLoss::Spread(spread).depends_on_stress())
}
