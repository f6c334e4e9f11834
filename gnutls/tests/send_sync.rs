//! Bug class 5: what may be sent to and shared between threads, said where a change breaks the build.

use gnutls::*;

const fn shared<T: Send + Sync + 'static>() {}
const fn sent<T: Send + 'static>() {}
const fn clone<T: Clone>() {}
const fn copy<T: Copy>() {}
const fn object<T: SessionCache + ?Sized>() {}
const fn store<T: SessionStore + ?Sized>() {}

const _: () = {
    shared::<Alert>();
    shared::<Cipher>();
    shared::<AntiReplay>();
    shared::<MemoryReplayStore>();
    shared::<ClientAuth>();
    shared::<ClientPsk>();
    shared::<PreSharedKey>();
    shared::<PskHash>();
    shared::<PskKey>();
    shared::<ServerPsk>();
    shared::<ClientConfig>();
    shared::<ClientConfigBuilder>();
    shared::<Error>();
    shared::<ErrorCode>();
    shared::<ErrorKind>();
    shared::<Group>();
    shared::<Identity>();
    shared::<KeyExchange>();
    shared::<LibraryVersions>();
    shared::<Mac>();
    shared::<MemoryCache>();
    shared::<MemoryStore>();
    shared::<SessionKey>();
    shared::<Priority>();
    shared::<Protocol>();
    shared::<ServerConfig>();
    shared::<ServerConfigBuilder>();
    shared::<SessionId>();
    shared::<Side>();
    shared::<TicketKey>();
    shared::<Trust>();
    shared::<VerificationStatus>();
    shared::<Version>();
    shared::<KeyUpdate>();
    shared::<SessionData>();
    sent::<Session>();
    sent::<MemoryTransport>();
    sent::<Stream<std::net::TcpStream>>();

    clone::<ClientConfig>();
    clone::<ServerConfig>();
    clone::<Priority>();
    clone::<Identity>();
    clone::<Trust>();
    clone::<TicketKey>();
    copy::<SessionId>();
    copy::<VerificationStatus>();
    copy::<ErrorCode>();

    store::<dyn SessionStore>();
    store::<std::sync::Arc<dyn SessionStore>>();
    object::<dyn SessionCache>();
};

/// Compiles only while `T` is not `Sync` (or not `Send`): otherwise both implementations apply.
macro_rules! is_not {
    ($trait:ident, $type:ty) => {
        const _: fn() = || {
            trait Ambiguous<A> {
                fn item() {}
            }
            impl<T: ?Sized> Ambiguous<()> for T {}
            struct Has;
            impl<T: ?Sized + $trait> Ambiguous<Has> for T {}
            <$type as Ambiguous<_>>::item()
        };
    };
}

is_not!(Sync, Session);
is_not!(Sync, SessionRef);
is_not!(Send, SessionRef);
is_not!(Send, &'static SessionRef);

#[test]
fn an_error_is_one_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

#[test]
fn a_session_id_is_held_inline() {
    assert_eq!(size_of::<SessionId>(), SessionId::MAX_LEN + 1);
}
