//! Walks through the steps of one scenario on two libraries, and finds the changes.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::{Hellos, Step};
use super::hello;

/// A change at one place of one scenario.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub rank: usize,
    pub place: Place,
    pub what: String,
}

/// The place of a change. An irrelevant part is empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub protocol: String,
    pub side: &'static str,
    pub moment: String,
}

pub const DURING: &str = "during the handshake";
pub const AFTER: &str = "after the handshake";
pub const AFTER_RESUMED: &str = "after a resumed handshake";
pub const AFTER_FAILED: &str = "after a failed handshake";

/// The facts that come first, in this order; results of calls, other facts and records follow.
const FIRST: [&str; 4] = ["id2.size", "id2.bytes", "resumed", "version"];
const CALLS: usize = FIRST.len() + 1;
const FACTS: usize = CALLS + 1;
const RECORDS: usize = FACTS + 1;

/// The steps of one scenario, with the hellos that they mention.
pub type Run<'a> = (&'a [Step], &'a Hellos);

/// Returns the changes in one scenario, each at the step in which it first occurs. After the calls of a step have
/// different results, nothing more is reported: all else follows from that.
pub fn scenario(before: Run<'_>, after: Run<'_>) -> Vec<(u32, Finding)> {
    let mut findings = Vec::new();
    let mut moments = Moments::default();
    let mut known: BTreeSet<(String, String)> = BTreeSet::new();
    let groups = groups(before.0.iter().chain(after.0));
    let everywhere = || Place {
        protocol: protocol(&[after.0, before.0], ""),
        side: "",
        moment: String::new(),
    };
    for (old, new) in before.0.iter().zip(after.0) {
        let moment = moments.after(&new.verb);
        let place = |endpoint: &str, moment: String| match is_group(endpoint) {
            true => Place {
                protocol: endpoint.to_owned(),
                side: "",
                moment: String::new(),
            },
            false => Place {
                protocol: protocol(&[after.0, before.0], endpoint),
                side: side(endpoint),
                moment,
            },
        };
        let mut add = |rank, place, what| {
            findings.push((old.number, Finding { rank, place, what }));
        };
        if old.status != new.status {
            add(
                0,
                everywhere(),
                format!("{} -> {}", status(old), status(new)),
            );
            return findings;
        }
        let mut other_course = false;
        for (endpoint, what) in results(old, new) {
            other_course = true;
            let place = place(&endpoint, moment_of(&moment, new, &endpoint));
            add(CALLS, place, what);
        }
        if other_course {
            return findings;
        }
        let mut differing = BTreeSet::new();
        for (endpoint, rank, what) in facts(old, new, &groups) {
            // An unchanged fact differs in each later step too.
            if differing.insert((endpoint.clone(), what.clone()))
                && !known.contains(&(endpoint.clone(), what.clone()))
            {
                let place = place(&endpoint, moment_of(&moment, new, &endpoint));
                add(rank, place, what);
            }
        }
        known = differing;
        for (endpoint, what) in sizes(old, new) {
            let place = place(&endpoint, moment_of(&moment, new, &endpoint));
            add(CALLS, place, what);
        }
        for (endpoint, what) in records(old, new, before.1, after.1) {
            let moment = match moment_of(&moment, new, &endpoint) {
                // The content of a hello does not depend on the moment.
                _ if what.contains("_hello: ") => String::new(),
                moment if moment == AFTER || moment == DURING => "in the handshake".into(),
                moment if moment == AFTER_RESUMED => "in a resumed handshake".into(),
                moment if moment == AFTER_FAILED => "in a failed handshake".into(),
                moment => moment,
            };
            let place = place(&endpoint, moment);
            add(RECORDS, place, what);
        }
    }
    // A program may also fail after the last step.
    let at = before.0.len().min(after.0.len());
    let [old, new] = [before.0, after.0].map(|steps| steps.get(at));
    if let Some(step) = old.or(new) {
        let status = |step: Option<&Step>| step.map_or("completes".to_owned(), status);
        let what = format!("{} -> {}", status(old), status(new));
        let place = everywhere();
        findings.push((
            step.number,
            Finding {
                rank: 0,
                place,
                what,
            },
        ));
    }
    findings
}

fn status(step: &Step) -> String {
    match step.status.split_once(' ') {
        Some(("unsupported", needs)) => format!("not supported (needs {needs})"),
        Some(("failed", how)) => format!("{} makes the program fail: it {how}", step.verb),
        _ => match step.status.as_str() {
            "done" => "can be run".into(),
            other => format!("{} is {other}", step.verb),
        },
    }
}

