//! Tells people something, within the transaction that makes it true, and answers texts.

use crate::{
    model::{
        ids::MessageId,
        messages::{
            Channel, Content, Message, MessageKey, Priority,
            announcements::{Announcement, Composer},
            audiences::Audience,
        },
        people::Person,
        phone::Phone,
    },
    service::context::Context,
    store::{
        Error, Tx,
        messages::{self, audiences},
    },
};

/// Tells everybody in these audiences, each once.
///
/// # Errors
/// When the store fails.
pub async fn notify(
    tx: &mut Tx,
    audiences: &[Audience<'_>],
    it: &Announcement<'_>,
    by: &Composer<'_>,
) -> Result<(), Error> {
    let people = audiences::load(tx, audiences).await?;
    notify_people(tx, &people, it, by).await
}

/// Tells these people, whom the model chose out of an audience.
///
/// # Errors
/// When the store fails.
pub async fn notify_people<'p>(
    tx: &mut Tx,
    people: impl IntoIterator<Item = &'p Person>,
    it: &Announcement<'_>,
    by: &Composer<'_>,
) -> Result<(), Error> {
    let said = it.messages(people, by);
    messages::insert_all(tx, &said.iter().collect::<Vec<_>>()).await
}

/// Answers a text.
///
/// # Errors
/// When the store fails.
pub(super) async fn reply(ctx: &Context, to: &Phone, body: String) -> Result<(), Error> {
    answer(ctx, (Channel::Text, to.to_string()), Content::Text { body }).await
}

/// Tells somebody what came of a text that another phone of theirs sent.
///
/// # Errors
/// When the store fails.
pub(super) async fn answer_owner(ctx: &Context, to: &Person, body: String) -> Result<(), Error> {
    match &to.mobile {
        Some(mobile) if !to.opted_out() => reply(ctx, &mobile.number, body).await,
        _ => {
            let mail = Content::mail("Rugdekking", body);
            answer(ctx, (Channel::Mail, to.email.clone()), mail).await
        }
    }
}

async fn answer(ctx: &Context, to: (Channel, String), content: Content) -> Result<(), Error> {
    let now = ctx.now();
    let id = MessageId::new(&*ctx.random, now);
    let plain = Message::plain(id, MessageKey::Reply(id), to, content, now);
    let said = Message { priority: Priority::Prompt, ..plain };
    ctx.db.write(move |tx| Box::pin(async move { messages::insert(tx, &said).await })).await
}
