//! What funds have not told of the time before a lifetime starts: it starts from the stationary law of their reported values.

use serde::{Deserialize, Serialize};

use crate::market::fund::appraisal::Filter;
use crate::market::fund::lanes::{Fund, FundMemory};
use crate::market::fund::news::state;
use crate::market::{Law, Model, Overlay};
use crate::math::normal::normal_pair;
use crate::math::streams::{Purpose, Streams};

/// The weight of old news below which what is left of it is drawn as a normal even where the news of a step is not one: it makes a
/// sixteenth of the variance by then.
const LITTLE_LEFT: f64 = 0.25;

/// Years after which it is in any case: news that fades so slowly is a sum of hundreds of steps.
const MOST_YEARS: usize = 10;

/// How the past of the funds of a world is found.
///
/// * **Drawn**, on streams of its own: the last `years` by the return model itself, so that funds have missed the same news as far
///   as they own the same things; what is left of older news as normals with the covariances of independent steps,
///   `φ_i·φ_j/(1 − φ_i·φ_j)·cov(u_i, u_j)`. Under the lognormal model that is exactly the stationary law, whatever the number of years;
///   under the others the mean is exactly zero, the window and the last years have the model's own law, and only what is left
///   of older news is taken for normal.
/// * **From the table**, where each start date is one lifetime: the rows before it; where the table has not begun, and as to crashes
///   on top of it, everything went as expected.
/// * **None**, where nothing lags behind or there is only one path: NAVs are values at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Past {
    None,
    Drawn { years: u32, older: Vec<Older> },
    Table(Vec<States>),
}

/// What is left of old news about one fund: weights of the normals of markets' places.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Older {
    /// The place among the funds.
    fund: u32,
    /// The asset's place in the market.
    asset: u32,
    /// Weights of the normals of this and the funds before it.
    weights: Vec<f32>,
}

/// What a fund has not told at each row of a table, row after row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct States {
    fund: u32,
    /// Numbers of a state.
    length: u32,
    rows: Vec<f32>,
}

/// The place of a fund among funds, and its filter.
type Filtered<'a> = (usize, &'a Fund, &'a Filter);

impl Past {
    /// The past of funds, `filters` being those of the funds that lag.
    pub(super) fn compile(
        filters: &[Filtered<'_>],
        model: &Model,
        overlay: Option<&Overlay>,
        steps_per_year: usize,
    ) -> Self {
        match model.law() {
            _ if filters.is_empty() => Self::None,
            Law::Bootstrap(law) if law.is_one_path() => Self::None,
            Law::Historical(law) => {
                let of = |&(place, fund, filter): &Filtered<'_>| {
                    let asset = fund.asset as usize;
                    let (logs, expected) = (law.logs_before(asset), model.expected_log_growth(asset));
                    let at = |row| state(filter, expected, |step| logs(row, step));
                    let rows = (0..law.rows()).flat_map(at).collect();
                    States { fund: place as u32, length: filter.missing.len() as u32 + 1, rows }
                };
                Self::Table(filters.iter().map(of).collect())
            }
            law => {
                let is_normal =
                    matches!(law, Law::Lognormal(_)) && !overlay.is_some_and(Overlay::has_crashes);
                let steps = filters.iter().map(|(_, _, filter)| {
                    let fading = fading_steps(filter.phi).min(MOST_YEARS * steps_per_year);
                    filter.missing.len() + if is_normal { 0 } else { fading }
                });
                let steps = steps.max().unwrap_or_default();
                Self::Drawn {
                    years: steps.div_ceil(steps_per_year) as u32,
                    older: older(filters, model, overlay),
                }
            }
        }
    }

    /// Whether a past from elsewhere is that of these funds.
    pub(crate) fn is_sound(&self, funds: &[Fund]) -> bool {
        let is_fund = |fund: u32| (fund as usize) < funds.len();
        match self {
            Self::None => true,
            Self::Drawn { years, older } => {
                *years <= 100
                    && older.len() <= crate::market::MAX_ASSETS
                    && older.iter().all(|own| is_fund(own.fund) && own.weights.len() <= older.len())
            }
            Self::Table(tables) => tables.iter().all(|table| {
                let length = table.length as usize;
                let of_fund =
                    funds.get(table.fund as usize).is_some_and(|fund| fund.state_length() == length);
                of_fund && length > 0 && !table.rows.is_empty() && table.rows.len() % length == 0
            }),
        }
    }

