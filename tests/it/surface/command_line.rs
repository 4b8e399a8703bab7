//! The command line, as somebody who keeps the service meets it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use rugdekking::{
    model::{
        clock::testing::{Seeded, data_key, keyring},
        privacy::sealing::MasterKey,
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

/// Everything that `serve` needs, and what is right or wrong besides.
fn settings(home: &Path, more: &str) -> PathBuf {
    let key = data_key().write();
    let file = home.join("rugdekking.toml");
    let needed = format!(
        "data_key = '{}'\ndatabase_url = 'sqlite://{}/never.sqlite'\n\
         public_url = 'https://wacht.voorbeeld.nl'\n\
         [organisation]\nname = 'Enschede'\ncall_number = '+31534818181'\n\
         [twilio]\naccount_sid = 'AC1'\nauth_token = 't'\nfrom = '+3197010200000'\n",
        key.expose(),
        home.display()
    );
    fs::write(&file, needed + more).unwrap();
    file
}

async fn serve_with(more: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let file = settings(home.path(), more);
    let (well, told) = run(&["--config", file.to_str().unwrap(), "serve"], &[]).await;
    assert!(!well, "{told}");
    assert!(!home.path().join("never.sqlite").exists(), "nothing was begun: {told}");
    told
}

const SIGN_IN: &str =
    "[oidc]\nissuer = 'https://login.voorbeeld.nl'\nclient_id = 'w'\nclient_secret = 's'\n";
/// PEM, but no key.
const NO_KEY: &str = "[oidc]\nissuer = 'https://login.voorbeeld.nl'\nclient_id = 'w'\n\
    client_key = '-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----'\n";
const MAIL: &str = "[smtp]\nurl = 'smtp://mail.voorbeeld.nl'\nfrom = 'wacht@voorbeeld.nl'\n\
    authority = '/nowhere/authority.pem'\n";

#[tokio::test]
async fn a_fault_in_any_part_is_said_at_start_by_the_name_of_its_setting() {
    let no_key = NO_KEY.replace('\'', "\"");
    for (setting, part) in [
        ("addresses.url", "[addresses]\nurl = 'locatieserver'\n"),
        ("events.source", "[events]\nsource = 'rugdekking'\n"),
        ("events.type_prefix", "[events]\ntype_prefix = 'nl..voorbeeld'\n"),
        ("calendar.networks", "[calendar]\nnetworks = ['10.0.0.0/40']\n"),
        ("smtp.authority", MAIL),
    ] {
        let told = serve_with(&format!("{SIGN_IN}{part}")).await;
        assert!(told.starts_with(&format!("rugdekking: {setting}: ")), "{setting}: {told}");
        assert_eq!(told.lines().count(), 1, "and nothing else: {told}");
    }
    let told = serve_with(&no_key).await;
    assert!(told.starts_with("rugdekking: oidc.client_key: "), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    let several = format!("{no_key}{MAIL}[sip]\nserver = 'a b'\nuser = 'w'\n");
    let told = serve_with(&several).await;
    let named =
        |line: &str| line.trim_start_matches("rugdekking: ").split(':').next().map(String::from);
    let settings: Vec<_> = told.lines().filter_map(named).collect();
    assert_eq!(settings, ["sip", "smtp.authority", "oidc.client_key"], "{told}");
}

on_both!(url:
    without_a_key_nothing_starts,
    the_key_is_replaced_and_the_log_looked_after,
);
