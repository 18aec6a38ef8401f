//! Fuzz targets of cloudfn.
#![forbid(unsafe_code)]

pub mod second_signer;
