//! The words of a line.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::language::{Feature, KEYS, Of};

/// A side of a connection, written `1c` or `1s`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The connection's number.
    pub connection: String,
    /// True if this is the client.
    pub client: bool,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.connection,
            if self.client { 'c' } else { 's' }
        )
    }
}

/// The `key=value` words of a verb.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<String, String>);

impl Options {
    /// All keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The value of a switch, `0` or `1`.
    pub fn switch(&self, key: &str) -> Result<Option<bool>, String> {
        match self.get(key) {
            None => Ok(None),
            Some("0") => Ok(Some(false)),
            Some("1") => Ok(Some(true)),
            Some(value) => Err(format!("{key} is 0 or 1, not {value:?}")),
        }
    }

    /// The value of a key that is a number.
    pub fn number<T: FromStr>(&self, key: &str) -> Result<Option<T>, String> {
        self.get(key).map(parse).transpose()
    }

    /// The values of a key that is a list with commas.
    pub fn list(&self, key: &str) -> Vec<&str> {
        self.get(key)
            .map(|list| list.split(',').collect())
            .unwrap_or_default()
    }
}

/// The words that follow the name of a verb. Each function below reads the argument in its name.
pub(crate) struct Words<'a> {
    rest: &'a [&'a str],
    usage: &'static str,
}

impl<'a> Words<'a> {
    pub(crate) fn new(rest: &'a [&'a str], usage: &'static str) -> Self {
        Self { rest, usage }
    }

    fn next(&mut self) -> Result<&'a str, String> {
        let (word, rest) = self.rest.split_first().ok_or_else(|| self.other())?;
        self.rest = rest;
        Ok(word)
    }

    /// Fails unless all words have been read.
    pub(crate) fn end(&self) -> Result<(), String> {
        match self.rest {
            [] => Ok(()),
            _ => Err(self.other()),
        }
    }

    fn other(&self) -> String {
        format!("another number of words than in {:?}", self.usage)
    }

    pub(crate) fn options(&mut self, known: impl Fn(&str) -> bool) -> Result<Options, String> {
        let mut options = BTreeMap::new();
        while let Ok(word) = self.next() {
            let (key, value) = word
                .split_once('=')
                .ok_or_else(|| format!("{word:?} is not key=value"))?;
            if !known(key) {
                return Err(format!("the verb has no key {key:?}"));
            }
            options.insert(key.to_owned(), value.to_owned());
        }
        Ok(Options(options))
    }
}

pub(crate) fn text(words: &mut Words<'_>) -> Result<String, String> {
    words.next().map(str::to_owned)
}

pub(crate) fn name(words: &mut Words<'_>) -> Result<String, String> {
    let word = words.next()?;
    let valid = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match !word.is_empty() && word.bytes().all(valid) {
        true => Ok(word.to_owned()),
        false => Err(format!("{word:?} is not a name")),
    }
}

pub(crate) fn number<T: FromStr>(words: &mut Words<'_>) -> Result<T, String> {
    parse(words.next()?)
}

fn parse<T: FromStr>(word: &str) -> Result<T, String> {
    word.parse()
        .map_err(|_| format!("{word:?} is not a number that fits here"))
}

/// A number that may be missing.
pub(crate) fn optional<T: FromStr>(words: &mut Words<'_>, default: T) -> Result<T, String> {
    match words.next() {
        Err(_) => Ok(default),
        Ok(word) => parse(word),
    }
}

/// One number or more.
pub(crate) fn numbers(words: &mut Words<'_>) -> Result<Vec<usize>, String> {
    let mut numbers = vec![number(words)?];
    while !words.rest.is_empty() {
        numbers.push(number(words)?);
    }
    Ok(numbers)
}

/// One feature or more.
pub(crate) fn features(words: &mut Words<'_>) -> Result<Vec<Feature>, String> {
    let mut features = vec![words.next()?.parse()?];
    while let Ok(word) = words.next() {
        features.push(word.parse()?);
    }
    Ok(features)
}

pub(crate) fn connection(words: &mut Words<'_>) -> Result<String, String> {
    let word = words.next()?;
    parse::<u32>(word).map(|_| word.to_owned())
}

pub(crate) fn endpoint(words: &mut Words<'_>) -> Result<Endpoint, String> {
    let word = words.next()?;
    let (connection, client) = match (word.strip_suffix('c'), word.strip_suffix('s')) {
        (Some(connection), _) => (connection, true),
        (_, Some(connection)) => (connection, false),
        _ => return Err(format!("{word:?} is not an endpoint such as 1c or 1s")),
    };
    parse::<u32>(connection)?;
    Ok(Endpoint {
        connection: connection.to_owned(),
        client,
    })
}

pub(crate) fn options(words: &mut Words<'_>, of: Of) -> Result<Options, String> {
    words.options(|name| KEYS.iter().any(|key| key.name == name && key.of.is(of)))
}

/// The number after the only key that a verb has.
pub(crate) fn keyed<T: FromStr>(words: &mut Words<'_>, key: &str, default: T) -> Result<T, String> {
    let options = words.options(|name| name == key)?;
    Ok(options.number(key)?.unwrap_or(default))
}

/// The number of an encryption level of QUIC, from 0 on.
pub(crate) fn encryption_level(words: &mut Words<'_>) -> Result<u8, String> {
    match words.next()? {
        "initial" => Ok(0),
        "early" => Ok(1),
        "handshake" => Ok(2),
        "application" => Ok(3),
        word => Err(format!(
            "the level is initial, early, handshake or application, not {word:?}"
        )),
    }
}

/// Bytes as hexadecimal digits, at least one.
pub(crate) fn bytes(words: &mut Words<'_>) -> Result<Vec<u8>, String> {
    let digits = words.next()?;
    hex::decode(digits).map_err(|error| format!("{digits:?} is not hexadecimal: {error}"))
}

/// The bytes after `id=`.
pub(crate) fn id(words: &mut Words<'_>) -> Result<Vec<u8>, String> {
    let word = words.next()?;
    let digits = word.strip_prefix("id=").ok_or("set requires id=HEX")?;
    hex::decode(digits).map_err(|error| format!("{digits:?} is not hexadecimal: {error}"))
}

/// A word that may be missing.
pub(crate) fn flag(words: &mut Words<'_>, flag: &str) -> Result<bool, String> {
    match words.next() {
        Err(_) => Ok(false),
        Ok(word) if word == flag => Ok(true),
        Ok(_) => Err(words.other()),
    }
}

/// Returns whether the level of an alert is fatal.
pub(crate) fn level(words: &mut Words<'_>) -> Result<bool, String> {
    match words.next()? {
        "warning" => Ok(false),
        "fatal" => Ok(true),
        word => Err(format!("the level is warning or fatal, not {word:?}")),
    }
}

/// A number of tickets that the library sends at once.
pub(crate) fn tickets(words: &mut Words<'_>) -> Result<u8, String> {
    match number(words)? {
        count @ 1..=31 => Ok(count),
        count => Err(format!("1 to 31 tickets can be sent, not {count}")),
    }
}
