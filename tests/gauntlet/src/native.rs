//! The side of a connection that native.c runs.

use std::ffi::{CStr, CString, c_int, c_uint, c_void};
use std::ptr::NonNull;
use std::rc::Rc;
use std::task::Poll;

use anyhow::{Result, ensure};
use gnutls_sys::gnutls_datum_t;
use gnutls_testing::fixtures::fixture;

use crate::endpoint::{Endpoint, Failure, Step};
use crate::scenario::Scenario;
use crate::wire::End;

/// `struct setup` of native.c.
#[repr(C)]
struct RawSetup {
    _opaque: [u8; 0],
}

/// `struct session` of native.c.
#[repr(C)]
struct RawSession {
    _opaque: [u8; 0],
}

/// `struct options` of native.c.
#[repr(C)]
struct Options {
    priority: *const std::ffi::c_char,
    authority: gnutls_datum_t,
    server_chain: gnutls_datum_t,
    server_key: gnutls_datum_t,
    client_chain: gnutls_datum_t,
    client_key: gnutls_datum_t,
    datagram: c_int,
    client_certificate: c_int,
    psk: c_int,
    early_data: c_int,
}

unsafe extern "C" {
    fn native_setup_new(options: *const Options, code: *mut c_int) -> *mut RawSetup;
    fn native_setup_free(setup: *mut RawSetup);
    fn native_session_new(
        setup: *mut RawSetup,
        server: c_int,
        resume: c_int,
        end: *mut c_void,
        code: *mut c_int,
    ) -> *mut RawSession;
    fn native_session_free(session: *mut RawSession);
    fn native_handshake(session: *mut RawSession) -> c_int;
    fn native_send(session: *mut RawSession, data: *const c_void, size: usize) -> isize;
    fn native_receive(session: *mut RawSession, data: *mut c_void, size: usize) -> isize;
    fn native_close(session: *mut RawSession) -> c_int;
    fn native_update_key(session: *mut RawSession, request: c_int) -> c_int;
    fn native_send_early(session: *mut RawSession, data: *const c_void, size: usize) -> isize;
    fn native_receive_early(session: *mut RawSession, data: *mut c_void, size: usize) -> isize;
    fn native_is_fatal(code: c_int) -> c_int;
    fn native_alert(session: *mut RawSession) -> c_int;
    fn native_send_alert(session: *mut RawSession, code: c_int);
    fn native_is_resumed(session: *mut RawSession) -> c_int;
    fn native_save(setup: *mut RawSetup, session: *mut RawSession) -> c_int;
}

/// The credentials of both sides.
pub(crate) struct Setup {
    raw: NonNull<RawSetup>,
    /// The texts that the credentials are read from.
    _texts: (CString, [Vec<u8>; 5]),
}

impl Setup {
    pub(crate) fn new(scenario: &Scenario) -> Result<Rc<Self>> {
        let priority = CString::new(scenario.priority())?;
        let names = ["ca", "server", "server-key", "client", "client-key"];
        let texts = names.map(|name| {
            let mut text = fixture(&format!("{name}.pem"));
            // GnuTLS reads the NUL behind a text.
            text.push(0);
            text
        });
        let datum = |index: usize| {
            let text: &Vec<u8> = &texts[index];
            gnutls_datum_t {
                data: text.as_ptr().cast_mut(),
                size: (text.len() - 1) as c_uint,
            }
        };
        let options = Options {
            priority: priority.as_ptr(),
            authority: datum(0),
            server_chain: datum(1),
            server_key: datum(2),
            client_chain: datum(3),
            client_key: datum(4),
            datagram: scenario.is_datagram().into(),
            client_certificate: scenario.has_client_certificate().into(),
            psk: scenario.has_psk().into(),
            early_data: scenario.has_early_data().into(),
        };
        let mut code = 0;
        // SAFETY: the options and their texts are readable, and the setup keeps the texts.
        let raw = NonNull::new(unsafe { native_setup_new(&options, &mut code) });
        ensure!(raw.is_some(), "the setup of C failed: {}", name(code));
        Ok(Rc::new(Self {
            raw: raw.expect("it is not null"),
            _texts: (priority, texts),
        }))
    }

    /// Saves the client's session, which the next client resumes.
    pub(crate) fn save(&self, client: &Native) -> Result<()> {
        // SAFETY: both are live.
        let code = unsafe { native_save(self.raw.as_ptr(), client.raw.as_ptr()) };
        ensure!(code >= 0, "saving the session failed: {}", name(code));
        Ok(())
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        // SAFETY: `new` created the setup, which is released once, after its sessions, which own a part of it.
        unsafe { native_setup_free(self.raw.as_ptr()) }
    }
}

