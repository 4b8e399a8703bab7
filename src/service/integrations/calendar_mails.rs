//! Mails a visit as a calendar reads it to who registered it. Who is visited, and where, is not in it.

use crate::{
    model::{
        ids::MessageId,
        integrations::calendars::written,
        messages::{Attachment, Channel, Content, Message, MessageKey},
        people::Person,
        visits::Visit,
    },
    service::{context::Context, error::Error},
    store::{Tx, integrations::calendars, messages},
};

/// Mails visits that were just registered to who registered them, where they have that switched on.
///
/// # Errors
/// When the store fails.
pub async fn mail(tx: &mut Tx, ctx: &Context, visits: &[(&Person, &Visit)]) -> Result<(), Error> {
    if !ctx.settings.channels.contains(&Channel::Mail) {
        return Ok(());
    }
    let people: Vec<_> = visits.iter().map(|(person, _)| person.id).collect();
    let mailed = calendars::mailed(tx, &people).await?;
    let wanted = visits.iter().filter(|(person, _)| mailed.contains(&person.id));
    let mails: Vec<_> = wanted.map(|(person, visit)| mail_of(ctx, person, visit)).collect();
    Ok(messages::insert_all(tx, &mails.iter().collect::<Vec<_>>()).await?)
}

fn mail_of(ctx: &Context, person: &Person, visit: &Visit) -> Message {
    let (words, now) = (ctx.words(person.language), ctx.now());
    let attachment = Attachment {
        name: "visit.ics".into(),
        kind: written::KIND.into(),
        text: written::one(visit, &words, now),
    };
    let content = Content::Mail {
        subject: words.calendar_subject(),
        body: words.calendar_mail(),
        attachments: vec![attachment],
    };
    let id = MessageId::new(&*ctx.random, now);
    let key = MessageKey::CalendarEntry(visit.id);
    let to = (Channel::Mail, person.email.clone());
    Message::plain(id, key, to, content, now).for_person(person)
}
