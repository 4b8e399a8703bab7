//! What an alarm shows of a visit as the visit itself does.

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

use crate::{
    api::http::parts::or_null,
    model::{
        clock::Instant,
        ids::OfficerId,
        register::{
            Hit,
            entry::{HitContact, Measure},
            register_check::Grade,
        },
        visits::OfficerNotice,
    },
};

/// A measure that is in force, without anything else out of the register.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisterHit)]
pub struct HitView<'a> {
    grade: Grade,
    /// Null while the person contests it: there is something, call about it.
    measure: Option<Measure>,
    /// Null with the measure.
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<chrono::NaiveDate>,
    /// The name as it was given with the visit.
    resident: &'a str,
    contact: &'a HitContact,
}

/// What is shown of each hit; never which entry, nor the name that it is listed under.
pub fn hits(hits: &[Hit]) -> Vec<HitView<'_>> {
    hits.iter().map(hit).collect()
}

fn hit(hit: &Hit) -> HitView<'_> {
    let Hit { grade, measure, until, resident, contact, .. } = hit;
    HitView { grade: *grade, measure: *measure, until: *until, resident, contact }
}

/// Which officer was told, or why none was.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OfficerNotice)]
pub struct OfficerNoticeView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    officer_id: Option<OfficerId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    informed_at: Option<Instant>,
    /// Null until then, and absent when none was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = moment_or_null)]
    seen_at: Option<Option<Instant>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    not_informed_because: Option<&'a str>,
}

fn moment_or_null() -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    or_null(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build())
}

pub fn officer_notice(notice: &OfficerNotice) -> OfficerNoticeView<'_> {
    match notice {
        OfficerNotice::Informed { officer_id, name, at, seen_at, .. } => OfficerNoticeView {
            officer_id: Some(*officer_id),
            name: Some(name),
            informed_at: Some(*at),
            seen_at: Some(*seen_at),
            ..OfficerNoticeView::default()
        },
        OfficerNotice::NotInformed { because, .. } => OfficerNoticeView {
            not_informed_because: Some(because),
            ..OfficerNoticeView::default()
        },
    }
}
