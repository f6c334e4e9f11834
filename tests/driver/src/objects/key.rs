//! The verbs that use keys.

use gnutls::crypto::{Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use gnutls::key::{
    self, EncryptionInfo, EncryptionScheme, PrivateKey, PrivateParameters, PublicKey,
    PublicParameters,
};
use gnutls::library::Version;
use gnutls::x509::Certificate;

use crate::objects::certificate::PRINT_FORMATS;
use crate::objects::facts::Facts;
use crate::objects::{Step, Stop};

/// The encryption schemes by their names in C.
const SCHEMES: [(&str, EncryptionScheme); 5] = [
    ("PBES2_AES_128", EncryptionScheme::PBES2_AES_128),
    ("PBES2_AES_192", EncryptionScheme::PBES2_AES_192),
    ("PBES2_AES_256", EncryptionScheme::PBES2_AES_256),
    ("PBES2_3DES", EncryptionScheme::PBES2_3DES),
    ("PKCS12_3DES", EncryptionScheme::PKCS12_3DES),
];

impl Step<'_> {
    /// Returns the private key of an option in PEM.
    pub fn private_key(&self, key: &str) -> Result<gnutls::Result<PrivateKey>, Stop> {
        Ok(PrivateKey::from_pem(&self.bytes(key)?, None))
    }

    /// Returns the encryption scheme of a key.
    pub fn scheme(&self, key: &str) -> Result<EncryptionScheme, Stop> {
        let name = self.get(key).unwrap_or_default();
        let found = SCHEMES.iter().find(|(known, _)| *known == name);
        let scheme = found.map(|(_, scheme)| *scheme);
        scheme.ok_or_else(|| Stop::Wrong(format!("{name:?} is no scheme")))
    }
}

impl Facts {
    /// Lists how something was encrypted.
    pub fn put_encryption(&mut self, info: &EncryptionInfo) {
        self.put("scheme", info.scheme.name());
        self.put("scheme_oid", info.scheme.oid());
        self.put("salt", &info.salt);
        self.put("iterations", info.iterations);
    }
}

pub fn key(step: &mut Step<'_>) -> Result<(), Stop> {
    let (from, password) = (step.bytes("from")?, step.text("password")?);
    let key = match step.get("format") {
        None => PrivateKey::from_pem(&from, password.as_deref()),
        Some(_) => PrivateKey::from_der(&from, password.as_deref()),
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
        ]
        .contains(&algorithm)
    })
}

fn put_private_numbers(facts: &mut Facts, numbers: &PrivateParameters) {
    let mut put = |names: &[&str], values: &[&Vec<u8>]| {
        for (name, value) in names.iter().zip(values) {
            facts.put(name, *value);
        }
    };
    match numbers {
        PrivateParameters::Rsa {
            modulus,
            public_exponent,
            private_exponent,
            prime1,
            prime2,
        } => put(
            &["n", "e", "d", "p", "q"],
            &[modulus, public_exponent, private_exponent, prime1, prime2],
        ),
        PrivateParameters::Dsa { p, q, g, y, x } => {
            put(&["p", "q", "g", "y", "x"], &[p, q, g, y, x]);
        }
        PrivateParameters::Ecc { curve, x, y, k } => {
            put(&["x", "y", "k"], &[x, y, k]);
            facts.put("curve", curve.name());
        }
        _ => {}
    }
}

pub fn public(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    let key = match step.get("format") {
        None => PublicKey::from_pem(&from),
        Some("certificate") => Certificate::from_pem(&from)
            .and_then(|certificate| PublicKey::from_certificate(&certificate)),
        Some("private") => PrivateKey::from_pem(&from, None).and_then(|key| key.public_key()),
        Some(_) => PublicKey::from_der(&from),
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
            facts.put("n", modulus);
            facts.put("e", exponent);
        }
        Some(PublicParameters::Dsa { p, q, g, y }) => {
            for (name, value) in [("p", p), ("q", q), ("g", g), ("y", y)] {
                facts.put(name, value);
            }
        }
        Some(PublicParameters::Ecc { curve, x, y }) => {
            facts.put("curve", curve.name());
            facts.put("x", x);
            facts.put("y", y);
            if key.algorithm() == Some(PublicKeyAlgorithm::ECDSA) {
                if let Some((parameters, point)) = facts.check("parameters", key.to_x962())? {
                    facts.put("parameters", parameters);
                    facts.put("point", point);
                }
            }
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
    let key = PublicKey::from_pem(&step.bytes("key")?);
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
    let key = PublicKey::from_pem(&step.bytes("key")?);
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
    let peer = PublicKey::from_pem(&step.bytes("peer")?);
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
    let password = step.text("password")?.unwrap_or_default();
    step.facts.group("protect");
    if let Some(key) = step.facts.check("key", key)? {
        if let Some(text) = step.facts.result(key.to_encrypted_pem(&password, scheme))? {
            step.name_bytes(text);
        }
    }
    Ok(())
}

pub fn pkcs8(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    let info = match step.get("format") {
        None => EncryptionInfo::from_pem(&from),
        Some(_) => EncryptionInfo::from_der(&from),
    };
    step.facts.group("pkcs8");
    if let Some(info) = step.facts.result(info)? {
        step.facts.put_encryption(&info);
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
