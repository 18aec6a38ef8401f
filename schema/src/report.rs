//! The checks, independent of the source of the values, and the violations that they find.

use serde_json::Value;

use crate::number::Number;
use crate::path::Path;
use crate::rule::{Known, Part, Rule, Scope, Verdict};
use crate::schema::{
    bounds, length, listed, multiple, range, Kind, Literal, Member, Object, Schema, RFC_3339,
};
use crate::text::{excerpt, HALF, UNREADABLE};
use crate::violation::{Violation, ViolationKind, DIFFERENT};

/// How values are checked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether a whole number with a fraction or an exponent, such as `3.0`, counts as an integer.
    pub whole_floats: bool,
    /// Whether undocumented members are reported.
    pub unknown_members: bool,
    /// Whether values within a documented exception to their limits are reported.
    pub exceptions: bool,
    /// The part of a call that is checked. Without it, the rules about a part do not apply.
    pub part: Option<Part>,
    /// Whether paths are written as `a: b` instead of `a.b`.
    pub nested: bool,
    /// The maximum number of characters of a string that are shown. Without a limit, only unlisted
    /// values of an enumeration are shown.
    pub max_found: usize,
    /// The maximum number of violations.
    pub max_violations: usize,
    /// The maximum work for one value, in bytes of its JSON text.
    pub max_work: usize,
    /// The maximum nesting depth of values.
    pub max_depth: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self::RESPONSE
    }
}

impl Options {
    const RESPONSE: Self = Self {
        whole_floats: false,
        unknown_members: true,
        exceptions: true,
        part: None,
        nested: false,
        max_found: usize::MAX,
        max_violations: 1000,
        max_work: 64 * 1024 * 1024,
        max_depth: 100,
    };

    /// Options for values from a caller: they may be shown, and `3.0` is an integer.
    pub const fn request() -> Self {
        Self {
            whole_floats: true,
            exceptions: false,
            max_found: 60,
            max_violations: 100,
            max_work: usize::MAX,
            ..Self::RESPONSE
        }
    }

    /// The same for a part of a call.
    pub const fn about(self, part: Part) -> Self {
        Self { part: Some(part), ..self }
    }
}

/// The findings so far.
pub(crate) struct Report<'o> {
    pub(crate) options: &'o Options,
    found: Vec<Violation>,
    work: usize,
    /// The marks that strings may contain, for half of a surrogate pair and bytes that are not UTF-8.
    pub(crate) marks: Marks,
}

/// The marks that strings may contain.
#[derive(Clone, Copy, Default)]
pub(crate) struct Marks {
    pub(crate) halves: bool,
    pub(crate) unreadable: bool,
}

impl<'o> Report<'o> {
    pub(crate) fn new(options: &'o Options) -> Self {
        Self { options, found: Vec::new(), work: 0, marks: Marks::default() }
    }

    /// The violations. If a limit was reached, the last one says so.
    pub(crate) fn finish(mut self, schema: &'static Schema) -> Vec<Violation> {
        if self.is_exhausted() {
            self.found.truncate(self.options.max_violations);
            let (documented, found) = ("is checked in one response", "more");
            self.add(schema, &Path::ROOT, ViolationKind::Limit, "type", documented, found);
        }
        self.found
    }

    #[cold]
    fn add(
        &mut self,
        schema: &Schema,
        path: &Path<'_>,
        kind: ViolationKind,
        keyword: &'static str,
        documented: impl Into<String>,
        found: impl Into<String>,
    ) -> Option<&mut Violation> {
        // What claims call the statement.
        let statement = match keyword {
            "enum" => "values",
            "format" => "type",
            keyword => keyword,
        };
        self.found.push(Violation {
            path: self.written(path),
            kind,
            keyword,
            pointer: format!("{}/{keyword}", schema.pointer),
            claims: schema.claims_of(statement).to_vec(),
            documented: documented.into(),
            found: found.into(),
            exception: None,
        });
        self.found.last_mut()
    }

