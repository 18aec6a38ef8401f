//! Signatures equal those of the official signer.

#[path = "../examples/sign_vectors.rs"]
mod sign_vectors;

use std::path::Path;

#[test]
fn every_known_answer_is_ours() {
    let vectors = sign_vectors::read(Path::new("tests/vectors/huawei-sdk-hmac-sha256.json"));
    let vectors = vectors.unwrap().vectors;
    assert!(vectors.len() >= 12, "only {} vectors", vectors.len());
    for vector in vectors {
        assert_eq!(vector.differences(), Vec::<String>::new(), "{}", vector.name);
    }
}
