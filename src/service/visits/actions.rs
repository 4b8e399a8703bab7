//! What people do with a visit in the app, and look at it: authorise, lock, one verb, save.

use crate::{
    model::{
        alarms::Position,
        clock::Instant,
        ids::VisitId,
        people::pins::Proof,
        visits::{
            help::Undo,
            watch::{Effects, Scene, Watch},
        },
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::{
            answers::AnswerOutcome,
            team_context::TeamContext,
            viewer::{SeenVisit, Viewer, authorise, authorise_with_alarm},
        },
    },
    store::{Tx, people::teams, visits::watches},
};

/// Shows a visit.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn see(ctx: &Context, caller: Caller, id: VisitId) -> Result<SeenVisit, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let found = watches::look(tx, id).await?;
                let viewer = authorise_with_alarm(&caller, &found.item)?;
                let policy = teams::to_watch(tx, found.item.visit.team).await?.policy;
                Ok(SeenVisit { watch: found.item, version: found.version, viewer, policy })
            })
        })
        .await
}

/// Whoever goes on the visit starts it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or [`Error::Visit`].
pub async fn start(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
) -> Result<SeenVisit, Error> {
    act(tx, ctx, caller, id, |watch, scene, viewer| match viewer {
        Viewer::OutThere => Ok(watch.start(scene)?),
        Viewer::Minder { .. } => Err(Error::Forbidden("Whoever goes on the visit starts it.")),
    })
    .await
}

/// An approval, as it is given.
#[derive(Clone, Debug)]
pub struct NewApproval {
    /// The agreed times; none keeps those that there are.
    pub times: Vec<Instant>,
    pub note: Option<String>,
}

/// A manager of the team approves a visit.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], or [`Error::Visit`].
pub async fn approve(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    approval: NewApproval,
) -> Result<SeenVisit, Error> {
    let by = caller.named();
    act(tx, ctx, caller, id, |watch, scene, _| {
        // Whoever goes on the visit hears that from the model; others need to manage it.
        if !caller.manages(watch.visit.team) && !watch.visit.people_out().contains(&by.id) {
            return Err(Error::Forbidden("Only a manager of the team approves its visits."));
        }
        Ok(watch.approve(by, approval.times, approval.note, scene)?)
    })
    .await
}

/// A visit does not go on.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Visit`].
pub async fn cancel(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    reason: Option<String>,
) -> Result<SeenVisit, Error> {
    let by = &caller.person.name;
    act(tx, ctx, caller, id, |watch, scene, _| Ok(watch.cancel(by, reason, scene)?)).await
}

async fn act(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    verb: impl FnOnce(Watch, &Scene<'_>, Viewer) -> Result<(Watch, Effects), Error>,
) -> Result<SeenVisit, Error> {
    let before = watches::lock(tx, id).await?;
    let viewer = authorise_with_alarm(caller, &before.item)?;
    let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
    let decided = verb(before.item.clone(), &team.scene(), viewer)?;
    team.save(tx, viewer, &before, decided).await
}

/// Adds where the phone is to the call for help that is open, and calls nobody.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Forbidden`] for who is not on the visit.
pub async fn locate(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    position: Option<Position>,
) -> Result<AnswerOutcome, Error> {
    follow_up(tx, ctx, caller, id, |watch, _| {
        let (watch, reply) = watch.found(position);
        (watch, Effects::default(), reply)
    })
    .await
}

/// Takes a call for help back, with what the PIN proves.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Forbidden`] for who is not on the visit.
pub async fn undo_help(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    proof: Proof,
) -> Result<AnswerOutcome, Error> {
    let undo = Undo { proof, by: caller.person.name.clone() };
    follow_up(tx, ctx, caller, id, |watch, scene| watch.undo_help(&undo, scene)).await
}

async fn follow_up(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    verb: impl FnOnce(Watch, &Scene<'_>) -> (Watch, Effects, crate::model::visits::answers::Reply),
) -> Result<AnswerOutcome, Error> {
    let before = watches::lock(tx, id).await?;
    let viewer = authorise(caller, &before.item.visit)?;
    if viewer != Viewer::OutThere {
        return Err(Error::Forbidden("Only who is on the visit can do this."));
    }
    let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
    let (after, effects, reply) = verb(before.item.clone(), &team.scene());
    let seen = team.save(tx, viewer, &before, (after, effects)).await?;
    Ok(AnswerOutcome { reply, seen })
}
