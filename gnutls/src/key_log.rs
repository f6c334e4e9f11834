//! The key log: the secrets of sessions, for debugging with a program such as Wireshark.
//!
//! See [`ConfigBuilder::dangerous_key_log`](crate::ConfigBuilder::dangerous_key_log). Anybody who has the secrets can
//! read and change everything that a session sends.
//!
//! ```
//! use gnutls::key_log::Line;
//!
//! /// Prints a line of the file format that other programs read.
//! fn log(line: &Line<'_>) {
//!     println!("{line}");
//! }
//! # let _ = log;
//! ```

use std::fmt;

use crate::session_core::session_ref::SessionRef;

/// The callback that is called with every secret.
pub(crate) type KeyLogCallback = dyn Fn(&SessionRef, &Line<'_>) + Send + Sync + 'static;

/// A secret of a session, passed to [`dangerous_key_log`](crate::ClientConfigBuilder::dangerous_key_log). It is
/// displayed as a line of the [key log format](https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-05.html) that
/// other programs read.
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
pub struct Line<'a> {
    /// The label of the secret, such as `CLIENT_RANDOM` or `SERVER_TRAFFIC_SECRET_0`.
    pub label: &'a str,
    /// The client random, which identifies the connection.
    pub client_random: &'a [u8],
    /// The secret.
    pub secret: &'a [u8],
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label)?;
        for bytes in [self.client_random, self.secret] {
            f.write_str(" ")?;
            bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Line<'_> {
    /// Omits the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line")
            .field("label", &self.label)
            .finish_non_exhaustive()
    }
}
