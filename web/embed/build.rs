//! The programs hold the pages: without them they are not built.

fn main() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/dist/index.html");
    println!("cargo::rerun-if-changed={pages}");
    if !std::path::Path::new(pages).exists() {
        println!("cargo::error=web/dist is missing: run `make web` (or `npm ci && npm run build` in web/) first");
    }
}
