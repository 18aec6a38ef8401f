//! One test for each constraint of a spec: lowering accounts for it.

use cloudfn_codegen::account::{account, Constraint, Fate};
use cloudfn_codegen::ledger::Contract;
use cloudfn_codegen::lowering::lower;
use libtest_mimic::{Failed, Trial};

use crate::{ensure, trial};

/// What a Rust type has to carry, not only the documentation.
const CARRIED: [&str; 6] = [
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "enum",
];

pub fn trials(contract: &'static Contract) -> Vec<Trial> {
    let mut trials = Vec::new();
    for spec in &contract.specs {
        let lowered = match lower(spec) {
            Ok(lowered) => lowered,
            Err(error) => {
                let name = format!("{}::lowering", spec.api);
                trials.push(trial(name, move || Err(error.to_string().into())));
                continue;
            }
        };
        for (constraint, fate) in account(spec, &lowered) {
            let name = format!("{}::lowering{}", spec.api, constraint.pointer);
            let is_number = spec
                .document
                .pointer(
                    constraint
                        .pointer
                        .rsplit_once('/')
                        .map_or("", |(schema, _)| schema),
                )
                .is_some_and(|schema| schema["type"] == "number");
            trials.push(trial(name, move || {
                is_accounted_for(contract, &constraint, &fate, is_number)
            }));
        }
    }
    trials
}

fn is_accounted_for(
    contract: &Contract,
    constraint: &Constraint,
    fate: &Fate,
    is_number: bool,
) -> Result<(), Failed> {
    let claims = || contract.claims_at(&constraint.pointer).join(", ");
    ensure(*fate != Fate::Unaccounted, || {
        format!(
            "no rule of lowering accounts for {}: no longer carried: {}",
            constraint.value,
            claims()
        )
    })?;
    let must_be_carried = CARRIED.contains(&constraint.keyword.as_str()) && !is_number;
    let is_carried = matches!(
        fate,
        Fate::Carried(_) | Fate::Relaxed("credential-parameters" | "standard-headers")
    );
    ensure(is_carried || !must_be_carried, || {
        format!("no Rust type carries {}: {}", constraint.value, claims())
    })
}
