//! Huawei Cloud FunctionGraph.

include!(concat!(env!("OUT_DIR"), "/functiongraph.rs"));
