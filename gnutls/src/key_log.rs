//! The key log: the secrets of sessions as they come up, for debugging.

use std::fmt;

use crate::session_core::session_ref::SessionRef;

/// Called with each secret.
pub(crate) type KeyLogCallback = dyn Fn(&SessionRef, &KeyLogLine<'_>) + Send + Sync + 'static;

/// A secret of a session, as [`dangerous_key_log`](crate::ClientConfigBuilder::dangerous_key_log) gets it. It prints as a
/// line of the [format](https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-05.html) that other programs read.
///
/// ```no_run
/// use std::fs::File;
/// use std::io::Write;
/// use gnutls::ClientConfig;
///
/// // Wireshark reads such a file.
/// let file = File::create("keys.log")?;
/// let config = ClientConfig::builder()
///     .dangerous_key_log(move |_, line| {
///         let _ = writeln!(&file, "{line}");
///     })
///     .build()?;
/// # let _ = config;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct KeyLogLine<'a> {
    /// What secret it is, such as `CLIENT_RANDOM` or `SERVER_TRAFFIC_SECRET_0`.
    pub label: &'a str,
    /// The random of the client, which tells the connection.
    pub client_random: &'a [u8],
    /// The secret.
    pub secret: &'a [u8],
}

impl fmt::Display for KeyLogLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)?;
        for bytes in [self.client_random, self.secret] {
            f.write_str(" ")?;
            bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for KeyLogLine<'_> {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyLogLine")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}
