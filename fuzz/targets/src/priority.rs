//! Priority strings.

use gnutls::{ClientConfig, ErrorKind, Priority};

/// Parses a string, and opens a session with the priorities. `text\nappended` appends to them.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (text, appended) = text.split_once('\n').unwrap_or((&text, ""));
    let priority = match Priority::new(text) {
        Ok(priority) => priority,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Priority, "{text:?}: {error}");
            if let Some(at) = error.position() {
                assert!(
                    at < text.len() && text.is_char_boundary(at),
                    "{text:?}: {error}"
                );
            }
            return;
        }
    };
    assert_eq!(priority.to_string(), text);
    let enabled = priority.enabled().expect("parsed priorities can be listed");
    assert!(
        !enabled.protocols.is_empty(),
        "{text:?} enables no protocol"
    );
    if !appended.is_empty() {
        match priority.append(appended) {
            Ok(both) => assert_eq!(both.to_string(), format!("{text}:{appended}")),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Priority, "{appended:?}: {error}"),
        }
    }
    let config = ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .priority(priority)
        .build();
    // Such as a string without a key exchange, with which the library cannot open a session.
    let Ok(config) = config else { return };
    let sessions = [
        config.session("localhost"),
        config.datagram_session("localhost"),
    ];
    for session in sessions.into_iter().flatten() {
        assert!(session.id2().is_empty());
    }
}
