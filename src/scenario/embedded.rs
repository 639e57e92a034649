//! The scenarios that ship inside the program, by name.

/// A scenario that ships with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, by which it can be run.
    pub name: &'static str,
    /// Its text, as in the folder `scenarios`.
    pub text: &'static str,
}

const SHIPPED: [Shipped; 4] = [
    Shipped { name: "default", text: include_str!("../../scenarios/default.toml") },
    Shipped { name: "reference", text: include_str!("../../scenarios/reference.toml") },
    Shipped { name: "advisor_client", text: include_str!("../../scenarios/advisor_client.toml") },
    Shipped { name: "researcher_sleeves", text: include_str!("../../scenarios/researcher_sleeves.toml") },
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
