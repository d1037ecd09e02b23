//! Has the crate compiled anew when a migration is added; the macro that embeds them sees changes to known files only.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
