//! Applies deviations to the claims of a page.

use std::collections::BTreeSet;

use super::api::{Api, Operator, Role};
use super::cell::{limits, sorted_values, split_values, NONE};
use super::claim::{limit_names, Claim};
use super::entry::{Contradiction, Deviation, Line, Reference};
use super::page::Page;
use super::place::Place;
use super::scope::matches;
use crate::error::Result;
use crate::model::media;

/// What is wrong with a deviation, and at which line.
pub struct Fault {
    /// The line in the ledger.
    pub line: Line,
    /// The id of the claim.
    pub claim: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What became of the deviations of a page and of its API.
#[derive(Default)]
pub struct Applied {
    /// What is wrong with them.
    pub faults: Vec<Fault>,
    /// Those of the API that apply, with the claims that they apply to.
    pub deviations: Vec<Deviation>,
    /// The contradictions of the API that apply.
    pub contradictions: Vec<Contradiction>,
    /// The lines of the file about the API that apply.
    pub used: BTreeSet<usize>,
}

impl Page {
    /// The claims of this page, and what became of the deviations from them.
    pub fn deviating_claims(&self) -> Result<(Vec<Claim>, Applied)> {
        let mut claims = self.claims()?;
        let applied = apply(self, &mut claims);
        Ok((claims, applied))
    }
}

/// Marks the claims that deviate, first by the page's deviations, then by those of its API.
fn apply(page: &Page, claims: &mut Vec<Claim>) -> Applied {
    let mut applied = Applied::default();
    for deviation in page.deviations.iter().filter(|deviation| deviation.scope.is_none()) {
        let lists = page.api.as_ref().map_or(&[][..], |api| &api.lists);
        let deviation = match deviation.spelled_out(lists) {
            Ok(deviation) => deviation,
            Err((line, message)) => {
                let message = format!("deviation `{}`: {message}", deviation.name);
                let claim = format!("deviation/{}", deviation.name);
                applied.faults.push(Fault { line: deviation.line(line), claim, message });
                continue;
            }
        };
        for reference in &deviation.claims {
            for one in expand(reference, &deviation, claims) {
                let done = apply_one(&deviation, &one, claims);
                applied.note(&deviation, reference, one.claim, done);
            }
        }
    }
    if let Some(api) = &page.api {
        applied.used.extend(page.sections_of(api).map(|section| section.line));
        let lists = api.lists.iter().filter(|list| {
            list.is_named_in_rows(&page.sections) || list.is_named_in(&page.deviations)
        });
        applied.used.extend(lists.map(|list| list.line));
        let rules = api.rules.iter().filter(|rule| page.has(rule, api));
        applied.used.extend(rules.map(|rule| rule.line));
        let is_its = |operator: &&Operator| Some(&operator.name) == page.operator.as_ref();
        applied.used.extend(api.operators.iter().filter(is_its).map(|operator| operator.line));
        applied.headers(page, api, claims);
        applied.shared(page, api, claims);
        applied.contradictions(page, api, claims);
    }
    applied
}

impl Applied {
    fn note(
        &mut self,
        deviation: &Deviation,
        reference: &Reference,
        claim: String,
        done: Result<(), String>,
    ) {
        if let Err(message) = done {
            let message = format!("deviation `{}`: {message}", deviation.name);
            self.faults.push(Fault { line: deviation.line(reference.line), claim, message });
        }
    }

