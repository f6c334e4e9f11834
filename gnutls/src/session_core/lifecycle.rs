//! The lifecycle of a session: how far it has come, and the one table of the operations that each state permits.

use std::time::Instant;

use gnutls_sys as sys;

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::verify::status::VerificationStatus;

/// The state of a session, which decides what C does not check, or checks by crashing.
///
/// The three parts are independent: a session that is closed for writing can be read from, and the way a session ended
/// does not affect which of its properties can be read afterwards.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    stage: Stage,
    /// The state that the exchange of handshake messages in `stage` interrupts.
    interruption: Interruption,
    /// The start of the first handshake, until its last message has been sent.
    handshaking_since: Option<Instant>,
    write: WriteHalf,
    end: Option<End>,
}

/// The handshakes that a session has been through: the columns of [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing has been sent or received.
    Fresh,
    /// The first handshake is under way.
    Handshaking,
    /// A handshake has been completed, and no exchange of handshake messages is under way.
    Idle,
    /// A server has requested a new handshake by a HelloRequest.
    HelloRequested,
    /// A further handshake is under way, or the peer has requested one.
    Rehandshake,
    /// A TLS 1.3 server has requested the client's certificate after the handshake.
    ClientAuth,
}

/// The state that an exchange of handshake messages in an open session interrupts.
#[derive(Debug, Default)]
struct Interruption {
    /// The verification status before the exchange.
    status_before: Option<VerificationStatus>,
    /// Application data that the peer sent before its handshake message has been received and has to be read first.
    data_first: bool,
    /// The client whose certificate was requested has proven that it has the private key.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "requires a newer library")
    )]
    proven: bool,
}

/// The sending direction.
#[derive(Debug)]
pub(crate) enum WriteHalf {
    /// Application data can be sent.
    Open,
    /// close_notify has been written.
    CloseNotify,
    /// A fatal alert of the program has been written, after which the session ends.
    FatalAlert,
    /// The transport has failed to send. Every operation that sends returns the error, and reading continues.
    Failed(Error),
}

/// The end of a session.
#[derive(Debug)]
enum End {
    /// The session has failed, and the next call returns the error once the alert has been sent.
    Failing(Error),
    /// The session has ended, and later calls repeat the cause. `None` after a fatal alert of the program or a panic.
    Ended(Option<Error>),
}

/// The operations of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Handshake,
    Rehandshake,
    Read,
    Write,
    SendFile,
    UpdateKey,
    Ping,
    SendTickets,
    RequestAuthentication,
    SendAlert,
    Flush,
    Close,
    SaveSession,
    ReadClientHello,
    SetConfig,
    RefuseClientHello,
    SetId,
    SetRecordSize,
    SetRecordState,
    WriteEarlyData,
    ReadEarlyData,
}

/// The entry of the table for one operation in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// The operation is permitted.
    Permitted,
    /// The operation is permitted while the write half is open.
    WhileOpen,
    /// The operation is permitted for data that has been received before the handshake message.
    BufferedData,
    /// The operation requires that a handshake is complete.
    TooEarly,
    /// The operation requires that the handshake has begun.
    NotBegun,
    /// The operation requires that the handshake has not begun.
    TooLate,
    /// The operation cannot be used while a handshake is under way.
    InHandshake,
    /// The further handshake has to be completed first.
    HandshakeFirst,
}

