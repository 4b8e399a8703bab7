//! An entry of the register, as it is shown to who may see it.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{
        clock::Instant,
        ids::EntryId,
        incidents::measures::{Dossier, Standing},
        people::Named,
        register::{Entry, EntryState, HitContact, Measure, address::Address},
    },
    service::register::entries::{EntryStatus, SeenEntry},
};

/// The entry.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RegisterEntry)]
pub(in crate::api) struct EntryView<'a> {
    id: EntryId,
    version: i64,
    status: EntryStatus,
    #[schema(min_length = 1, max_length = 120)]
    name: &'a str,
    birth_date: Option<NaiveDate>,
    #[schema(max_items = 10)]
    addresses: &'a [Address],
    measure: Measure,
    from: NaiveDate,
    until: NaiveDate,
    review_on: NaiveDate,
    /// Observable facts: what happened, when.
    #[schema(min_length = 1, max_length = 4000)]
    reason: &'a str,
    contact: &'a HitContact,
    proposed_by: &'a Named,
    proposed_at: Instant,
    approved_by: Option<&'a Named>,
    approved_at: Option<Instant>,
    withdrawn_because: Option<&'a str>,
    may_approve: bool,
    standing: Standing,
    dossier: &'a Dossier,
}

pub(in crate::api) fn view(seen: &SeenEntry) -> EntryView<'_> {
    let entry = &seen.entry.item;
    let approved = seen.approved.as_ref();
    EntryView {
        id: entry.id,
        version: seen.entry.version,
        status: status(entry, seen.has_ended),
        name: &entry.name,
        birth_date: entry.birth_date,
        addresses: &entry.addresses,
        measure: entry.measure,
        from: entry.from,
        until: entry.until,
        review_on: entry.review_on,
        reason: &entry.reason,
        contact: &entry.contact,
        proposed_by: &seen.proposed_by,
        proposed_at: entry.proposed_at,
        approved_by: approved.map(|(by, _)| by),
        approved_at: approved.map(|(_, at)| *at),
        withdrawn_because: match &entry.state {
            EntryState::Withdrawn { why, .. } => Some(why),
            _ => None,
        },
        may_approve: seen.can_approve,
        standing: seen.standing,
        dossier: &entry.dossier,
    }
}

fn status(entry: &Entry, has_ended: bool) -> EntryStatus {
    match entry.state {
        _ if has_ended => EntryStatus::Ended,
        EntryState::Proposed => EntryStatus::Proposed,
        EntryState::Approved { .. } => EntryStatus::Approved,
        EntryState::Lapsed { .. } => EntryStatus::Ended,
        EntryState::Withdrawn { .. } => EntryStatus::Withdrawn,
    }
}
