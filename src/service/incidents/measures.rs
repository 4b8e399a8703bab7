//! A measure after it was proposed: its reviews, objections, and a move.

use crate::{
    model::{
        ids::EntryId,
        privacy::terms::{Months, MoreTimeInput},
        register::address::Address,
    },
    service::{
        context::Context,
        error::Error,
        register::{
            entries::{SeenEntry, step},
            looks::Desk,
        },
    },
    store::{self, Tx, incidents::policy},
};

/// A review, as it is noted.
#[derive(Clone, Debug)]
pub struct NewReview {
    /// The day of the next one.
    pub next: Option<String>,
    /// Why the measure is still needed.
    pub because: Option<String>,
}

/// Notes that somebody looked whether the measure is still needed.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Measure`].
pub async fn note_review(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    review: NewReview,
) -> Result<SeenEntry, Error> {
    let (by, now, today) = (desk.id, ctx.now(), desk.today);
    let NewReview { next, because } = review;
    step(tx, ctx, desk, id, |entry| {
        entry.reviewed(next.as_deref(), because.as_deref(), by, now, today)
    })
    .await
}

/// Notes that somebody objects to the measure.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Measure`].
pub async fn note_objection(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    received_on: Option<String>,
) -> Result<SeenEntry, Error> {
    let months = months(tx).await?;
    step(tx, ctx, desk, id, |entry| entry.objected(received_on.as_deref(), months, desk.today))
        .await
}

/// Takes more time to decide on an objection.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Measure`].
pub async fn extend_objection(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    more: MoreTimeInput,
) -> Result<SeenEntry, Error> {
    let (by, now, today) = (desk.id, ctx.now(), desk.today);
    let months = months(tx).await?;
    step(tx, ctx, desk, id, |entry| entry.objection_extended(&more, months, by, now, today)).await
}

async fn months(tx: &mut Tx) -> Result<Months, store::Error> {
    Ok(Months::of_objection(&policy::load(tx).await?.item))
}

/// What is decided on an objection.
#[derive(Clone, Debug)]
pub struct ObjectionDecision {
    /// Whether the objector is right.
    pub upheld: Option<bool>,
    pub because: Option<String>,
}

/// Decides on the objection that is open.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Measure`].
pub async fn decide_objection(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    decision: ObjectionDecision,
) -> Result<SeenEntry, Error> {
    let (by, now) = (desk.id, ctx.now());
    let ObjectionDecision { upheld, because } = decision;
    step(tx, ctx, desk, id, |entry| entry.objection_decided(upheld, because.as_deref(), by, now))
        .await
}

/// Notes that the person lives elsewhere now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Measure`].
pub async fn relocate(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: EntryId,
    addresses: Vec<Address>,
) -> Result<SeenEntry, Error> {
    step(tx, ctx, desk, id, |entry| entry.moved(addresses, desk.today)).await
}
