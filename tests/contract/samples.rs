//! Every documented sample decodes, and is written back member for member, except for nulls.

use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::Sample;
use libtest_mimic::Failed;

use super::members::operation;
use super::sites::without_nulls;
use super::subject::{check, ensure, Check, Subject};
use super::wire::Setting;

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for ledger in &subject.contract.ledgers {
        for sample in ledger.samples() {
            let name = format!("{}::{}::round-trip", ledger.prefix, sample.id());
            checks.push(check(name, move || round_trip(subject, ledger, &sample)));
        }
    }
    checks
}

fn round_trip(subject: &Subject, ledger: &Ledger, sample: &Sample) -> Result<(), Failed> {
    let operation = operation(subject.api_of(ledger)?, ledger)?;
    let model = operation.model(&sample.place);
    let model = model.ok_or_else(|| format!("the client has no model for {}", sample.place))?;
    let json = sample.value.to_string();
    let decoded = (model.decode)(json.as_bytes())?;
    let written = decoded.encode();
    ensure(written == without_nulls(&sample.value), || format!("written back as {written}"))?;
    let Some(status) = sample.place.strip_prefix("response.") else { return Ok(()) };
    // `wire.rs` compares what is sent.
    let told = Setting::of(subject, ledger)?.answered(status, &sample.value)?.told;
    ensure(told.is_empty(), || format!("told: {}", told[0]))
}
