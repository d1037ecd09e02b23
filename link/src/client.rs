//! HTTP requests over TCP, TLS or a Unix socket, which say whether a request that failed may have arrived.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::client::conn::http1::SendRequest;
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::ClientRequestBuilder;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// Longest answer, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

/// Bytes in both directions.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A WebSocket over any of them.
pub type Socket = WebSocketStream<Box<dyn Stream>>;

/// Where to connect.
#[derive(Debug, Clone)]
pub enum Address {
    /// `HOST:PORT`.
    Tcp(String),
    /// `HOST:PORT` with a certificate of this name.
    Tls(String, ServerName<'static>, Arc<ClientConfig>),
    /// A Unix socket.
    Unix(PathBuf),
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing was sent.
    #[error("no connection: {0}")]
    NotSent(String),
    /// It may have arrived.
    #[error("no answer: {0}")]
    Lost(String),
}

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Ask<'a> {
    /// `GET`, `POST` or `PUT`.
    pub method: Method,
    /// Below the root.
    pub path: &'a str,
    /// Further headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, or nothing.
    pub body: Bytes,
}

/// Status and body of an answer.
pub type Answered = (u16, Bytes);

/// The address in an `http://` or `https://` URL; `ca` is a file with the certificates that may vouch for the server.
pub fn address_of(url: &str, ca: Option<&Path>) -> Result<Address, String> {
    let wrong = || format!("{url:?} is no address such as https://hall.example:8443");
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let host = uri.host().ok_or_else(wrong)?;
    let at = |port: u16| format!("{host}:{}", uri.port_u16().unwrap_or(port));
    match uri.scheme_str() {
        Some("http") => Ok(Address::Tcp(at(80))),
        Some("https") => {
            let ca = ca.ok_or("an https:// address needs server_ca, the certificates that may vouch for it")?;
            let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|_| wrong())?;
            Ok(Address::Tls(at(443), name, Arc::new(trusting(ca)?)))
        }
        _ => Err(wrong()),
    }
}

