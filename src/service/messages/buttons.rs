//! What comes from the SOS button that somebody carries: help, for its owner, or that its battery runs low.

use crate::{
    model::{
        messages::replies::{ButtonSaid, TextReply},
        people::Person,
        phone::Phone,
        visits::answers::{Reply, Saying},
    },
    service::{
        context::Context,
        error::Error,
        messages::{notify::answer_owner, number_visits::call_number, phrases::answer_phrase},
        visits::{
            answers::{AnswerRequest, AnsweredBy, submit},
            unannounced,
        },
    },
    store::people,
};

/// Takes in a text from a button; tells whether it came from one. Buttons read nothing: what is
/// answered goes to the phone of their owner, in words that a resident may see.
///
/// # Errors
/// When the store fails.
pub(super) async fn receive(
    ctx: &Context,
    (from, id): (&Phone, Option<&str>),
    body: &str,
) -> Result<bool, Error> {
    let number = from.clone();
    let owners =
        ctx.db.read(move |tx| Box::pin(async move { people::by_button(tx, &number).await }));
    let owners: Vec<Person> = owners.await?.into_iter().map(|found| found.item).collect();
    for owner in &owners {
        let words = ctx.words(owner.language);
        let told = match ButtonSaid::read(body) {
            ButtonSaid::Help(position) => {
                let by = owner.mobile.as_ref().map_or(from, |mobile| &mobile.number).clone();
                let by = AnsweredBy::Text { from: by, id: id.map(str::to_owned) };
                match call_for_help(ctx, owner, (by, body), Saying::Help(position)).await? {
                    Some(reply) => answer_phrase(&reply, &words),
                    None => words.nobody_warned(call_number(ctx).await?.as_deref()),
                }
            }
            ButtonSaid::BatteryLow => words.button_battery(),
            ButtonSaid::SwitchedOff => words.button_off(),
            ButtonSaid::Unclear => words.button_unclear(&TextReply::read(body).shown(body)),
            ButtonSaid::Status => continue,
        };
        answer_owner(ctx, owner, told).await?;
    }
    Ok(!owners.is_empty())
}

/// Help counts for the visits that the owner is on, or that is near, or else one begins. Nothing is
/// answered when nobody could be warned.
async fn call_for_help(
    ctx: &Context,
    owner: &Person,
    (by, body): (AnsweredBy, &str),
    saying: Saying,
) -> Result<Option<Reply>, Error> {
    let (whose, now) = ([owner.clone()], ctx.now());
    let visits = ctx
        .db
        .read(move |tx| Box::pin(async move { unannounced::visits_of(tx, &whose, now).await }));
    let shown = TextReply::read(body).shown(body);
    let words = Some(ctx.words(ctx.settings.language).button_wrote(&shown));
    let mut last = None;
    for visit in visits.await? {
        let (by, words) = (by.clone(), words.clone());
        let request =
            AnswerRequest { visit, by, saying, words, codes: vec![], asked: None, tapped_at: None };
        last = Some(submit(ctx, request).await?.reply);
    }
    let AnsweredBy::Text { from, .. } = &by else { return Ok(last) };
    if last.is_none() {
        let number = from.clone();
        let begun = unannounced::begin(ctx, &number, vec![owner.clone()], by, (saying, vec![]));
        last = begun.await?.map(|outcome| outcome.reply);
    }
    Ok(last)
}