    fn written(&self, path: &Path<'_>) -> String {
        match self.options.nested {
            true => format!("{path:#}"),
            false => path.to_string(),
        }
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.work > self.options.max_work || self.found.len() > self.options.max_violations
    }

    /// Counts the work for a value. Returns false if the value must be skipped.
    pub(crate) fn begins(&mut self, bytes: usize, path: &Path<'_>) -> bool {
        // The cost of a value besides its bytes.
        const COST: usize = 64;
        self.work = self.work.saturating_add(bytes + COST);
        if path.depth > self.options.max_depth {
            self.work = usize::MAX;
        }
        !self.is_exhausted()
    }

    /// Reports the violations of the alternative with the fewest, unless one matches.
    pub(crate) fn alternatives(
        &mut self,
        schema: &'static Schema,
        parts: &'static [&'static Schema],
        path: &Path<'_>,
        mut check: impl FnMut(&mut Self, &'static Schema),
    ) {
        let before = std::mem::take(&mut self.found);
        let mut of_each = Vec::with_capacity(parts.len());
        for part in parts {
            check(self, part);
            of_each.push(std::mem::take(&mut self.found));
        }
        self.found = before;
        let matching = of_each.iter().filter(|found| found.is_empty()).count();
        if matching == 0 {
            self.found.extend(of_each.into_iter().min_by_key(Vec::len).unwrap_or_default());
        } else if matching > 1 && matches!(schema.kind, Kind::OneOf(_)) {
            let documented = format!("one of {} alternatives", parts.len());
            let found = format!("{matching} of them");
            self.add(schema, path, ViolationKind::Alternatives, "oneOf", documented, found);
        }
    }

    /// Reports a value of another type, with its name.
    pub(crate) fn other_type(&mut self, schema: &Schema, found: &str, path: &Path<'_>) {
        self.add(schema, path, ViolationKind::Type, "type", schema.type_name(), found);
    }

    /// Reports a text that is not JSON, with the reason.
    pub(crate) fn not_json(&mut self, schema: &Schema, reason: Option<String>) {
        let found = match reason {
            None => "empty, and not JSON".to_owned(),
            Some(reason) if self.shows_texts() => format!("not JSON: {reason}"),
            Some(_) => "not JSON".to_owned(),
        };
        self.add(schema, &Path::ROOT, ViolationKind::Type, "type", "JSON", found);
    }

    /// Whether invalid strings may be shown.
    fn shows_texts(&self) -> bool {
        self.options.max_found < usize::MAX
    }

    pub(crate) fn null(&mut self, schema: &Schema, path: &Path<'_>) {
        if !schema.nullable && !matches!(schema.kind, Kind::Any) {
            self.add(schema, path, ViolationKind::Null, "type", schema.type_name(), "null");
        }
    }

    pub(crate) fn boolean(&mut self, schema: &Schema, value: bool, path: &Path<'_>) {
        if !matches!(schema.kind, Kind::Boolean | Kind::Any) {
            return self.other_type(schema, "boolean", path);
        }
        let is_listed = |literal: &Literal| *literal == Literal::Boolean(value);
        self.is_listed(schema, is_listed, || value.to_string(), path);
    }

