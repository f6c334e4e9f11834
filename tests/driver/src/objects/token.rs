//! The verbs about PKCS #11 tokens and the objects on them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gnutls::crypto::PublicKeyAlgorithm;
use gnutls::key::{PrivateKey, PublicKey};
use gnutls::pkcs11::{Object, ObjectFlags, ObjectOptions, Pin, PinRequest, PinSource, Token};
use gnutls::x509::KeyUsage;

use crate::objects::facts::Facts;
use crate::objects::{Step, Stop, decoded};

/// Mechanisms (`CKM_...`) by the names of their facts. No token has the last one.
const MECHANISMS: [(&str, u32); 4] = [
    ("rsa", 0x1),
    ("ecdsa", 0x1041),
    ("aes_cbc", 0x1082),
    ("vendor", 0x8000_0000),
];

const FLAGS: [(&str, ObjectFlags); 16] = [
    ("LOGIN", ObjectFlags::LOGIN),
    ("LOGIN_SO", ObjectFlags::LOGIN_SO),
    ("MARK_TRUSTED", ObjectFlags::MARK_TRUSTED),
    ("MARK_DISTRUSTED", ObjectFlags::MARK_DISTRUSTED),
    ("MARK_SENSITIVE", ObjectFlags::MARK_SENSITIVE),
    ("MARK_NOT_SENSITIVE", ObjectFlags::MARK_NOT_SENSITIVE),
    ("MARK_PRIVATE", ObjectFlags::MARK_PRIVATE),
    ("MARK_NOT_PRIVATE", ObjectFlags::MARK_NOT_PRIVATE),
    ("MARK_CA", ObjectFlags::MARK_CA),
    (
        "MARK_ALWAYS_AUTHENTICATE",
        ObjectFlags::MARK_ALWAYS_AUTHENTICATE,
    ),
    ("MARK_EXTRACTABLE", ObjectFlags::MARK_EXTRACTABLE),
    ("RETRIEVE_ANY", ObjectFlags::RETRIEVE_ANY),
    ("COMPARE_KEY", ObjectFlags::COMPARE_KEY),
    ("CERTIFICATE", ObjectFlags::CERTIFICATE),
    ("PUBLIC_KEY", ObjectFlags::PUBLIC_KEY),
    ("PRIVATE_KEY", ObjectFlags::PRIVATE_KEY),
];

/// Returns whether a value is the URL of an object on a token.
pub fn is_url(value: &str) -> bool {
    let scheme = value.split_at_checked("pkcs11:".len());
    scheme.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("pkcs11:"))
}

/// A PIN that was requested.
struct Request {
    attempt: u32,
    label: String,
    url: String,
    /// The facts that are true.
    flags: Vec<&'static str>,
}

impl Request {
    fn new(request: &PinRequest<'_>) -> Self {
        let flags = [
            ("security_officer", request.is_for_security_officer()),
            ("final_try", request.is_final_try()),
            ("count_low", request.is_count_low()),
            ("one_use", request.is_for_one_use()),
            ("wrong", request.is_wrong()),
        ];
        let flags = flags.into_iter().filter(|(_, set)| *set);
        Self {
            attempt: request.attempt(),
            label: request.token_label().to_owned(),
            url: request.token_url().to_owned(),
            flags: flags.map(|(name, _)| name).collect(),
        }
    }
}

/// The PINs that were requested during a verb.
#[derive(Clone, Default)]
pub struct Requests(Arc<Mutex<Vec<Request>>>);

impl Requests {
    fn lock(&self) -> MutexGuard<'_, Vec<Request>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lists the requests in a group of their own.
    pub fn put(&self, facts: &mut Facts) {
        let requests = self.lock();
        if !requests.is_empty() {
            facts.group("pins");
        }
        for (at, request) in (1..).zip(requests.iter()) {
            facts.put(format!("request.{at}.attempt"), request.attempt);
            facts.put(format!("request.{at}.label"), &request.label);
            facts.put(format!("request.{at}.url"), without_serial(&request.url));
            for flag in &request.flags {
                facts.put(format!("request.{at}.{flag}"), true);
            }
        }
    }
}

