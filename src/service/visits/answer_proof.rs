//! Who answers for a visit, and what the PIN that came along proves.

use crate::{
    model::{
        ids::{PersonId, VisitId},
        people::{Person, pins::Proof},
        phone::Phone,
        visits::{Visit, answers::Saying, timeline::Route},
    },
    service::{
        context::Context,
        error::Error,
        people::{
            caller::Caller,
            pins::{hear, prove},
        },
        visits::{
            answer_request::{AnswerRequest, AnsweredBy, ProvenAnswer},
            team_context::TeamContext,
            viewer::authorise_with_alarm,
        },
    },
    store::{
        Tx, people,
        visits::{self, watches},
    },
};

/// Looks at the PIN before anything is locked: that takes a while.
pub(super) async fn prove_answer(
    ctx: &Context,
    mut request: AnswerRequest,
) -> Result<ProvenAnswer, Error> {
    let (visit, codes) = (request.visit, std::mem::take(&mut request.codes));
    let proven = match &request.by {
        AnsweredBy::Caller(caller) => {
            let proof = prove_for_caller(ctx, caller, visit, codes).await?;
            (caller.person.name.clone(), proof)
        }
        by => {
            let number = by.number().cloned();
            let who = ctx
                .db
                .read(move |tx| Box::pin(async move { who_answers(tx, visit, number).await }));
            let (name, provers) = who.await?;
            match request.saying {
                Saying::Unclear => (name, hear(provers, codes).await),
                _ => (name, prove(ctx, provers, codes, by.route()).await?),
            }
        }
    };
    Ok(ProvenAnswer::new(request, proven))
}

/// What a PIN proves that came along with what somebody does in the app.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn prove_for_caller(
    ctx: &Context,
    caller: &Caller,
    id: VisitId,
    codes: Vec<String>,
) -> Result<Proof, Error> {
    if codes.is_empty() {
        return Ok(Proof::None);
    }
    let provers = provers_of_caller(ctx, caller.clone(), id).await?;
    prove(ctx, provers, codes, Route::App).await
}

/// Whose PINs count for somebody who is signed in: a colleague's own, and always the worker's.
async fn provers_of_caller(
    ctx: &Context,
    caller: Caller,
    id: VisitId,
) -> Result<Vec<Person>, Error> {
    ctx.db
        .read(move |tx| {
            Box::pin(async move {
                let watch = watches::look(tx, id).await?.item;
                authorise_with_alarm(&caller, &watch)?;
                let worker = people::load(tx, watch.visit.worker.id).await?.item;
                let own = (caller.id() != worker.id).then_some(caller.person);
                Ok(own.into_iter().chain([worker]).collect())
            })
        })
        .await
}

/// The name that goes on the timeline, and whose PINs count: the colleague's whose number it is,
/// and always the worker's. Who pressed the button behind a link is not known, so there the PIN of
/// each who is out there counts.
async fn who_answers(
    tx: &mut Tx,
    id: VisitId,
    from: Option<Phone>,
) -> Result<(String, Vec<Person>), Error> {
    let Visit { worker, plan, .. } = visits::load(tx, id).await?.item;
    let worker = people::load(tx, worker.id).await?.item;
    let mut colleagues = plan.colleagues.iter();
    let colleague =
        colleagues.find(|c| from.as_ref() == Some(&c.mobile) && plan.mobile != c.mobile);
    let name = colleague.map_or(&worker.name, |c| &c.name).clone();
    let own: Vec<PersonId> = match (from, colleague) {
        (None, _) => plan.colleagues.iter().filter_map(|c| c.person_id).collect(),
        (Some(_), colleague) => colleague.and_then(|c| c.person_id).into_iter().collect(),
    };
    let mut provers = vec![];
    for id in own {
        provers.push(people::load(tx, id).await?.item);
    }
    provers.push(worker);
    Ok((name, provers))
}

/// A PIN came in by text that could be meant for several visits: nothing is answered for any of them,
/// and who is forced to give it is heard for this one.
///
/// # Errors
/// When the store fails.
pub async fn hear_duress(
    ctx: &Context,
    id: VisitId,
    (from, route): (&Phone, Route),
    codes: Vec<String>,
) -> Result<(), Error> {
    let number = Some(from.clone());
    let who = ctx.db.read(move |tx| Box::pin(async move { who_answers(tx, id, number).await }));
    let (name, provers) = who.await?;
    let proof = prove(ctx, provers, codes, route).await?;
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let before = watches::lock(tx, id).await?;
                let team = TeamContext::load(tx, &at, before.item.visit.team).await?;
                let scene = team.scene();
                let (after, effects) = before.item.clone().hear_duress(&name, proof, &scene);
                watches::save(tx, &before, &after, &effects, &scene).await?;
                Ok(())
            })
        })
        .await
}
