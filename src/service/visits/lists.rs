//! Pages of visits, as a caller may see them.

use std::collections::BTreeSet;

use crate::{
    model::visits::{Visit, watch::Watch},
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::viewer::{SeenVisit, authorise},
    },
    store::{
        Tx, Versioned, alarms,
        people::teams,
        readable,
        visits::visit_lists::{self, AfterVisit, Whose},
    },
};

/// Whose visits are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitScope {
    /// The caller's own, also as a colleague.
    Mine,
    /// Those of the teams that the caller manages.
    Teams,
}

/// What is asked for: `status` is one name, or empty for all; at most `limit`, older than `after`.
#[derive(Clone, Debug)]
pub struct VisitQuery {
    pub scope: VisitScope,
    pub status: String,
    pub after: AfterVisit,
    pub limit: i64,
}

/// A page, the latest first, and whether there is more.
///
/// # Errors
/// When the store fails.
pub async fn page(
    ctx: &Context,
    caller: Caller,
    query: VisitQuery,
) -> Result<(Vec<SeenVisit>, bool), Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let mut found = found(tx, &caller, &query).await?;
                let limit = usize::try_from(query.limit).unwrap_or(0);
                let more = found.len() > limit;
                found.truncate(limit);
                Ok((seen(tx, &caller, found).await?, more))
            })
        })
        .await
}

/// One more than is asked for, when there is more.
async fn found(
    tx: &mut Tx,
    caller: &Caller,
    query: &VisitQuery,
) -> Result<Vec<Versioned<Visit>>, Error> {
    let (status, after, limit) = (&query.status, query.after, query.limit + 1);
    if query.scope == VisitScope::Mine {
        let mine = Whose::Person(caller.id());
        return Ok(visit_lists::page_of(tx, mine, status, after, limit).await?);
    }
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
