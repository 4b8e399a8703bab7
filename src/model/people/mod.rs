//! Accounts: who somebody is, what they may do, and on which number they are reached.

pub mod channel_tests;
pub mod devices;
pub mod memberships;
pub mod pins;
pub mod scim;
pub mod teams;
pub mod vapid;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    clock::Instant, ids::PersonId, input::newer, messages::language::Language,
    people::pins::PinHashes, phone::Phone,
};

/// What an account may do. A person may hold several; none gives nothing.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Goes on visits.
    Worker,
    /// Gets alarms and approves risky visits, for the teams that name them.
    Manager,
    /// Keeps the register of measures.
    AggressionDesk,
    /// Keeps people, teams and settings.
    Administrator,
    /// Reads the logs.
    Auditor,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// The name as colleagues know it.
    pub name: String,
    /// The mail address; also how a first sign-in is matched.
    pub email: String,
    /// What it may do.
    #[serde(deserialize_with = "newer::known")]
    pub roles: Vec<Role>,
    /// The mobile phone, when given.
    pub mobile: Option<Mobile>,
    /// The number of an SOS button that they carry; a text from it calls for help.
    #[serde(default)]
    pub button: Option<Phone>,
    /// In which language it is spoken to.
    #[serde(default, deserialize_with = "newer::or_usual")]
    pub language: Language,
    /// The PIN and the duress PIN, when chosen.
    pub pins: Option<PinHashes>,
    /// Whether the account still works here.
    pub active: bool,
}

/// A mobile phone and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Mobile {
    pub number: Phone,
    /// When a code sent to it came back; without that it is on no ladder.
    #[schema(required)]
    pub verified_at: Option<Instant>,
    /// When its holder asked for no more texts (STOP). Calls still go out.
    #[schema(required)]
    pub opted_out_at: Option<Instant>,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Manager => "manager",
            Self::AggressionDesk => "aggression-desk",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

impl Person {
    /// Whether it holds this role.
    pub fn is(&self, role: Role) -> bool {
        self.active && self.roles.contains(&role)
    }

    /// The number on which an alarm may count: verified, of an account that is still active.
    pub fn verified_number(&self) -> Option<&Phone> {
        let mobile = self.mobile.as_ref().filter(|m| self.active && m.verified_at.is_some())?;
        Some(&mobile.number)
    }

    /// Whether texts to its number are refused by its holder.
    pub fn opted_out(&self) -> bool {
        self.mobile.as_ref().is_some_and(|m| m.opted_out_at.is_some())
    }
}

/// Somebody or something by id and name, as shown in answers and on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Ref)]
pub struct Named {
    pub id: PersonId,
    /// The name at that time.
    pub name: String,
}

impl From<&Person> for Named {
    fn from(person: &Person) -> Self {
        Self { id: person.id, name: person.name.clone() }
    }
}
