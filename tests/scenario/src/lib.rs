//! The scenario language of the conformance suite: its table of verbs, keys and features, and the parser of the
//! comparer and of the Rust driver.
//!
//! The C driver reads the table as `c/language.h` and has a parser of its own. `FORMAT.md` describes the language; its
//! tables, and the header, are generated from [`language`].

pub mod generated;
pub mod language;
pub mod objects;
mod words;

use std::str::FromStr;

pub use language::{Feature, Verb};
pub use objects::ObjectStep;
pub use words::{Endpoint, Options};

/// A line of a scenario file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Blank, or only a comment.
    Nothing,
    /// The name of the scenario that begins.
    Scenario(String),
    Verb(Verb),
    /// A verb about objects.
    Object(ObjectStep),
}

impl FromStr for Line {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let words = split(line);
        Ok(match words.as_slice() {
            [] => Self::Nothing,
            ["scenario", name] => Self::Scenario((*name).to_owned()),
            ["scenario", ..] => return Err("a scenario has one name without blanks".to_owned()),
            words => match ObjectStep::parse(words)? {
                Some(step) => Self::Object(step),
                None => Self::Verb(Verb::parse(words)?),
            },
        })
    }
}

/// The words of a line without its comment.
fn split(line: &str) -> Vec<&str> {
    let text = line.split('#').next().unwrap_or_default();
    text.split_ascii_whitespace().collect()
}

/// A scenario that is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub name: String,
    /// `scenario NAME`, then one line for each verb, so that the verb with the number `n` is `lines[n]`. Comments,
    /// blank lines and superfluous blanks are left out.
    pub lines: Vec<String>,
}

impl Scenario {
    /// Creates a scenario from its lines, the first of which names it.
    pub fn from_lines(lines: &[String]) -> Result<Self, String> {
        let mut scenarios = parse(&lines.join("\n"))?;
        match (scenarios.pop(), scenarios.is_empty()) {
            (Some(scenario), true) => Ok(scenario),
            _ => Err(format!("{lines:?} is not one scenario")),
        }
    }

    /// The text for the drivers.
    pub fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    /// Returns whether all its verbs are about objects, apart from `requires` and `advance`.
    pub fn is_about_objects(&self) -> bool {
        self.lines[1..].iter().all(|line| {
            let verb = line.split(' ').next().unwrap_or_default();
            ["requires", "advance"].contains(&verb) || objects::is_verb(verb)
        })
    }

    /// Returns whether it uses a token, which is empty at the start of a driver.
    pub fn uses_token(&self) -> bool {
        self.lines.iter().any(|line| {
            let mut words = line.split(' ');
            words.next() == Some("requires") && words.any(|word| word == Feature::Token.name())
        })
    }

    /// The line with this number, as `FORMAT.md` counts them.
    pub fn line(&self, number: u32) -> &str {
        self.lines.get(number as usize).map_or("", String::as_str)
    }
}

/// The scenarios of a text.
pub fn parse(text: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let place = |error: String| format!("line {}: {error}", at + 1);
        let words = || split(line).join(" ");
        match (line.parse().map_err(place)?, scenarios.last_mut()) {
            (Line::Nothing, _) => {}
            (Line::Scenario(name), _) => scenarios.push(Scenario {
                name,
                lines: vec![words()],
            }),
            (Line::Verb(_) | Line::Object(_), Some(scenario)) => scenario.lines.push(words()),
            (Line::Verb(_) | Line::Object(_), None) => {
                return Err(place("no scenario has begun".to_owned()));
            }
        }
    }
    Ok(scenarios)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_scenarios_without_comments_and_blank_lines() {
        let scenarios =
            parse("# all\nscenario a # first\n\n  make cache  c\nscenario b\n").unwrap();
        assert_eq!(scenarios.len(), 2);
        assert_eq!(scenarios[0].name, "a");
        assert_eq!(scenarios[0].lines, ["scenario a", "make cache c"]);
        assert_eq!(scenarios[0].line(1), "make cache c");
        assert_eq!(scenarios[1].text(), "scenario b\n");
    }

    #[test]
    fn a_scenario_uses_a_token_if_it_requires_one() {
        let uses = |lines: &str| parse(&format!("scenario a\n{lines}")).unwrap()[0].uses_token();
        assert!(uses("requires psk token\ntoken"));
        assert!(!uses("requires psk\nhash algorithm=SHA256 data=text:token"));
    }

    #[test]
    fn an_error_has_the_number_of_its_line() {
        for text in [
            "\nmake cache c",
            "scenario a\nscenario b c",
            "scenario a\njuggle 1c",
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("line 2: "), "{error}");
        }
        let lines = ["scenario a".to_owned(), "scenario b".to_owned()];
        assert!(Scenario::from_lines(&lines).is_err());
        assert!(Scenario::from_lines(&[]).is_err());
    }

    #[test]
    fn lines_are_read() {
        assert_eq!("  # nothing".parse(), Ok(Line::Nothing));
        assert_eq!(
            "scenario a-b # comment".parse(),
            Ok(Line::Scenario("a-b".into()))
        );
        let endpoint = Endpoint {
            connection: "12".into(),
            client: false,
        };
        assert_eq!(endpoint.to_string(), "12s");
        let peer = true;
        assert_eq!(
            "rekey 12s peer".parse(),
            Ok(Line::Verb(Verb::Rekey { endpoint, peer }))
        );
        let Ok(Line::Verb(Verb::Client { options, .. })) =
            "client c alpn=h2,http/1.1 verify=0".parse()
        else {
            panic!("a client line");
        };
        assert_eq!(options.list("alpn"), ["h2", "http/1.1"]);
        assert_eq!(options.switch("verify"), Ok(Some(false)));
        assert_eq!(options.switch("tickets"), Ok(None));
        let Ok(Line::Verb(Verb::Client { options, .. })) =
            "client c priority=NORMAL:-VERS-ALL=x".parse()
        else {
            panic!("a client line");
        };
        assert_eq!(options.get("priority"), Some("NORMAL:-VERS-ALL=x"));
    }

    #[test]
    fn unknown_and_malformed_lines_are_refused() {
        for line in [
            "juggle 1c",
            "client c colour=red",
            "client c cache=m",
            "client",
            "server s verify=0",
            "open 1 c",
            "open 1 c s alpn=h2",
            "step 1",
            "step xc",
            "step 1c 2c",
            "send 1c many",
            "set 1c",
            "set 1c id=abc",
            "set 1c id=+f",
            "set 1c id=00 id=00",
            "gather 1c",
            "tickets 1s 0",
            "tickets 1s 32",
            "alert 1c severe 1",
            "rekey 1c pear",
            "limit 1c 512 send",
            "damage d 1 256",
            "make hammer h",
            "make replay r size=1",
            "make cookiekey k seed=1",
            "greet 1s",
            "greet 1s k 65536",
            "deliver 1c",
            "deliver 1c last",
            "corrupt 1c 1 2 256",
            "mtu 1c 65536",
            "wait -1",
            "make cache c seed=1",
            "requires",
            "requires time-travel",
            "algorithms all",
            "scenario",
            "scenario two words",
            "hash algorithm=SHA256",
            "hash algorithm=SHA256 data=hex: colour=red",
            "hash SHA256",
        ] {
            assert!(line.parse::<Line>().is_err(), "{line}");
        }
    }
}
