//! Every table with a sealed body, and how its rows are sealed anew. A test looks into the database
//! for tables that are missing here.

use super::db::Sql;
use crate::model::sealing::Column;

/// A table with sealed bodies.
pub(super) struct Table {
    /// Its name in places.
    pub(super) name: &'static str,
    /// What follows the key in a place.
    pub(super) part: &'static str,
    /// A page of keys and bodies after `$1` that do not look like `$2`, at most `$3`.
    pub(super) page: Sql,
    /// Sets the body to `$1` where the key is `$2`, and what it is found by from `$3` on.
    pub(super) update: &'static str,
    /// Counts the bodies that do not look like `$1`.
    pub(super) left: &'static str,
    /// What its rows are found by, and where that stands in the body.
    pub(super) found_by: &'static [(Column, &'static str)],
}

macro_rules! table {
    ($name:literal, key $key:literal) => {
        table!($name, part "", key $key, "", "", [])
    };
    ($name:literal, key $key:literal, $hashes:literal, [$($found:expr),*]) => {
        table!($name, part "", key $key, $hashes, "", [$($found),*])
    };
    ($name:literal, part $part:literal, key $key:literal, $hashes:literal, $and:literal,
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
            found_by: &[$($found),*],
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
pub(super) const BY_ID: &[Table] = &[
    table!(
        "people",
        key "id",
        ", email = $3, mobile = $4",
        [(Column::Email, "/email"), (Column::Mobile, "/mobile/number")]
    ),
    table!("teams", key "id"),
    table!("district_officers", key "id"),
    table!("verifications", key "person_id"),
    table!("visits", key "id"),
    table!("alarms", key "id"),
    table!("timeline", key "id"),
    table!("messages", key "id", ", recipient = $3", [(Column::Recipient, "/to")]),
    table!("register_entries", key "id"),
    table!("access_log", key "id"),
    table!("sandbox_texts", key "id", ", number = $3", [(Column::DemoPhone, "/number")]),
    table!("sandbox_calls", key "id", ", number = $3", [(Column::DemoPhone, "/number")]),
    table!(
        "push_subscriptions",
        key "id",
        ", endpoint = $3",
        [(Column::Endpoint, "/subscription/endpoint")]
    ),
    table!(
        "calendars",
        key "person_id",
        ", feed = $3",
        [(Column::CalendarFeed, "/feed/digest")]
    ),
    table!("policy_changes", key "id"),
    table!("incidents", key "id"),
    table!(
        "incident_affairs",
        part "/police-report",
        key "incident_id",
        "",
        " and kind = 'police-report'",
        []
    ),
    table!(
        "incident_affairs",
        part "/damage-claim",
        key "incident_id",
        "",
        " and kind = 'damage-claim'",
        []
    ),
    table!("aftercare", key "id"),
    table!("register_answers", key "line_id"),
    table!("retention_runs", key "id"),
    table!("letters", key "entry_id"),
    table!("privacy_requests", key "id"),
    table!("webhooks", key "id"),
    table!("outgoing_events", key "id"),
    table!(
        "directory_people",
        key "person_id",
        ", user_name = $3, external_id = $4",
        [(Column::UserName, "/userName"), (Column::ExternalId, "/externalId")]
    ),
    table!(
        "directory_teams",
        key "team_id",
        ", external_id = $3",
        [(Column::ExternalId, "/externalId")]
    ),
];

/// Those whose rows are known by a text. The lock among the settings is turned last, and apart.
pub(super) const BY_NAME: &[Table] = &[
    table!("organisation", key "id"),
    table!("policy", key "id"),
    table!("report_tallies", key "id"),
    table!("sign_ins", key "state_hash"),
    table!("idempotency", key "id"),
    table!("links", key "token_hash"),
    table!("access_chain", key "id"),
    table!("settings", part "", key "key", "", " and key <> 'sealing'", []),
];
