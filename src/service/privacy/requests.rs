//! Privacy requests, for the aggression desk: noted, extended, decided, answered. Each step is
//! logged.

use serde_json::json;

use crate::{
    model::{
        ids::{EntryId, RequestId},
        privacy::{
            requests::{
                AskedRequest, PrivacyRequest, RequestDecisionInput, RequestKind, RequestState,
                ToldInput,
            },
            terms::{Months, MoreTimeInput},
        },
        register::Entry,
    },
    service::{context::Context, error::Error, people::caller::Caller, register::looks::Desk},
    store::{self, Tx, Versioned, incidents::policy, privacy::requests, register},
};

/// A request as the desk sees it.
#[derive(Clone, Debug)]
pub struct SeenRequest {
    pub request: Versioned<PrivacyRequest>,
    /// Whether its last day has passed, and the person was not told.
    pub is_overdue: bool,
}

impl SeenRequest {
    fn of(desk: &Desk, request: Versioned<PrivacyRequest>) -> Self {
        Self { is_overdue: request.item.is_overdue(desk.today), request }
    }
}

/// Lists a page of requests, the newest first, and one more where there are more. The log says which
/// were shown.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ctx: &Context,
    desk: Desk,
    state: Option<RequestState>,
    before: Option<RequestId>,
    limit: i64,
) -> Result<Vec<SeenRequest>, Error> {
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = requests::page(tx, state, before, limit + 1).await?;
                let shown = found.iter().take(usize::try_from(limit).unwrap_or_default());
                let ids: Vec<_> = shown.map(|found| found.item.id).collect();
                desk.log(tx, None, json!({ "requests": ids })).await?;
                Ok(found.into_iter().map(|found| SeenRequest::of(&desk, found)).collect())
            })
        })
        .await
}

/// Shows a request.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn see(ctx: &Context, desk: Desk, id: RequestId) -> Result<SeenRequest, Error> {
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = requests::load(tx, id).await?;
                desk.log(tx, None, json!({ "request": id })).await?;
                Ok(SeenRequest::of(&desk, found))
            })
        })
        .await
}

/// Notes what a person asks.
///
/// # Errors
/// When the store fails.
pub async fn note(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    desk: &Desk,
    asked: AskedRequest,
) -> Result<SeenRequest, Error> {
    let now = ctx.now();
    let id = RequestId::new(&*ctx.random, now);
    let item = PrivacyRequest::note(id, asked, months(tx).await?, caller.named(), now);
    requests::insert(tx, &item, ctx.settings.zone).await?;
    desk.log(tx, None, json!({ "request": id })).await?;
    Ok(SeenRequest::of(desk, Versioned { version: 1, item }))
}

async fn months(tx: &mut Tx) -> Result<Months, store::Error> {
    Ok(Months::of_request(&policy::load(tx).await?.item))
}

/// A step with a request.
#[derive(Clone, Debug)]
pub enum RequestStep {
    /// It takes longer.
    Extend(MoreTimeInput),
    /// It is granted or refused.
    Decide(RequestDecisionInput),
    /// A granted restriction ends.
    EndRestriction(MoreTimeInput),
    /// The person was told.
    Close(ToldInput),
}

/// Takes a step with a request.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Request`]; [`Error::Invalid`], [`Error::Entry`] and
/// [`Error::Measure`] when it cannot be carried out.
pub async fn take_step(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    desk: &Desk,
    (id, step): (RequestId, &RequestStep),
) -> Result<SeenRequest, Error> {
    let Versioned { version, item } = requests::load(tx, id).await?;
    let (now, today) = (ctx.now(), desk.today);
    let item = match step {
        RequestStep::Extend(input) => item.extend(input, months(tx).await?, desk.id, now, today)?,
        RequestStep::Decide(input) => {
            let decided = item.decide(input, caller.named(), now)?;
            carry_out(tx, ctx, desk, &decided).await?;
            decided
        }
        RequestStep::EndRestriction(input) => {
            let ended = item.end_restriction(input, desk.id, now, today)?;
            free_entries(tx, ctx, desk, &ended).await?;
            ended
        }
        RequestStep::Close(input) => item.close(input, caller.named(), now, today)?,
    };
    requests::save(tx, &item, version, ctx.settings.zone).await?;
    desk.log(tx, None, json!({ "request": id })).await?;
    Ok(SeenRequest::of(desk, Versioned { version: version + 1, item }))
}

/// What a grant means for the entries that it names: they are withdrawn, or their use restricted.
async fn carry_out(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    it: &PrivacyRequest,
) -> Result<(), Error> {
    let Some(decision) = it.decision().filter(|decision| decision.granted) else { return Ok(()) };
    for id in &decision.entries {
        let unknown = || Error::invalid("entries", "unknown", "names what is not in the register");
        let found = entry(tx, *id).await?.ok_or_else(unknown)?;
        let entry = match (it.kind, it.restriction()) {
            (RequestKind::Removal, _) => {
                let because: String = decision.because.chars().take(1000).collect();
                found.item.withdraw(decision.by.id, decision.at, &because)?
            }
            (_, Some(how)) => found.item.restricted(how)?,
            _ => continue,
        };
        save(tx, ctx, desk, (&entry, found.version), it.id).await?;
    }
    Ok(())
}

/// An entry that was removed meanwhile needs no restriction.
async fn free_entries(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    it: &PrivacyRequest,
) -> Result<(), Error> {
    for id in it.decision().map(|decision| decision.entries.as_slice()).unwrap_or_default() {
        let Some(found) = entry(tx, *id).await? else { continue };
        let entry = found.item.unrestricted(it.id);
        save(tx, ctx, desk, (&entry, found.version), it.id).await?;
    }
    Ok(())
}

async fn entry(tx: &mut Tx, id: EntryId) -> Result<Option<Versioned<Entry>>, store::Error> {
    match register::load(tx, id).await {
        Err(store::Error::NotFound) => Ok(None),
        found => found.map(Some),
    }
}

async fn save(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    (entry, version): (&Entry, i64),
    request: RequestId,
) -> Result<(), store::Error> {
    register::save(tx, entry, version).await?;
    register::schedule(tx, entry, ctx.settings.zone).await?;
    desk.log_too(tx, ctx, entry.id, json!({ "request": request })).await
}
