//! Which values are secrets: by their name, or since the spec says so with `format: password`.

use std::collections::BTreeSet;

use crate::model::{Schema, Spec};

/// What a word of a secret's name ends in, also where words are run together (`dbpassword`).
const ENDINGS: &str = "password passwords passwd pwd passphrase passcode secret secrets token \
    credential credentials apikey secretkey privatekey";

/// What stands before `key` in the name of a secret.
const KEYS: &str = "access api auth encryption master private secret shared signing";

/// What stands before `token` in the name of a place in a list.
const PAGES: &str = "continuation next page pagination previous sync";

/// What the name of a value ends in that tells of a secret, and is not one.
const TELLING: &str =
    "algorithm arn at count created enabled endpoint expires expiry format header id \
    in length lifetime limit manager name policy provider ref reference required \
    source status store time ttl type updated uri url urn version";

/// Whether a name says that its value is a secret, as `db_password` and `secretKey` do.
pub fn is_named(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_one_of = |word: &str, list: &str| list.split(' ').any(|listed| listed == word);
    if words.last().is_none_or(|last| is_one_of(last, TELLING)) {
        return false;
    }
    words.iter().enumerate().any(|(index, word)| {
        let before = index.checked_sub(1).map(|before| words[before]).unwrap_or_default();
        match *word {
            "key" | "keys" => is_one_of(before, KEYS),
            "token" => !is_one_of(before, PAGES),
            word => ENDINGS.split(' ').any(|ending| word.ends_with(ending)),
        }
    })
}

/// The words of a name in lower case: of `db_password`, `X-Secret-Key` or `clientSecret`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let is_new = !c.is_alphabetic() || (c.is_uppercase() && was_lower);
        if is_new {
            words.push(String::new());
        }
        if c.is_alphabetic() {
            words.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
        was_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether the value named `name` whose schema is at `at` is a secret. A number or a boolean is
/// none by its name alone.
pub fn is_secret(spec: &Spec, name: &str, at: &str) -> bool {
    is_called_secret(spec, name, at) || has_secret(spec, at, false, &mut BTreeSet::new())
}

fn is_called_secret(spec: &Spec, name: &str, at: &str) -> bool {
    let is_text = |schema: &Schema| !schema.is_scalar() || schema.json_type() == Some("string");
    is_named(name) && spec.at(at).is_some_and(is_text)
}

/// Whether a value is a secret whatever its name: a password, a list of such, or with a secret in
/// it where it is not a model of its own, as one of several schemas is not.
fn has_secret(spec: &Spec, at: &str, is_opaque: bool, seen: &mut BTreeSet<(String, bool)>) -> bool {
    let Some(schema) = spec.at(at) else { return false };
    if !seen.insert((schema.pointer.clone(), is_opaque)) {
        return false;
    }
    let mut has_secret = |at: &String, is_opaque| has_secret(spec, at, is_opaque, seen);
    let mut inside = schema.items.iter().chain(&schema.values);
    if schema.text("format") == Some("password") || inside.any(|at| has_secret(at, is_opaque)) {
        return true;
    }
    if let Some(alternatives) = &schema.alternatives {
        return alternatives.parts.iter().any(|at| has_secret(at, true));
    }
    is_opaque
        && schema.listed_members().iter().any(|member| {
            is_called_secret(spec, &member.name, &member.schema) || has_secret(&member.schema, true)
        })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn names_of_secrets_are_known_by_their_words() {
        let secrets = "password db_password dbPassword dbpassword X-Auth-Token token access_token \
            secret client_secret clientSecret secret_key secretKey SecretAccessKey private_key \
            private_key_pem api_key apikey passphrase credential credentials password_hash \
            password2 DBPassword user_pwd";
        for name in secrets.split_whitespace() {
            assert!(is_named(name), "{name}");
        }
        let others = "secretary max_tokens token_count token_type page_token nextToken \
            password_policy passwordLength secret_name access_key_id tokenizer key public_key \
            partition_key object_key passwordless expires_in -";
        for name in others.split_whitespace() {
            assert!(!is_named(name), "{name}");
        }
    }

    #[test]
    fn a_schema_may_say_that_a_value_is_a_secret() {
        let spec = Spec::parse(
            Path::new("probe.yaml"),
            r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /probe:
    put:
      operationId: probe
      requestBody:
        content: { application/json: { schema: { $ref: "#/components/schemas/Probe" } } }
      responses: { "204": { description: done } }
components:
  schemas:
    Probe:
      type: object
      properties:
        pin: { type: string, format: password }
        pins: { type: array, items: { $ref: "#/components/schemas/Pin" } }
        by_user: { type: object, additionalProperties: { $ref: "#/components/schemas/Pin" } }
        one_of: { oneOf: [{ type: string }, { $ref: "#/components/schemas/Login" }] }
        password: { type: string }
        login: { $ref: "#/components/schemas/Login" }
        logins: { type: array, items: { $ref: "#/components/schemas/Login" } }
        token: { type: integer }
        has_password: { type: boolean }
        itself: { oneOf: [{ type: string }, { $ref: "#/components/schemas/Probe2" }] }
    Probe2: { type: object, properties: { itself: { $ref: "#/components/schemas/Probe2" } } }
    Pin: { type: string, format: password }
    Login: { type: object, properties: { user: { type: string }, password: { type: string } } }
"##,
        );
        let spec = spec.unwrap();
        let members = spec.at("/components/schemas/Probe").unwrap().listed_members().iter();
        let secrets = members.filter(|member| is_secret(&spec, &member.name, &member.schema));
        let mut secrets: Vec<&str> = secrets.map(|member| member.name.as_str()).collect();
        secrets.sort_unstable();
        assert_eq!(secrets, ["by_user", "one_of", "password", "pin", "pins"]);
    }
}
