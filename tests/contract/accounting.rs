//! One test for each constraint of a spec: lowering accounts for it.

use cloudfn_codegen::account::{account, Fate};
use cloudfn_codegen::lowering::{lower_by, RULES};
use cloudfn_codegen::model::Spec;
use cloudfn_codegen::statements::Statement;
use libtest_mimic::Failed;

use super::subject::{check, ensure, Check, Subject};

/// Constraints that a type or the table must contain, not only the documentation.
const CARRIED: [&str; 12] = [
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "enum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

pub fn checks<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let mut checks = Vec::new();
    for spec in &subject.contract.specs {
        let lowered = match lower_by(spec, subject.rules.iter().copied()) {
            Ok(lowered) => lowered,
            Err(error) => {
                let name = format!("{}::lowering", spec.api);
                checks.push(check(name, move || Err(error.to_string().into())));
                continue;
            }
        };
        for (constraint, fate) in account(spec, &lowered) {
            let name = format!("{}::lowering{}", spec.api, constraint.pointer);
            checks.push(check(name, move || is_accounted_for(subject, &constraint, &fate)));
        }
    }
    checks
}

fn is_accounted_for(subject: &Subject, constraint: &Statement, fate: &Fate) -> Result<(), Failed> {
    let claims = || subject.contract.claims_at(&constraint.pointer).join(", ");
    ensure(*fate != Fate::Unaccounted, || {
        format!(
            "no rule of lowering accounts for {}: no longer carried: {}",
            constraint.value,
            claims()
        )
    })?;
    let must_be_carried = CARRIED.contains(&constraint.keyword.as_str());
    let is_carried = matches!(
        fate,
        Fate::Carried(_)
            | Fate::Relaxed("credential-parameters" | "standard-headers" | "one-media-type")
    );
    ensure(is_carried || !must_be_carried, || {
        format!("neither a type nor the table carries {}: {}", constraint.value, claims())
    })
}

/// A spec to which every rule of lowering applies.
const PROBE: &str = include_str!("../../codegen/tests/probe.yaml");

/// What each rule handles in the test spec.
const BY_RULE: [(&str, &str); 18] = [
    ("credential-parameters", "/paths/~1probe~1{id}/post/parameters/3/schema/maxLength"),
    ("standard-headers", "/paths/~1probe~1{id}/post/parameters/4/schema/default"),
    ("parameter-styles", "/paths/~1probe~1{id}/post/parameters/5/explode"),
    (
        "one-media-type",
        "/paths/~1probe~1{id}/post/responses/410/content/text~1plain/schema/maxLength",
    ),
    ("response-headers", "/paths/~1probe~1{id}/post/responses/200/headers/X-Left/required"),
    ("server-variables", "/servers/0/variables/region/enum"),
    ("free-alternatives", "/components/schemas/Answer/properties/either/oneOf/0/maxLength"),
    ("open-enumerations", "/components/schemas/Answer/properties/kind/enum"),
    ("bounded-integers", "/components/schemas/Answer/properties/size/minimum"),
    ("checked-texts", "/components/schemas/Answer/properties/name/minLength"),
    ("timestamps", "/components/schemas/Answer/properties/at/format"),
    ("documented-defaults", "/components/schemas/Answer/properties/size/default"),
    ("optional-in-responses", "/components/schemas/Answer/required/name"),
    ("nullable-collections", "/components/schemas/Answer/properties/list/type"),
    ("error-statuses", "/paths/~1probe~1{id}/post/responses/404"),
    ("item-counts", "/components/schemas/Answer/properties/list/minItems"),
    ("checked-values", "/components/schemas/Answer/properties/ratio/minimum"),
    ("documented-only", "/components/schemas/Answer/properties/id/format"),
];

/// One test for each rule of lowering: the rule does its job.
pub fn rules<'s>(subject: &'s Subject<'s>) -> Vec<Check<'s>> {
    let checks = BY_RULE.into_iter().map(|(rule, pointer)| {
        check(format!("lowering::rule/{rule}"), move || {
            let spec = Spec::parse("probe.yaml".as_ref(), PROBE).map_err(|e| e.to_string())?;
            let lowered =
                lower_by(&spec, subject.rules.iter().copied()).map_err(|e| e.to_string())?;
            let touched = lowered.touches.get(pointer).is_some_and(|touch| touch.rule() == rule);
            ensure(touched, || {
                format!("the rule does not take care of {pointer} of the probe any more")
            })
        })
    });
    let mut checks: Vec<Check<'_>> = checks.collect();
    checks.push(check("lowering::rules".into(), || {
        let known = |name: &str| BY_RULE.iter().any(|(rule, _)| *rule == name);
        let unknown = RULES.iter().find(|rule| !known(rule.name));
        ensure(unknown.is_none(), || {
            format!("the rule {} has no test", unknown.map_or("", |rule| rule.name))
        })
    }));
    checks
}
