//! References passed to a callback or returned by a stream cannot leave the callback or the thread, and are read-only.

/// A session reference cannot leave its callback.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// fn keep(_: &'static SessionRef) {}
/// session.set_handshake_hook(|session, _| keep(session));
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
/// fn look(_: &SessionRef) {}
/// session.set_handshake_hook(|session, _| look(session));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionLeavesHook;

/// An identifier cannot leave its callback.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<&'static [u8]> = Vec::new();
/// session.set_handshake_hook(move |session, _| kept.push(session.id2()));
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
/// let mut kept: Vec<Vec<u8>> = Vec::new();
/// session.set_handshake_hook(move |session, _| kept.push(session.id2().to_vec()));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct IdentifierLeavesHook;

/// A handshake message cannot leave its callback.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut kept: Vec<&'static [u8]> = Vec::new();
/// session.set_handshake_hook(move |_, message| kept.push(message.body));
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
/// let mut kept: Vec<Vec<u8>> = Vec::new();
/// session.set_handshake_hook(move |_, message| kept.push(message.body.to_vec()));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct MessageLeavesHook;

/// A session reference cannot move to another thread, unless the thread ends before the callback.
///
/// ```compile_fail,E0521
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(|session, _| {
///     std::thread::spawn(|| println!("{:?}", session.id2()));
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
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(|session, _| {
///     std::thread::scope(|scope| {
///         scope.spawn(|| println!("{:?}", session.id2()));
///     });
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionLeavesThreadOfHook;

/// A session reference cannot change the session.
///
/// ```compile_fail,E0599
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(move |session, _| {
///     let _ = session.handshake(&mut io);
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
/// # let mut io = transport::MemoryTransport::stream().0;
/// session.set_handshake_hook(move |session, _| {
///     let _ = (session.is_resumed(), &mut io);
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HandshakeInHook;

/// A hook cannot borrow local variables, which may be gone when it is called (bug class 4).
///
/// ```compile_fail,E0597
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::sync::Mutex::new(0);
/// let seen = &seen;
/// session.set_handshake_hook(move |_, _| *seen.lock().unwrap() += 1);
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
/// let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
/// let seen = std::sync::Arc::clone(&seen);
/// session.set_handshake_hook(move |_, _| *seen.lock().unwrap() += 1);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HookBorrows;

/// A hook must implement `Send`, because it moves with its session.
///
/// ```compile_fail,E0277
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let seen = std::rc::Rc::new(std::cell::Cell::new(0));
/// session.set_handshake_hook(move |_, _| seen.set(seen.get() + 1));
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
/// let seen = std::cell::Cell::new(0);
/// session.set_handshake_hook(move |_, _| seen.set(seen.get() + 1));
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct HookStaysInThread;

/// A thread cannot change a session while another thread reads it.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// std::thread::scope(|scope| {
///     scope.spawn(|| println!("{:?}", session.id2()));
///     scope.spawn(|| println!("{:?}", session.set_id(&[1])));
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
/// # let mut io = transport::MemoryTransport::stream().0;
/// std::thread::scope(|scope| {
///     scope.spawn(|| println!("{:?}", session.id2()));
///     scope.spawn(|| println!("{:?}", session.is_resumed()));
/// });
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct SessionInTwoThreads;

/// The target of a session's `Deref` can be neither changed nor replaced.
///
/// ```compile_fail,E0596
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let lent: &SessionRef = &session;
/// let _: &mut SessionRef = &mut *lent;
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
/// let _: &SessionRef = &*lent;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct ReferenceChanges;

/// A stream only returns a shared reference to its session, so that the session cannot be replaced.
///
/// ```compile_fail,E0596
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let stream = gnutls::Stream::new(session, io);
/// let mut other = transport::MemoryTransport::stream().0;
/// let _ = stream.session().read(&mut other, &mut [0; 16]);
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
/// let stream = gnutls::Stream::new(session, io);
/// let mut other = transport::MemoryTransport::stream().0;
/// let _ = (stream.session().id2(), &mut other);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct StreamSessionReplaced;

/// An identifier of a stream's session cannot be held during a read.
///
/// ```compile_fail,E0502
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// use std::io::Read;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = gnutls::Stream::new(session, io);
/// let id = stream.session().id2();
/// let _ = stream.read(&mut [0; 16]);
/// println!("{id:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// This program compiles:
///
/// ```
/// # use gnutls::*;
/// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
/// use std::io::Read;
/// # let mut session = config.session("localhost")?;
/// # let mut io = transport::MemoryTransport::stream().0;
/// let mut stream = gnutls::Stream::new(session, io);
/// let id = stream.session().id2();
/// println!("{id:?}");
/// let _ = stream.read(&mut [0; 16]);
/// # Ok::<(), gnutls::Error>(())
/// ```
pub struct IdentifierOfStreamHeldOverRead;
