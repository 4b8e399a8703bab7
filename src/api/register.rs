//! The register of measures, for the aggression desk alone: propose, approve with other eyes,
//! withdraw. Every look is logged by the transaction that looks.

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{get, post},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id, read},
    pages::Page,
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        access::{Action, Look},
        faults::Fault,
        ids::{EntryId, LineId, PersonId},
        people::{Named, Role},
        register::{Entry, EntryInput, Limits, Refused, State as Stage},
    },
    store::{Error, Tx, Versioned, access, people, policy, register},
};

pub(super) const PATH: &str = "/v1/register-entries";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/register-entries", get(list).post(propose))
        .route("/register-entries/{id}", get(show))
        .route("/register-entries/{id}/approval", post(approve))
        .route("/register-entries/{id}/withdrawal", post(withdraw))
}

/// Somebody of the desk, on a day: who looks, and what is logged of it.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) id: PersonId,
    pub(super) today: NaiveDate,
    line: Look,
}

impl Desk {
    pub(super) fn new(house: &House, caller: &Caller, action: Action) -> Result<Self, Problem> {
        caller.must_be(Role::AggressionDesk)?;
        Ok(Self::of_anybody(house, caller, action))
    }

    /// Somebody of whom it was found out otherwise that they may do this.
    pub(super) fn of_anybody(house: &House, caller: &Caller, action: Action) -> Self {
        let line = look(house, caller, action);
        Self { id: caller.id(), today: today(house), line }
    }

    pub(super) async fn log(
        &self,
        tx: &mut Tx,
        entry: Option<EntryId>,
        details: Value,
    ) -> Result<(), Error> {
        access::log_look(tx, &Look { entry, details, ..self.line.clone() }).await
    }

    /// A further line, about another entry that the same step touches.
    pub(super) async fn log_too(
        &self,
        tx: &mut Tx,
        house: &House,
        entry: EntryId,
        details: Value,
    ) -> Result<(), Error> {
        let id = LineId::new(&*house.dice, self.line.at);
        let entry = Some(entry);
        access::log_look(tx, &Look { id, entry, details, ..self.line.clone() }).await
    }
}

/// A line of the access log, about nothing in particular yet.
pub(super) fn look(house: &House, caller: &Caller, action: Action) -> Look {
    let at = house.now();
    Look {
        id: LineId::new(&*house.dice, at),
        at,
        person: Some(caller.id()),
        action,
        visit: None,
        entry: None,
        details: json!({}),
    }
}

/// The day where the organisation is.
pub(super) fn today(house: &House) -> NaiveDate {
    house.now().with_timezone(&house.settings.zone).date_naive()
}

#[derive(Deserialize)]
struct Filter {
    status: Option<String>,
}

async fn list(
    State(house): State<House>,
    caller: Caller,
    page: Page<EntryId>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::EntriesListed)?;
    let known = [None, Some("proposed"), Some("approved"), Some("withdrawn"), Some("ended")];
    if !known.contains(&filter.status.as_deref()) {
        let fault = Fault::new("status", "invalid", "proposed, approved, withdrawn or ended");
        return Err(Problem::invalid(vec![fault]));
    }
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let found = fetch(tx, filter.status.as_deref(), desk.today, &page).await?;
            let shown = found.iter().take(usize::try_from(page.limit).unwrap_or_default());
            let ids: Vec<_> = shown.map(|e| e.item.id).collect();
            desk.log(tx, None, json!({ "entries": ids })).await?;
            let mut views = vec![];
            for entry in found {
                views.push((entry.item.id, view(tx, &desk, &entry).await?));
            }
            Ok::<_, Problem>(page.answer(&views, |v| v.0, |v| v.1.clone()))
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn fetch(
    tx: &mut Tx,
    status: Option<&str>,
    today: NaiveDate,
    page: &Page<EntryId>,
) -> Result<Vec<Versioned<Entry>>, Error> {
    let (before, limit) = (page.after, page.fetch());
    match status {
        None => register::page(tx, before, limit).await,
        Some("approved") => register::page_by_term(tx, today, false, before, limit).await,
        Some("ended") => register::page_by_term(tx, today, true, before, limit).await,
        Some(status) => register::page_by_status(tx, status, before, limit).await,
    }
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::EntryRead)?;
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let entry = register::load(tx, id).await?;
            desk.log(tx, Some(id), json!({})).await?;
            view(tx, &desk, &entry).await
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn propose(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(said): Body<Value>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::EntryProposed)?;
    let request = Once::new(&caller, &headers, PATH, &said)?;
    let input: EntryInput = read(said.to_string().as_bytes())?;
    let now = house.now();
    let id = EntryId::new(&*house.dice, now);
    let figures = house.db.read(|tx| Box::pin(policy::load(tx))).await?.item;
    let entry = Entry::propose(id, &input, Limits::of(&figures), desk.id, now, desk.today)
        .map_err(Problem::invalid)?;
    once(&house, request, move |tx| {
        Box::pin(async move {
            register::insert(tx, &entry).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let entry = Versioned { version: 1, item: entry };
            Ok(Reply::created(view(tx, &desk, &entry).await?))
        })
    })
    .await
}

