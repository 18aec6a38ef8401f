//! Templates of paths, and forms of texts that consist of several variables, such as
//! `urn:{region}:{name}:{version=latest}`: the last part may be missing, which means `latest`.

use std::collections::BTreeMap;

/// The variables of a template.
pub(super) fn variables(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// The segments of a path; `None` if a variable is not known.
pub(super) fn filled(template: &str, known: &BTreeMap<String, String>) -> Option<Vec<String>> {
    let segment = |segment: &str| {
        let (before, variables) = segment.split_once('{').unwrap_or((segment, ""));
        let mut text = before.to_owned();
        for piece in variables.split('{').filter(|piece| !piece.is_empty()) {
            let (name, after) = piece.split_once('}')?;
            text += known.get(name)?;
            text += after;
        }
        Some(text)
    };
    template.split('/').skip(1).map(segment).collect()
}

/// A part of a form with a variable: what stands before it, its name and its default.
fn variable(part: &str) -> Option<(&str, &str, &str)> {
    let (before, inside) = part.strip_suffix('}')?.split_once('{')?;
    let (name, default) = inside.split_once('=').unwrap_or((inside, ""));
    Some((before, name, default))
}

/// The variables in a text of this form that do not have their default; `None` if it has another
/// form.
pub(super) fn parts(form: &str, text: &str) -> Option<Vec<(String, String)>> {
    let mut texts = text.splitn(form.split(':').count(), ':');
    let mut found = Vec::new();
    for part in form.split(':') {
        match (variable(part), texts.next()) {
            (Some((_, _, default)), None) if !default.is_empty() => {}
            (Some((before, name, default)), Some(text)) => {
                let value = text.strip_prefix(before)?;
                if value != default {
                    found.push((name.to_owned(), value.to_owned()));
                }
            }
            (None, Some(text)) if text == part => {}
            _ => return None,
        }
    }
    Some(found)
}

/// The text of this form with what is `known`, and the parts of `sample` for anything else.
pub(super) fn composed<'k>(
    form: &str,
    sample: &str,
    known: impl Fn(&str) -> Option<&'k str>,
) -> Option<String> {
    let mut samples = sample.splitn(form.split(':').count(), ':').filter(|part| !part.is_empty());
    let mut composed = Vec::new();
    for part in form.split(':') {
        let sample = samples.next().map(str::to_owned);
        match variable(part) {
            None => composed.push(part.to_owned()),
            Some((before, name, default)) => {
                match known(name).map(|value| format!("{before}{value}")).or(sample) {
                    Some(text) => composed.push(text),
                    None if default.is_empty() => return None,
                    None => {}
                }
            }
        }
    }
    Some(composed.join(":"))
}

#[cfg(test)]
mod tests {
    use super::{composed, filled, parts, variables};

    const FORM: &str = "urn:{region}:{name}:{version=latest}";

    #[test]
    fn a_text_has_the_parts_of_its_form() {
        let read = |text| {
            let parts = parts(FORM, text)?.into_iter();
            Some(parts.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(read("urn:r:f:v1").as_deref(), Some("region=r name=f version=v1"));
        assert_eq!(read("urn:r:f:latest").as_deref(), Some("region=r name=f"));
        assert_eq!(read("urn:r:f").as_deref(), Some("region=r name=f"));
        assert_eq!(read("urn:r:f:a:b").as_deref(), Some("region=r name=f version=a:b"));
        assert_eq!((read("urn:r"), read("arn:r:f")), (None, None));
        assert_eq!(parts("!{alias}", "v1"), None);
        assert_eq!(parts("!{alias}", "!a").unwrap(), [("alias".to_owned(), "a".to_owned())]);
    }

    #[test]
    fn a_text_is_composed_of_what_is_known_and_of_a_sample() {
        let of = |name: &str| if name == "name" { Some("g") } else { None };
        assert_eq!(composed(FORM, "urn:r:f:latest", of).as_deref(), Some("urn:r:g:latest"));
        assert_eq!(composed(FORM, "urn:r:f", of).as_deref(), Some("urn:r:g"));
        assert_eq!(composed(FORM, "", of), None);
    }

    #[test]
    fn a_path_is_filled_if_all_its_variables_are_known() {
        let known = [("a", "1/2"), ("b", "{a}")].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        let path = filled("/xs/{a}:{b}/ys", &known);
        assert_eq!(path.unwrap(), ["xs", "1/2:{a}", "ys"]);
        assert_eq!(filled("/xs/{c}", &known), None);
        assert_eq!(variables("/xs/{a}:{b}").collect::<Vec<_>>(), ["a", "b"]);
    }
}