    /// The deviations of the API. What the page itself says of a claim goes first.
    fn shared(&mut self, page: &Page, api: &Api, claims: &mut Vec<Claim>) {
        let own: BTreeSet<&str> = page.deviations.iter().map(|d| d.name.as_str()).collect();
        let is_own = |claim: &Claim| {
            let deviation = claim.deviation.as_ref();
            deviation.is_some_and(|(name, _)| own.contains(name.as_str()))
        };
        for deviation in api.deviations.iter().filter(|deviation| page.is_in(&deviation.scope)) {
            let is_named = page.is_named_by(&deviation.scope);
            let mut applies_to = Vec::new();
            let references = deviation.claims.iter().flat_map(|r| each(r, claims));
            for reference in references.collect::<Vec<_>>() {
                let is_pattern = !deviation.claims.contains(&reference);
                let is_named = is_named && !is_pattern;
                for one in expand(&reference, deviation, claims) {
                    let found = claims.iter().find(|claim| one.is_about(claim));
                    let done = match found {
                        Some(found) if is_own(found) => {
                            self.used.insert(reference.line);
                            continue;
                        }
                        Some(found) if is_pattern && found.value != one.page => continue,
                        // What the file about the API says itself is no page's.
                        Some(found) if found.line.of_api && found.value == one.spec && !is_named => {
                            continue;
                        }
                        Some(found) if found.value == one.spec && !found.is_silent() => Err(format!(
                            "`{}` is `{}` in {}, as in the spec; leave the operation out with `!{}`",
                            one.claim,
                            one.spec,
                            page.stem(),
                            page.operation
                        )),
                        Some(found) if found.value != one.page && !is_named => continue,
                        None if !is_named && !one.has_place(page, claims) => continue,
                        _ => apply_one(deviation, &one, claims),
                    };
                    if done.is_ok() && !applies_to.contains(&reference) {
                        self.used.insert(reference.line);
                        applies_to.push(reference.clone());
                    }
                    self.note(deviation, &reference, one.claim, done);
                }
            }
            if !applies_to.is_empty() {
                self.deviations.push(Deviation { claims: applies_to, ..deviation.clone() });
            }
        }
    }

    /// The headers of the API that are credentials or the media type of the body: the page requires
    /// them, and the spec only where each call has them.
    fn headers(&mut self, page: &Page, api: &Api, claims: &mut [Claim]) {
        for section in page.sections_of(api).filter(|section| section.place == "header") {
            for row in &section.rows {
                let Some(role) = row.cell("role").and_then(Role::parse) else { continue };
                let (name, required) = (row.cell("name"), row.cell("required"));
                let (Some(name), Some(required)) = (name, required) else { continue };
                let place = Place::Parameter("header".to_owned(), name.to_owned());
                let is_sent = match role {
                    Role::MediaType => Some(has_section(page, claims, "request")),
                    Role::Credential => is_in_each_alternative(claims, name),
                };
                let mut differs = |claim: &mut Claim, name: &str, spec: &str, why: &str| {
                    claim.deviation = Some((name.to_owned(), spec.to_owned()));
                    let (claim, value) = (claim.local_id(), claim.value.clone());
                    self.deviations.push(Deviation {
                        line: row.line,
                        name: name.to_owned(),
                        claims: vec![Reference { claim, value, line: row.line }],
                        spec: spec.to_owned(),
                        source: section.source.clone().unwrap_or_else(|| "page".to_owned()),
                        why: why.to_owned(),
                        scope: section.scope.clone(),
                    });
                };
                let is_default = |c: &&mut Claim| {
                    let is_one = c.place.is(&place) && c.statement == "default";
                    is_one && c.deviation.is_none() && is_media_type(page, &c.value)
                };
                if let (Role::MediaType, Some(claim)) = (role, claims.iter_mut().find(is_default)) {
                    differs(
                        claim,
                        "default-content-type",
                        NONE,
                        "the body has it, and no parameter",
                    );
                }
                let line = Line { of_api: true, number: row.line };
                let mut fault = |claim: &Claim, message| {
                    self.faults.push(Fault { line, claim: claim.local_id(), message });
                };
                let is_it = |c: &&mut Claim| c.place.is(&place) && c.statement == "required";
                let Some(claim) = claims.iter_mut().find(is_it) else { continue };
                let Some(is_sent) = is_sent else {
                    fault(claim, format!("no security scheme has the header `{name}`"));
                    continue;
                };
                if claim.deviation.is_some() {
                    continue;
                }
                if claim.value != required {
                    let message = format!(
                        "`{}` is `{}` in {}, and `{required}` for the whole API; leave the operation out of that section with `!{}`",
                        claim.local_id(), claim.value, page.stem(), page.operation
                    );
                    fault(claim, message);
                    continue;
                }
                if is_sent || required == "no" {
                    continue;
                }
                differs(claim, &format!("header-{}", name.to_lowercase()), "no", role.why());
            }
        }
    }

