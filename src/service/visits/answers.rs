//! An answer for a visit: all is well, more time, help, it ended. A tap, a link, a text, a key on a call
//! and the button of a notification all come by here, so that each rule for answers stands once.

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use super::{
    answer_proof::prove_answer,
    answer_request::ProvenAnswer,
    team_context::TeamContext,
    viewer::{SeenVisit, Viewer},
};
pub use super::{
    answer_proof::{hear_duress, prove_for_caller},
    answer_request::{AnswerOutcome, AnswerRequest, AnsweredBy},
};
use crate::{
    model::{
        ids::VisitId,
        visits::{
            answers::{Reply, Saying},
            watch::Watch,
        },
    },
    service::{
        batcher::{Batcher, Outcomes, Request},
        context::{Context, spans::about_visit},
        error::Error,
        idempotency::{Shown, StoredReply, note_inbound},
    },
    store::{
        Tx, Versioned,
        people::teams,
        visits::watches::{self, WatchChange},
    },
};

/// Takes an answer in.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Forbidden`] for who may not answer, [`Error::Visit`] for who
/// watches over it and comes too late.
pub async fn submit(ctx: &Context, request: AnswerRequest) -> Result<AnswerOutcome, Error> {
    about_visit(request.visit);
    let (at, given) = (ctx.clone(), prove_answer(ctx, request).await?);
    ctx.write(move |tx| Box::pin(async move { answer(tx, &at, &given).await })).await
}

/// The same under an idempotency key, together with what others say at the same moment.
///
/// # Errors
/// As [`submit`], and [`Error::KeyReused`].
pub async fn submit_once(
    ctx: &Context,
    request: AnswerRequest,
    once: Shown<AnswerOutcome>,
) -> Result<StoredReply, Error> {
    about_visit(request.visit);
    let given = prove_answer(ctx, request).await?;
    Batcher::shared(ctx).submit(ctx, given, once).await
}

impl Request for ProvenAnswer {
    type Subject = VisitId;
    type Outcome = AnswerOutcome;

    fn subjects(&self) -> Vec<VisitId> {
        vec![self.request.visit]
    }

    fn together<'t>(
        tx: &'t mut Tx,
        ctx: &'t Context,
        all: Vec<&'t Self>,
    ) -> BoxFuture<'t, Outcomes<AnswerOutcome>> {
        Box::pin(answer_all(tx, ctx, all))
    }

    fn alone<'t>(
        &'t self,
        tx: &'t mut Tx,
        ctx: &'t Context,
    ) -> BoxFuture<'t, Result<AnswerOutcome, Error>> {
        Box::pin(answer(tx, ctx, self))
    }
}

/// None for a visit that somebody else holds, or whose team cannot be read.
async fn answer_all(
    tx: &mut Tx,
    ctx: &Context,
    all: Vec<&ProvenAnswer>,
) -> Outcomes<AnswerOutcome> {
    let ids: Vec<_> = all.iter().map(|given| given.request.visit).collect();
    let found = watches::try_lock_all(tx, &ids).await?;
    let teams = teams::some(tx, found.values().map(|watch| watch.item.visit.team)).await?;
    let teams: BTreeMap<_, _> =
        teams.into_iter().map(|found| (found.item.id, found.item)).collect();
    let mut decided = vec![];
    let mut outcomes: Vec<_> = all.iter().map(|_| None).collect();
    for (nth, given) in all.iter().enumerate() {
        let Some(before) = found.get(&given.request.visit) else { continue };
        let Some(team) = teams.get(&before.item.visit.team) else { continue };
        match given.decide(&before.item, TeamContext::new(ctx, team.clone())) {
            Ok(one) => decided.push((nth, before, one)),
            Err(refused) => outcomes[nth] = Some(Err(refused)),
        }
    }
    let changes: Vec<_> = decided.iter().map(|(_, before, one)| one.change(before)).collect();
    watches::save_all(tx, &changes, ctx.now()).await?;
    let versions: Vec<_> = changes.iter().map(WatchChange::version).collect();
    for ((nth, _, one), version) in decided.into_iter().zip(versions) {
        outcomes[nth] = Some(Ok(one.outcome(version)));
    }
    Ok(outcomes)
}

/// Takes an answer in as part of a transaction.
///
/// # Errors
/// As [`submit`].
pub(in crate::service) async fn answer(
    tx: &mut Tx,
    ctx: &Context,
    given: &ProvenAnswer,
) -> Result<AnswerOutcome, Error> {
    let before = watches::lock(tx, given.request.visit).await?;
    answer_locked(tx, ctx, given, &before).await
}

/// The same for a visit that is locked already.
///
/// # Errors
/// As [`submit`].
pub(in crate::service) async fn answer_locked(
    tx: &mut Tx,
    ctx: &Context,
    given: &ProvenAnswer,
    before: &Versioned<Watch>,
) -> Result<AnswerOutcome, Error> {
    let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
    if let AnsweredBy::Text { id: Some(id), .. } = &given.request.by
        && !note_inbound(tx, id, before.item.visit.id, ctx.now()).await?
    {
        return Ok(noted_before(given, before, team));
    }
    let decided = given.decide(&before.item, team)?;
    let change = decided.change(before);
    watches::save_all(tx, &[change], ctx.now()).await?;
    let version = change.version();
    Ok(decided.outcome(version))
}

/// A text that was brought before changes nothing more, and is answered as it was then: nobody may
/// read 'thank you' after words that were not understood.
fn noted_before(
    given: &ProvenAnswer,
    before: &Versioned<Watch>,
    team: TeamContext,
) -> AnswerOutcome {
    let Versioned { version, item: watch } = before.clone();
    let next = watch.visit.next_check_in().map(|c| c.due_at);
    let policy = team.team.policy;
    let reply = match given.request.saying {
        Saying::Help(_) | Saying::NotWell if !policy.silent_help => Reply::HelpComing,
        Saying::Unclear => Reply::NotUnderstood,
        _ if given.is_refused() => given.refusal(),
        _ => Reply::Noted(next),
    };
    let seen = SeenVisit { watch, version, viewer: Viewer::OutThere, policy };
    AnswerOutcome { reply, seen }
}
