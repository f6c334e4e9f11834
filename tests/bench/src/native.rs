//! GnuTLS in C: `native.c`.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::Arc;

use anyhow::{Result, anyhow, ensure};
use gnutls_sys::{gnutls_deinit, gnutls_record_send, gnutls_session_t, gnutls_strerror};

use crate::case::{Case, PIECE, PIECES, Protocol, Work};
use crate::certificates::Certificates;
use crate::library::Repeat;
use crate::{gnutls_crate, loopback};

#[repr(C)]
struct RawSetup {
    _opaque: [u8; 0],
}

#[repr(C)]
struct RawConnection {
    _opaque: [u8; 0],
}

unsafe extern "C" {
    fn native_setup_new(
        priority: *const c_char,
        ca: *const c_char,
        certificate: *const c_char,
        key: *const c_char,
        datagram: c_int,
        callback: c_int,
        code: *mut c_int,
    ) -> *mut RawSetup;
    fn native_setup_free(setup: *mut RawSetup);
    fn native_connect(setup: *mut RawSetup, resume: c_int, code: *mut c_int) -> *mut RawConnection;
    fn native_close(connection: *mut RawConnection);
    fn native_transfer(
        connection: *mut RawConnection,
        data: *const c_void,
        buffer: *mut c_void,
        size: usize,
    ) -> isize;
    fn native_transfer_packet(
        connection: *mut RawConnection,
        data: *const c_void,
        size: usize,
    ) -> isize;
    fn native_transfer_corked(
        connection: *mut RawConnection,
        data: *const c_void,
        buffer: *mut c_void,
        size: usize,
        count: usize,
    ) -> isize;
    fn native_read_trust(text: *const c_void, size: usize) -> c_int;
    fn native_read_identity(
        chain: *const c_void,
        chain_size: usize,
        key: *const c_void,
        key_size: usize,
    ) -> c_int;
    fn native_verify(connection: *mut RawConnection) -> c_int;
    fn native_save(setup: *mut RawSetup, connection: *mut RawConnection) -> c_int;
    fn native_is_resumed(connection: *mut RawConnection) -> c_int;
    fn native_id(connection: *mut RawConnection) -> usize;
    fn native_open(
        setup: *mut RawSetup,
        descriptor: c_int,
        server: c_int,
        code: *mut c_int,
    ) -> gnutls_session_t;
    fn native_read(session: gnutls_session_t, buffer: *mut c_void, size: usize) -> isize;
}

struct Setup(NonNull<RawSetup>);

// SAFETY: nothing in a setup belongs to a thread.
unsafe impl Send for Setup {}
// SAFETY: several threads only create sessions, for which GnuTLS reads the credentials, the priority and the ticket key.
// `save`, which changes the saved session, and `connect`, which reads it, require connections in memory, and those
// cannot be sent to another thread.
unsafe impl Sync for Setup {}

impl Setup {
    fn new(case: Case, certificates: &Certificates) -> Result<Arc<Self>> {
        let priority = CString::new(gnutls_crate::priority(case.protocol()))?;
        let path = |path: &Path| CString::new(path.as_os_str().as_bytes());
        let ca = path(&certificates.ca())?;
        let chain = path(&certificates.chain(case.key()))?;
        let key = path(&certificates.key(case.key()))?;
        let mut code = 0;
        // SAFETY: the strings live during the call, which does not keep pointers to them; `code` is writable.
        let setup = unsafe {
            native_setup_new(
                priority.as_ptr(),
                ca.as_ptr(),
                chain.as_ptr(),
                key.as_ptr(),
                (case.protocol() == Protocol::Dtls12).into(),
                case.callback().map_or(0, |callback| callback as c_int),
                &mut code,
            )
        };
        let setup = NonNull::new(setup).ok_or_else(|| failure("the setup", code))?;
        Ok(Arc::new(Self(setup)))
    }