fn trusting(ca: &Path) -> Result<ClientConfig, String> {
    let of_file = |error: &dyn std::fmt::Display| format!("{}: {error}", ca.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).map_err(|error| of_file(&error))? {
        // An authority that cannot be read vouches for nobody; the others still do.
        let _ = roots.add(certificate.map_err(|error| of_file(&error))?);
    }
    if roots.is_empty() {
        return Err(of_file(&"no certificate in it"));
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(host) | Self::Tls(host, ..) => f.write_str(host),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Address {
    fn host(&self) -> &str {
        match self {
            Self::Tcp(host) | Self::Tls(host, ..) => host,
            Self::Unix(_) => "localhost",
        }
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, Failure> {
        let connected = timeout(CONNECT, async {
            Ok::<Box<dyn Stream>, std::io::Error>(match self {
                Self::Tcp(host) => {
                    let stream = TcpStream::connect(host).await?;
                    stream.set_nodelay(true)?;
                    Box::new(stream)
                }
                Self::Tls(host, name, config) => {
                    let stream = TcpStream::connect(host).await?;
                    stream.set_nodelay(true)?;
                    Box::new(TlsConnector::from(config.clone()).connect(name.clone(), stream).await?)
                }
                Self::Unix(path) => Box::new(UnixStream::connect(path).await?),
            })
        });
        match connected.await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(Failure::NotSent(error.to_string())),
            Err(_) => Err(Failure::NotSent("it took too long".into())),
        }
    }

    /// Sends a request on a connection of its own and waits for its answer, so long at most.
    pub async fn ask(&self, ask: Ask<'_>, limit: Duration) -> Result<Answered, Failure> {
        Kept::new(self.clone()).ask(ask, limit).await
    }

    /// Opens a WebSocket.
    pub async fn socket(&self, path: &str, headers: Vec<(&'static str, String)>) -> Result<Socket, Failure> {
        let stream = self.connect().await?;
        let uri = format!("ws://{}{path}", self.host()).parse().map_err(|_| Failure::NotSent("bad path".into()))?;
        let request = headers
            .into_iter()
            .fold(ClientRequestBuilder::new(uri), |request, (name, value)| request.with_header(name, value));
        match timeout(CONNECT, tokio_tungstenite::client_async(request, stream)).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(error)) => Err(Failure::Lost(error.to_string())),
            Err(_) => Err(Failure::Lost("it took too long".into())),
        }
    }
}

/// A connection that is kept for the next request, one request at a time.
#[derive(Debug)]
pub struct Kept {
    address: Address,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<Result<(), hyper::Error>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Kept {
    /// Nothing is opened before the first request.
    pub fn new(address: Address) -> Self {
        Self { address, open: None }
    }

    /// Whether the next request finds an open connection. The server may have closed it meanwhile, unnoticed.
    pub fn is_open(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.sender.is_closed())
    }

    /// Sends a request and waits for its answer, so long at most. After a failure the next one opens anew.
    pub async fn ask(&mut self, ask: Ask<'_>, limit: Duration) -> Result<Answered, Failure> {
        let mut open = match self.open.take() {
            Some(open) if !open.sender.is_closed() => open,
            _ => {
                let stream = self.address.connect().await?;
                let not_sent = |error: hyper::Error| Failure::NotSent(error.to_string());
                let (sender, connection) =
                    hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(not_sent)?;
                Open { sender, driver: tokio::spawn(connection) }
            }
        };
        let mut request = Request::builder().method(ask.method).uri(ask.path).header("host", self.address.host());
        for (name, value) in ask.headers {
            request = request.header(name, value);
        }
        if !ask.body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(ask.body)).map_err(|error| Failure::NotSent(error.to_string()))?;
        let answered = timeout(limit, async {
            open.sender.ready().await.map_err(|error| error.to_string())?;
            let answer = open.sender.send_request(request).await.map_err(|error| error.to_string())?;
            let status = answer.status().as_u16();
            let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
            Ok::<_, String>((status, body.map_err(|error| error.to_string())?.to_bytes()))
        });
        let answered = match answered.await {
            Ok(answered) => answered.map_err(Failure::Lost)?,
            Err(_) => return Err(Failure::Lost("it took too long".into())),
        };
        self.open = Some(open);
        Ok(answered)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn addresses_are_read() {
        let tcp = |url: &str| match address_of(url, None) {
            Ok(Address::Tcp(host)) => host,
            other => panic!("{other:?}"),
        };
        assert_eq!(tcp("http://127.0.0.1:8080"), "127.0.0.1:8080");
        assert_eq!(tcp("http://hall.invalid/"), "hall.invalid:80");
        for wrong in ["127.0.0.1:8080", "ftp://x", "https://hall.invalid"] {
            assert!(address_of(wrong, None).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_server_is_believed_when_its_certificate_is_vouched_for() {
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let ca = dir.path().join("ca.pem");
        std::fs::write(&ca, certified.cert.pem()).unwrap();
        let key =
            tokio_rustls::rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
        let config = tokio_rustls::rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let Ok(stream) = acceptor.accept(stream).await else { continue };
                let service = hyper::service::service_fn(|_| async {
                    Ok::<_, std::convert::Infallible>(hyper::Response::new(Full::new(Bytes::from("hall"))))
                });
                let _ =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            }
        });
        let request = || Ask { path: "/", ..Ask::default() };
        let limit = Duration::from_secs(5);
        let known = address_of(&format!("https://localhost:{port}"), Some(&ca)).unwrap();
        assert_eq!(known.ask(request(), limit).await.unwrap(), (200, Bytes::from("hall")));
        // The same server under a name that its certificate does not have.
        let other = address_of(&format!("https://127.0.0.1:{port}"), Some(&ca)).unwrap();
        assert!(matches!(other.ask(request(), limit).await, Err(Failure::NotSent(_))));
        let stranger = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&ca, stranger.cert.pem()).unwrap();
        let unknown = address_of(&format!("https://localhost:{port}"), Some(&ca)).unwrap();
        assert!(matches!(unknown.ask(request(), limit).await, Err(Failure::NotSent(_))));
        serving.abort();
    }

    #[tokio::test]
    async fn what_was_not_sent_is_told_from_what_was_not_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = Address::Tcp(listener.local_addr().unwrap().to_string());
        let request = || Ask { path: "/", ..Ask::default() };
        let hang_up = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 512]).await;
        });
        let answer = address.ask(request(), Duration::from_secs(5)).await;
        assert!(matches!(answer, Err(Failure::Lost(_))), "{answer:?}");
        hang_up.await.unwrap();
        let answer = address.ask(request(), Duration::from_secs(5)).await;
        assert!(matches!(answer, Err(Failure::NotSent(_))), "{answer:?}");
    }
}