    pub(crate) fn number(&mut self, schema: &Schema, number: Number<'_>, path: &Path<'_>) {
        let number = match self.options.whole_floats {
            true => number.whole(),
            false => number,
        };
        match (&schema.kind, number) {
            (Kind::Any | Kind::Number { .. }, _) => {}
            (Kind::Integer { .. }, Number::Integer(_) | Number::Large(_)) => {}
            _ => return self.other_type(schema, number.type_name(), path),
        }
        let found = || number.to_string();
        if !self.is_listed(schema, |literal| number.is(*literal), found, path) {
            return;
        }
        let mut add = |keyword, documented: String| {
            self.add(schema, path, ViolationKind::Range, keyword, documented, found());
        };
        match &schema.kind {
            Kind::Integer { min, max, multiple_of } => {
                if number.is_below(*min) || number.is_above(*max) {
                    let keyword = if number.is_below(*min) { "minimum" } else { "maximum" };
                    add(keyword, range(*min, *max));
                } else if matches!(number, Number::Large(_)) {
                    add("type", "range of 64-bit integers".to_owned());
                }
                if let (Some(of), Number::Integer(integer)) = (multiple_of, number) {
                    if integer.checked_rem(*of).is_some_and(|rest| rest != 0) {
                        add("multipleOf", multiple(of));
                    }
                }
            }
            Kind::Number { min, max, multiple_of } => {
                if number.is_under(*min) || number.is_over(*max) {
                    let keyword = if number.is_under(*min) { "minimum" } else { "maximum" };
                    add(keyword, bounds(*min, *max));
                }
                if let Some(of) = multiple_of.filter(|of| !number.is_multiple(*of)) {
                    add("multipleOf", multiple(of));
                }
            }
            _ => {}
        }
    }

    pub(crate) fn string(&mut self, schema: &Schema, value: &str, path: &Path<'_>) {
        if !matches!(schema.kind, Kind::String { .. } | Kind::Any) {
            return self.other_type(schema, "string", path);
        }
        self.marks(schema, value, path);
        let is_listed =
            |literal: &Literal| matches!(literal, Literal::String(listed) if *listed == value);
        let max_found = self.options.max_found;
        if !self.is_listed(schema, is_listed, || excerpt(value, max_found), path) {
            return;
        }
        let Kind::String { min, max, pattern, date_time } = &schema.kind else { return };
        if min.is_some() || max.is_some() {
            self.length(schema, value, (*min, *max), path);
        }
        const OTHER: &str = "a text of another form";
        if let Some(pattern) = pattern.as_ref().filter(|pattern| !pattern.matches(value)) {
            let documented = format!("pattern {}", pattern.source());
            self.add(schema, path, ViolationKind::Pattern, "pattern", documented, OTHER);
        }
        if *date_time && !crate::is_rfc3339(value) {
            let found = match self.shows_texts() {
                true => excerpt(value, max_found),
                false => OTHER.to_owned(),
            };
            self.add(schema, path, ViolationKind::Format, "format", RFC_3339, found);
        }
    }

    fn marks(&mut self, schema: &Schema, value: &str, path: &Path<'_>) {
        let Marks { halves, unreadable } = self.marks;
        for (is_marked, mark, found) in [
            (unreadable, UNREADABLE, "bytes that are not UTF-8"),
            (halves, HALF, "half of a surrogate pair"),
        ] {
            if is_marked && value.contains(mark) {
                self.add(schema, path, ViolationKind::Type, "type", "string", found);
            }
        }
    }

    fn length(
        &mut self,
        schema: &Schema,
        value: &str,
        (min, max): (Option<u64>, Option<u64>),
        path: &Path<'_>,
    ) {
        // Most texts are as long as they may be, whatever their bytes make of characters.
        let bytes = value.len() as u64;
        if bytes.div_ceil(4) >= min.unwrap_or(0) && max.is_none_or(|max| bytes <= max) {
            return;
        }
        let count = value.chars().count() as u64;
        let keywords = ["minLength", "maxLength"];
        if let Some(keyword) = outside(count, (min, max), keywords) {
            let found = format!("a text of {count} characters");
            self.add(schema, path, ViolationKind::Length, keyword, length(min, max), found);
        }
    }

    /// Reports a value that is not in the documented list.
    fn is_listed(
        &mut self,
        schema: &Schema,
        is: impl FnMut(&Literal) -> bool,
        found: impl FnOnce() -> String,
        path: &Path<'_>,
    ) -> bool {
        if schema.values.is_empty() || schema.values.iter().any(is) {
            return true;
        }
        self.add(schema, path, ViolationKind::Value, "enum", listed(schema.values), found());
        false
    }