/// Returns a URL without the serial number of the token, which is random.
fn without_serial(url: &str) -> String {
    let Some((before, serial)) = url.split_once("serial=") else {
        return url.to_owned();
    };
    let after = serial.split_once(';').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

impl Step<'_> {
    /// Returns a source of the PINs of the line, one after another, and then of none.
    pub fn pins(&self) -> Result<PinSource, Stop> {
        let pins = self.options.list("pins").into_iter();
        let pins: Vec<Vec<u8>> = pins.map(decoded).collect::<Result<_, _>>()?;
        let requests = self.requests.clone();
        Ok(PinSource::ask(move |request| {
            let mut requests = requests.lock();
            requests.push(Request::new(request));
            let pin = pins.get(requests.len() - 1)?;
            Pin::new(pin.clone()).ok()
        }))
    }

    /// Returns the private key of an option in PEM or on a token.
    pub fn private_key(&self, key: &str) -> Result<gnutls::Result<PrivateKey>, Stop> {
        match self.get(key).filter(|value| is_url(value)) {
            Some(url) => Ok(PrivateKey::from_pkcs11(url, self.pins()?)),
            None => Ok(PrivateKey::from_pem(&self.bytes(key)?, None)),
        }
    }

    /// Returns the public key of an option in PEM or on a token.
    pub fn public_key(&self, key: &str) -> Result<gnutls::Result<PublicKey>, Stop> {
        match self.get(key).filter(|value| is_url(value)) {
            Some(url) => Ok(PublicKey::from_pkcs11(url, self.pins()?)),
            None => Ok(PublicKey::from_pem(&self.bytes(key)?)),
        }
    }

    fn url(&self) -> &str {
        self.get("url").unwrap_or_default()
    }

    /// Returns the token of the line.
    fn token(&self) -> Result<gnutls::Result<Token>, Stop> {
        let pins = self.pins()?;
        Ok(Token::from_url(self.url()).map(|token| token.with_pin(pins)))
    }

    fn object_flags(&self) -> Result<ObjectFlags, Stop> {
        let mut flags = ObjectFlags::default();
        for name in self.options.list("flags") {
            let found = FLAGS.iter().find(|(known, _)| *known == name);
            let (_, flag) = found.ok_or_else(|| format!("there is no flag {name:?}"))?;
            flags |= *flag;
        }
        Ok(flags)
    }

    /// Returns the properties of an object that is created.
    fn object_options(&self) -> Result<ObjectOptions, Stop> {
        let mut options = ObjectOptions::new()
            .id(self.bytes("id")?)
            .flags(self.object_flags()?);
        if let Some(label) = self.text("label")? {
            options = options.label(label);
        }
        if let Some(usage) = self.number("usage")? {
            options = options.usage(KeyUsage::from_raw(usage));
        }
        Ok(options)
    }

    /// Finds the object of the line. Lists the code of a failure.
    fn find(&mut self) -> Result<Option<Object>, Stop> {
        let (flags, pins) = (self.object_flags()?, self.pins()?);
        if !is_url(self.url()) {
            self.facts.put("result", "guarded");
            return Ok(None);
        }
        let found = Object::find(self.url(), flags, pins);
        self.facts.check("found", found)
    }
}

pub fn token(step: &mut Step<'_>) -> Result<(), Stop> {
    step.facts.group("token");
    if let Some(url) = step.get("url") {
        let token = Token::from_url(url);
        if let Some(token) = step.facts.check("result", token)? {
            put_token(&mut step.facts, &token, 1)?;
        }
    } else if let Some(tokens) = step.facts.result(Token::list())? {
        step.facts.put("count", tokens.len());
        for (at, token) in (1..).zip(&tokens) {
            put_token(&mut step.facts, token, at)?;
        }
    }
    Ok(())
}

