//! The plan: a simulation with every default filled in, as flat arrays with canonical bytes and a hash.
//! Whoever runs a part of the work gets these bytes, never a path.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::market::{Friction, Fund, Gates, Law, Model, Overlay, Past};
use crate::participant::{Due, Schedule};
use crate::policy::Rebalancing;
use crate::statistics::Sample;

/// Raised whenever the layout of the plan or the meaning of a number in it changes.
pub(crate) const FORMAT: u32 = 3;

/// A simulation ready to run.
///
/// Made by [`Plan::compile`]; the same inputs give the same bytes on every machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub(crate) format: u32,
    pub(crate) seed: u64,
    pub(crate) lifetimes: u64,
    pub(crate) schedule: Schedule,
    /// The step at whose open the balance at retirement is noted; `None` if nothing depends on it.
    pub(crate) base_step: Option<u32>,
    /// Benefits received in the first `y` years, for `y` from 0 to the number of years.
    pub(crate) benefits: Vec<f64>,
    /// The number of return series: the assets and inflation.
    pub(crate) series: u32,
    /// The settings of the market's frictions that change growth factors, each drawn from the same streams.
    pub(crate) worlds: Vec<World>,
    /// What happens on top of the growth factors of every world, the same in each.
    pub(crate) overlay: Option<Overlay>,
    /// Whether growth factors have a mean, and so balances.
    pub(crate) finite_means: bool,
    pub(crate) policies: Vec<Label>,
    /// One run for each policy, in order, then the rungs of the attribution ladders.
    pub(crate) runs: Vec<Run>,
    /// Policies against those that they are compared with, in order; then policies against the first one that are not among
    /// these; then the rungs of ladders against those before.
    pub(crate) pairs: Vec<Pair>,
    /// How many of the pairs are comparisons of policies with those that they are compared with.
    pub(crate) compared: u32,
    pub(crate) ladders: Vec<Ladder>,
    /// Years (from zero) at whose end policies are compared.
    pub(crate) key_years: Vec<u32>,
    /// The lifetimes, from the first on, of which single figures are kept.
    pub(crate) kept: u64,
    /// When payments are due, if sustainable withdrawal rates are asked for.
    pub(crate) due: Option<Due>,
}

/// A policy's names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) key: String,
    pub(crate) name: String,
}

/// Growth factors under one setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) model: Model,
    /// The asset whose fall measures stress, and what undoes the fee in its growth factors; `None` if no run in
    /// this world asks for stress.
    pub(crate) stress: Option<(u32, f64)>,
    /// Funds whose NAV, profit share or sleeve makes growth factors of their own.
    pub(crate) funds: Vec<Fund>,
    /// How what they have not told before the start is found.
    pub(crate) past: Past,
    /// The gates of funds; `None` if no run in this world asks for them.
    pub(crate) gates: Option<Gates>,
}

/// One policy under one setting of the frictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) world: u32,
    /// The market's places of the assets that are ever held; all arrays below follow this order.
    pub(crate) held: Vec<u32>,
    /// Target weights: one row, or a row for the start of every step and one for the end.
    pub(crate) weights: Vec<f64>,
    pub(crate) rebalancing: Rebalancing,
    /// Fee of a step as a share of the value after it; empty if no fee is charged.
    pub(crate) fee_of_value: Vec<f64>,
    /// Dollars a step that the plan charges, in dollars of the start.
    pub(crate) fee_per_head: f64,
    /// Half-spread of each asset when rebalancing; empty if trading is free.
    pub(crate) rebalancing_spread: Vec<HalfSpread3>,
    /// Half-spread of each asset when money comes in; empty if it is free.
    pub(crate) purchase_spread: Vec<HalfSpread3>,
    /// What is sold for spending, first to last.
    pub(crate) sales: Vec<SaleGroup>,
    /// What differs where a NAV is not the value or a gate may be shut; `None` if nothing does.
    pub(crate) appraised: Option<Appraised>,
}

/// How the assets of a run are priced and redeemed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Appraised {
    /// For each asset held, in the order of [`Run::held`].
    pub(crate) terms: Vec<Terms>,
    /// Whether what a gate leaves unpaid is asked for again every quarter.
    pub(crate) queues: bool,
    /// The most that the illiquid weight may be of its target; infinite without such a cap.
    pub(crate) drift_cap: f64,
}

/// How one asset is priced and redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// Its place among the world's funds; `None` if its price is its value.
    pub(crate) fund: Option<u32>,
    /// Its place among the world's gates; `None` if all that is asked for is paid.
    pub(crate) gate: Option<u32>,
    /// The share of a holding that is paid in any step whatever the gate.
    pub(crate) sleeve: f64,
    pub(crate) illiquid: bool,
    /// What a forced sale loses of the value.
    pub(crate) forced: SaleLoss,
}

