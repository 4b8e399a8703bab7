//! Telling district officers of a visit, and what they do with it.

use axum::response::Response;
use serde_json::json;

use super::{
    auth::Caller,
    checking::look,
    idempotency::{Once, Reply, once},
    problem::Problem,
    state::House,
    visit_input::OfficerChoiceInput,
    watching::{Setting, alarm_viewer, save_and_show},
};
use crate::{
    model::{
        access::{Action, Look},
        faults::Fault,
        ids::{LineId, OfficerId, VisitId},
        registration::OfficerChoice,
        teams::Organisation,
        visits::Visit,
    },
    store::{Tx, access, teams, watches},
};

/// Looks up the officer who is meant.
///
/// # Errors
/// 400 when there is none.
pub async fn officer(tx: &mut Tx, choice: OfficerChoiceInput) -> Result<OfficerChoice, Problem> {
    let load = |id: OfficerId| async move { teams::officer(tx, id).await };
    match choice {
        OfficerChoiceInput::DoNot(why) => Ok(OfficerChoice::DoNot(why)),
        OfficerChoiceInput::Inform(id) => match load(id).await {
            Ok(found) => Ok(OfficerChoice::Inform(found.item)),
            Err(crate::store::Error::NotFound) => {
                let field = "districtOfficer.officerId";
                Err(Problem::invalid(vec![Fault::new(field, "invalid", "is no district officer")]))
            }
            Err(why) => Err(why.into()),
        },
    }
}

/// Telling a district officer is a disclosure to the police: each one is logged.
///
/// # Errors
/// When the store fails.
pub async fn log_disclosure(
    tx: &mut Tx,
    caller: &Caller,
    visit: &Visit,
    setting: &Setting,
) -> Result<(), Problem> {
    use crate::model::visits::OfficerNotice::Informed;
    if let Some(Informed { officer_id, .. }) = &visit.officer {
        let details = json!({ "officer": officer_id });
        let look = look(caller, Action::OfficerInformed, visit.id, setting, details);
        access::log_look(tx, &look).await?;
    }
    Ok(())
}

/// Tells the district officer of a visit, or notes why not.
///
/// # Errors
/// 404 for who stands outside, 409 when the visit is over.
pub async fn notify_officer(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    choice: OfficerChoiceInput,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = alarm_viewer(&caller, &before.item)?;
            let setting = Setting::of(tx, &at, before.item.visit.team).await?;
            let scene = setting.scene();
            let choice = officer(tx, choice).await?;
            let by = caller.person.name.clone();
            let (after, effects) = before.item.clone().notify_officer(choice, &by, &scene)?;
            log_disclosure(tx, &caller, &after.visit, &setting).await?;
            let body =
                save_and_show(tx, &setting, &caller, viewer, &before, &after, &effects).await?;
            Ok(Reply::ok(body))
        })
    })
    .await
}

/// A district officer pressed 'seen'.
///
/// # Errors
/// 404 when the visit is gone.
pub async fn officer_saw(house: &House, id: VisitId, by: OfficerId) -> Result<(), Problem> {
    let at = house.clone();
    house
        .db
        .write(move |tx| {
            Box::pin(async move {
                let before = watches::lock(tx, id).await?;
                let setting = Setting::of(tx, &at, before.item.visit.team).await?;
                let scene = setting.scene();
                let (after, effects) = before.item.clone().officer_saw(by, &scene);
                watches::save(tx, &before, &after, &effects, &scene).await?;
                Ok(())
            })
        })
        .await
}

/// A district officer opened what was told: that is a disclosure, and logged.
///
/// # Errors
/// When the store fails; then nothing is shown either.
pub async fn log_officer_read(house: &House, id: VisitId, by: OfficerId) -> Result<(), Problem> {
    let now = house.now();
    let look = Look {
        id: LineId::new(&*house.dice, now),
        at: now,
        person: None,
        action: Action::OfficerRead,
        visit: Some(id),
        entry: None,
        details: json!({ "officer": by }),
    };
    house.db.write(move |tx| Box::pin(async move { Ok(access::log_look(tx, &look).await?) })).await
}

/// Whose service this is, and the number that always answers.
///
/// # Errors
/// When the store fails.
pub async fn organisation(house: &House) -> Result<Option<Organisation>, Problem> {
    let found = house
        .db
        .read(|tx| Box::pin(async move { Ok::<_, Problem>(teams::organisation(tx).await?) }))
        .await?;
    Ok(found.map(|o| o.item))
}
