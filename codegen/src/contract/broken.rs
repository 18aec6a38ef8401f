//! Documented samples that break the spec.

use std::collections::BTreeMap;

use cloudfn_schema::{check_with, Options, Path, Violation};
use serde_json::Value;

use super::finding::{Finding, Kind};
use super::{Contract, Ledger};
use crate::ledger::{Claim, Place};
use crate::model::Spec;
use crate::table;

impl Contract {
    /// What is wrong with the documented samples by the schemas of their bodies: a finding for
    /// each value.
    ///
    /// It is not among the findings of [`Contract::new`], which hold a statement against the same
    /// statement elsewhere.
    pub fn broken_samples(&self) -> Vec<Finding> {
        let mut schemas = BTreeMap::new();
        let mut findings = Vec::new();
        for (ledger, claim) in self.claims() {
            let Place::Sample(section, _) = &claim.place else { continue };
            let spec = &self.specs[ledger.spec];
            let schema = self.operation(ledger).body(section).and_then(|body| body.schema());
            let sample = serde_json::from_str::<Value>(claim.expected());
            let (Some(at), Ok(sample)) = (schema, sample) else { continue };
            let schema = schemas.entry((ledger.spec, at));
            let schema = schema.or_insert_with(|| table::of_schema(spec, at));
            let broken = check_with(&Options::request(), schema, &Path::ROOT, &sample);
            findings.extend(broken.iter().map(|violation| told(spec, ledger, claim, violation)));
        }
        findings
    }
}

fn told(spec: &Spec, ledger: &Ledger, claim: &Claim, violation: &Violation) -> Finding {
    let place = match violation.path.as_str() {
        "" => "the whole of it",
        path => path,
    };
    let (reason, keyword) = (violation.message(), violation.keyword);
    let message = format!("the sample breaks the spec at {place}: {reason} (`{keyword}`)");
    let finding = ledger.finding_of(Kind::Sample, claim, spec.place(&violation.pointer), message);
    finding.remedied("add a deviation to the ledger, or correct the spec")
}
