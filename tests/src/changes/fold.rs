//! Folds equal changes in several places into one line.

use std::collections::{BTreeMap, BTreeSet};

use super::Change;
use super::walk::{AFTER, AFTER_RESUMED, DURING, Place};

/// Scenarios, each with the first step.
type Scenarios = BTreeMap<String, u32>;
/// The places and scenarios of each change; a change is its rank and its words.
pub type Found = BTreeMap<(usize, String), BTreeMap<Place, Scenarios>>;

/// Places in one line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Places {
    protocols: BTreeSet<String>,
    sides: BTreeSet<&'static str>,
    moments: BTreeSet<String>,
}

/// Returns one change for each place that cannot share a line with another.
pub fn changes(found: Found, versions: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for ((rank, what), places) in found {
        for (places, scenarios) in merged(places) {
            changes.push(Change {
                rank,
                place: places.words(),
                what: what.clone(),
                versions: versions.to_owned(),
                scenarios: scenarios.into_iter().collect(),
            });
        }
    }
    // Changes in many scenarios come before those in one.
    changes.sort_by_key(|change| (change.rank, std::cmp::Reverse(change.scenarios.len())));
    changes
}

fn merged(found: BTreeMap<Place, Scenarios>) -> Vec<(Places, Scenarios)> {
    let known: BTreeSet<Place> = found.keys().cloned().collect();
    let mut all: BTreeMap<Places, Scenarios> = BTreeMap::new();
    for (mut place, scenarios) in found {
        // A handshake in single steps shows a change earlier than others do.
        if place.moment == DURING {
            let later = [AFTER, AFTER_RESUMED].into_iter().find(|moment| {
                known.contains(&Place {
                    moment: (*moment).to_owned(),
                    ..place.clone()
                })
            });
            place.moment = later.unwrap_or(DURING).to_owned();
        }
        add(
            &mut all,
            Places {
                protocols: [place.protocol].into(),
                sides: [place.side].into(),
                moments: [place.moment].into(),
            },
            scenarios,
        );
    }
    let alike: [fn(&Places, &Places) -> bool; 3] = [
        |a, b| a.protocols == b.protocols && a.moments == b.moments,
        |a, b| a.protocols == b.protocols && a.sides == b.sides,
        |a, b| a.sides == b.sides && a.moments == b.moments,
    ];
    for alike in alike {
        let mut next: Vec<(Places, Scenarios)> = Vec::new();
        for (places, scenarios) in all {
            match next.iter_mut().find(|(other, _)| alike(other, &places)) {
                Some((other, known)) => {
                    other.protocols.extend(places.protocols);
                    other.sides.extend(places.sides);
                    other.moments.extend(places.moments);
                    join(known, scenarios);
                }
                None => next.push((places, scenarios)),
            }
        }
        all = BTreeMap::new();
        for (places, scenarios) in next {
            add(&mut all, places, scenarios);
        }
    }
    all.into_iter().collect()
}

fn add(all: &mut BTreeMap<Places, Scenarios>, places: Places, scenarios: Scenarios) {
    join(all.entry(places).or_default(), scenarios);
}

fn join(known: &mut Scenarios, more: Scenarios) {
    for (name, step) in more {
        let first = known.entry(name).or_insert(step);
        *first = step.min(*first);
    }
}

impl Places {
    fn words(&self) -> String {
        let list = |words: Vec<&str>| words.join(" and ");
        let parts = [
            list(self.protocols.iter().map(String::as_str).collect()),
            list(self.sides.iter().copied().collect()),
            list(self.moments.iter().map(String::as_str).collect()),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }
}
