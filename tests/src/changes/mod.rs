//! The change list: describes each fact that differs between two libraries.

pub mod baseline;
mod fold;
mod hello;
mod walk;

use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use baseline::Baseline;

/// One change and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rank: the most important changes have the lowest.
    #[serde(skip)]
    rank: usize,
    /// The place: "TLS 1.3, client, after the handshake".
    pub place: String,
    /// The change: "session id 0 -> 32 bytes".
    pub what: String,
    /// The versions: "3.7.0 -> 3.7.1".
    pub versions: String,
    /// The scenarios that show it, each with the first step.
    pub scenarios: Vec<(String, u32)>,
}

impl Change {
    /// Returns the part of its line that does not depend on the versions and scenarios.
    pub fn name(&self) -> String {
        format!("{}: {}", self.place, self.what)
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, step) = &self.scenarios[0];
        write!(f, "{} ({}) [", self.name(), self.versions)?;
        match self.scenarios.len() {
            1 => {}
            count => write!(f, "{count} scenarios, first ")?,
        }
        write!(f, "{first}, step {step}]")
    }
}

/// All changes from one library to another.
pub struct ChangeList<'a> {
    from: &'a Baseline,
    to: &'a Baseline,
    pub changes: Vec<Change>,
}

impl<'a> ChangeList<'a> {
    /// Compares the scenarios that both libraries have run.
    pub fn new(from: &'a Baseline, to: &'a Baseline) -> Self {
        Self {
            from,
            to,
            changes: between(from, to),
        }
    }

    /// Removes the changes that are accepted, each by its line; the versions and scenarios at its end may be others, or
    /// missing. Returns the number of removed changes, and the lines that are those of no change.
    pub fn accept<'n>(&mut self, lines: &[&'n str]) -> (usize, Vec<&'n str>) {
        let is_for = |line: &str, change: &Change| {
            let rest = line.strip_prefix(change.name().as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
        };
        let is_unknown = |line: &&&str| !self.changes.iter().any(|change| is_for(line, change));
        let unknown = lines.iter().filter(is_unknown).copied().collect();
        let before = self.changes.len();
        self.changes
            .retain(|change| !lines.iter().any(|line| is_for(line, change)));
        (before - self.changes.len(), unknown)
    }

    /// Returns the number of scenarios that both libraries have run.
    pub fn compared(&self) -> usize {
        let names = self.to.scenarios.keys();
        let is_in_both = |name: &&String| self.from.scenarios.contains_key(*name);
        names.filter(is_in_both).count()
    }
}

/// The summary, and a line for each change.
impl Display for ChangeList<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let compared = self.compared();
        writeln!(
            f,
            "GnuTLS {} -> {}: {}, {compared} scenario{} compared",
            self.from.long_title(),
            self.to.long_title(),
            match self.changes.len() {
                0 => "no change".to_owned(),
                1 => "1 change".to_owned(),
                count => format!("{count} changes"),
            },
            if compared == 1 { "" } else { "s" },
        )?;
        for (baseline, other) in [(self.from, self.to), (self.to, self.from)] {
            let only = baseline.scenarios.len() - compared;
            if only > 0 {
                writeln!(
                    f,
                    "({only} scenarios are in the baseline of {} and not in that of {})",
                    baseline.title, other.title
                )?;
            }
        }
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        Ok(())
    }
}

