//! Who may sign in, and the directory, in the configuration.

use super::*;

#[test]
fn a_client_proves_itself_by_its_secret() {
    let oidc = "[oidc]\nissuer = 'https://login.nl/'\nclient_id = 'watch'\n";
    let read = load(&format!("{oidc}client_secret = 's'"), &[]).oidc.unwrap();
    assert_eq!(read.client_secret, Some(Secret::new("s")));
    assert_eq!(read.audience, "watch");
    assert_eq!(read.scopes, ["openid", "profile", "email"]);
    assert_eq!(faulty(oidc, &[]), ["oidc.client_secret"]);
    for everybody in ["common", "organizations", "consumers"] {
        let entra = format!("https://login.microsoftonline.com/{everybody}/v2.0");
        let oidc = format!("[oidc]\nissuer = '{entra}'\nclient_id = 'w'\nclient_secret = 's'");
        assert_eq!(faulty(&oidc, &[]), ["oidc.issuer"], "{everybody}");
    }
}

#[test]
fn a_client_proves_itself_by_a_key_in_place_of_a_secret() {
    let oidc = "[oidc]\nissuer = 'https://login.nl/'\nclient_id = 'watch'\n";
    let key = format!("{oidc}client_key = '-----BEGIN PRIVATE KEY-----'\n");
    let read = load(&format!("{key}client_algorithm = 'PS256'\ngives_roles = true"), &[]);
    let read = read.oidc.unwrap();
    assert_eq!((read.client_secret, read.gives_roles), (None, true));
    assert_eq!(read.client_key.unwrap().algorithm.as_deref(), Some("PS256"));
    assert_eq!(faulty(&format!("{key}client_algorithm = 'HS256'"), &[]), ["oidc.client_algorithm"]);
    assert_eq!(faulty(&format!("{oidc}client_key = 'hush'"), &[]), ["oidc.client_key"]);
    let alone = format!("{oidc}client_secret = 's'\nclient_key_id = 'k'");
    assert_eq!(faulty(&alone, &[]), ["oidc.client_key"]);
}

#[test]
fn the_directory_shows_a_token_that_nobody_guesses() {
    assert_eq!(load("", &[]).scim, None);
    let long = "x".repeat(32);
    assert_eq!(load(&format!("[scim]\ntoken = '{long}'"), &[]).scim.unwrap().token.expose(), long);
    assert_eq!(faulty("[scim]\ntoken = 'short'", &[]), ["scim.token"]);
}
