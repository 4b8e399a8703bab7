//! The register of measures, for the aggression desk alone: propose, approve with other eyes,
//! withdraw. Every look is logged by the transaction that looks.

use chrono::NaiveDate;
use serde_json::json;

use super::looks::{Desk, named};
use crate::{
    model::{
        clock::Instant,
        ids::EntryId,
        incidents::measures::Standing,
        people::Named,
        register::{Entry, EntryInput, EntryState, Limits},
    },
    service::{context::Context, error::Error},
    store::{self, Tx, Versioned, incidents::policy, register},
};

/// An entry as somebody sees it who has to do with it.
#[derive(Clone, Debug)]
pub struct SeenEntry {
    pub entry: Versioned<Entry>,
    /// Who proposed it.
    pub proposed_by: Named,
    /// Who approved it and when, for as long as it was not withdrawn.
    pub approved: Option<(Named, Instant)>,
    /// How it stands today.
    pub standing: Standing,
    /// Whether it was approved and its last day is over.
    pub has_ended: bool,
    /// Whether whoever looks may approve it.
    pub can_approve: bool,
}

impl SeenEntry {
    /// An entry as this person sees it.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn of(
        tx: &mut Tx,
        desk: &Desk,
        entry: Versioned<Entry>,
    ) -> Result<Self, store::Error> {
        let it = &entry.item;
        let approved = match it.state {
            EntryState::Approved { by, at } | EntryState::Lapsed { by, at, .. } => {
                Some((named(tx, by).await?, at))
            }
            EntryState::Proposed | EntryState::Withdrawn { .. } => None,
        };
        let is_own = it.proposed_by == desk.id || it.dossier.reporter == Some(desk.id);
        Ok(Self {
            proposed_by: named(tx, it.proposed_by).await?,
            standing: it.standing(desk.today),
            has_ended: approved.is_some() && it.until < desk.today,
            can_approve: it.state == EntryState::Proposed && !is_own,
            approved,
            entry,
        })
    }
}

/// How far an entry is; only an approved one is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EntryStatus {
    /// Waits for approval.
    Proposed,
    /// Was approved, and counts still.
    Approved,
    Withdrawn,
    /// Was approved, and its last day is over.
    Ended,
}

/// Lists a page of entries, and one more where there are more. The log says which were shown.
///
/// # Errors
/// When the store fails.
pub async fn list(
    ctx: &Context,
    desk: Desk,
    status: Option<EntryStatus>,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<SeenEntry>, Error> {
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let found = fetch(tx, status, desk.today, before, limit + 1).await?;
                let shown = found.iter().take(usize::try_from(limit).unwrap_or_default());
                let ids: Vec<_> = shown.map(|e| e.item.id).collect();
                desk.log(tx, None, json!({ "entries": ids })).await?;
                let mut seen = vec![];
                for entry in found {
                    seen.push(SeenEntry::of(tx, &desk, entry).await?);
                }
                Ok(seen)
            })
        })
        .await
}

async fn fetch(
    tx: &mut Tx,
    status: Option<EntryStatus>,
    today: NaiveDate,
    before: Option<EntryId>,
    limit: i64,
) -> Result<Vec<Versioned<Entry>>, store::Error> {
    match status {
        None => register::page(tx, before, limit).await,
        Some(EntryStatus::Approved) => {
            register::page_by_term(tx, today, false, before, limit).await
        }
        Some(EntryStatus::Ended) => register::page_by_term(tx, today, true, before, limit).await,
        Some(EntryStatus::Proposed) => {
            register::page_by_status(tx, "proposed", before, limit).await
        }
        Some(EntryStatus::Withdrawn) => {
            register::page_by_status(tx, "withdrawn", before, limit).await
        }
    }
}

/// Shows an entry.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn see(ctx: &Context, desk: Desk, id: EntryId) -> Result<SeenEntry, Error> {
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let entry = register::load(tx, id).await?;
                desk.log(tx, Some(id), json!({})).await?;
                Ok(SeenEntry::of(tx, &desk, entry).await?)
            })
        })
        .await
}

/// Decides whether an entry can be proposed; nothing is saved yet.
///
/// # Errors
/// [`Error::Invalid`] with every fault.
pub async fn draft(ctx: &Context, desk: &Desk, input: &EntryInput) -> Result<Entry, Error> {
    let now = ctx.now();
    let id = EntryId::new(&*ctx.random, now);
    let figures = ctx.db.read(|tx| Box::pin(policy::load(tx))).await?.item;
    Entry::propose(id, input, Limits::of(&figures), desk.id, now, desk.today)
        .map_err(Error::Invalid)
}

/// Proposes an entry that was drafted.
///
/// # Errors
/// When the store fails.
pub async fn propose(tx: &mut Tx, desk: &Desk, entry: Entry) -> Result<SeenEntry, Error> {
    register::insert(tx, &entry).await?;
    desk.log(tx, Some(entry.id), json!({})).await?;
    Ok(SeenEntry::of(tx, desk, Versioned { version: 1, item: entry }).await?)
}

/// Approves an entry.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Entry`].
pub async fn approve(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
) -> Result<SeenEntry, Error> {
    let now = ctx.now();
    step(tx, ctx, desk, id, |entry| entry.approve(desk.id, now)).await
}

/// Withdraws an entry.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Entry`].
pub async fn withdraw(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    why: &str,
) -> Result<SeenEntry, Error> {
    let now = ctx.now();
    step(tx, ctx, desk, id, |entry| entry.withdraw(desk.id, now, why)).await
}

/// Loads an entry, takes one step with it, saves it and logs who did.
pub(crate) async fn step<E: Into<Error>>(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    verb: impl FnOnce(Entry) -> Result<Entry, E>,
) -> Result<SeenEntry, Error> {
    let Versioned { version, item } = register::load(tx, id).await?;
    let entry = verb(item).map_err(Into::into)?;
    register::save(tx, &entry, version).await?;
    register::schedule(tx, &entry, ctx.settings.zone).await?;
    desk.log(tx, Some(id), json!({})).await?;
    Ok(SeenEntry::of(tx, desk, Versioned { version: version + 1, item: entry }).await?)
}
