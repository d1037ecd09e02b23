//! What becomes of a push: who sent it, whether it may, what it says, and what the sender hears.
//!
//! | path | who |
//! |---|---|
//! | `/cameras/{name}`, and anything below it | that camera |
//! | anything else, with an HTTP digest | the camera of that user |
//! | `/NotificationInfo/…` | the one camera of Dahua that has the sender's address |
//! | anything else | the one other camera that has the sender's address |
//!
//! Refusals are problems (RFC 9457). None of them quotes what was pushed.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use drivers::camera::{self, Family, Kind};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::{Method, Request, Response, StatusCode};
use protocol::Problem;
use sha2::Sha256;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::digest::{Asked, Checked, same, user_of};
use super::{Camera, Cameras, passage};
use crate::clock;
use crate::passages::Entered;
use crate::passages::seal::unhex;
use crate::port::http::Answer;

/// Largest body, in bytes: two pictures of 4 MB, or one in base64.
pub const MAX_BODY: usize = 8 * 1024 * 1024;
/// How long a body may take.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(20);
/// All bodies at one time, in bytes: a Raspberry Pi has other things to remember.
const MAX_BODIES: usize = 64 * 1024 * 1024;
/// How long a push may wait for that room.
const ROOM_TIMEOUT: Duration = Duration::from_secs(5);
/// A body that is larger is read where it keeps nobody from being answered.
const MUCH: usize = 256 * 1024;
/// How far the clock of a signature may be off, in seconds.
const SIGNED_S: u64 = 300;
/// Where cameras of Dahua push to.
const DAHUA: &str = "/NotificationInfo/";
/// Where cameras are named.
const NAMED: &str = "/cameras/";

/// Room for bodies, in KiB.
static ROOM: Semaphore = Semaphore::const_new(MAX_BODIES / 1024);

/// Why a push was not taken.
struct Refusal {
    status: u16,
    name: &'static str,
    detail: String,
    challenges: Vec<String>,
}

impl Refusal {
    fn new(status: u16, name: &'static str, detail: impl Into<String>) -> Self {
        Self { status, name, detail: detail.into(), challenges: Vec::new() }
    }

    fn not_allowed() -> Self {
        Self::new(403, "not-allowed", "this address may not push for this camera: addresses in the bridge's settings")
    }

    fn answer(self) -> Answer {
        let body = serde_json::to_vec(&Problem::new(self.status, self.name, self.detail)).unwrap_or_default();
        let mut answer = Response::new(Full::new(body.into()));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        for challenge in self.challenges {
            headers.extend(HeaderValue::from_str(&challenge).ok().map(|challenge| (WWW_AUTHENTICATE, challenge)));
        }
        if self.status == 503 {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        answer
    }
}

/// The head of a push, as text.
struct Head {
    method: Method,
    path: String,
    uri: String,
    content_type: String,
    authorization: Option<String>,
    timestamp: Option<String>,
    signature: Option<String>,
}

impl Head {
    fn of(request: &Request<Incoming>) -> Self {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let uri = request.uri();
        Self {
            method: request.method().clone(),
            path: uri.path().to_owned(),
            uri: uri.path_and_query().map_or("/", |at| at.as_str()).to_owned(),
            content_type: text(CONTENT_TYPE.as_str()).unwrap_or_default(),
            authorization: text(AUTHORIZATION.as_str()),
            timestamp: text("x-paihao-timestamp"),
            signature: text("x-paihao-signature"),
        }
    }
}

impl Cameras {
    /// Takes a push, and answers when what it says is in the outbox.
    pub async fn push(&self, peer: IpAddr, request: Request<Incoming>) -> Answer {
        let head = Head::of(&request);
        match self.take(peer, &head, request.into_body()).await {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer(),
        }
    }

    async fn take(&self, peer: IpAddr, head: &Head, body: Incoming) -> Result<Answer, Refusal> {
        if head.method != Method::POST {
            return Err(Refusal::new(405, "method-not-allowed", "cameras push with POST"));
        }
        let camera = match self.who(peer, head) {
            Ok(camera) => camera,
            Err(refusal) => return Err(drained(refusal, body).await),
        };
        if let Err(refusal) = self.may(&camera, peer, head) {
            // To ask for a challenge is no fault.
            let tried = refusal.challenges.is_empty() || head.authorization.is_some();
            camera.counts.refused.fetch_add(u64::from(tried), Relaxed);
            return Err(drained(refusal, body).await);
        }
        let (body, _room) = whole(body).await?;
        if let Err(refusal) = signed(&camera, head, &body) {
            camera.counts.refused.fetch_add(1, Relaxed);
            return Err(refusal);
        }
        self.said(&camera, head, body).await
    }