/// Returns all changes from one library to another.
pub fn between(from: &Baseline, to: &Baseline) -> Vec<Change> {
    let mut found = fold::Found::new();
    for (name, before) in &from.scenarios {
        let Some(after) = to.scenarios.get(name) else {
            continue;
        };
        let walked = walk::scenario((before, &from.hellos), (after, &to.hellos));
        for (step, finding) in walked {
            let scenarios = found
                .entry((finding.rank, finding.what))
                .or_default()
                .entry(finding.place)
                .or_default();
            scenarios.entry(name.clone()).or_insert(step);
        }
    }
    let versions = format!("{} -> {}", from.title, to.title);
    fold::changes(found, &versions)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::baselines;

    use super::*;

    fn baseline(library: &str, lines: &str) -> Baseline {
        let text = format!(
            "gnutls-conformance baseline, format 2\nlibrary {library}\nbehaviour 00\n\nscenario a\n{lines}\n"
        );
        Baseline::parse(&baselines::lines(Path::new("old.txt"), &text)).expect("a baseline")
    }

    fn shown(from: &str, to: &str) -> Vec<String> {
        between(&baseline("3.7.0", from), &baseline("3.7.1", to))
            .iter()
            .map(Change::to_string)
            .collect()
    }

    #[test]
    fn a_boundary_of_the_session_id_is_described() {
        let run = |size, bytes| {
            format!(
                "3 open done\n\
                 4 handshake done | 1c handshake GNUTLS_E_SUCCESS size={size}\n  1c id2.bytes={bytes} id2.size={size} id.query={size} version=TLS1.3\n\
                 5 observe done"
            )
        };
        assert_eq!(
            shown(&run(0, "empty"), &run(32, "4:1c.id2.bytes")),
            [
                "TLS 1.3, client, after the handshake: session id 0 -> 32 bytes (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
    }

    #[test]
    fn the_origin_of_an_identifier_is_shown_if_its_size_is_the_same() {
        let run = |bytes| {
            format!(
                "3 handshake done\n  1s id2.bytes=3:1s.id2.bytes id2.size=32 resumed=false version=TLS1.2\n\
                 6 handshake done\n  2s id2.bytes={bytes} id2.size=32 resumed=true version=TLS1.2"
            )
        };
        assert_eq!(
            shown(&run("3:1c.id2.bytes"), &run("3:1s.id2.bytes")),
            [
                "TLS 1.2, server, after a resumed handshake: session id: the peer's of an earlier connection -> \
              that of an earlier connection (3.7.0 -> 3.7.1) [a, step 6]"
            ]
        );
    }

    #[test]
    fn an_accepted_change_is_not_in_the_list() {
        let run = |save: &str, code: &str| {
            format!("4 save done | 1c save {save}\n5 bye done | 1c bye {code}")
        };
        let (from, to) = (
            baseline("3.7.0", &run("12", "GNUTLS_E_SUCCESS")),
            baseline("3.7.1", &run("13", "GNUTLS_E_AGAIN")),
        );
        let names = |lines: &[&str]| {
            let mut list = ChangeList::new(&from, &to);
            let (accepted, unknown) = list.accept(lines);
            let names: Vec<String> = list.changes.iter().map(Change::name).collect();
            (accepted, names.join("; "), unknown.join("; "))
        };
        let saved = "any protocol, client, when saved: saved session data is 1 byte longer";
        let bye = "any protocol, client, after closing: bye succeeds -> GNUTLS_E_AGAIN";
        assert_eq!(names(&[]), (0, format!("{bye}; {saved}"), String::new()));
        let line = format!("{saved} (3.6.0 -> 3.6.1) [b, step 4]");
        assert_eq!(names(&[&line]), (1, bye.into(), String::new()));
        assert_eq!(names(&[bye, saved]), (2, String::new(), String::new()));
        // Neither the beginning of a line nor a longer one.
        let others = [&bye[..40], &format!("{saved} than before")].map(str::to_owned);
        let others = [others[0].as_str(), others[1].as_str()];
        assert_eq!(
            names(&others),
            (0, format!("{bye}; {saved}"), others.join("; "))
        );
    }

    #[test]
    fn a_change_that_follows_from_another_is_not_shown() {
        let run = |code: &str, facts: &str, next: &str| {
            format!(
                "3 handshake done\n  1c resumed=false version=TLS1.2\n4 save done | 1c save {code}\n{facts}5 open {next}\n6 observe done"
            )
        };
        assert_eq!(
            shown(
                &run("1263", "", "done"),
                &run("GNUTLS_E_AGAIN", "  1c pending=3\n", "skipped")
            ),
            [
                "TLS 1.2, client, when saved: save succeeds -> GNUTLS_E_AGAIN (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
        assert!(shown(&run("1263", "", "done"), &run("1263", "", "done")).is_empty());
    }

    #[test]
    fn numbers_that_depend_on_the_scenario_are_shown_as_differences() {
        let run = |saved: u32, length: u32| {
            format!(
                "4 handshake done\n  1c version=TLS1.3\n  1c > application_data {length} #00\n5 save done | 1c save {saved}"
            )
        };
        assert_eq!(
            shown(&run(1263, 69), &run(1269, 68)),
            [
                "TLS 1.3, client, when saved: saved session data is 6 bytes longer (3.7.0 -> 3.7.1) [a, step 5]",
                "TLS 1.3, client, in the handshake: an encrypted record is 1 byte shorter (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
    }

    #[test]
    fn a_failed_handshake_is_a_moment_of_its_own() {
        let run = |client, server| {
            format!(
                "4 handshake done | 1c handshake GNUTLS_E_SUCCESS\n  1c id2.size={client} version=TLS1.3\n\
                 5 handshake done | 2s handshake GNUTLS_E_AGAIN | 2s handshake GNUTLS_E_CERTIFICATE_ERROR\n\
                 \x20 2s id2.size={server} version=TLS1.3"
            )
        };
        assert_eq!(
            shown(&run(0, 0), &run(32, 32)),
            [
                "TLS 1.3, client, after the handshake: session id 0 -> 32 bytes (3.7.0 -> 3.7.1) [a, step 4]",
                "TLS 1.3, server, after a failed handshake: session id 0 -> 32 bytes (3.7.0 -> 3.7.1) [a, step 5]"
            ]
        );
    }

    #[test]
    fn numbers_of_bytes_and_of_names_are_distinguished() {
        let run = |n: u32| {
            format!(
                "1 algorithms done | - ciphers {n}\n2 priority done | - position {n}\n3 recv done | 1c recv {n}\n\
                 4 kernel done | 1c kernel {n}"
            )
        };
        let found = shown(&run(1), &run(2));
        let what: Vec<_> = found
            .iter()
            .filter_map(|text| text.split(": ").nth(1)?.split(" (").next())
            .collect();
        assert_eq!(
            what,
            [
                "ciphers 1 -> 2 names",
                "kernel 1 -> 2",
                "position 1 -> 2",
                "recv 1 -> 2 bytes"
            ]
        );
    }

    #[test]
    fn what_shows_on_both_sides_and_at_each_step_is_one_line() {
        let run = |kx| {
            format!(
                "4 step done\n  1c suite.kx={kx} version=TLS1.3\n5 step done\n  1s suite.kx={kx} version=TLS1.3\n\
                 6 handshake done\n  2c suite.kx={kx} version=TLS1.3\n7 observe done\n  2s suite.kx={kx} version=TLS1.3"
            )
        };
        assert_eq!(
            shown(&run("ECDHE-PSK"), &run("ECDHE-RSA")),
            [
                "TLS 1.3, client and server, after the handshake: key exchange ECDHE-PSK -> ECDHE-RSA (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
    }

    #[test]
    fn the_fields_of_a_hello_are_shown_by_name() {
        let run = |digest: &str, data: &str| {
            format!(
                "4 handshake done\n  1c version=TLS1.3\n  1c > handshake 99 message=client_hello hello={digest} #{digest}\n\n\
                 hello {digest}\n  hello_version 0303\n  extension 13 length=8 data={data}"
            )
        };
        assert_eq!(
            shown(&run("aa", "000408040403"), &run("bb", "0006090408040403")),
            [
                "TLS 1.3, client: client_hello: signature_algorithms adds mldsa44 (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
    }

    #[test]
    fn a_scenario_that_can_be_run_since_is_reported() {
        assert_eq!(
            shown("1 requires unsupported 3.6.3", "1 requires done"),
            [
                "any protocol: not supported (needs 3.6.3) -> can be run (3.7.0 -> 3.7.1) [a, step 1]"
            ]
        );
    }
}
