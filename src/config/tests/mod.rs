//! The configuration, as somebody who runs the service meets it.

mod identity;
mod sip;

use std::{any::Any, fs, path::PathBuf};

use tempfile::TempDir;

use super::*;
use crate::{
    carrier::{
        providers::kpn::KpnConfig, providers::smtp::SmtpSettings, providers::twilio::TwilioConfig,
    },
    model::input::settings::SettingKind,
};

const DOCUMENT: &str = include_str!("../../../docs/configuration.md");
const EXAMPLE: &str = include_str!("../../../rugdekking.example.toml");

struct Given {
    dir: TempDir,
    file: PathBuf,
    env: Vec<(String, String)>,
}

fn given(toml: &str, env: &[(&str, &str)]) -> Given {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("rugdekking.toml");
    fs::write(&file, toml).unwrap();
    let own = |(k, v): &(&str, &str)| ((*k).to_owned(), (*v).to_owned());
    Given { dir, file, env: env.iter().map(own).collect() }
}

impl Given {
    fn load_for(&self, purpose: Purpose) -> Result<Config, Vec<ConfigFault>> {
        Config::load_for(purpose, Some(&self.file), self.env.iter().cloned())
    }
}

fn load(toml: &str, env: &[(&str, &str)]) -> Config {
    given(toml, env).load_for(Purpose::Demo).unwrap()
}

/// The settings of a carrier that was set up.
fn carrier<S: CarrierSettings + Clone>(config: &Config) -> S {
    let all = config.carriers.iter();
    let mut found = all.filter_map(|it| (&**it as &dyn Any).downcast_ref::<S>());
    found.next().unwrap().clone()
}

/// The settings that are at fault.
fn faulty(toml: &str, env: &[(&str, &str)]) -> Vec<String> {
    let faults = given(toml, env).load_for(Purpose::Demo).unwrap_err();
    faults.into_iter().map(|fault| fault.setting).collect()
}

fn uncommented() -> String {
    let setting = |line: &&str| line.starts_with('#') && !line.starts_with("# ");
    EXAMPLE.lines().filter(setting).map(|line| format!("{}\n", &line[1..])).collect()
}

#[test]
fn nothing_need_be_set() {
    let config = Config::load(None, std::iter::empty()).unwrap();
    assert_eq!(config.addr.to_string(), "127.0.0.1:8080");
    assert_eq!(config.database_url.expose(), "sqlite://rugdekking.sqlite");
    assert_eq!(config.public_url, "http://localhost:8080");
    assert_eq!(config.time_zone, Tz::Europe__Amsterdam);
    assert_eq!(config.language, Language::Nl);
    assert!(config.carriers.is_empty());
    assert_eq!(config.log.format, LogFormat::Text);
}

#[test]
fn the_example_is_complete_and_right() {
    let given = given(&uncommented(), &[]);
    for purpose in [Purpose::Demo, Purpose::Serve, Purpose::Watchdog, Purpose::Keeping] {
        given.load_for(purpose).unwrap();
    }
    let table: toml::Table = uncommented().parse().unwrap();
    for (name, _) in names::settings() {
        let mut at = Some(&table);
        let keys: Vec<_> = name.split('.').collect();
        let (last, sections) = keys.split_last().unwrap();
        for section in sections {
            at = at.and_then(|t| t.get(*section)).and_then(|v| v.as_table());
        }
        let there = at.is_some_and(|t| t.contains_key(*last));
        assert!(there, "{name} is not in the example");
    }
}

#[test]
fn the_document_names_every_setting() {
    for (name, kind) in names::settings() {
        let line =
            DOCUMENT.lines().find(|l| l.starts_with('|') && l.contains(&format!("`{name}`")));
        let line = line.unwrap_or_else(|| panic!("{name} is not in the document"));
        assert_eq!(line.contains("Secret."), kind == SettingKind::Secret, "{name}");
    }
}

#[test]
fn the_environment_goes_before_the_file() {
    let toml = "addr = '127.0.0.1:1'\nlanguage = 'en'\n[watchdog]\ntarget = 'http://a/ready'\n\
                on_duty = ['0612345678']\ninterval_seconds = 60";
    let config = load(
        toml,
        &[
            ("RUGDEKKING_ADDR", "0.0.0.0:80"),
            ("RUGDEKKING_WATCHDOG__ON_DUTY", "0687654321, +31612345678"),
            ("RUGDEKKING_WATCHDOG_FAILURES", "5"),
            ("RUGDEKKING_LANGUAGE", ""),
            ("RUGDEKKING_TEST_POSTGRES", "x"),
            ("PATH", "/bin"),
        ],
    );
    assert_eq!(config.addr.to_string(), "0.0.0.0:80");
    assert_eq!(config.language, Language::En);
    let watchdog = config.watchdog.unwrap();
    assert_eq!(
        watchdog.on_duty.iter().map(|p| p.as_str()).collect::<Vec<_>>(),
        ["+31687654321", "+31612345678"]
    );
    assert_eq!((watchdog.interval.as_secs(), watchdog.failures), (60, 5));
}