    /// The contradictions of the API: those whose claims the page has.
    fn contradictions(&mut self, page: &Page, api: &Api, claims: &[Claim]) {
        for contradiction in api.contradictions.iter().filter(|c| page.is_in(&c.scope)) {
            let is_named = page.is_named_by(&contradiction.scope);
            let mut references = contradiction.claims.iter().filter(|r| r.stem().is_none());
            let is_there = |reference: &Reference| {
                let name = reference.claim.as_str();
                match (name.strip_prefix("rule/"), name.split_once('#')) {
                    (Some(rule), _) => page.rules.iter().any(|own| own.name == rule),
                    (None, Some((sample, _))) => page.samples.iter().any(|own| own.id() == sample),
                    (None, None) => claims.iter().any(|claim| claim.local_id() == name),
                }
            };
            if is_named || references.all(is_there) {
                self.used.insert(contradiction.line);
                self.contradictions.push(contradiction.clone());
            }
        }
    }
}

/// Whether all ways to authenticate that the claims state send the header `name`; nothing if none
/// does.
fn is_in_each_alternative(claims: &[Claim], name: &str) -> Option<bool> {
    let stated = |statement: &'static str| {
        claims.iter().filter(move |claim| {
            matches!(claim.place, Place::Security(_)) && claim.statement == statement
        })
    };
    let with: BTreeSet<&str> = stated("header")
        .filter(|header| header.expected().eq_ignore_ascii_case(name))
        .flat_map(|header| stated("alternative").filter(|other| other.place == header.place))
        .map(Claim::expected)
        .collect();
    let all: BTreeSet<&str> = stated("alternative").map(Claim::expected).collect();
    (!with.is_empty()).then_some(with == all)
}

/// Whether a value is the media type of the body of a page's request, or JSON if there is none.
fn is_media_type(page: &Page, value: &str) -> bool {
    let body = page.sections.iter().find(|section| section.place == "request");
    match body.and_then(|body| body.media.as_ref()) {
        Some((_, listed)) => split_values(listed).iter().any(|media| media == value),
        None => value == media::JSON,
    }
}

/// Whether a page has something to say of a body.
fn has_section(page: &Page, claims: &[Claim], section: &str) -> bool {
    page.sections.iter().any(|own| own.place == section)
        || page.samples.iter().any(|sample| sample.place == section)
        || claims.iter().any(|claim| match &claim.place {
            Place::Body(of) | Place::Member(of, _) => of == section,
            _ => false,
        })
}

/// One claim of a deviation, with what page and spec have for it.
struct One {
    claim: String,
    place: Option<Place>,
    statement: String,
    page: String,
    spec: String,
}

impl One {
    fn new(claim: String, page: &str, spec: &str) -> Self {
        let (place, statement) = claim.split_once("::").unwrap_or((&claim, ""));
        let normal = |text: &str| match statement {
            "values" if text != NONE && text != "?" => sorted_values(text),
            _ => text.to_owned(),
        };
        let (place, statement) = (Place::parse(place), statement.to_owned());
        let (page, spec) = (normal(page), normal(spec));
        Self { claim, place, statement, page, spec }
    }

    fn is_about(&self, claim: &Claim) -> bool {
        claim.statement == self.statement && Some(&claim.place) == self.place.as_ref()
    }

