//! Random and mutated files never panic, and what the schema accepts can be read.

use decumulus::scenario::{Colour, Scenario, Sources, render_problems, shipped};
use proptest::prelude::*;

/// Reads a text and renders what is wrong with it; returns whether it was accepted.
fn survives(text: &str, flags: &[String]) -> bool {
    let sources = Sources::new("random.toml", text, flags);
    match Scenario::from_sources(&sources) {
        Ok(scenario) => {
            assert!(!scenario.inputs.policies.is_empty());
            true
        }
        Err(error) => {
            assert_eq!(error.exit_code(), 2, "{error}");
            assert!(!error.problems().is_empty(), "an error without a problem");
            assert!(
                !error.to_string().contains("cannot be read"),
                "the schema accepts what serde refuses: {error}"
            );
            let _ = render_problems(&error, &sources, Colour::Plain);
            let _ = render_problems(&error, &sources, Colour::Terminal);
            false
        }
    }
}

/// A TOML value of any sort, some of them hostile.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<f64>().prop_map(|x| format!("{x:?}").replace("NaN", "nan")),
        any::<i64>().prop_map(|i| i.to_string()),
        (-2.0..2.0_f64).prop_map(|x| format!("{x:?}")),
        (0..130_u32).prop_map(|i| i.to_string()),
        Just("99999999999999999999999999999999999999999999".to_string()),
        Just("1e999".to_string()),
        Just("2026-01-01T00:00:00Z".to_string()),
        any::<bool>().prop_map(|b| b.to_string()),
        "[a-z_]{0,12}".prop_map(|word| format!("\"{word}\"")),
        "\\PC{0,8}".prop_map(|word| format!("'{}'", word.replace('\'', ""))),
        prop_oneof![
            Just("gold"),
            Just("us_equity"),
            Just("inflation"),
            Just("none"),
            Just("never"),
            Just("start")
        ]
        .prop_map(|word| format!("\"{word}\"")),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            proptest::collection::btree_map(
                prop_oneof!["[a-z_]{1,8}", Just("gold".to_string()), Just("us_equity".to_string())],
                inner,
                0..4
            )
            .prop_map(|entries| {
                let pairs: Vec<String> =
                    entries.iter().map(|(key, value)| format!("{key} = {value}")).collect();
                format!("{{ {} }}", pairs.join(", "))
            }),
        ]
    })
}

/// Every dotted key of a shipped scenario, and some that none has.
fn keys() -> Vec<String> {
    fn walk(value: &toml::Value, path: &str, keys: &mut Vec<String>) {
        match value {
            toml::Value::Table(table) => {
                for (name, inner) in table {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    keys.push(path.clone());
                    walk(inner, &path, keys);
                }
            }
            toml::Value::Array(items) => {
                for (i, inner) in items.iter().enumerate() {
                    walk(inner, &format!("{path}[{i}]"), keys);
                }
            }
            _ => {}
        }
    }
    let mut keys = vec![];
    for shipped in shipped() {
        walk(&toml::from_str(shipped.text).unwrap(), "", &mut keys);
    }
    let more = "account account.years account.life account.life.gompertz market.correlations market.haircut_rule.base \
                market.repair market.inflation market.asset.gold.half_spread market.asset.new expect run.attribution \
                policy[0].weights_by_age policy[0].sleeve_by_age policy[0].rebalance participant.match[0].rate output";
    keys.extend(more.split_whitespace().map(String::from));
    keys
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        survives(&text, &[]);
    }

    #[test]
    fn any_bytes_of_toml_letters_are_read_or_refused(text in "[a-z0-9\\[\\]{}=.,\"'# \\n\\-_]{0,300}") {
        survives(&text, &[]);
    }

    #[test]
    fn any_cut_or_change_of_a_shipped_scenario_is_read_or_refused(
        which in 0..4_usize,
        at in any::<prop::sample::Index>(),
        length in 0..40_usize,
        insert in "\\PC{0,6}",
    ) {
        let text = shipped()[which].text;
        let start = at.index(text.len());
        let start = (0..=start).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
        let end = (start + length..=text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len());
        survives(&format!("{}{insert}{}", &text[..start], &text[end..]), &[]);
    }

    #[test]
    fn any_value_under_any_key_is_read_or_refused(
        which in 0..4_usize,
        changes in proptest::collection::vec((prop::sample::select(keys()), value()), 1..4),
    ) {
        let flags: Vec<String> = changes.iter().map(|(key, value)| format!("{key}={value}")).collect();
        survives(shipped()[which].text, &flags);
    }

    #[test]
    fn any_flag_is_read_or_refused(flags in proptest::collection::vec("\\PC{0,30}|[a-z\\[\\]0-9.]{1,20}=\\PC{0,20}", 1..4)) {
        survives(shipped()[1].text, &flags);
    }
}

#[test]
fn numbers_that_are_odd_but_right_are_accepted() {
    let flags = ["run.lifetimes=1e6", "participant.salary=50_000", "participant.age=0x1E"].map(String::from);
    assert!(survives(shipped()[0].text, &flags));
}
