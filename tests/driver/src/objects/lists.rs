//! The verbs that list requests, revocation lists, and OCSP.

use gnutls::crypto::Digest;
use gnutls::ocsp::{
    self, CertificateId, CertificateStatus, Entry, Request, Response, ResponseStatus,
};
use gnutls::x509::{CertificateRequest, CertificateRevocationList, TrustList};

use crate::objects::certificate::{PRINT_FORMATS, put_extensions, put_list};
use crate::objects::facts::Facts;
use crate::objects::{Step, Stop};

pub fn request(step: &mut Step<'_>) -> Result<(), Stop> {
    let (from, flags) = (step.bytes("from")?, step.flags()?);
    let request = match step.get("format") {
        None => CertificateRequest::from_pem(&from),
        Some(_) => CertificateRequest::from_der(&from),
    };
    let facts = &mut step.facts;
    facts.group("request");
    let Some(request) = facts.result(request)? else {
        return Ok(());
    };
    facts.put_success("verified", request.verify(flags))?;
    facts.put_result("version", request.version())?;
    if let Some(subject) = facts.check("subject", request.subject())? {
        let text = Some(subject.to_string()).filter(|text| !text.is_empty());
        facts.put("subject", text);
        let compatible = subject.to_compatible_text();
        let compatible = compatible.map(|text| Some(text).filter(|text| !text.is_empty()));
        facts.put_result("subject_compatible", compatible)?;
    }
    let algorithm = request.signature_algorithm();
    facts.put(
        "signature",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put_result("signature_oid", request.signature_oid())?;
    let algorithm = request.public_key_algorithm();
    facts.put(
        "algorithm",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put("bits", request.public_key_bits());
    facts.put_result("oid", request.public_key_oid())?;
    facts.put_result("sha1", request.key_id(Digest::SHA1))?;
    facts.put_result("sha256", request.key_id(Digest::SHA256))?;
    facts.put_result("password", request.challenge_password())?;
    facts.put_result("der", request.to_der())?;
    facts.put_result("pem", request.to_pem().map(String::into_bytes))?;

    facts.group("extensions");
    put_extensions(facts, request.extensions())?;

    facts.group("meanings");
    if let Some(Some(constraints)) = facts.check("ca", request.basic_constraints())? {
        facts.put("ca", constraints.ca);
        facts.put("path_length", constraints.path_length.map_or(-1, i64::from));
    }
    let usage = request.key_usage();
    facts.put_result(
        "usage",
        usage.map(|usage| usage.map(|usage| usage.as_raw())),
    )?;
    let purposes = request.key_purposes().map(Option::unwrap_or_default);
    put_list(facts, "purpose", purposes)?;
    if let Some(attributes) = facts.check("attribute.1.oid", request.attributes())? {
        for (at, attribute) in (1..).zip(attributes) {
            facts.put(format!("attribute.{at}.oid"), attribute.oid);
            facts.put(format!("attribute.{at}.value"), attribute.value);
        }
    }

    facts.group("descriptions");
    for (name, format) in PRINT_FORMATS {
        facts.put_result(name, request.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

pub fn crl(step: &mut Step<'_>) -> Result<(), Stop> {
    let (from, flags) = (step.bytes("from")?, step.flags()?);
    let list = match step.get("format") {
        None => CertificateRevocationList::from_pem(&from),
        Some(_) => CertificateRevocationList::from_der(&from),
    };
    step.facts.group("crl");
    let Some(list) = step.facts.result(list)? else {
        return Ok(());
    };
    let facts = &mut step.facts;
    facts.put_result("version", list.version())?;
    facts.put_result("issuer", list.issuer().map(|name| name.to_string()))?;
    facts.put_result("this_update", list.this_update())?;
    facts.put_result("next_update", list.next_update())?;
    facts.put_result("number", list.number())?;
    let id = list.authority_key_id();
    facts.put_result("authority_key_id", id.map(|id| id.and_then(|id| id.id)))?;
    let algorithm = list.signature_algorithm();
    facts.put(
        "signature",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put_result("signature_value", list.signature())?;
    facts.put_result("der", list.to_der())?;
    facts.put_result("pem", list.to_pem().map(String::into_bytes))?;
    if step.get("issuer").is_some() {
        let issuer = step.certificate("issuer")?;
        if let Some(issuer) = step.facts.check("issued", issuer)? {
            step.facts.put("issued", list.is_issued_by(&issuer));
            let status = list.verify(&[issuer], flags);
            if let Some(status) = step.facts.check("verified", status)? {
                step.facts.put_status(status);
            }
        }
    }

    let facts = &mut step.facts;
    facts.group("revoked");
    facts.put("count", list.revoked_count());
    for (at, revoked) in (1..).zip(list.revoked()) {
        if let Some(revoked) = facts.check(format!("n.{at}.serial"), revoked)? {
            facts.put(format!("n.{at}.serial"), revoked.serial);
            facts.put(format!("n.{at}.time"), revoked.time);
        }
    }
    facts.group("extensions");
    put_extensions(facts, list.extensions())?;
    facts.group("descriptions");
    for (name, format) in PRINT_FORMATS {
        facts.put_result(name, list.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

fn put_certificate_id(facts: &mut Facts, name: &str, id: &CertificateId) {
    facts.put(format!("{name}.digest"), id.digest.name());
    facts.put(format!("{name}.name"), &id.issuer_name_hash);
    facts.put(format!("{name}.key"), &id.issuer_key_hash);
    facts.put(format!("{name}.serial"), &id.serial);
}

fn put_ocsp_extensions(
    facts: &mut Facts,
    extensions: gnutls::Result<Vec<ocsp::Extension>>,
) -> Result<(), Stop> {
    if let Some(extensions) = facts.check("extension.1.oid", extensions)? {
        for (at, extension) in (1..).zip(extensions) {
            facts.put(format!("extension.{at}.oid"), extension.oid);
            facts.put(format!("extension.{at}.critical"), extension.critical);
            facts.put(format!("extension.{at}.data"), extension.value);
        }
    }
    Ok(())
}

/// Returns a request for the certificate of the options.
fn new_request(step: &Step<'_>) -> Result<gnutls::Result<Request>, Stop> {
    let nonce = step.bytes("nonce")?;
    let certificate = match step.get("certificate") {
        Some(_) => {
            let digest = step.algorithm("digest", Digest::from_name)?;
            Some((
                step.certificate("certificate")?,
                step.certificate("issuer")?,
                digest,
            ))
        }
        None => None,
    };
    let create = || {
        let mut request = Request::new()?;
        if let Some((certificate, issuer, digest)) = certificate {
            request.add_certificate(digest, &issuer?, &certificate?)?;
        }
        if !nonce.is_empty() {
            request.set_nonce(&nonce, false)?;
        }
        Ok(request)
    };
    Ok(create())
}

pub fn ocsp_request(step: &mut Step<'_>) -> Result<(), Stop> {
    let request = match step.get("from") {
        Some(_) => Request::from_der(&step.bytes("from")?),
        None => new_request(step)?,
    };
    let facts = &mut step.facts;
    facts.group("ocsprequest");
    let Some(request) = facts.result(request)? else {
        return Ok(());
    };
    facts.put_result("version", request.version())?;
    facts.put_result("nonce", request.nonce())?;
    facts.put_result("der", request.to_der())?;
    if let Some(ids) = facts.check("id.1", request.certificate_ids())? {
        for (at, id) in (1..).zip(ids) {
            put_certificate_id(facts, &format!("certificate.{at}"), &id);
        }
    }
    put_ocsp_extensions(facts, request.extensions())?;
    for (name, format) in [
        ("description", ocsp::PrintFormat::FULL),
        ("compact", ocsp::PrintFormat::COMPACT),
    ] {
        facts.put_result(name, request.print(format).map(String::into_bytes))?;
    }
    if let Ok(der) = request.to_der() {
        step.name_bytes(der);
    }
    Ok(())
}

pub fn ocsp_response(step: &mut Step<'_>) -> Result<(), Stop> {
    let response = Response::from_der(&step.bytes("from")?);
    step.facts.group("ocspresponse");
    let Some(response) = step.facts.result(response)? else {
        return Ok(());
    };
    let status = response.status();
    let is_successful = matches!(status, Ok(ResponseStatus::SUCCESSFUL));
    step.facts
        .put_result("status", status.map(|status| status.as_raw()))?;
    step.facts.put_result("der", response.to_der())?;
    if is_successful {
        put_response(&mut step.facts, &response)?;
        verify_response(step, &response)?;
        put_entries(&mut step.facts, response.entries())?;
    }
    let facts = &mut step.facts;
    facts.group("descriptions");
    for (name, format) in [
        ("full", ocsp::PrintFormat::FULL),
        ("compact", ocsp::PrintFormat::COMPACT),
    ] {
        facts.put_result(name, response.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

fn put_response(facts: &mut Facts, response: &Response) -> Result<(), Stop> {
    facts.put_result("version", response.version())?;
    facts.put_result("responder", response.responder())?;
    facts.put_result("responder_name", response.responder_der())?;
    facts.put_result("responder_key", response.responder_key_hash())?;
    facts.put_result("produced", response.produced())?;
    facts.put_result("nonce", response.nonce())?;
    let algorithm = response.signature_algorithm();
    let name = algorithm.map(|algorithm| algorithm.and_then(|algorithm| algorithm.name()));
    facts.put_result("signature", name)?;
    facts.put_result("signature_value", response.signature())?;
    put_ocsp_extensions(facts, response.extensions())?;
    if let Some(certificates) = facts.check("certificate.1", response.certificates())? {
        for (at, certificate) in (1..).zip(certificates) {
            let subject = certificate.subject().map(|name| name.to_string());
            facts.put_result(format!("certificate.{at}"), subject)?;
        }
    }
    Ok(())
}

/// Verifies with an issuer and with an authority.
fn verify_response(step: &mut Step<'_>, response: &Response) -> Result<(), Stop> {
    let flags = step.flags()?;
    if step.get("issuer").is_some() {
        let issuer = step.certificate("issuer")?;
        let status = issuer.and_then(|issuer| response.verify_direct(&issuer, flags));
        step.facts
            .put_result("direct", status.map(|status| status.as_raw()))?;
    }
    if step.get("trust").is_some() {
        let status = step.certificate("trust")?.and_then(|authority| {
            let mut list = TrustList::new()?;
            list.add_certificates(&[authority])?;
            response.verify(&list, flags)
        });
        step.facts
            .put_result("indirect", status.map(|status| status.as_raw()))?;
    }
    if step.get("certificate").is_some() {
        let entry = step
            .certificate("certificate")?
            .and_then(|certificate| response.entry_for(&certificate));
        step.facts
            .put_result("about", entry.map(|entry| entry.is_some()))?;
    }
    Ok(())
}

fn put_entries(facts: &mut Facts, entries: gnutls::Result<Vec<Entry>>) -> Result<(), Stop> {
    facts.group("entries");
    let Some(entries) = facts.check("n.1", entries)? else {
        return Ok(());
    };
    for (at, entry) in (1..).zip(entries) {
        let name = format!("n.{at}");
        let status = match &entry.status {
            CertificateStatus::Good => "good",
            CertificateStatus::Revoked { .. } => "revoked",
            _ => "unknown",
        };
        facts.put(format!("{name}.status"), status);
        facts.put(format!("{name}.this_update"), entry.this_update);
        facts.put(format!("{name}.next_update"), entry.next_update);
        if let CertificateStatus::Revoked { time, reason } = entry.status {
            facts.put(format!("{name}.revoked"), time);
            facts.put(format!("{name}.reason"), reason.as_raw());
        }
        put_certificate_id(facts, &name, &entry.certificate);
    }
    Ok(())
}
