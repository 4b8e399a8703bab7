//! Privacy requests, for the aggression desk: noted, extended, decided, answered. Each step is
//! logged.

use axum::{
    Router,
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
    routing::{get, post},
};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id},
    pages::Page,
    problem::Problem,
    register::{Desk, today},
    state::House,
    watching::named,
};
use crate::{
    model::{
        access::Action,
        faults::Fault,
        ids::RequestId,
        people::Named,
        register::Entry,
        requests::{
            PrivacyRequest, RequestDecisionInput, RequestFault, RequestInput, RequestKind, Stage,
            ToldInput,
        },
        terms::{Months, MoreTimeInput},
    },
    store::{Error, Tx, Versioned, policy, register, requests},
};

pub(super) const PATH: &str = "/v1/privacy-requests";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/privacy-requests", get(list).post(note))
        .route("/privacy-requests/{id}", get(show))
        .route("/privacy-requests/{id}/extension", post(extend))
        .route("/privacy-requests/{id}/decision", post(decide))
        .route("/privacy-requests/{id}/closure", post(close))
        .route("/privacy-requests/{id}/restriction-end", post(end_restriction))
}

impl From<RequestFault> for Problem {
    fn from(why: RequestFault) -> Self {
        let words = why.to_string();
        match why {
            RequestFault::Decided => Self::conflict("decided", words),
            RequestFault::NotDecided => Self::conflict("not-decided", words),
            RequestFault::Closed => Self::conflict("closed", words),
            RequestFault::NoRestriction => Self::conflict("no-restriction", words),
            RequestFault::Term(why) => why.into(),
            RequestFault::Input(faults) => Self::invalid(faults),
        }
    }
}

/// A request as the desk sees it.
pub(super) fn view(house: &House, found: &Versioned<PrivacyRequest>) -> Value {
    let it = &found.item;
    let closed = match &it.stage {
        Stage::Closed { closure, .. } => Some(closure),
        _ => None,
    };
    json!({
        "id": it.id, "version": found.version, "kind": it.kind, "state": it.state_name(),
        "person": it.person, "asked": it.asked, "term": it.term,
        "overdue": it.is_overdue(today(house)), "notedBy": it.noted_by, "notedAt": it.noted_at,
        "decision": it.decision(), "restrictionEnded": it.restriction_ended, "closed": closed,
    })
}

#[derive(Deserialize)]
struct Filter {
    state: Option<String>,
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<RequestId>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::RequestsListed)?;
    let known = ["received", "extended", "granted", "refused", "closed"];
    if !filter.state.as_deref().is_none_or(|state| known.contains(&state)) {
        let why = "received, extended, granted, refused or closed";
        return Err(Problem::invalid(vec![Fault::new("state", "invalid", why)]));
    }
    let state = filter.state.unwrap_or_default();
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = requests::page(tx, &state, page.after, page.fetch()).await?;
            let shown = found.iter().take(usize::try_from(page.limit).unwrap_or_default());
            let ids: Vec<_> = shown.map(|r| r.item.id).collect();
            desk.log(tx, None, json!({ "requests": ids })).await?;
            Ok::<_, Problem>(page.answer(&found, |r| r.item.id, |r| view(&here, r)))
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<RequestId>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::RequestRead)?;
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = requests::load(tx, id).await?;
            desk.log(tx, None, json!({ "request": id })).await?;
            Ok::<_, Problem>(found)
        })
    });
    let found = work.await?;
    Ok(respond(Reply::ok(view(&house, &found)), PATH))
}

async fn note(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<RequestInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::RequestChanged)?;
    let request = Once::new(&caller, &headers, PATH, &input)?;
    let here = house.clone();
    once(&house, request, move |tx| {
        Box::pin(async move {
            let (now, zone) = (here.now(), here.settings.zone);
            let id = RequestId::new(&*here.dice, now);
            let months = Months::of_request(&policy::load(tx).await?.item);
            let item = PrivacyRequest::note(id, &input, months, named(&caller), (now, zone))
                .map_err(Problem::invalid)?;
            requests::insert(tx, &item, zone).await?;
            desk.log(tx, None, json!({ "request": id })).await?;
            Ok(Reply::created(view(&here, &Versioned { version: 1, item })))
        })
    })
    .await
}

/// Who takes a step.
struct By<'t> {
    house: &'t House,
    desk: &'t Desk,
    request: RequestId,
    name: Named,
}

