//! Adds what waits for a state to the calls that tell of one.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use super::visit::{module, output};
use super::{found, Applied, Client};
use crate::extensions::{self, Wait};
use crate::model::Operation;

pub fn waiting(file: &mut syn::File, client: &Client<'_>) -> Applied {
    for operation in &client.spec.operations {
        let wait = extensions::wait(client.spec, operation).map_err(|e| e.to_string())?;
        let Some(wait) = wait else { continue };
        let response = found(output(file, operation), format!("the result of `{}`", operation.id))?;
        let builder = format_ident!("{}", operation.id.to_upper_camel_case());
        let described = describe(operation, &wait);
        let docs = docs(&wait);
        found(module(file, &["builder"]), "the builders")?.push(parse_quote! {
            impl<'a> #builder<'a> {
                /// Calls again until the state is one that is waited for, and returns the last
                /// response.
                #(#[doc = #docs])*
                pub fn wait(self) -> crate::Waiter<'a, #response> {
                    static WAITING: crate::waiting::Waiting = #described;
                    crate::waiting::wait(&WAITING, move || Box::pin(self.clone().send()))
                }
            }
        });
    }
    Ok(())
}

/// Plain data about the states of an operation.
pub(super) fn describe(operation: &Operation, wait: &Wait<'_>) -> TokenStream {
    let id = &operation.id;
    let Wait { state, success, failure, pending, interval, limit } = wait;
    let [interval, limit] = [interval, limit].map(|time| {
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        quote!(::std::time::Duration::from_millis(#milliseconds))
    });
    quote! {
        crate::waiting::Waiting {
            operation: #id,
            state: #state,
            success: &[#(#success),*],
            failure: &[#(#failure),*],
            pending: &[#(#pending),*],
            interval: #interval,
            limit: #limit,
        }
    }
}

fn docs(wait: &Wait<'_>) -> Vec<String> {
    let Wait { state, success, failure, interval, limit, .. } = wait;
    let listed = |states: &[&str]| {
        states.iter().map(|state| format!("`{state}`")).collect::<Vec<_>>().join(", ")
    };
    let failure = match failure.is_empty() {
        true => String::new(),
        false => format!(", and {} fails", listed(failure)),
    };
    vec![
        String::new(),
        format!(" The state stands at `{state}`: {} is waited for{failure}.", listed(success)),
        format!(" By default, a call is made every {interval:?}, for at most {limit:?}."),
    ]
}
