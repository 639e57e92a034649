//! What savers and accounts share: how long life is, and when payments are made.

use crate::participant::{Life, PaymentTiming, PaymentsPer, Sex};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{LifeTable, PaymentsPerWord, PaymentsWord, SexWord};

pub(super) fn life(table: &LifeTable, key: &str, findings: &mut Findings) -> Option<Life> {
    let of_table = [("sex", table.sex.is_some()), ("share_female", table.share_female.is_some())];
    match (table.table, table.gompertz) {
        (Some(_), Some(_)) => {
            findings.refuse(format!("{key}.gompertz"), "given beside table", "left out, or table must be");
            None
        }
        (Some(_), None)
            if table.share_female.is_some() && !matches!(table.sex, None | Some(SexWord::Blended)) =>
        {
            findings.refuse(
                format!("{key}.share_female"),
                "given for one sex",
                "left out unless sex is blended",
            );
            None
        }
        (Some(_), None) => Some(Life::SocialSecurityTable(match table.sex {
            Some(SexWord::Male) => Sex::Male,
            Some(SexWord::Female) => Sex::Female,
            _ => Sex::Blended { share_female: table.share_female.unwrap_or(0.5) },
        })),
        (None, gompertz) => {
            for (name, _) in of_table.iter().filter(|(_, given)| *given) {
                findings.refuse(format!("{key}.{name}"), "given without table", "left out, or table given");
            }
            let law = gompertz.map(|law| Life::Gompertz { mode: law.mode, dispersion: law.dispersion });
            Some(law.unwrap_or(Life::Certain))
        }
    }
}

pub(super) fn timing(word: PaymentsWord) -> PaymentTiming {
    match word {
        PaymentsWord::Start => PaymentTiming::Start,
        PaymentsWord::End => PaymentTiming::End,
    }
}

pub(super) fn payments_per(word: PaymentsPerWord) -> PaymentsPer {
    match word {
        PaymentsPerWord::Step => PaymentsPer::Step,
        PaymentsPerWord::Year => PaymentsPer::Year,
    }
}