    fn connect(self: &Arc<Self>, resume: bool) -> Result<Connection> {
        let mut code = 0;
        // SAFETY: the setup is live, and the connection keeps it so; `code` is writable.
        let raw = unsafe { native_connect(self.0.as_ptr(), resume.into(), &mut code) };
        let raw = NonNull::new(raw).ok_or_else(|| failure("the handshake", code))?;
        Ok(Connection {
            raw,
            setup: Arc::clone(self),
        })
    }

    fn open(self: &Arc<Self>, socket: TcpStream, server: bool) -> Result<Stream> {
        let mut code = 0;
        // SAFETY: the setup is live, and the stream keeps it and the socket so; `code` is writable.
        let session = unsafe {
            native_open(
                self.0.as_ptr(),
                socket.as_raw_fd(),
                server.into(),
                &mut code,
            )
        };
        ensure!(!session.is_null(), failure("the handshake", code));
        Ok(Stream {
            session,
            _socket: socket,
            _setup: Arc::clone(self),
        })
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        // SAFETY: `new` created the setup, which is released once, after all connections, which own a part of it.
        unsafe { native_setup_free(self.0.as_ptr()) }
    }
}

/// A client and a server that are connected in memory.
struct Connection {
    raw: NonNull<RawConnection>,
    setup: Arc<Setup>,
}

impl Connection {
    fn transfer(&mut self, data: &[u8], buffer: &mut [u8]) -> Result<()> {
        let size = data.len().min(buffer.len());
        // SAFETY: the connection is live; `size` bytes can be read from `data` and written to `buffer`.
        let length = unsafe {
            native_transfer(
                self.raw.as_ptr(),
                data.as_ptr().cast(),
                buffer.as_mut_ptr().cast(),
                size,
            )
        };
        ensure!(
            usize::try_from(length) == Ok(size),
            "a record ended with {length}"
        );
        Ok(())
    }

    fn transfer_packet(&mut self, data: &[u8]) -> Result<()> {
        // SAFETY: the connection is live; the bytes of `data` can be read.
        let length =
            unsafe { native_transfer_packet(self.raw.as_ptr(), data.as_ptr().cast(), data.len()) };
        ensure!(
            usize::try_from(length) == Ok(data.len()),
            "a record ended with {length}"
        );
        Ok(())
    }

    fn transfer_corked(&mut self, data: &[u8], buffer: &mut [u8]) -> Result<()> {
        let count = buffer.len() / data.len();
        // SAFETY: the connection is live; the bytes of `data` can be read, and as many as `count` pieces have can be
        // written to `buffer`.
        let length = unsafe {
            native_transfer_corked(
                self.raw.as_ptr(),
                data.as_ptr().cast(),
                buffer.as_mut_ptr().cast(),
                data.len(),
                count,
            )
        };
        ensure!(
            usize::try_from(length) == Ok(count * data.len()),
            "a record ended with {length}"
        );
        Ok(())
    }

    /// Verifies the chain of the server once more.
    fn verify(&mut self) -> Result<()> {
        // SAFETY: the connection is live, and used by this thread only.
        let code = unsafe { native_verify(self.raw.as_ptr()) };
        ensure!(code >= 0, failure("the verification", code));
        Ok(())
    }

    /// Saves the client's session for the next connection.
    fn save(&mut self) -> Result<()> {
        // SAFETY: both are live, and used by this thread only.
        let code = unsafe { native_save(self.setup.0.as_ptr(), self.raw.as_ptr()) };
        ensure!(code >= 0, failure("saving", code));
        Ok(())
    }

    fn is_resumed(&self) -> bool {
        // SAFETY: the connection is live.
        unsafe { native_is_resumed(self.raw.as_ptr()) != 0 }
    }

    fn id(&self) -> usize {
        // SAFETY: the connection is live.
        unsafe { native_id(self.raw.as_ptr()) }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: `connect` created the connection, which is released once, before its setup.
        unsafe { native_close(self.raw.as_ptr()) }
    }
}

