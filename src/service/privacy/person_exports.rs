//! All that is held on the person of a request: found, confirmed by somebody of the desk, and given
//! as one readable file. Each look is logged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;

use crate::{
    model::{
        ids::{EntryId, IncidentId, PersonId, RequestId, VisitId},
        incidents::{AffairKind, Subject},
        input::faults::Faults,
        messages::{language::Language, texts::overview::ReaderLocale},
        people::Role,
        privacy::{
            access::Look,
            held::{HeldKind, HeldRecord, HeldRef, Searched},
            overview::{self, Section, Veil},
        },
        register::Entry,
    },
    service::{context::Context, error::Error, register::looks::Desk},
    store::{
        self, Tx,
        incidents::{self, letters, policy},
        people,
        privacy::{access, held, requests},
        register, visits,
    },
};

/// Finds every record that may be about the person of a request.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn candidates(
    ctx: &Context,
    desk: Desk,
    id: RequestId,
) -> Result<Vec<HeldRecord>, Error> {
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let person = requests::load(tx, id).await?.item.person;
                let found = find(tx, &at, &person).await?;
                let refs: Vec<_> = found.iter().map(|record| record.which).collect();
                desk.log(tx, None, json!({ "request": id, "records": refs })).await?;
                Ok(found)
            })
        })
        .await
}

/// Every record that may be about this person.
async fn find(
    tx: &mut Tx,
    ctx: &Context,
    person: &Subject,
) -> Result<Vec<HeldRecord>, store::Error> {
    let searched = Searched::new(person);
    let zone = ctx.settings.zone;
    let which = |kind, id: Uuid| HeldRef { kind, id };
    let mut found = held::entries(tx, |it| {
        let of = (it.name.as_str(), it.birth_date);
        searched.find(which(HeldKind::Entry, it.id.0), of, &it.addresses, it.from)
    })
    .await?;
    let of_subject = |which, it: &Subject, day| {
        let addresses: Vec<_> = it.address.iter().cloned().collect();
        searched.find(which, (it.name.as_str(), it.birth_date), &addresses, day)
    };
    found.extend(
        held::incidents(tx, |it| {
            let day = it.report.happened_at.with_timezone(&zone).date_naive();
            of_subject(which(HeldKind::Incident, it.id.0), &it.report.resident, day)
        })
        .await?,
    );
    found.extend(
        held::requests(tx, |it| {
            of_subject(which(HeldKind::Request, it.id.0), &it.person, it.term.received_on)
        })
        .await?,
    );
    found.extend(
        held::visits(tx, |it| {
            let day = it.plan.starts_at.with_timezone(&zone).date_naive();
            it.plan.residents.iter().find_map(|resident| {
                let of = (resident.name.as_str(), None);
                let there = std::slice::from_ref(&resident.address);
                searched.find(which(HeldKind::Visit, it.id.0), of, there, day)
            })
        })
        .await?,
    );
    Ok(found)
}

/// Which records somebody confirmed, and the language of the file; none is the organisation's.
#[derive(Clone, Debug)]
pub struct ExportChoice {
    /// `None` when nobody chose, which is refused; none of them is a choice.
    pub records: Option<Vec<HeldRef>>,
    pub language: Option<Language>,
}

impl ExportChoice {
    /// The records that somebody confirmed, each once.
    fn read(&self, found: &[HeldRecord]) -> Result<BTreeSet<HeldRef>, Error> {
        let mut faults = Faults::default();
        faults.require(
            self.records.is_some(),
            "records",
            "required",
            "say which are this person's",
        );
        let given = self.records.as_deref().unwrap_or_default();
        for (at, one) in given.iter().enumerate() {
            let known = found.iter().any(|record| record.which == *one);
            faults.require(known, &format!("records[{at}]"), "unknown", "is no candidate");
        }
        faults.done().map_err(Error::Invalid)?;
        Ok(given.iter().copied().collect())
    }
}

