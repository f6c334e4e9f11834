//! Distinguished names and general names.

use std::net::IpAddr;

use gnutls::x509::{GeneralName, Name};

use crate::objects::facts::Facts;
use crate::objects::{Step, Stop};

pub fn name(step: &mut Step<'_>) -> Result<(), Stop> {
    let text = step.text("text")?.unwrap_or_default();
    step.facts.group("name");
    let Some(name) = step.facts.result(Name::from_text(&text))? else {
        return Ok(());
    };
    let facts = &mut step.facts;
    facts.put("der", name.as_der());
    facts.put("text", name.to_string());
    facts.put_result("compatible", name.to_compatible_text())?;
    if let Some(oids) = facts.check("oid", name.oids())? {
        for (at, oid) in (1..).zip(oids) {
            facts.put(format!("oid.{at}"), oid);
        }
    }
    if let Some(components) = facts.check("attribute", name.components())? {
        for (at, component) in (1..).zip(components) {
            for (number, attribute) in (1..).zip(component) {
                let name = format!("attribute.{at}.{number}");
                facts.put(format!("{name}.oid"), attribute.oid);
                facts.put(format!("{name}.value"), attribute.value);
                facts.put(format!("{name}.tag"), attribute.tag);
            }
        }
    }
    Ok(())
}

/// Lists a general name. Its type is a part of the name of the fact.
pub fn put_general_name(facts: &mut Facts, fact: &str, name: &GeneralName) {
    let octets = |address: &IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    match name {
        GeneralName::Dns(text) => facts.put(format!("{fact}.dns"), text),
        GeneralName::Email(text) => facts.put(format!("{fact}.email"), text),
        GeneralName::Uri(text) => facts.put(format!("{fact}.uri"), text),
        GeneralName::DirectoryName(text) => facts.put(format!("{fact}.dn"), text),
        GeneralName::RegisteredId(text) => facts.put(format!("{fact}.registered"), text),
        GeneralName::Ip(address) => facts.put(format!("{fact}.ip"), octets(address)),
        GeneralName::Network(address, mask) => {
            facts.put(
                format!("{fact}.ip"),
                [octets(address), octets(mask)].concat(),
            );
        }
        GeneralName::Other { oid, value } => {
            facts.put(format!("{fact}.other.oid"), oid);
            facts.put(format!("{fact}.other.value"), value);
            facts.put(format!("{fact}.text"), name.text());
        }
        _ => facts.put(fact, "guarded"),
    }
}
