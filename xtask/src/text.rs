//! Formats text for output.

use console::Term;

/// The default line width.
const WIDTH: usize = 100;

/// The line width of stdout: that of the terminal, or `COLUMNS`.
pub fn width() -> usize {
    let terminal = Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let stated = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
    terminal.filter(|columns| *columns > 0).or_else(stated).unwrap_or(WIDTH)
}

/// The rows of a table in lines of at most `width` characters. The first row has the headings, and
/// the columns from `numbers` on are right-aligned.
///
/// Cells are wrapped between words. Columns that still do not fit follow below, next to the first
/// column again.
pub fn table(rows: &[Vec<String>], numbers: usize, width: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize, of: fn(&str) -> usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| of(cell)).max().unwrap_or(0)
    };
    let whole: Vec<usize> = (0..columns).map(|column| widest(column, length)).collect();
    let least: Vec<usize> = (0..columns).map(|column| widest(column, longest_word)).collect();
    let Some(beside) = least.iter().skip(1).max() else {
        return rows.concat().join("\n");
    };
    let first = whole[0].min(width.saturating_sub(GAP.len() + beside)).max(least[0]);
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut left = 0;
    for (column, least) in least.iter().enumerate().skip(1) {
        let needed = GAP.len() + least;
        if parts.is_empty() || left < needed {
            parts.push(vec![0]);
            left = width.saturating_sub(first);
        }
        left = left.saturating_sub(needed);
        parts.last_mut().into_iter().for_each(|part| part.push(column));
    }
    let parts = parts.into_iter().map(|part| {
        let mut widths: Vec<usize> = part.iter().map(|column| whole[*column]).collect();
        widths[0] = first;
        let gaps = GAP.len() * (part.len() - 1);
        while widths.iter().sum::<usize>() + gaps > width {
            let can_shrink = (1..part.len()).filter(|index| widths[*index] > least[part[*index]]);
            let Some(index) = can_shrink.max_by_key(|index| widths[*index]) else { break };
            widths[index] -= 1;
        }
        let lines = rows.iter().flat_map(|row| lines(row, &part, &widths, numbers));
        lines.collect::<Vec<_>>().join("\n")
    });
    parts.collect::<Vec<_>>().join("\n\n")
}

/// The separator of columns.
const GAP: &str = "  ";

/// The lines for some columns of a row.
fn lines(row: &[String], part: &[usize], widths: &[usize], numbers: usize) -> Vec<String> {
    let cell = |column: &usize| row.get(*column).map_or("", String::as_str);
    let cells: Vec<Vec<String>> =
        part.iter().zip(widths).map(|(column, width)| wrapped(cell(column), *width)).collect();
    let count = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |index: usize| {
        let padded = cells.iter().zip(part).zip(widths).map(|((cell, column), width)| {
            let text = cell.get(index).map_or("", String::as_str);
            match *column < numbers {
                true => format!("{text:<width$}"),
                false => format!("{text:>width$}"),
            }
        });
        padded.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    };
    (0..count).map(line).collect()
}

/// The lines of a text, at most `width` long unless a single word is longer. A name is split only if
/// it does not fit.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let fits = text.split(' ').all(|word| length(word) <= width);
    in_lines(text, width, if fits { &[' '] } else { &[' ', '_'] })
}

/// The lines of a text, which end at separators.
pub fn in_lines(text: &str, width: usize, separators: &[char]) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(separators) {
        let line = lines.last().map_or(0, |line| length(line));
        if line > 0 && line + length(word.trim_end()) > width {
            lines.push(String::new());
        }
        lines.last_mut().into_iter().for_each(|line| line.push_str(word));
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

fn longest_word(text: &str) -> usize {
    text.split_inclusive([' ', '_']).map(|word| length(word.trim_end())).max().unwrap_or(0)
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A text, truncated to at most `most` characters.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with names, long headings and figures.
    fn rows() -> Vec<Vec<String>> {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        vec![
            cells(&["operation", "claims", "of them checked", "generator alone drops"]),
            cells(&["update_function_async_invoke_config", "123", "4", "56"]),
            cells(&["all", "123", "4", "56"]),
        ]
    }

    #[test]
    fn a_table_that_fits_has_a_line_for_each_row() {
        let table = table(&rows(), 1, 100);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(lines[0].ends_with("  claims  of them checked  generator alone drops"), "{table}");
        assert!(lines[2].starts_with("all  ") && lines[2].ends_with("   56"), "{table}");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal_is_wide_and_no_word_is_lost() {
        for width in (0..100).step_by(4) {
            let table = table(&rows(), 1, width);
            let longest = table.lines().map(length).max().unwrap();
            assert!(longest <= width.max(20), "{width}: {longest}\n{table}");
            for word in rows().concat().iter().flat_map(|cell| cell.split_inclusive([' ', '_'])) {
                assert!(table.contains(word.trim()), "{width}: {word}\n{table}");
            }
        }
    }

    #[test]
    fn columns_that_do_not_fit_follow_below() {
        let expected = "\
operation                            claims  of them
                                             checked
update_function_async_invoke_config     123        4
all                                     123        4

operation                            generator alone
                                               drops
update_function_async_invoke_config               56
all                                               56";
        assert_eq!(table(&rows(), 1, 52), expected);
    }

    #[test]
    fn columns_of_texts_share_what_there_is() {
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let rows: Vec<Vec<String>> =
            vec![cells(&["check", "tool"]), cells(&["sdk", "one two three four five six"])];
        assert_eq!(table(&rows, 2, 20), "check  tool\nsdk    one two three\n       four five six");
    }
}
