//! What funds cost in a year, part by part, and how their gates and appraisals work out.

use decumulus::engine::Inputs;
use decumulus::market::{Asset, FeeStack, IncentiveFee, ManagementBase, Market};

use super::lines::{dollars, item, percent, shortened, wrapped};

/// The fee stack of every asset that has one, appraisals and gates; empty if there is nothing to tell.
pub fn text(inputs: &Inputs) -> String {
    let market = &inputs.market;
    let steps = inputs.settings.steps_per_year;
    let costs = costs(market, steps as usize);
    let vehicles = vehicles(market, steps as usize);
    let mut text = String::new();
    if !costs.is_empty() {
        text += &costs;
        text += &of_plan(inputs);
    }
    if !vehicles.is_empty() {
        text += if text.is_empty() { "" } else { "\n" };
        text += &vehicles;
    }
    text
}

fn costs(market: &Market, steps: usize) -> String {
    let stacks: Vec<(&Asset, FeeStack)> = market
        .assets
        .iter()
        .enumerate()
        .map(|(k, asset)| (asset, FeeStack::of(market, k, steps)))
        .filter(|(_, stack)| !stack.is_empty())
        .collect();
    if stacks.is_empty() {
        return String::new();
    }
    let title = "Fee stack: what assets cost a year, shares of NAV, whether charged or in the return already";
    let mut lines = vec![format!(
        "  {:<18}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "asset", "manager", "profit", "wrapper", "custody", "all in", "charged", "debt", "cash"
    )];
    lines.extend(stacks.iter().map(|(asset, stack)| row(asset, *stack)));
    let mut text = wrapped(title, 0, 2) + &lines.join("\n") + "\n";
    for (asset, stack) in &stacks {
        text += &terms(asset, *stack);
    }
    let profit = "the expected incentive fee: its mean over 30 years from a high-water mark, worked out on a grid of falls and \
                  returns (no simulation) for independent lognormal years with the asset's moments at the volatility in force, \
                  of the reported NAV";
    if let Some(error) =
        stacks.iter().filter_map(|(_, stack)| stack.incentive).map(|fee| fee.numerical_error).reduce(f64::max)
    {
        text += &item(
            "profit",
            &format!("{profit}; against a grid half as fine it differs by at most {:.4} %", 100.0 * error),
        );
    }
    if stacks.iter().any(|(_, stack)| stack.net) {
        text += &item("charged", "where a return is net of the manager's fees (*), wrapper and custody only");
    }
    if stacks.iter().any(|(_, stack)| stack.borrowing > 0.0 || stack.sleeve_drag != 0.0) {
        text += &item(
            "debt, cash",
            "the cost of borrowing, and how much lower the mean is for the liquid sleeve; both in the return, not among fees",
        );
    }
    if !market.frictions.fees {
        text += &item("off", "fees are switched off in this scenario, so none is charged");
    }
    text
}

fn row(asset: &Asset, stack: FeeStack) -> String {
    let or_dash = |share: f64| if share == 0.0 { "–".to_string() } else { percent(share) };
    let key = shortened(&asset.key, if stack.net { 17 } else { 18 });
    format!(
        "  {:<18}{:>9}{:>10}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        format!("{key}{}", if stack.net { "*" } else { "" }),
        or_dash(stack.management),
        stack.incentive.map_or_else(|| "–".to_string(), |fee| percent(fee.per_year)),
        or_dash(stack.wrapper),
        or_dash(stack.custody),
        percent(stack.all_in()),
        percent(stack.charged),
        or_dash(stack.borrowing),
        or_dash(stack.sleeve_drag),
    )
}

