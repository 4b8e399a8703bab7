//! Sees to it that a release is built again when the web app was, and tells the contract what our own names stand for.

use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    utoipa_config::Config::new()
        .alias_for("Instant", "chrono::DateTime<chrono::Utc>")
        .write_to_file();
    // A debug build reads the files when asked for them. Cargo watches only what exists.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        let _ = fs::create_dir_all("web/dist");
        println!("cargo::rerun-if-changed=web/dist");
    }
}
