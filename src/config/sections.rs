//! The sections of the configuration, each with how it is read.

use std::{path::PathBuf, time::Duration};

use url::Url;

use super::reader::Reader;
use crate::model::{phone::Phone, secret::Secret, vapid::VapidKey};

/// Whose service this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its name, as people know it.
    pub name: Option<String>,
    /// Whom to phone when the service cannot watch.
    pub call_number: Option<Phone>,
}

/// An account with Twilio, or with a provider that speaks like it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twilio {
    /// The account's id.
    pub account_sid: String,
    /// The account's token.
    pub auth_token: Secret,
    /// Another key that callbacks may be signed with.
    pub callback_key: Option<Secret>,
    /// Our number. Calls cannot do without.
    pub from: Option<Phone>,
    /// The service that picks a number for texts.
    pub messaging_service_sid: Option<String>,
    /// Where the provider's API lives, when not with Twilio itself.
    pub base_url: Option<String>,
}

/// A gateway for texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kannel {
    /// Our user with it.
    pub username: String,
    /// That user's password.
    pub password: Secret,
    /// Our number.
    pub from: Phone,
    /// What is in the path of its callbacks.
    pub callback_secret: Secret,
    /// Where it takes texts, when not at the usual place on this machine.
    pub url: Option<String>,
    /// Where it tells how it is, when not at the usual place on this machine.
    pub status_url: Option<String>,
    /// The line to an operator that is to be taken, when there are several.
    pub line: Option<String>,
    /// Whether it goes before the other carriers of texts.
    pub first: bool,
}

/// A project with KPN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kpn {
    /// The project's id.
    pub client_id: String,
    /// The project's secret.
    pub client_secret: Secret,
    /// The keys with which KPN signs what it brings.
    pub webhook_keys: Vec<Secret>,
    /// Who texts: a name or a short code.
    pub sender: String,
    /// The number to which people text, when KPN brings that here.
    pub inbound_number: Option<Phone>,
    /// Where KPN's interface lives, when not at the usual place.
    pub base_url: Option<String>,
    /// Whether it goes before the other carriers of texts.
    pub first: bool,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smtp {
    /// Its address, with the user and the password in it.
    pub url: Secret,
    /// Who the mail is from.
    pub from: String,
    /// The file with a certificate authority of one's own.
    pub authority: Option<PathBuf>,
}

/// Notifications on devices; nothing needs to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Whether there are any.
    pub enabled: bool,
    /// The key by which push services know us; without one it is made at the first start.
    pub vapid_private_key: Option<VapidKey>,
    /// Where whoever runs a push service can complain; our own address by default.
    pub contact: Option<String>,
}

/// How events are named for other systems; nothing needs to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// Who tells, when not by our own address.
    pub source: Option<String>,
    /// What every type begins with, when not with our own address.
    pub type_prefix: Option<String>,
}

/// What the watchdog needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watchdog {
    /// The readiness address that it polls.
    pub target: String,
    /// Whom it texts and calls.
    pub on_duty: Vec<Phone>,
    /// How often it polls.
    pub interval: Duration,
    /// After how many failures in a row it raises the alarm.
    pub failures: u32,
}

/// PDOK's Locatieserver, as everybody may use it.
const PDOK: &str = "https://api.pdok.nl/bzk/locatieserver/search/v3_1";

const PHONE: &str = "give a full phone number, like +31612345678";

fn phone(text: &str) -> Option<Phone> {
    text.parse().ok()
}

pub(super) fn organisation(read: &mut Reader) -> Organisation {
    Organisation {
        name: read.text("organisation.name"),
        call_number: read.parsed("organisation.call_number", PHONE, phone),
    }
}

