//! The verbs for PKCS #7 and PKCS #12.

use gnutls::crypto::{Digest, Mac};
use gnutls::key::PrivateKey;
use gnutls::pkcs7::{Pkcs7, Pkcs7Builder, Signer};
use gnutls::pkcs12::{Attributes, Bag, Content, Pkcs12, Pkcs12Builder};
use gnutls::x509::{Attribute, Certificate, CertificateRevocationList};

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
    let mut signers = vec![(step.certificate("signer")?, step.private_key("key")?)];
    if step.get("other_signer").is_some() {
        let other = step.certificate("other_signer")?;
        signers.push((other, step.private_key("other_key")?));
    }
    let (data, detached) = (step.bytes("data")?, step.switch("detached")?);
    let (omit, time) = (step.switch("omit")?, step.switch("time")?);
    let digest = step.algorithm("digest", Digest::from_name)?;
    let (signed, unsigned) = (step.attributes("signed")?, step.attributes("unsigned")?);
    let create = || {
        let signers = signers.into_iter().map(|(signer, key)| Ok((signer?, key?)));
        let signers = signers.collect::<gnutls::Result<Vec<_>>>()?;
        let mut builder = match detached {
            true => Pkcs7Builder::new().detached_data(&data),
            false => Pkcs7Builder::new().embedded_data(&data),
        };
        for (signer, key) in &signers {
            let mut one = Signer::new(signer, key).digest(digest);
            if omit {
                one = one.without_certificate();
            }
            if time {
                one = one.signing_time();
            }
            for attribute in &signed {
                one = one.signed_attribute(attribute.clone());
            }
            for attribute in &unsigned {
                one = one.unsigned_attribute(attribute.clone());
            }
            builder = builder.signer(one);
        }
        Ok(builder.build()?.as_der().to_vec())
    };
    step.facts.group("signdata");
    step.put_created(create())
}

pub fn bundle(step: &mut Step<'_>) -> Result<(), Stop> {
    let mut builder = Pkcs7Builder::new();
    for certificate in step.objects("certificates", Certificate::from_pem)? {
        builder = builder.certificate(&certificate);
    }
    for list in step.objects("crls", CertificateRevocationList::from_pem)? {
        builder = builder.revocation_list(&list);
    }
    step.facts.group("bundle");
    step.put_created(builder.build().map(|object| object.as_der().to_vec()))
}

impl Step<'_> {
    /// Returns the objects of a list.
    fn objects<T>(
        &self,
        key: &str,
        parse: impl Fn(&[u8]) -> gnutls::Result<T>,
    ) -> Result<Vec<T>, Stop> {
        let objects = self.options.list(key).into_iter().map(|word| {
            parse(&self.bytes_of(word)?).map_err(|error| format!("{word}: {error}").into())
        });
        objects.collect()
    }

    /// Returns the attributes of a list: pairs of an identifier and a value.
    fn attributes(&self, key: &str) -> Result<Vec<Attribute>, Stop> {
        let list = self.options.list(key);
        let attributes = list.chunks_exact(2);
        attributes
            .map(|pair| Ok(Attribute::new(pair[0], self.bytes_of(pair[1])?)))
            .collect()
    }
}

pub fn create_pkcs12(step: &mut Step<'_>) -> Result<(), Stop> {
    let password = step.text("password")?.unwrap_or_default();
    let mut names = step.texts("names")?.into_iter();
    let ids = step.objects("ids", |id| Ok(id.to_vec()))?;
    let mut ids = ids.into_iter();
    let mut attributes = || {
        let mut attributes = Attributes::new();
        attributes.friendly_name = names.next();
        attributes.key_id = ids.next();
        attributes
    };
    let mut builder = Pkcs12Builder::new();
    for certificate in step.objects("certificates", Certificate::from_pem)? {
        builder = builder.certificate(&certificate, attributes());
    }
    for list in step.objects("crls", CertificateRevocationList::from_pem)? {
        builder = builder.revocation_list(&list, attributes());
    }
    for secret in step.objects("secrets", |secret| Ok(secret.to_vec()))? {
        builder = builder.secret(&secret, attributes());
    }
    let keys = step.objects("keys", |key| PrivateKey::from_pem(key, None))?;
    for key in &keys {
        builder = builder.private_key(key, attributes());
    }
    if step.get("scheme").is_some() {
        builder = builder.encryption(step.scheme("scheme")?);
    }
    if step.get("mac").is_some() {
        builder = builder.mac(step.algorithm("mac", Mac::from_name)?);
    }
    if step.switch("pbmac1")? {
        builder = builder.pbmac1();
    }
    step.facts.group("createpkcs12");
    let der = builder.build(&password).and_then(|file| file.to_der());
    if let Some(der) = step.facts.result(der)? {
        step.name_bytes(der);
    }
    Ok(())
}

pub fn pkcs12(step: &mut Step<'_>) -> Result<(), Stop> {
    let from = step.bytes("from")?;
    let password = step.text("password")?.unwrap_or_default();
    let fixed = !step.switch("random")?;
    let facts = &mut step.facts;
    facts.group("pkcs12");
    let Some(container) = facts.result(Pkcs12::from_der(&from))? else {
        return Ok(());
    };
    if let Some(Some(mac)) = facts.check("mac", container.mac())? {
        facts.put("mac", mac.mac.name());
        facts.put("iterations", fixed.then_some(mac.iterations));
    }
    facts.put_success("verified", container.verify_mac(&password))?;
    let mut element = 0;
    if let Some(bags) = facts.check("bag.1", container.bags())? {
        for (at, bag) in (1..).zip(bags) {
            put_bag(facts, at, bag, &password, fixed, &mut element)?;
        }
    }
    Ok(())
}

fn put_bag(
    facts: &mut Facts,
    at: usize,
    bag: Bag,
    password: &str,
    fixed: bool,
    element: &mut usize,
) -> Result<(), Stop> {
    let name = format!("bag.{at}");
    facts.put(format!("{name}.encrypted"), bag.is_encrypted());
    let bag = if bag.is_encrypted() {
        if let Some(Some(info)) = facts.check(format!("{name}.scheme"), bag.encryption())? {
            facts.put(format!("{name}.scheme"), info.scheme.name());
            let iterations = Some(info.iterations).filter(|_| fixed);
            facts.put(format!("{name}.iterations"), iterations);
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
