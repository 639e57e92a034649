//! What is left of an outcome under a return model without finite means.

use crate::engine::outcome::{BalanceTable, Distribution, Estimate, Outcome};

const NONE: Estimate = Estimate { value: f64::NAN, standard_error: f64::NAN };

impl Outcome {
    /// Replaces by NaN every mean that does not exist: of balances and their differences, of dollars over life, and of the
    /// replacement rate (which follows the balance under some rules). Their sample averages are finite and say nothing.
    pub(crate) fn forget_means(&mut self) {
        forget_in_table(&mut self.real);
        forget_in_table(&mut self.nominal);
        for policy in &mut self.policies {
            let always = [&mut policy.fees, &mut policy.haircuts, &mut policy.trading_costs];
            let sometimes = [&mut policy.shortfall_dollars, &mut policy.replacement_rate];
            always.into_iter().for_each(forget_in);
            sometimes.into_iter().flatten().for_each(forget_in);
            if let Some(private) = &mut policy.private {
                private.reported.iter_mut().flatten().for_each(forget_in);
                let dollars = [&mut private.gained, &mut private.lost, &mut private.forced_sales];
                dollars.into_iter().for_each(forget_in);
                private.transfer = NONE;
            }
        }
        for at in self.comparisons.iter_mut().flat_map(|comparison| &mut comparison.at) {
            at.mean_difference = NONE;
        }
        let rungs = self.attributions.iter_mut().flat_map(|attribution| &mut attribution.rungs);
        for at in rungs.flat_map(|rung| &mut rung.at) {
            at.mean = NONE;
            at.mean_change = at.mean_change.map(|_| NONE);
        }
    }
}

fn forget_in_table(table: &mut BalanceTable) {
    table.mean.fill(f64::NAN);
    table.mean_standard_error.fill(f64::NAN);
    table.standard_deviation.fill(f64::NAN);
}

fn forget_in(distribution: &mut Distribution) {
    distribution.mean = NONE;
}