pub(super) fn twilio(read: &mut Reader, section: &str) -> Option<Twilio> {
    if !read.has_section(section) {
        return None;
    }
    let name = |key: &str| format!("{section}.{key}");
    let account_sid = read.text(&name("account_sid"));
    let auth_token = read.secret(&name("auth_token"));
    let callback_key = read.secret(&name("callback_key"));
    let from = read.parsed(&name("from"), PHONE, phone);
    let messaging_service_sid = read.text(&name("messaging_service_sid"));
    let base_url = read.service_url(&name("base_url"));
    for (key, remedy) in [
        ("account_sid", "give the account's id, which begins with AC"),
        ("auth_token", "give the account's token"),
    ] {
        read.needed(&name(key), remedy);
    }
    if !read.was_given(&name("from")) && messaging_service_sid.is_none() {
        read.missing(&name("from"), "give the number that calls and texts come from");
    }
    Some(Twilio {
        account_sid: account_sid?,
        auth_token: auth_token?,
        callback_key,
        from,
        messaging_service_sid,
        base_url,
    })
}

pub(super) fn kannel(read: &mut Reader) -> Option<Kannel> {
    if !read.has_section("kannel") {
        return None;
    }
    let username = read.text("kannel.username");
    let password = read.secret("kannel.password");
    let from = read.parsed("kannel.from", PHONE, phone);
    let callback_secret = read.secret("kannel.callback_secret");
    let url = read.service_url("kannel.url");
    let status_url = read.service_url("kannel.status_url");
    let line = read.text("kannel.line");
    let first = read.parsed("kannel.first", "give true or false", |text| text.parse().ok());
    for (name, remedy) in [
        ("kannel.username", "give the user of a sendsms-user group"),
        ("kannel.password", "give that user's password"),
        ("kannel.from", "give the number that texts come from"),
        ("kannel.callback_secret", "give a secret, like `openssl rand -hex 24` makes"),
    ] {
        read.needed(name, remedy);
    }
    Some(Kannel {
        username: username?,
        password: password?,
        from: from?,
        callback_secret: callback_secret?,
        url,
        status_url,
        line,
        first: first.unwrap_or(false),
    })
}

pub(super) fn kpn(read: &mut Reader) -> Option<Kpn> {
    if !read.has_section("kpn") {
        return None;
    }
    let client_id = read.text("kpn.client_id");
    let client_secret = read.secret("kpn.client_secret");
    let webhook_keys = read.secret("kpn.webhook_keys");
    let sender = read.text("kpn.sender");
    let inbound_number = read.parsed("kpn.inbound_number", PHONE, phone);
    let base_url = read.service_url("kpn.base_url");
    let first = read.parsed("kpn.first", "give true or false", |text| text.parse().ok());
    for (name, remedy) in [
        ("kpn.client_id", "give the client id of a project that has SMS"),
        ("kpn.client_secret", "give that project's client secret"),
        ("kpn.webhook_keys", "give the key with which KPN signs its webhooks"),
        ("kpn.sender", "give the name or short code that texts come from"),
    ] {
        read.needed(name, remedy);
    }
    let keys = webhook_keys?;
    let apart = |between: char| between == ',' || between.is_whitespace();
    let keys = keys.expose().split(apart).filter(|key| !key.is_empty());
    Some(Kpn {
        client_id: client_id?,
        client_secret: client_secret?,
        webhook_keys: keys.map(Secret::new).collect(),
        sender: sender?,
        inbound_number,
        base_url,
        first: first.unwrap_or(false),
    })
}

pub(super) fn smtp(read: &mut Reader) -> Option<Smtp> {
    if !read.has_section("smtp") {
        return None;
    }
    let shape = "give an address like smtps://mail.example.nl:465 or smtp://mail.example.nl:587, \
                 with the user and the password in settings of their own";
    let url = read.parsed("smtp.url", shape, mail_server);
    let from = read.parsed("smtp.from", "give a mail address, like watch@example.nl", |text| {
        text.parse::<lettre::message::Mailbox>().ok().map(|_| text.to_owned())
    });
    let user = read.text("smtp.user");
    let password = read.secret("smtp.password");
    read.needed("smtp.url", "give the mail server's address");
    read.needed("smtp.from", "give the address that mail comes from");
    let authority = read.text("smtp.authority").map(PathBuf::from);
    match (&user, &password) {
        (Some(_), None) => read.needed("smtp.password", "give the password of smtp.user"),
        (None, Some(_)) => read.needed("smtp.user", "give the user of smtp.password"),
        _ => {}
    }
    let url = with_login(url?, user.as_deref(), password.as_ref());
    Some(Smtp { url, from: from?, authority })
}