    /// The number of years before the start that are drawn from the return model.
    pub(crate) fn years(&self) -> u32 {
        if let Self::Drawn { years, .. } = self { *years } else { 0 }
    }

    /// Makes funds remember what is older than the years that are drawn.
    #[inline(never)]
    pub(crate) fn remember<const L: usize>(
        &self,
        streams: Streams,
        first_lifetime: u64,
        funds: &mut [FundMemory<L>],
    ) {
        match self {
            Self::None => {}
            Self::Drawn { older, .. } => {
                for lane in 0..L {
                    let lifetime = first_lifetime.wrapping_add(lane as u64);
                    let normal = |asset: u32| {
                        let words = streams.block(Purpose::OldNews, lifetime, asset);
                        normal_pair(words[0], words[1]).0
                    };
                    let mut normals = [0.0; crate::market::MAX_ASSETS];
                    for (i, own) in older.iter().enumerate() {
                        normals[i] = normal(own.asset);
                        let sum = own.weights.iter().zip(&normals).fold(0.0, |sum, (w, z)| sum + w * z);
                        if let Some(untold) = &mut funds[own.fund as usize].untold {
                            untold.set_fading(lane, sum);
                        }
                    }
                }
            }
            Self::Table(tables) => {
                for table in tables {
                    let Some(untold) = &mut funds[table.fund as usize].untold else { continue };
                    let rows = table.rows.len() / table.length as usize;
                    for lane in 0..L {
                        // Lanes beyond the last start date are not used.
                        let first = (first_lifetime as usize + lane) % rows * table.length as usize;
                        untold.set(lane, &table.rows[first..first + table.length as usize]);
                    }
                }
            }
        }
    }
}

/// Steps after which little is left of a step's news.
fn fading_steps(phi: f64) -> usize {
    let (mut left, mut steps) = (1.0, 0);
    while phi > 0.0 && left > LITTLE_LEFT {
        left *= phi;
        steps += 1;
    }
    steps
}

/// The factor of the covariances of what is left of old news.
fn older(filters: &[Filtered<'_>], model: &Model, overlay: Option<&Overlay>) -> Vec<Older> {
    let fading: Vec<&Filtered<'_>> = filters.iter().filter(|(_, _, filter)| filter.phi > 0.0).collect();
    let covariance = |a: &Filtered<'_>, b: &Filtered<'_>| {
        let (i, j, both) = (a.1.asset as usize, b.1.asset as usize, a.2.phi * b.2.phi);
        let of_jumps = overlay.map_or(0.0, |overlay| overlay.news_covariance(i, j));
        both / (1.0 - both) * (model.log_covariance(i, j) + of_jumps)
    };
    let mut rows: Vec<Vec<f64>> = vec![];
    for (i, a) in fading.iter().enumerate() {
        let mut row: Vec<f64> = vec![];
        for (j, b) in fading.iter().enumerate().take(i + 1) {
            let shared = (0..j).fold(0.0, |sum, k| sum + row[k] * if i == j { row[k] } else { rows[j][k] });
            let rest = covariance(a, b) - shared;
            row.push(if i == j {
                rest.max(0.0).sqrt()
            } else if rows[j][j] > SMALLEST_PIVOT {
                rest / rows[j][j]
            } else {
                // Whatever is left moves as the funds before it say.
                0.0
            });
        }
        rows.push(row);
    }
    let of = |(&&(place, fund, _), row): (&&Filtered<'_>, Vec<f64>)| Older {
        fund: place as u32,
        asset: fund.asset,
        weights: row.into_iter().map(|weight| weight as f32).collect(),
    };
    fading.iter().zip(rows).map(of).collect()
}

/// A standard deviation that is rounding.
const SMALLEST_PIVOT: f64 = 1e-8;
