//! The Unix socket: bound so that only the bridge's user and group reach it, and served until the bridge stops.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Connections at one time: a kiosk, a display and their retries have a handful.
const MAX_CONNECTIONS: usize = 64;
/// A head that takes longer is not a client.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest head, in bytes.
const MAX_HEAD: usize = 16 * 1024;
/// How long requests under way may take after the stop: as long as the printers' jobs may, and a little more.
const GRACE: Duration = Duration::from_secs(10);
/// After a failed accept (no file descriptors left).
const BREATHER: Duration = Duration::from_millis(50);
/// Owner and group read and write.
const MODE: u32 = 0o660;

/// The socket could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Unbound {
    /// Another program answers there.
    #[error("{0}: another bridge answers here")]
    Taken(PathBuf),
    /// Something that is no socket stands there.
    #[error("{0}: there is something else here, and it is left alone")]
    NotASocket(PathBuf),
    /// It could not be made.
    #[error("cannot listen on {path}")]
    Io {
        /// The socket.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Binds the socket. One that a killed bridge left behind is replaced, when nobody answers there.
pub async fn bind(path: &Path) -> Result<UnixListener, Unbound> {
    let failed = |source| Unbound::Io { path: path.to_owned(), source };
    match std::fs::symlink_metadata(path) {
        Ok(there) if !there.file_type().is_socket() => return Err(Unbound::NotASocket(path.to_owned())),
        Ok(_) => {
            if UnixStream::connect(path).await.is_ok() {
                return Err(Unbound::Taken(path.to_owned()));
            }
            std::fs::remove_file(path).map_err(failed)?;
        }
        Err(_) => {}
    }
    // Bound under another name, so that nobody connects before the mode is right.
    let mut early = path.as_os_str().to_owned();
    early.push(format!(".{}", std::process::id()));
    let early = PathBuf::from(early);
    let _ = std::fs::remove_file(&early);
    let listener = UnixListener::bind(&early).map_err(failed)?;
    std::fs::set_permissions(&early, std::fs::Permissions::from_mode(MODE)).map_err(failed)?;
    std::fs::rename(&early, path).map_err(failed)?;
    Ok(listener)
}

/// Serves until `stop`, then lets requests under way end.
pub async fn serve(listener: UnixListener, router: Router, stop: CancellationToken) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let connections = TaskTracker::new();
    loop {
        let Ok(permit) = room.clone().acquire_owned().await else { break };
        let stream = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(BREATHER).await;
                    continue;
                }
            },
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()))
            .with_upgrades();
        let stop = stop.clone();
        connections.spawn(async move {
            let _permit = permit;
            let mut connection = std::pin::pin!(connection);
            // A client that breaks off is no fault of the bridge, so the results say nothing.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let listener = bind(&path).await.unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, MODE);
        assert!(matches!(bind(&path).await, Err(Unbound::Taken(_))));
        drop(listener);
        let again = bind(&path).await.unwrap();
        drop(again);
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, "mine").unwrap();
        assert!(matches!(bind(&path).await, Err(Unbound::NotASocket(_))));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        assert!(bind(&dir.path().join("no/such/folder")).await.is_err());
    }
}
