//! A client of the public API, for `replay`, `demo` and load tests.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use protocol::{Health, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// How often a request is sent again, under the same key, when its answer was lost.
const TRIES: usize = 5;

/// See the module.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    token: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// Why a request gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ApiFailure {
    /// The server said no.
    #[error("{}: {}", .0.name(), .0.detail)]
    Problem(Box<Problem>),
    /// There was no answer that could be read.
    #[error("no answer from the server: {0}")]
    Broken(String),
}

impl ApiFailure {
    /// Whether it is this problem.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Self::Problem(problem) if problem.name() == name)
    }
}

impl Api {
    /// A client of the server at `base`, such as `http://127.0.0.1:8080`.
    pub fn new(base: &str, token: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { base: base.trim_end_matches('/').to_owned(), token: token.to_owned(), client }
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiFailure> {
        let (_, body) = self.request(Method::GET, path, None, Bytes::new()).await?;
        parse(&body)
    }

    /// Gives a command, once, however often the answer is lost; `None` for 204.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<Option<T>, ApiFailure> {
        self.command(Method::POST, path, body).await
    }

    /// The same by PUT, where the answer has a body.
    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ApiFailure> {
        let answer = self.command(Method::PUT, path, body).await?;
        answer.ok_or_else(|| ApiFailure::Broken("an answer without a body".to_owned()))
    }

    /// The same by PUT, where there is nothing to answer.
    pub async fn put_nothing(&self, path: &str, body: &impl Serialize) -> Result<(), ApiFailure> {
        self.command::<serde_json::Value>(Method::PUT, path, body).await.map(|_| ())
    }

    async fn command<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Option<T>, ApiFailure> {
        let key = Uuid::now_v7();
        let body: Bytes = serde_json::to_vec(body).map_err(|error| ApiFailure::Broken(error.to_string()))?.into();
        let mut tries = 1;
        loop {
            match self.request(method.clone(), path, Some(key), body.clone()).await {
                Ok((StatusCode::NO_CONTENT, _)) => return Ok(None),
                Ok((_, body)) => return parse(&body).map(Some),
                Err(ApiFailure::Broken(_)) if tries < TRIES => tries += 1,
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The server's own account of itself.
    pub async fn health(&self) -> Result<Health, ApiFailure> {
        self.get("/healthz").await
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        key: Option<Uuid>,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), ApiFailure> {
        let broken = |error: String| ApiFailure::Broken(error);
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {}", self.token));
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key.to_string());
        }
        let request = request.body(Full::new(body)).map_err(|error| broken(error.to_string()))?;
        let response = self.client.request(request).await.map_err(|error| broken(error.to_string()))?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(|error| broken(error.to_string()))?.to_bytes();
        if status.is_success() {
            return Ok((status, body));
        }
        match serde_json::from_slice(&body) {
            Ok(problem) => Err(ApiFailure::Problem(problem)),
            Err(_) => Err(broken(format!("status {status}"))),
        }
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiFailure> {
    serde_json::from_slice(body).map_err(|error| ApiFailure::Broken(error.to_string()))
}
