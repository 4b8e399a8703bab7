//! The configuration: read once at the start, from a file and the environment, all faults at once.

mod identity;
pub mod letters;
mod names;
mod sections;
mod sources;
#[cfg(test)]
mod tests;
pub mod theme;

use std::{
    fs,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono_tz::Tz;
use ipnet::IpNet;
use url::Url;

pub use identity::{Oidc, Scim};
pub use sections::{OrganisationConfig, WatchdogConfig};

pub use crate::model::input::settings::ConfigFault;
use crate::{
    carrier::{
        integrations::{calendar, locatieserver, webhooks},
        providers::{self, PROVIDERS},
        push::PushChoices,
        setup::CarrierSettings,
    },
    model::{
        input::settings::{SettingsReader, service_url},
        integrations::outgoing::Naming,
        messages::{Channel, language::Language},
        phone::{Countries, Phone},
        privacy::{
            sealing::{Keyring, MasterKey},
            secret::Secret,
        },
    },
};

/// Where a service remembers when nothing else is said.
pub const DEFAULT_DATABASE: &str = "sqlite://rugdekking.sqlite";

const DATA_KEY: &str =
    "give 32 bytes in base64, as `rugdekking keys new` makes them, best in a file";
const PROXIES: &str = "give addresses or networks, like 127.0.0.1 or 10.0.0.0/8";

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the service listens.
    pub addr: SocketAddr,
    /// The database; its address may hold a password.
    pub database_url: Secret,
    /// The key under which everything personal lies sealed.
    pub data_key: Option<MasterKey>,
    /// Keys that it replaces, until everything was sealed anew.
    pub old_data_keys: Vec<MasterKey>,
    /// The proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// Where people and providers reach the service, without a slash at the end.
    pub public_url: String,
    /// The zone in which people see time.
    pub time_zone: Tz,
    /// The language for those of whom none is known.
    pub language: Language,
    /// Whose numbers may be entered.
    pub phone_countries: Countries,
    /// An outside monitor's address, which is told regularly that all is well. Who knows it can
    /// say so too.
    pub heartbeat_url: Option<Secret>,
    /// The file with the municipality's own colours.
    pub theme: Option<PathBuf>,
    /// The directory with the municipality's own letters.
    pub letters: Option<PathBuf>,
    /// Whose service this is.
    pub organisation: OrganisationConfig,
    /// The carriers that are set up, in the order in which they get their turn.
    pub carriers: Vec<Arc<dyn CarrierSettings>>,
    /// Networks of one's own in which people's calendars may be read.
    pub calendar_networks: Vec<IpNet>,
    /// Notifications on devices.
    pub push: PushChoices,
    /// Where the register of addresses is asked, unless it is not.
    pub addresses: Option<String>,
    /// How events are named for other systems.
    pub events: Naming,
    /// The identity provider.
    pub oidc: Option<Oidc>,
    /// The directory that keeps people and teams.
    pub scim: Option<Scim>,
    /// What a monitor shows to see figures.
    pub metrics_token: Option<Secret>,
    /// What the watchdog needs.
    pub watchdog: Option<WatchdogConfig>,
    /// How the log is written.
    pub log: Log,
}

/// How the log is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// In which shape.
    pub format: LogFormat,
    /// What goes into it, in the language of `tracing_subscriber::EnvFilter`.
    pub filter: String,
}

/// A shape of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// Lines for machines.
    Json,
}

/// What the configuration is for, and so what it cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Trying it out: nothing is needed.
    Demo,
    /// Watching over people: whom to phone, a way to reach them, and a way to sign in.
    Serve,
    /// Watching over the service from another machine.
    Watchdog,
    /// Opening what is kept: setting up, and caring for the keys and the access log.
    Keeping,
}