    /// Whether a page that is silent about the claim has what it is about.
    fn has_place(&self, page: &Page, claims: &[Claim]) -> bool {
        self.page == NONE
            && match &self.place {
                Some(Place::Body(section)) => has_section(page, claims, section),
                Some(place @ (Place::Parameter(..) | Place::Member(..) | Place::Sample(..))) => {
                    claims.iter().any(|claim| claim.place == *place)
                }
                place => place.is_some(),
            }
    }
}

/// The references that one with `*` in its place stands for.
fn each(reference: &Reference, claims: &[Claim]) -> Vec<Reference> {
    let pattern = reference.claim.split_once("::").filter(|(place, _)| place.contains('*'));
    let Some((pattern, statement)) = pattern else { return vec![reference.clone()] };
    let places: BTreeSet<String> = claims.iter().map(|claim| claim.place.to_string()).collect();
    let places = places.into_iter().filter(|place| matches(pattern, place));
    let claims = places.map(|place| format!("{place}::{statement}"));
    claims.map(|claim| Reference { claim, ..reference.clone() }).collect()
}

/// A reference to limits stands for both sides.
fn expand(reference: &Reference, deviation: &Deviation, claims: &[Claim]) -> Vec<One> {
    let whole = || vec![One::new(reference.claim.clone(), &reference.value, &deviation.spec)];
    let Some(place) = reference.claim.strip_suffix("::limits") else {
        return whole();
    };
    let parsed = Place::parse(place);
    let is_type =
        |claim: &&Claim| claim.statement == "type" && Some(&claim.place) == parsed.as_ref();
    let kind = claims.iter().find(is_type).map_or("", |claim| claim.value.as_str());
    let sides = |text: &str| -> Option<(String, String)> {
        if text == NONE {
            return Some((NONE.into(), NONE.into()));
        }
        let (least, most) = limits(text)?;
        Some((least.unwrap_or(NONE).into(), most.unwrap_or(NONE).into()))
    };
    let (Some(page), Some(spec)) = (sides(&reference.value), sides(&deviation.spec)) else {
        return whole();
    };
    let names = limit_names(kind);
    [(names.0, page.0, spec.0), (names.1, page.1, spec.1)]
        .into_iter()
        .filter(|(_, page, spec)| page != spec)
        .map(|(name, page, spec)| One::new(format!("{place}::{name}"), &page, &spec))
        .collect()
}

fn apply_one(deviation: &Deviation, one: &One, claims: &mut Vec<Claim>) -> Result<(), String> {
    let (id, value, spec) = (&one.claim, &one.page, &one.spec);
    let (place, statement) = id
        .split_once("::")
        .ok_or_else(|| format!("`{id}` is not a claim; one reads `place/name::statement`"))?;
    if value == spec {
        return Err(format!("page and spec agree on `{id}`: both have `{value}`"));
    }
    let mut found = 0;
    for claim in claims.iter_mut().filter(|claim| one.is_about(claim)) {
        found += 1;
        if claim.value != *value {
            return Err(format!("`{id}` is `{}` in this ledger, not `{value}`", claim.value));
        }
        if let Some((other, _)) = &claim.deviation {
            return Err(format!("`{id}` is in deviation `{other}` already"));
        }
        claim.deviation = Some((deviation.name.clone(), spec.clone()));
    }
    match (found, value.as_str()) {
        (0, NONE) => {
            let place = one.place.clone().ok_or_else(|| format!("`{place}` is not a place"))?;
            claims.push(Claim {
                place,
                statement: statement.to_owned(),
                value: NONE.to_owned(),
                line: deviation.line(deviation.line),
                source: deviation.source.clone(),
                uses: Vec::new(),
                deviation: Some((deviation.name.clone(), spec.clone())),
            });
            Ok(())
        }
        (0, _) => Err(format!("this ledger has no claim `{id}`")),
        _ => Ok(()),
    }
}
