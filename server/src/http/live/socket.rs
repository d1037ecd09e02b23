//! A WebSocket for many that are open and mostly silent, and for texts that all of them get.
//!
//! Reading, pings and the end are tungstenite's. Texts go past it, straight from the one copy that all sockets share: its
//! buffer would copy each, and keep the room of the largest, a snapshot, for as long as the socket is open.

use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker, ready};

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::task::AtomicWaker;
use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWrite;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::live::MAX_MESSAGE;

/// Frames that go into one write.
const AT_ONCE: usize = 16;
/// Clients say little: a socket that waits costs a few KiB and not 130.
const READ_BUFFER: usize = 1024;

/// A request to open a WebSocket (RFC 6455, section 4.2).
pub struct Upgrade {
    on_upgrade: OnUpgrade,
    accept: HeaderValue,
}

impl Upgrade {
    /// Finds it in a request; `None` when it is something else.
    pub fn of(parts: &mut Parts) -> Option<Self> {
        let opens = parts.method == Method::GET
            && names(&parts.headers, &header::CONNECTION, "upgrade")
            && names(&parts.headers, &header::UPGRADE, "websocket")
            && names(&parts.headers, &header::SEC_WEBSOCKET_VERSION, "13");
        let key = parts.headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| opens)?;
        let accept = derive_accept_key(key.as_bytes()).try_into().ok()?;
        Some(Self { accept, on_upgrade: parts.extensions.remove()? })
    }

    /// The answer that opens it.
    pub fn answer(&self) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, self.accept.clone());
        answer
    }

    /// The socket, once the answer is sent; `None` when the client has gone.
    pub async fn socket(self) -> Option<Socket> {
        let stream = TokioIo::new(self.on_upgrade.await.ok()?);
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let inner = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Some(Socket { inner, heard: Arc::default(), answers: false })
    }
}

/// Whether a header has this word among its values.
fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(word))
}

/// See the module.
#[derive(Debug)]
pub struct Socket {
    inner: WebSocketStream<TokioIo<Upgraded>>,
    heard: Arc<Heard>,
    /// Part of an answer to a ping may be held back.
    answers: bool,
}

/// Says whether the client has sent something since it was last looked at. A frame wakes thousands of sockets of which
/// none has anything to read, and looking costs as much as the frame.
#[derive(Debug)]
struct Heard {
    something: AtomicBool,
    task: AtomicWaker,
}

impl Default for Heard {
    fn default() -> Self {
        Self { something: AtomicBool::new(true), task: AtomicWaker::new() }
    }
}

impl Wake for Heard {
    fn wake(self: Arc<Self>) {
        self.something.store(true, Ordering::Release);
        self.task.wake();
    }
}

impl Socket {
    /// The next message; `None` at the end.
    pub async fn recv(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|context| self.poll_recv(context)).await
    }

    /// The next message; `None` at the end.
    pub fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Message, Error>>> {
        self.heard.task.register(context.waker());
        if !self.heard.something.swap(false, Ordering::AcqRel) {
            return Poll::Pending;
        }
        let waker = Waker::from(self.heard.clone());
        let polled = self.inner.poll_next_unpin(&mut Context::from_waker(&waker));
        if let Poll::Ready(message) = &polled {
            // There may be more.
            self.heard.something.store(true, Ordering::Release);
            self.answers |= matches!(message, Some(Ok(Message::Ping(_))));
        }
        polled
    }

    /// Sends a ping or the end.
    pub async fn control(&mut self, message: Message) -> Result<(), Error> {
        self.inner.send(message).await
    }

    /// Sends whole frames. Given up halfway, the socket is of no more use.
    pub async fn frames(&mut self, frames: &[Bytes]) -> Result<(), Error> {
        let mut sent = 0;
        poll_fn(|context| {
            ready!(self.poll_flush(context))?;
            self.poll_frames(context, &frames.iter(), &mut sent)
        })
        .await?;
        poll_fn(|context| self.poll_flush(context)).await
    }

    /// Whether part of an answer to a ping may be held back; it has to be flushed before a frame.
    pub fn has_answers(&self) -> bool {
        self.answers
    }

    /// Writes what comes after the first `sent` bytes of whole frames, and counts them there.
    pub fn poll_frames<'a>(
        &mut self,
        context: &mut Context<'_>,
        frames: &(impl Iterator<Item = &'a Bytes> + Clone),
        sent: &mut usize,
    ) -> Poll<Result<(), Error>> {
        poll_send(Pin::new(self.inner.get_mut()), context, frames, sent).map_err(Error::from)
    }

    /// Sends what is held back on the way.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        if self.answers {
            ready!(self.inner.poll_flush_unpin(context))?;
            self.answers = false;
        }
        Pin::new(self.inner.get_mut()).poll_flush(context).map_err(Error::from)
    }
}

/// Writes what comes after the first `sent` bytes.
fn poll_send<'a, W: AsyncWrite>(
    mut stream: Pin<&mut W>,
    context: &mut Context<'_>,
    frames: &(impl Iterator<Item = &'a Bytes> + Clone),
    sent: &mut usize,
) -> Poll<io::Result<()>> {
    loop {
        let mut slices = [IoSlice::new(&[]); AT_ONCE];
        let (mut count, mut skip) = (0, *sent);
        for frame in frames.clone() {
            if skip >= frame.len() {
                skip -= frame.len();
            } else if let Some(slice) = slices.get_mut(count) {
                *slice = IoSlice::new(&frame[skip..]);
                (count, skip) = (count + 1, 0);
            } else {
                break;
            }
        }
        let written = match &slices[..count] {
            [] => return Poll::Ready(Ok(())),
            // Mostly there is one, and the kernel takes it more cheaply than a list.
            [one] => stream.as_mut().poll_write(context, one),
            several => stream.as_mut().poll_write_vectored(context, several),
        };
        match ready!(written)? {
            0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            written => *sent += written,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::wire;

    /// Takes a few bytes at a time, and now and then none.
    struct Narrow {
        taken: Vec<u8>,
        turn: usize,
    }

    impl AsyncWrite for Narrow {
        fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
            self.turn += 1;
            if self.turn.is_multiple_of(3) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            let count = bytes.len().min(self.turn % 7 + 1);
            self.taken.extend_from_slice(&bytes[..count]);
            Poll::Ready(Ok(count))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn frames_arrive_whole_through_a_narrow_stream() {
        let texts: Vec<Bytes> = [0, 1, 125, 126, 300, 65_535, 65_536].map(|length| vec![b'x'; length].into()).to_vec();
        let frames: Vec<_> = texts.iter().map(|text| wire(text)).collect();
        let mut stream = Narrow { taken: Vec::new(), turn: 0 };
        let mut sent = 0;
        poll_fn(|context| poll_send(Pin::new(&mut stream), context, &frames.iter(), &mut sent)).await.unwrap();
        let mut client = WebSocketStream::from_raw_socket(io::Cursor::new(stream.taken), Role::Client, None).await;
        for text in &texts {
            assert_eq!(client.next().await.unwrap().unwrap().into_data(), *text);
        }
        assert!(client.next().await.is_none_or(|end| end.is_err()));
    }

    #[test]
    fn headers_name_what_they_want() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONNECTION, HeaderValue::from_static("keep-alive, Upgrade"));
        assert!(names(&headers, &header::CONNECTION, "upgrade"));
        assert!(!names(&headers, &header::CONNECTION, "up"));
        assert!(!names(&headers, &header::UPGRADE, "websocket"));
    }
}
