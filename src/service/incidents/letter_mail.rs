//! A letter goes out: kept as it was sent, followed until it was delivered, and the desk is told.

use serde_json::json;

use super::letters::{LetterDraft, authorise_for_entry};
use crate::{
    model::{
        ids::{EntryId, PersonId},
        input::faults::Fault,
        messages::{announcements::Announcement, audiences::Audience, topics::Topic},
    },
    service::{
        context::Context,
        error::Error,
        messages::notify::notify,
        people::caller::Caller,
        register::{entries::SeenEntry, looks::Desk},
    },
    store::{self, Tx, Versioned, incidents::letters, register},
};

/// How a letter went out.
#[derive(Clone, Debug)]
pub struct Mailing {
    /// The number by which the post knows it.
    pub tracking_number: Option<String>,
    pub sent_on: Option<String>,
}

/// Notes that a letter went out, and keeps it as it was sent.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Measure`], [`Error::Unfinished`],
/// [`Error::Letter`] when it was sent already.
pub async fn note_sent(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    desk: &Desk,
    (id, mailing): (EntryId, &Mailing),
) -> Result<SeenEntry, Error> {
    let Versioned { version, item } = register::load(tx, id).await?;
    authorise_for_entry(tx, caller, &item).await?;
    let (number, day) = (mailing.tracking_number.as_deref(), mailing.sent_on.as_deref());
    let entry = item.sent(number, day, desk.id, ctx.now(), desk.today)?;
    let sent_on = entry.dossier.mail.as_ref().map_or(desk.today, |mail| mail.sent_on);
    let letter = letters::load(tx, id).await?;
    let wording = &letter.item.wording;
    let mut draft = LetterDraft::compose(tx, ctx, &entry, wording, sent_on).await?;
    if wording.date.is_some_and(|date| date > sent_on) {
        let why = "the letter was sent before the day that stands in it";
        draft.missing.push(Fault::new("date", "future", why));
    }
    let (parts, written) = draft.finished()?;
    let sent = letter.item.go_out(parts, written, desk.id, ctx.now())?;
    letters::save(tx, &sent, letter.version).await?;
    register::save(tx, &entry, version).await?;
    desk.log(tx, Some(id), json!({})).await?;
    tell_desk(tx, ctx, id, desk.id).await?;
    Ok(SeenEntry::of(tx, desk, Versioned { version: version + 1, item: entry }).await?)
}

/// The desk's copy: that it went out, and where it can be read.
async fn tell_desk(
    tx: &mut Tx,
    ctx: &Context,
    entry: EntryId,
    sender: PersonId,
) -> Result<(), store::Error> {
    let it = Announcement::new(Topic::LetterSent { entry }, |words| words.letter_sent(entry));
    notify(tx, &[Audience::Desk], &it.except(vec![sender]), &ctx.composer()).await
}

/// Notes on which day a letter was delivered.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Measure`].
pub async fn note_delivered(
    tx: &mut Tx,
    caller: &Caller,
    desk: &Desk,
    id: EntryId,
    delivered_on: Option<&str>,
) -> Result<SeenEntry, Error> {
    let Versioned { version, item } = register::load(tx, id).await?;
    authorise_for_entry(tx, caller, &item).await?;
    let entry = item.delivered(delivered_on, desk.today)?;
    register::save(tx, &entry, version).await?;
    desk.log(tx, Some(id), json!({})).await?;
    Ok(SeenEntry::of(tx, desk, Versioned { version: version + 1, item: entry }).await?)
}