/// The terms of one asset in words, where the table does not say all.
fn terms(asset: &Asset, stack: FeeStack) -> String {
    let base = match asset.fees.management_base {
        ManagementBase::Nav => None,
        ManagementBase::Committed { per_nav } => Some(("committed", per_nav)),
        ManagementBase::Invested { per_nav } => Some(("invested", per_nav)),
    };
    let mut parts = vec![];
    if let Some((word, per_nav)) = base.filter(|_| asset.fees.management > 0.0) {
        let rate = percent(asset.fees.management);
        parts.push(format!("manager {rate} of what is {word}, {per_nav} dollars for one of NAV"));
    }
    if let Some(IncentiveFee { rate, hurdle, catch_up }) = asset.fees.incentive.filter(|fee| fee.rate > 0.0) {
        parts.push(format!(
            "profit {} beyond a hurdle of {}, catch-up {}",
            percent(rate),
            percent(hurdle),
            percent(catch_up)
        ));
    }
    if let Some(leverage) = asset.vehicle.leverage.filter(|leverage| leverage.debt_share > 0.0) {
        let (share, rate) = (percent(leverage.debt_share), percent(leverage.borrowing_rate));
        parts.push(format!("debt {share} of its assets at {rate}"));
    }
    if asset.vehicle.liquid_sleeve > 0.0 {
        parts.push(format!("{} held in cash", percent(asset.vehicle.liquid_sleeve)));
    }
    if parts.is_empty() {
        return String::new();
    }
    parts.push(format!(
        "all in about {:.1} % a year, {} of it charged",
        100.0 * stack.all_in(),
        percent(stack.charged)
    ));
    item(&asset.key, &parts.join("; "))
}

fn of_plan(inputs: &Inputs) -> String {
    let Ok(schedule) = inputs.participant.schedule(inputs.settings.steps_per_year) else {
        return String::new();
    };
    if schedule.fee_per_head <= 0.0 && schedule.fee_share <= 0.0 {
        return String::new();
    }
    let text = format!(
        "{} a head and {} of the balance a year, beside all this",
        dollars(schedule.fee_per_head),
        percent(schedule.fee_share)
    );
    item("the plan", &text)
}

fn vehicles(market: &Market, steps: usize) -> String {
    let rule = market.gate_rule;
    let mut text = String::new();
    for asset in &market.assets {
        let mut parts = vec![];
        if let Some(appraisal) = asset.vehicle.appraisal.as_ref().filter(|appraisal| !appraisal.is_exact())
            && let Ok(ratio) = appraisal.annual_volatility_ratio(steps)
        {
            parts.push(format!("a year's reported volatility is {ratio:.2} of the true one"));
        }
        if asset.vehicle.nav_premium != 0.0 {
            parts.push(format!(
                "its NAV stands {} above value but for news",
                percent(asset.vehicle.nav_premium)
            ));
        }
        if let Some(gate) = asset.vehicle.gate {
            let paid = gate.mean_paid_share();
            let wait = rule.mean_wait_quarters(paid);
            let wait = if wait.is_finite() { format!("{wait:.2} quarters") } else { "for ever".to_string() };
            parts.push(format!(
                "at most {} of NAV is paid in a gated quarter, {} of what is asked on average; a dollar asked for then \
                 waits {wait} beyond the first payment, {:.2} years in all",
                percent(gate.cap_per_quarter),
                percent(paid),
                rule.mean_wait_years(gate)
            ));
        }
        if !parts.is_empty() {
            text += &item(&asset.key, &parts.join("; "));
        }
    }
    if text.is_empty() {
        return text;
    }
    let mut all = String::from("Funds: stale prices and gates\n") + &text;
    if market.assets.iter().any(|asset| asset.vehicle.gate.is_some()) {
        all += &item(
            "gates",
            &format!(
                "shut in {} of quarters while public equity does not fall, and open again with {} a quarter; with p the share paid and \
             r that probability the wait is (1 - p)/(1 - (1 - p)(1 - r)) quarters, and one more in which funds collect requests (the simulation pays its share at once)",
                percent(rule.gated_share_in_calm()),
                percent(rule.reopening)
            ),
        );
    }
    if !market.frictions.gates || !market.frictions.smoothing {
        let off = match (market.frictions.gates, market.frictions.smoothing) {
            (false, false) => "gates and stale prices are",
            (false, true) => "gates are",
            _ => "stale prices are",
        };
        all += &item("off", &format!("{off} switched off in this scenario"));
    }
    all
}
