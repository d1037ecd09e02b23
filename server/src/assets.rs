//! The built pages: embedded in a release program, read from `web/dist` by a debug one.

/// Files of `web/dist`.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/dist"]
pub struct Assets;

/// Names the pages as built: another one after a reconnect means that a page should load itself again.
pub fn build() -> String {
    let index = Assets::get("index.html").map_or([0; 32], |file| file.metadata.sha256_hash());
    format!("{}-{}", env!("CARGO_PKG_VERSION"), crate::secret::hex(&index[..6]))
}
