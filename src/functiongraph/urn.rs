//! URNs of functions.

use std::fmt;
use std::str::FromStr;

/// The URN of a function, of one of its versions or of an alias:
/// `urn:fss:<region>:<project ID>:function:<package>:<function>`, followed by nothing, `:<version>`
/// or `:!<alias>`.
///
/// Calls accept any text of the documented length as a URN. Use this type to take a URN apart or to
/// name another version of a function.
///
/// ```
/// use cloudfn::functiongraph::FunctionUrn;
///
/// let urn: FunctionUrn = "urn:fss:cn-north-4:46b6f338:function:default:test:latest".parse()?;
/// assert_eq!((urn.package(), urn.function(), urn.version()), ("default", "test", Some("latest")));
/// assert_eq!(
///     urn.with_alias("prod")?.to_string(),
///     "urn:fss:cn-north-4:46b6f338:function:default:test:!prod",
/// );
/// # Ok::<(), cloudfn::functiongraph::ParseUrnError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionUrn {
    region: String,
    project_id: String,
    package: String,
    function: String,
    qualifier: Qualifier,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Qualifier {
    None,
    Version(String),
    Alias(String),
}

/// A text is not the URN of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseUrnError(String);

/// The prefix of an alias.
const ALIAS: char = '!';

impl FunctionUrn {
    /// The URN of a function without a version.
    ///
    /// # Errors
    ///
    /// A part is empty or contains a colon.
    pub fn new(
        region: impl Into<String>,
        project_id: impl Into<String>,
        package: impl Into<String>,
        function: impl Into<String>,
    ) -> Result<Self, ParseUrnError> {
        Ok(Self {
            region: part("region", region.into())?,
            project_id: part("project ID", project_id.into())?,
            package: part("package", package.into())?,
            function: part("function", function.into())?,
            qualifier: Qualifier::None,
        })
    }

    /// The region that the function is in.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The project that the function belongs to.
    pub fn project_id(&self) -> &str {
        &self.project_id
    }

    /// The package, or group, that the function is in.
    pub fn package(&self) -> &str {
        &self.package
    }

    /// The name of the function.
    pub fn function(&self) -> &str {
        &self.function
    }

    /// The version, if any.
    pub fn version(&self) -> Option<&str> {
        match &self.qualifier {
            Qualifier::Version(version) => Some(version),
            Qualifier::None | Qualifier::Alias(_) => None,
        }
    }

    /// The alias, if any.
    pub fn alias(&self) -> Option<&str> {
        match &self.qualifier {
            Qualifier::Alias(alias) => Some(alias),
            Qualifier::None | Qualifier::Version(_) => None,
        }
    }

    /// A version of the same function.
    ///
    /// # Errors
    ///
    /// The version is empty, contains a colon, or starts with `!`.
    pub fn with_version(mut self, version: impl Into<String>) -> Result<Self, ParseUrnError> {
        let version = part("version", version.into())?;
        if version.starts_with(ALIAS) {
            return Err(ParseUrnError(format!(
                "the version {version:?} starts with !, like an alias"
            )));
        }
        self.qualifier = Qualifier::Version(version);
        Ok(self)
    }

    /// An alias of the same function.
    ///
    /// # Errors
    ///
    /// The alias is empty or contains a colon.
    pub fn with_alias(mut self, alias: impl Into<String>) -> Result<Self, ParseUrnError> {
        self.qualifier = Qualifier::Alias(part("alias", alias.into())?);
        Ok(self)
    }

    /// The same function without version and alias.
    #[must_use]
    pub fn unqualified(mut self) -> Self {
        self.qualifier = Qualifier::None;
        self
    }
}

fn part(name: &str, text: String) -> Result<String, ParseUrnError> {
    match text.as_str() {
        "" => Err(ParseUrnError(format!("the {name} is empty"))),
        colon if colon.contains(':') => {
            Err(ParseUrnError(format!("the {name} {text:?} contains a colon")))
        }
        _ => Ok(text),
    }
}

impl FromStr for FunctionUrn {
    type Err = ParseUrnError;

    fn from_str(text: &str) -> Result<Self, ParseUrnError> {
        let refuse = |reason: ParseUrnError| {
            ParseUrnError(format!(
                "{} is not the URN of a function: {reason}",
                cloudfn_schema::text::excerpt(text, 60)
            ))
        };
        read(text).map_err(refuse)
    }
}

fn read(text: &str) -> Result<FunctionUrn, ParseUrnError> {
    let parts: Vec<&str> = text.split(':').collect();
    let [urn, fss, region, project_id, kind, package, function, qualifier @ ..] = &parts[..] else {
        return Err(ParseUrnError(format!("it has {} parts, not 7 or 8", parts.len())));
    };
    for (index, found, expected) in [(1, urn, "urn"), (2, fss, "fss"), (5, kind, "function")] {
        if found != &expected {
            return Err(ParseUrnError(format!("part {index} is {found:?}, not {expected:?}")));
        }
    }
    let urn = FunctionUrn::new(*region, *project_id, *package, *function)?;
    match qualifier {
        [] => Ok(urn),
        [one] => match one.strip_prefix(ALIAS) {
            Some(alias) => urn.with_alias(alias),
            None => urn.with_version(*one),
        },
        _ => Err(ParseUrnError(format!("it has {} parts, not 7 or 8", parts.len()))),
    }
}

impl fmt::Display for FunctionUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, project_id, package, function, qualifier } = self;
        write!(f, "urn:fss:{region}:{project_id}:function:{package}:{function}")?;
        match qualifier {
            Qualifier::None => Ok(()),
            Qualifier::Version(version) => write!(f, ":{version}"),
            Qualifier::Alias(alias) => write!(f, ":{ALIAS}{alias}"),
        }
    }
}

impl fmt::Display for ParseUrnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseUrnError {}

impl From<FunctionUrn> for String {
    fn from(urn: FunctionUrn) -> Self {
        urn.to_string()
    }
}

impl From<&FunctionUrn> for String {
    fn from(urn: &FunctionUrn) -> Self {
        urn.to_string()
    }
}