/// Returns the negotiated groups.
fn groups<'a>(steps: impl Iterator<Item = &'a Step>) -> BTreeSet<&'a str> {
    let facts = steps.flat_map(|step| &step.facts);
    let groups = facts.filter(|((_, name), group)| name == "suite.group" && *group != "null");
    groups.map(|(_, group)| group.as_str()).collect()
}

/// Returns the description of a fact. A fact that follows from another one has none.
fn words(name: &str) -> Option<&str> {
    Some(match name {
        "id2.size" | "id2.bytes" => "session id",
        "id2.code" => "result of gnutls_session_get_id2",
        "id2.null" => "session id is NULL",
        "id2.stable" => "session id stays at its address",
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
        "suite.cipher" => "cipher",
        "suite.mac" => "MAC",
        "suite.kx" => "key exchange",
        "suite.group" => "group",
        other => other,
    })
}

/// Returns the facts that differ: endpoint, rank and description.
fn facts(old: &Step, new: &Step, groups: &BTreeSet<&str>) -> Vec<(String, usize, String)> {
    let mut changed = Vec::new();
    let names: BTreeSet<_> = old.facts.keys().chain(new.facts.keys()).collect();
    for key @ (endpoint, name) in names {
        let (was, is) = (old.facts.get(key), new.facts.get(key));
        let was = was.map_or(usual(name), String::as_str);
        let is = is.map_or(usual(name), String::as_str);
        let Some(called) = words(name).filter(|_| was != is) else {
            continue;
        };
        // The bytes are reported only if the size is the same.
        let size = (endpoint.clone(), "id2.size".to_owned());
        if name == "id2.bytes" && old.facts.get(&size) != new.facts.get(&size) {
            continue;
        }
        let what = match name.as_str() {
            "id2.size" => format!("{called} {was} -> {is} bytes"),
            "id2.bytes" => {
                let (was, is) = (
                    origin(was, old.number, endpoint),
                    origin(is, new.number, endpoint),
                );
                if was == is {
                    continue;
                }
                format!("{called}: {was} -> {is}")
            }
            "desc" => description([was, is], groups),
            _ => format!("{called} {} -> {}", value(was), value(is)),
        };
        let rank = FIRST.iter().position(|first| first == name);
        changed.push((endpoint.clone(), rank.map_or(FACTS, |rank| rank + 1), what));
    }
    changed
}

/// Returns the parts of a description that differ; the name of a group is replaced by a placeholder.
fn description(texts: [&str; 2], groups: &BTreeSet<&str>) -> String {
    let [was, is] = texts.map(|text| {
        let general = groups
            .iter()
            .fold(text.to_owned(), |text, group| text.replace(group, "GROUP"));
        let inner = general.trim_start_matches('(').trim_end_matches(')');
        // An empty part has no parentheses.
        let apart = inner.replace(")--(", ")-()-(");
        apart.split(")-(").map(str::to_owned).collect::<Vec<_>>()
    });
    if was.len() != is.len() {
        return format!("description ({}) -> ({})", was.join(")-("), is.join(")-("));
    }
    let parts = was.iter().zip(&is).filter(|(was, is)| was != is);
    let parts: Vec<String> = parts
        .map(|(was, is)| format!("({was}) -> {}", if is.is_empty() { "nothing" } else { is }))
        .collect();
    format!("description: {}", parts.join(", "))
}

/// Returns the calls whose last result differs: the first such difference of each endpoint.
fn results(old: &Step, new: &Step) -> Vec<(String, String)> {
    let of = |step: &Step| -> BTreeMap<(String, String), String> {
        let calls = step.calls.iter().filter_map(|(endpoint, call)| {
            let mut words = call.split(' ');
            let name = words.next()?;
            let result = words.next()?;
            // A number means success, with a count.
            let result = match result.parse::<u64>() {
                Ok(_) => "succeeds",
                Err(_) if result == "GNUTLS_E_SUCCESS" => "succeeds",
                Err(_) => result,
            };
            Some(((endpoint.clone(), name.to_owned()), result.to_owned()))
        });
        calls.collect()
    };
    let (was, is) = (of(old), of(new));
    let keys: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    keys.into_iter()
        .filter(|key| was.get(*key) != is.get(*key))
        .map(|key| {
            let shown =
                |result: Option<&String>| result.map_or("not called", String::as_str).to_owned();
            let what = format!(
                "{} {} -> {}",
                key.1,
                shown(was.get(key)),
                shown(is.get(key))
            );
            (key.0.clone(), what)
        })
        .collect()
}

