//! The calendars of whoever is signed in: what is mailed, the feed that is read elsewhere, and one of
//! their own from which visits are proposed.

use chrono::TimeDelta;

use super::calendar_reader::CalendarReader;
use crate::{
    model::{
        clock::Instant,
        ids::{PersonId, VisitId, digest, token},
        integrations::calendars::{
            Calendars, Feed, Source,
            read::{Proposal, proposals},
        },
        people::Person,
        visits::Visit,
    },
    service::{context::Context, error::Error, people::caller::Caller, visits::viewer::authorise},
    store::{
        Tx, Versioned,
        integrations::calendars,
        people::{self, memberships},
        visits::{
            self,
            visit_lists::{self, Whose},
        },
    },
};

/// What was longer ago is no longer in a feed.
const BEHIND: TimeDelta = TimeDelta::days(7);

/// Nor what is further ahead.
const AHEAD: TimeDelta = TimeDelta::days(90);

/// So many visits does a feed hold; the nearest.
const MOST: i64 = 500;

/// The caller's calendars.
///
/// # Errors
/// When the store fails.
pub async fn see(ctx: &Context, caller: &Caller) -> Result<Calendars, Error> {
    let person = caller.id();
    let found: Versioned<Calendars> =
        ctx.db.read(move |tx| Box::pin(async move { calendars::load(tx, person).await })).await?;
    Ok(found.item)
}

/// What becomes of somebody's calendars; what is left out stays as it is.
#[derive(Clone, Debug)]
pub struct CalendarChange {
    /// Whether visits are mailed.
    pub mails_visits: Option<bool>,
    /// Their own calendar, or none any more.
    pub source: Option<Option<Source>>,
}

/// Changes the caller's calendars.
///
/// # Errors
/// [`Error::Stale`].
pub async fn change(
    ctx: &Context,
    caller: &Caller,
    change: CalendarChange,
) -> Result<Calendars, Error> {
    edit(ctx, caller, move |mut it| {
        it.mails_visits = change.mails_visits.unwrap_or(it.mails_visits);
        it.source = change.source.unwrap_or(it.source);
        it
    })
    .await
}

/// A feed with the secret of its address, which is told this once, and kept nowhere.
#[derive(Clone, Debug)]
pub struct NewFeed {
    pub url: String,
    pub made_at: Instant,
}

/// Makes the caller a feed. Asked again, the old address stops.
///
/// # Errors
/// [`Error::Stale`].
pub async fn make_feed(ctx: &Context, caller: &Caller) -> Result<NewFeed, Error> {
    let (secret, made_at) = (token(&*ctx.random), ctx.now());
    let feed = Feed { digest: digest(&secret), made_at };
    edit(ctx, caller, move |it| Calendars { feed: Some(feed), ..it }).await?;
    Ok(NewFeed { url: format!("{}/calendars/{secret}.ics", ctx.settings.public_url), made_at })
}

/// Ends the caller's feed.
///
/// # Errors
/// [`Error::Stale`].
pub async fn end_feed(ctx: &Context, caller: &Caller) -> Result<(), Error> {
    edit(ctx, caller, |it| Calendars { feed: None, ..it }).await?;
    Ok(())
}

async fn edit(
    ctx: &Context,
    caller: &Caller,
    edit: impl FnOnce(Calendars) -> Calendars + Send + 'static,
) -> Result<Calendars, Error> {
    let person = caller.id();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let before = calendars::load(tx, person).await?;
                let after = edit(before.item);
                calendars::save(tx, person, &after, before.version).await?;
                Ok(after)
            })
        })
        .await
}

/// A calendar at this address, which `reader` may read.
///
/// # Errors
/// [`Error::Conflict`] when calendars are not read, [`Error::Invalid`] where it may not be.
pub fn parse_source(reader: Option<&dyn CalendarReader>, text: &str) -> Result<Source, Error> {
    let at = reader.ok_or_else(not_read)?.at();
    Source::parse(text.trim(), at).map_err(|why| Error::invalid("source", "invalid", why))
}

fn not_read() -> Error {
    Error::conflict("calendars-not-read", "This service reads no other calendars.")
}

/// The visits that the caller's own calendar proposes; none without one. Only looks: a visit is
/// registered by whoever fills in the form.
///
/// # Errors
/// [`Error::Conflict`] when calendars are not read, or this one cannot be.
pub async fn proposed(
    ctx: &Context,
    caller: &Caller,
    reader: Option<&dyn CalendarReader>,
) -> Result<Vec<Proposal>, Error> {
    let Some(source) = see(ctx, caller).await?.source else { return Ok(vec![]) };
    let unreadable = || Error::conflict("calendar-unreadable", "Your calendar cannot be read now.");
    let text = reader.ok_or_else(not_read)?.read(&source).await.ok_or_else(unreadable)?;
    propose(ctx, text).await.ok_or_else(unreadable)
}

/// Somebody else wrote it, and it may be long.
async fn propose(ctx: &Context, text: String) -> Option<Vec<Proposal>> {
    let (zone, now) = (ctx.settings.zone, ctx.now());
    let found = tokio::task::spawn_blocking(move || proposals(&text, zone, now)).await;
    found.ok().and_then(Result::ok)
}

/// A visit, to put into a calendar.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn visit(ctx: &Context, caller: Caller, id: VisitId) -> Result<Visit, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let visit = visits::load(tx, id).await?.item;
                authorise(&caller, &visit)?;
                Ok(visit)
            })
        })
        .await
}

/// What the feed behind this secret holds, and whose it is; nothing when there is none, or whoever it
/// was made for no longer works here.
///
/// # Errors
/// When the store fails.
pub async fn read_feed(
    ctx: &Context,
    secret: String,
) -> Result<Option<(Person, Vec<Visit>)>, Error> {
    let now = ctx.now();
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let Some(id) = calendars::by_feed(tx, &secret).await? else { return Ok(None) };
                let person = people::load(tx, id).await?.item;
                if !person.active {
                    return Ok(None);
                }
                Ok(Some((person, theirs(tx, id, now).await?)))
            })
        })
        .await
}

/// Their own, and those of the teams that they manage at this moment.
async fn theirs(tx: &mut Tx, person: PersonId, now: Instant) -> Result<Vec<Visit>, Error> {
    let teams = memberships::of(tx, person).await?.into_iter();
    let managed = teams.filter(|its| its.manages).map(|its| its.team);
    let (from, until) = (now - BEHIND, now + AHEAD);
    let mut found = visit_lists::between(tx, Whose::Person(person), (from, until), MOST).await?;
    for team in managed {
        found.extend(visit_lists::between(tx, Whose::Team(team), (from, until), MOST).await?);
    }
    let mut found: Vec<_> = found.into_iter().map(|visit| visit.item).collect();
    found.sort_by_key(|visit| (visit.plan.starts_at, visit.id));
    found.dedup_by_key(|visit| visit.id);
    Ok(found)
}
