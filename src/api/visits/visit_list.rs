//! Lists of visits, and the timeline of one.

use std::collections::BTreeSet;

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{Object, ObjectBuilder, Type},
};

use super::visit_view::{self, VisitView};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, respond},
            json::Id,
            pages::{Items, Page, PageQuery},
            problem::Problem,
            state::AppState,
        },
        people::auth::Caller,
    },
    model::{
        clock::Instant,
        ids::VisitId,
        input::faults::Faults,
        visits::{Status, Visit, watch::Watch},
    },
    service::{
        Error,
        visits::{
            timeline as lines,
            viewer::{SeenVisit, authorise},
        },
    },
    store::{
        Tx, Versioned, alarms,
        people::teams,
        readable,
        visits::visit_lists::{self, AfterVisit, Whose},
    },
};

/// List visits
#[utoipa::path(get, path = "/visits", operation_id = "listVisits", tag = "visits",
    params(Narrow, PageQuery), responses((status = 200, body = Items<VisitView>)))]
pub async fn list(
    State(app): State<AppState>,
    caller: Caller,
    asked: Query<Narrow>,
    at: Page<String>,
) -> Result<Response, Problem> {
    let (scope, status) = narrow(asked)?;
    let after = at.after.as_deref().map_or(Some(AfterVisit::start()), cursor).ok_or_else(|| {
        Problem::invalid(vec![crate::model::input::faults::Fault::new(
            "cursor",
            "invalid",
            "is not ours",
        )])
    })?;
    let words = app.words(caller.person.language);
    let (items, next) = app
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut found = if scope == Scope::Team {
                    of_teams(tx, &caller, &status, after, at.limit + 1).await?
                } else {
                    visit_lists::page_of(
                        tx,
                        Whose::Person(caller.id()),
                        &status,
                        after,
                        at.limit + 1,
                    )
                    .await?
                };
                let limit = usize::try_from(at.limit).unwrap_or(0);
                let more = found.len() > limit;
                found.truncate(limit);
                let next = found.last().filter(|_| more).map(|v| {
                    let it = &v.item;
                    format!("{} {}", it.plan.starts_at.timestamp_micros(), it.id)
                });
                let items = seen(tx, &caller, found).await?;
                Ok::<_, Error>((items, next))
            })
        })
        .await?;
    let items = items.iter().map(|seen| visit_view::visit(seen, &words)).collect();
    Ok(page(items, next.map(|n| crate::api::http::pages::cursor(&n))))
}

fn cursor(text: &str) -> Option<AfterVisit> {
    let (micros, id) = text.split_once(' ')?;
    let starts_at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some(AfterVisit { starts_at, id: id.parse().ok()? })
}

async fn of_teams(
    tx: &mut Tx,
    caller: &Caller,
    status: &str,
    after: AfterVisit,
    limit: i64,
) -> Result<Vec<Versioned<Visit>>, Error> {
    let mut found = vec![];
    for team in caller.managed() {
        found.extend(visit_lists::page_of(tx, Whose::Team(team), status, after, limit).await?);
    }
    found.sort_by_key(|v| std::cmp::Reverse((v.item.plan.starts_at, v.item.id)));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

async fn seen(
    tx: &mut Tx,
    caller: &Caller,
    found: Vec<Versioned<Visit>>,
) -> Result<Vec<SeenVisit>, Error> {
    let of_them: BTreeSet<_> = found.iter().map(|visit| visit.item.team).collect();
    let teams = teams::some(tx, of_them).await?;
    let mut items = vec![];
    for Versioned { version, item: visit } in found {
        let viewer = authorise(caller, &visit)?;
        let alarm = match visit.alarm {
            Some(id) => readable(alarms::load(tx, id).await)?.map(|found| found.item),
            None => None,
        };
        let team = teams.iter().find(|team| team.item.id == visit.team);
        let policy = team.map(|team| team.item.policy.clone()).unwrap_or_default();
        items.push(SeenVisit { watch: Watch { visit, alarm }, version, viewer, policy });
    }
    Ok(items)
}

#[derive(Serialize, ToSchema)]
struct TimelineEntry {
    at: Instant,
    /// Stable name of what happened.
    kind: String,
    /// For people, in their language.
    text: String,
    /// Who did it; null for the service itself.
    by: Option<String>,
}

/// Read what happened, oldest first
// With what was said to whom in between.
#[utoipa::path(get, path = "/visits/{id}/timeline", operation_id = "getTimeline", tag = "visits",
    responses((status = 200, body = Items<TimelineEntry>), (status = 404)))]
pub async fn timeline(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = app.words(caller.person.language);
    let items = lines::read(&app, caller, id).await?;
    let items = items.into_iter().map(|(line, messages)| TimelineEntry {
        at: line.at,
        kind: if messages { "message".into() } else { line.fact.name() },
        text: words.fact(&line.fact),
        by: line.by,
    });
    Ok(page(items.collect(), None))
}

/// What a list of visits may be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Narrow {
    /// My own visits (also as a colleague), or those of my teams.
    #[param(schema_with = scope)]
    pub scope: Option<String>,
    /// Only visits in this state.
    #[param(value_type = Option<Status>, nullable = false)]
    pub status: Option<String>,
}

fn scope() -> Object {
    let names = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["mine", "team"]));
    names.default(Some("mine".into())).build()
}

/// Whose visits are listed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Mine,
    Team,
}

fn narrow(Query(asked): Query<Narrow>) -> Result<(Scope, String), Problem> {
    let mut faults = Faults::default();
    let scope = match asked.scope.as_deref() {
        None | Some("mine") => Scope::Mine,
        Some("team") => Scope::Team,
        Some(_) => {
            faults.add("scope", "invalid", "mine or team");
            Scope::Mine
        }
    };
    let known = ["awaiting-approval", "planned", "under-way", "ended", "cancelled"];
    let is_known = asked.status.as_deref().is_none_or(|status| known.contains(&status));
    faults.require(is_known, "status", "invalid", "is no status");
    faults.done().map_err(Problem::invalid)?;
    let status = asked.status.unwrap_or_default();
    Ok((scope, status))
}

/// A page of items.
pub(crate) fn page<V: serde::Serialize>(items: Vec<V>, next: Option<String>) -> Response {
    respond(ChangeReply::ok(Items { items, next }), "")
}