/// The operations that each state permits, in the order of [`Operation`] and [`Stage`].
#[rustfmt::skip]
pub(crate) const TABLE: [(Operation, [Permission; 6]); 21] = {
    use Permission::{
        BufferedData as Buffered, HandshakeFirst as First, InHandshake as During, NotBegun as Before, Permitted as Yes,
        TooEarly as Early, TooLate as Late, WhileOpen as Open,
    };
    [
        //                                   Fresh   Handshaking  Idle   HelloReq.  Rehandshake  ClientAuth
        (Operation::Handshake,             [ Open,   Open,        Yes,   Open,      Open,        Yes      ]),
        (Operation::Rehandshake,           [ Early,  Early,       Open,  Open,      Open,        Open     ]),
        (Operation::Read,                  [ Early,  Early,       Yes,   Yes,       Buffered,    Buffered ]),
        (Operation::Write,                 [ Early,  Early,       Open,  Open,      First,       Open     ]),
        (Operation::SendFile,              [ Early,  Early,       Open,  Open,      First,       Open     ]),
        (Operation::UpdateKey,             [ Early,  Early,       Open,  Open,      First,       Open     ]),
        (Operation::Ping,                  [ Early,  Early,       Open,  Open,      First,       Open     ]),
        (Operation::SendTickets,           [ Early,  Early,       Open,  Open,      First,       Open     ]),
        (Operation::RequestAuthentication, [ Early,  Early,       Open,  Open,      First,       Yes      ]),
        (Operation::SendAlert,             [ Before, Open,        Open,  Open,      Open,        Open     ]),
        (Operation::Flush,                 [ Yes,    Yes,         Yes,   Yes,       Yes,         Yes      ]),
        (Operation::Close,                 [ Early,  Early,       Yes,   Yes,       Yes,         Yes      ]),
        (Operation::SaveSession,           [ Early,  Early,       Yes,   Yes,       During,      Yes      ]),
        (Operation::ReadClientHello,       [ Yes,    Late,        Late,  Late,      Late,        Late     ]),
        (Operation::SetConfig,             [ Yes,    Late,        Late,  Late,      Late,        Late     ]),
        (Operation::RefuseClientHello,     [ Yes,    Late,        Late,  Late,      Late,        Late     ]),
        (Operation::SetId,                 [ Yes,    Late,        Late,  Late,      Late,        Late     ]),
        (Operation::SetRecordSize,         [ Yes,    During,      Yes,   Yes,       During,      Yes      ]),
        (Operation::SetRecordState,        [ Early,  Early,       Yes,   Yes,       During,      During   ]),
        (Operation::WriteEarlyData,        [ Yes,    Late,        Late,  Late,      Late,        Late     ]),
        (Operation::ReadEarlyData,         [ Before, Yes,         Yes,   Yes,       During,      Yes      ]),
    ]
};

impl Operation {
    /// The operation as the subject of an error message.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Handshake => "running the handshake",
            Self::Rehandshake => "requesting a new handshake",
            Self::Read => "reading",
            Self::Write => "writing",
            Self::SendFile => "sending a file",
            Self::UpdateKey => "updating keys",
            Self::Ping => "sending a ping",
            Self::SendTickets => "sending tickets",
            Self::RequestAuthentication => "requesting a certificate",
            Self::SendAlert => "sending an alert",
            Self::Flush => "flushing",
            Self::Close => "closing",
            Self::SaveSession => "saving the session",
            Self::ReadClientHello => "reading the client's hello",
            Self::SetConfig => "setting the configuration",
            Self::RefuseClientHello => "refusing the client",
            Self::SetId => "setting the session identifier",
            Self::SetRecordSize => "setting the size of records",
            Self::SetRecordState => "changing the state of records",
            Self::WriteEarlyData => "writing early data",
            Self::ReadEarlyData => "reading early data",
        }
    }

    /// The row of the table.
    #[inline]
    fn permissions(self) -> &'static [Permission; 6] {
        &TABLE[self as usize].1
    }
}

