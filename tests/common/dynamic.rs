//! The probability of ruin without any random number: backward induction over the balance.

use super::samples::normal_cdf;

/// Level real withdrawals from an account with independent lognormal real growth.
pub(crate) struct Spending {
    /// Balance at the start over the yearly payment.
    pub(crate) balance: f64,
    /// Mean and standard deviation of the log growth between two payments.
    pub(crate) growth: (f64, f64),
    /// The same from the start to the first payment; `None` if that is paid at once.
    pub(crate) before_first: Option<(f64, f64)>,
    /// For each payment, the size (the unit of `balance` is one) and the probability that whoever was alive at the
    /// payment before is still alive to receive it.
    pub(crate) payments: Vec<(f64, f64)>,
}

/// The last point of the grid of balances, in payments, and the number of points; the grid is quadratic, so
/// that it is fine near zero.
const POINTS: usize = 1200;
/// Nodes of the integral over the growth.
const NODES: usize = 240;

/// The probability that some payment is not made in full.
pub(crate) fn ruin_probability(spending: &Spending) -> f64 {
    let top = spending.payments.iter().map(|(size, _)| size).sum::<f64>().max(spending.balance) * 1.5;
    let grid: Vec<f64> = (0..=POINTS).map(|j| top * (j as f64 / POINTS as f64).powi(2)).collect();
    // after[j]: probability of ruin later on with balance grid[j] left after a payment; zero after the last.
    let mut after = vec![0.0; grid.len()];
    for &(size, alive) in spending.payments[1..].iter().rev() {
        let table = after;
        let ruin_from = |balance: f64| alive * ruin_at_next(balance, spending.growth, size, top, &table);
        after = grid.iter().map(|&balance| ruin_from(balance)).collect();
    }
    let (size, alive) = spending.payments[0];
    match spending.before_first {
        Some(growth) => alive * ruin_at_next(spending.balance, growth, size, top, &after),
        None if spending.balance < size => alive,
        None => alive * interpolate(spending.balance - size, top, &after),
    }
}

/// The probability of ruin at the next payment or later: certain if the balance falls short of it, otherwise
/// read from `after`; Simpson's rule over the part where it does not.
fn ruin_at_next(balance: f64, (mean, sd): (f64, f64), size: f64, top: f64, after: &[f64]) -> f64 {
    if balance <= 0.0 {
        return 1.0;
    }
    let enough = (((size / balance).ln() - mean) / sd).clamp(-8.0, 8.0);
    let step = (8.0 - enough) / NODES as f64;
    let mut integral = 0.0;
    for node in 0..=NODES {
        let z = enough + step * node as f64;
        let weight = if node == 0 || node == NODES { 1.0 } else { [2.0, 4.0][node % 2] };
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        integral += weight * density * interpolate(balance * (mean + sd * z).exp() - size, top, after);
    }
    normal_cdf(enough) + integral * step / 3.0
}

fn interpolate(balance: f64, top: f64, table: &[f64]) -> f64 {
    let place = (balance.max(0.0) / top).sqrt() * POINTS as f64;
    let j = place.floor() as usize;
    if j >= POINTS {
        return 0.0;
    }
    // Linear in the balance, not in the place.
    let edge = |j: usize| top * (j as f64 / POINTS as f64).powi(2);
    let part = ((balance.max(0.0) - edge(j)) / (edge(j + 1) - edge(j))).clamp(0.0, 1.0);
    table[j] + part * (table[j + 1] - table[j])
}
