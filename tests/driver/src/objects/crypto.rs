//! The verbs that compute with bytes: PEM, digests, codes, ciphers, derivation.

use gnutls::crypto::low_level::CipherState;
use gnutls::crypto::{self, Aead, Cipher, Digest, Hash, Hmac, Mac};

use crate::objects::{Step, Stop};

pub fn pem(step: &mut Step<'_>) -> Result<(), Stop> {
    let (from, label) = (step.bytes("from")?, step.text("label")?);
    let random = step.switch("random")?;
    let coded = if step.switch("decode")? {
        gnutls::pem::decode(label.as_deref(), &from)
    } else {
        gnutls::pem::encode(label.as_deref().unwrap_or_default(), &from).map(String::into_bytes)
    };
    step.facts.group("pem");
    if let Some(coded) = step.facts.result(coded)? {
        step.facts.put("data", Some(&coded).filter(|_| !random));
        step.name_bytes(coded);
    }
    Ok(())
}

pub fn hash(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", Digest::from_name)?;
    let data = step.bytes("data")?;
    step.facts.group("hash");
    let Some(digest) = step.facts.result(crypto::hash(algorithm, &data))? else {
        return Ok(());
    };
    step.facts.put("digest", &digest);
    step.name_bytes(digest);
    let (begin, end) = data.split_at(data.len() / 2);
    let in_parts = Hash::new(algorithm).and_then(|mut state| {
        state.update(begin)?;
        state.update(end)?;
        Ok(state.finish())
    });
    if let Some(in_parts) = step.facts.check("state", in_parts)? {
        step.facts.put("in_parts", in_parts);
    }
    Ok(())
}

pub fn mac(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("algorithm", Mac::from_name)?;
    let (key, data) = (step.bytes("key")?, step.bytes("data")?);
    let nonce = step.optional_bytes("nonce")?;
    let code = |parts: [&[u8]; 2]| {
        let mut state = match &nonce {
            Some(nonce) => Hmac::with_nonce(algorithm, &key, nonce),
            None => Hmac::new(algorithm, &key),
        }?;
        for part in parts {
            state.update(part)?;
        }
        Ok(state.finish())
    };
    step.facts.group("mac");
    let (begin, end) = data.split_at(data.len() / 2);
    if let Some(whole) = step.facts.result(code([&data, &[]]))? {
        step.facts.put("code", whole);
        step.facts.put_result("in_parts", code([begin, end]))?;
    }
    Ok(())
}

pub fn aead(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("cipher", Cipher::from_name)?;
    let (key, nonce) = (step.bytes("key")?, step.bytes("nonce")?);
    let (data, associated) = (step.bytes("data")?, step.bytes("associated")?);
    let open = step.switch("open")?;
    let text = Aead::new(algorithm, &key).and_then(|mut aead| {
        if open {
            aead.open(&nonce, &associated, &data)
        } else {
            aead.seal(&nonce, &associated, &data)
        }
    });
    step.facts.group("aead");
    if let Some(text) = step.facts.result(text)? {
        step.facts.put("text", &text);
        step.name_bytes(text);
    }
    Ok(())
}

pub fn cipher(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("cipher", Cipher::from_name)?;
    let (key, iv, mut data) = (step.bytes("key")?, step.bytes("iv")?, step.bytes("data")?);
    let decrypt = step.switch("decrypt")?;
    let result = CipherState::new(algorithm, &key, &iv).and_then(|mut state| {
        if decrypt {
            state.decrypt(&mut data)
        } else {
            state.encrypt(&mut data)
        }
    });
    step.facts.group("cipher");
    if step.facts.result(result)?.is_some() {
        step.facts.put("text", &data);
        step.name_bytes(data);
    }
    Ok(())
}

pub fn hkdf(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("mac", Digest::from_name)?;
    let (key, salt, info) = (step.bytes("key")?, step.bytes("salt")?, step.bytes("info")?);
    let mut expanded = vec![0; step.number("size")?.unwrap_or(0)];
    step.facts.group("hkdf");
    let extracted = step
        .facts
        .result(crypto::hkdf_extract(algorithm, &key, &salt))?;
    if let Some(extracted) = extracted {
        step.facts.put("extracted", &extracted);
        let result = crypto::hkdf_expand(algorithm, &extracted, &info, &mut expanded);
        step.facts
            .put_result("expanded", result.map(|()| expanded))?;
    }
    Ok(())
}

pub fn pbkdf2(step: &mut Step<'_>) -> Result<(), Stop> {
    let algorithm = step.algorithm("mac", Digest::from_name)?;
    let (password, salt) = (step.bytes("password")?, step.bytes("salt")?);
    let iterations = step.number("iterations")?.unwrap_or(0);
    let mut derived = vec![0; step.number("size")?.unwrap_or(0)];
    step.facts.group("pbkdf2");
    let result = crypto::pbkdf2(algorithm, &password, &salt, iterations, &mut derived);
    if step.facts.result(result)?.is_some() {
        step.facts.put("derived", derived);
    }
    Ok(())
}
