//! The verbs that list the contents of certificates.

use std::fmt::Display;

use gnutls::crypto::Digest;
use gnutls::library::Version;
use gnutls::x509::{Certificate, Extension, GeneralName, PolicyQualifier, PrintFormat};

use crate::objects::facts::{Fact, Facts};
use crate::objects::name::put_general_name;
use crate::objects::{Step, Stop, token};

/// The formats of descriptions with the names of their facts.
pub const PRINT_FORMATS: [(&str, PrintFormat); 5] = [
    ("full", PrintFormat::FULL),
    ("one_line", PrintFormat::ONE_LINE),
    ("unsigned", PrintFormat::UNSIGNED_FULL),
    ("compact", PrintFormat::COMPACT),
    ("numbers", PrintFormat::FULL_NUMBERS),
];

pub fn certificate(step: &mut Step<'_>) -> Result<(), Stop> {
    let certificate = match (step.get("from").unwrap_or_default(), step.get("format")) {
        (url, None) if token::is_url(url) => Certificate::from_url(url, step.pins()?),
        (_, None) => Certificate::from_pem(&step.bytes("from")?),
        (_, Some("der")) => Certificate::from_der(&step.bytes("from")?),
        (_, Some("unchecked")) => {
            Certificate::dangerous_from_der_without_checks(&step.bytes("from")?)
        }
        (_, Some(format)) => return Err(format!("the format is not {format:?}").into()),
    };
    step.facts.group("certificate");
    match step.facts.result(certificate)? {
        Some(certificate) => put_certificate(&mut step.facts, &certificate),
        None => Ok(()),
    }
}

pub fn certificates(step: &mut Step<'_>) -> Result<(), Stop> {
    let list = match step.get("from").filter(|value| token::is_url(value)) {
        Some(url) => Certificate::list_from_url(url, step.pins()?),
        None => Certificate::list_from_pem(&step.bytes("from")?),
    };
    step.facts.group("certificates");
    let Some(list) = step.facts.result(list)? else {
        return Ok(());
    };
    step.facts.put("count", list.len());
    for (at, certificate) in (1..).zip(&list) {
        let subject = certificate.subject().map(|name| name.to_string());
        step.facts.put_result(format!("subject.{at}"), subject)?;
    }
    Ok(())
}

pub fn timestamps(step: &mut Step<'_>) -> Result<(), Stop> {
    step.require(Version::new(3, 7, 3))?;
    let certificate = Certificate::from_der(&step.bytes("from")?);
    let facts = &mut step.facts;
    facts.group("timestamps");
    let Some(certificate) = facts.result(certificate)? else {
        return Ok(());
    };
    let timestamps = certificate.signed_certificate_timestamps();
    if let Some(timestamps) = facts.check("n.1.log", timestamps)? {
        for (at, timestamp) in (1..).zip(timestamps) {
            facts.put(format!("n.{at}.log"), timestamp.log_id);
            facts.put(format!("n.{at}.time"), timestamp.timestamp);
            facts.put(format!("n.{at}.algorithm"), timestamp.algorithm.name());
            facts.put(format!("n.{at}.signature"), timestamp.signature);
        }
    }
    Ok(())
}

