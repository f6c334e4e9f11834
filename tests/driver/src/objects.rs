//! The verbs about objects: their arguments and their results.

mod certificate;
mod create;
mod crypto;
pub mod facts;
mod key;
mod lists;
mod name;
mod pkcs;
mod spki;
mod token;
mod verify;

use std::collections::HashMap;
use std::path::Path;
use std::str::FromStr;

use gnutls::library::Version;
use gnutls::{Error, ErrorKind};
use gnutls_conformance_scenario::{ObjectStep, Options};

use crate::fault::Fault;
use crate::interpreter::Status;
use crate::objects::facts::{Facts, Groups};
use crate::objects::token::Requests;

/// Bytes that a scenario has named.
pub type Buffers = HashMap<String, Vec<u8>>;

/// The reason why a verb has no facts.
pub enum Stop {
    /// The version under test lacks this.
    Unsupported(String),
    /// The line is wrong.
    Wrong(String),
}

impl From<String> for Stop {
    fn from(text: String) -> Self {
        Self::Wrong(text)
    }
}

impl Stop {
    /// Returns the release that a failed call requires.
    fn of(error: &Error) -> Option<Self> {
        let release = error.required_release()?;
        (error.kind() == ErrorKind::Unsupported).then(|| Self::Unsupported(release.to_string()))
    }
}

/// A line that is running: its options, the bytes that it uses, its facts.
pub struct Step<'a> {
    options: &'a Options,
    buffers: &'a mut Buffers,
    fixtures: &'a Path,
    fault: Option<Fault>,
    facts: Facts,
    requests: Requests,
}

/// Runs a verb. The facts are missing if it was not done.
pub fn run(
    step: &ObjectStep,
    buffers: &mut Buffers,
    fixtures: &Path,
    fault: Option<Fault>,
) -> Result<(Status, Option<Groups>), String> {
    let undefined = |part: &str| {
        part.strip_prefix('@')
            .is_some_and(|name| !buffers.contains_key(name))
    };
    let mut values = step.options.iter().map(|(_, value)| value);
    if values.any(|value| value.split([',', '+']).any(undefined)) {
        return Ok((Status::Skipped, None));
    }
    let mut running = Step {
        options: &step.options,
        buffers,
        fixtures,
        fault,
        facts: Facts::new(fault),
        requests: Requests::default(),
    };
    let run = match step.verb {
        "bytes" => bytes,
        "pem" => crypto::pem,
        "hash" => crypto::hash,
        "mac" => crypto::mac,
        "aead" => crypto::aead,
        "cipher" => crypto::cipher,
        "hkdf" => crypto::hkdf,
        "pbkdf2" => crypto::pbkdf2,
        "certificate" => certificate::certificate,
        "certificates" => certificate::certificates,
        "timestamps" => certificate::timestamps,
        "name" => name::name,
        "check" => key::check,
        "decrypt" => key::decrypt,
        "derive" => key::derive,
        "digestinfo" => key::digest_info,
        "encrypt" => key::encrypt,
        "key" => key::key,
        "matches" => verify::matches,
        "apply" => create::apply,
        "issue" => create::issue,
        "revoke" => create::revoke,
        "pkcs12" => pkcs::pkcs12,
        "pkcs7" => pkcs::pkcs7,
        "bundle" => pkcs::bundle,
        "createpkcs12" => pkcs::create_pkcs12,
        "signdata" => pkcs::sign_data,
        "crl" => lists::crl,
        "ocsprequest" => lists::ocsp_request,
        "ocspresponse" => lists::ocsp_response,
        "request" => lists::request,
        "pkcs8" => key::pkcs8,
        "protect" => key::protect,
        "public" => key::public,
        "rs" => key::rs,
        "sign" => key::sign,
        "spki" => spki::spki,
        "restrict" => spki::restrict,
        "verify" => verify::verify,
        "delete" => token::delete,
        "generate" => token::generate,
        "initialize" => token::initialize,
        "known" => token::known,
        "modify" => token::modify,
        "object" => token::object,
        "objects" => token::objects,
        "pin" => token::pin,
        "random" => token::random,
        "store" => token::store,
        "token" => token::token,
        verb => return Err(format!("the driver has no verb {verb}")),
    };
    match run(&mut running) {
        Ok(()) => {
            running.requests.put(&mut running.facts);
            let groups = running.facts.into_groups();
            Ok((
                Status::Done,
                Some(groups).filter(|groups| !groups.is_empty()),
            ))
        }
        Err(Stop::Unsupported(needs)) => Ok((Status::Unsupported(needs), None)),
        Err(Stop::Wrong(error)) => Err(error),
    }
}

