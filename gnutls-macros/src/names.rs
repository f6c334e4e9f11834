//! The argument of the attribute, and the attributes that it becomes.

use std::fmt::Write;

use super::releases::{self, OLDEST};

/// The C names that an item corresponds to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    /// Names that an item stands for.
    pub(crate) direct: Vec<String>,
    /// Constants, each with the function that takes it.
    pub(crate) constants: Vec<(String, String)>,
    /// Functions that an item replaces.
    pub(crate) instead: Vec<String>,
    /// Aliases without text.
    aliases: Vec<String>,
}

impl Names {
    /// Reads `name` and `word(name, ...)`, separated by commas.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut names = Self::default();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let end = rest.find([',', '(']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let word = word.trim();
            rest = after;
            if let Some(inner) = after.strip_prefix('(') {
                let (inner, after) = inner
                    .split_once(')')
                    .ok_or_else(|| format!("`{text}` lacks a closing parenthesis"))?;
                for name in inner
                    .split(',')
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                {
                    names.add_within(word, name)?;
                }
                rest = after.trim_start();
            } else {
                names.direct.push(known(word)?);
            }
            rest = match rest.strip_prefix(',') {
                Some(next) => next.trim_start(),
                None if rest.is_empty() => rest,
                None => return Err(format!("a comma is expected before `{rest}`")),
            };
        }
        Ok(names)
    }

    fn add_within(&mut self, word: &str, name: &str) -> Result<(), String> {
        let name = known(name)?;
        match word {
            "alias" => self.aliases.push(name),
            "instead" => self.instead.push(name),
            function => self.constants.push((name, known(function)?)),
        }
        Ok(())
    }

    /// Returns the attributes as Rust source: the paragraph between empty lines, and the aliases.
    pub(crate) fn attributes(&self) -> String {
        let mut text = String::new();
        if let Some(paragraph) = self.paragraph() {
            for line in ["", &paragraph, ""] {
                // Rustdoc removes the space that starts each line of a comment.
                let _ = write!(text, "#[doc = {:?}]", format!(" {line}"));
            }
        }
        let constants = self.constants.iter().map(|(constant, _)| constant);
        let names = self.direct.iter().chain(constants);
        for name in names.chain(&self.instead).chain(&self.aliases) {
            let _ = write!(text, "#[doc(alias = {name:?})]");
        }
        text
    }

    /// Returns the paragraph in Markdown, if there is anything to state.
    fn paragraph(&self) -> Option<String> {
        let direct = self.direct.iter().map(|name| (link(name), release(name)));
        let constants = self.constants.iter().map(|(constant, function)| {
            let text = format!("{} of {}", link(constant), link(function));
            (text, release(constant))
        });
        let mut parts: Vec<_> = direct.chain(constants).collect();
        let replaced = self.instead.iter();
        let mut replaced: Vec<_> = replaced.map(|name| (link(name), release(name))).collect();
        if let Some((text, _)) = replaced.first_mut() {
            text.insert_str(0, "instead of ");
        }
        parts.append(&mut replaced);
        let (_, first) = parts.first()?;
        // One release for all is stated at the end.
        let common = parts
            .iter()
            .all(|(_, release)| release == first)
            .then_some(*first);
        let parts: Vec<_> = parts
            .into_iter()
            .map(|(text, release)| match release {
                Some(release) if common.is_none() => format!("{text} (since {release})"),
                _ => text,
            })
            .collect();
        let mut paragraph = format!("C: {}", parts.join(", "));
        if let Some(release) = common.flatten() {
            let _ = write!(paragraph, ", since {release}");
        }
        Some(paragraph + ".")
    }
}

/// The macros, and the types with an unusual name. The table of releases contains neither macros nor types.
const NOT_IN_THE_TABLE: [&str; 3] = [
    "GNUTLS_PROFILE_TO_VFLAGS",
    "gnutls_certificate_verify_flags",
    "gnutls_transport_set_int",
];

/// Returns the name if GnuTLS has it.
fn known(name: &str) -> Result<String, String> {
    let is_of_c = name.starts_with("gnutls_") || name.starts_with("dane_");
    let is_type = is_of_c && (name.ends_with("_t") || name.ends_with("_func"));
    if is_type || NOT_IN_THE_TABLE.contains(&name) || releases::find(name).is_some() {
        Ok(name.to_owned())
    } else {
        Err(format!(
            "`{name}` is not a function, variable, constant or type of GnuTLS: correct the name, or add it to \
             gnutls-sys/releases.tsv"
        ))
    }
}