/// Writes what is held on the person of a request as a page of HTML.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`].
pub async fn export(
    ctx: &Context,
    desk: Desk,
    id: RequestId,
    choice: ExportChoice,
) -> Result<String, Error> {
    let at = ctx.clone();
    ctx.db
        .write(move |tx| {
            Box::pin(async move {
                let person = requests::load(tx, id).await?.item.person;
                let found = find(tx, &at, &person).await?;
                let confirmed = choice.read(&found)?;
                let language = choice.language.unwrap_or(at.settings.language);
                let tell = ReaderLocale { language, zone: at.settings.zone };
                let sections = gather(tx, &at, tell, &person.name, &confirmed).await?;
                log(tx, &at, &desk, id, &confirmed).await?;
                Ok(overview::file(language, tell.title(), tell.data(), &sections))
            })
        })
        .await
}

/// One line for the export, and one with each entry, so that who asks about the entry finds it.
async fn log(
    tx: &mut Tx,
    ctx: &Context,
    desk: &Desk,
    id: RequestId,
    confirmed: &BTreeSet<HeldRef>,
) -> Result<(), store::Error> {
    desk.log(tx, None, json!({ "request": id, "records": confirmed })).await?;
    for one in confirmed.iter().filter(|one| one.kind == HeldKind::Entry) {
        desk.log_too(tx, ctx, EntryId(one.id), json!({ "request": id })).await?;
    }
    Ok(())
}

async fn gather(
    tx: &mut Tx,
    ctx: &Context,
    tell: ReaderLocale,
    person: &str,
    confirmed: &BTreeSet<HeldRef>,
) -> Result<Vec<Section>, store::Error> {
    let figures = policy::load(tx).await?.item;
    let everybody: Vec<_> = people::all(tx).await?.into_iter().map(|p| p.item).collect();
    let roles: BTreeMap<PersonId, Vec<Role>> =
        everybody.iter().map(|p| (p.id, p.roles.clone())).collect();
    let names = everybody.into_iter().map(|p| p.name).collect();
    let veil = Veil::new(names, person, tell.employee());
    let mut sections = vec![tell.about(&figures, person, ctx.now())];
    let mut entries = vec![];
    for one in confirmed {
        match one.kind {
            HeldKind::Entry => {
                let entry = register::load(tx, EntryId(one.id)).await?.item;
                sections.push(veil.over(tell.entry(&entry)));
                // The person has this letter already, with the names that stand in it.
                let letter = letters::load(tx, entry.id).await?.item;
                sections.extend(letter.sent.as_ref().map(|sent| tell.letter(sent)));
                entries.push(entry);
            }
            HeldKind::Incident => {
                let id = IncidentId(one.id);
                let incident = incidents::load(tx, id).await?.item;
                let police = incidents::affair(tx, id, AffairKind::PoliceReport).await?;
                let police = police.map(|affair| affair.item.state);
                sections.push(veil.over(tell.incident(&incident, police.as_ref())));
            }
            HeldKind::Request => {
                let request = requests::load(tx, RequestId(one.id)).await?.item;
                sections.push(veil.over(tell.request(&request)));
            }
            HeldKind::Visit => {
                let visit = visits::load(tx, VisitId(one.id)).await?.item;
                sections.push(veil.over(tell.visit(&visit)));
            }
        }
    }
    if !entries.is_empty() {
        sections.push(tell.looks(&looks(tx, &entries, &roles).await?));
    }
    Ok(sections)
}

/// Who looked at these entries, the newest first: at one of them, or at one among others.
async fn looks(
    tx: &mut Tx,
    entries: &[Entry],
    roles: &BTreeMap<PersonId, Vec<Role>>,
) -> Result<Vec<(Look, Vec<Role>)>, store::Error> {
    let Some(since) = entries.iter().map(|entry| entry.proposed_at).min() else {
        return Ok(vec![]);
    };
    let ids: Vec<_> = entries.iter().map(|entry| entry.id.to_string()).collect();
    let about = |look: &Look| {
        let own = look.entry.is_some_and(|id| entries.iter().any(|entry| entry.id == id));
        let among = look.details.to_string();
        own || ids.iter().any(|id| among.contains(id.as_str()))
    };
    let (mut found, mut after) = (vec![], None);
    loop {
        let page = access::page(tx, after, 500).await?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some((last.at, last.id));
        let over = last.at < since;
        for look in page.into_iter().filter(|look| look.at >= since && about(look)) {
            let who = look.person.and_then(|id| roles.get(&id)).cloned();
            found.push((look, who.unwrap_or_default()));
        }
        if over {
            return Ok(found);
        }
    }
}
