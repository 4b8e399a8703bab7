//! Takes settings one by one, each with its meaning, and gathers what is wrong with them.

use std::fs;

use url::{Host, Url};

use super::{
    fault::ConfigFault,
    sources::{AllGiven, Raw},
};
use crate::model::secret::Secret;

/// What is left to read, and the faults so far.
#[derive(Debug)]
pub struct Reader {
    /// What was given.
    pub given: AllGiven,
    /// What is wrong so far.
    pub faults: Vec<ConfigFault>,
}

impl Reader {
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
            Raw::Text(text) if text.trim().is_empty() => "is empty",
            Raw::Text(text) => match parse(text.trim()) {
                Some(value) => return Some(value),
                None => "cannot be understood",
            },
            Raw::List(_) | Raw::Other => "is not a single value",
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
            Raw::Text(text) => text.split(',').map(str::trim).filter(|i| !i.is_empty()).collect(),
            Raw::List(items) => items.iter().map(|item| item.trim()).collect(),
            Raw::Other => Vec::new(),
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
        let (problem, remedy) = match fs::read_to_string(&path) {
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

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
