//! What borrows a session is held over nothing that changes it, and does not outlive it.

/// No handshake while the identifier is held: it changes there.
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
/// The twin:
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

/// No read: it may run a part of the handshake.
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
/// The twin:
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

/// No write.
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
/// The twin:
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

/// No flush.
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
/// The twin:
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

/// No closing.
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
/// The twin:
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

/// No new handshake.
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
/// The twin:
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

/// No new keys.
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
/// The twin:
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

/// No saving: C reads the network for it in some releases.
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
/// The twin:
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

/// No setter.
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
/// The twin:
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

/// No hook.
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
/// The twin:
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

/// No drop.
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
/// The twin:
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

/// No move: what is moved can be changed.
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
/// The twin:
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

/// The identifier does not outlive the session (bug class 1).
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
/// The twin:
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

/// Nor one that has no name.
///
/// ```compile_fail,E0716
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id = config.session("localhost")?.id2();
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The twin:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// let id = config.session("localhost")?.id();
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct OutlivesTemporary;

/// Nor do the certificates of the peer.
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
/// The twin:
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

/// A certificate is held like the identifier.
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
/// The twin:
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

/// So is the application protocol.
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
/// The twin:
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

/// So is the session itself.
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
/// The twin:
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

/// One thread does not read while another writes (hazard 18): C has no lock for that.
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
/// The twin:
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
