//! Lists of visits, and the timeline of one.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    json::Id,
    pages::Page,
    problem::Problem,
    state::House,
    visit_view::{self, Viewer},
    visits::{Narrow, narrow, page},
    watching::{alarm_viewer, viewer, words},
};
use crate::{
    model::{
        ids::VisitId,
        timeline::{Fact, Line},
        watch::Watch,
    },
    store::{
        Tx, Versioned, alarms,
        messages::{self, Sent},
        timeline as lines,
        visit_lists::{self, After, Whose},
        watches,
    },
};

/// `GET /visits`: mine, or those of the teams that I manage.
///
/// # Errors
/// 400 for a query that cannot be read.
pub async fn list(
    State(house): State<House>,
    caller: Caller,
    asked: Query<Narrow>,
    at: Page<String>,
) -> Result<Response, Problem> {
    let (team, status) = narrow(asked)?;
    let after = at.after.as_deref().map_or(Some(After::start()), cursor).ok_or_else(|| {
        Problem::invalid(vec![crate::model::faults::Fault::new("cursor", "invalid", "is not ours")])
    })?;
    let here = house.clone();
    let (items, next) = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let mut found = if team {
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
                let items = views(tx, &here, &caller, found).await?;
                Ok::<_, Problem>((items, next))
            })
        })
        .await?;
    Ok(page(items, next.map(|n| super::pages::cursor(&n))))
}

fn cursor(text: &str) -> Option<After> {
    let (micros, id) = text.split_once(' ')?;
    let starts_at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some(After { starts_at, id: id.parse().ok()? })
}

async fn of_teams(
    tx: &mut Tx,
    caller: &Caller,
    status: &str,
    after: After,
    limit: i64,
) -> Result<Vec<Versioned<crate::model::visits::Visit>>, Problem> {
    let mut found = vec![];
    for team in caller.teams.iter().filter(|t| caller.manages(t.id)) {
        found.extend(visit_lists::page_of(tx, Whose::Team(team.id), status, after, limit).await?);
    }
    found.sort_by_key(|v| std::cmp::Reverse((v.item.plan.starts_at, v.item.id)));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

async fn views(
    tx: &mut Tx,
    house: &House,
    caller: &Caller,
    found: Vec<Versioned<crate::model::visits::Visit>>,
) -> Result<Vec<Value>, Problem> {
    let words = words(house, caller.person.language);
    let mut items = vec![];
    for Versioned { version, item: visit } in found {
        let viewer = viewer(caller, &visit)?;
        let alarm = match visit.alarm {
            Some(id) => Some(alarms::load(tx, id).await?.item),
            None => None,
        };
        let team = caller.teams.iter().find(|t| t.id == visit.team);
        let policy = team.map(|t| t.policy.clone()).unwrap_or_default();
        let watch = Watch { visit, alarm };
        items.push(visit_view::visit(&watch, version, viewer, &policy, &words));
    }
    Ok(items)
}

/// `GET /visits/{id}/timeline`: what happened, with what was said to whom in between.
///
/// # Errors
/// 404 for who stands outside.
pub async fn timeline(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<VisitId>,
) -> Result<Response, Problem> {
    let words = words(&house, caller.person.language);
    let items = house
        .db
        .read(move |tx| {
            Box::pin(async move {
                let watch = watches::look(tx, id).await?.item;
                let viewer = alarm_viewer(&caller, &watch)?;
                let lines = lines::of(tx, id).await?;
                let said = messages::of_visit(tx, id).await?;
                Ok::<_, Problem>((viewer, lines, said))
            })
        })
        .await
        .map(|(viewer, lines, said)| merge(lines, said, viewer))?;
    let items = items.into_iter().map(|(line, messages)| {
        let by = line.by.clone();
        json!({ "at": line.at, "kind": if messages { "message".into() } else { line.fact.name() },
            "text": words.fact(&line.fact), "by": by })
    });
    Ok(page(items.collect(), None))
}

/// Both, in the order of time. Those who are out there see no line, and no message, of an alarm:
/// what is hidden must not be missed either.
fn merge(lines: Vec<Line>, said: Vec<Sent>, viewer: Viewer) -> Vec<(Line, bool)> {
    let out_there = viewer == Viewer::OutThere;
    let mut all: Vec<(Line, bool)> =
        lines.into_iter().filter(|l| !(out_there && l.hidden)).map(|line| (line, false)).collect();
    for sent in said.into_iter().filter(|s| !(out_there && s.message.alarm.is_some())) {
        all.extend(message_line(&sent).map(|line| (line, true)));
    }
    all.sort_by_key(|(line, message)| (line.at, *message, line.id));
    all
}

fn message_line(sent: &Sent) -> Option<Line> {
    let message = &sent.message;
    Some(Line {
        id: crate::model::ids::LineId(message.id.0),
        visit: message.visit?,
        at: sent.handed_over_at.unwrap_or(message.created_at),
        hidden: false,
        fact: Fact::Message {
            channel: message.channel,
            to: message.name.clone(),
            state: sent.state,
        },
        by: None,
    })
}