    /// Reports an array with a wrong number of items, or with a repeated item, given by both indexes.
    pub(crate) fn array(
        &mut self,
        schema: &Schema,
        count: u64,
        repeated: Option<(usize, usize)>,
        path: &Path<'_>,
    ) {
        let Kind::Array { min, max, .. } = &schema.kind else { return };
        let keywords = ["minItems", "maxItems"];
        self.count(schema, count, (*min, *max), keywords, ["list", "item"], path);
        if let Some((first, again)) = repeated {
            let (path, found) = (path.item(again), format!("repeats item {first}"));
            self.add(schema, &path, ViolationKind::Items, "uniqueItems", DIFFERENT, found);
        }
    }

    fn count(
        &mut self,
        schema: &Schema,
        count: u64,
        (min, max): (Option<u64>, Option<u64>),
        keywords: [&'static str; 2],
        [whole, part]: [&str; 2],
        path: &Path<'_>,
    ) {
        if let Some(keyword) = outside(count, (min, max), keywords) {
            let parts = if count == 1 { "" } else { "s" };
            let found = format!("a {whole} of {count} {part}{parts}");
            self.add(schema, path, ViolationKind::Items, keyword, length(min, max), found);
        }
    }

    /// Starts checking the members of an object.
    pub(crate) fn members(&self, object: &'static Object) -> Members {
        Members {
            object,
            seen: Seen::of(object.members.len()),
            next: 0,
            count: 0,
            kept: Vec::new(),
            start: self.found.len(),
        }
    }

    /// Reports an undocumented member, with the name of its type.
    pub(crate) fn undocumented(
        &mut self,
        schema: &Schema,
        object: &'static Object,
        found: &str,
        path: &Path<'_>,
    ) {
        if !self.options.unknown_members {
            return;
        }
        let (kind, documented) = (ViolationKind::Undocumented, "no such member");
        if let Some(added) = self.add(schema, path, kind, "properties", documented, found) {
            added.claims = object.tables.to_vec();
        }
    }

    /// Reports a repeated member.
    pub(crate) fn repeated(&mut self, schema: &Schema, path: &Path<'_>) {
        self.add(schema, path, ViolationKind::Repeated, "type", "one value", "another one");
    }

    /// Reports a required member that is missing or null.
    pub(crate) fn missing(
        &mut self,
        schema: &Schema,
        member: &Member,
        found: &str,
        path: &Path<'_>,
    ) {
        let (path, kind) = (path.member(member.name), ViolationKind::Missing);
        let added = self.add(member.schema, &path, kind, "required", "always present", found);
        if let Some(added) = added {
            added.pointer = format!("{}/required/{}", schema.pointer, member.name);
        }
    }

    /// Finishes an object.
    pub(crate) fn object(&mut self, schema: &Schema, members: Members, path: &Path<'_>) {
        let Members { object, seen, count, kept, start, .. } = members;
        for (index, member) in object.members.iter().enumerate() {
            if member.required && !seen.has(index) {
                self.missing(schema, member, "nothing", path);
            }
        }
        if object.min.is_some() || object.max.is_some() {
            let keywords = ["minProperties", "maxProperties"];
            self.count(schema, count, (object.min, object.max), keywords, ["map", "member"], path);
        }
        let scope = Scope::new(&kept);
        for rule in object.rules.iter().filter(|rule| rule.is_about(self.options.part)) {
            match (rule.widens, (rule.check)(&scope)) {
                (None, Verdict::Fails) => self.broken(schema, rule, path),
                (Some(member), Verdict::Holds) => self.excuse(rule, start, &path.member(member)),
                _ => {}
            }
        }
    }

    fn broken(&mut self, schema: &Schema, rule: &Rule, path: &Path<'_>) {
        let member = match rule.members {
            [member] => path.member(member),
            _ => *path,
        };
        let found = rule.members.join(", ");
        if let Some(added) =
            self.add(schema, &member, ViolationKind::Rule, "rule", rule.text, found)
        {
            added.claims = rule.claims.to_vec();
            added.pointer = schema.pointer.to_owned();
        }
    }

    /// Turns the violations of a member's limits since `start` into an exception, or drops them.
    fn excuse(&mut self, rule: &Rule, start: usize, member: &Path<'_>) {
        use ViolationKind::{Format, Items, Length, Pattern, Range, Value};
        let path = self.written(member);
        let is_limit = |kind| matches!(kind, Format | Items | Length | Pattern | Range | Value);
        let mut index = 0;
        self.found.retain_mut(|violation| {
            index += 1;
            if index <= start || violation.path != path || !is_limit(violation.kind) {
                return true;
            }
            violation.kind = ViolationKind::Exception;
            violation.claims = rule.claims.to_vec();
            violation.exception = Some(rule.text);
            self.options.exceptions
        });
    }

    /// Keeps a member for the rules about its object, unless it is not as documented itself.
    pub(crate) fn keep(
        &self,
        members: &mut Members,
        name: &str,
        since: usize,
        value: impl FnOnce() -> Option<Value>,
    ) {
        let named = || members.object.rules.iter().flat_map(|rule| rule.members);
        let Some(name) = named().find(|member| **member == name) else { return };
        let is_other = |violation: &Violation| {
            matches!(violation.kind, ViolationKind::Type | ViolationKind::Format)
        };
        if self.is_exhausted() || self.found[since..].iter().any(is_other) {
            return;
        }
        if let Some(value) = value().filter(|value| !value.is_null()) {
            members.kept.push(Known::new(name, value));
        }
    }

    /// The number of violations so far.
    pub(crate) fn found(&self) -> usize {
        self.found.len()
    }
}

/// The keyword of the bound that a count is outside of.
fn outside(
    count: u64,
    (min, max): (Option<u64>, Option<u64>),
    [too_few, too_many]: [&'static str; 2],
) -> Option<&'static str> {
    match (min, max) {
        (Some(min), _) if count < min => Some(too_few),
        (_, Some(max)) if count > max => Some(too_many),
        _ => None,
    }
}

/// The state of a check of an object's members.
pub(crate) struct Members {
    object: &'static Object,
    seen: Seen,
    next: usize,
    count: u64,
    /// The members that rules name.
    kept: Vec<Known<'static>>,
    /// The number of violations before this object.
    start: usize,
}

/// A documented member that occurs in an object.
pub(crate) struct Met {
    pub(crate) member: &'static Member,
    pub(crate) is_repeated: bool,
}

impl Members {
    /// The documented member `name`. Members are mostly in the documented order, so the search starts
    /// at the next one.
    pub(crate) fn meet(&mut self, name: &str) -> Option<Met> {
        self.count += 1;
        let members = self.object.members;
        let (before, after) = members.split_at(self.next.min(members.len()));
        let position = |members: &[Member]| members.iter().position(|member| member.name == name);
        let index = match position(after) {
            Some(found) => before.len() + found,
            None => position(before)?,
        };
        self.next = index + 1;
        Some(Met { member: &members[index], is_repeated: self.seen.set(index) })
    }
}

/// The members seen so far, by index.
enum Seen {
    Few(u128),
    Many(Vec<bool>),
}

impl Seen {
    fn of(members: usize) -> Self {
        match members {
            0..=128 => Self::Few(0),
            _ => Self::Many(vec![false; members]),
        }
    }

    fn has(&self, index: usize) -> bool {
        match self {
            Self::Few(bits) => bits >> index & 1 == 1,
            Self::Many(all) => all[index],
        }
    }

    /// Marks a member as seen. Returns true if it was seen before.
    fn set(&mut self, index: usize) -> bool {
        let before = self.has(index);
        match self {
            Self::Few(bits) => *bits |= 1 << index,
            Self::Many(all) => all[index] = true,
        }
        before
    }
}
