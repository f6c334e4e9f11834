//! The change list: each fact that differs between two libraries, in words.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::kept::{Kept, Step};

/// One thing that changed, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Most telling first.
    #[serde(skip)]
    rank: usize,
    /// Where it shows: "TLS 1.3, client, after the handshake".
    pub place: String,
    /// What changed: "session id 0 -> 32 bytes".
    pub what: String,
    /// The versions: "3.7.0 -> 3.7.1".
    pub versions: String,
    /// The scenarios that show it, each with the first step.
    pub scenarios: Vec<(String, u32)>,
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, step) = &self.scenarios[0];
        write!(f, "{}: {} ({}) [", self.place, self.what, self.versions)?;
        match self.scenarios.len() {
            1 => {}
            count => write!(f, "{count} scenarios, first ")?,
        }
        write!(f, "{first}, step {step}]")
    }
}

/// What a fact of this name is called. Those that follow from another fact are not told apart from it.
fn words(name: &str) -> Option<&str> {
    Some(match name {
        "id2.size" => "session id",
        "id2.bytes" => "session id",
        "id2.code" | "id2.null" | "id2.stable" => name,
        "id.query" | "id.exact" | "id.short" | "exporter" => return None,
        "resumed" => "resumed",
        "version" => "version",
        "desc" => "description",
        "sni" => "server name",
        "alpn" => "application protocol",
        "etm" => "encrypt-then-MAC",
        "ems" => "extended master secret",
        "safe_renegotiation" => "safe renegotiation",
        "peer.n" => "certificates of the peer",
        "peer.sha256" => "certificate of the peer",
        "pending" => "bytes that wait to be read",
        "verified" => "verdict on the certificate",
        other => other,
    })
}

/// The order in which changes are told.
const RANKS: [&str; 4] = ["id2.size", "id2.bytes", "resumed", "version"];

/// Everything that changed from one library to another.
pub fn between(from: &Kept, to: &Kept) -> Vec<Change> {
    let versions = format!("{} -> {}", from.title(), to.title());
    let mut found: BTreeMap<(usize, String, String), BTreeSet<(String, u32)>> = BTreeMap::new();
    for (name, before) in &from.scenarios {
        let Some(after) = to.scenarios.get(name) else {
            continue;
        };
        for (step, finding) in scenario(before, after) {
            found
                .entry(finding)
                .or_default()
                .insert((name.clone(), step));
        }
    }
    found
        .into_iter()
        .map(|((rank, place, what), scenarios)| {
            let mut first: BTreeMap<String, u32> = BTreeMap::new();
            for (name, step) in scenarios {
                first.entry(name).or_insert(step);
            }
            Change {
                rank,
                place,
                what,
                versions: versions.clone(),
                scenarios: first.into_iter().collect(),
            }
        })
        .collect()
}

type Finding = (usize, String, String);

/// The changes in one scenario, each at the step where it first shows.
fn scenario(before: &[Step], after: &[Step]) -> Vec<(u32, Finding)> {
    let mut findings = Vec::new();
    let mut moments = Moments::default();
    let mut known: BTreeSet<(String, String, String)> = BTreeSet::new();
    for (old, new) in before.iter().zip(after) {
        let moment = moments.after(&new.verb);
        if old.status != new.status {
            let what = format!("{} -> {}", status(old), status(new));
            findings.push((old.number, (0, "the scenario".into(), what)));
            if old.status.starts_with("unsupported") || new.status.starts_with("unsupported") {
                break;
            }
        }
        let mut differing = BTreeSet::new();
        let names: BTreeSet<_> = old.facts.keys().chain(new.facts.keys()).collect();
        for key @ (endpoint, name) in names {
            let (was, is) = (old.facts.get(key), new.facts.get(key));
            let Some(called) = words(name).filter(|_| was != is) else {
                continue;
            };
            // The bytes are told where the size says nothing.
            let size = (endpoint.clone(), "id2.size".to_owned());
            if name == "id2.bytes" && old.facts.get(&size) != new.facts.get(&size) {
                continue;
            }
            let (was, is) = (
                was.map_or(usual(name), String::as_str),
                is.map_or(usual(name), String::as_str),
            );
            if was == is {
                continue;
            }
            let what = match name.as_str() {
                "id2.size" => format!("{called} {was} -> {is} bytes"),
                "id2.bytes" => format!(
                    "{called}: {} -> {}",
                    origin(was, old.number, endpoint),
                    origin(is, new.number, endpoint)
                ),
                _ => format!("{called} {} -> {}", value(was), value(is)),
            };
            differing.insert((endpoint.clone(), what, name.clone()));
        }
        for (endpoint, what) in calls(old, new).into_iter().chain(records(old, new)) {
            differing.insert((endpoint, what, "~".to_owned()));
        }
        for difference in differing.difference(&known) {
            let (endpoint, what, name) = difference;
            let place = format!(
                "{}, {}, {}",
                protocol(&[after, before], endpoint),
                side(endpoint),
                moment_of(&moment, new, endpoint)
            );
            let rank = RANKS
                .iter()
                .position(|rank| rank == name)
                .unwrap_or(RANKS.len());
            findings.push((old.number, (rank + 1, place, what.clone())));
        }
        known = differing;
    }
    findings
}

