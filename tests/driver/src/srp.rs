//! Users and passwords (SRP) of a configuration: `srp=NAME:PASSWORD,...`, `srp_callback=1` of a client, `srp_bits=BITS`
//! and `srp_seed=TEXT` of a server.

use gnutls::{SessionRef, srp};
use gnutls_conformance_scenario::Options;

/// The salt of every user, which is that of the C driver.
const SALT: &[u8; 16] = b"a salt of 16 B.\0";

/// Returns the names and passwords of a line.
fn users(options: &Options) -> Result<Option<Vec<(String, String)>>, String> {
    if options.get("srp").is_none() {
        return Ok(None);
    }
    let user = |entry: &str| {
        let (name, password) = entry
            .split_once(':')
            .ok_or_else(|| format!("a user is NAME:PASSWORD, not {entry:?}"))?;
        Ok((name.to_owned(), password.to_owned()))
    };
    options
        .list("srp")
        .into_iter()
        .map(user)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Returns the SRP credentials of a client.
pub fn client(options: &Options) -> Result<Option<srp::Client>, String> {
    let Some(users) = users(options)? else {
        return Ok(None);
    };
    let (name, password) = users.first().ok_or("a client has a password")?;
    let user = srp::User::new(name, password).map_err(|error| error.to_string())?;
    Ok(Some(if options.switch("srp_callback")? == Some(true) {
        srp::Client::lookup(move |_| Some(user.clone()))
    } else {
        user.into()
    }))
}

/// Returns the SRP credentials of a server.
pub fn server(options: &Options) -> Result<Option<srp::Server>, String> {
    let Some(users) = users(options)? else {
        return Ok(None);
    };
    let group = match options.number("srp_bits")? {
        None | Some(2048) => srp::Group::BITS_2048,
        Some(3072) => srp::Group::BITS_3072,
        Some(4096) => srp::Group::BITS_4096,
        Some(bits) => return Err(format!("srp_bits is 2048, 3072 or 4096, not {bits}")),
    };
    let lookup = move |_: &SessionRef, asked: &str| {
        let (name, password) = users.iter().find(|(name, _)| name == asked)?;
        srp::Verifier::with_salt(name, password, SALT, group).ok()
    };
    let srp = srp::Server::lookup(lookup).unknown_users(group);
    match options.get("srp_seed") {
        None => Ok(Some(srp)),
        Some(seed) => srp
            .fake_salt_seed(seed.as_bytes(), SALT.len() as u8)
            .map(Some)
            .map_err(|error| error.to_string()),
    }
}