#[test]
fn all_faults_are_told_at_once_and_no_value_shows() {
    let toml = "addr = 'hunter2'\ndatabase_url = 'mysql://hunter2'\ntime_zone = 'hunter2'\n\
                colour = 'hunter2'\n[twilio]\naccount_sid = ''\nauth_tokn = 'hunter2'\n\
                [smtp]\nurl = 'smtp://u:hunter2@h'\nfrom = 'hunter2'";
    let faults = given(toml, &[("RUGDEKKING_LANGUAGE", "hunter2"), ("RUGDEKKING_LGO", "hunter2")])
        .load_for(Purpose::Demo)
        .unwrap_err();
    let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert!(!told.iter().any(|t| t.contains("hunter2")), "{told:#?}");
    let settings: Vec<_> = faults.iter().map(|fault| fault.setting.as_str()).collect();
    assert_eq!(
        settings,
        [
            "colour",
            "twilio.auth_tokn",
            "RUGDEKKING_LGO",
            "addr",
            "database_url",
            "time_zone",
            "RUGDEKKING_LANGUAGE",
            "twilio.account_sid",
            "twilio.auth_token",
            "twilio.from",
            "smtp.url",
            "smtp.from",
        ]
    );
    let slip = told.iter().find(|t| t.starts_with("twilio.auth_tokn")).unwrap();
    assert_eq!(slip, "twilio.auth_tokn: is not a setting; did you mean twilio.auth_token?");
}

#[test]
fn a_broken_file_is_told_without_quoting_it() {
    for toml in ["addr = 'x'\nauth = hunter2", "a = 'hunter2'\na = 1", "[twilio"] {
        let faults = given(toml, &[]).load_for(Purpose::Demo).unwrap_err();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].problem.starts_with("is not valid TOML"), "{}", faults[0]);
        assert!(!faults[0].to_string().contains("hunter2"), "{}", faults[0]);
    }
    let absent = Config::load(Some(Path::new("/nowhere/x.toml")), std::iter::empty()).unwrap_err();
    assert!(absent[0].problem.starts_with("cannot be read"), "{}", absent[0]);
}

#[test]
fn values_of_another_shape_are_told() {
    assert_eq!(faulty("addr = ['a']", &[]), ["addr"]);
    assert_eq!(faulty("addr = 2026-11-23", &[]), ["addr"]);
    assert_eq!(faulty("addr = [{a = 1}]", &[]), ["addr"]);
    assert_eq!(faulty("[addr]\na = 1", &[]), ["addr.a"]);
    assert_eq!(faulty("twilio = 'x'", &[]), ["twilio"]);
}

#[test]
fn a_secret_may_lie_in_a_file() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "hunter2\n").unwrap();
    let path = secret.path().to_str().unwrap();
    let toml =
        format!("[twilio]\naccount_sid = 'AC1'\nfrom = '0612345678'\nauth_token_file = '{path}'");
    let config = load(&toml, &[]);
    assert_eq!(carrier::<TwilioConfig>(&config).auth_token.expose(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));

    let from_env = load(&toml, &[("RUGDEKKING_TWILIO__AUTH_TOKEN", "other")]);
    assert_eq!(carrier::<TwilioConfig>(&from_env).auth_token.expose(), "other");
    let other = "[twilio]\naccount_sid = 'AC1'\nfrom = '0612345678'\nauth_token = 'other'";
    let from_env = load(other, &[("RUGDEKKING_TWILIO_AUTH_TOKEN_FILE", path)]);
    assert_eq!(carrier::<TwilioConfig>(&from_env).auth_token.expose(), "hunter2");
}

#[test]
fn a_secret_given_twice_or_in_no_file_is_told() {
    let absent =
        "[smtp]\nurl = 'smtp://h'\nfrom = 'a@b.nl'\nuser = 'u'\npassword_file = '/nowhere'";
    assert_eq!(faulty(absent, &[]), ["smtp.password_file"]);
    let empty = tempfile::NamedTempFile::new().unwrap();
    let path = empty.path().to_str().unwrap();
    assert_eq!(faulty(&format!("database_url_file = '{path}'"), &[]), ["database_url_file"]);
    let twice = "database_url = 'sqlite://a'\ndatabase_url_file = 'b'";
    assert_eq!(faulty(twice, &[]), ["database_url_file"]);
    let env = [("RUGDEKKING_LOG_FORMAT", "text"), ("RUGDEKKING_LOG__FORMAT", "json")];
    assert_eq!(faulty("", &env), ["RUGDEKKING_LOG__FORMAT"]);
    let env = [("RUGDEKKING_DATABASE_URL", "sqlite://a"), ("RUGDEKKING_DATABASE_URL_FILE", path)];
    assert_eq!(faulty("", &env), ["RUGDEKKING_DATABASE_URL_FILE"]);
}

