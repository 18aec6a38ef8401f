//! Pieces of Rust.

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};

/// An option as Rust writes it.
pub(crate) fn option<T: ToTokens>(value: Option<T>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}