fn put_token(facts: &mut Facts, token: &Token, at: usize) -> Result<(), Stop> {
    let name = |name: &str| format!("token.{at}.{name}");
    facts.put(name("url"), without_serial(&token.url()));
    facts.put_result(name("label"), token.label())?;
    facts.put_result(name("manufacturer"), token.manufacturer())?;
    facts.put_result(name("model"), token.model())?;
    facts.put_result(name("module"), token.module_name())?;
    facts.put_result(name("serial"), token.serial().map(|serial| serial.len()))?;
    facts.put_result(name("flags"), token.flags().map(|flags| flags.as_raw()))?;
    for (mechanism, number) in MECHANISMS {
        facts.put(name(mechanism), token.supports_mechanism(number.into()));
    }
    Ok(())
}

pub fn initialize(step: &mut Step<'_>) -> Result<(), Stop> {
    let (token, label) = (step.token()?, step.text("label")?.unwrap_or_default());
    let pin = pin_of(step, "so")?;
    step.facts.group("initialize");
    let done = token.and_then(|token| token.initialize(&pin?, &label));
    step.facts.result(done)?;
    Ok(())
}

/// Returns the PIN of a key.
fn pin_of(step: &Step<'_>, key: &str) -> Result<gnutls::Result<Pin>, Stop> {
    Ok(Pin::new(decoded(step.get(key).unwrap_or_default())?))
}

pub fn pin(step: &mut Step<'_>) -> Result<(), Stop> {
    let (token, new, old) = (step.token()?, pin_of(step, "new")?, pin_of(step, "old")?);
    let (so, has_old) = (step.switch("so")?, step.get("old").is_some());
    step.facts.group("pin");
    if so && !has_old {
        // The crate has no such call.
        step.facts.put("result", "guarded");
        return Ok(());
    }
    let done = token.and_then(|token| match (so, has_old) {
        (true, _) => token.change_security_officer_pin(&old?, &new?),
        (false, true) => token.change_user_pin(&old?, &new?),
        (false, false) => token.reset_user_pin(&new?),
    });
    step.facts.result(done)?;
    Ok(())
}

pub fn random(step: &mut Step<'_>) -> Result<(), Stop> {
    let mut bytes = vec![0; step.number("size")?.unwrap_or_default()];
    let token = step.token()?;
    step.facts.group("random");
    let filled = token.and_then(|token| token.random(&mut bytes));
    if step.facts.result(filled)?.is_some() {
        step.facts.put("zero", bytes.iter().all(|byte| *byte == 0));
    }
    Ok(())
}

pub fn objects(step: &mut Step<'_>) -> Result<(), Stop> {
    let (flags, pins, random) = (step.object_flags()?, step.pins()?, step.switch("random")?);
    step.facts.group("objects");
    let list = Object::list(step.url(), flags, pins);
    let Some(list) = step.facts.result(list)? else {
        return Ok(());
    };
    step.facts.put("count", list.len());
    // A token returns its objects in any order.
    let mut sorted = Vec::new();
    for object in list {
        let url = object.url().map_err(|error| error.to_string())?;
        sorted.push((url, object));
    }
    sorted.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (at, (_, object)) in (1..).zip(&sorted) {
        put_object(&mut step.facts, object, &format!("object.{at}"), random)?;
    }
    Ok(())
}

pub fn object(step: &mut Step<'_>) -> Result<(), Stop> {
    step.facts.group("object");
    let random = step.switch("random")?;
    if let Some(object) = step.find()? {
        put_object(&mut step.facts, &object, "object", random)?;
        if step.switch("algorithm")? {
            let algorithm = object.algorithm();
            if let Some((algorithm, bits)) = step.facts.check("object.algorithm", algorithm)? {
                step.facts.put("object.algorithm", algorithm.name());
                step.facts.put("object.bits", bits);
            }
        }
    }
    Ok(())
}

fn put_object(facts: &mut Facts, object: &Object, name: &str, random: bool) -> Result<(), Stop> {
    facts.put(format!("{name}.kind"), object.kind().name());
    let url = object.url().map(|url| without_serial(&url));
    facts.put_result(format!("{name}.url"), url)?;
    facts.put_result(format!("{name}.label"), object.label())?;
    facts.put_result(format!("{name}.id"), object.id())?;
    facts.put_result(format!("{name}.token"), object.token_label())?;
    let flags = object.flags().map(|flags| flags.as_raw());
    facts.put_result(format!("{name}.flags"), flags)?;
    if let Some(der) = facts.check(format!("{name}.der"), object.to_der())? {
        facts.put(format!("{name}.der"), Some(der).filter(|_| !random));
    }
    Ok(())
}

