//! Numbers that keep all their digits.

use std::fmt;

use crate::schema::{Bound, Literal};

/// A number as given.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number<'a> {
    /// A 64-bit integer.
    Integer(i64),
    /// The digits of an integer beyond 64 bits.
    Large(&'a str),
    /// A number with a fraction or an exponent, and its text, if any.
    Float(f64, Option<&'a str>),
}

/// Up to this limit, whole numbers with a fraction or an exponent are integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl<'a> Number<'a> {
    /// Parses a JSON number.
    pub(crate) fn parse(text: &'a str) -> Self {
        if let Ok(integer) = text.parse() {
            return Self::Integer(integer);
        }
        match text.contains(['.', 'e', 'E']) {
            // Any other JSON number. One that is too large for a float is infinite.
            true => Self::Float(text.parse().unwrap_or(f64::INFINITY), Some(text)),
            false => Self::Large(text),
        }
    }

    /// The number as an integer if it is whole, for example `3.0`.
    pub(crate) fn whole(self) -> Self {
        match self {
            #[allow(clippy::cast_possible_truncation, reason = "it is a whole number in range")]
            Self::Float(float, _) if float.fract() == 0.0 && float.abs() < EXACT => {
                Self::Integer(float as i64)
            }
            other => other,
        }
    }

    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Integer(_) | Self::Large(_) => "integer",
            Self::Float(..) => "number",
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "bounds of numbers are floats")]
    fn float(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Large(digits) => digits.parse().unwrap_or(f64::INFINITY),
            Self::Float(float, _) => float,
        }
    }

    /// Whether an integer is less than `min`.
    pub(crate) fn is_below(self, min: Option<i64>) -> bool {
        min.is_some_and(|min| match self {
            Self::Integer(integer) => integer < min,
            Self::Large(digits) => digits.starts_with('-'),
            Self::Float(..) => false,
        })
    }

    /// Whether an integer is greater than `max`.
    pub(crate) fn is_above(self, max: Option<i64>) -> bool {
        max.is_some_and(|max| match self {
            Self::Integer(integer) => integer > max,
            Self::Large(digits) => !digits.starts_with('-'),
            Self::Float(..) => false,
        })
    }

    /// Whether it is below a lower bound.
    pub(crate) fn is_under(self, min: Option<Bound>) -> bool {
        let number = self.float();
        min.is_some_and(|min| number < min.value || (min.exclusive && number == min.value))
    }

    /// Whether it is above an upper bound.
    pub(crate) fn is_over(self, max: Option<Bound>) -> bool {
        let number = self.float();
        max.is_some_and(|max| number > max.value || (max.exclusive && number == max.value))
    }

    /// Whether it is a multiple of a number.
    pub(crate) fn is_multiple(self, of: f64) -> bool {
        let times = self.float() / of;
        match times.abs() < EXACT {
            true => times.fract() == 0.0,
            false => self.float() % of == 0.0,
        }
    }

    pub(crate) fn is(self, literal: Literal) -> bool {
        match (self, literal) {
            (Self::Integer(integer), Literal::Integer(listed)) => integer == listed,
            #[allow(clippy::cast_precision_loss, reason = "a listed float is compared as one")]
            (number, Literal::Integer(listed)) => number.float() == listed as f64,
            (number, Literal::Number(listed)) => number.float() == listed,
            _ => false,
        }
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Large(text) | Self::Float(_, Some(text)) => match text.char_indices().nth(MOST) {
                Some((end, _)) => write!(f, "{}…", &text[..end]),
                None => f.write_str(text),
            },
            Self::Float(float, None) => float.fmt(f),
        }
    }
}

/// The maximum number of digits in a message.
const MOST: usize = 60;
