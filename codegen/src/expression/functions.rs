//! The operators, functions and macros that an expression may have, with their names in CEL and the
//! functions of the table's crate that evaluate them.

use cloudfn_schema::rule::term::{self, Evaluated, Stop};
use serde_json::Value;

/// An operator or a function.
pub struct Function {
    /// Its name in CEL.
    pub cel: &'static str,
    /// How it is written there.
    pub form: Form,
    /// The name of the function that evaluates it.
    pub rust: &'static str,
    /// The number of its operands.
    pub operands: usize,
    /// Whether it is true or false.
    pub is_boolean: bool,
    /// That function.
    pub call: for<'v> fn(Vec<Evaluated<'v>>) -> Evaluated<'v>,
}

/// How a function is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `a + b`, which binds as strongly as this.
    Infix(u8),
    /// `-a`
    Prefix,
    /// `f(a)`, or `a.f()` in the same meaning.
    Global,
    /// `a.f(b)`
    Method,
    /// `a[b]`
    Index,
}

/// A macro: a test of each item of a list.
pub struct Macro {
    /// Its name in CEL, and that of the function that evaluates it.
    pub name: &'static str,
    /// Whether it is true or false.
    pub is_boolean: bool,
    /// That function.
    pub call: for<'v> fn(Evaluated<'v>, &dyn Fn(Value) -> Evaluated<'v>) -> Evaluated<'v>,
}

/// Calls a function with its operands.
fn with<'v, const N: usize>(
    operands: Vec<Evaluated<'v>>,
    call: impl FnOnce([Evaluated<'v>; N]) -> Evaluated<'v>,
) -> Evaluated<'v> {
    operands.try_into().map_or(Err(Stop::Invalid), call)
}

macro_rules! functions {
    ($($cel:literal $form:expr, $boolean:literal, $rust:ident($($operand:ident)+);)*) => {
        &[$(Function {
            cel: $cel,
            form: $form,
            rust: stringify!($rust),
            operands: [$(stringify!($operand)),+].len(),
            is_boolean: $boolean,
            call: |operands| with(operands, |[$($operand),+]| term::$rust($($operand),+)),
        }),*]
    };
}

use Form::{Global, Index, Infix, Method, Prefix};

#[rustfmt::skip]
pub const FUNCTIONS: &[Function] = functions! {
    "=="         Infix(1), true,  equal(a b);
    "!="         Infix(1), true,  different(a b);
    "<="         Infix(1), true,  at_most(a b);
    ">="         Infix(1), true,  at_least(a b);
    "<"          Infix(1), true,  less(a b);
    ">"          Infix(1), true,  greater(a b);
    "in"         Infix(1), true,  is_in(a b);
    "+"          Infix(2), false, add(a b);
    "-"          Infix(2), false, subtract(a b);
    "*"          Infix(3), false, multiply(a b);
    "/"          Infix(3), false, divide(a b);
    "%"          Infix(3), false, remainder(a b);
    "!"          Prefix,   true,  not(a);
    "-"          Prefix,   false, negative(a);
    "[]"         Index,    true,  index(a b);
    "size"       Global,   false, size(a);
    "int"        Global,   false, int(a);
    "double"     Global,   false, double(a);
    "fromJson"   Global,   false, from_json(a);
    "unixTime"   Global,   false, unix_time(a);
    "startsWith" Method,   true,  starts_with(a b);
    "endsWith"   Method,   true,  ends_with(a b);
    "contains"   Method,   true,  contains(a b);
};

macro_rules! macros {
    ($($name:ident $boolean:literal;)*) => {
        &[$(Macro {
            name: stringify!($name),
            is_boolean: $boolean,
            call: |of, test| term::$name(of, test),
        }),*]
    };
}

pub const MACROS: &[Macro] = macros! { all true; exists true; filter false; };

/// The function that is written so.
pub fn function(cel: &str, is: impl Fn(Form) -> bool) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.cel == cel && is(function.form))
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.rust)
    }
}

impl std::fmt::Debug for Macro {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}
