//! What is sold for spending.

use fearless_simd::Simd;

use crate::engine::ledger::account::Account;
use crate::engine::ledger::appraised;
use crate::engine::ledger::trade_loss::sale_loss;
use crate::engine::plan::{Appraised, Run, SaleGroup, SaleLoss};
use crate::engine::world::Quotes;
use crate::math::Lanes;
use crate::math::lanes::{WIDTH, Wide, add, get, set};

/// A payment counts as made in full if no more than this share of it is missing (rounding only).
const PAYMENT_TOLERANCE: f64 = 1e-9;

/// Sells for spending, group after group, until the wanted money is raised or nothing is left.
#[inline(always)]
pub(super) fn withdraw<S: Simd, const L: usize>(
    simd: S,
    run: &Run,
    wanted: &Lanes<L>,
    ruin_year: f64,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let mut missing = *wanted;
    for (i, group) in run.sales.iter().enumerate() {
        // A group whose turn has come in no lane would be scaled by exactly one: skipping it changes no bit.
        if i == 0 || missing.iter().any(|&m| m > 0.0) {
            match &run.appraised {
                Some(terms) if group.redeems() => {
                    appraised::redeem(simd, terms, group, &mut missing, quotes, account);
                }
                terms => sell(simd, group, terms.as_ref(), &mut missing, quotes, account),
            }
        }
    }
    let zero = Wide::splat(simd, 0.0);
    for c in 0..L / WIDTH {
        let mut total = zero;
        for holding in &account.holdings {
            total += get(simd, holding, c);
        }
        set(&mut account.total, c, total);
        let (wanted, missing) = (get(simd, wanted, c), get(simd, &missing, c));
        let rounding = wanted * PAYMENT_TOLERANCE;
        let unpaid = missing.above(rounding, missing, zero);
        let deflator = get(simd, quotes.deflator, c);
        add(simd, &mut account.unpaid, c, unpaid * deflator);
        add(simd, &mut account.paid, c, (wanted - unpaid) * deflator);
        let before = get(simd, &account.ruin_year, c);
        let now = missing.above(rounding, Wide::splat(simd, ruin_year), zero);
        set(&mut account.ruin_year, c, before.above(zero, before, now));
    }
    if let Some(terms) = &run.appraised {
        appraised::restate(simd, terms, quotes, account);
    }
}

/// Sells a group pro rata; lowers `missing` by the proceeds. Without `terms` every reported NAV is the value.
#[inline(always)]
fn sell<S: Simd, const L: usize>(
    simd: S,
    group: &SaleGroup,
    terms: Option<&Appraised>,
    missing: &mut Lanes<L>,
    quotes: &Quotes<'_, L>,
    account: &mut Account<L>,
) {
    let (zero, one) = (Wide::splat(simd, 0.0), Wide::splat(simd, 1.0));
    // Selling everything alike at no loss fetches the total, which need not be added up again.
    let whole = group.losses.is_empty() && group.places.len() == account.holdings.len();
    for c in 0..L / WIDTH {
        // What the whole group would fetch, and what selling it would lose to spreads and to haircuts.
        let (mut fetches, mut spreads, mut haircuts, mut forced) = (zero, zero, zero, zero);
        if whole {
            fetches = get(simd, &account.total, c);
        } else if group.losses.is_empty() {
            for &place in &group.places {
                fetches += get(simd, &account.holdings[place as usize], c);
            }
        } else {
            let fall = get(simd, quotes.fall, c);
            for (&place, &loss) in group.places.iter().zip(&group.losses) {
                let value = get(simd, &account.holdings[place as usize], c);
                let ratio = match terms {
                    Some(terms) => appraised::ratio(simd, &terms.terms[place as usize], quotes, c),
                    None => one,
                };
                let lost = value * sale_loss(simd, loss, fall, ratio);
                fetches += value - lost;
                match loss {
                    SaleLoss::Spread(_) => spreads += lost,
                    SaleLoss::Haircut(_) | SaleLoss::Share(_) => {
                        haircuts += lost;
                        forced += value;
                    }
                    SaleLoss::Redemption => {}
                }
            }
        }
        let still = get(simd, missing, c);
        let share = still / fetches.above(still, fetches, one);
        // Nothing is sold where nothing is missing, not even assets that would fetch nothing.
        let sold = still.above(zero, fetches.above(still, share, one), zero);
        set(missing, c, fetches.above(still, zero, still - fetches));
        let kept = one - sold;
        for &place in &group.places {
            let holding = &mut account.holdings[place as usize];
            set(holding, c, get(simd, holding, c) * kept);
        }
        if !group.losses.is_empty() {
            let real = sold * get(simd, quotes.deflator, c);
            add(simd, &mut account.trading_costs, c, spreads * real);
            add(simd, &mut account.haircuts, c, haircuts * real);
            if let Some(private) = &mut account.private {
                add(simd, &mut private.forced, c, forced * real);
            }
        }
    }
}
