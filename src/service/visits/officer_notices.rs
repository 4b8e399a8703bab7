//! Telling district officers of a visit, and what they do with it.

use serde_json::json;

use crate::{
    model::{
        ids::{LineId, OfficerId, VisitId},
        people::teams::Organisation,
        privacy::access::{Action, Look},
        visits::{OfficerNotice::Informed, Visit, registration::OfficerChoice, watch::Watch},
    },
    service::{
        context::Context,
        error::Error,
        people::caller::Caller,
        visits::{
            team_context::TeamContext,
            viewer::{SeenVisit, authorise_with_alarm},
        },
    },
    store::{self, Tx, people::teams, privacy::access, visits::watches},
};

/// What is decided about the district officer.
#[derive(Clone, Debug)]
pub enum OfficerChoiceInput {
    /// This officer is told.
    Inform(OfficerId),
    /// Nobody is, for this reason.
    DoNot(String),
}

/// Looks up the officer who is meant.
///
/// # Errors
/// [`Error::Invalid`] when there is none.
pub(super) async fn officer(
    tx: &mut Tx,
    choice: OfficerChoiceInput,
) -> Result<OfficerChoice, Error> {
    match choice {
        OfficerChoiceInput::DoNot(why) => Ok(OfficerChoice::DoNot(why)),
        OfficerChoiceInput::Inform(id) => match teams::officer(tx, id).await {
            Ok(found) => Ok(OfficerChoice::Inform(found.item)),
            Err(store::Error::NotFound) => {
                let field = "districtOfficer.officerId";
                Err(Error::invalid(field, "invalid", "is no district officer"))
            }
            Err(why) => Err(why.into()),
        },
    }
}

/// Telling a district officer is a disclosure to the police: each one is logged. Who knows already is
/// not told again.
///
/// # Errors
/// When the store fails.
pub(super) async fn log_disclosure(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    before: Option<&Visit>,
    team: &TeamContext,
) -> Result<(), Error> {
    if let Some(Informed { officer_id, .. }) = &visit.officer
        && before.is_none_or(|before| before.officer != visit.officer)
    {
        let details = json!({ "officer": officer_id });
        let look = team.look(caller, Action::OfficerInformed, visit.id, details);
        access::log_look(tx, &look).await?;
    }
    Ok(())
}

/// Tells the district officer of a visit, or notes why not.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Visit`] when the visit is over.
pub async fn notify_officer(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    choice: OfficerChoiceInput,
) -> Result<SeenVisit, Error> {
    let before = watches::lock(tx, id).await?;
    let viewer = authorise_with_alarm(caller, &before.item)?;
    let team = TeamContext::load(tx, ctx, before.item.visit.team).await?;
    let choice = officer(tx, choice).await?;
    let by = &caller.person.name;
    let decided = before.item.clone().notify_officer(choice, by, &team.scene())?;
    log_disclosure(tx, caller, &decided.0.visit, Some(&before.item.visit), &team).await?;
    team.save(tx, viewer, &before, decided).await
}

/// A district officer pressed 'seen'.
///
/// # Errors
/// [`Error::NotFound`] when the visit is gone.
pub async fn record_seen(ctx: &Context, id: VisitId, by: OfficerId) -> Result<(), Error> {
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let before = watches::lock(tx, id).await?;
                let team = TeamContext::load(tx, &at, before.item.visit.team).await?;
                let scene = team.scene();
                let (after, effects) = before.item.clone().officer_saw(by, &scene);
                watches::save(tx, &before, &after, &effects, &scene).await?;
                Ok(())
            })
        })
        .await
}

/// What a district officer is shown of a visit: that is a disclosure too, and logged before.
///
/// # Errors
/// When the store fails; then nothing is shown either.
pub async fn show_to_officer(
    ctx: &Context,
    id: VisitId,
    by: OfficerId,
) -> Result<(Watch, Option<Organisation>), Error> {
    let now = ctx.now();
    let look = Look {
        id: LineId::new(&*ctx.random, now),
        at: now,
        person: None,
        action: Action::OfficerRead,
        visit: Some(id),
        entry: None,
        details: json!({ "officer": by }),
    };
    ctx.db
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Error>(access::log_look(tx, &look).await?) })
        })
        .await?;
    let seen = ctx.db.read::<_, store::Error, _>(move |tx| {
        Box::pin(async move {
            Ok((watches::look(tx, id).await?.item, teams::organisation(tx).await?.map(|o| o.item)))
        })
    });
    Ok(seen.await?)
}
