//! Pre-shared keys of a configuration: `psk=IDENTITY:BYTE,...`, `psk_callback=1` of a client, `hint=TEXT` of a server,
//! `import=CONTEXT` of both.

use gnutls::psk;
use gnutls::psk::{PreSharedKey, imported_identity};
use gnutls_conformance_scenario::Options;

/// Returns the keys of a line; each is 32 times its byte.
fn keys(options: &Options) -> Result<Option<Vec<PreSharedKey>>, String> {
    if options.get("psk").is_none() {
        return Ok(None);
    }
    let import = options.get("import");
    let key = |entry: &str| {
        let (identity, byte) = entry
            .split_once(':')
            .ok_or_else(|| format!("a key is IDENTITY:BYTE, not {entry:?}"))?;
        let byte: u8 = byte
            .parse()
            .map_err(|_| format!("a key is a byte, not {byte:?}"))?;
        psk::Key::new([byte; 32])
            .and_then(|key| match import {
                None => PreSharedKey::new(identity, key),
                Some(context) => PreSharedKey::new(
                    imported_identity(identity.as_bytes(), context.as_bytes(), psk::Hash::Sha256)?,
                    key.imported(psk::Hash::Sha256),
                ),
            })
            .map_err(|error| error.to_string())
    };
    options
        .list("psk")
        .into_iter()
        .map(key)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Returns the pre-shared keys of a client.
pub fn client(options: &Options) -> Result<Option<psk::Client>, String> {
    let Some(keys) = keys(options)? else {
        return Ok(None);
    };
    Ok(Some(if options.switch("psk_callback")? == Some(true) {
        psk::Client::lookup(move |_, hint| {
            let named =
                |key: &&PreSharedKey| hint.is_some_and(|hint| key.identity() == hint.as_bytes());
            keys.iter().find(named).or(keys.first()).cloned()
        })
    } else {
        keys.into_iter()
            .next()
            .ok_or("a client has a pre-shared key")?
            .into()
    }))
}

/// Returns the pre-shared keys of a server.
pub fn server(options: &Options) -> Result<Option<psk::Server>, String> {
    Ok(keys(options)?.map(|keys| {
        let psk = psk::Server::keys(keys);
        match options.get("hint") {
            Some(hint) => psk.hint(hint),
            None => psk,
        }
    }))
}
