//! A hall that takes passages, for tests: it answers what it is told to, and remembers what it heard.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What it heard of passages, in order: the status it gave, and the body.
type Heard = Vec<(u16, Value)>;

/// See the module.
#[derive(Clone)]
pub struct Hall {
    /// `http://…`.
    pub url: String,
    answers: Arc<Mutex<VecDeque<u16>>>,
    heard: watch::Sender<Heard>,
    connections: Arc<Mutex<usize>>,
}

impl Hall {
    /// Answers so one after the other, then always 201.
    pub async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect()));
        let hall = Self { url, answers, heard: watch::channel(Vec::new()).0, connections: Arc::default() };
        let serving = hall.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *serving.connections.lock().unwrap() += 1;
                let hall = serving.clone();
                let service = service_fn(move |request| {
                    let hall = hall.clone();
                    async move { Ok::<_, Infallible>(hall.answer(request).await) }
                });
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        hall
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let is_it = request.method() == "POST" && request.uri().path() == "/api/v1/parking/passages";
        let token = request.headers().get("authorization").cloned();
        let body = request.into_body().collect().await.unwrap().to_bytes();
        // How the devices are is told to the same server.
        let status = if is_it {
            assert_eq!(token.unwrap(), "Bearer secret");
            let status = self.answers.lock().unwrap().pop_front().unwrap_or(201);
            self.heard.send_modify(|heard| heard.push((status, serde_json::from_slice(&body).unwrap())));
            status
        } else {
            204
        };
        let problem = "{\"type\":\"urn:paihao:unknown-lot\"}";
        let mut answer = Response::new(Full::new(problem.into()));
        *answer.status_mut() = status.try_into().unwrap();
        answer
    }

    /// What it has taken, when it is as many as that: the ids.
    pub async fn taken(&self, count: usize) -> Vec<Value> {
        let taken = |heard: &Heard| {
            heard.iter().filter(|(status, _)| *status < 300).map(|(_, body)| body.clone()).collect::<Vec<_>>()
        };
        let mut heard = self.heard.subscribe();
        let waited = tokio::time::timeout(Duration::from_secs(20), heard.wait_for(|heard| taken(heard).len() >= count));
        taken(&waited.await.expect("the hall hears of it").unwrap().clone())
    }

    /// Everything that it heard.
    pub fn heard(&self) -> Heard {
        self.heard.borrow().clone()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}
