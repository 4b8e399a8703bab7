//! The command line, as somebody who keeps the service meets it.

use std::process::Stdio;

use rugdekking::{
    model::{
        sealing::MasterKey,
        testing::{Seeded, data_key, keyring},
    },
    store::{Db, Error},
};
use tokio::process::Command;

use crate::support::{db::on_both, town::day::of_everything};

/// What it said, and whether it went well.
async fn run(arguments: &[&str], env: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rugdekking"))
        .args(arguments)
        .env_clear()
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn without_a_key_nothing_starts(url: String) {
    let database = ("RUGDEKKING_DATABASE_URL", url.as_str());
    let (well, told) = run(&["serve"], &[database]).await;
    assert!(!well && told.contains("data_key: is missing; give 32 bytes in base64"), "{told}");
    assert!(told.contains("oidc.issuer: is missing"), "all that is wrong, at once: {told}");
    let (well, told) = run(&["audit", "verify"], &[database]).await;
    assert!(!well && told.contains("data_key: is missing"), "{told}");
    let (well, made) = run(&["keys", "new"], &[]).await;
    assert!(well && MasterKey::read(made.trim()).is_some(), "a key and nothing else");
    assert_ne!(made, run(&["keys", "new"], &[]).await.1);
}

async fn the_key_is_replaced_and_the_log_looked_after(url: String) {
    let db = Db::open(&url, keyring()).await.unwrap();
    of_everything(db.clone()).await;
    let old = data_key().write().expose().to_owned();
    let new = MasterKey::generate(&Seeded::new(40)).write().expose().to_owned();
    let database = ("RUGDEKKING_DATABASE_URL", url.as_str());
    let (well, told) = run(&["audit", "verify"], &[database, ("RUGDEKKING_DATA_KEY", &old)]).await;
    assert!(well && told.starts_with("The access log is whole: "), "{told}");
    let (well, told) = run(&["audit", "verify"], &[database, ("RUGDEKKING_DATA_KEY", &new)]).await;
    assert!(!well && told.contains("sealed with another data_key"), "{told}");
    let both = [database, ("RUGDEKKING_DATA_KEY", &new), ("RUGDEKKING_OLD_DATA_KEYS", &old)];
    let (well, told) = run(&["keys", "rotate"], &both).await;
    assert!(well && told.contains("rows were sealed anew"), "{told}");
    let (well, told) = run(&["audit", "verify"], &[database, ("RUGDEKKING_DATA_KEY", &new)]).await;
    assert!(well, "{told}");
    let cut = db.write::<_, Error, _>(|tx| {
        Box::pin(async move { tx.query("delete from access_log where seq = 2").execute().await })
    });
    cut.await.unwrap();
    let (well, told) = run(&["audit", "verify"], &[database, ("RUGDEKKING_DATA_KEY", &new)]).await;
    assert!(!well && told.contains("broken: line 2 is missing"), "{told}");
    db.close().await;
}

on_both!(url:
    without_a_key_nothing_starts,
    the_key_is_replaced_and_the_log_looked_after,
);
