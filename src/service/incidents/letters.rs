//! The letter of a measure: composed, read, taken as a document. For the aggression desk and for
//! those who manage the team of the incident; every look is logged.

use chrono::NaiveDate;
use serde_json::json;

use crate::{
    model::{
        ids::EntryId,
        incidents::{
            AffairKind, AffairState,
            letters::{Letter, LetterParagraph, Parts, Sources, Wording, Written},
        },
        input::faults::Fault,
        people::Role,
        privacy::access::Action,
        register::Entry,
    },
    service::{context::Context, error::Error, people::caller::Caller, register::looks::Desk},
    store::{
        self, Tx, Versioned,
        incidents::{self, letters, policy},
        people::teams,
        register,
    },
};

/// Lets in who has to do with letters: somebody of the desk, or a manager.
///
/// # Errors
/// [`Error::Forbidden`], or [`Error::StepUpNeeded`] for the desk until its extra check.
pub fn authorise(ctx: &Context, caller: &Caller, action: Action) -> Result<Desk, Error> {
    if caller.person.is(Role::Manager) || caller.as_desk()? {
        return Ok(Desk::of_anybody(ctx, caller, action));
    }
    Err(Error::Forbidden("Only the aggression desk and the manager see letters."))
}

/// Lets in whose letter it is: the desk's always, a manager's when they decided on it or manage the
/// team of its incident.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::StepUpNeeded`] for the desk until its extra check.
pub(super) async fn authorise_for_entry(
    tx: &mut Tx,
    caller: &Caller,
    entry: &Entry,
) -> Result<(), Error> {
    let desk = caller.as_desk();
    if matches!(desk, Ok(true)) || is_managers(tx, caller, entry).await? {
        return Ok(());
    }
    desk?;
    Err(Error::NotFound)
}

async fn is_managers(tx: &mut Tx, caller: &Caller, entry: &Entry) -> Result<bool, store::Error> {
    let Some(incident) = entry.dossier.incident else { return Ok(false) };
    match incidents::load(tx, incident).await {
        Err(store::Error::NotFound) => Ok(false),
        found => {
            let team = found?.item.team;
            let decided = entry.proposed_by == caller.id() && caller.person.is(Role::Manager);
            Ok(decided || caller.manages(team))
        }
    }
}

/// A letter as it would go out now: what stands in it, the document, and everything that is missing.
pub(super) struct LetterDraft {
    pub(super) parts: Parts,
    pub(super) written: Option<Written>,
    pub(super) missing: Vec<Fault>,
    pub(super) unusable: Vec<Fault>,
}

impl LetterDraft {
    /// Composes the letter of an entry as of this day.
    pub(super) async fn compose(
        tx: &mut Tx,
        ctx: &Context,
        entry: &Entry,
        wording: &Wording,
        today: NaiveDate,
    ) -> Result<Self, store::Error> {
        let organisation = teams::organisation(tx).await?.map(|found| found.item);
        let (happened_on, police_on) = days(tx, ctx, entry).await?;
        let figures = policy::load(tx).await?.item;
        let sources = Sources {
            entry,
            organisation: organisation.as_ref().map(|o| o.name.as_str()).unwrap_or_default(),
            letterhead: organisation.as_ref().and_then(|o| o.letterhead.as_ref()),
            happened_on,
            police_on,
            policy: &figures,
            wording,
            today,
        };
        let (parts, missing) = sources.compose();
        let template = ctx.settings.letters.get(entry.measure, wording.language);
        let written = template.and_then(|t| t.fill(&parts).map_err(|fault| vec![fault]));
        let (written, unusable) = match written {
            Ok(written) => (Some(written), vec![]),
            Err(faults) => (None, faults),
        };
        Ok(Self { parts, written, missing, unusable })
    }

    /// The document, when it may go out.
    ///
    /// # Errors
    /// [`Error::Unfinished`] with everything that stands in its way.
    pub(super) fn finished(self) -> Result<(Parts, Written), Error> {
        if !self.missing.is_empty() {
            return Err(Error::Unfinished {
                code: "letter-incomplete",
                detail: "The letter still lacks something.",
                faults: [self.missing, self.unusable].concat(),
            });
        }
        match self.written {
            Some(written) => Ok((self.parts, written)),
            None => Err(Error::Unfinished {
                code: "template-faulty",
                detail: "The template of this letter cannot be used.",
                faults: self.unusable,
            }),
        }
    }
}

