//! Generated clients with one thing other than it should be.

use std::collections::BTreeMap;

use cloudfn_codegen::generate::{generate, generate_without};
use cloudfn_codegen::lowering::RULES;
use cloudfn_codegen::mutants::{of_spec, Mutant};
use cloudfn_codegen::rewrite::REWRITES;
use cloudfn_codegen::spec::Spec;

/// What is changed before a client is generated.
#[derive(Clone, Debug)]
pub enum Change {
    /// A statement of the spec.
    Spec(Mutant),
    /// This rule of lowering or this rewrite is switched off.
    Without(&'static str),
}

/// A client to generate.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub spec: &'a Spec,
    pub change: Change,
}

/// What the generator makes of a candidate.
pub enum Generated {
    /// Code, and the operations that it has.
    Code(String, Vec<String>),
    /// The same code as without the change.
    Same,
    /// It refuses the spec.
    Refused(String),
}

/// Kinds of changes that are tried in the documents alone, since a change of another kind breaks
/// the code at the same place: a member that is renamed is also left out, and a limit where there
/// is none is tried above.
const OF_DOCUMENTS: [&str; 2] = ["left out", "lower limit"];

/// Every candidate of every spec.
pub fn all(specs: &[Spec]) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    for spec in specs {
        let mutants = of_spec(spec).into_iter();
        let mutants = mutants.filter(|mutant| !OF_DOCUMENTS.contains(&mutant.kind));
        found.extend(mutants.map(|mutant| Candidate { spec, change: Change::Spec(mutant) }));
        let rules = RULES.iter().map(|rule| rule.name);
        let steps = rules.chain(REWRITES.iter().map(|rewrite| rewrite.name));
        found.extend(steps.map(|step| Candidate { spec, change: Change::Without(step) }));
    }
    found
}

impl Candidate<'_> {
    /// The name of the mutant.
    pub fn name(&self) -> String {
        match &self.change {
            Change::Spec(mutant) => mutant.name.clone(),
            Change::Without(step) => format!("{} without {step}", self.spec.api),
        }
    }

    /// What is changed: `limit`, `values`, `required` …, `rule` or `rewrite`.
    pub fn kind(&self) -> &'static str {
        match &self.change {
            Change::Spec(mutant) => mutant.kind,
            Change::Without(step) if RULES.iter().any(|rule| rule.name == *step) => "rule",
            Change::Without(_) => "rewrite",
        }
    }

    /// The rule that is switched off.
    pub fn without_rule(&self) -> Option<&'static str> {
        match self.change {
            Change::Without(step) if self.kind() == "rule" => Some(step),
            _ => None,
        }
    }
}

/// Generates candidates.
#[derive(Default)]
pub struct Generator {
    /// The unchanged code of parts of the specs.
    unchanged: BTreeMap<(String, Vec<String>), String>,
}

impl Generator {
    /// The code of a candidate: of the operations that the change has a part in, and no more.
    pub fn run(&mut self, candidate: &Candidate<'_>) -> Result<Generated, String> {
        let spec = candidate.spec;
        let operations = match &candidate.change {
            Change::Spec(mutant) => spec.operations_with(&mutant.place),
            Change::Without(_) => spec.operations().iter().map(|o| o.id.to_owned()).collect(),
        };
        let part = spec.excerpt(&operations).map_err(|e| e.to_string())?;
        let code = match &candidate.change {
            Change::Spec(mutant) => mutant.apply(&part).and_then(|mutated| generate(&mutated)),
            Change::Without(step) => generate_without(&part, step),
        };
        let code = match code {
            Ok(code) => code,
            Err(error) => return Ok(Generated::Refused(error.to_string())),
        };
        let key = (spec.api.clone(), operations.clone());
        if !self.unchanged.contains_key(&key) {
            let unchanged = generate(&part).map_err(|e| e.to_string())?;
            self.unchanged.insert(key.clone(), unchanged);
        }
        Ok(match self.unchanged.get(&key) {
            // What a rule is for is tried on a spec of its own, too.
            Some(unchanged) if *unchanged == code && candidate.kind() != "rule" => Generated::Same,
            _ => Generated::Code(code, operations),
        })
    }
}