fn status(step: &Step) -> String {
    match step.status.split_once(' ') {
        Some(("unsupported", needs)) => format!("not supported (needs {needs})"),
        _ => match step.status.as_str() {
            "done" => "can be run".into(),
            other => other.into(),
        },
    }
}

/// The results of the calls that both made, where they differ.
fn calls(old: &Step, new: &Step) -> Vec<(String, String)> {
    let mut changed = Vec::new();
    let of = |step: &Step, endpoint: &str| -> Vec<String> {
        step.calls
            .iter()
            .filter(|(e, _)| e == endpoint)
            .map(|(_, call)| call.clone())
            .collect()
    };
    let endpoints: BTreeSet<&String> = old
        .calls
        .iter()
        .chain(&new.calls)
        .map(|(endpoint, _)| endpoint)
        .collect();
    for endpoint in endpoints {
        let (was, is) = (of(old, endpoint), of(new, endpoint));
        if was == is {
            continue;
        }
        let what = match was.iter().zip(&is).find(|(was, is)| was != is) {
            Some((was, is)) => format!("{was} -> {is}"),
            None => format!(
                "{} calls -> {} calls of {}",
                was.len(),
                is.len(),
                verb_of(&was, &is)
            ),
        };
        changed.push((endpoint.clone(), what));
    }
    changed
}

fn verb_of<'a>(was: &'a [String], is: &'a [String]) -> &'a str {
    was.first()
        .or(is.first())
        .and_then(|call| call.split(' ').next())
        .unwrap_or_default()
}

/// What went over the wire in another way, by the messages that it was. Numbers and digests are left out: one line tells
/// that a ClientHello is another one, the facts of the baseline tell how.
fn records(old: &Step, new: &Step) -> Vec<(String, String)> {
    let mut changed = Vec::new();
    let of = |step: &Step, endpoint: &str| -> Vec<String> {
        step.records
            .iter()
            .filter(|(e, _)| e == endpoint)
            .map(|(_, record)| record.clone())
            .collect()
    };
    let endpoints: BTreeSet<&String> = old
        .records
        .iter()
        .chain(&new.records)
        .map(|(endpoint, _)| endpoint)
        .collect();
    for endpoint in endpoints {
        let (was, is) = (of(old, endpoint), of(new, endpoint));
        if was.len() != is.len() {
            changed.push((
                endpoint.clone(),
                format!("{} records sent -> {}", was.len(), is.len()),
            ));
        }
        for (was, is) in was.iter().zip(&is).filter(|(was, is)| was != is) {
            let (was, is) = (kind(was), kind(is));
            let what = if was == is {
                format!("{was} on the wire differs")
            } else {
                format!("sent {was} -> {is}")
            };
            changed.push((endpoint.clone(), what));
        }
    }
    changed
}

/// What a record is: its messages, or its type.
fn kind(record: &str) -> String {
    let messages: Vec<&str> = record
        .split(' ')
        .filter_map(|word| word.strip_prefix("message="))
        .collect();
    let kind = record.split(' ').next().unwrap_or_default();
    if messages.is_empty() {
        kind.to_owned()
    } else {
        messages.join("+")
    }
}

/// What a fact is that a baseline leaves out.
fn usual(name: &str) -> &'static str {
    match name {
        "id2.size" | "pending" => "0",
        "id2.bytes" => "empty",
        "resumed" | "etm" | "ems" | "safe_renegotiation" => "false",
        _ => "null",
    }
}

/// Where the bytes of an identifier come from, seen from an endpoint.
fn origin(place: &str, step: u32, endpoint: &str) -> String {
    let Some((seen, path)) = place.split_once(':') else {
        return value(place);
    };
    let owner = path.split('.').next().unwrap_or_default();
    let connection = |endpoint: &str| endpoint.trim_end_matches(['c', 's']).to_owned();
    let text = if owner == endpoint {
        if seen.parse() == Ok(step) {
            "new"
        } else {
            "its own"
        }
    } else if connection(owner) == connection(endpoint) {
        "the peer's"
    } else if side(owner) == side(endpoint) {
        "that of an earlier connection"
    } else {
        "the peer's of an earlier connection"
    };
    text.to_owned()
}

fn value(value: &str) -> String {
    match value {
        "null" => "none".into(),
        "true" => "yes".into(),
        "false" => "no".into(),
        value if value.starts_with('#') => "(long)".into(),
        value => value.to_owned(),
    }
}

fn side(endpoint: &str) -> &'static str {
    match endpoint.chars().last() {
        Some('c') => "client",
        Some('s') => "server",
        _ => "configuration",
    }
}

