//! Figures beyond what they have ever been, of which it is said that percent may stand where a fraction is meant: 6 for 6 %. They are
//! simulated all the same, because somebody may mean them.

use crate::market::{Market, ReturnMoments};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{AccountTable, ParticipantTable, ScenarioFile};

/// The largest mean and volatility of a year's return that anybody assumes of an asset: a bull case of Bitcoin has 0.6 and 0.8.
const ASSET: (f64, f64) = (1.0, 2.0);

/// The same of a year's inflation, outside of collapses.
const INFLATION: (f64, f64) = (0.3, 0.3);

/// The largest fee a year.
const FEE: f64 = 0.1;

/// A key of the file, its figure, and the largest plausible size of it.
type Figure = (String, f64, f64);

/// Warns of every figure that is larger than it can plausibly be.
pub(super) fn check<'a>(
    file: &ScenarioFile,
    markets: impl Iterator<Item = &'a Market>,
    findings: &mut Findings,
) {
    let mut figures: Vec<Figure> = markets.flat_map(of_market).collect();
    figures.extend(file.participant.iter().flat_map(of_participant));
    figures.extend(file.account.iter().flat_map(of_account));
    for (key, found, largest) in figures {
        if found.abs() > largest {
            findings.warn(format!(
                "{key} is {}, which is {} %: is it meant in percent? {} % is written {}",
                plain(found),
                plain(100.0 * found),
                plain(found),
                plain(found / 100.0),
            ));
        }
    }
}

fn of_market(market: &Market) -> Vec<Figure> {
    let from_table = market.model.history().is_some();
    let of_return = |key: String, moments: ReturnMoments, (mean, volatility): (f64, f64)| {
        [
            (format!("{key}.mean"), moments.mean(), mean),
            (format!("{key}.volatility"), moments.volatility(), volatility),
        ]
    };
    let mut figures = vec![];
    for asset in &market.assets {
        let key = format!("market.asset.{}", asset.key);
        if !from_table {
            figures.extend(of_return(key.clone(), asset.moments, ASSET));
        }
        let fees = asset.fees;
        let fees = [
            ("management_fee", fees.management),
            ("wrapper_fee", fees.wrapper),
            ("custody_fee", fees.custody),
        ];
        figures.extend(fees.map(|(name, fee)| (format!("{key}.{name}"), fee, FEE)));
    }
    if !from_table {
        figures.extend(of_return("market.inflation".into(), market.inflation, INFLATION));
    }
    figures
}

fn of_participant(table: &ParticipantTable) -> Vec<Figure> {
    let mut figures = vec![
        ("real_wage_growth".to_string(), table.real_wage_growth, 0.15),
        ("deferral".to_string(), table.deferral, 0.6),
        ("escalation".to_string(), table.escalation, 0.1),
        ("limits_real_growth".to_string(), table.limits_real_growth, 0.15),
        ("fee_share".to_string(), table.fee_share, FEE),
    ];
    for (place, tier) in table.match_tiers.iter().enumerate() {
        figures.push((format!("match[{place}].rate"), tier.rate, 3.0));
        figures.push((format!("match[{place}].up_to"), tier.up_to, 0.5));
    }
    if let Some(spending) = &table.spending {
        let shares = [
            ("share_of_final_pay", spending.share_of_final_pay, 2.0),
            ("share_of_balance", spending.share_of_balance, 0.5),
            ("share_of_retirement_balance", spending.share_of_retirement_balance, 0.5),
        ];
        figures.extend(
            shares
                .into_iter()
                .filter_map(|(name, share, largest)| Some((format!("spending.{name}"), share?, largest))),
        );
    }
    figures.into_iter().map(|(key, found, largest)| (format!("participant.{key}"), found, largest)).collect()
}

fn of_account(table: &AccountTable) -> Vec<Figure> {
    let growth = ("account.contribution_growth".to_string(), table.contribution_growth, 0.3);
    let share = table.withdrawal_share.map(|share| ("account.withdrawal_share".to_string(), share, 1.0));
    std::iter::once(growth).chain(share).collect()
}

/// A number in six digits at most, without needless zeros.
fn plain(number: f64) -> String {
    let size = number.abs();
    let decimals = if size >= 100.0 {
        0
    } else if size >= 1.0 {
        2
    } else {
        6
    };
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    fn warnings(text: &str) -> Vec<String> {
        Scenario::from_toml(text, "test.toml", &[]).unwrap().warnings
    }

    #[test]
    fn percent_where_a_fraction_is_meant_is_warned_of() {
        let account = "[account]\nyears = 3\nopening_balance = 1000\ncontribution_growth = 0.4\n";
        let policy = "[[policy]]\nkey = 'p'\nweights = { fund = 1 }\n";
        let fund = |figures: &str| format!("[market.asset.fund]\n{figures}\n");
        let text = fund("mean = 6\nvolatility = 8\nmanagement_fee = 0.5")
            + "[market.inflation]\nmean = 3\nvolatility = 1\n";
        let said = warnings(&(text + account + policy));
        let expected = [
            "market.asset.fund.mean is 6, which is 600 %: is it meant in percent? 6 % is written 0.06",
            "market.asset.fund.volatility is 8, which is 800 %: is it meant in percent? 8 % is written 0.08",
            "market.asset.fund.management_fee is 0.5, which is 50 %: is it meant in percent? 0.5 % is written 0.005",
            "market.inflation.mean is 3, which is 300 %: is it meant in percent? 3 % is written 0.03",
            "market.inflation.volatility is 1, which is 100 %: is it meant in percent? 1 % is written 0.01",
            "account.contribution_growth is 0.4, which is 40 %: is it meant in percent? 0.4 % is written 0.004",
        ];
        for warning in expected {
            assert!(said.iter().any(|one| one == warning), "{warning} is not in {said:#?}");
        }
    }

    #[test]
    fn of_a_saver_too_and_what_is_plausible_is_not_warned_of() {
        let saver = |change: &str, spending: &str| {
            format!(
                "[market]\nassumptions = 'base_2026'\nassets = ['us_equity', 'bitcoin']\n[participant]\nage = 40\nretirement_age = 65\n\
                 horizon_age = 90\nsalary = 60_000\n{change}\n[participant.spending]\n{spending}\n[[policy]]\nkey = 'p'\n\
                 weights = {{ us_equity = 0.9, bitcoin = 0.1 }}\n"
            )
        };
        let fine = saver("deferral = 0.1\nreal_wage_growth = 0.01", "share_of_final_pay = 0.7");
        assert!(!warnings(&fine).iter().any(|w| w.contains("percent?")), "{:?}", warnings(&fine));
        let wrong = saver(
            "deferral = 0.1\nreal_wage_growth = 0.18\nmatch = [{ rate = 4, up_to = 1 }]",
            "share_of_final_pay = 2.5",
        );
        let found = warnings(&wrong);
        for key in ["real_wage_growth", "match[0].rate", "match[0].up_to", "spending.share_of_final_pay"] {
            let begins = format!("participant.{key} is ");
            assert!(
                found.iter().any(|w| w.starts_with(&begins) && w.contains("percent?")),
                "{key}: {found:#?}"
            );
        }
    }
}
