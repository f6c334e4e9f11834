//! The output of the demonstration: at most 80 columns, in colour only on a terminal that displays colours.

use std::fmt::Display;
use std::io::{self, Write};

use gnutls::SessionId;

use crate::expected::Pair;

/// The output.
pub(crate) struct Page<W> {
    out: W,
    colour: bool,
}

const BOLD: &str = "1";
const GREEN: &str = "32";
const RED: &str = "1;31";
const FAINT: &str = "2";

impl Page<io::Stdout> {
    /// Returns the standard output.
    pub(crate) fn stdout() -> Self {
        Self {
            out: io::stdout(),
            colour: gnutls_command_lines::has_colours(&io::stdout()),
        }
    }
}

impl<W: Write> Page<W> {
    fn paint(&self, code: &str, text: impl Display) -> String {
        if self.colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_string()
        }
    }

    /// Prints a line of text.
    pub(crate) fn line(&mut self, text: impl Display) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Prints the common subject of the following sessions.
    pub(crate) fn heading(&mut self, text: impl Display) -> io::Result<()> {
        let text = self.paint(BOLD, text);
        writeln!(self.out, "\n{text}")
    }

    /// Prints the reason why something was left out.
    pub(crate) fn left_out(&mut self, text: impl Display) -> io::Result<()> {
        let text = self.paint(FAINT, text);
        writeln!(self.out, "  {text}")
    }

    /// Prints one connection; `before` is the one that it resumes.
    pub(crate) fn connection(&mut self, pair: &Pair, before: Option<&Pair>) -> io::Result<()> {
        let which = match (before, pair.client.resumed) {
            (None, _) => "full handshake",
            (Some(_), true) => "resumed",
            (Some(_), false) => "again (the server did not resume)",
        };
        if before.is_none() {
            let description = self.paint(FAINT, &pair.client.description);
            writeln!(self.out, "  {description}")?;
        }
        writeln!(self.out, "  {which}")?;
        writeln!(self.out, "    client  {}", text(&pair.client.id))?;
        if let Some(id) = pair.server.id() {
            writeln!(self.out, "    server  {}", text(&id))?;
        }
        let agrees =
            pair.client.agrees && pair.server.observation().is_none_or(|server| server.agrees);
        write!(self.out, "    Rust and C agree: {}", self.yes_or_no(agrees))?;
        if let Some(id) = pair.server.id() {
            let same = if id == pair.client.id {
                "the same"
            } else {
                "different"
            };
            write!(self.out, "    client and server: {same}")?;
        }
        writeln!(self.out)?;
        if let Some(before) = before {
            let resumed = if pair.client.resumed { "yes" } else { "no" };
            let client = survived(before.client.id, pair.client.id);
            write!(
                self.out,
                "    resumed: {resumed}    identifier survived: {client} (client)"
            )?;
            if let (Some(before), Some(now)) = (before.server.id(), pair.server.id()) {
                write!(self.out, ", {} (server)", survived(before, now))?;
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn yes_or_no(&self, yes: bool) -> String {
        if yes {
            self.paint(GREEN, "yes")
        } else {
            self.paint(RED, "NO")
        }
    }

    /// Prints the verdict.
    pub(crate) fn verdict(&mut self, unexpected: &[String], good: impl Display) -> io::Result<()> {
        if unexpected.is_empty() {
            let good = self.paint(GREEN, good);
            return writeln!(self.out, "  {good}");
        }
        for surprise in unexpected {
            let surprise = self.paint(RED, format!("NOT AS EXPECTED: {surprise}"));
            writeln!(self.out, "  {surprise}")?;
        }
        Ok(())
    }
}

fn survived(before: SessionId, now: SessionId) -> &'static str {
    match (before.is_empty() && now.is_empty(), before == now) {
        (true, _) => "there is none",
        (false, true) => "yes",
        (false, false) => "no",
    }
}

fn text(id: &SessionId) -> String {
    if id.is_empty() {
        "(none)".into()
    } else {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Observation;
    use crate::expected::Server;

    fn pair(resumed: bool, colour: bool) -> String {
        let observation = |byte: u8| Observation {
            id: SessionId::try_from(&[byte; 32][..]).unwrap(),
            agrees: byte != 7,
            steady: true,
            resumed,
            description: "(TLS1.3)-(ECDHE-SECP256R1)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)".into(),
        };
        let pair = Pair {
            client: observation(0xab),
            server: Server::Observed(observation(7)),
        };
        let mut page = Page {
            out: Vec::new(),
            colour,
        };
        page.connection(&pair, resumed.then_some(&pair)).unwrap();
        String::from_utf8(page.out).unwrap()
    }

    #[test]
    fn pages_are_narrow_and_plain_without_a_terminal() {
        for said in [pair(false, false), pair(true, false)] {
            assert!(said.lines().all(|line| line.len() <= 80), "{said}");
            assert!(!said.contains('\x1b'), "{said}");
            assert!(
                said.contains("Rust and C agree: NO    client and server: different\n"),
                "{said}"
            );
        }
        assert!(pair(true, false).contains("identifier survived: yes (client), yes (server)"));
        assert!(pair(true, true).contains("\x1b[1;31mNO\x1b[0m"));
    }

    #[test]
    fn an_empty_identifier_is_distinguished_from_one_that_survived() {
        let id = SessionId::default();
        assert_eq!(text(&id), "(none)");
        assert_eq!(survived(id, id), "there is none");
        let other = SessionId::try_from(&[1][..]).unwrap();
        assert_eq!(
            (
                survived(id, other),
                survived(other, id),
                survived(other, other)
            ),
            ("no", "no", "yes")
        );
    }
}
