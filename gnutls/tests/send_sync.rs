//! Bug class 5: what may be sent to and shared between threads, said where a change breaks the build.

use gnutls::*;

const fn shared<T: Send + Sync + 'static>() {}
const fn clone<T: Clone>() {}
const fn copy<T: Copy>() {}
const fn object<T: SessionCache + ?Sized>() {}

const _: () = {
    shared::<Alert>();
    shared::<Cipher>();
    shared::<ClientAuth>();
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

    clone::<ClientConfig>();
    clone::<ServerConfig>();
    clone::<Priority>();
    clone::<Identity>();
    clone::<Trust>();
    clone::<TicketKey>();
    copy::<SessionId>();
    copy::<VerificationStatus>();
    copy::<ErrorCode>();

    object::<dyn SessionCache>();
};

#[test]
fn an_error_is_one_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

#[test]
fn a_session_id_is_held_inline() {
    assert_eq!(size_of::<SessionId>(), SessionId::MAX_LEN + 1);
}