fn bytes(step: &mut Step<'_>) -> Result<(), Stop> {
    let mut bytes = step.bytes("from")?;
    bytes.truncate(step.number("cut")?.unwrap_or(bytes.len()));
    if let Some(byte) = step.number::<usize>("at")?.and_then(|at| bytes.get_mut(at)) {
        *byte ^= step.number("xor")?.unwrap_or(1);
    }
    step.name_bytes(bytes);
    Ok(())
}

impl Step<'_> {
    /// Returns the value of a key.
    fn get(&self, key: &str) -> Option<&str> {
        self.options.get(key)
    }

    /// Ends the verb as not supported if the library is older than a release.
    fn require(&self, release: Version) -> Result<(), Stop> {
        let versions = gnutls::version();
        match versions.built.min(versions.running) < release {
            true => Err(Stop::Unsupported(release.to_string())),
            false => Ok(()),
        }
    }

    fn switch(&self, key: &str) -> Result<bool, Stop> {
        Ok(self.options.switch(key)?.unwrap_or(false))
    }

    fn number<T: FromStr>(&self, key: &str) -> Result<Option<T>, Stop> {
        Ok(self.options.number(key)?)
    }

    /// Returns the text of a key, in which `%XX` stands for a byte.
    fn text(&self, key: &str) -> Result<Option<String>, Stop> {
        let text = self.get(key).map(decoded).transpose()?;
        let text = text.map(String::from_utf8).transpose();
        Ok(text.map_err(|error| error.to_string())?)
    }

    /// Returns the bytes of a key, which are empty if it is missing.
    fn bytes(&self, key: &str) -> Result<Vec<u8>, Stop> {
        self.get(key)
            .map_or(Ok(Vec::new()), |word| self.bytes_of(word))
    }

    /// Returns the bytes of a key, if it is there.
    fn optional_bytes(&self, key: &str) -> Result<Option<Vec<u8>>, Stop> {
        self.get(key).map(|word| self.bytes_of(word)).transpose()
    }

    fn bytes_of(&self, word: &str) -> Result<Vec<u8>, Stop> {
        let parts = word.split('+').map(|part| self.part(part));
        Ok(parts.collect::<Result<Vec<_>, Stop>>()?.concat())
    }

    fn part(&self, part: &str) -> Result<Vec<u8>, Stop> {
        let (kind, rest) = part.split_once(':').unwrap_or(("", part));
        let wrong = |error: &dyn std::fmt::Display| Stop::Wrong(format!("{part}: {error}"));
        Ok(match kind {
            "hex" => hex::decode(rest).map_err(|error| wrong(&error))?,
            "text" => decoded(rest)?,
            "fill" => {
                let length: usize = rest.parse().map_err(|error| wrong(&error))?;
                (0..length).map(|i| (i % 251) as u8).collect()
            }
            _ => match part.strip_prefix('@') {
                Some(name) => self.buffers[name].clone(),
                None => {
                    let path = self.fixtures.join(part);
                    std::fs::read(path).map_err(|error| wrong(&error))?
                }
            },
        })
    }

    /// Names bytes for later lines, if the line has the key `as`.
    fn name_bytes(&mut self, bytes: impl Into<Vec<u8>>) {
        if let Some(name) = self.options.get("as") {
            self.buffers.insert(name.to_owned(), bytes.into());
        }
    }

    /// Returns the algorithm with the name of a key, or ends the verb as not supported.
    fn algorithm<T>(&self, key: &str, find: impl Fn(&str) -> Option<T>) -> Result<T, Stop> {
        let name = self.get(key).unwrap_or_default();
        find(name).ok_or_else(|| Stop::Unsupported(name.to_owned()))
    }
}

/// Returns the bytes of a text in which `%XX` stands for a byte.
fn decoded(text: &str) -> Result<Vec<u8>, Stop> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part
            .split_at_checked(2)
            .ok_or_else(|| format!("% stands before two digits, not before {part:?}"))?;
        let byte = u8::from_str_radix(digits, 16).map_err(|error| error.to_string())?;
        bytes.push(byte);
        bytes.extend(rest.as_bytes());
    }
    Ok(bytes)
}
