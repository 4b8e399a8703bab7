//! Who the provider says that somebody is.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::people::Role;

/// What Microsoft Entra says besides the standard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entra {
    pub tid: Option<String>,
    /// The person within the tenant; unlike `sub` the same for every application.
    pub oid: Option<String>,
    /// Whether the owner of the mail address's domain vouches for it.
    pub xms_edov: Option<Value>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// What the person may do in this application.
    pub roles: Option<Value>,
    /// The authentication contexts that were met; others say one, in `acr`.
    pub acrs: Option<Value>,
}

impl AdditionalClaims for Entra {}

impl Entra {
    /// Whether the mail address is vouched for.
    pub fn vouches(&self) -> bool {
        let yes = [Value::from(true), Value::from(1), Value::from("1"), Value::from("true")];
        self.xms_edov.as_ref().is_some_and(|said| yes.contains(said))
    }

    /// The roles that are given, by our names for them. A claim that is missing, as it is when nothing
    /// is given, or that cannot be read gives none.
    pub fn roles(&self) -> Vec<Role> {
        let mut roles: Vec<_> =
            words(self.roles.as_ref()).into_iter().filter_map(Role::from_name).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The authentication contexts that were met.
    pub fn contexts(&self) -> Vec<&str> {
        words(self.acrs.as_ref())
    }
}

/// One text, or the texts of a list.
fn words(said: Option<&Value>) -> Vec<&str> {
    match said {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    }
}

/// What somebody is known by. Entra's own pair counts only where the issuer is that tenant.
pub fn subject(issuer: &str, sub: &str, entra: &Entra) -> String {
    match (&entra.tid, &entra.oid) {
        (Some(tid), Some(oid)) if issuer.split('/').any(|part| part == tid) => {
            format!("{tid}|{oid}")
        }
        _ => format!("{issuer}|{sub}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TENANT: &str = "https://login.microsoftonline.com/t-1/v2.0";

    #[test]
    fn entra_is_believed_about_its_own_tenant_only() {
        let said = Entra { tid: Some("t-1".into()), oid: Some("o-1".into()), ..Entra::default() };
        assert_eq!(subject(TENANT, "s", &said), "t-1|o-1");
        assert_eq!(subject("https://login.example", "s", &said), "https://login.example|s");
        assert_eq!(subject(TENANT, "s", &Entra::default()), format!("{TENANT}|s"));
    }

    #[test]
    fn roles_are_what_is_said_in_our_words_and_nothing_else() {
        let said = |roles| Entra { roles, ..Entra::default() }.roles();
        let both = json!(["manager", "worker", "manager", "Global Administrator"]);
        assert_eq!(said(Some(both)), [Role::Worker, Role::Manager]);
        assert_eq!(said(Some(json!("auditor"))), [Role::Auditor]);
        for none in [None, Some(json!([])), Some(json!({"administrator": true})), Some(json!(7))] {
            assert_eq!(said(none), []);
        }
    }

    #[test]
    fn only_a_plain_yes_vouches() {
        let said = |value| Entra { xms_edov: value, ..Entra::default() }.vouches();
        assert!(said(Some(Value::from(true))) && said(Some(Value::from("1"))));
        assert!(!said(None) && !said(Some(Value::from(false))) && !said(Some(Value::from("0"))));
    }
}
