//! The built pages: embedded in a release program, read from `web/dist` by a debug one. Knows no HTTP; whoever serves a file
//! adds the headers that stand in it.

use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/dist"]
struct Dist;

/// What a page may load and where it may send (Content-Security-Policy): its own origin, and nothing inline.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; media-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// A file of `web/dist`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`: the names of built files hold a hash of their content, pages are looked for anew.
    pub cache_control: &'static str,
}

/// The file at a path below `web/dist`, such as `kiosk.html` or `assets/kiosk-1a2b3c.js`; `None` when there is none.
pub fn file(path: &str) -> Option<File> {
    let bytes = Dist::get(path)?.data;
    let content_type = match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("mp3") => "audio/mpeg",
        Some("ogg" | "opus") => "audio/ogg",
        Some("wav") => "audio/wav",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    };
    let cache_control = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    Some(File { bytes, content_type, cache_control })
}

/// Names the pages as built: another one after a reconnect means that a page should load itself again.
pub fn build() -> String {
    let mut paths: Vec<_> = Dist::iter().filter(|path| path.ends_with(".html")).collect();
    paths.sort_unstable();
    // FNV-1a over the hashes of the pages, each of which names its scripts by their hashes.
    let digest = paths
        .iter()
        .filter_map(|path| Dist::get(path))
        .flat_map(|file| file.metadata.sha256_hash())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{}-{digest:016x}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_and_named() {
        let page = file("index.html").unwrap();
        assert_eq!((page.content_type, page.cache_control), ("text/html; charset=utf-8", "no-cache"));
        assert!(file("../Cargo.toml").is_none() && file("nothing.html").is_none());
        assert!(build().len() > 16);
    }
}
