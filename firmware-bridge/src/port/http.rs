//! The port that cameras push to, and how a virtual camera reaches it. Bounded in all directions: anybody in the network of the
//! car park can connect.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections at one time.
pub const MAX_CONNECTIONS: usize = 128;
/// Connections of one address at one time: a camera has one or two.
pub const MAX_OF_ONE: usize = 32;
/// A head that takes longer is no camera; so is a connection that says nothing between two pushes.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes that are read at once; no head is longer.
const MAX_BUFFER: usize = 128 * 1024;
/// How long requests under way may take after the stop.
const GRACE: Duration = Duration::from_secs(2);
/// After a failed accept (no file descriptors left).
const BREATHER: Duration = Duration::from_millis(50);
/// How long a virtual camera waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest answer to a virtual camera, in bytes.
const MAX_ANSWER: usize = 64 * 1024;

/// An answer.
pub type Answer = Response<Full<Bytes>>;

/// How many connections each address has.
#[derive(Debug, Clone, Default)]
struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of an address.
struct One(Crowd, IpAddr);

impl Crowd {
    fn enter(&self, peer: IpAddr) -> Option<One> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(peer).or_default();
        if *count >= MAX_OF_ONE {
            return None;
        }
        *count += 1;
        Some(One(self.clone(), peer))
    }
}

impl Drop for One {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.1);
            }
        }
    }
}

/// Binds the port.
pub async fn bind(listen: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(listen).await
}

/// Serves until `stop`. Who comes while there is no room is turned away at once: a camera tries again.
pub async fn serve<H, F>(listener: TcpListener, handler: H, stop: CancellationToken)
where
    H: Fn(IpAddr, Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let (room, crowd, connections) = (Arc::new(Semaphore::new(MAX_CONNECTIONS)), Crowd::default(), TaskTracker::new());
    loop {
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => (stream, peer.ip().to_canonical()),
                Err(error) => {
                    tracing::warn!(%error, "a camera's connection could not be accepted");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            },
        };
        let Ok(permit) = room.clone().try_acquire_owned() else { continue };
        let Some(one) = crowd.enter(peer) else { continue };
        let _ = stream.set_nodelay(true);
        let (handler, stop) = (handler.clone(), stop.clone());
        connections.spawn(async move {
            let _held = (permit, one);
            let service = service_fn(move |request| {
                let answer = handler(peer, request);
                async move { Ok::<_, Infallible>(answer.await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIMEOUT)
                .max_buf_size(MAX_BUFFER)
                .serve_connection(TokioIo::new(stream), service);
            let mut connection = std::pin::pin!(connection);
            // A camera that breaks off is no fault of the bridge, so the results say nothing.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
    drop(listener);
    connections.close();
    let _ = tokio::time::timeout(GRACE, connections.wait()).await;
}

/// Sends a request as a camera would, on a connection of its own.
pub async fn send(to: SocketAddr, request: Request<Full<Bytes>>) -> io::Result<Response<Bytes>> {
    let sent = tokio::time::timeout(PATIENCE, async {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        let driver = tokio::spawn(connection);
        let answer = async {
            let answer = sender.send_request(request).await.map_err(io::Error::other)?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(io::Error::other)?.to_bytes();
            Ok(Response::from_parts(head, body))
        }
        .await;
        driver.abort();
        answer
    });
    sent.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