/// Returns the name as code; that of a function links to the manual.
fn link(name: &str) -> String {
    let is_function = releases::find(name).is_some_and(|entry| entry.kind == "function");
    if is_function {
        // The form in which Texinfo writes an underscore in an anchor.
        let anchor = name.replace('_', "_005f");
        format!("[`{name}`](https://www.gnutls.org/manual/gnutls.html#index-{anchor})")
    } else {
        format!("`{name}`")
    }
}

/// Returns the release that introduced a name, if it is newer than the oldest supported one.
fn release(name: &str) -> Option<&'static str> {
    let release = releases::find(name)?.release;
    (release != OLDEST).then_some(release)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the paragraph without the targets of its links.
    fn paragraph(argument: &str) -> Option<String> {
        let paragraph = Names::parse(argument).unwrap().paragraph()?;
        let mut parts = paragraph.split("](");
        let first = parts.next().unwrap_or_default().to_owned();
        Some(parts.fold(first, |text, part| {
            text + "]" + part.split_once(')').unwrap().1
        }))
    }

    #[test]
    fn a_function_is_linked_and_an_alias() {
        assert_eq!(
            Names::parse("gnutls_record_recv").unwrap().attributes(),
            "#[doc = \" \"]#[doc = \" C: [`gnutls_record_recv`](https://www.gnutls.org/manual/gnutls.html\
             #index-gnutls_005frecord_005frecv).\"]#[doc = \" \"]#[doc(alias = \"gnutls_record_recv\")]"
        );
    }

    #[test]
    fn the_release_follows_from_the_table() {
        for (argument, expected) in [
            (
                "gnutls_session_key_update",
                "C: [`gnutls_session_key_update`], since 3.6.3.",
            ),
            (
                "gnutls_audit_push_context, gnutls_audit_pop_context",
                "C: [`gnutls_audit_push_context`], [`gnutls_audit_pop_context`], since 3.8.11.",
            ),
            (
                "gnutls_init, gnutls_session_key_update",
                "C: [`gnutls_init`], [`gnutls_session_key_update`] (since 3.6.3).",
            ),
            (
                "gnutls_init(GNUTLS_POST_HANDSHAKE_AUTH)",
                "C: `GNUTLS_POST_HANDSHAKE_AUTH` of [`gnutls_init`], since 3.6.3.",
            ),
        ] {
            assert_eq!(paragraph(argument).as_deref(), Some(expected));
        }
    }

    #[test]
    fn each_form_has_its_text_and_aliases() {
        assert_eq!(
            paragraph("instead(gnutls_record_cork, gnutls_record_uncork)").as_deref(),
            Some("C: instead of [`gnutls_record_cork`], [`gnutls_record_uncork`].")
        );
        assert_eq!(
            paragraph("gnutls_session_t").as_deref(),
            Some("C: `gnutls_session_t`.")
        );
        assert_eq!(paragraph("alias(gnutls_deinit)"), None);
        let names = Names::parse(
            "gnutls_bye , gnutls_init (GNUTLS_NO_TICKETS), alias(gnutls_deinit, gnutls_strerror,),",
        );
        let attributes = names.unwrap().attributes();
        let aliases: Vec<_> = attributes.split("alias = \"").skip(1).collect();
        assert_eq!(
            aliases
                .concat()
                .replace("\")]#[doc(", " ")
                .replace("\")]", ""),
            "gnutls_bye GNUTLS_NO_TICKETS gnutls_deinit gnutls_strerror"
        );
    }

    #[test]
    fn mistakes_are_errors() {
        for (argument, problem) in [
            ("gnutls_goodbye", "`gnutls_goodbye` is not a function"),
            (
                "gnutls_bye gnutls_init",
                "`gnutls_bye gnutls_init` is not a function",
            ),
            ("instead(gnutls_bye", "lacks a closing parenthesis"),
            ("other(gnutls_bye)", "`other` is not a function"),
            (
                "alias(gnutls_bye) gnutls_init",
                "a comma is expected before `gnutls_init`",
            ),
            (",", "`` is not a function"),
        ] {
            let found = Names::parse(argument).unwrap_err();
            assert!(found.contains(problem), "{argument}: {found}");
        }
    }
}