impl Config {
    /// Reads the configuration, and asks for nothing that has no default.
    ///
    /// # Errors
    /// Every fault in it, at once.
    pub fn load(
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<ConfigFault>> {
        Self::load_for(Purpose::Demo, file, env)
    }

    /// The keys to the database, when there is one.
    pub fn keyring(&self) -> Option<Keyring> {
        self.data_key.as_ref().map(|key| Keyring::new(key, &self.old_data_keys))
    }

    /// The number to which people text their answers, when there is one.
    pub fn text_number(&self) -> Option<Phone> {
        self.carriers.iter().find_map(|settings| settings.text_number())
    }

    /// Reads the configuration for a purpose, which may need more than the defaults.
    ///
    /// # Errors
    /// Every fault in it, and all that is missing, at once.
    pub fn load_for(
        purpose: Purpose,
        file: Option<&Path>,
        env: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Vec<ConfigFault>> {
        let mut faults = Vec::new();
        let given = sources::gather(file, env, &mut faults);
        let read_file = |path: &str| fs::read_to_string(path);
        let mut read = SettingsReader { given, faults, read_file };
        let config = Self::read(&mut read);
        needs(purpose, &mut read);
        if read.faults.is_empty() { Ok(config) } else { Err(read.faults) }
    }

    fn read(read: &mut SettingsReader) -> Self {
        let addr = read
            .parsed("addr", "give an address and a port, like 127.0.0.1:8080", |a| a.parse().ok())
            .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let database = "give sqlite://FILE or postgres://USER:PASSWORD@HOST/DATABASE";
        let database_url = read.parsed_secret("database_url", database, is_database);
        let data_key = read.parsed_secret("data_key", DATA_KEY, |k| MasterKey::read(k).is_some());
        let old_data_keys = old_keys(read);
        let public = "give scheme and host alone, like https://rugdekking.example.nl \
                      (http:// only for localhost)";
        let public_url = read.parsed("public_url", public, public_url);
        let public_url = public_url.unwrap_or_else(|| format!("http://localhost:{}", addr.port()));
        let zone = "give a zone's name, like Europe/Amsterdam";
        Self {
            addr,
            database_url: database_url.unwrap_or_else(|| Secret::new(DEFAULT_DATABASE)),
            data_key: data_key.and_then(|key| MasterKey::read(key.expose())),
            old_data_keys,
            trusted_proxies: read
                .list("trusted_proxies", PROXIES, |p| {
                    p.parse().ok().or_else(|| p.parse::<IpAddr>().ok().map(IpNet::from))
                })
                .unwrap_or_default(),
            time_zone: read
                .parsed("time_zone", zone, |z| z.parse().ok())
                .unwrap_or(Tz::Europe__Amsterdam),
            language: read.parsed("language", "give nl or en", language).unwrap_or_default(),
            phone_countries: read
                .list("phone_countries", "give codes of countries, like NL, BE, DE", |code| {
                    code.parse::<phonenumber::country::Id>().ok()
                })
                .map(Countries::from_iter)
                .unwrap_or_default(),
            heartbeat_url: heartbeat(read),
            theme: read.text("theme").map(PathBuf::from),
            letters: read.text("letters.templates").map(PathBuf::from),
            organisation: sections::organisation(read),
            carriers: providers::read(read),
            calendar_networks: calendar::networks(read),
            push: PushChoices::read(read),
            oidc: identity::oidc(read),
            scim: identity::scim(read),
            metrics_token: identity::token(read, "metrics.token"),
            addresses: locatieserver::address(read),
            events: webhooks::naming(read, &public_url),
            public_url,
            watchdog: sections::watchdog(read),
            log: log(read),
        }
    }
}

fn old_keys(read: &mut SettingsReader) -> Vec<MasterKey> {
    let all =
        |text: &str| text.split(apart).filter(|k| !k.is_empty()).map(MasterKey::read).collect();
    let remedy = "give keys as `rugdekking keys new` makes them, with commas or on lines";
    let given = read.parsed_secret("old_data_keys", remedy, |text| {
        let keys: Option<Vec<_>> = all(text);
        keys.is_some()
    });
    given.and_then(|keys| all(keys.expose())).unwrap_or_default()
}

fn apart(between: char) -> bool {
    between == ',' || between.is_whitespace()
}

/// Says what the purpose cannot do without. A section that was given in part has told its own.
fn needs(purpose: Purpose, read: &mut SettingsReader) {
    let settings: &[(&str, &str)] = match purpose {
        Purpose::Demo => &[],
        Purpose::Keeping => &[("data_key", DATA_KEY)],
        Purpose::Serve => &[
            ("data_key", DATA_KEY),
            ("public_url", "give the address at which phones reach the service"),
            ("organisation.name", "give the organisation's name"),
            ("organisation.call_number", "give the number to phone when the service cannot watch"),
            ("twilio.account_sid", "give an account that can text and call"),
            ("twilio.from", "give the number that calls come from"),
            ("oidc.issuer", "give the identity provider with which people sign in"),
        ],
        Purpose::Watchdog => &[
            ("watchdog.target", "give the readiness address of the service"),
            ("watchdog.on_duty", "give the numbers of the people on duty"),
            ("twilio.account_sid", "give an account that can text and call"),
            ("twilio.from", "give the number that calls come from"),
        ],
    };
    // Others that text and call need no account with Twilio.
    let others = PROVIDERS.iter().filter(|provider| {
        let section = provider.names.section;
        !section.starts_with("twilio") && read.has_section(section)
    });
    let by: Vec<_> = others.flat_map(|provider| provider.channels).collect();
    let others_do = by.contains(&&Channel::Text) && by.contains(&&Channel::Call);
    let own_ways = purpose == Purpose::Serve && others_do;
    for (name, remedy) in settings {
        if own_ways && name.starts_with("twilio.") {
            continue;
        }
        if !read.faults.iter().any(|fault| fault.setting == *name) {
            read.needed(name, remedy);
        }
    }
}

fn heartbeat(read: &mut SettingsReader) -> Option<Secret> {
    let remedy = "give an address that begins with https:// (http:// only for localhost)";
    read.parsed_secret("heartbeat_url", remedy, |text| service_url(text).is_some())
}

fn log(read: &mut SettingsReader) -> Log {
    let format = read.parsed("log.format", "give text or json", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    });
    let filter =
        read.parsed("log.filter", "give a filter, like info or rugdekking=debug", |text| {
            tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned())
        });
    Log {
        format: format.unwrap_or(LogFormat::Text),
        filter: filter.unwrap_or_else(|| "info".into()),
    }
}

fn is_database(text: &str) -> bool {
    let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
    // In memory nothing would outlive a crash, and readers would not see what the writer wrote.
    let on_disk = |file: &str| !file.trim_matches('/').is_empty() && !file.contains(":memory:");
    text.strip_prefix("sqlite:").is_some_and(on_disk) || postgres && Url::parse(text).is_ok()
}

/// Cookies are bound to the host and links to the root, so there is no room for a path.
fn public_url(text: &str) -> Option<String> {
    let url = service_url(text)?;
    Url::parse(&url).ok().filter(|url| url.path() == "/").map(|_| url)
}

fn language(text: &str) -> Option<Language> {
    match text {
        "nl" => Some(Language::Nl),
        "en" => Some(Language::En),
        _ => None,
    }
}