fn mail_server(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let known = matches!(url.scheme(), "smtp" | "smtps");
    (known && url.has_host() && url.username().is_empty() && url.password().is_none())
        .then_some(url)
}

/// The `Url` escapes what an address may not hold. It refuses a login only without a host.
fn with_login(mut url: Url, user: Option<&str>, password: Option<&Secret>) -> Secret {
    if let (Some(user), Some(password)) = (user, password) {
        let _ = url.set_username(user);
        let _ = url.set_password(Some(password.expose()));
    }
    Secret::new(url)
}

pub(super) fn push(read: &mut Reader) -> Push {
    let enabled = |text: &str| text.parse::<bool>().ok();
    let key = "give the private key as `npx web-push generate-vapid-keys` writes it";
    let is_key = |text: &str| VapidKey::read(text).is_some();
    let vapid_private_key = read.parsed_secret("push.vapid_private_key", key, is_key);
    let contact = |text: &str| {
        let known = text.starts_with("mailto:") || text.starts_with("https://");
        (known && Url::parse(text).is_ok()).then(|| text.to_owned())
    };
    let mail = "give a mail address as mailto:name@example.nl, or one that begins with https://";
    Push {
        enabled: read.parsed("push.enabled", "give true or false", enabled).unwrap_or(true),
        vapid_private_key: vapid_private_key.and_then(|key| VapidKey::read(key.expose())),
        contact: read.parsed("push.contact", mail, contact),
    }
}

/// Where the register of addresses is asked, unless it is not.
pub(super) fn addresses(read: &mut Reader) -> Option<String> {
    let enabled = |text: &str| text.parse::<bool>().ok();
    let enabled = read.parsed("addresses.enabled", "give true or false", enabled).unwrap_or(true);
    let url = read.service_url("addresses.url").unwrap_or_else(|| PDOK.into());
    enabled.then_some(url)
}

pub(super) fn events(read: &mut Reader) -> Events {
    let uri = |text: &str| {
        let known = text.starts_with("urn:") || text.starts_with("https://");
        (known && Url::parse(text).is_ok()).then(|| text.to_owned())
    };
    let source = "give a URI, like urn:nld:oin:00000001234567890000:systeem:rugdekking";
    let prefix = "give words with dots between them, like nl.example.rugdekking";
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let reversed = |text: &str| text.split('.').all(word).then(|| text.to_owned());
    Events {
        source: read.parsed("events.source", source, uri),
        type_prefix: read.parsed("events.type_prefix", prefix, reversed),
    }
}

pub(super) fn watchdog(read: &mut Reader) -> Option<Watchdog> {
    if !read.has_section("watchdog") {
        return None;
    }
    // Readiness holds no personal data, and may be asked for within the house's own network.
    let http = |text: &str| {
        let url = Url::parse(text).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| text.to_owned())
    };
    let ask = "give the readiness address, like https://rugdekking.example.nl/health/ready";
    let target = read.parsed("watchdog.target", ask, http);
    let on_duty = read.list("watchdog.on_duty", PHONE, phone);
    let seconds = |text: &str| text.parse().ok().filter(|s| (5..=3600).contains(s));
    let interval =
        read.parsed("watchdog.interval_seconds", "give a number from 5 to 3600", seconds);
    let count = |text: &str| text.parse().ok().filter(|n| (1..=100).contains(n));
    let failures = read.parsed("watchdog.failures", "give a number from 1 to 100", count);
    read.needed("watchdog.target", ask);
    read.needed("watchdog.on_duty", "give the numbers of the people on duty");
    Some(Watchdog {
        target: target?,
        on_duty: on_duty?,
        interval: Duration::from_secs(interval.unwrap_or(30)),
        failures: failures.unwrap_or(3),
    })
}
