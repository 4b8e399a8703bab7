//! Every table with a sealed body, and how its rows are sealed anew. A test looks into the database
//! for tables that are missing here.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    model::{
        alarms::Alarm,
        incidents::{
            Affair, Incident,
            aftercare::Care,
            letters::Letter,
            policy::{Figure, Policy},
        },
        integrations::{calendars::Calendars, webhooks::Target},
        people::{
            Person,
            teams::{Organisation, Team},
        },
        privacy::{chain::Ends, requests::PrivacyRequest, retention::RunOutcome, sealing::Column},
        register::Entry,
        visits::{Visit, officers::Officer, tallies::Tally},
    },
    store::{
        db::sql::Sql,
        integrations::outgoing,
        messages::{self, sandbox},
        people::{self as accounts, devices, sessions},
        visits::timeline,
    },
};

/// A table with sealed bodies.
pub(crate) struct Table {
    /// Its name in places.
    pub(crate) name: &'static str,
    /// What follows the key in a place.
    pub(crate) part: &'static str,
    /// A page of keys and bodies after `$1` that do not look like `$2`, at most `$3`.
    pub(crate) page: Sql,
    /// Sets the body to `$1` where the key is `$2`, and what it is found by from `$3` on.
    pub(crate) update: &'static str,
    /// Counts the bodies that do not look like `$1`.
    pub(crate) left: &'static str,
    /// Finds the row whose key is `$1`.
    pub(crate) there: &'static str,
    /// What its rows are found by, and where that stands in the body.
    pub(crate) found_by: &'static [(Column, &'static str)],
    /// Reads a body as what it is, and writes it again.
    again: Again,
}

type Again = fn(&Value) -> Result<Value, serde_json::Error>;

fn again<T: DeserializeOwned + Serialize>(body: &Value) -> Result<Value, serde_json::Error> {
    serde_json::to_value(T::deserialize(body)?)
}

/// What this program makes of a body of a table when it reads and writes it; `None` for a table
/// without bodies. It holds this program's forms against those of others.
pub fn written_again(table: &str, body: &Value) -> Option<Result<Value, serde_json::Error>> {
    let its = BY_ID.iter().chain(BY_NAME).find(|known| known.name == table)?;
    Some((its.again)(body))
}

macro_rules! table {
    ($name:literal: $body:ty, key $key:literal) => {
        table!($name: $body, part "", key $key, "", "", [])
    };
    ($name:literal: $body:ty, key $key:literal, $hashes:literal, [$($found:expr),*]) => {
        table!($name: $body, part "", key $key, $hashes, "", [$($found),*])
    };
    ($name:literal: $body:ty, part $part:literal, key $key:literal, $hashes:literal, $and:literal,
     [$($found:expr),*]) => {
        Table {
            name: $name,
            part: $part,
            page: Sql {
                sqlite: table!(@page $name, $key, $and, ""),
                // Whoever holds a row now is not waited for: the next pass takes it.
                postgres: table!(@page $name, $key, $and, " for update skip locked"),
            },
            update: concat!(
                "update ", $name, " set body = $1", $hashes, " where ", $key, " = $2", $and
            ),
            left: concat!(
                "select count(*) from ", $name, " where cast(body as text) not like $1", $and
            ),
            there: concat!("select 1 from ", $name, " where ", $key, " = $1", $and),
            found_by: &[$($found),*],
            again: again::<$body>,
        }
    };
    (@page $name:literal, $key:literal, $and:literal, $lock:literal) => {
        concat!(
            "select ", $key, ", body from ", $name, " where ", $key, " > $1",
            " and cast(body as text) not like $2", $and, " order by ", $key, " limit $3", $lock
        )
    };
}

/// Those whose rows are known by an id.
pub(crate) const BY_ID: &[Table] = &[
    table!(
        "people": Person,
        key "id",
        ", email = $3, mobile = $4, button = $5",
        [
            (Column::Email, "/email"),
            (Column::Mobile, "/mobile/number"),
            (Column::Button, "/button")
        ]
    ),
    table!("teams": Team, key "id"),
    table!("district_officers": Officer, key "id"),
    table!("verifications": accounts::Awaited, key "person_id"),
    table!("visits": Visit, key "id"),
    table!("alarms": Alarm, key "id"),
    table!("timeline": timeline::LineBody, key "id"),
    table!("messages": messages::SentBody, key "id", ", recipient = $3", [(Column::Recipient, "/to")]),
    table!("register_entries": Entry, key "id"),
    table!("access_log": Value, key "id"),
    table!("sandbox_texts": sandbox::TextBody, key "id", ", number = $3", [(Column::DemoPhone, "/number")]),
    table!("sandbox_calls": sandbox::CallBody, key "id", ", number = $3", [(Column::DemoPhone, "/number")]),
    table!(
        "push_subscriptions": devices::DeviceBody,
        key "id",
        ", endpoint = $3",
        [(Column::Endpoint, "/subscription/endpoint")]
    ),
    table!(
        "calendars": Calendars,
        key "person_id",
        ", feed = $3",
        [(Column::CalendarFeed, "/feed/digest")]
    ),
    table!("policy_changes": Vec<Figure>, key "id"),
    table!("incidents": Incident, key "id"),
    table!(
        "incident_affairs": Affair,
        part "/police-report",
        key "incident_id",
        "",
        " and kind = 'police-report'",
        []
    ),
    table!(
        "incident_affairs": Affair,
        part "/damage-claim",
        key "incident_id",
        "",
        " and kind = 'damage-claim'",
        []
    ),
    table!("aftercare": Care, key "id"),
    table!("register_answers": Value, key "line_id"),
    table!("retention_runs": RunOutcome, key "id"),
    table!("letters": Letter, key "entry_id"),
    table!("privacy_requests": PrivacyRequest, key "id"),
    table!("webhooks": Target, key "id"),
    table!("outgoing_events": outgoing::OutgoingBody, key "id"),
    table!(
        "directory_people": Map<String, Value>,
        key "person_id",
        ", user_name = $3, external_id = $4",
        [(Column::UserName, "/userName"), (Column::ExternalId, "/externalId")]
    ),
    table!(
        "directory_teams": Map<String, Value>,
        key "team_id",
        ", external_id = $3",
        [(Column::ExternalId, "/externalId")]
    ),
];

/// Those whose rows are known by a text. The lock among the settings is turned last, and apart.
pub(crate) const BY_NAME: &[Table] = &[
    table!("organisation": Organisation, key "id"),
    table!("policy": Policy, key "id"),
    table!("report_tallies": Tally, key "id"),
    table!("sign_ins": Value, key "state_hash"),
    table!("idempotency": sessions::AnswerBody, key "id"),
    table!("links": String, key "token_hash"),
    table!("access_chain": Ends, key "id"),
    table!("settings": Value, part "", key "key", "", " and key <> 'sealing'", []),
];