/// The calls whose results are numbers of bytes.
const COUNTS_OF_BYTES: [&str; 10] = [
    "send",
    "recv",
    "readearly",
    "packet",
    "gather",
    "hide",
    "pad",
    "max_receive",
    "max_send",
    "overhead",
];

/// Returns equal results with a different number of calls or a different count.
fn sizes(old: &Step, new: &Step) -> Vec<(String, String)> {
    let mut changed = Vec::new();
    let of = |step: &Step| {
        let mut all: BTreeMap<(String, String), Vec<Option<i64>>> = BTreeMap::new();
        for (endpoint, call) in &step.calls {
            let mut words = call.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let amount = words.next().and_then(|word| word.parse().ok());
            all.entry((endpoint.clone(), name))
                .or_default()
                .push(amount);
        }
        all
    };
    let is = of(new);
    for (key, was) in of(old) {
        let Some(is) = is.get(&key) else { continue };
        let (endpoint, name) = key;
        if was.len() != is.len() {
            let what = format!("{name} takes {} calls -> {}", was.len(), is.len());
            changed.push((endpoint, what));
            continue;
        }
        let amounts = was.iter().zip(is).find(|(was, is)| was != is);
        if let Some((Some(was), Some(is))) = amounts {
            let what = match name.as_str() {
                "save" => format!("saved session data is {}", longer(*was, *is)),
                name if COUNTS_OF_BYTES.contains(&name) => format!("{name} {was} -> {is} bytes"),
                "position" => format!("position {was} -> {is}"),
                // Lists of the library belong to no endpoint.
                name if endpoint == "-" => format!("{name} {was} -> {is} names"),
                name => format!("{name} {was} -> {is}"),
            };
            changed.push((endpoint, what));
        }
    }
    changed
}

/// Returns the records that differ, described by their messages.
fn records(
    old: &Step,
    new: &Step,
    old_hellos: &Hellos,
    new_hellos: &Hellos,
) -> Vec<(String, String)> {
    let mut changed = Vec::new();
    let of = |step: &Step| {
        let mut all: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        for (endpoint, record) in &step.records {
            all.entry(endpoint.clone())
                .or_default()
                .push(Record::of(record));
        }
        all
    };
    let (was, is) = (of(old), of(new));
    let endpoints: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    for endpoint in endpoints {
        let nothing = Vec::new();
        let was = was.get(endpoint).unwrap_or(&nothing);
        let is = is.get(endpoint).unwrap_or(&nothing);
        let kinds = |records: &[Record]| records.iter().map(|r| r.kind.clone()).collect::<Vec<_>>();
        if kinds(was) != kinds(is) {
            changed.push((endpoint.clone(), other_records(&kinds(was), &kinds(is))));
            continue;
        }
        for (was, is) in was.iter().zip(is).filter(|(was, is)| was != is) {
            let hellos = (was.hello.as_ref(), is.hello.as_ref());
            let fields = match hellos {
                (Some(a), Some(b)) if a != b => old_hellos.get(a).zip(new_hellos.get(b)),
                _ => None,
            };
            let fields = fields.map_or(Vec::new(), |(a, b)| hello::changes(a, b));
            for field in &fields {
                changed.push((endpoint.clone(), format!("{}: {field}", is.kind)));
            }
            if fields.is_empty() {
                let what = match (was.length, is.length) {
                    (a, b) if a != b => format!("{} is {}", is.called(), longer(a, b)),
                    _ if was.session_id != is.session_id => {
                        format!("session id in {} is another one", is.called())
                    }
                    _ => format!("{} has other contents", is.called()),
                };
                changed.push((endpoint.clone(), what));
            }
        }
    }
    changed
}

/// Describes the number of records of each kind that differs.
fn other_records(was: &[String], is: &[String]) -> String {
    let count = |list: &[String], kind: &String| list.iter().filter(|other| *other == kind).count();
    let kinds: BTreeSet<_> = was.iter().chain(is).collect();
    let parts: Vec<String> = kinds
        .into_iter()
        .map(|kind| (kind, count(was, kind), count(is, kind)))
        .filter(|(_, was, is)| was != is)
        .map(|(kind, was, is)| match (was, is) {
            (0, _) => format!("sends {kind}"),
            (_, 0) => format!("no longer sends {kind}"),
            _ => format!("sends {was} -> {is} records of {kind}"),
        })
        .collect();
    match parts.is_empty() {
        true => "sends its records in another order".into(),
        false => parts.join(", "),
    }
}

/// A record on the wire.
#[derive(PartialEq, Eq)]
struct Record {
    /// The messages, or the type.
    kind: String,
    length: i64,
    session_id: Option<String>,
    hello: Option<String>,
    digest: Option<String>,
}