#[test]
fn public_addresses_are_safe_ones() {
    for (given, meant) in [
        ("https://watch.example.nl", "https://watch.example.nl"),
        ("https://watch.example.nl:8443/", "https://watch.example.nl:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:80", "http://[::1]:80"),
    ] {
        assert_eq!(load("", &[("RUGDEKKING_PUBLIC_URL", given)]).public_url, meant);
    }
    for bad in [
        "http://watch.example.nl",
        "http://localhost.example.nl",
        "https://example.nl/watch",
        "https://example.nl/?a",
        "https://me@example.nl",
        "ftp://localhost",
        "watch.example.nl",
    ] {
        let faults = faulty("", &[("RUGDEKKING_PUBLIC_URL", bad)]);
        assert_eq!(faults, ["RUGDEKKING_PUBLIC_URL"], "{bad}");
    }
}

#[test]
fn databases_are_those_that_the_store_knows() {
    for good in ["sqlite://a.sqlite", "sqlite:///var/a", "postgres://u:p@h/d", "postgresql://h/d"] {
        load("", &[("RUGDEKKING_DATABASE_URL", good)]);
    }
    for bad in ["mysql://h/d", "a.sqlite", "sqlite://", "sqlite::memory:", "postgres://u:p@h:x/d"] {
        faulty("", &[("RUGDEKKING_DATABASE_URL", bad)]);
    }
}

#[test]
fn a_gateway_for_texts_is_whole_and_the_first_one_is_texted() {
    let whole = "[kannel]\nusername = 'wacht'\npassword = 'hunter2'\nfrom = '+3197010200002'\n\
                 callback_secret = 'cGFkLWRhdC1uaWVtYW5kLXJhYWR0'\n";
    let twilio = "[twilio]\naccount_sid = 'AC1'\nauth_token = 't'\nfrom = '+3197010200000'";
    let number = |toml: &str| load(toml, &[]).text_number().map(|number| number.to_string());
    assert_eq!(number(whole).as_deref(), Some("+3197010200002"));
    let spare = format!("{whole}{twilio}");
    assert_eq!(number(&spare).as_deref(), Some("+3197010200000"));
    let first = format!("{whole}first = true\n{twilio}");
    assert_eq!(number(&first).as_deref(), Some("+3197010200002"));
    assert!(!format!("{:?}", load(&first, &[])).contains("hunter2"));
    let bad = "[kannel]\nfrom = 'Rugdekking'\nfirst = 'ja'\nurl = 'http://gateway.nl:13013'";
    let mut told = faulty(bad, &[]);
    told.sort();
    assert_eq!(
        told,
        [
            "kannel.callback_secret",
            "kannel.first",
            "kannel.from",
            "kannel.password",
            "kannel.url",
            "kannel.username",
        ]
    );
}

#[test]
fn kpn_is_whole_and_is_texted_only_where_it_brings_texts() {
    let whole = "[kpn]\nclient_id = 'c'\nclient_secret = 'hunter2'\n\
                 webhook_keys = 'hunter2-the-first, hunter2-the-next'\nsender = 'Gemeente'\n";
    let number = |toml: &str| load(toml, &[]).text_number().map(|number| number.to_string());
    assert_eq!(number(whole), None, "nobody can text a name");
    let inbound = format!("{whole}inbound_number = '+3197010200003'\n");
    assert_eq!(number(&inbound).as_deref(), Some("+3197010200003"));
    let twilio = "[twilio]\naccount_sid = 'AC1'\nauth_token = 't'\nfrom = '+3197010200000'";
    assert_eq!(number(&format!("{inbound}{twilio}")).as_deref(), Some("+3197010200000"));
    let first = format!("{inbound}first = true\n{twilio}");
    assert_eq!(number(&first).as_deref(), Some("+3197010200003"));
    let config = load(&first, &[]);
    assert_eq!(carrier::<KpnConfig>(&config).webhook_keys.len(), 2);
    assert!(!format!("{config:?}").contains("hunter2"));
    let mut told = faulty("[kpn]\nfirst = 'ja'\nbase_url = 'http://kpn.nl'", &[]);
    told.sort();
    let expected = ["base_url", "client_id", "client_secret", "first", "sender", "webhook_keys"];
    assert_eq!(told, expected.map(|name| format!("kpn.{name}")));
}

