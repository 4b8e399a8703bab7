//! After a call for help: where the phone is, and taking the call back with the PIN.

use axum::{http::HeaderMap, response::Response};
use serde_json::json;

use super::{
    auth::Caller,
    idempotency::{Once, once},
    problem::Problem,
    said,
    state::House,
    visit_view::{self, Viewer},
    watching::{Setting, save_and_show, viewer},
};
use crate::{
    model::{
        alarms::Position,
        answers::Reply,
        help::Undo,
        ids::VisitId,
        pins::Proof,
        watch::{Effects, Scene, Watch},
    },
    store::watches,
};

type Verb = Box<dyn FnOnce(Watch, &Scene<'_>) -> (Watch, Effects, Reply) + Send + 'static>;

/// Adds the position to the call for help that is open, and calls nobody.
pub(super) async fn found(
    house: &House,
    caller: Caller,
    id: VisitId,
    headers: &HeaderMap,
    position: Option<Position>,
) -> Result<Response, Problem> {
    let path = format!("/v1/visits/{id}/alarm");
    let key = Once::new(&caller, headers, path, &json!({ "followUp": position }))?;
    let add = move |watch: Watch, _: &Scene<'_>| {
        let (watch, reply) = watch.found(position);
        (watch, Effects::default(), reply)
    };
    act(house, caller, key, id, Box::new(add)).await
}

/// Takes the call for help back. The PIN is told apart by the key alone: it is not kept.
pub(super) async fn undo(
    house: &House,
    caller: Caller,
    id: VisitId,
    headers: &HeaderMap,
    proof: Proof,
) -> Result<Response, Problem> {
    let path = format!("/v1/visits/{id}/alarm/withdrawal");
    let key = Once::new(&caller, headers, path, &())?;
    let undo = Undo { proof, by: caller.person.name.clone() };
    act(house, caller, key, id, Box::new(move |watch, s| watch.undo_help(&undo, s))).await
}

async fn act(
    house: &House,
    caller: Caller,
    key: Once,
    id: VisitId,
    verb: Verb,
) -> Result<Response, Problem> {
    let at = house.clone();
    once(house, key, move |tx| {
        Box::pin(async move {
            let before = watches::lock(tx, id).await?;
            let viewer = viewer(&caller, &before.item.visit)?;
            if viewer != Viewer::OutThere {
                return Err(Problem::forbidden("Only who is on the visit can do this."));
            }
            let setting = Setting::of(tx, &at, before.item.visit.team).await?;
            let (after, effects, reply) = verb(before.item.clone(), &setting.scene());
            let shown =
                save_and_show(tx, &setting, &caller, viewer, &before, &after, &effects).await?;
            let body = match (reply, after.alarm.as_ref()) {
                (Reply::HelpComing, Some(alarm)) => visit_view::alarm(alarm, 1, None, &[], viewer),
                _ => shown,
            };
            Ok(said::reply(reply, body))
        })
    })
    .await
    .and_then(said::refuse)
}
