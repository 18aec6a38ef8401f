//! Every documented sample decodes, and is written back member for member.

use cloudfn_codegen::ledger::{Contract, Ledger, Sample};
use libtest_mimic::{Failed, Trial};

use crate::members::operation;
use crate::{api_of, ensure, trial};

pub fn trials(contract: &'static Contract) -> Vec<Trial> {
    let mut trials = Vec::new();
    for ledger in &contract.ledgers {
        for sample in &ledger.page.samples {
            let name = format!("{}::{}::round-trip", ledger.prefix, sample.id());
            trials.push(trial(name, move || round_trip(contract, ledger, sample)));
        }
    }
    trials
}

fn round_trip(contract: &Contract, ledger: &Ledger, sample: &Sample) -> Result<(), Failed> {
    let operation = operation(api_of(contract, ledger)?, ledger)?;
    let model = operation.model(&sample.place);
    let model = model.ok_or_else(|| format!("the client has no model for {}", sample.place))?;
    let json = sample.value.to_string();
    let decoded = (model.decode)(json.as_bytes())?;
    let written = decoded.encode();
    ensure(written == sample.value, || format!("written back as {written}"))?;
    if sample.place == "request" {
        let refused = (model.strict)(json.as_bytes()).err().unwrap_or_default();
        ensure(refused.is_empty(), || format!("refused: {}", refused[0]))?;
    }
    let differences = decoded.undocumented();
    ensure(differences.is_empty(), || format!("reported: {}", differences[0]))
}