#[test]
fn mail_login_travels_in_the_address() {
    let smtp = "[smtp]\nurl = 'smtps://mail.nl:465'\nfrom = 'Wacht <a@b.nl>'\n";
    let mail = |toml: &str| carrier::<SmtpSettings>(&load(toml, &[])).server;
    let open = mail(smtp);
    assert_eq!(open.url.expose(), "smtps://mail.nl:465");
    let login = mail(&format!("{smtp}user = 'a@b.nl'\npassword = 'p@ss/word'"));
    assert_eq!(login.url.expose(), "smtps://a%40b.nl:p%40ss%2Fword@mail.nl:465");
    assert_eq!(faulty(&format!("{smtp}user = 'a'"), &[]), ["smtp.password"]);
    assert_eq!(faulty(&format!("{smtp}password = 'a'"), &[]), ["smtp.user"]);
}

#[test]
fn each_purpose_has_its_needs() {
    let nothing = given("", &[]);
    let missing = |purpose| {
        let faults = nothing.load_for(purpose).unwrap_err();
        faults.into_iter().map(|f| f.setting).collect::<Vec<_>>()
    };
    assert_eq!(
        missing(Purpose::Serve),
        [
            "data_key",
            "public_url",
            "organisation.name",
            "organisation.call_number",
            "twilio.account_sid",
            "twilio.from",
            "oidc.issuer"
        ]
    );
    assert_eq!(
        missing(Purpose::Watchdog),
        ["watchdog.target", "watchdog.on_duty", "twilio.account_sid", "twilio.from"]
    );
    assert_eq!(missing(Purpose::Keeping), ["data_key"]);
    let texts_only =
        "[twilio]\naccount_sid = 'AC1'\nauth_token = 't'\nmessaging_service_sid = 'MG1'";
    assert_eq!(carrier::<TwilioConfig>(&load(texts_only, &[])).from_number, None);
    let faults = given(texts_only, &[]).load_for(Purpose::Watchdog).unwrap_err();
    assert!(faults.iter().any(|f| f.setting == "twilio.from"), "it must be able to call");
    let partly = given("[twilio]\nfrom = '0612345678'", &[]);
    let faults = partly.load_for(Purpose::Watchdog).unwrap_err();
    let twice = faults.iter().filter(|f| f.setting == "twilio.account_sid").count();
    assert_eq!(twice, 1, "a fault is told once");
    assert!(partly.dir.path().exists());
}

#[test]
fn numbers_stay_within_reason() {
    let watchdog = "[watchdog]\ntarget = 'http://a/ready'\non_duty = ['0612345678']\n";
    for bad in ["interval_seconds = 1", "interval_seconds = 1e9", "failures = 0", "failures = -1"] {
        assert_eq!(faulty(&format!("{watchdog}{bad}"), &[]).len(), 1, "{bad}");
    }
    assert_eq!(faulty("[watchdog]\ntarget = 'http://a'\non_duty = []", &[]), ["watchdog.on_duty"]);
    assert_eq!(faulty("[organisation]\ncall_number = '112'", &[]), ["organisation.call_number"]);
}

#[test]
fn notifications_need_no_setting_and_a_bad_key_never_shows() {
    let push = load("", &[]).push;
    assert!(push.enabled && push.vapid_private_key.is_none() && push.contact.is_none());
    let key = "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw";
    let set = [("RUGDEKKING_PUSH_VAPID_PRIVATE_KEY", key), ("RUGDEKKING_PUSH_ENABLED", "false")];
    let config = load("push.contact = \"mailto:beheer@example.nl\"", &set);
    assert!(!config.push.enabled && config.push.vapid_private_key.is_some());
    assert!(!format!("{config:?}").contains(key));
    let bad =
        "push.vapid_private_key = \"geheim\"\npush.contact = \"bel me\"\npush.enabled = \"ja\"";
    let mut faulty = faulty(bad, &[]);
    faulty.sort();
    assert_eq!(faulty, ["push.contact", "push.enabled", "push.vapid_private_key"]);
}

#[test]
fn a_data_key_is_told_when_it_is_none_and_never_shows() {
    let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
    let other = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=";
    let both = format!("{other}\n, {key}\n");
    let set = [("RUGDEKKING_DATA_KEY", key), ("RUGDEKKING_OLD_DATA_KEYS", both.as_str())];
    let config = load("", &set);
    assert_eq!(config.old_data_keys.len(), 2);
    assert_eq!(config.keyring().unwrap().old().count(), 1, "the key itself is not an old one");
    assert!(!format!("{config:?}").contains("MDEy"));
    assert!(load("", &[]).keyring().is_none());
    let bad = "data_key = 'MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5'\nold_data_keys = 'kaas'";
    assert_eq!(faulty(bad, &[]), ["data_key", "old_data_keys"]);
}