impl Record {
    fn of(text: &str) -> Self {
        let mut words = text.split(' ');
        let mut record = Self {
            kind: words.next().unwrap_or_default().to_owned(),
            length: 0,
            session_id: None,
            hello: None,
            digest: None,
        };
        let mut messages = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some(("message", name)) => messages.push(name),
                // The origin of the id is a fact of its own: a server may send the one of the client.
                Some(("session_id", id)) => {
                    record.session_id = Some(if id == "empty" { id } else { "given" }.to_owned());
                }
                Some(("hello", digest)) => record.hello = Some(digest.to_owned()),
                Some(_) => {}
                None if word.starts_with('#') => record.digest = Some(word.to_owned()),
                None if word == "encrypted" => record.kind = "application_data".into(),
                None => record.length = word.parse().unwrap_or(0),
            }
        }
        if !messages.is_empty() {
            record.kind = messages.join("+");
        }
        record
    }

    fn called(&self) -> &str {
        match self.kind.as_str() {
            "application_data" => "an encrypted record",
            kind => kind,
        }
    }
}

fn longer(was: i64, is: i64) -> String {
    let bytes = |count: i64| match count {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    };
    match is - was {
        more if more > 0 => format!("{} longer", bytes(more)),
        less => format!("{} shorter", bytes(-less)),
    }
}

/// Returns the value of a fact that a baseline leaves out.
fn usual(name: &str) -> &'static str {
    match name {
        "id2.size" | "pending" => "0",
        "id2.bytes" => "empty",
        "id2.code" => "GNUTLS_E_SUCCESS",
        "id2.stable" => "true",
        "id2.null" | "resumed" | "etm" | "ems" | "safe_renegotiation" => "false",
        _ => "null",
    }
}

/// Describes the origin of an identifier, seen from an endpoint.
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
        "[]" => "good".into(),
        value if value.starts_with('#') => "(long)".into(),
        value => value.to_owned(),
    }
}

/// Returns whether this is no endpoint of a connection but a group of facts about an object.
fn is_group(endpoint: &str) -> bool {
    endpoint.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn side(endpoint: &str) -> &'static str {
    match endpoint.chars().last() {
        Some('c') => "client",
        Some('s') => "server",
        _ => "configuration",
    }
}

/// Returns the protocol that an endpoint negotiates; without an endpoint, that of any endpoint.
fn protocol(runs: &[&[Step]; 2], endpoint: &str) -> String {
    let steps = runs.iter().flat_map(|steps| steps.iter().rev());
    let mut versions = steps
        .flat_map(|step| &step.facts)
        .filter(|((owner, name), version)| {
            name == "version" && *version != "null" && (endpoint.is_empty() || owner == endpoint)
        });
    match versions.next() {
        Some((_, version)) => version.replacen("TLS", "TLS ", 1),
        None => "any protocol".to_owned(),
    }
}

/// Tracks the moment of a connection at each step.
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
            "step" => DURING,
            "handshake" if self.rehandshake => "after a new handshake",
            "handshake" => AFTER,
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

/// Distinguishes a resumed handshake and one that does not complete from a full one.
fn moment_of(moment: &str, step: &Step, endpoint: &str) -> String {
    let resumed = step
        .facts
        .get(&(endpoint.to_owned(), "resumed".to_owned()))
        .is_some_and(|resumed| resumed == "true");
    let mut calls = step.calls.iter().rev();
    let failed = calls
        .find(|(owner, call)| owner == endpoint && call.starts_with("handshake "))
        .is_some_and(|(_, call)| !call.starts_with("handshake GNUTLS_E_SUCCESS"));
    match moment {
        AFTER if failed => AFTER_FAILED.into(),
        AFTER | DURING if resumed => AFTER_RESUMED.into(),
        moment => moment.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_an_object_is_in_its_group() {
        let step = |serial: &str| Step {
            number: 1,
            verb: "certificate".into(),
            status: "done".into(),
            facts: BTreeMap::from([(("descriptions".into(), "full".into()), serial.into())]),
            ..Step::default()
        };
        let (old, new, hellos) = ([step("1")], [step("2")], Hellos::new());
        let findings = scenario((&old, &hellos), (&new, &hellos));
        let [(1, finding)] = &findings[..] else {
            panic!("{findings:?}")
        };
        let Place {
            protocol,
            side,
            moment,
        } = &finding.place;
        assert_eq!(
            (protocol.as_str(), *side, moment.as_str()),
            ("descriptions", "", "")
        );
        assert!(finding.what.starts_with("full 1 -> 2"), "{}", finding.what);
    }
}