/// On which days the incident was, and the police were told.
async fn days(
    tx: &mut Tx,
    ctx: &Context,
    entry: &Entry,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), store::Error> {
    let Some(id) = entry.dossier.incident else { return Ok((None, None)) };
    let incident = match incidents::load(tx, id).await {
        Err(store::Error::NotFound) => return Ok((None, None)),
        found => found?.item,
    };
    let happened = incident.report.happened_at.with_timezone(&ctx.settings.zone).date_naive();
    let police = incidents::affair(tx, id, AffairKind::PoliceReport).await?;
    let police_on = police.and_then(|affair| match affair.item.state {
        AffairState::Done { on, .. } => Some(on),
        _ => None,
    });
    Ok((Some(happened), police_on))
}

/// A letter as it was sent, or as it would go out today.
#[derive(Clone, Debug)]
pub struct SeenLetter {
    /// The entry whose measure it tells.
    pub entry: Entry,
    pub letter: Versioned<Letter>,
    /// What stands in it.
    pub parts: Parts,
    pub paragraphs: Vec<LetterParagraph>,
    /// Everything that stands in the way of sending it.
    pub faults: Vec<Fault>,
}

async fn seen(
    tx: &mut Tx,
    ctx: &Context,
    entry: Entry,
    letter: Versioned<Letter>,
    today: NaiveDate,
) -> Result<SeenLetter, store::Error> {
    let (parts, paragraphs, faults) = match &letter.item.sent {
        Some(sent) => (sent.parts.clone(), sent.paragraphs.clone(), vec![]),
        None => {
            let draft = LetterDraft::compose(tx, ctx, &entry, &letter.item.wording, today).await?;
            let paragraphs = draft.written.map(|w| w.paragraphs).unwrap_or_default();
            (draft.parts, paragraphs, [draft.missing, draft.unusable].concat())
        }
    };
    Ok(SeenLetter { entry, letter, parts, paragraphs, faults })
}

/// Shows a letter.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside.
pub async fn see(
    ctx: &Context,
    caller: Caller,
    desk: Desk,
    id: EntryId,
) -> Result<SeenLetter, Error> {
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let entry = register::load(tx, id).await?.item;
                authorise_for_entry(tx, &caller, &entry).await?;
                desk.log(tx, Some(id), json!({})).await?;
                let letter = letters::load(tx, id).await?;
                Ok(seen(tx, &at, entry, letter, desk.today).await?)
            })
        })
        .await
}

/// Changes the words of a letter.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Letter`] when it was sent.
pub async fn reword(
    tx: &mut Tx,
    ctx: &Context,
    caller: &Caller,
    desk: &Desk,
    (id, wording): (EntryId, Wording),
) -> Result<SeenLetter, Error> {
    let entry = register::load(tx, id).await?.item;
    authorise_for_entry(tx, caller, &entry).await?;
    let Versioned { version, item } = letters::load(tx, id).await?;
    let item = item.reworded(wording)?;
    letters::save(tx, &item, version).await?;
    desk.log(tx, Some(id), json!({})).await?;
    let letter = Versioned { version: version + 1, item };
    Ok(seen(tx, ctx, entry, letter, desk.today).await?)
}

/// Takes a letter along as a document.
///
/// # Errors
/// [`Error::NotFound`] for whoever stands outside, [`Error::Unfinished`].
pub async fn take_document(
    ctx: &Context,
    caller: Caller,
    desk: Desk,
    id: EntryId,
) -> Result<Vec<u8>, Error> {
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let entry = register::load(tx, id).await?.item;
                authorise_for_entry(tx, &caller, &entry).await?;
                desk.log(tx, Some(id), json!({})).await?;
                let letter = letters::load(tx, id).await?.item;
                if let Some(sent) = letter.sent {
                    return Ok(sent.document);
                }
                let draft =
                    LetterDraft::compose(tx, &at, &entry, &letter.wording, desk.today).await?;
                draft.finished().map(|(_, written)| written.document)
            })
        })
        .await
}
