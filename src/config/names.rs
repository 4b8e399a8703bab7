//! The names of all settings, and what somebody may have meant by another.

/// What is read before the configuration is, or not by the service at all.
const NOT_SETTINGS: &[&str] = &["config", "test_postgres"];

/// How a setting is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As itself.
    Plain,
    /// As itself, or as the path of a file that holds it, under the same name plus `_file`.
    Secret,
}

/// Every setting. `docs/configuration.md` explains each of them, and a test compares the two.
pub const SETTINGS: &[(&str, Kind)] = &[
    ("addr", Kind::Plain),
    ("database_url", Kind::Secret),
    ("data_key", Kind::Secret),
    ("old_data_keys", Kind::Secret),
    ("trusted_proxies", Kind::Plain),
    ("public_url", Kind::Plain),
    ("time_zone", Kind::Plain),
    ("language", Kind::Plain),
    ("heartbeat_url", Kind::Secret),
    ("theme", Kind::Plain),
    ("letters.templates", Kind::Plain),
    ("organisation.name", Kind::Plain),
    ("organisation.call_number", Kind::Plain),
    ("twilio.account_sid", Kind::Plain),
    ("twilio.auth_token", Kind::Secret),
    ("twilio.callback_key", Kind::Secret),
    ("twilio.from", Kind::Plain),
    ("twilio.messaging_service_sid", Kind::Plain),
    ("twilio.base_url", Kind::Plain),
    ("twilio_fallback.account_sid", Kind::Plain),
    ("twilio_fallback.auth_token", Kind::Secret),
    ("twilio_fallback.callback_key", Kind::Secret),
    ("twilio_fallback.from", Kind::Plain),
    ("twilio_fallback.messaging_service_sid", Kind::Plain),
    ("twilio_fallback.base_url", Kind::Plain),
    ("kannel.username", Kind::Plain),
    ("kannel.password", Kind::Secret),
    ("kannel.from", Kind::Plain),
    ("kannel.callback_secret", Kind::Secret),
    ("kannel.url", Kind::Plain),
    ("kannel.status_url", Kind::Plain),
    ("kannel.line", Kind::Plain),
    ("kannel.first", Kind::Plain),
    ("kpn.client_id", Kind::Plain),
    ("kpn.client_secret", Kind::Secret),
    ("kpn.webhook_keys", Kind::Secret),
    ("kpn.sender", Kind::Plain),
    ("kpn.inbound_number", Kind::Plain),
    ("kpn.base_url", Kind::Plain),
    ("kpn.first", Kind::Plain),
    ("sip.server", Kind::Plain),
    ("sip.transport", Kind::Plain),
    ("sip.domain", Kind::Plain),
    ("sip.user", Kind::Plain),
    ("sip.password", Kind::Secret),
    ("sip.register", Kind::Plain),
    ("sip.number", Kind::Plain),
    ("sip.plus", Kind::Plain),
    ("sip.own_address", Kind::Plain),
    ("sip.own_port", Kind::Plain),
    ("sip.sound_ports", Kind::Plain),
    ("sip.lines", Kind::Plain),
    ("sip.ring_seconds", Kind::Plain),
    ("sip.asks", Kind::Plain),
    ("sip.speech", Kind::Plain),
    ("sip.first", Kind::Plain),
    ("smtp.url", Kind::Plain),
    ("smtp.from", Kind::Plain),
    ("smtp.user", Kind::Plain),
    ("smtp.password", Kind::Secret),
    ("smtp.authority", Kind::Plain),
    ("calendar.networks", Kind::Plain),
    ("push.enabled", Kind::Plain),
    ("push.vapid_private_key", Kind::Secret),
    ("push.contact", Kind::Plain),
    ("addresses.enabled", Kind::Plain),
    ("addresses.url", Kind::Plain),
    ("events.source", Kind::Plain),
    ("events.type_prefix", Kind::Plain),
    ("oidc.issuer", Kind::Plain),
    ("oidc.client_id", Kind::Plain),
    ("oidc.client_secret", Kind::Secret),
    ("oidc.client_key", Kind::Secret),
    ("oidc.client_key_id", Kind::Plain),
    ("oidc.client_algorithm", Kind::Plain),
    ("oidc.client_certificate", Kind::Secret),
    ("oidc.scopes", Kind::Plain),
    ("oidc.audience", Kind::Plain),
    ("oidc.step_up_acr", Kind::Plain),
    ("oidc.gives_roles", Kind::Plain),
    ("scim.token", Kind::Secret),
    ("watchdog.target", Kind::Plain),
    ("watchdog.on_duty", Kind::Plain),
    ("watchdog.interval_seconds", Kind::Plain),
    ("watchdog.failures", Kind::Plain),
    ("log.format", Kind::Plain),
    ("log.filter", Kind::Plain),
];

/// Every name under which something may be given.
pub fn all() -> impl Iterator<Item = String> {
    SETTINGS.iter().flat_map(|(name, kind)| {
        let file = (*kind == Kind::Secret).then(|| format!("{name}_file"));
        std::iter::once((*name).to_owned()).chain(file)
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