async fn approve(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::EntryApproved)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/approval"), &())?;
    let (by, now) = (desk.id, house.now());
    step(&house, request, desk, id, move |entry| entry.approve(by, now)).await
}

#[derive(Debug, Deserialize, Serialize)]
struct WithdrawalInput {
    why: Option<String>,
}

async fn withdraw(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<WithdrawalInput>,
) -> Result<Response, Problem> {
    let desk = Desk::new(&house, &caller, Action::EntryWithdrawn)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/withdrawal"), &input)?;
    let (by, now, why) = (desk.id, house.now(), input.why.unwrap_or_default());
    step(&house, request, desk, id, move |entry| entry.withdraw(by, now, &why)).await
}

/// Loads an entry, takes one step with it, saves it and logs who did.
pub(super) async fn step<E: Into<Problem>>(
    house: &House,
    request: Once,
    desk: Desk,
    id: EntryId,
    verb: impl FnOnce(Entry) -> Result<Entry, E> + Send + 'static,
) -> Result<Response, Problem> {
    let zone = house.settings.zone;
    once(house, request, move |tx| {
        Box::pin(async move {
            let Versioned { version, item } = register::load(tx, id).await?;
            let entry = verb(item).map_err(Into::into)?;
            register::save(tx, &entry, version).await?;
            register::schedule(tx, &entry, zone).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let entry = Versioned { version: version + 1, item: entry };
            Ok(Reply::ok(view(tx, &desk, &entry).await?))
        })
    })
    .await
}

impl From<Refused> for Problem {
    fn from(why: Refused) -> Self {
        let words = why.to_string();
        match why {
            Refused::FourEyes | Refused::Reporter => {
                Self::new(StatusCode::FORBIDDEN, "four-eyes", words)
            }
            Refused::NotProposed => Self::conflict("not-proposed", words),
            Refused::Withdrawn => Self::conflict("withdrawn", words),
            Refused::NoReason => Self::invalid(vec![Fault::new("why", "required", words)]),
        }
    }
}

/// An entry as the desk sees it.
pub(super) async fn view(
    tx: &mut Tx,
    desk: &Desk,
    found: &Versioned<Entry>,
) -> Result<Value, Problem> {
    let entry = &found.item;
    let mut body = json!(entry);
    let (approved, why) = match &entry.state {
        Stage::Proposed => (None, None),
        Stage::Approved { by, at } | Stage::Lapsed { by, at, .. } => {
            (Some((named(tx, *by).await?, *at)), None)
        }
        Stage::Withdrawn { why, .. } => (None, Some(why)),
    };
    let lapsed = approved.is_some() && entry.until < desk.today;
    body["version"] = json!(found.version);
    body["status"] = json!(if lapsed { "ended" } else { entry.state.name() });
    body["proposedBy"] = json!(named(tx, entry.proposed_by).await?);
    body["approvedBy"] = json!(approved.as_ref().map(|(by, _)| by));
    body["approvedAt"] = json!(approved.as_ref().map(|(_, at)| at));
    body["withdrawnBecause"] = json!(why);
    let hands = entry.proposed_by == desk.id || entry.dossier.reporter == Some(desk.id);
    body["mayApprove"] = json!(entry.state == Stage::Proposed && !hands);
    body["standing"] = json!(entry.standing(desk.today));
    if let Value::Object(members) = &mut body {
        members.remove("state");
    }
    Ok(body)
}

/// Somebody by name.
pub(super) async fn named(tx: &mut Tx, id: PersonId) -> Result<Named, Error> {
    Ok(Named::from(&people::load(tx, id).await?.item))
}
