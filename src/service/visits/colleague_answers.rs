//! A colleague who was named for a visit texts whether they go along.

use crate::{
    model::{
        clock::minutes,
        ids::VisitId,
        messages::texts::Words,
        phone::Phone,
        visits::{SaysAlong, Visit, answers::Saying},
    },
    service::{
        context::Context,
        error::Error,
        visits::{team_context::TeamContext, unannounced::HELP_AHEAD},
    },
    store::{
        Tx, readable,
        visits::{self, watches},
    },
};

/// Takes in what a number says of the visits for which it was named and that have not begun; nothing
/// when there is none, or it says neither yes nor no.
///
/// # Errors
/// When the store fails.
pub(in crate::service) async fn take(
    ctx: &Context,
    from: &Phone,
    saying: Saying,
    words: &Words,
) -> Result<Option<String>, Error> {
    let says = match saying {
        Saying::Well => SaysAlong::Yes,
        Saying::NotWell => SaysAlong::No,
        _ => return Ok(None),
    };
    let (at, number) = (ctx.clone(), from.clone());
    let said = ctx.write(move |tx| Box::pin(async move { say(tx, &at, &number, says).await }));
    Ok(said.await?.map(|visit| {
        let (who, start) = (&visit.worker.name, visit.plan.starts_at);
        match says {
            SaysAlong::Yes => words.goes_along_yes(who, start),
            _ => words.goes_along_no(who),
        }
    }))
}

/// Says it for each; tells the first of them.
async fn say(
    tx: &mut Tx,
    ctx: &Context,
    from: &Phone,
    says: SaysAlong,
) -> Result<Option<Visit>, Error> {
    let mut told: Option<Visit> = None;
    for id in asked(tx, ctx, from).await? {
        let before = watches::lock(tx, id).await?;
        let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
        let scene = team.scene();
        let (after, effects) = before.item.clone().colleague_says(from, says, &scene);
        if after != before.item {
            watches::save(tx, &before, &after, &effects, &scene).await?;
        }
        let is_first =
            told.as_ref().is_none_or(|it| after.visit.plan.starts_at < it.plan.starts_at);
        told = if is_first { Some(after.visit) } else { told };
    }
    Ok(told)
}

/// The visits of which this number has said nothing yet; or else, who changes their mind, those that
/// begin within hours.
async fn asked(tx: &mut Tx, ctx: &Context, from: &Phone) -> Result<Vec<VisitId>, Error> {
    let (mut unsaid, mut near) = (vec![], vec![]);
    for id in visits::by_number(tx, from).await? {
        let Some(found) = readable(visits::load(tx, id).await)? else { continue };
        let visit = found.item;
        if !visit.asks_along(from) {
            continue;
        }
        let mut own = visit.plan.colleagues.iter().filter(|c| c.mobile == *from);
        if own.any(|colleague| colleague.says == SaysAlong::NotYet) {
            unsaid.push(id);
        } else if visit.plan.starts_at - ctx.now() <= minutes(HELP_AHEAD) {
            near.push(id);
        }
    }
    Ok(if unsaid.is_empty() { near } else { unsaid })
}
