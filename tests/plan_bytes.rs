//! Plans as bytes: what is damaged is refused by its checksum, and what has the right checksum and is no sound plan is refused or
//! runs, but never reaches beyond what is there.

use decumulus::engine::{Plan, run_range};
use decumulus::scenario::{Scenario, shipped};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};

/// The plans of all shipped scenarios under their first sets, of a few lifetimes.
fn plans() -> Vec<(&'static str, Plan)> {
    let plan = |shipped: &decumulus::scenario::Shipped| {
        let flags = ["run.lifetimes=40".to_string()];
        let scenario = Scenario::from_toml(shipped.text, shipped.name, &flags).unwrap();
        (shipped.name, Plan::compile(&scenario.inputs).unwrap())
    };
    shipped().iter().map(plan).collect()
}

#[test]
fn every_shipped_plan_survives_the_journey() {
    for (name, plan) in plans() {
        let again = Plan::from_bytes(&plan.to_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(again == plan && again.hash() == plan.hash(), "{name}");
    }
}

#[test]
fn a_damaged_byte_anywhere_is_refused() {
    let random = &mut StdRng::seed_from_u64(1);
    for (name, plan) in plans() {
        let bytes = plan.to_bytes();
        for _ in 0..200 {
            let mut damaged = bytes.clone();
            let at = random.random_range(0..bytes.len());
            damaged[at] ^= 1 << random.random_range(0..8);
            let error = Plan::from_bytes(&damaged).unwrap_err().to_string();
            assert!(error.contains("checksum"), "{name} at {at}: {error}");
        }
        for length in [0, 31, 32, bytes.len() - 1] {
            assert!(Plan::from_bytes(&bytes[..length]).is_err());
        }
    }
}

/// How many plans are forged of each scenario: few, or as many as `DECUMULUS_FORGERIES` says.
fn forgeries() -> u32 {
    std::env::var("DECUMULUS_FORGERIES").ok().and_then(|count| count.parse().ok()).unwrap_or(60)
}

#[test]
fn a_forged_plan_is_refused_or_runs_but_never_reaches_beyond_what_is_there() {
    let random = &mut StdRng::seed_from_u64(2);
    let (mut refused, mut ran) = (0, 0);
    for (name, plan) in plans() {
        let bytes = plan.to_bytes();
        let body = &bytes[..bytes.len() - 32];
        for forgery in 0..forgeries() {
            let mut forged = body.to_vec();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..forged.len());
                match random.random_range(0..3) {
                    0 => forged[at] = random.random(),
                    1 => drop(forged.remove(at)),
                    _ => forged.insert(at, random.random_range(0..4)),
                }
            }
            forged.extend_from_slice(&Sha256::digest(&forged));
            match Plan::from_bytes(&forged) {
                Err(_) => refused += 1,
                Ok(plan) => {
                    ran += 1;
                    let count = plan.lifetimes().min(16);
                    let found = std::panic::catch_unwind(|| run_range(&plan, 0, count));
                    assert!(found.is_ok(), "{name}, forgery {forgery}");
                }
            }
        }
    }
    println!("{refused} forged plans refused, {ran} run");
    assert!(refused > 10 && ran > 10, "{refused} refused, {ran} run: too few to say anything");
}