/// Returns the name of a code.
pub(crate) fn name(code: c_int) -> String {
    // SAFETY: the function returns a static string or NULL for any code.
    let name = unsafe { gnutls_sys::gnutls_strerror_name(code) };
    if name.is_null() {
        return code.to_string();
    }
    // SAFETY: it is not NULL, and so a static string.
    unsafe { CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}

/// A session in C.
pub(crate) struct Native {
    raw: NonNull<RawSession>,
    /// The transport, to which C has a pointer.
    end: Box<End>,
    _setup: Rc<Setup>,
    /// The length of the record that is not sent yet.
    unsent: Option<usize>,
}

impl Native {
    pub(crate) fn new(setup: &Rc<Setup>, server: bool, resume: bool, end: End) -> Result<Self> {
        let end = Box::new(end);
        let mut code = 0;
        let pointer: *const End = &*end;
        // SAFETY: the setup is live, and the session keeps it and the transport so.
        let raw = unsafe {
            native_session_new(
                setup.raw.as_ptr(),
                server.into(),
                resume.into(),
                pointer.cast_mut().cast(),
                &mut code,
            )
        };
        let raw = NonNull::new(raw);
        ensure!(
            raw.is_some(),
            "creating a session of C failed: {}",
            name(code)
        );
        Ok(Self {
            raw: raw.expect("it is not null"),
            end,
            _setup: Rc::clone(setup),
            unsent: None,
        })
    }

    /// Calls a function of the session, and converts its result. A fatal error is reported to the peer.
    fn call(&mut self, function: impl FnOnce(*mut RawSession) -> isize) -> Step {
        let result = function(self.raw.as_ptr());
        if result >= 0 {
            return Ok(Poll::Ready(result as usize));
        }
        let code = result as c_int;
        match code {
            gnutls_sys::GNUTLS_E_AGAIN | gnutls_sys::GNUTLS_E_INTERRUPTED => Ok(Poll::Pending),
            _ => Err(self.failure(code)),
        }
    }

    fn failure(&mut self, code: c_int) -> Failure {
        // SAFETY: looks the code up.
        let fatal = unsafe { native_is_fatal(code) != 0 };
        let alerts = [
            gnutls_sys::GNUTLS_E_FATAL_ALERT_RECEIVED,
            gnutls_sys::GNUTLS_E_WARNING_ALERT_RECEIVED,
        ];
        // SAFETY: the session is live.
        let alert = alerts
            .contains(&code)
            .then(|| unsafe { native_alert(self.raw.as_ptr()) } as u32);
        // A connection that is broken carries no alert.
        let broken = [
            gnutls_sys::GNUTLS_E_PULL_ERROR,
            gnutls_sys::GNUTLS_E_PUSH_ERROR,
            gnutls_sys::GNUTLS_E_PREMATURE_TERMINATION,
        ];
        if fatal && !broken.contains(&code) && !self.end.is_at_end() {
            // SAFETY: the session is live.
            unsafe { native_send_alert(self.raw.as_ptr(), code) };
        }
        Failure {
            code: Some(code),
            alert,
            fatal,
            kind: String::new(),
        }
    }
}

impl Endpoint for Native {
    fn handshake(&mut self) -> Step {
        // SAFETY: the session is live.
        self.call(|session| unsafe { native_handshake(session) } as isize)
    }

    fn write(&mut self, data: &[u8]) -> Step {
        // After a blocked call the same data is sent.
        let length = *self.unsent.get_or_insert(data.len());
        // SAFETY: the session is live, and the data is readable.
        let step =
            self.call(|session| unsafe { native_send(session, data.as_ptr().cast(), length) });
        if !matches!(step, Ok(Poll::Pending)) {
            self.unsent = None;
        }
        step
    }

    fn flush(&mut self) -> Step {
        Ok(Poll::Ready(0))
    }

    fn read(&mut self, buffer: &mut [u8]) -> Step {
        // SAFETY: the session is live, and the buffer is writable.
        self.call(|session| unsafe {
            native_receive(session, buffer.as_mut_ptr().cast(), buffer.len())
        })
    }

    fn close(&mut self) -> Step {
        // SAFETY: the session is live.
        self.call(|session| unsafe { native_close(session) } as isize)
    }

    fn update_key(&mut self, request: bool) -> Step {
        // SAFETY: the session is live.
        self.call(|session| unsafe { native_update_key(session, request.into()) } as isize)
    }

    fn rehandshake(&mut self) -> Step {
        // A client begins a handshake by performing it.
        self.handshake()
    }

    fn write_early(&mut self, data: &[u8]) -> Step {
        // SAFETY: the session is live, and the data is readable.
        self.call(|session| unsafe { native_send_early(session, data.as_ptr().cast(), data.len()) })
    }

    fn read_early(&mut self, buffer: &mut [u8]) -> Step {
        // SAFETY: the session is live, and the buffer is writable.
        let step = self.call(|session| unsafe {
            native_receive_early(session, buffer.as_mut_ptr().cast(), buffer.len())
        });
        match step {
            Err(Failure {
                code: Some(gnutls_sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE),
                ..
            }) => Ok(Poll::Ready(0)),
            step => step,
        }
    }

    fn is_resumed(&self) -> bool {
        // SAFETY: the session is live.
        unsafe { native_is_resumed(self.raw.as_ptr()) != 0 }
    }

    fn end(&self) -> &End {
        &self.end
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        // SAFETY: `new` created the session, which is released once, before its transport and its setup.
        unsafe { native_session_free(self.raw.as_ptr()) }
    }
}
