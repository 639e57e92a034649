//! The scenarios that ship inside the program, by name.

/// A scenario that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, by which it can be run.
    pub name: &'static str,
    /// Its text, as in the folder `scenarios`.
    pub text: &'static str,
}

const SHIPPED: [Shipped; 13] = [
    Shipped { name: "default", text: include_str!("../../scenarios/default.toml") },
    Shipped { name: "reference", text: include_str!("../../scenarios/reference.toml") },
    Shipped { name: "advisor_client", text: include_str!("../../scenarios/advisor_client.toml") },
    Shipped { name: "researcher_sleeves", text: include_str!("../../scenarios/researcher_sleeves.toml") },
    Shipped { name: "bitcoin_views", text: include_str!("../../scenarios/bitcoin_views.toml") },
    Shipped {
        name: "private_equity_headline",
        text: include_str!("../../scenarios/private_equity_headline.toml"),
    },
    Shipped {
        name: "private_equity_moderate",
        text: include_str!("../../scenarios/private_equity_moderate.toml"),
    },
    Shipped {
        name: "private_equity_severe",
        text: include_str!("../../scenarios/private_equity_severe.toml"),
    },
    Shipped { name: "queue_2008", text: include_str!("../../scenarios/queue_2008.toml") },
    Shipped { name: "queue_2022", text: include_str!("../../scenarios/queue_2022.toml") },
    Shipped { name: "gold_1970s", text: include_str!("../../scenarios/gold_1970s.toml") },
    Shipped {
        name: "sixty_forty_since_1934",
        text: include_str!("../../scenarios/sixty_forty_since_1934.toml"),
    },
    Shipped { name: "whose_assumptions", text: include_str!("../../scenarios/whose_assumptions.toml") },
];

/// Every shipped scenario; the first is what runs when none is named.
#[must_use]
pub fn shipped() -> &'static [Shipped] {
    &SHIPPED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn every_shipped_scenario_is_sound_and_bears_its_name() {
        for shipped in shipped() {
            let scenario = Scenario::from_toml(shipped.text, shipped.name, &[]).unwrap();
            assert_eq!(scenario.name, shipped.name);
            assert!(scenario.description.len() > 100, "{} needs prose", shipped.name);
            assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
            assert!(shipped.text.starts_with("#:schema ./scenario.schema.json\n"));
        }
    }
}
