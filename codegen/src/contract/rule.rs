//! Rules: predicates in CEL over `self`, run on objects of documented samples.

use cel::objects::{Key, Map};
use cel::{Context, Program, Value as Cel};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// What a predicate says of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// The object lacks a member that the predicate speaks of.
    NotExercised,
}

/// A compiled predicate.
pub struct Predicate<'t> {
    text: &'t str,
    program: Program,
    /// What an expression may call.
    functions: Context<'static, 'static>,
}

impl<'t> Predicate<'t> {
    /// Compiles `text`.
    ///
    /// Beside CEL's own functions there are `unixTime(text)`, the seconds of an RFC 3339 text,
    /// and `fromJson(text)`, the value of a JSON text.
    ///
    /// # Errors
    ///
    /// Why it is not CEL.
    pub fn compile(text: &'t str) -> Result<Self, String> {
        let program = Program::compile(text).map_err(|e| format!("`{text}` is not CEL: {e}"))?;
        let mut functions = Context::default();
        add_functions(&mut functions)?;
        Ok(Self { text, program, functions })
    }

    /// Evaluates the predicate on `object`.
    ///
    /// # Errors
    ///
    /// Why it cannot be evaluated.
    pub fn evaluate(&self, object: &Value) -> Result<Verdict, String> {
        let text = self.text;
        let mut context = self.functions.new_inner_scope();
        context.add_variable_from_value("self", to_cel(object));
        match self.program.execute(&context) {
            Ok(Cel::Bool(true)) => Ok(Verdict::Holds),
            Ok(Cel::Bool(false)) => Ok(Verdict::Fails),
            Ok(other) => Err(format!("`{text}` gives {other:?}, not true or false")),
            Err(cel::ExecutionError::NoSuchKey(_)) => Ok(Verdict::NotExercised),
            Err(error) => Err(format!("`{text}` cannot be evaluated: {error}")),
        }
    }
}

fn add_functions(context: &mut Context<'_, '_>) -> Result<(), String> {
    context
        .add_function("unixTime", |text: Arc<String>| {
            text.parse::<jiff::Timestamp>().map_or(Cel::Null, |time| Cel::Int(time.as_second()))
        })
        .map_err(|e| e.to_string())?;
    context
        .add_function("fromJson", |text: Arc<String>| {
            serde_json::from_str(&text).map_or(Cel::Null, |value| to_cel(&value))
        })
        .map_err(|e| e.to_string())
}

fn to_cel(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(value) => Cel::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Cel::Int(integer),
            None => Cel::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Cel::String(Arc::new(text.clone())),
        Value::Array(list) => Cel::List(Arc::new(list.iter().map(to_cel).collect())),
        Value::Object(object) => {
            let members: HashMap<Key, Cel> = object
                .iter()
                .map(|(name, member)| (Key::from(name.as_str()), to_cel(member)))
                .collect();
            Cel::Map(Map { map: Arc::new(members) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn evaluate(check: &str, object: &Value) -> Result<Verdict, String> {
        Predicate::compile(check)?.evaluate(object)
    }

    #[test]
    fn predicates_hold_fail_or_are_not_exercised() {
        let check = "self.cpu == self.memory_size / 128 * 100 + 200";
        let verdict = |object| evaluate(check, &object);
        assert_eq!(verdict(json!({"cpu": 300, "memory_size": 128})), Ok(Verdict::Holds));
        assert_eq!(verdict(json!({"cpu": 301, "memory_size": 128})), Ok(Verdict::Fails));
        assert_eq!(verdict(json!({"cpu": 300})), Ok(Verdict::NotExercised));
    }

    #[test]
    fn own_functions_are_there() {
        let time = json!({"at": "2019-10-25T15:37:27+08:00", "utc": 1_571_989_047});
        assert_eq!(evaluate("unixTime(self.at) == self.utc", &time), Ok(Verdict::Holds));
        let text = json!({"data": "{\"a\":1,\"b\":2}"});
        assert_eq!(evaluate("size(fromJson(self.data)) <= 1", &text), Ok(Verdict::Fails));
    }

    #[test]
    fn a_bad_predicate_is_reported() {
        assert!(evaluate("self.", &json!({})).is_err());
        assert!(evaluate("1 + 1", &json!({})).is_err());
    }
}
