//! Tables for a terminal.

/// The rows with columns of even widths; those from `numbers` on are aligned to the right.
pub fn table(rows: &[Vec<String>], numbers: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length = |row: &Vec<String>, column: usize| row.get(column).map(|c| c.chars().count());
    let widest = |column| rows.iter().filter_map(|row| length(row, column)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let line = |row: &Vec<String>| {
        let padded =
            row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                match column < numbers {
                    true => format!("{cell:<width$}"),
                    false => format!("{cell:>width$}"),
                }
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
