//! The verbs for PKCS #7 and PKCS #12.

use gnutls::crypto::Digest;
use gnutls::pkcs7::{Pkcs7, Pkcs7Builder, Signer};
use gnutls::pkcs12::{Bag, Content, Pkcs12};
use gnutls::x509::Attribute;

use crate::objects::certificate::PRINT_FORMATS;
use crate::objects::facts::Facts;
use crate::objects::{Step, Stop};

pub fn pkcs7(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    let object = match step.get("format") {
        None => Pkcs7::from_pem(&from),
        Some(_) => Pkcs7::from_der(&from),
    };
    step.facts.group("pkcs7");
    let Some(object) = step.facts.result(object)? else {
        return Ok(());
    };
    let facts = &mut step.facts;
    facts.put_result("data", object.embedded_data())?;
    facts.put("data_oid", object.embedded_data_oid());
    if let Some(certificates) = facts.check("certificate.1", object.certificates())? {
        for (at, certificate) in (1..).zip(certificates) {
            facts.put_result(format!("certificate.{at}"), certificate.to_der())?;
        }
    }
    if let Some(lists) = facts.check("crl.1", object.revocation_lists())? {
        for (at, list) in (1..).zip(lists) {
            facts.put_result(format!("crl.{at}"), list.to_der())?;
        }
    }
    facts.put("signatures", object.signature_count());
    verify_signatures(step, &object)?;

    let facts = &mut step.facts;
    facts.group("signatures");
    for index in 0..object.signature_count() {
        put_signature(facts, &object, index)?;
    }
    facts.group("descriptions");
    for (name, format) in PRINT_FORMATS {
        facts.put_result(name, object.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

/// Verifies each signature with the signer of the options.
fn verify_signatures(step: &mut Step<'_>, object: &Pkcs7) -> Result<(), Stop> {
    if step.get("signer").is_none() {
        return Ok(());
    }
    let (data, flags) = (step.optional_bytes("data")?, step.flags()?);
    let signer = step.certificate("signer")?;
    if let Some(signer) = step.facts.check("signer", signer)? {
        for index in 0..object.signature_count() {
            let verified = object.verify_signature(index, &signer, data.as_deref(), flags);
            let name = format!("verified.{}", index + 1);
            step.facts.put_success(&name, verified)?;
        }
    }
    Ok(())
}

fn put_signature(facts: &mut Facts, object: &Pkcs7, index: usize) -> Result<(), Stop> {
    let name = format!("n.{}", index + 1);
    let info = object.signature(index);
    let Some(info) = facts.check(format!("{name}.algorithm"), info)? else {
        return Ok(());
    };
    facts.put(format!("{name}.algorithm"), info.algorithm.name());
    facts.put(format!("{name}.value"), info.signature);
    facts.put(
        format!("{name}.issuer"),
        info.issuer.map(|issuer| issuer.to_string()),
    );
    facts.put(format!("{name}.serial"), info.serial);
    facts.put(format!("{name}.key_id"), info.key_id);
    facts.put(format!("{name}.has_time"), info.signing_time.map(|_| true));
    let mut put_attributes = |kind: &str, attributes: Vec<Attribute>| {
        for (at, attribute) in (1..).zip(attributes) {
            facts.put(format!("{name}.{kind}.{at}.oid"), attribute.oid);
            facts.put(format!("{name}.{kind}.{at}.value"), attribute.value);
        }
    };
    put_attributes("signed", info.signed_attributes);
    put_attributes("unsigned", info.unsigned_attributes);
    Ok(())
}

pub fn sign_data(step: &mut Step<'_>) -> Result<(), Stop> {
    let (signer, key) = (step.certificate("signer")?, step.private_key("key")?);
    let (data, detached) = (step.bytes("data")?, step.switch("detached")?);
    let (omit, digest) = (
        step.switch("omit")?,
        step.algorithm("digest", Digest::from_name)?,
    );
    let create = || {
        let (signer, key) = (signer?, key?);
        let mut one = Signer::new(&signer, &key).digest(digest);
        if omit {
            one = one.without_certificate();
        }
        let builder = match detached {
            true => Pkcs7Builder::new().detached_data(&data),
            false => Pkcs7Builder::new().embedded_data(&data),
        };
        Ok(builder.signer(one).build()?.as_der().to_vec())
    };
    step.facts.group("signdata");
    step.put_created(create())
}

pub fn pkcs12(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    let password = step.text("password")?.unwrap_or_default();
    let facts = &mut step.facts;
    facts.group("pkcs12");
    let Some(container) = facts.result(Pkcs12::from_der(&from))? else {
        return Ok(());
    };
    if let Some(Some(mac)) = facts.check("mac", container.mac())? {
        facts.put("mac", mac.mac.name());
        facts.put("iterations", mac.iterations);
    }
    facts.put_success("verified", container.verify_mac(&password))?;
    let mut element = 0;
    if let Some(bags) = facts.check("bag.1", container.bags())? {
        for (at, bag) in (1..).zip(bags) {
            put_bag(facts, &format!("bag.{at}"), bag, &password, &mut element)?;
        }
    }
    Ok(())
}

fn put_bag(
    facts: &mut Facts,
    name: &str,
    bag: Bag,
    password: &str,
    element: &mut usize,
) -> Result<(), Stop> {
    facts.put(format!("{name}.encrypted"), bag.is_encrypted());
    let bag = if bag.is_encrypted() {
        if let Some(Some(info)) = facts.check(format!("{name}.scheme"), bag.encryption())? {
            facts.put(format!("{name}.scheme"), info.scheme.name());
            facts.put(format!("{name}.iterations"), info.iterations);
        }
        match facts.check(format!("{name}.decrypted"), bag.decrypt(password))? {
            Some(bag) => bag,
            None => return Ok(()),
        }
    } else {
        bag
    };
    let first = format!("element.{}.data", *element + 1);
    let Some(elements) = facts.check(first, bag.elements(password))? else {
        return Ok(());
    };
    for one in elements {
        *element += 1;
        let name = format!("element.{element}");
        let (kind, data) = match &one.content {
            Content::PrivateKey(key) => ("key", key.to_der(None)),
            Content::Certificate(certificate) => ("certificate", certificate.to_der()),
            Content::RevocationList(list) => ("crl", list.to_der()),
            Content::Secret(secret) => ("secret", Ok(secret.clone())),
            _ => ("unknown", Ok(Vec::new())),
        };
        facts.put(format!("{name}.type"), kind);
        facts.put_result(format!("{name}.data"), data)?;
        facts.put(format!("{name}.name"), one.attributes.friendly_name);
        facts.put(format!("{name}.id"), one.attributes.key_id);
    }
    Ok(())
}