impl Lifecycle {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Fresh,
            interruption: Interruption::default(),
            handshaking_since: None,
            write: WriteHalf::Open,
            end: None,
        }
    }

    #[cfg(test)]
    pub(crate) fn stage(&self) -> Stage {
        self.stage
    }

    /// Returns an error unless the table permits the operation.
    ///
    /// A closed write half is the first reason to refuse an operation that sends, in every column. `data_first` returns
    /// `true` if data that the peer sent before its handshake message can be read.
    #[inline]
    pub(crate) fn permit(
        &self,
        operation: Operation,
        data_first: impl FnOnce() -> bool,
    ) -> Result<()> {
        match operation.permissions()[self.stage as usize] {
            Permission::Permitted => Ok(()),
            Permission::WhileOpen if !self.is_closed() => Ok(()),
            Permission::BufferedData if data_first() => Ok(()),
            permission => Err(self.refuse(operation, permission)),
        }
    }

    /// Returns the error for an operation that is not permitted.
    #[cold]
    fn refuse(&self, operation: Operation, permission: Permission) -> Error {
        let name = operation.name();
        match permission {
            _ if self.is_closed() && operation.permissions().contains(&Permission::WhileOpen) => {
                self.write_error().cloned().unwrap_or_else(closed)
            }
            Permission::Permitted | Permission::WhileOpen => closed(),
            Permission::BufferedData if self.is_authenticating() => Error::invalid_state(
                "the client's certificate has been requested: call request_authentication until it is ready",
            ),
            Permission::BufferedData | Permission::HandshakeFirst => rehandshake(),
            Permission::TooEarly => Error::invalid_state(format!(
                "{name} requires a complete handshake: call handshake until it is ready"
            )),
            Permission::NotBegun => Error::invalid_state(format!(
                "{name} requires that the handshake has begun: call handshake first"
            )),
            Permission::TooLate => Error::invalid_state(format!(
                "{name} is only possible before the handshake has begun"
            )),
            Permission::InHandshake => Error::invalid_state(format!(
                "{name} is not possible during a handshake: call handshake until it is ready"
            )),
        }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        self.stage == Stage::Fresh
    }

    pub(crate) fn is_handshaking(&self) -> bool {
        self.stage == Stage::Handshaking
    }

    /// Returns whether a handshake has been completed, this one or one before it.
    #[inline]
    pub(crate) fn has_opened(&self) -> bool {
        !matches!(self.stage, Stage::Fresh | Stage::Handshaking)
    }

    /// Returns whether a handshake has been completed and no further one is under way.
    #[inline]
    pub(crate) fn handshake_done(&self) -> bool {
        self.has_opened() && !self.is_rehandshaking()
    }

    #[inline]
    pub(crate) fn is_rehandshaking(&self) -> bool {
        self.stage == Stage::Rehandshake
    }

    pub(crate) fn is_authenticating(&self) -> bool {
        self.stage == Stage::ClientAuth
    }

    /// Returns whether the last handshake has come to an end, completed or not.
    pub(crate) fn has_concluded(&self) -> bool {
        self.end.is_some() || self.handshake_done()
    }

    /// The start of the first handshake until it is complete and its last message has been sent.
    pub(crate) fn handshaking_since(&self) -> Option<Instant> {
        self.handshaking_since
    }

    pub(crate) fn begin_handshake(&mut self) {
        self.stage = Stage::Handshaking;
        self.handshaking_since = Some(Instant::now());
    }

    /// Ends the time of the first handshake, and with it the deadline, if the handshake is complete: its last message
    /// has been sent, or another operation has begun, which has no deadline.
    #[inline]
    pub(crate) fn end_handshake_time(&mut self) {
        if self.has_opened() {
            self.handshaking_since = None;
        }
    }

    /// Moves the start of the first handshake into the past.
    #[cfg(test)]
    pub(crate) fn pass_time(&mut self, time: std::time::Duration) {
        self.handshaking_since = self.handshaking_since.map(|since| since - time);
    }

    pub(crate) fn complete_handshake(&mut self) {
        self.enter(Stage::Idle, None);
    }

    /// Begins a further handshake. The verification status before it is kept, in case the peer refuses.
    pub(crate) fn begin_rehandshake(&mut self, status_before: Option<VerificationStatus>) {
        self.enter(Stage::Rehandshake, status_before);
    }

    /// Notes that a HelloRequest has been written.
    pub(crate) fn request_hello(&mut self) {
        self.enter(Stage::HelloRequested, None);
    }

    /// Begins authentication after the handshake.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn begin_client_auth(&mut self, status_before: Option<VerificationStatus>) {
        self.enter(Stage::ClientAuth, status_before);
    }

    /// Ends the exchange that is under way, or the request for one, and returns the verification status before it.
    pub(crate) fn end_interruption(&mut self) -> Option<VerificationStatus> {
        let status_before = self.interruption.status_before;
        self.enter(Stage::Idle, None);
        status_before
    }

    fn enter(&mut self, stage: Stage, status_before: Option<VerificationStatus>) {
        self.stage = stage;
        self.interruption = Interruption {
            status_before,
            ..Interruption::default()
        };
    }

    /// Returns whether this side has requested a new handshake that has not begun.
    pub(crate) fn has_requested_hello(&self) -> bool {
        self.stage == Stage::HelloRequested
    }

    /// Returns whether an exchange of handshake messages is under way in an open session.
    fn is_interrupted(&self) -> bool {
        self.is_rehandshaking() || self.is_authenticating()
    }

    /// Notes that the client has proven that it has the key of its certificate.
    pub(crate) fn note_client_proof(&mut self) {
        self.interruption.proven = self.is_authenticating();
    }

    /// Returns whether the client has proven that it has the key of its certificate since it was requested.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn has_client_proof(&self) -> bool {
        self.interruption.proven
    }

    /// Sets whether data in front of the peer's handshake message has to be read first.
    pub(crate) fn set_data_first(&mut self, first: bool) {
        self.interruption.data_first = first && self.is_interrupted();
    }

    pub(crate) fn data_first(&self) -> bool {
        self.interruption.data_first
    }

    /// Returns whether a fatal alert of the program has been written.
    pub(crate) fn has_sent_fatal_alert(&self) -> bool {
        matches!(self.write, WriteHalf::FatalAlert)
    }

    /// Returns whether close_notify or a fatal alert of the program has been written, or sending has failed.
    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        !matches!(self.write, WriteHalf::Open)
    }

    pub(crate) fn close_write(&mut self, alert: WriteHalf) {
        self.write = alert;
    }

    /// Ends sending, but not receiving, with an error that operations which send return.
    pub(crate) fn fail_write(&mut self, error: Error) {
        if self.write_error().is_none() {
            self.write = WriteHalf::Failed(error);
        }
    }

    /// Returns the error with which sending has failed.
    #[inline]
    pub(crate) fn write_error(&self) -> Option<&Error> {
        match &self.write {
            WriteHalf::Failed(error) => Some(error),
            _ => None,
        }
    }

    #[inline]
    pub(crate) fn has_ended(&self) -> bool {
        self.end.is_some()
    }

    /// Ends the session with an error that the next call returns, unless it has ended before.
    pub(crate) fn fail(&mut self, error: Error) {
        if self.end.is_none() {
            self.end = Some(End::Failing(error));
        }
    }

    /// Ends the session without an error.
    pub(crate) fn end(&mut self) {
        self.end = Some(End::Ended(None));
    }

    /// Ends the session with an error, and returns the error for the running call.
    pub(crate) fn end_with(&mut self, error: Error) -> Error {
        self.end = Some(End::Ended(Some(error.clone())));
        error
    }

    /// Returns the error of a session that has failed, if no call has returned it.
    pub(crate) fn take_failure(&mut self) -> Option<Error> {
        let Some(End::Failing(error)) = &self.end else {
            return None;
        };
        let error = error.clone();
        Some(self.end_with(error))
    }

    /// Returns the error of a call after the session has ended, with the cause.
    pub(crate) fn ended(&self) -> Error {
        match &self.end {
            Some(End::Ended(Some(cause))) => Error::ended(cause),
            _ => Error::new(
                ErrorKind::Closed,
                "an earlier failure has ended the session: open a new one",
            ),
        }
    }

    /// Puts back an error that cannot be returned yet, because its alert is still to be sent.
    pub(crate) fn put_failure_back(&mut self, error: Error) {
        self.end = Some(End::Failing(error));
    }
}

fn closed() -> Error {
    Error::new(
        ErrorKind::Closed,
        "this side of the session has been closed: open a new session to send more",
    )
}

/// The error for a further handshake that the peer refuses.
pub(crate) fn renegotiation_refused() -> Error {
    Error::from_code(sys::GNUTLS_E_WARNING_ALERT_RECEIVED)
        .with_alert(Alert::NO_RENEGOTIATION)
        .with_message("the peer refuses a new handshake: continue with the current session")
}

/// The error for a further handshake that has to run before anything else.
pub(crate) fn rehandshake() -> Error {
    Error::from_code(sys::GNUTLS_E_REHANDSHAKE)
        .with_message("a new handshake is under way: call handshake until it is ready")
}
