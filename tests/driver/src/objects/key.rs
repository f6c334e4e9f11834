//! The verbs that use keys.

use gnutls::crypto::{Curve, Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use gnutls::key::{
    self, EncryptionInfo, EncryptionScheme, GostParameterSet, PrivateKey, PrivateParameters,
    PublicKey, PublicParameters,
};
use gnutls::library::Version;

use crate::objects::certificate::PRINT_FORMATS;
use crate::objects::facts::Facts;
use crate::objects::{Step, Stop, token};

/// The encryption schemes by their names in C.
const SCHEMES: [(&str, EncryptionScheme); 12] = [
    ("PBES2_AES_128", EncryptionScheme::PBES2_AES_128),
    ("PBES2_AES_192", EncryptionScheme::PBES2_AES_192),
    ("PBES2_AES_256", EncryptionScheme::PBES2_AES_256),
    ("PBES2_3DES", EncryptionScheme::PBES2_3DES),
    ("PKCS12_3DES", EncryptionScheme::PKCS12_3DES),
    ("PKCS12_ARCFOUR", EncryptionScheme::from_raw(1 << 2)),
    ("PKCS12_RC2_40", EncryptionScheme::from_raw(1 << 3)),
    ("PBES2_DES", EncryptionScheme::from_raw(1 << 9)),
    ("PBES1_DES_MD5", EncryptionScheme::from_raw(1 << 10)),
    ("PBES2_GOST_TC26Z", EncryptionScheme::from_raw(1 << 11)),
    ("PBES2_GOST_CPA", EncryptionScheme::from_raw(1 << 12)),
    ("NONE", EncryptionScheme::from_raw(1 << 30)),
];

impl Step<'_> {
    /// Returns the encryption scheme of a key.
    pub fn scheme(&self, key: &str) -> Result<EncryptionScheme, Stop> {
        let name = self.get(key).unwrap_or_default();
        let found = SCHEMES.iter().find(|(known, _)| *known == name);
        let scheme = found.map(|(_, scheme)| *scheme);
        scheme.ok_or_else(|| Stop::Wrong(format!("{name:?} is no scheme")))
    }
}

