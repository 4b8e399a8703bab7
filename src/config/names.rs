//! The names of all settings, and what somebody may have meant by another.

use crate::{carrier::providers, model::input::settings::SettingKind};

/// What is read before the configuration is, or not by the service at all.
const NOT_SETTINGS: &[&str] = &["config", "test_postgres"];

/// Every setting that belongs to nobody who is set up by a section of their own.
const OWN: &[(&str, SettingKind)] = &[
    ("addr", SettingKind::Plain),
    ("database_url", SettingKind::Secret),
    ("data_key", SettingKind::Secret),
    ("old_data_keys", SettingKind::Secret),
    ("trusted_proxies", SettingKind::Plain),
    ("public_url", SettingKind::Plain),
    ("time_zone", SettingKind::Plain),
    ("language", SettingKind::Plain),
    ("phone_countries", SettingKind::Plain),
    ("heartbeat_url", SettingKind::Secret),
    ("theme", SettingKind::Plain),
    ("letters.templates", SettingKind::Plain),
    ("organisation.name", SettingKind::Plain),
    ("organisation.call_number", SettingKind::Plain),
    ("oidc.issuer", SettingKind::Plain),
    ("oidc.client_id", SettingKind::Plain),
    ("oidc.client_secret", SettingKind::Secret),
    ("oidc.client_key", SettingKind::Secret),
    ("oidc.client_key_id", SettingKind::Plain),
    ("oidc.client_algorithm", SettingKind::Plain),
    ("oidc.client_certificate", SettingKind::Secret),
    ("oidc.scopes", SettingKind::Plain),
    ("oidc.audience", SettingKind::Plain),
    ("oidc.step_up_acr", SettingKind::Plain),
    ("oidc.gives_roles", SettingKind::Plain),
    ("scim.token", SettingKind::Secret),
    ("metrics.token", SettingKind::Secret),
    ("watchdog.target", SettingKind::Plain),
    ("watchdog.on_duty", SettingKind::Plain),
    ("watchdog.interval_seconds", SettingKind::Plain),
    ("watchdog.failures", SettingKind::Plain),
    ("log.format", SettingKind::Plain),
    ("log.filter", SettingKind::Plain),
];

/// Every setting. `docs/configuration.md` explains each of them, and a test compares the two.
pub fn settings() -> impl Iterator<Item = (String, SettingKind)> {
    let own = OWN.iter().map(|(name, kind)| ((*name).to_owned(), *kind));
    own.chain(providers::settings())
}

/// Every name under which something may be given.
pub fn all() -> impl Iterator<Item = String> {
    settings().flat_map(|(name, kind)| {
        let file = (kind == SettingKind::Secret).then(|| format!("{name}_file"));
        std::iter::once(name).chain(file)
    })
}

/// The setting that a variable without its prefix stands for: `TWILIO__AUTH_TOKEN` and
/// `TWILIO_AUTH_TOKEN` are both `twilio.auth_token`.
pub fn of_variable(variable: &str) -> Option<String> {
    let flat = variable.to_lowercase().replace("__", "_");
    all().find(|name| name.replace('.', "_") == flat)
}

/// Whether a variable without its prefix is nobody's fault although it is no setting.
pub fn is_not_a_setting(variable: &str) -> bool {
    NOT_SETTINGS.contains(&variable.to_lowercase().as_str())
}

/// The name that comes nearest, if any is near.
pub fn nearest(unknown: &str) -> Option<String> {
    let unknown = unknown.to_lowercase().replace("__", "_");
    let distance = |name: &String| {
        let (name, unknown) = (name.replace('.', "_"), unknown.replace('.', "_"));
        edits(&name, &unknown)
    };
    all().min_by_key(distance).filter(|name| distance(name) <= 1 + name.len() / 5)
}

/// How many letters must be put in, left out or changed to make one of the other (Levenshtein).
fn edits(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        assert_eq!(nearest("twilio.auth_tokn").as_deref(), Some("twilio.auth_token"));
        assert_eq!(nearest("databse_url").as_deref(), Some("database_url"));
        assert_eq!(nearest("organization.name").as_deref(), Some("organisation.name"));
        assert_eq!(nearest("colour"), None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("abc", "abc"), 0);
    }

    #[test]
    fn no_two_settings_share_a_variable() {
        let mut flat: Vec<_> = all().map(|n| n.replace('.', "_")).collect();
        let before = flat.len();
        flat.sort();
        flat.dedup();
        assert_eq!(flat.len(), before);
    }
}
