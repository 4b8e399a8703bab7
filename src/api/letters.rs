//! The letter of a measure: composed, read, taken as a document. For the aggression desk and for
//! those who manage the team of the incident; every look is logged.

use axum::{
    Router,
    extract::State,
    http::{
        HeaderMap, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    auth::Caller,
    idempotency::{Once, Reply, once, respond},
    json::{Body, Id},
    problem::Problem,
    register::{Desk, PATH},
    state::House,
};
use crate::{
    model::{
        access::Action,
        faults::Fault,
        ids::EntryId,
        incidents::{AffairKind, AffairState},
        letters::{Letter, Parts, Sources, WasSent, Wording, WordingInput, Written},
        people::Role,
        register::Entry,
    },
    store::{Error, Tx, Versioned, incidents, letters, policy, register, teams},
};

const DOCUMENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The routes.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/register-entries/{id}/letter", get(show).post(compose))
        .route("/register-entries/{id}/letter/document", get(document))
}

impl From<WasSent> for Problem {
    fn from(why: WasSent) -> Self {
        Self::conflict("sent", why.to_string())
    }
}

/// Somebody who has to do with letters: of the desk, or a manager.
///
/// # Errors
/// 403 for everybody else, and for the desk until its extra check.
pub(super) fn hand(house: &House, caller: &Caller, action: Action) -> Result<Desk, Problem> {
    if caller.person.is(Role::Manager) || caller.as_desk()? {
        return Ok(Desk::of_anybody(house, caller, action));
    }
    Err(Problem::forbidden("Only the aggression desk and the manager see letters."))
}

/// Whether this letter is theirs: the desk's always, a manager's when they decided on it or manage
/// the team of its incident.
///
/// # Errors
/// 404 when it is not; 403 when it is the desk's, until the extra check.
pub(super) async fn is_theirs(tx: &mut Tx, caller: &Caller, entry: &Entry) -> Result<(), Problem> {
    let desk = caller.as_desk();
    if matches!(desk, Ok(true)) || is_managers(tx, caller, entry).await? {
        return Ok(());
    }
    desk?;
    Err(Problem::not_found())
}

async fn is_managers(tx: &mut Tx, caller: &Caller, entry: &Entry) -> Result<bool, Error> {
    let Some(incident) = entry.dossier.incident else { return Ok(false) };
    match incidents::load(tx, incident).await {
        Err(Error::NotFound) => Ok(false),
        found => {
            let team = found?.item.team;
            let decided = entry.proposed_by == caller.id() && caller.person.is(Role::Manager);
            Ok(decided || caller.manages(team))
        }
    }
}

/// A letter as it would go out now: what stands in it, the document, and everything that is missing.
pub(super) struct Draft {
    pub(super) parts: Parts,
    pub(super) written: Option<Written>,
    pub(super) missing: Vec<Fault>,
    pub(super) unusable: Vec<Fault>,
}

impl Draft {
    /// Composes the letter of an entry as of this day.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn compose(
        tx: &mut Tx,
        house: &House,
        entry: &Entry,
        wording: &Wording,
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let organisation = teams::organisation(tx).await?.map(|found| found.item);
        let (happened_on, police_on) = days(tx, house, entry).await?;
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
        let template = house.settings.letters.get(entry.measure, wording.language);
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
    /// 409 with everything that stands in its way.
    pub(super) fn finished(self) -> Result<(Parts, Written), Problem> {
        if !self.missing.is_empty() {
            let why = "The letter still lacks something.";
            let faults = [self.missing, self.unusable].concat();
            return Err(Problem { faults, ..Problem::conflict("letter-incomplete", why) });
        }
        match self.written {
            Some(written) => Ok((self.parts, written)),
            None => {
                let why = "The template of this letter cannot be used.";
                let faults = self.unusable;
                Err(Problem { faults, ..Problem::conflict("template-faulty", why) })
            }
        }
    }
}

