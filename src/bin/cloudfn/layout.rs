//! Indents JSON without changing its tokens: numbers keep their digits and strings their escapes.

use serde::de::IgnoredAny;

/// Maximum indentation, in levels.
const DEEPEST: usize = 32;

/// `body` as it is printed: JSON is indented, anything else is unchanged.
pub fn laid_out(body: &[u8]) -> Vec<u8> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let mut printed = match serde_json::from_slice::<IgnoredAny>(body) {
        Ok(_) => over_lines(body),
        Err(_) => body.to_vec(),
    };
    if !printed.ends_with(b"\n") {
        printed.push(b'\n');
    }
    printed
}

/// JSON without the blanks between its tokens, so that it is one line.
pub fn on_one_line(json: &str) -> String {
    let mut is_text = false;
    let mut is_escaped = false;
    json.chars()
        .filter(|&c| {
            let is_kept = is_text || !c.is_ascii_whitespace();
            is_text = if is_text { is_escaped || c != '"' } else { c == '"' };
            is_escaped = is_text && c == '\\' && !is_escaped;
            is_kept
        })
        .collect()
}

fn over_lines(json: &[u8]) -> Vec<u8> {
    let mut lines = Vec::new();
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    let mut last = 0;
    for &byte in json.iter() {
        if is_text {
            lines.push(byte);
            is_text = is_escaped || byte != b'"';
            is_escaped = byte == b'\\' && !is_escaped;
            continue;
        }
        if byte.is_ascii_whitespace() {
            continue;
        }
        let is_end = matches!(byte, b']' | b'}');
        depth -= usize::from(is_end);
        let is_opened = matches!(last, b'[' | b'{');
        if (is_opened != is_end) || last == b',' {
            lines.push(b'\n');
            lines.resize(lines.len() + 2 * depth.min(DEEPEST), b' ');
        }
        lines.push(byte);
        match byte {
            b'"' => is_text = true,
            b':' => lines.push(b' '),
            b'[' | b'{' => depth += 1,
            _ => {}
        }
        last = byte;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{laid_out, on_one_line};

    #[test]
    fn json_is_laid_out_and_nothing_else_is_changed() {
        for (body, printed) in [
            (r#"{"a":[1,{"b": []}],"c":"x, \"y\": [\\"}"#, "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": \"x, \\\"y\\\": [\\\\\"\n}\n"),
            (r#"[12345678901234567890123, 1e999, "cut \ud83d"]"#, "[\n  12345678901234567890123,\n  1e999,\n  \"cut \\ud83d\"\n]\n"),
            ("{ }", "{}\n"),
            ("1", "1\n"),
            ("{\"a\":1} x", "{\"a\":1} x\n"),
            ("<html>\n", "<html>\n"),
        ] {
            assert_eq!(String::from_utf8(laid_out(body.as_bytes())).unwrap(), printed, "{body}");
        }
        let json = "{ \"a\" :\n[1.50, \"b \\\" ]\\\\\" , 2]}";
        assert_eq!(on_one_line(json), r#"{"a":[1.50,"b \" ]\\",2]}"#);
        assert_eq!(laid_out(b"[\"\xff\"]"), b"[\n  \"\xff\"\n]\n");
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(laid_out(deep.as_bytes()).len() < 3_000_000);
    }
}
