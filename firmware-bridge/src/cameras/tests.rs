//! Cameras at the real port of a real bridge.

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use drivers::camera::Family;
use drivers::camera::virtual_camera::{Push, Seen, heartbeat, passage};
use futures_util::StreamExt as _;
use http_body_util::Full;
use hyper::{Request, Response};
use link::{Address, Ask};
use protocol::bridge::cameras::{Camera as View, Cameras as Views};
use protocol::bridge::{Device, DeviceState};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::bridge::{self, Options, Running};
use crate::passages::fake_hall::Hall;
use crate::port::http::{MAX_OF_ONE, send};

const LIMIT: Duration = Duration::from_secs(20);

const CAMERAS: &str = r#"
virtual_control = true

[server]
url = "URL"
token = "secret"
name = "bridge-1"

[camera_port]
listen = "127.0.0.1:0"

[[cameras]]
name = "vz"
family = "vz"
lot = "P1"
direction = "in"
addresses = ["127.0.0.1"]
opens_gate = true
virtual = true

[[cameras]]
name = "hik"
family = "hikvision"
lot = "P1"
lane = "south"
direction = "by-camera"
addresses = ["127.0.0.1"]
virtual = true

[[cameras]]
name = "dahua"
family = "dahua"
lot = "P1"
direction = "by-camera"
user = "dahua"
password_file = "DIR/password"
virtual = true

[[cameras]]
name = "bare"
family = "dahua"
lot = "P1"
direction = "out"
user = "bare"
password_file = "DIR/password"
addresses = ["127.0.0.1"]
bare_digest = true
virtual = true

[[cameras]]
name = "http"
family = "http"
lot = "P1"
direction = "by-camera"
key_file = "DIR/key"
virtual = true

[[cameras]]
name = "elsewhere"
family = "vz"
lot = "P1"
direction = "in"
addresses = ["192.0.2.1"]
"#;

struct Park {
    dir: PathBuf,
    port: SocketAddr,
    api: Address,
    running: Running,
    stop: CancellationToken,
}

impl Park {
    /// Without the signs of life of virtual cameras: they would be ready before anything was pushed.
    async fn start(dir: &tempfile::TempDir, hall: &Hall) -> Self {
        Self::with(dir, hall, |_| {}).await
    }

    async fn with(dir: &tempfile::TempDir, hall: &Hall, change: impl FnOnce(&mut settings::Settings)) -> Self {
        let dir = dir.path().to_owned();
        std::fs::write(dir.join("password"), "top secret\n").unwrap();
        std::fs::write(dir.join("key"), "0123456789abcdef\n").unwrap();
        let text = CAMERAS.replace("URL", &hall.url).replace("DIR", &dir.display().to_string());
        let mut settings = settings::parse("b.toml", &text).unwrap();
        change(&mut settings);
        let socket = dir.join("s");
        let stop = CancellationToken::new();
        let options = Options { socket: socket.clone(), data: dir.join("data"), settings };
        let running = bridge::start(options, stop.clone()).await.unwrap();
        let api = Address::Unix(socket);
        let views: Views = get(&api, "/v1/cameras").await;
        Self { dir, port: views.listening.unwrap().parse().unwrap(), api, running, stop }
    }

    async fn end(self) {
        self.stop.cancel();
        self.running.wait().await.unwrap();
    }

    async fn push(&self, path: &str, push: Push) -> Response<Bytes> {
        self.say(path, push, &[]).await
    }

    async fn say(&self, path: &str, push: Push, headers: &[(&str, &str)]) -> Response<Bytes> {
        let mut request = Request::post(path).header("host", "bridge").header("content-type", push.content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(self.port, request.body(Full::new(push.body.into())).unwrap()).await.unwrap()
    }

    async fn view(&self, name: &str) -> View {
        let views: Views = get(&self.api, "/v1/cameras").await;
        views.cameras.into_iter().find(|camera| camera.name == name).unwrap()
    }

    /// Waits until a camera is in that state.
    async fn is(&self, name: &str, state: DeviceState) {
        let mut live = self.api.socket("/v1/live", vec![]).await.unwrap();
        let waited = tokio::time::timeout(LIMIT, async {
            while let Some(message) = live.next().await {
                let message: Value = serde_json::from_str(message.unwrap().to_text().unwrap()).unwrap();
                let Ok(device) = serde_json::from_value::<Device>(message["device"].clone()) else { continue };
                if (device.kind, device.name.as_str(), device.state) == (DeviceKind::Camera, name, state) {
                    return;
                }
            }
            panic!("the bridge ended it");
        });
        waited.await.unwrap_or_else(|_| panic!("{name} is never {state:?}"));
    }

    async fn see(&self, name: &str, body: &str) -> Value {
        let path = format!("/v1/virtual/cameras/{name}/see");
        let ask = Ask { method: hyper::Method::POST, path: &path, headers: vec![], body: body.to_owned().into() };
        let (status, body) = self.api.ask(ask, LIMIT).await.unwrap();
        assert_eq!(status, 200, "{body:?}");
        serde_json::from_slice(&body).unwrap()
    }
}

async fn get<T: serde::de::DeserializeOwned>(api: &Address, path: &str) -> T {
    let (status, body) = api.ask(Ask { path, ..Ask::default() }, LIMIT).await.unwrap();
    assert_eq!(status, 200);
    serde_json::from_slice(&body).unwrap()
}

fn seen(plate: Option<&str>, number: u64) -> Seen<'_> {
    let at = jiff::Timestamp::from_second(clock::wall_s()).unwrap();
    Seen { device: "d-1", plate, way: Some(protocol::bridge::lanes::Direction::In), number, at, pictures: 1_000 }
}

