//! What policies and scenarios are called in charts: by their names, or by their keys where the font lacks a sign of the name,
//! because a name that cannot be read would make every sentence about it false.

use std::fmt::Write as _;

use crate::engine::Outcome;
use crate::report::chart::font::{self, Weight};
use crate::report::words::one_line;
use crate::scenario::Scenario;

/// The most accents on one letter that are still legible and stay within their line.
const MOST_ACCENTS: usize = 2;

/// Whether a text is drawn as it is written: every sign is in the font, and some of them have ink.
pub(super) fn can_be_drawn(text: &str) -> bool {
    let mut accents = 0;
    let mut letters = 0_usize;
    for sign in text.chars().filter(|sign| !font::is_invisible(*sign)) {
        if font::drawn(sign).is_none() && !font::has(sign) {
            return false;
        }
        accents = if font::is_accent(sign) { accents + 1 } else { 0 };
        if accents > MOST_ACCENTS || (accents > 0 && letters == 0) {
            return false;
        }
        letters += usize::from(!sign.is_whitespace() && !sign.is_control());
    }
    letters > 0
}

/// What a policy is called in charts: its name, its key if the font lacks a sign of the name, both where another policy has
/// the same name.
pub(super) fn shown(outcome: &Outcome, policy: usize) -> String {
    let Some(own) = outcome.policies.get(policy) else { return String::new() };
    let name = base(&own.key, &own.name);
    let is_shared =
        outcome.policies.iter().enumerate().any(|(i, p)| i != policy && base(&p.key, &p.name) == name);
    if is_shared && name != own.key { format!("{name} ({})", escaped(&own.key)) } else { name }
}

fn base(key: &str, name: &str) -> String {
    if can_be_drawn(name) { tidy(name) } else { escaped(key) }
}

fn tidy(name: &str) -> String {
    font::printable(&one_line(name)).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A key in signs that the font has: others by their number.
fn escaped(key: &str) -> String {
    let mut out = String::new();
    for sign in key.chars() {
        if font::has(sign) {
            out.push(sign);
        } else {
            let _ = write!(out, "<{:X}>", u32::from(sign));
        }
    }
    if out.trim().is_empty() { "(no name)".into() } else { out }
}

/// All policies as they are called within some room, no two alike that differ.
pub(super) fn fitted(outcome: &Outcome, size: f64, weight: Weight, room: f64) -> Vec<String> {
    let names: Vec<String> = (0..outcome.policies.len()).map(|policy| shown(outcome, policy)).collect();
    font::fitted_apart(&names, size, weight, room)
}

/// The question that a scenario asks: its title, or its name if the font lacks a sign of the title.
pub(super) fn question(scenario: &Scenario) -> String {
    base(&scenario.name, &scenario.title)
}

/// What the font of the charts lacks of a scenario's names, one sentence for each; empty if charts call everything as it is
/// written.
#[must_use]
pub fn warnings(scenario: &Scenario) -> Vec<String> {
    let lacks = |name: &&str| !can_be_drawn(name);
    let title = Some(scenario.title.as_str()).filter(lacks).map(|title| {
        format!(
            "charts call the scenario `{}`: their font lacks signs of its title `{}`",
            scenario.name,
            one_line(title)
        )
    });
    let policies = scenario.inputs.policies.iter().filter(|policy| lacks(&policy.name.as_str()));
    let named = policies.map(|policy| {
        let name = one_line(&policy.name);
        format!(
            "charts call the policy `{}` by its key: their font lacks signs of its name `{name}`",
            policy.key
        )
    });
    title.into_iter().chain(named).collect()
}

/// A note for the foot of a chart if some of its policies are called by their keys.
pub(super) fn note(outcome: &Outcome) -> Option<String> {
    let keys: Vec<String> =
        outcome.policies.iter().filter(|p| !can_be_drawn(&p.name)).map(|p| escaped(&p.key)).collect();
    let verb = if keys.len() == 1 { "is the key of a policy" } else { "are keys of policies" };
    (!keys.is_empty())
        .then(|| format!("{} {verb} whose name has signs that this chart's font lacks.", keys.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{self, Recipe, USUAL};

    fn called(names: &[&str]) -> Vec<String> {
        let mut outcome = sample::outcome(&Recipe { lifetimes: 2, ..Recipe::saver() }, &USUAL[..names.len()]);
        for (policy, name) in outcome.policies.iter_mut().zip(names) {
            policy.name = (*name).to_string();
        }
        (0..names.len()).map(|policy| shown(&outcome, policy)).collect()
    }

    #[test]
    fn scripts_of_the_font_are_kept_and_others_are_called_by_their_key() {
        assert_eq!(
            called(&["Сбалансированный", "Μετοχές", "Quỹ cổ phiếu"]),
            ["Сбалансированный", "Μετοχές", "Quỹ cổ phiếu"]
        );
        for other in [
            "株式と債券",
            "محفظة",
            "תיק",
            "पोर्टफोलियो",
            "พอร์ต",
            "🚀 growth",
            "60/40 株",
            " ",
            "\u{200B}",
            "\u{301}a",
        ] {
            assert_eq!(called(&[other]), ["policy_0"], "{other}");
        }
    }

    #[test]
    fn marks_without_ink_are_left_out_and_accents_stay_on_their_letters() {
        assert_eq!(called(&["\u{202E}abc\u{200F}\u{FEFF}", "Cafe\u{301}"]), ["abc", "Cafe\u{301}"]);
        assert_eq!(called(&["a\u{300}\u{301}\u{302}\u{303}"]), ["policy_0"]);
    }

    #[test]
    fn policies_of_one_name_are_told_apart_by_their_keys() {
        assert_eq!(called(&["Same", "Same", "same"]), ["Same (policy_0)", "Same (policy_1)", "same"]);
        assert_eq!(called(&["Sa\u{200B}me", "Same"])[0], "Same (policy_0)");
    }

    #[test]
    fn what_charts_call_otherwise_is_said_once_for_each() {
        let mut scenario = sample::scenario(&USUAL[..3]);
        assert!(warnings(&scenario).is_empty());
        scenario.inputs.policies[1].name = "株式".into();
        scenario.title = "年金".into();
        let said = warnings(&scenario);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[1].contains("`policy_1`") && said[1].contains("株式"), "{said:?}");
        assert_eq!(question(&scenario), "sample");
    }
}
