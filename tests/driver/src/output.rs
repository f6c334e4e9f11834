//! The output lines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::objects::facts::Groups;
use crate::observe::Observation;
use crate::outcome::Call;

/// The result of a verb.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    pub scenario: &'a str,
    pub line: u32,
    pub verb: &'static str,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    #[serde(flatten)]
    pub seen: Option<Seen>,
}

/// The calls and observations of a verb that was done.
#[derive(Debug, Serialize)]
pub struct Seen {
    pub calls: Vec<Call>,
    #[serde(flatten)]
    pub connection: Option<Touched>,
    /// The facts of a verb about objects.
    #[serde(rename = "observations", skip_serializing_if = "Option::is_none")]
    pub objects: Option<Groups>,
}

/// The observations of the connection that a verb touched.
#[derive(Debug, Serialize)]
pub struct Touched {
    pub observations: BTreeMap<String, Observation>,
    pub wire: Vec<Sent>,
}

/// Bytes that an endpoint passed to its transport.
#[derive(Debug, Serialize)]
pub struct Sent {
    from: String,
    /// The encryption level of a message of QUIC.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    bytes: String,
}

impl Sent {
    pub fn new(from: String, bytes: &[u8]) -> Self {
        Self {
            from,
            level: None,
            bytes: hex::encode(bytes),
        }
    }

    /// A handshake message of QUIC.
    pub fn message(from: String, level: &'static str, bytes: &[u8]) -> Self {
        Self {
            level: Some(level),
            ..Self::new(from, bytes)
        }
    }

    /// Removes the last byte.
    pub fn lose_byte(&mut self) {
        self.bytes.truncate(self.bytes.len().saturating_sub(2));
    }
}

/// The line that closes a scenario.
#[derive(Debug, Serialize)]
pub struct End<'a> {
    pub scenario: &'a str,
    pub end: u8,
}

/// Prints one line and flushes it, so that it is not lost if the next step crashes.
pub fn print(output: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(line: &impl Serialize) -> String {
        let mut output = Vec::new();
        print(&mut output, line).expect("a vector takes everything");
        String::from_utf8(output).expect("JSON is UTF-8")
    }

    #[test]
    fn lines_have_the_form_of_the_contract() {
        let line = |status, needs, seen| Line {
            scenario: "a",
            line: 2,
            verb: "open",
            status,
            needs,
            seen,
        };
        assert_eq!(
            printed(&line("skipped", None, None)),
            "{\"scenario\":\"a\",\"line\":2,\"verb\":\"open\",\"status\":\"skipped\"}\n"
        );
        assert_eq!(
            printed(&line("unsupported", Some("tls13".into()), None)),
            "{\"scenario\":\"a\",\"line\":2,\"verb\":\"open\",\"status\":\"unsupported\",\"needs\":\"tls13\"}\n"
        );
        let wire = vec![Sent::new("1c".into(), &[0x16, 3])];
        let connection = Some(Touched {
            observations: BTreeMap::new(),
            wire,
        });
        let calls = vec![Call {
            e: Some("1c".into()),
            ..Call::pending("handshake")
        }];
        assert_eq!(
            printed(&line(
                "done",
                None,
                Some(Seen {
                    calls,
                    connection,
                    objects: None
                })
            )),
            "{\"scenario\":\"a\",\"line\":2,\"verb\":\"open\",\"status\":\"done\",\
             \"calls\":[{\"e\":\"1c\",\"call\":\"handshake\",\"outcome\":\"pending\"}],\
             \"observations\":{},\"wire\":[{\"from\":\"1c\",\"bytes\":\"1603\"}]}\n"
        );
        assert_eq!(
            printed(&line(
                "done",
                None,
                Some(Seen {
                    calls: vec![],
                    connection: None,
                    objects: None
                })
            )),
            "{\"scenario\":\"a\",\"line\":2,\"verb\":\"open\",\"status\":\"done\",\"calls\":[]}\n"
        );
        assert_eq!(
            printed(&End {
                scenario: "a",
                end: 1
            }),
            "{\"scenario\":\"a\",\"end\":1}\n"
        );
    }
}
