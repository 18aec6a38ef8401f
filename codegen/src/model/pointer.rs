//! JSON pointers, the way this crate names a place in a spec.

/// `pointer` with one more `token`, escaped.
pub fn join(pointer: &str, token: &str) -> String {
    match token.contains(['~', '/']) {
        true => [pointer, "/", &escape(token)].concat(),
        false => [pointer, "/", token].concat(),
    }
}

/// A token as it stands in a pointer.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The tokens of `pointer`, unescaped.
pub fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

/// The name of the component schema that `pointer` leads into, if it does.
pub fn component(pointer: &str) -> Option<&str> {
    pointer.strip_prefix("/components/schemas/")?.split('/').next()
}

/// The part of a call that `pointer` leads into: `parameters`, `requestBody` or `responses`.
pub fn part_of_call(pointer: &str) -> Option<&str> {
    let mut below = pointer.strip_prefix("/paths/")?.split('/').skip(1);
    match below.next()? {
        "parameters" => Some("parameters"),
        _method => below.next(),
    }
}

/// The name of the component schema that stands at `pointer` itself, if one does.
pub fn whole_component(pointer: &str) -> Option<&str> {
    pointer.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))
}
