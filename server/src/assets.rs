//! The built pages: embedded in a release program, read from `web/dist` by a debug one.

/// Files of `web/dist`.
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web/dist"]
pub struct Assets;

/// Names the pages as built: another one after a reconnect means that a page should load itself again.
pub fn build() -> String {
    let index = Assets::get("index.html").map(|file| file.metadata.sha256_hash()).unwrap_or_default();
    let hex: String = index.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{hex}", env!("CARGO_PKG_VERSION"))
}