pub fn modify(step: &mut Step<'_>) -> Result<(), Stop> {
    let (label, id) = (step.text("label")?, step.optional_bytes("id")?);
    step.facts.group("modify");
    if let Some(mut object) = step.find()? {
        if let Some(label) = label {
            step.facts.put_success("label", object.set_label(&label))?;
        }
        if let Some(id) = id {
            step.facts.put_success("id", object.set_id(&id))?;
        }
    }
    Ok(())
}

pub fn delete(step: &mut Step<'_>) -> Result<(), Stop> {
    step.facts.group("delete");
    if let Some(object) = step.find()? {
        step.facts.result(object.delete())?;
    }
    Ok(())
}

pub fn generate(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", PublicKeyAlgorithm::from_name)?;
    let bits = step.number("bits")?.unwrap_or_default();
    let (token, options) = (step.token()?, step.object_options()?);
    step.facts.group("generate");
    let generated = token.and_then(|token| token.generate_key(algorithm, bits, &options));
    if let Some(der) = step.facts.result(generated)? {
        if let Some(public) = step.facts.check("public", PublicKey::from_der(&der))? {
            let algorithm = public.algorithm();
            let name = algorithm.and_then(|algorithm| algorithm.name());
            step.facts.put("algorithm", name);
            step.facts.put("bits", public.bits());
            if let Some(pem) = step.facts.check("pem", public.to_pem())? {
                step.name_bytes(pem);
            }
        }
    }
    Ok(())
}

pub fn store(step: &mut Step<'_>) -> Result<(), Stop> {
    let (token, options) = (step.token()?, step.object_options()?);
    let from = step.bytes("from")?;
    let kind = step.get("kind").unwrap_or_default().to_owned();
    step.facts.group("store");
    let Some(token) = step.facts.check("result", token)? else {
        return Ok(());
    };
    let stored = match kind.as_str() {
        "certificate" => {
            let certificate = step.certificate("from")?;
            let certificate = step.facts.check("from", certificate)?;
            certificate.map(|certificate| token.copy_certificate(&certificate, &options))
        }
        "private" => {
            let key = step
                .facts
                .check("from", PrivateKey::from_pem(&from, None))?;
            key.map(|key| key.copy_to_token(&token, &options))
        }
        "public" => {
            let key = step.facts.check("from", PublicKey::from_pem(&from))?;
            key.map(|key| key.copy_to_token(&token, &options))
        }
        _ => Some(token.copy_secret_key(&from, &options)),
    };
    if let Some(stored) = stored {
        step.facts.result(stored)?;
    }
    Ok(())
}

pub fn known(step: &mut Step<'_>) -> Result<(), Stop> {
    let (token, flags) = (step.token()?, step.object_flags()?);
    let certificate = step.certificate("certificate")?;
    let facts = &mut step.facts;
    facts.group("known");
    let Some(token) = facts.check("result", token)? else {
        return Ok(());
    };
    let Some(certificate) = facts.check("certificate", certificate)? else {
        return Ok(());
    };
    facts.put_result("known", token.contains(&certificate, flags))?;
    let der = |found: Option<gnutls::x509::Certificate>| found.map(|found| found.to_der());
    let issuer = token.find_issuer(&certificate, flags).map(der);
    if let Some(Some(issuer)) = facts.check("issuer", issuer)? {
        facts.put_result("issuer", issuer)?;
    }
    let subject = certificate.subject().map_err(|error| error.to_string())?;
    let key_id = certificate.subject_key_id().ok().flatten();
    for (name, key_id) in [("by_subject", None), ("by_key_id", key_id.as_deref())] {
        if name == "by_key_id" && key_id.is_none() {
            continue;
        }
        let found = token.find_by_subject(subject.as_der(), key_id, flags);
        if let Some(Some(found)) = facts.check(name, found.map(der))? {
            facts.put_result(name, found)?;
        }
    }
    Ok(())
}