/// Loads a request, takes one step with it, saves it, logs who did, and shows it.
async fn step<S, F>(
    house: &House,
    caller: Caller,
    headers: &HeaderMap,
    (id, what): (RequestId, &str),
    said: S,
    verb: F,
) -> Result<Response, Problem>
where
    S: Serialize + Send + 'static,
    F: for<'t> FnOnce(
            &'t mut Tx,
            By<'t>,
            PrivacyRequest,
            S,
        ) -> BoxFuture<'t, Result<PrivacyRequest, Problem>>
        + Send
        + 'static,
{
    let desk = Desk::new(house, &caller, Action::RequestChanged)?;
    let request = Once::new(&caller, headers, format!("{PATH}/{id}/{what}"), &said)?;
    let here = house.clone();
    once(house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = requests::load(tx, id).await?;
            let by = By { house: &here, desk: &desk, request: id, name: named(&caller) };
            let item = verb(tx, by, item, said).await?;
            requests::save(tx, &item, version, here.settings.zone).await?;
            desk.log(tx, None, json!({ "request": id })).await?;
            Ok(Reply::ok(view(&here, &Versioned { version: version + 1, item })))
        })
    })
    .await
}

async fn extend(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    step(&house, caller, &headers, (id, "extension"), input, |tx, by, it, input| {
        Box::pin(async move {
            let months = Months::of_request(&policy::load(tx).await?.item);
            Ok(it.extend(&input, months, by.desk.id, by.house.now(), by.desk.today)?)
        })
    })
    .await
}

async fn decide(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<RequestDecisionInput>,
) -> Result<Response, Problem> {
    step(&house, caller, &headers, (id, "decision"), input, |tx, by, it, input| {
        Box::pin(async move {
            let decided = it.decide(&input, by.name.clone(), by.house.now())?;
            carry_out(tx, &by, &decided).await?;
            Ok(decided)
        })
    })
    .await
}

/// What a grant means for the entries that it names: they are withdrawn, or their use restricted.
async fn carry_out(tx: &mut Tx, by: &By<'_>, it: &PrivacyRequest) -> Result<(), Problem> {
    let Some(decision) = it.decision().filter(|decision| decision.granted) else { return Ok(()) };
    for id in &decision.entries {
        let found = match register::load(tx, *id).await {
            Err(Error::NotFound) => {
                let fault = Fault::new("entries", "unknown", "names what is not in the register");
                return Err(Problem::invalid(vec![fault]));
            }
            found => found?,
        };
        let entry = match (it.kind, it.restriction()) {
            (RequestKind::Removal, _) => {
                let because: String = decision.because.chars().take(1000).collect();
                found.item.withdraw(decision.by.id, decision.at, &because)?
            }
            (_, Some(how)) => found.item.restricted(how)?,
            _ => continue,
        };
        save(tx, by, &entry, found.version).await?;
    }
    Ok(())
}

async fn save(tx: &mut Tx, by: &By<'_>, entry: &Entry, version: i64) -> Result<(), Problem> {
    register::save(tx, entry, version).await?;
    register::schedule(tx, entry, by.house.settings.zone).await?;
    Ok(by.desk.log_too(tx, by.house, entry.id, json!({ "request": by.request })).await?)
}

async fn end_restriction(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<MoreTimeInput>,
) -> Result<Response, Problem> {
    step(&house, caller, &headers, (id, "restriction-end"), input, |tx, by, it, input| {
        Box::pin(async move {
            let ended = it.end_restriction(&input, by.desk.id, by.house.now(), by.desk.today)?;
            for id in ended.decision().map(|d| d.entries.clone()).unwrap_or_default() {
                let found = match register::load(tx, id).await {
                    Err(Error::NotFound) => continue,
                    found => found?,
                };
                let entry = found.item.unrestricted(ended.id);
                save(tx, &by, &entry, found.version).await?;
            }
            Ok(ended)
        })
    })
    .await
}

async fn close(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<RequestId>,
    headers: HeaderMap,
    Body(input): Body<ToldInput>,
) -> Result<Response, Problem> {
    step(&house, caller, &headers, (id, "closure"), input, |_, by, it, input| {
        Box::pin(async move { Ok(it.close(&input, by.name, by.house.now(), by.desk.today)?) })
    })
    .await
}