/// A session over a socket that blocks.
struct Stream {
    session: gnutls_session_t,
    _socket: TcpStream,
    _setup: Arc<Setup>,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the session and its socket are live; the bytes of `buffer` are writable.
        length(unsafe { native_read(self.session, buffer.as_mut_ptr().cast(), buffer.len()) })
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: the session and its socket are live; the bytes are readable.
        length(unsafe { gnutls_record_send(self.session, bytes.as_ptr().cast(), bytes.len()) })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: `open` created the session, which is released once, before its socket and its setup.
        unsafe { gnutls_deinit(self.session) }
    }
}

fn length(result: isize) -> io::Result<usize> {
    usize::try_from(result).map_err(|_| io::Error::other(format!("C returned {result}")))
}

fn failure(what: &str, code: c_int) -> anyhow::Error {
    // SAFETY: the function returns a static string for any code.
    let text = unsafe { CStr::from_ptr(gnutls_strerror(code)) };
    anyhow!("{what} in C failed: {}", text.to_string_lossy())
}

pub(crate) fn prepare(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    let setup = Setup::new(case, certificates)?;
    Ok(Some(match case.work() {
        Work::FullHandshake(_) | Work::Callback(_) => {
            Box::new(move || setup.connect(false).map(drop))
        }
        Work::ResumedHandshake => {
            setup.connect(false)?.save()?;
            Box::new(move || {
                let mut connection = setup.connect(true)?;
                ensure!(connection.is_resumed(), "C did not resume the session");
                connection.save()
            })
        }
        Work::Record(size) => {
            let mut connection = setup.connect(false)?;
            let (data, mut buffer) = (vec![1; size], vec![0; size]);
            Box::new(move || connection.transfer(&data, &mut buffer))
        }
        Work::Packet(size) => {
            let mut connection = setup.connect(false)?;
            let data = vec![1; size];
            Box::new(move || connection.transfer_packet(&data))
        }
        Work::Corked => {
            let mut connection = setup.connect(false)?;
            let (data, mut buffer) = ([1; PIECE], [0; PIECES * PIECE]);
            Box::new(move || connection.transfer_corked(&data, &mut buffer))
        }
        Work::ReadTrust => {
            let text = fs::read(certificates.ca())?;
            Box::new(move || {
                // SAFETY: the text can be read, and is copied.
                let count = unsafe { native_read_trust(text.as_ptr().cast(), text.len()) };
                ensure!(count == 1, failure("reading an authority", count));
                Ok(())
            })
        }
        Work::ReadIdentity => {
            let chain = fs::read(certificates.chain(case.key()))?;
            let key = fs::read(certificates.key(case.key()))?;
            Box::new(move || {
                // SAFETY: both texts can be read, and are copied.
                let code = unsafe {
                    native_read_identity(
                        chain.as_ptr().cast(),
                        chain.len(),
                        key.as_ptr().cast(),
                        key.len(),
                    )
                };
                ensure!(
                    code >= 0,
                    failure("reading a certificate and its key", code)
                );
                Ok(())
            })
        }
        Work::Verify => {
            let mut connection = setup.connect(false)?;
            Box::new(move || connection.verify())
        }
        Work::Open => {
            let mut open = Vec::new();
            Box::new(move || {
                open.push(setup.connect(false)?);
                Ok(())
            })
        }
        Work::Id => {
            let connection = setup.connect(false)?;
            Box::new(move || {
                black_box(connection.id());
                Ok(())
            })
        }
        Work::Exchange { .. } | Work::FirstByte | Work::Transfer { .. } | Work::Hold => {
            let server = Arc::clone(&setup);
            loopback::blocking(
                case.work(),
                move |socket| server.open(socket, true),
                move |socket| setup.open(socket, false),
            )?
        }
    }))
}
