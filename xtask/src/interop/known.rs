//! The known differences, with their reasons.

use std::path::Path;

use serde::Deserialize;

use super::compare::Difference;

/// The file that lists them, relative to the project's folder.
pub const FILE: &str = "xtask/interop/differences.yaml";

/// A known difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    check: String,
    /// The operation, or `*`.
    operation: String,
    part: String,
    ours: String,
    theirs: String,
    why: String,
}

/// Known and unknown differences.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The known ones, with their reasons.
    pub explained: Vec<String>,
    /// The unknown ones, and entries that no longer differ.
    pub failures: Vec<String>,
}

/// Reads the file.
pub fn read(root: &Path) -> Result<Vec<Known>, String> {
    let text = std::fs::read_to_string(root.join(FILE)).map_err(|e| format!("{FILE}: {e}"))?;
    serde_saphyr::from_str(&text).map_err(|e| format!("{FILE}: {e}"))
}

/// Sorts the differences that a check found.
pub fn sort(known: &[Known], check: &str, found: &[(String, Difference)]) -> Sorted {
    let mut sorted = Sorted::default();
    for (index, (operation, difference)) in found.iter().enumerate() {
        if found[..index].iter().any(|(o, d)| (o, d) == (operation, difference)) {
            continue;
        }
        let Difference { part, ours, theirs } = difference;
        let text = format!("{operation}: {part}: ours is {ours}, theirs {theirs}");
        match known.iter().find(|known| known.is(check, operation, difference)) {
            Some(known) => sorted.explained.push(format!("{text}, since {}", known.why)),
            None => sorted.failures.push(text),
        }
    }
    let of_check = known.iter().filter(|known| known.check == check);
    for known in of_check.filter(|known| !found.iter().any(|(o, d)| known.is(check, o, d))) {
        sorted.failures.push(format!(
            "{}: {}: {FILE} lists ours as {} and theirs as {}, which is no longer true: remove the entry",
            known.operation, known.part, known.ours, known.theirs
        ));
    }
    sorted
}

impl Known {
    fn is(&self, check: &str, operation: &str, difference: &Difference) -> bool {
        self.check == check
            && (self.operation == operation || self.operation == "*")
            && self.part == difference.part
            && self.ours == difference.ours
            && self.theirs == difference.theirs
    }
}

#[cfg(test)]
mod tests {
    use super::{sort, Difference, Known, Sorted};

    fn known() -> Known {
        Known {
            check: "c".into(),
            operation: "o".into(),
            part: "path".into(),
            ours: "1".into(),
            theirs: "2".into(),
            why: "so".into(),
        }
    }

    fn found() -> (String, Difference) {
        ("o".into(), Difference { part: "path".into(), ours: "1".into(), theirs: "2".into() })
    }

    #[test]
    fn a_known_difference_is_explained_once() {
        for operation in ["o", "*"] {
            let known = Known { operation: operation.into(), ..known() };
            let sorted = sort(&[known], "c", &[found(), found()]);
            let explained = vec!["o: path: ours is 1, theirs 2, since so".to_owned()];
            assert_eq!(sorted, Sorted { explained, failures: vec![] });
        }
    }

    #[test]
    fn a_difference_that_is_not_known_so_fails() {
        let other = || "other".to_owned();
        let others = [
            Known { check: other(), ..known() },
            Known { operation: other(), ..known() },
            Known { part: other(), ..known() },
            Known { ours: other(), ..known() },
            Known { theirs: other(), ..known() },
        ];
        for known in others {
            let sorted = sort(&[known], "c", &[found()]);
            assert!(sorted.explained.is_empty());
            assert_eq!(sorted.failures[0], "o: path: ours is 1, theirs 2");
        }
    }

    #[test]
    fn what_is_known_and_gone_fails() {
        let sorted = sort(&[known()], "c", &[]);
        assert!(sorted.failures[0].ends_with("remove the entry"), "{sorted:?}");
        assert_eq!(sort(&[known()], "another", &[]), Sorted::default());
    }
}