/// The protocol that an endpoint comes to speak.
fn protocol(runs: &[&[Step]; 2], endpoint: &str) -> String {
    let key = (endpoint.to_owned(), "version".to_owned());
    let mut versions = runs
        .iter()
        .flat_map(|steps| steps.iter().rev())
        .filter_map(|step| step.facts.get(&key));
    match versions.find(|version| *version != "null") {
        Some(version) => version.replacen("TLS", "TLS ", 1),
        None => "any protocol".to_owned(),
    }
}

/// Tells at what moment of a connection a step is.
#[derive(Default)]
struct Moments {
    rehandshake: bool,
    last: String,
}

impl Moments {
    fn after(&mut self, verb: &str) -> String {
        let moment = match verb {
            "open" => {
                self.rehandshake = false;
                "before the handshake"
            }
            "step" => "during the handshake",
            "handshake" if self.rehandshake => "after a new handshake",
            "handshake" => "after the handshake",
            "send" | "recv" => "after data",
            "rekey" => "after a key update",
            "rehandshake" => {
                self.rehandshake = true;
                "after asking for a new handshake"
            }
            "save" => "when saved",
            "set" => "after set_id",
            "bye" => "after closing",
            "advance" => "later",
            _ => return self.last.clone(),
        };
        self.last = moment.to_owned();
        self.last.clone()
    }
}

/// A resumed handshake is another moment than a full one.
fn moment_of(moment: &str, step: &Step, endpoint: &str) -> String {
    let resumed = step
        .facts
        .get(&(endpoint.to_owned(), "resumed".to_owned()))
        .is_some_and(|resumed| resumed == "true");
    match moment {
        "after the handshake" if resumed => "after a resumed handshake".into(),
        moment => moment.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(library: &str, lines: &str) -> Kept {
        let text = format!(
            "gnutls-conformance baseline, format 2\nlibrary {library}\nbehaviour 00\n\nscenario a\n{lines}\n"
        );
        Kept::parse(&text).expect("a baseline")
    }

    fn told(from: &str, to: &str) -> Vec<String> {
        between(&kept("3.7.0", from), &kept("3.7.1", to))
            .iter()
            .map(Change::to_string)
            .collect()
    }

    #[test]
    fn a_boundary_of_the_session_id_is_told_in_words() {
        let run = |size, bytes| {
            format!(
                "3 open done\n\
                 4 handshake done | 1c handshake GNUTLS_E_SUCCESS\n  1c id2.bytes={bytes} id2.size={size} id.query={size} version=TLS1.3\n\
                 5 observe done"
            )
        };
        assert_eq!(
            told(&run(0, "empty"), &run(32, "4:1c.id2.bytes")),
            [
                "TLS 1.3, client, after the handshake: session id 0 -> 32 bytes (3.7.0 -> 3.7.1) [a, step 4]"
            ]
        );
    }

    #[test]
    fn whose_identifier_it_is_is_told_where_the_size_is_the_same() {
        let run = |bytes| {
            format!(
                "3 handshake done\n  1s id2.bytes=3:1s.id2.bytes id2.size=32 resumed=false version=TLS1.2\n\
                 6 handshake done\n  2s id2.bytes={bytes} id2.size=32 resumed=true version=TLS1.2"
            )
        };
        assert_eq!(
            told(&run("3:1c.id2.bytes"), &run("3:1s.id2.bytes")),
            [
                "TLS 1.2, server, after a resumed handshake: session id: the peer's of an earlier connection -> \
              that of an earlier connection (3.7.0 -> 3.7.1) [a, step 6]"
            ]
        );
    }

    #[test]
    fn calls_and_records_are_told_once() {
        let run = |code: &str, digest: &str| {
            format!(
                "3 step done | 1c handshake {code}\n  1c resumed=false\n  1c > handshake 300 message=client_hello #{digest}\n\
                 4 observe done\n  1c version=TLS1.2"
            )
        };
        assert_eq!(
            told(&run("GNUTLS_E_AGAIN", "00"), &run("GNUTLS_E_SUCCESS", "01")),
            [
                "TLS 1.2, client, during the handshake: client_hello on the wire differs (3.7.0 -> 3.7.1) [a, step 3]",
                "TLS 1.2, client, during the handshake: handshake GNUTLS_E_AGAIN -> handshake GNUTLS_E_SUCCESS \
                 (3.7.0 -> 3.7.1) [a, step 3]"
            ]
        );
        assert!(told(&run("GNUTLS_E_AGAIN", "00"), &run("GNUTLS_E_AGAIN", "00")).is_empty());
    }

    #[test]
    fn a_scenario_that_can_be_run_since_is_told() {
        assert_eq!(
            told("1 requires unsupported 3.6.3", "1 requires done"),
            [
                "the scenario: not supported (needs 3.6.3) -> can be run (3.7.0 -> 3.7.1) [a, step 1]"
            ]
        );
    }
}
