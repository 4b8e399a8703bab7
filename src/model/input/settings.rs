//! Settings as they were given, each taken by its name and its meaning; what is wrong with them is
//! gathered, so that all faults are told at once, which `figment` and `config` do not do: they end at the
//! first. Every room whose parts are set up reads from here.

use std::{collections::BTreeMap, fmt, io};

use url::{Host, Url};

use crate::model::{phone::Phone, privacy::secret::Secret};

/// How a setting is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingKind {
    Plain,
    /// As itself, or as the path of a file that holds it, under the same name plus `_file`.
    Secret,
}

/// What was given for a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenSetting {
    /// How whoever gave it calls it.
    pub called: String,
    /// What it holds.
    pub value: RawValue,
}

/// A value before anybody knows what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawValue {
    /// Text, or a number or a truth value as text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// What no setting can be: a date, or a list of something else.
    Other,
}

/// All settings that were given, by their dotted names.
pub type GivenSettings = BTreeMap<String, GivenSetting>;

/// One fault in the configuration. It never holds the value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigFault {
    /// Which setting, by its dotted name, or by its variable when it came from the environment.
    pub setting: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl ConfigFault {
    /// A fault of this setting.
    pub fn new(
        setting: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { setting: setting.into(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.setting, self.problem, self.remedy)
    }
}

/// What a setting that is a phone number asks for.
const PHONE: &str = "give a full phone number, like +31612345678";

/// What is left to read, and the faults so far.
#[derive(Debug)]
pub struct SettingsReader {
    /// What was given.
    pub given: GivenSettings,
    /// What is wrong so far.
    pub faults: Vec<ConfigFault>,
    /// Reads the file that a secret lies in.
    pub read_file: fn(&str) -> io::Result<String>,
}

impl SettingsReader {
    /// Whether anything was given in a section.
    pub fn has_section(&self, section: &str) -> bool {
        self.given.keys().any(|name| name.split('.').next() == Some(section))
    }

    /// Says that a needed setting is missing.
    pub fn missing(&mut self, name: &str, remedy: &str) {
        let variable = format!("RUGDEKKING_{}", name.to_uppercase().replace('.', "__"));
        let remedy = format!("{remedy} (in the file, or as {variable})");
        self.faults.push(ConfigFault::new(name, "is missing", remedy));
    }

    /// Says that a setting is missing unless it was given, well or badly.
    pub fn needed(&mut self, name: &str, remedy: &str) {
        if !self.was_given(name) {
            self.missing(name, remedy);
        }
    }

    /// Whether a setting was given, well or badly, by itself or in a file.
    pub fn was_given(&self, name: &str) -> bool {
        self.given.contains_key(name) || self.given.contains_key(&format!("{name}_file"))
    }

    /// Says what is wrong with a setting.
    pub fn refuse(&mut self, name: &str, problem: &str, remedy: &str) {
        let called = self.given.get(name).map_or(name, |given| &given.called).to_owned();
        self.faults.push(ConfigFault::new(called, problem, remedy));
    }

    /// The text of a setting, if it was given and is not blank.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.parsed(name, "give it a text", |text| Some(text.to_owned()))
    }

    /// A setting that `parse` understands; `remedy` says what would be understood.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        remedy: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let given = self.given.get(name)?;
        let problem = match &given.value {
            RawValue::Text(text) if text.trim().is_empty() => "is empty",
            RawValue::Text(text) => match parse(text.trim()) {
                Some(value) => return Some(value),
                None => "cannot be understood",
            },
            RawValue::List(_) | RawValue::Other => "is not a single value",
        };
        self.faults.push(ConfigFault::new(&given.called, problem, remedy));
        None
    }

    /// A list, each item of which `parse` understands. One text holds items between commas.
    pub fn list<T>(
        &mut self,
        name: &str,
        remedy: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let given = self.given.get(name)?;
        let items: Vec<&str> = match &given.value {
            RawValue::Text(text) => {
                text.split(',').map(str::trim).filter(|i| !i.is_empty()).collect()
            }
            RawValue::List(items) => items.iter().map(|item| item.trim()).collect(),
            RawValue::Other => Vec::new(),
        };
        let meant: Option<Vec<T>> = items.into_iter().map(parse).collect();
        let meant = meant.filter(|m| !m.is_empty());
        if meant.is_none() {
            self.faults.push(ConfigFault::new(&given.called, "cannot be understood", remedy));
        }
        meant
    }

    /// A secret, given as itself or as the path of a file that holds it.
    pub fn secret(&mut self, name: &str) -> Option<Secret> {
        let in_file = format!("{name}_file");
        let Some(file) = self.given.get(&in_file) else {
            return self.text(name).map(Secret::new);
        };
        let called = file.called.clone();
        if let Some(twin) = self.given.get(name) {
            let problem = format!("is given beside {}", twin.called);
            self.faults.push(ConfigFault::new(called, problem, "give one of the two"));
            return None;
        }
        let path = self.text(&in_file)?;
        let (problem, remedy) = match (self.read_file)(&path) {
            Ok(text) if !text.trim().is_empty() => return Some(Secret::new(text.trim())),
            Ok(_) => ("names an empty file".into(), "put the secret into it"),
            Err(e) => (
                format!("names a file that cannot be read ({e})"),
                "give a path that this service may read",
            ),
        };
        self.faults.push(ConfigFault::new(called, problem, remedy));
        None
    }

    /// A secret in which `looks_right` finds nothing odd.
    pub fn parsed_secret(
        &mut self,
        name: &str,
        remedy: &str,
        looks_right: impl Fn(&str) -> bool,
    ) -> Option<Secret> {
        let secret = self.secret(name)?;
        if !looks_right(secret.expose()) {
            self.refuse(name, "cannot be understood", remedy);
            return None;
        }
        Some(secret)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.parsed(name, "give true or false", |text| text.parse().ok())
    }

    /// A phone number.
    pub fn phone(&mut self, name: &str) -> Option<Phone> {
        self.parsed(name, PHONE, |text| text.parse().ok())
    }

    pub fn phones(&mut self, name: &str) -> Option<Vec<Phone>> {
        self.list(name, PHONE, |text| text.parse().ok())
    }

    /// An address to which secrets or personal data go: plain HTTP only within this machine.
    pub fn service_url(&mut self, name: &str) -> Option<String> {
        let remedy = "give an address that begins with https:// (http:// only for localhost)";
        self.parsed(name, remedy, service_url)
    }
}

/// A safe address without the slash at its end.
pub fn service_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let safe = url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url);
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (safe && plain).then(|| text.trim_end_matches('/').to_owned())
}

/// Whether an address can only be this machine.
pub fn is_this_machine(url: &Url) -> bool {
    // The host of a scheme that `url` does not know, such as smtp, is a name even if it looks
    // like an address.
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => {
            name == "localhost"
                || name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}