    /// The camera that pushes.
    fn who(&self, peer: IpAddr, head: &Head) -> Result<Arc<Camera>, Refusal> {
        if let Some(rest) = head.path.strip_prefix(NAMED) {
            let name = rest.split('/').next().unwrap_or_default();
            let unknown = || Refusal::new(404, "not-found", "no camera of the bridge's settings has this name");
            return self.named(name).cloned().ok_or_else(unknown);
        }
        if let Some(user) = head.authorization.as_deref().and_then(user_of) {
            let is_it = |camera: &&Arc<Camera>| camera.settings.login.as_ref().is_some_and(|login| login.user == user);
            return self.all.iter().find(is_it).cloned().ok_or_else(|| self.challenge(false));
        }
        // Who signs in or signs is known by that, and by an address alone only where one camera may be meant.
        let is_dahua = head.path.starts_with(DAHUA);
        let may_be = |camera: &&Arc<Camera>| {
            let settings = &camera.settings;
            let is_open = settings.login.is_none() && settings.key_file.is_none();
            is_open && settings.addresses.contains(&peer) && (settings.family == Family::Dahua) == is_dahua
        };
        let mut there = self.all.iter().filter(may_be);
        match (there.next(), there.next()) {
            (Some(camera), None) => Ok(camera.clone()),
            (Some(_), Some(_)) => {
                let detail = "several cameras have this address: push to /cameras/NAME, or with HTTP digest";
                Err(Refusal::new(400, "invalid", detail))
            }
            (None, _) if self.all.iter().any(|camera| camera.settings.login.is_some()) => Err(self.challenge(false)),
            (None, _) => Err(Refusal::not_allowed()),
        }
    }

    fn challenge(&self, stale: bool) -> Refusal {
        let challenges = self.digests.challenges(stale, clock::wall_s()).to_vec();
        let detail = "HTTP digest with the user and the password of the bridge's settings";
        Refusal { challenges, ..Refusal::new(401, "unauthenticated", detail) }
    }

    /// Whether it may: as far as the head can say.
    fn may(&self, camera: &Camera, peer: IpAddr, head: &Head) -> Result<(), Refusal> {
        let settings = &camera.settings;
        if !settings.addresses.is_empty() && !settings.addresses.contains(&peer) {
            return Err(Refusal::not_allowed());
        }
        let (Some(login), Some(password)) = (&settings.login, &camera.password) else { return Ok(()) };
        let header = head.authorization.as_deref().unwrap_or_default();
        let asked = Asked { method: head.method.as_str(), uri: &head.uri, bare: settings.bare_digest };
        match self.digests.check(header, &login.user, &password.text(), asked, clock::wall_s()) {
            Checked::Good => Ok(()),
            Checked::Stale => Err(self.challenge(true)),
            Checked::Wrong => Err(self.challenge(false)),
        }
    }

