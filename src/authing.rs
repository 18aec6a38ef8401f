//! Authing and GenAuth Pipeline functions.

include!(concat!(env!("OUT_DIR"), "/authing.rs"));