/// Lists all facts of a certificate.
fn put_certificate(facts: &mut Facts, certificate: &Certificate) -> Result<(), Stop> {
    facts.put_result("version", certificate.version())?;
    facts.put_result("serial", certificate.serial())?;
    for (name, value) in [
        ("subject", certificate.subject()),
        ("issuer", certificate.issuer()),
    ] {
        if let Some(value) = facts.check(name, value)? {
            facts.put(
                name,
                Some(value.to_string()).filter(|text| !text.is_empty()),
            );
            let compatible = value.to_compatible_text();
            let compatible = compatible.map(|text| Some(text).filter(|text| !text.is_empty()));
            facts.put_result(format!("{name}_compatible"), compatible)?;
        }
    }
    facts.put_result("subject_unique", certificate.subject_unique_id())?;
    facts.put_result("issuer_unique", certificate.issuer_unique_id())?;
    facts.put_result("not_before", certificate.not_before())?;
    facts.put_result("not_after", certificate.not_after())?;

    facts.group("signature");
    let algorithm = certificate.signature_algorithm();
    facts.put(
        "algorithm",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put_result("oid", certificate.signature_oid())?;
    facts.put_result("value", certificate.signature())?;

    facts.group("key");
    let algorithm = certificate.public_key_algorithm();
    facts.put(
        "algorithm",
        algorithm.and_then(|algorithm| algorithm.name()),
    );
    facts.put("bits", certificate.public_key_bits());
    facts.put_result("oid", certificate.public_key_oid())?;
    facts.put_result("sha1", certificate.key_id(Digest::SHA1))?;
    facts.put_result("sha256", certificate.key_id(Digest::SHA256))?;
    if let Ok(pin) = certificate.pin() {
        facts.put("pin", pin.strip_prefix("sha256//"));
    }

    facts.group("digests");
    for digest in [
        Digest::MD5,
        Digest::SHA1,
        Digest::SHA256,
        Digest::SHA384,
        Digest::SHA512,
    ] {
        facts.put_result(digest, certificate.fingerprint(digest))?;
    }
    facts.put_result("der", certificate.to_der())?;
    facts.put_result("pem", certificate.to_pem().map(String::into_bytes))?;

    facts.group("extensions");
    put_extensions(facts, certificate.extensions())?;
    put_meanings(facts, certificate)?;

    facts.group("descriptions");
    for (name, format) in PRINT_FORMATS {
        facts.put_result(name, certificate.print(format).map(String::into_bytes))?;
    }
    Ok(())
}

/// Lists extensions.
pub fn put_extensions(
    facts: &mut Facts,
    extensions: gnutls::Result<Vec<Extension>>,
) -> Result<(), Stop> {
    if let Some(extensions) = facts.check("n.1.oid", extensions)? {
        for (at, extension) in (1..).zip(extensions) {
            facts.put(format!("n.{at}.oid"), extension.oid);
            facts.put(format!("n.{at}.critical"), extension.critical);
            facts.put(format!("n.{at}.data"), extension.value);
        }
    }
    Ok(())
}

/// Lists general names.
pub fn put_names(
    facts: &mut Facts,
    fact: &str,
    names: gnutls::Result<Vec<GeneralName>>,
) -> Result<(), Stop> {
    if let Some(names) = facts.check(format!("{fact}.1"), names)? {
        for (at, name) in (1..).zip(names) {
            put_general_name(facts, &format!("{fact}.{at}"), &name);
        }
    }
    Ok(())
}

/// Lists numbered values.
pub fn put_list<T: Fact>(
    facts: &mut Facts,
    fact: impl Display,
    list: gnutls::Result<Vec<T>>,
) -> Result<(), Stop> {
    if let Some(list) = facts.check(format!("{fact}.1"), list)? {
        for (at, value) in (1..).zip(list) {
            facts.put(format!("{fact}.{at}"), value);
        }
    }
    Ok(())
}

/// Lists the values of the extensions that have a meaning for GnuTLS.
fn put_meanings(facts: &mut Facts, certificate: &Certificate) -> Result<(), Stop> {
    facts.group("meanings");
    put_names(facts, "subject_name", certificate.subject_alt_names())?;
    put_names(facts, "issuer_name", certificate.issuer_alt_names())?;
    if let Some(Some(constraints)) = facts.check("ca", certificate.basic_constraints())? {
        facts.put("ca", constraints.ca);
        facts.put("path_length", constraints.path_length.map_or(-1, i64::from));
    }
    let usage = certificate.key_usage();
    facts.put_result(
        "usage",
        usage.map(|usage| usage.map(|usage| usage.as_raw())),
    )?;
    let purposes = certificate.key_purposes().map(Option::unwrap_or_default);
    put_list(facts, "purpose", purposes)?;
    facts.put_result("subject_key_id", certificate.subject_key_id())?;
    if let Some(Some(authority)) =
        facts.check("authority_key_id", certificate.authority_key_id())?
    {
        facts.put("authority_key_id", authority.id);
        put_names(facts, "authority_issuer", Ok(authority.issuer))?;
        if let Some(serial) = authority.serial {
            facts.put("authority_serial", serial);
        }
    }
    if let Some(points) = facts.check("crl.1", certificate.crl_distribution_points())? {
        for (at, point) in (1..).zip(points) {
            put_general_name(facts, &format!("crl.{at}"), &point.name);
            facts.put(format!("crl.{at}.reasons"), point.reasons.as_raw());
        }
    }
    if let Some(access) = facts.check("access.1.method", certificate.authority_info_access())? {
        for (at, access) in (1..).zip(access) {
            facts.put(format!("access.{at}.method"), access.method);
            put_general_name(facts, &format!("access.{at}"), &access.location);
        }
    }
    if let Some(Some(constraints)) = facts.check("constraints", certificate.name_constraints())? {
        put_names(facts, "permitted", Ok(constraints.permitted))?;
        put_names(facts, "excluded", Ok(constraints.excluded))?;
    }
    put_policies(facts, certificate)?;
    if let Some(Some(period)) =
        facts.check("key_usage_begin", certificate.private_key_usage_period())?
    {
        facts.put("key_usage_begin", period.not_before);
        facts.put("key_usage_end", period.not_after);
    }
    let features = certificate.tls_features();
    let features = features.map(|features| features.into_iter().map(u32::from).collect());
    put_list(facts, "tls_feature", features)?;
    facts.put_result("inhibit_any_policy", certificate.inhibit_any_policy())?;
    if let Some(Some(proxy)) = facts.check("proxy", certificate.proxy_info())? {
        facts.put("proxy_length", proxy.path_length.map_or(-1, i64::from));
        facts.put("proxy", proxy.policy_language);
        facts.put("proxy_policy", proxy.policy);
    }
    Ok(())
}

fn put_policies(facts: &mut Facts, certificate: &Certificate) -> Result<(), Stop> {
    let Some(policies) = facts.check("policy.1", certificate.policies())? else {
        return Ok(());
    };
    for (at, policy) in (1..).zip(policies) {
        facts.put(format!("policy.{at}"), policy.oid);
        for (number, qualifier) in (1..).zip(policy.qualifiers) {
            let (kind, data) = match qualifier {
                PolicyQualifier::Uri(text) => (1_u32, text),
                PolicyQualifier::Notice(text) => (2, text),
                _ => (0, String::new()),
            };
            facts.put(format!("policy.{at}.{number}.type"), kind);
            facts.put(format!("policy.{at}.{number}.data"), data);
        }
    }
    Ok(())
}