fn vehicle(family: Family, plate: &str, number: u64) -> Push {
    passage(family, &seen(Some(plate), number))
}

fn problem(answer: &Response<Bytes>) -> (u16, String) {
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_slice(answer.body()).unwrap();
    let name = problem["type"].as_str().unwrap().rsplit(['/', ':']).next().unwrap().to_owned();
    (answer.status().as_u16(), name)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_virtual_camera_of_each_family_is_heard_by_the_hall_once() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    for (at, name) in ["vz", "hik", "dahua", "bare", "http"].into_iter().enumerate() {
        let answers = park.see(name, "{\"plate\":\"浙A12345\",\"direction\":\"in\",\"repeat\":3}").await;
        assert_eq!(answers["statuses"], serde_json::json!([200, 200, 200]), "{name}");
        let taken = hall.taken(at + 1).await;
        let last = &taken[at];
        assert_eq!((taken.len(), &last["plate"], &last["lot"]), (at + 1, &"浙A12345".into(), &"P1".into()), "{name}");
        assert_eq!(last["lane"], if name == "hik" { "south" } else { name });
        assert_eq!(last["direction"], if name == "bare" { "out" } else { "in" });
        assert_eq!(last["source"], if name == "http" { "http" } else { "camera" });
        let view = park.view(name).await;
        assert_eq!((view.passages, view.duplicates), (1, 2), "{name}");
        park.is(name, DeviceState::Ready).await;
    }
    park.is("elsewhere", DeviceState::Gone).await;
    // The camera says the same event on another day of its own: another number is another vehicle.
    let other = park.see("vz", "{\"vendor_id\":7}").await;
    assert_eq!(other["vendor_id"], 7);
    assert_eq!(hall.taken(6).await[5].get("plate"), None);
    assert_eq!(park.view("vz").await.without_plate, 1);
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_a_start_is_known_after_it() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let push = || vehicle(Family::Hikvision, "浙A12345", 7);
    assert_eq!(park.push("/cameras/hik", push()).await.status(), 200);
    assert_eq!(hall.taken(1).await.len(), 1);
    park.end().await;
    let park = Park::start(&dir, &hall).await;
    assert_eq!(park.push("/cameras/hik", push()).await.status(), 200);
    let view = park.view("hik").await;
    assert_eq!((view.passages, view.duplicates), (0, 1));
    // Ended before it was written down that the hall had taken it, the bridge tells it again, by the same name.
    let heard = hall.heard();
    assert!(heard.iter().all(|(_, passage)| passage["passage_id"] == heard[0].1["passage_id"]), "{heard:?}");
    for file in std::fs::read_dir(park.dir.join("data")).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(5).any(|part| part == b"12345"));
    }
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_the_password_comes_in_and_nobody_else() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let path = drivers::camera::dahua::TOLLGATE;
    let push = |number| vehicle(Family::Dahua, "浙A12345", number);
    let first = park.push(path, push(1)).await;
    assert_eq!(problem(&first), (401, "unauthenticated".into()));
    let challenges: Vec<&str> =
        first.headers().get_all("www-authenticate").iter().map(|header| header.to_str().unwrap()).collect();
    assert!(challenges[0].contains("MD5") && challenges[1].contains("SHA-256"), "{challenges:?}");
    let asked = digest::Asked { method: "POST", uri: path, bare: false };
    let answer = |user, password| digest::answer(challenges[0], user, password, asked).unwrap();
    for (user, password) in [("dahua", "wrong"), ("nobody", "top secret")] {
        let header = answer(user, password);
        let refused = park.say(path, push(1), &[("authorization", &header)]).await;
        assert_eq!(problem(&refused).0, 401, "{user}");
    }
    let header = answer("dahua", "top secret");
    assert_eq!(park.say(path, push(1), &[("authorization", &header)]).await.status(), 200);
    let again = park.say(path, push(2), &[("authorization", &header)]).await;
    assert_eq!(problem(&again).0, 401, "said again by somebody who listened");
    assert!(again.headers()["www-authenticate"].to_str().unwrap().contains("stale=true"));
    let other = digest::answer(challenges[1], "dahua", "top secret", asked).unwrap();
    let other = other.replace("nc=00000001", "nc=00000002");
    assert_eq!(problem(&park.say(path, push(3), &[("authorization", &other)]).await).0, 401, "the count is digested");
    let view = park.view("dahua").await;
    assert_eq!((view.passages, view.refused), (1, 3));
    assert_eq!(hall.taken(1).await.len(), 1);
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_listed_does_not_come_in() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let push = || vehicle(Family::Vz, "浙A12345", 1);
    assert_eq!(problem(&park.push("/cameras/elsewhere", push()).await), (403, "not-allowed".into()));
    assert_eq!(problem(&park.push("/cameras/nobody", push()).await), (404, "not-found".into()));
    assert_eq!(problem(&park.push("/", push()).await), (400, "invalid".into()), "two have this address");
    let get = Request::get("/cameras/vz").header("host", "bridge").body(Full::default()).unwrap();
    assert_eq!(problem(&send(park.port, get).await.unwrap()).0, 405);
    assert_eq!(park.view("elsewhere").await.refused, 1);
    park.is("elsewhere", DeviceState::Gone).await;
    assert!(hall.heard().is_empty());
    park.end().await;
    // Where one camera alone has the address, it needs no name.
    let park = Park::with(&dir, &hall, |settings| settings.cameras.retain(|camera| camera.name == "vz")).await;
    assert_eq!(park.push("/devicemanagement/php/plateresult.php", push()).await.status(), 200);
    park.end().await;
    let park = Park::with(&dir, &hall, |settings| settings.cameras.retain(|camera| camera.name == "elsewhere")).await;
    assert_eq!(problem(&park.push("/", push()).await).0, 403);
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_must_be_right_and_young() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let push = |number| vehicle(Family::Http, "浙A12345", number);
    let signed = |key: &[u8], at: i64, push: &Push| {
        let at = at.to_string();
        let signature = door::signature_of(key, &at, "/cameras/http", &push.body);
        (at, crate::journal::entry::hex(&signature))
    };
    let (key, now) = (b"0123456789abcdef".as_slice(), clock::wall_s());
    for (key, at, status) in
        [(key, now, 200), (b"another key, as long".as_slice(), now, 401), (key, now - 400, 401), (key, now + 400, 401)]
    {
        let push = push(at as u64);
        let (at, signature) = signed(key, at, &push);
        let headers = [("x-paihao-timestamp", at.as_str()), ("x-paihao-signature", signature.as_str())];
        assert_eq!(park.say("/cameras/http", push, &headers).await.status(), status);
    }
    assert_eq!(problem(&park.push("/cameras/http", push(9)).await).0, 401);
    let (at, signature) = signed(key, now, &push(8));
    let headers = [("x-paihao-timestamp", at.as_str()), ("x-paihao-signature", signature.as_str())];
    assert_eq!(problem(&park.say("/cameras/http", push(9), &headers).await).0, 401, "another body");
    assert_eq!(park.view("http").await.passages, 1);
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_and_counts_nothing() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let broken = |body: &str| Push { path: None, content_type: "application/json".into(), body: body.into() };
    for body in ["", "{", "[]", "{\"AlarmInfoPlate\":{\"result\":{\"PlateResult\":{\"license\":\"浙A12345\""] {
        let answer = park.push("/cameras/vz", broken(body)).await;
        assert_eq!(problem(&answer), (400, "invalid".into()), "{body}");
        assert!(!String::from_utf8_lossy(answer.body()).contains("12345"));
    }
    park.is("vz", DeviceState::Degraded).await;
    let beat = heartbeat(Family::Vz, "d-1", jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(park.push("/cameras/vz", beat).await.status(), 200);
    park.is("vz", DeviceState::Ready).await;
    let view = park.view("vz").await;
    assert_eq!((view.passages, view.unreadable), (0, 4));
    assert!(hall.heard().is_empty());
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_lifts_the_gate_only_where_the_settings_say_so() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    for opens in [true, false] {
        let park = Park::with(&dir, &hall, |settings| settings.cameras[0].opens_gate = opens).await;
        let answer = park.push("/cameras/vz", vehicle(Family::Vz, "浙A12345", 5)).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(answer["Response_AlarmInfoPlate"]["info"] == "ok", opens, "{answer}");
        park.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_eight_megabytes_is_taken_and_one_byte_more_is_not() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::start(&dir, &hall).await;
    let sized = |size: usize| {
        let head = "{\"AlarmInfoPlate\":{\"result\":{\"PlateResult\":{\"license\":\"浙A12345\",\"imageFile\":\"";
        let tail = "\"}}}}";
        let body = format!("{head}{}{tail}", "A".repeat(size - head.len() - tail.len()));
        Push { path: None, content_type: "application/json".into(), body: body.into() }
    };
    let over = park.push("/cameras/vz", sized(door::MAX_BODY + 1)).await;
    assert_eq!(problem(&over), (413, "too-large".into()));
    assert_eq!(park.push("/cameras/vz", sized(door::MAX_BODY)).await.status(), 200);
    // The same without a length.
    let mut stream = TcpStream::connect(park.port).await.unwrap();
    stream.write_all(b"POST /cameras/vz HTTP/1.1\r\nhost: b\r\ntransfer-encoding: chunked\r\n\r\n").await.unwrap();
    let chunk = [format!("{:x}\r\n", 65_536).into_bytes(), vec![b' '; 65_536], b"\r\n".to_vec()].concat();
    for _ in 0..=door::MAX_BODY / 65_536 {
        if stream.write_all(&chunk).await.is_err() {
            break;
        }
    }
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(park.view("vz").await.passages, 1);
    park.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_connections_leaves_room_for_others() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::with(&dir, &hall, |settings| {
        for camera in &mut settings.cameras {
            camera.is_virtual = false;
        }
    })
    .await;
    let mut crowd = Vec::new();
    for _ in 0..MAX_OF_ONE {
        crowd.push(TcpStream::connect(park.port).await.unwrap());
    }
    let mut one_more = TcpStream::connect(park.port).await.unwrap();
    let closed = tokio::time::timeout(LIMIT, one_more.read(&mut [0; 1])).await.expect("turned away");
    assert!(matches!(closed, Ok(0) | Err(_)));
    crowd.clear();
    // Those that went are noticed one after the other: a camera tries again, too.
    let mut tries = tokio::time::interval(Duration::from_millis(20));
    let came = tokio::time::timeout(LIMIT, async {
        loop {
            tries.tick().await;
            let push = vehicle(Family::Vz, "浙A12345", 1);
            let request = Request::post("/cameras/vz").header("host", "b").body(Full::new(push.body.into())).unwrap();
            if send(park.port, request).await.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
        }
    });
    came.await.expect("there is room again");
    park.end().await;
}

#[tokio::test(start_paused = true)]
async fn who_dribbles_a_head_is_dropped() {
    let listener = port::http::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let to = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let handler = |_, _| async { Response::new(Full::new(Bytes::new())) };
    tokio::spawn(port::http::serve(listener, handler, stop.clone()));
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(b"POST /cameras/vz HTTP/1.1\r\nhost").await.unwrap();
    let began = Instant::now();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    assert!(began.elapsed() <= port::http::HEAD_TIMEOUT + Duration::from_secs(1), "{:?}", began.elapsed());
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_says_nothing_is_gone() {
    let (dir, hall) = (tempfile::tempdir().unwrap(), Hall::start(&[]).await);
    let park = Park::with(&dir, &hall, |settings| {
        for camera in &mut settings.cameras {
            (camera.silent, camera.is_virtual) = (Duration::from_millis(400), false);
        }
    })
    .await;
    park.is("hik", DeviceState::Gone).await;
    let beat = || heartbeat(Family::Hikvision, "d-1", jiff::Timestamp::UNIX_EPOCH);
    for _ in 0..2 {
        // Listening first: it may be gone again before one looks.
        let (ready, pushed) = tokio::join!(park.is("hik", DeviceState::Ready), async {
            let mut beats = tokio::time::interval(Duration::from_millis(100));
            for _ in 0..5 {
                beats.tick().await;
                assert_eq!(park.push("/cameras/hik", beat()).await.status(), 200);
            }
        });
        let ((), ()) = (ready, pushed);
        park.is("hik", DeviceState::Gone).await;
    }
    assert_eq!(park.view("hik").await.heartbeats, 10);
    park.end().await;
}