pub fn key(step: &mut Step<'_>) -> Result<(), Stop> {
    let password = step.text("password")?;
    let on_token = step.get("from").is_some_and(token::is_url);
    let key = match (step.get("format"), on_token) {
        (_, true) => step.private_key("from")?,
        (None, _) => PrivateKey::from_pem(&step.bytes("from")?, password.as_deref()),
        (Some(_), _) => PrivateKey::from_der(&step.bytes("from")?, password.as_deref()),
    };
    let facts = &mut step.facts;
    facts.group("key");
    let Some(key) = facts.result(key)? else {
        return Ok(());
    };
    let algorithm = key.algorithm();
    facts.put(
        "algorithm",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put_success("verified", key.verify_parameters())?;
    facts.put("available", on_token.then(|| key.is_available()));
    let public = key.public_key().and_then(|public| public.to_der());
    facts.put_result("public", public)?;

    facts.group("numbers");
    if has_numbers(algorithm) {
        let numbers = key.parameters();
        if let Ok(numbers) = &numbers {
            put_private_numbers(facts, numbers);
        }
        let again = numbers.and_then(|numbers| PrivateKey::from_parameters(&numbers)?.to_der(None));
        facts.put_result("again", again)?;
    }

    facts.group("encodings");
    facts.put_result("pem", key.to_pem(None).map(String::into_bytes))?;
    facts.put_result("der", key.to_der(None))?;
    let traditional = key.to_traditional_pem().map(String::into_bytes);
    facts.put_result("traditional_pem", traditional)?;
    facts.put_result("traditional_der", key.to_traditional_der())
}

/// Returns whether the numbers of a key can be exported and imported in all releases that have the algorithm.
fn has_numbers(algorithm: Option<PublicKeyAlgorithm>) -> bool {
    algorithm.is_some_and(|algorithm| {
        [
            PublicKeyAlgorithm::RSA,
            PublicKeyAlgorithm::DSA,
            PublicKeyAlgorithm::ECDSA,
            PublicKeyAlgorithm::ED25519,
            PublicKeyAlgorithm::ED448,
            PublicKeyAlgorithm::GOST_01,
            PublicKeyAlgorithm::GOST_12_256,
            PublicKeyAlgorithm::GOST_12_512,
        ]
        .contains(&algorithm)
    })
}

/// Lists numbers by their names.
fn put_numbers<const N: usize>(facts: &mut Facts, numbers: [(&str, &Vec<u8>); N]) {
    for (name, number) in numbers {
        facts.put(name, number);
    }
}

/// Lists the parameters of a GOST key.
fn put_gost(facts: &mut Facts, curve: Curve, digest: Digest, parameters: GostParameterSet) {
    facts.put("curve", curve.name());
    facts.put("digest", digest.name());
    facts.put("parameters", parameters.name());
}

fn put_private_numbers(facts: &mut Facts, numbers: &PrivateParameters) {
    match numbers {
        PrivateParameters::Rsa {
            modulus: n,
            public_exponent: e,
            private_exponent: d,
            prime1: p,
            prime2: q,
        } => put_numbers(facts, [("n", n), ("e", e), ("d", d), ("p", p), ("q", q)]),
        PrivateParameters::Dsa { p, q, g, y, x } => {
            put_numbers(facts, [("p", p), ("q", q), ("g", g), ("y", y), ("x", x)]);
        }
        PrivateParameters::Ecc { curve, x, y, k } => {
            facts.put("curve", curve.name());
            put_numbers(facts, [("x", x), ("y", y), ("k", k)]);
        }
        PrivateParameters::Gost {
            curve,
            digest,
            parameter_set,
            x,
            y,
            k,
        } => {
            put_gost(facts, *curve, *digest, *parameter_set);
            put_numbers(facts, [("x", x), ("y", y), ("k", k)]);
        }
        _ => {}
    }
}

pub fn public(step: &mut Step<'_>) -> Result<(), Stop> {
    let key = match step.get("format") {
        None => step.public_key("from")?,
        Some("certificate") => step
            .certificate("from")?
            .and_then(|certificate| PublicKey::from_certificate(&certificate)),
        Some("private") => step.private_key("from")?.and_then(|key| key.public_key()),
        Some(_) => PublicKey::from_der(&step.bytes("from")?),
    };
    let facts = &mut step.facts;
    facts.group("public");
    let Some(key) = facts.result(key)? else {
        return Ok(());
    };
    let algorithm = key.algorithm();
    facts.put(
        "algorithm",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put("bits", key.bits());
    facts.put_result("sha1", key.key_id(Digest::SHA1))?;
    facts.put_result("sha256", key.key_id(Digest::SHA256))?;
    facts.put_result("der", key.to_der())?;
    facts.put_result("pem", key.to_pem().map(String::into_bytes))?;
    facts.put_success("verified", key.verify_parameters())?;
    let usage = key.key_usage();
    facts.put_result(
        "usage",
        usage.map(|usage| usage.map(|usage| usage.as_raw())),
    )?;
    if let Some((digest, mandatory)) = facts.check("digest", key.preferred_digest())? {
        facts.put("digest", digest.name());
        facts.put("digest_mandatory", mandatory);
    }

    facts.group("numbers");
    if has_numbers(algorithm) {
        put_public_numbers(facts, &key)?;
    }
    facts.group("descriptions");
    for (name, format) in PRINT_FORMATS {
        facts.put_result(name, key.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

fn put_public_numbers(facts: &mut Facts, key: &PublicKey) -> Result<(), Stop> {
    match facts.check("n", key.parameters())? {
        Some(PublicParameters::Rsa { modulus, exponent }) => {
            put_numbers(facts, [("n", &modulus), ("e", &exponent)]);
        }
        Some(PublicParameters::Dsa { p, q, g, y }) => {
            put_numbers(facts, [("p", &p), ("q", &q), ("g", &g), ("y", &y)]);
        }
        Some(PublicParameters::Ecc { curve, x, y }) => {
            facts.put("curve", curve.name());
            put_numbers(facts, [("x", &x), ("y", &y)]);
            if key.algorithm() == Some(PublicKeyAlgorithm::ECDSA) {
                if let Some((parameters, point)) = facts.check("parameters", key.to_x962())? {
                    put_numbers(facts, [("parameters", &parameters), ("point", &point)]);
                }
            }
        }
        Some(PublicParameters::Gost {
            curve,
            digest,
            parameter_set,
            x,
            y,
        }) => {
            put_gost(facts, curve, digest, parameter_set);
            put_numbers(facts, [("x", &x), ("y", &y)]);
        }
        _ => {}
    }
    Ok(())
}

pub fn sign(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", SignatureAlgorithm::from_name)?;
    let (key, data) = (step.private_key("key")?, step.bytes("data")?);
    let (hash, random) = (step.switch("hash")?, step.switch("random")?);
    let reproducible = step.switch("reproducible")?;
    step.facts.group("sign");
    let Some(key) = step.facts.check("key", key)? else {
        return Ok(());
    };
    let signature = match (hash, reproducible) {
        (false, false) => key.sign(algorithm, &data),
        (false, true) => key.sign_reproducibly(algorithm, &data),
        (true, false) => key.sign_hash(algorithm, &data),
        (true, true) => key.sign_hash_reproducibly(algorithm, &data),
    };
    if let Some(signature) = step.facts.result(signature)? {
        step.facts
            .put("signature", Some(&signature).filter(|_| !random));
        let verified = key.public_key().and_then(|public| match hash {
            false => public.verify(algorithm, &data, &signature),
            true => public.verify_hash(algorithm, &data, &signature),
        });
        step.facts.put_success("verified", verified)?;
        step.name_bytes(signature);
    }
    Ok(())
}

pub fn check(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", SignatureAlgorithm::from_name)?;
    let (data, signature) = (step.bytes("data")?, step.bytes("signature")?);
    let key = step.public_key("key")?;
    let (hash, flags) = (step.switch("hash")?, step.flags()?);
    step.facts.group("check");
    if let Some(key) = step.facts.check("key", key)? {
        let verified = if hash {
            key.verify_hash(algorithm, &data, &signature)
        } else if flags.is_empty() {
            key.verify(algorithm, &data, &signature)
        } else {
            key.verify_with(algorithm, &data, &signature, flags)
        };
        step.facts.result(verified)?;
    }
    Ok(())
}

pub fn encrypt(step: &mut Step<'_>) -> Result<(), Stop> {
    let data = step.bytes("data")?;
    let key = step.public_key("key")?;
    step.facts.group("encrypt");
    if let Some(key) = step.facts.check("key", key)? {
        if let Some(encrypted) = step.facts.result(key.encrypt(&data))? {
            step.facts.put("size", encrypted.len());
            step.name_bytes(encrypted);
        }
    }
    Ok(())
}

pub fn decrypt(step: &mut Step<'_>) -> Result<(), Stop> {
    let (key, data) = (step.private_key("key")?, step.bytes("data")?);
    step.facts.group("decrypt");
    if let Some(key) = step.facts.check("key", key)? {
        if let Some(data) = step.facts.result(key.decrypt(&data))? {
            step.facts.put("data", data);
        }
    }
    Ok(())
}

pub fn derive(step: &mut Step<'_>) -> Result<(), Stop> {
    step.require(Version::new(3, 8, 2))?;
    let key = step.private_key("key")?;
    let peer = step.public_key("peer")?;
    step.facts.group("derive");
    let Some(key) = step.facts.check("key", key)? else {
        return Ok(());
    };
    if let Some(peer) = step.facts.check("peer", peer)? {
        if let Some(secret) = step.facts.result(key.derive_secret(&peer))? {
            step.facts.put("secret", secret);
        }
    }
    Ok(())
}

pub fn protect(step: &mut Step<'_>) -> Result<(), Stop> {
    let (key, scheme) = (step.private_key("key")?, step.scheme("scheme")?);
    let (password, is_der) = (step.text("password")?, step.get("format").is_some());
    step.facts.group("protect");
    let Some(key) = step.facts.check("key", key)? else {
        return Ok(());
    };
    let text = match (&password, is_der) {
        (None, false) => key.to_pem(None).map(String::into_bytes),
        (None, true) => key.to_der(None),
        (Some(password), false) => key
            .to_encrypted_pem(password, scheme)
            .map(String::into_bytes),
        (Some(password), true) => key.to_encrypted_der(password, scheme),
    };
    if let Some(text) = step.facts.result(text)? {
        step.name_bytes(text);
    }
    Ok(())
}

pub fn pkcs8(step: &mut Step<'_>) -> Result<(), Stop> {
    let (from, random) = (step.bytes("from")?, step.switch("random")?);
    let info = match step.get("format") {
        None => EncryptionInfo::from_pem(&from),
        Some(_) => EncryptionInfo::from_der(&from),
    };
    let facts = &mut step.facts;
    facts.group("pkcs8");
    if let Some(info) = facts.result(info)? {
        facts.put("scheme", info.scheme.name());
        facts.put("scheme_oid", info.scheme.oid());
        if !random {
            facts.put("salt", &info.salt);
            facts.put("iterations", info.iterations);
        }
    }
    Ok(())
}

pub fn rs(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    step.facts.group("rs");
    if let Some((r, s)) = step.facts.result(key::decode_rs_value(&from))? {
        step.facts.put("r", &r);
        step.facts.put("s", &s);
        step.facts
            .put_result("again", key::encode_rs_value(&r, &s))?;
    }
    Ok(())
}

pub fn digest_info(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", Digest::from_name)?;
    let data = step.bytes("data")?;
    step.facts.group("digestinfo");
    let Some(info) = step
        .facts
        .result(key::encode_digest_info(algorithm, &data))?
    else {
        return Ok(());
    };
    step.facts.put("info", &info);
    if let Some((algorithm, digest)) = step.facts.check("digest", key::decode_digest_info(&info))? {
        step.facts.put("digest", digest);
        step.facts.put("algorithm", algorithm.name());
    }
    Ok(())
}
