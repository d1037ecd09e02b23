//! Accepts connections, within limits, until the server stops.

pub mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::site::Connection;
use tls::Tls;

/// Connections at one time; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 12_000;
/// A client that takes longer to agree on keys is none.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// A head that takes longer is not a client (slowloris).
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest head, in bytes.
const MAX_HEAD: usize = 32 * 1024;
/// How long requests under way may take after the stop.
const GRACE: Duration = Duration::from_millis(2_500);
/// After a failed accept (no file descriptors left).
const BREATHER: Duration = Duration::from_millis(50);

/// What is offered at one address.
pub struct Offer {
    /// To whom every request goes.
    pub router: Router,
    /// Encrypted, if it is.
    pub tls: Option<Arc<Tls>>,
    /// For visitors, from anywhere.
    pub public: bool,
}

/// Serves until `stop`, then lets requests under way end.
pub async fn serve(listener: TcpListener, offer: Offer, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = TaskTracker::new();
    let offer = Arc::new(offer);
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { break };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            },
        };
        // Answers are small and somebody waits for each.
        let _ = stream.set_nodelay(true);
        let (offer, stop) = (offer.clone(), stop.clone());
        connections.spawn(async move {
            let _permit = permit;
            begin(stream, peer, &offer, stop).await;
        });
    }
    drop(listener);
    connections.close();
    let _ = tokio::time::timeout(GRACE, connections.wait()).await;
}

async fn begin(stream: TcpStream, peer: SocketAddr, offer: &Offer, stop: CancellationToken) {
    let connection = Connection { peer, tls: offer.tls.is_some(), public: offer.public };
    let Some(tls) = &offer.tls else { return talk(stream, connection, offer, stop).await };
    // Off the path of those who accept, so that who dawdles holds up nobody. Who speaks something else, is of no use.
    let agreed = tokio::select! {
        () = stop.cancelled() => return,
        agreed = tokio::time::timeout(HANDSHAKE_TIMEOUT, tls.acceptor().accept(stream)) => agreed,
    };
    match agreed {
        Ok(Ok(stream)) => talk(stream, connection, offer, stop).await,
        Ok(Err(_)) | Err(_) => metrics::counter!("paihao_tls_failed_total").increment(1),
    }
}

async fn talk<S>(stream: S, connection: Connection, offer: &Offer, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = TowerToHyperService::new(offer.router.clone().layer(Extension(connection)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // A client that breaks off is no fault of the server, so the results say nothing.
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
