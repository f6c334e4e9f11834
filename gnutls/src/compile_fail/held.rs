//! References into a session cannot be held during operations that change it, and do not outlive it.

/// An identifier cannot be held during a handshake, which changes it.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.handshake(&mut io);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.handshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverHandshake;

/// An identifier cannot be held during a read, which can execute a part of a handshake.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.read(&mut io, &mut [0; 16]);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.read(&mut io, &mut [0; 16]);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverRead;

/// An identifier cannot be held during a write.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.write(&mut io, b"data");
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.write(&mut io, b"data");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverWrite;

/// An identifier cannot be held during a flush.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.flush(&mut io);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.flush(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverFlush;

/// An identifier cannot be held while the session is closed.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.close(&mut io);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.close(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverClose;

/// An identifier cannot be held during a rehandshake.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.rehandshake(&mut io);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.rehandshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverRehandshake;

/// An identifier cannot be held during a key update.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.update_key(&mut io, record::KeyUpdate::NotRequested);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.update_key(&mut io, record::KeyUpdate::NotRequested);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverKeyUpdate;

/// An identifier cannot be held while the session is saved: some releases read from the network then.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let _ = session.session_data();
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let _ = session.session_data();
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverSaving;

/// An identifier cannot be held while an option is set.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// session.set_id(&[1; 8])?;
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// session.set_id(&[1; 8])?;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverSetter;

/// An identifier cannot be held while a hook is set.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// session.set_handshake_hook(|_, _| ());
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// session.set_handshake_hook(|_, _| ());
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverHook;

/// An identifier cannot be held while the session is dropped.
///
/// ```compile_fail,E0505
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// drop(session);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// drop(session);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverDrop;

/// An identifier cannot be held while the session is moved, because the new owner can change it.
///
/// ```compile_fail,E0505
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// let mut moved = session;
/// let _ = moved.handshake(&mut io);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let id = session.id2();
/// println!("{id:?}");
/// let mut moved = session;
/// let _ = moved.handshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HeldOverMove;

/// An identifier does not outlive the session (bug class 1).
///
/// ```compile_fail,E0597
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id;
/// {
///     let session = config.session("localhost")?;
///     id = session.id2();
/// }
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id;
/// {
///     let session = config.session("localhost")?;
///     id = session.id();
/// }
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct OutlivesSession;

/// An identifier does not outlive a temporary session.
///
/// ```compile_fail,E0716
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id = config.session("localhost")?.id2();
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id = config.session("localhost")?.id();
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct OutlivesTemporary;

/// The peer's certificates do not outlive the session.
///
/// ```compile_fail,E0597
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let chain;
/// {
///     let session = config.session("localhost")?;
///     chain = session.peer_certificates();
/// }
/// println!("{}", chain.is_some());
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let chain: Option<Vec<Vec<u8>>>;
/// {
///     let session = config.session("localhost")?;
///     chain = session.peer_certificates().map(|chain| chain.map(<[u8]>::to_vec).collect());
/// }
/// println!("{}", chain.is_some());
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct CertificatesOutliveSession;

/// A certificate cannot be held during a handshake.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let first = session.peer_certificate();
/// let _ = session.handshake(&mut io);
/// println!("{first:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let first = session.peer_certificate();
/// println!("{first:?}");
/// let _ = session.handshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct CertificateHeldOverHandshake;

/// An application protocol cannot be held during a handshake.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let protocol = session.alpn();
/// let _ = session.handshake(&mut io);
/// println!("{protocol:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let protocol = session.alpn();
/// println!("{protocol:?}");
/// let _ = session.handshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct ProtocolHeldOverHandshake;

/// A session reference cannot be held during a handshake.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let lent: &SessionRef = &session;
/// let _ = session.handshake(&mut io);
/// println!("{lent:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let lent: &SessionRef = &session;
/// println!("{lent:?}");
/// let _ = session.handshake(&mut io);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct ReferenceHeldOverHandshake;

/// A thread cannot read while another thread writes (hazard 18): GnuTLS has no lock for it.
///
/// ```compile_fail,E0499
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let (mut near, mut far) = transport::MemoryTransport::stream();
/// std::thread::scope(|scope| {
///     scope.spawn(|| session.read(&mut near, &mut [0; 16]).map(drop));
///     scope.spawn(|| session.write(&mut far, b"data").map(drop));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let (mut near, mut far) = transport::MemoryTransport::stream();
/// std::thread::scope(|scope| {
///     scope.spawn(|| session.read(&mut near, &mut [0; 16]).map(drop));
/// });
/// std::thread::scope(|scope| {
///     scope.spawn(|| session.write(&mut far, b"data").map(drop));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct ReadWhileWritten;
