//! The credentials file of the official SDKs.

use std::path::Path;

use crate::error::Error;
use crate::setting::{self, Form};

/// The section for regional services.
const SECTION: &str = "basic";

/// The values of a credentials file.
#[derive(Default)]
pub(super) struct CredentialsFile {
    pub(super) access_key: String,
    pub(super) secret_key: String,
    pub(super) security_token: Option<String>,
    pub(super) project_id: Option<String>,
}

impl CredentialsFile {
    /// Reads a file. Errors name the file and the line.
    pub(super) fn read(file: &Path) -> Result<Self, Error> {
        let name = format!("the credentials file {}", file.display());
        let bytes = std::fs::read(file)
            .map_err(|e| Error::invalid(format!("{name} cannot be read")).with_source(e))?;
        let text =
            crate::file::text(bytes).map_err(|what| Error::invalid(format!("{name} {what}")))?;
        Self::parse(&name, &text)
    }

    /// Parses an INI file. Comments are only recognized at the start of a line, since keys may
    /// contain `#` and `;`.
    fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let mut values: [(&str, Option<String>); 4] =
            ["ak", "sk", "security_token", "project_id"].map(|key| (key, None));
        let mut is_section = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(section) = line.strip_prefix('[') {
                // The line may be part of a key, so it is not shown.
                let (section, _) = section.rsplit_once(']').ok_or_else(|| {
                    Error::invalid(format!("{name} is not an INI file: line {number} has no `]`"))
                })?;
                is_section = section.trim().eq_ignore_ascii_case(SECTION);
                continue;
            }
            let Some((key, value)) = line.split_once(['=', ':']).filter(|_| is_section) else {
                continue;
            };
            let (key, value) = (key.trim(), value.trim());
            for (known, taken) in &mut values {
                if key.eq_ignore_ascii_case(known) {
                    let place = format!("{name}, line {number}: {known}");
                    setting::check(&place, value, Form::Ascii)?;
                    *taken = Some(value.to_owned());
                }
            }
        }
        let [access_key, secret_key, (_, security_token), (_, project_id)] = values;
        let required = |(key, value): (&str, Option<String>)| {
            value.ok_or_else(|| Error::invalid(format!("{name} has no `{key}` in [{SECTION}]")))
        };
        Ok(Self {
            access_key: required(access_key)?,
            secret_key: required(secret_key)?,
            security_token,
            project_id,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::CredentialsFile;

    #[test]
    fn it_is_read_as_the_official_sdks_read_it() {
        let text = "# of mine\n[global]\nak=other\n[basic]\nAK : an=id#;x\nsk=s;e#c=r:et\n\
                    project_id = p1\nsecurity_token = t\niam_endpoint = https://iam\n";
        let read = CredentialsFile::parse("", text).unwrap();
        assert_eq!((read.access_key, read.secret_key), ("an=id#;x".into(), "s;e#c=r:et".into()));
        assert_eq!((read.project_id, read.security_token), (Some("p1".into()), Some("t".into())));
    }
}