/// On which days the incident was, and the police were told.
async fn days(
    tx: &mut Tx,
    house: &House,
    entry: &Entry,
) -> Result<(Option<NaiveDate>, Option<NaiveDate>), Error> {
    let Some(id) = entry.dossier.incident else { return Ok((None, None)) };
    let incident = match incidents::load(tx, id).await {
        Err(Error::NotFound) => return Ok((None, None)),
        found => found?.item,
    };
    let happened = incident.report.happened_at.with_timezone(&house.settings.zone).date_naive();
    let police = incidents::affair(tx, id, AffairKind::PoliceReport).await?;
    let police_on = police.and_then(|affair| match affair.item.state {
        AffairState::Done { on, .. } => Some(on),
        _ => None,
    });
    Ok((Some(happened), police_on))
}

async fn view(
    tx: &mut Tx,
    house: &House,
    entry: &Entry,
    found: &Versioned<Letter>,
    today: NaiveDate,
) -> Result<Value, Error> {
    let letter = &found.item;
    let mail = entry.dossier.mail.as_ref();
    let mut body = json!({
        "entryId": entry.id, "measure": entry.measure, "version": found.version,
        "language": letter.wording.language, "words": letter.wording,
        "sent": letter.sent.is_some(), "sentOn": mail.map(|m| m.sent_on),
        "deliveredOn": mail.and_then(|m| m.delivered_on),
    });
    let (parts, paragraphs, faults) = match &letter.sent {
        Some(sent) => (sent.parts.shown(), json!(sent.paragraphs), vec![]),
        None => {
            let draft = Draft::compose(tx, house, entry, &letter.wording, today).await?;
            let paragraphs = draft.written.map(|w| w.paragraphs).unwrap_or_default();
            let faults = [draft.missing, draft.unusable].concat();
            (draft.parts.shown(), json!(paragraphs), faults)
        }
    };
    (body["parts"], body["paragraphs"], body["faults"]) = (parts, paragraphs, json!(faults));
    Ok(body)
}

async fn show(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = hand(&house, &caller, Action::LetterRead)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let entry = register::load(tx, id).await?.item;
            is_theirs(tx, &caller, &entry).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let letter = letters::load(tx, id).await?;
            Ok::<_, Problem>(view(tx, &here, &entry, &letter, desk.today).await?)
        })
    });
    Ok(respond(Reply::ok(work.await?), PATH))
}

async fn compose(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
    headers: HeaderMap,
    Body(input): Body<WordingInput>,
) -> Result<Response, Problem> {
    let desk = hand(&house, &caller, Action::LetterComposed)?;
    let request = Once::new(&caller, &headers, format!("{PATH}/{id}/letter"), &input)?;
    let wording = Wording::read(&input).map_err(Problem::invalid)?;
    let here = house.clone();
    once(&house, request, move |tx| {
        Box::pin(async move {
            let entry = register::load(tx, id).await?.item;
            is_theirs(tx, &caller, &entry).await?;
            let Versioned { version, item } = letters::load(tx, id).await?;
            let item = item.reworded(wording)?;
            letters::save(tx, &item, version).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let letter = Versioned { version: version + 1, item };
            Ok(Reply::ok(view(tx, &here, &entry, &letter, desk.today).await?))
        })
    })
    .await
}

async fn document(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<EntryId>,
) -> Result<Response, Problem> {
    let desk = hand(&house, &caller, Action::LetterTaken)?;
    let here = house.clone();
    let work = house.db.write(move |tx| {
        Box::pin(async move {
            let entry = register::load(tx, id).await?.item;
            is_theirs(tx, &caller, &entry).await?;
            desk.log(tx, Some(id), json!({})).await?;
            let letter = letters::load(tx, id).await?.item;
            if let Some(sent) = letter.sent {
                return Ok(sent.document);
            }
            let draft = Draft::compose(tx, &here, &entry, &letter.wording, desk.today).await?;
            draft.finished().map(|(_, written)| written.document)
        })
    });
    Ok(file(work.await?, DOCUMENT, &format!("{id}.docx")))
}

/// A file to keep, under a name that holds an id and nothing else.
pub(super) fn file(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    headers.extend(name.map(|name| (CONTENT_DISPOSITION, name)));
    response
}
