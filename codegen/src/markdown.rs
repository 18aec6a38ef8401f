//! Texts of a vendor as documentation.

/// A text as documentation: nothing in it is a program, a link or a tag.
pub fn plain(text: &str) -> String {
    let mut is_fenced = false;
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = lines.split('\n').map(|line| {
        let unindented = line.trim_start();
        if unindented.starts_with("```") {
            is_fenced = !is_fenced;
            return if is_fenced { "```text" } else { "```" }.to_owned();
        }
        match (is_fenced, line.len() - unindented.len()) {
            (true, _) => line.to_owned(),
            // Four blanks and more make a program.
            (false, 4..) => escaped(unindented),
            (false, _) => escaped(line),
        }
    });
    let mut plain = lines.collect::<Vec<_>>().join("\n");
    if is_fenced {
        plain.push_str("\n```");
    }
    plain
}

/// A line whose brackets are texts, but for those of our own links: ``[`Name`]``.
fn escaped(line: &str) -> String {
    let mut escaped = String::new();
    for (index, part) in line.split('`').enumerate() {
        let is_code = index % 2 == 1;
        if index > 0 {
            escaped.push('`');
        }
        let opens_link = |rest: &str| rest == "[" && !is_code;
        for (at, c) in part.char_indices() {
            match c {
                '[' if !is_code && !opens_link(&part[at..]) => escaped.push_str("\\["),
                '<' if !is_code => escaped.push_str("\\<"),
                c => escaped.push(c),
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_is_taken_for_a_program_or_a_link() {
        for (text, expected) in [
            ("As it is: `a[1]`, 2 > 1.", "As it is: `a[1]`, 2 > 1."),
            ("a\r\nb\rc", "a\nb\nc"),
            ("One of [a] or <b>", "One of \\[a] or \\<b>"),
            ("see [`Error`]: `<T>`", "see [`Error`]: `<T>`"),
            ("So:\n\n    let x;", "So:\n\nlet x;"),
            ("```\n  {}\n```", "```text\n  {}\n```"),
            ("```json\n[1]", "```text\n[1]\n```"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }
}
