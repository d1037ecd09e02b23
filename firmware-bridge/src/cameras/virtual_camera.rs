//! A camera that is not there: it pushes what a real one of its family would, to the real port, and proves itself as the
//! settings say.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use drivers::camera::virtual_camera::{self, Push, Seen};
use http_body_util::Full;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, WWW_AUTHENTICATE};
use hyper::{Request, Response};
use jiff::Timestamp;
use protocol::bridge::lanes::Direction;

use super::digest::{self, Asked};
use super::{Camera, Cameras, door};
use crate::clock;
use crate::journal::entry::hex;
use crate::port::http::send;

/// How often it says that it lives, at most.
const BEAT: Duration = Duration::from_secs(15);

/// What is held before it. It prints nothing: there may be a plate in it.
pub struct Vehicle<'a> {
    /// Its plate, if it has one.
    pub plate: Option<&'a str>,
    /// Which way it goes, if the camera can tell.
    pub way: Option<Direction>,
    /// The camera's own number of the event.
    pub number: u64,
}

/// Lets it see a vehicle; the status that it was answered.
pub async fn see(cameras: &Cameras, camera: &Camera, vehicle: &Vehicle<'_>) -> io::Result<u16> {
    let device = device_of(camera);
    let (plate, way, number) = (vehicle.plate, vehicle.way, vehicle.number);
    let seen = Seen { device: &device, plate, way, number, at: now(), pictures: 0 };
    push(cameras, camera, virtual_camera::passage(camera.settings.family, &seen)).await
}

/// Says again and again that it lives.
pub async fn live(cameras: &Cameras, camera: &Camera) {
    let mut beats = tokio::time::interval(BEAT.min(camera.settings.silent / 3));
    beats.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        beats.tick().await;
        let beat = virtual_camera::heartbeat(camera.settings.family, &device_of(camera), now());
        if let Err(error) = push(cameras, camera, beat).await {
            tracing::debug!(camera = camera.settings.name, %error, "a virtual camera reaches nobody");
        }
    }
}

fn device_of(camera: &Camera) -> String {
    format!("virtual-{}", camera.settings.name)
}

fn now() -> Timestamp {
    Timestamp::from_second(clock::wall_s()).unwrap_or_default()
}

async fn push(cameras: &Cameras, camera: &Camera, push: Push) -> io::Result<u16> {
    let listening = cameras.listening.ok_or(io::ErrorKind::NotConnected)?;
    let to = SocketAddr::new(reachable(listening.ip()), listening.port());
    let login = camera.settings.login.as_ref().zip(camera.password.as_ref());
    // Who signs in is known by that at the maker's own path; others are known by their name.
    let path = match (push.path, login) {
        (Some(path), Some(_)) => path.to_owned(),
        (path, _) => format!("/cameras/{}{}", camera.settings.name, path.unwrap_or_default()),
    };
    let body = Bytes::from(push.body);
    let request = |authorization: Option<String>| {
        let mut request = Request::post(&path).header(HOST, to.to_string()).header(CONTENT_TYPE, &push.content_type);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(key) = &camera.key {
            let timestamp = clock::wall_s().to_string();
            let signature = hex(&door::signature_of(&key.0, &timestamp, &path, &body));
            request = request.header("x-paihao-timestamp", timestamp).header("x-paihao-signature", signature);
        }
        request.body(Full::new(body.clone())).map_err(io::Error::other)
    };
    let Some((login, password)) = login else { return Ok(send(to, request(None)?).await?.status().as_u16()) };
    let asked = Asked { method: "POST", uri: &path, bare: camera.settings.bare_digest };
    let password = password.text();
    if asked.bare {
        let bare = digest::bare_answer(&login.user, &password, asked);
        return Ok(send(to, request(Some(bare))?).await?.status().as_u16());
    }
    let first = send(to, request(None)?).await?;
    let header = challenge(&first).and_then(|challenge| digest::answer(challenge, &login.user, &password, asked));
    let Some(header) = header else { return Ok(first.status().as_u16()) };
    Ok(send(to, request(Some(header))?).await?.status().as_u16())
}

fn challenge(answer: &Response<Bytes>) -> Option<&str> {
    answer.headers().get(WWW_AUTHENTICATE).filter(|_| answer.status() == 401)?.to_str().ok()
}

/// An address of this machine that leads to the port.
fn reachable(listening: IpAddr) -> IpAddr {
    match listening {
        IpAddr::V4(any) if any.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(any) if any.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other,
    }
}
