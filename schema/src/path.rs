//! The path to a place within a value.

use std::fmt;

/// The path to a value, such as `func_mounts[0].mount_type`.
///
/// The alternate form (`{:#}`) is `func_mounts[0]: mount_type`.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
    /// The number of members and items on the path.
    pub(crate) depth: usize,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Item(usize),
}

impl<'a> Path<'a> {
    /// The whole value.
    pub const ROOT: Path<'static> = Path { parent: None, step: Step::Root, depth: 0 };

    /// The path to the member `name` of the object here.
    pub fn member(&'a self, name: &'a str) -> Path<'a> {
        self.inside(Step::Member(name))
    }

    /// The path to the item `index` of the array here.
    pub fn item(&'a self, index: usize) -> Path<'a> {
        self.inside(Step::Item(index))
    }

    fn inside(&'a self, step: Step<'a>) -> Path<'a> {
        Path { parent: Some(self), step, depth: self.depth + 1 }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Member(name) => {
                if self.parent.is_some_and(|parent| parent.parent.is_some()) {
                    f.write_str(if f.alternate() { ": " } else { "." })?;
                }
                f.write_str(name)
            }
            Step::Item(index) => write!(f, "[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn a_path_is_written_as_a_reader_would() {
        let mounts = Path::ROOT.member("func_mounts");
        let first = mounts.item(0);
        let kind = first.member("mount_type");
        assert_eq!(kind.to_string(), "func_mounts[0].mount_type");
        assert_eq!(format!("{kind:#}"), "func_mounts[0]: mount_type");
        assert_eq!(Path::ROOT.item(1).member("a").to_string(), "[1].a");
        assert_eq!(Path::ROOT.to_string(), "");
        assert_eq!(kind.depth, 3);
    }
}