/// A half-spread in its serialised form: normal, stress, crisis.
pub(crate) type HalfSpread3 = [f64; 3];

/// Assets that are sold together, pro rata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SaleGroup {
    /// Places in [`Run::held`].
    pub(crate) places: Vec<u32>,
    /// What a sale loses, in the order of `places`; empty if nothing.
    pub(crate) losses: Vec<SaleLoss>,
}

/// What a sale loses, as a share of value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum SaleLoss {
    /// A half-spread of a liquid asset.
    Spread(HalfSpread3),
    /// A discount from the reported NAV of an illiquid asset: base, slope, curvature, cap, scale.
    Haircut([f64; 5]),
    /// A share of the value of an illiquid asset.
    Share(f64),
    /// Nothing of its own: redeemed at the reported NAV, as far as the gate allows.
    Redemption,
}

impl Run {
    /// The target weights at the start of step `t`, or at the end of step `t − 1`.
    #[inline(always)]
    pub(crate) fn weights_at(&self, t: usize) -> &[f64] {
        let assets = self.held.len();
        let row = if self.weights.len() == assets { 0 } else { t };
        &self.weights[row * assets..(row + 1) * assets]
    }
}

impl SaleGroup {
    /// Whether something in the group is redeemed at a reported NAV.
    #[inline(always)]
    pub(crate) fn redeems(&self) -> bool {
        self.losses.contains(&SaleLoss::Redemption)
    }
}

impl SaleLoss {
    pub(crate) fn depends_on_stress(self) -> bool {
        match self {
            Self::Spread([normal, stress, crisis]) => normal != stress || stress != crisis,
            Self::Haircut([_, slope, curvature, ..]) => slope > 0.0 || curvature > 0.0,
            Self::Share(_) | Self::Redemption => false,
        }
    }

    /// Whether it is that of a forced sale of an illiquid asset.
    #[inline(always)]
    pub(crate) fn is_forced(self) -> bool {
        matches!(self, Self::Haircut(_) | Self::Share(_))
    }
}

/// Two runs compared on the same lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pair {
    pub(crate) run: u32,
    pub(crate) against: u32,
}

/// The attribution ladder of one policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ladder {
    pub(crate) policy: u32,
    pub(crate) rungs: Vec<LadderRung>,
}

/// One rung: what was switched on last, its run, and the pair with the rung before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LadderRung {
    pub(crate) friction: Friction,
    pub(crate) run: u32,
    pub(crate) pair: Option<u32>,
}

impl Plan {
    /// The number of lifetimes.
    #[must_use]
    pub fn lifetimes(&self) -> u64 {
        self.lifetimes
    }

    /// The canonical bytes: equal plans have equal bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // Writing plain data to memory cannot fail: no map, no unknown length, no custom serialiser.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Reads the canonical bytes back.
    ///
    /// # Errors
    ///
    /// Bytes that are not a plan, or a plan of another format version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let plan: Self = postcard::from_bytes(bytes)
            .map_err(|error| Error::mismatch(format!("these bytes are not a plan: {error}")))?;
        if plan.format != FORMAT {
            let reason = format!("the plan has format {}, this program reads {FORMAT}", plan.format);
            return Err(Error::mismatch(reason));
        }
        Ok(plan)
    }

    /// SHA-256 of the canonical bytes.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.to_bytes()).into()
    }

    /// Whether each possible lifetime is there once, so that there is no sampling error.
    #[must_use]
    pub fn enumerates(&self) -> bool {
        self.worlds.iter().any(|world| matches!(world.model.law(), Law::Historical(_)))
    }

    /// How many figures are kept.
    pub(crate) fn kept_figures(&self) -> usize {
        self.kept as usize * (self.key_years.len() * self.runs.len() + self.policies.len())
    }

    /// A sample of nothing yet: of every value if there are only as many lifetimes as there are.
    pub(crate) fn empty_sample(&self) -> Sample {
        if self.enumerates() { Sample::exact() } else { Sample::default() }
    }

    /// Assets and inflation.
    pub(crate) fn series(&self) -> usize {
        self.series as usize
    }

    pub(crate) fn steps_per_year(&self) -> usize {
        self.schedule.steps_per_year as usize
    }

    /// Steps whose growth factors are made, used by every policy, and forgotten: a quarter of a monthly year, so
    /// that they stay in the nearest cache.
    pub(crate) fn steps_at_once(&self) -> usize {
        self.steps_per_year().min(if self.steps_per_year() == 12 { 3 } else { 4 })
    }
}