    /// Does what a push says.
    async fn said(&self, camera: &Arc<Camera>, head: &Head, body: Bytes) -> Result<Answer, Refusal> {
        let (settings, size) = (&camera.settings, body.len());
        let (family, opens_gate) = (settings.family, settings.opens_gate);
        let (path, content_type) = (head.path.clone(), head.content_type.clone());
        let read = move || {
            let request = camera::Request { path: &path, content_type: &content_type, body };
            camera::read(family, &request).map(|sighting| {
                let answer = camera::Answer { opens_gate, serial: &[] };
                let reply = camera::reply(family, &request, &sighting, answer);
                (sighting, reply)
            })
        };
        let read = if size > MUCH {
            let failed = |_| Refusal::new(500, "internal", "the bridge is at fault");
            tokio::task::spawn_blocking(read).await.map_err(failed)?
        } else {
            read()
        };
        let on_disk = self.outbox.status().on_disk;
        let (sighting, reply) = read.map_err(|error| {
            camera.counts.unreadable.fetch_add(1, Relaxed);
            camera.heard(size, false, on_disk);
            tracing::debug!(camera = settings.name, %error, "a push that cannot be read");
            Refusal::new(400, "invalid", format!("no push of a {} camera: {error}", family.name()))
        })?;
        match sighting.kind {
            Kind::Heartbeat => camera.counts.heartbeats.fetch_add(1, Relaxed),
            Kind::Other => camera.counts.others.fetch_add(1, Relaxed),
            Kind::Passage => {
                let mut unique = [0; 16];
                // Without randomness two vehicles without plate and id within one second would be one.
                if getrandom::fill(&mut unique).is_err() {
                    unique[..8].copy_from_slice(&clock::wall_s().to_be_bytes());
                }
                let unique = u128::from_be_bytes(unique);
                let seal = &self.outbox.seal;
                let new = passage::of(settings, &self.time_zone, &sighting, seal, clock::wall_s(), unique);
                match self.outbox.enter(new).await {
                    Entered::New => {
                        camera.counts.without_plate.fetch_add(u64::from(sighting.plate.is_none()), Relaxed);
                        camera.counts.passages.fetch_add(1, Relaxed)
                    }
                    Entered::Known => camera.counts.duplicates.fetch_add(1, Relaxed),
                    // The camera keeps it and says it again.
                    Entered::Full => {
                        return Err(Refusal::new(503, "storage-full", "there is no room for another passage"));
                    }
                }
            }
        };
        camera.heard(size, true, self.outbox.status().on_disk);
        let mut answer = Response::new(Full::new(reply.body.into()));
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
        Ok(answer)
    }
}

/// The refusal, when the sender has been heard out: many a camera reads no answer before it has said everything.
async fn drained(refusal: Refusal, mut body: Incoming) -> Refusal {
    let all = async {
        let mut size = 0;
        while let Some(Ok(frame)) = body.frame().await {
            size += frame.data_ref().map_or(0, Bytes::len);
            if size > 2 * MAX_BODY {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(BODY_TIMEOUT, all).await;
    refusal
}

fn too_large() -> Refusal {
    Refusal::new(413, "too-large", format!("a push has at most {MAX_BODY} bytes"))
}

/// The whole body, and the room that it takes.
async fn whole(body: Incoming) -> Result<(Bytes, SemaphorePermit<'static>), Refusal> {
    let says = body.size_hint().exact();
    if says.is_some_and(|size| size > MAX_BODY as u64) {
        return Err(drained(too_large(), body).await);
    }
    let size = says.map_or(MAX_BODY, |size| size as usize);
    let room = tokio::time::timeout(ROOM_TIMEOUT, ROOM.acquire_many(size.div_ceil(1024).max(1) as u32)).await;
    let Ok(Ok(room)) = room else {
        return Err(Refusal::new(503, "unavailable", "too many pushes at one time"));
    };
    let read = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await;
    match read {
        Ok(Ok(body)) => Ok((body.to_bytes(), room)),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Refusal::new(400, "invalid", "the body broke off")),
        Err(_) => Err(Refusal::new(408, "timeout", "the body took too long")),
    }
}

/// Whether a camera with a key has signed what it pushes: timestamp, method, path and body, each on a line of its own.
fn signed(camera: &Camera, head: &Head, body: &[u8]) -> Result<(), Refusal> {
    let Some(key) = &camera.key else { return Ok(()) };
    let refused = |detail: &str| Refusal::new(401, "unauthenticated", detail);
    let missing = || refused("X-Paihao-Timestamp (seconds since 1970) and X-Paihao-Signature (hexadecimal) are needed");
    let timestamp = head.timestamp.as_deref().ok_or_else(missing)?;
    let signature = head.signature.as_deref().and_then(unhex).ok_or_else(missing)?;
    let at: i64 = timestamp.parse().map_err(|_| missing())?;
    if at.abs_diff(clock::wall_s()) > SIGNED_S {
        return Err(refused("the timestamp is more than 300 seconds off: look at the clocks"));
    }
    if !same(&signature_of(&key.0, timestamp, &head.uri, body), &signature) {
        return Err(refused("the signature is wrong"));
    }
    Ok(())
}

/// The signature of a push.
pub(super) fn signature_of(key: &[u8], timestamp: &str, uri: &str, body: &[u8]) -> Vec<u8> {
    // Every length of key is a good one for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    for part in [timestamp.as_bytes(), b"\nPOST\n", uri.as_bytes(), b"\n", body] {
        mac.update(part);
    }
    mac.finalize().into_bytes().to_vec()
}
