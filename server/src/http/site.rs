//! How a request came: over which connection, from whose page, with which cookie.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, Method, header};

use super::{ApiError, App};

/// The connection of a request. Headers of proxies say nothing here: anybody can send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// Who is at the other end.
    pub peer: SocketAddr,
    /// Encrypted.
    pub tls: bool,
    /// Of the listener for visitors.
    pub public: bool,
}

impl Connection {
    /// That of a request.
    pub fn of(parts: &Parts) -> Self {
        Self::in_extensions(&parts.extensions)
    }

    /// Where the listener has put it; without one it is a test, and comes from nowhere.
    pub fn in_extensions(extensions: &Extensions) -> Self {
        let nowhere = (IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0).into();
        extensions.get().copied().unwrap_or(Self { peer: nowhere, tls: false, public: false })
    }
}

/// The cookie of a session. Under TLS it has a name that browsers give to no other host and no plain connection. Without
/// TLS it is a plain one: browsers differ in whether a `Secure` cookie may come over HTTP from this very machine
/// (Chromium takes it, Safari does not), and with `--plain-http` from another machine none of them takes it.
pub fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-paihao" } else { "paihao" }
}

/// `Set-Cookie` for a new session. It lives as long as the browser does; when the session ends is the server's affair.
pub fn set_cookie(tls: bool, secret: &str) -> String {
    let secure = if tls { "; Secure" } else { "" };
    format!("{}={secret}; Path=/{secure}; HttpOnly; SameSite=Strict", cookie_name(tls))
}

/// `Set-Cookie` that takes it away.
pub fn clear_cookie(tls: bool) -> String {
    format!("{}; Max-Age=0", set_cookie(tls, ""))
}

/// What the cookie says. Two of the same name were not both set by this server, so neither counts.
pub fn cookie<'a>(headers: &'a HeaderMap, tls: bool) -> Option<&'a str> {
    let name = cookie_name(tls);
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut found = values
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value): (&str, &'a str)| value);
    found.next().filter(|_| found.next().is_none())
}

/// Whose page sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// One of this server.
    Same,
    /// Somebody else's.
    Other,
    /// No page that says so: a program, or a very old browser.
    Unknown,
}

impl Site {
    /// Browsers say it in `Sec-Fetch-Site`, which no script can change; older ones say at least the origin.
    pub fn of(headers: &HeaderMap, tls: bool) -> Self {
        const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
        let origin = headers.get(header::ORIGIN).map(|origin| {
            let origin = origin.to_str().unwrap_or_default();
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let (scheme, of_origin) = origin.split_once("://").unwrap_or_default();
            // Behind a proxy that speaks TLS this side is plain.
            let scheme = if tls { scheme == "https" } else { matches!(scheme, "http" | "https") };
            scheme && !host.is_empty() && of_origin.eq_ignore_ascii_case(host)
        });
        let fetched = headers.get(SEC_FETCH_SITE).map(|site| site == "same-origin");
        match (fetched, origin) {
            (Some(false), _) | (_, Some(false)) => Self::Other,
            (Some(true), _) | (None, Some(true)) => Self::Same,
            (None, None) => Self::Unknown,
        }
    }
}

/// Whether a request of this method may change something.
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Lets a request through that no page of another site can have sent.
#[derive(Debug, Clone, Copy)]
pub struct NotForeign;

impl FromRequestParts<App> for NotForeign {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        match Site::of(&parts.headers, Connection::of(parts).tls) {
            Site::Other => Err(ApiError::foreign()),
            Site::Same | Site::Unknown => Ok(Self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in list {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_site_is_what_the_browser_says() {
        let host = ("host", "hall.example:8443");
        for (list, tls, site) in [
            (vec![host], true, Site::Unknown),
            (vec![host, ("sec-fetch-site", "same-origin")], true, Site::Same),
            (vec![host, ("sec-fetch-site", "same-site")], true, Site::Other),
            (vec![host, ("sec-fetch-site", "cross-site")], true, Site::Other),
            (vec![host, ("sec-fetch-site", "none")], true, Site::Other),
            (vec![host, ("sec-fetch-site", "")], true, Site::Other),
            (vec![host, ("origin", "https://hall.example:8443")], true, Site::Same),
            (vec![host, ("origin", "https://HALL.example:8443")], true, Site::Same),
            (vec![host, ("origin", "http://hall.example:8443")], true, Site::Other),
            (vec![host, ("origin", "http://hall.example:8443")], false, Site::Same),
            (vec![host, ("origin", "https://hall.example:8443")], false, Site::Same),
            (vec![host, ("origin", "https://hall.example")], true, Site::Other),
            (vec![host, ("origin", "null")], true, Site::Other),
            (vec![host, ("origin", "")], true, Site::Other),
            (vec![("origin", "https://")], true, Site::Other),
            (vec![host, ("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], true, Site::Other),
            (vec![host, ("sec-fetch-site", "cross-site"), ("origin", "https://hall.example:8443")], true, Site::Other),
        ] {
            assert_eq!(Site::of(&headers(&list), tls), site, "{list:?}");
        }
    }

    #[test]
    fn one_cookie_counts_and_two_do_not() {
        for (list, tls, found) in [
            (vec![("cookie", "paihao=abc")], false, Some("abc")),
            (vec![("cookie", "a=b; paihao=abc ;c=d")], false, Some("abc")),
            (vec![("cookie", "paihao=abc")], true, None),
            (vec![("cookie", "__Host-paihao=abc")], true, Some("abc")),
            (vec![("cookie", "__Host-paihao=abc")], false, None),
            (vec![("cookie", "paihao=abc; paihao=def")], false, None),
            (vec![("cookie", "paihao=abc"), ("cookie", "paihao=def")], false, None),
            (vec![("cookie", "paihao=")], false, None),
            (vec![("cookie", "paihao")], false, None),
            (vec![], false, None),
        ] {
            assert_eq!(cookie(&headers(&list), tls), found, "{list:?}");
        }
    }

    #[test]
    fn under_tls_the_cookie_has_the_name_that_browsers_protect() {
        assert_eq!(set_cookie(true, "x"), "__Host-paihao=x; Path=/; Secure; HttpOnly; SameSite=Strict");
        assert_eq!(set_cookie(false, "x"), "paihao=x; Path=/; HttpOnly; SameSite=Strict");
        assert!(clear_cookie(true).ends_with("; Max-Age=0"));
    }
}
