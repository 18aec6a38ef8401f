//! JSON pointers, the way this crate names a place in a spec.

/// `pointer` with one more `token`, escaped.
pub fn join(pointer: &str, token: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + token.len());
    joined.push_str(pointer);
    push(&mut joined, token);
    joined
}

/// Adds a `token` to `pointer`, escaped.
pub fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    match token.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        true => pointer.push_str(&escape(token)),
        false => pointer.push_str(token),
    }
}

/// Whether `pointer` leads to `holder` or into it.
pub fn is_in(pointer: &str, holder: &str) -> bool {
    pointer.strip_prefix(holder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A token as it stands in a pointer.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// A token of a pointer as it was before it was escaped.
pub fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

/// The tokens of `pointer`, unescaped.
pub fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(unescape).collect()
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
