//! `[market.bootstrap]`: which blocks of a table are drawn.

use crate::market::{BlockMethod, BootstrapOf, History, ReturnModel};
use crate::scenario::meaning::findings::Findings;
use crate::scenario::wire::{BlockValue, BootstrapTable, BootstrapWord};

pub(super) fn build(
    table: Option<&BootstrapTable>,
    history: History,
    findings: &mut Findings,
) -> Option<ReturnModel> {
    let default = BootstrapTable::default();
    let table = table.unwrap_or(&default);
    let rows = history.rows();
    let word = table.method.unwrap_or(BootstrapWord::Stationary);
    let automatic = matches!(table.block, None | Some(BlockValue::Automatic(_)));
    let written = match table.block {
        Some(BlockValue::Rows(length)) => Some(length),
        _ => None,
    };
    let key = "market.bootstrap.block";
    let method = match word {
        BootstrapWord::Rows => {
            if table.block.is_some() {
                findings.refuse(key, "given", "left out for the method rows, which draws each row alone");
                return None;
            }
            if table.wrap.is_some() {
                let accepted = "left out for the method rows, which draws each row alone";
                findings.refuse("market.bootstrap.wrap", "given", accepted);
                return None;
            }
            BlockMethod::Rows
        }
        BootstrapWord::Stationary => {
            if table.wrap == Some(false) {
                let accepted =
                    "true or left out: the last row is followed by the first in the stationary bootstrap";
                findings.refuse("market.bootstrap.wrap", false, accepted);
                return None;
            }
            let mean_length = written.unwrap_or_else(|| BootstrapOf::automatic_length(&history, true));
            if !(mean_length >= 1.0 && mean_length <= rows as f64) {
                findings.refuse(key, mean_length, format_args!("a number of rows from 1 to {rows}"));
                return None;
            }
            BlockMethod::Stationary { mean_length }
        }
        BootstrapWord::Blocks => {
            let length = written.unwrap_or_else(|| {
                BootstrapOf::automatic_length(&history, false).round().clamp(1.0, rows as f64)
            });
            if !(length >= 1.0 && length <= rows as f64 && length.fract() == 0.0) {
                findings.refuse(key, length, format_args!("a whole number of rows from 1 to {rows}"));
                return None;
            }
            BlockMethod::Blocks { length: length as u32, wrap: table.wrap.unwrap_or(false) }
        }
    };
    let automatic = automatic && !matches!(method, BlockMethod::Rows);
    Some(ReturnModel::Bootstrap(Box::new(BootstrapOf { history, method, automatic })))
}
