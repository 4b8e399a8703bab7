//! What keeps a thing past its term: an open alarm, an open incident, an objection, a measure that
//! still counts, a privacy request of somebody whom it may be about.

use crate::{
    model::{
        ids::{EntryId, IncidentId},
        incidents::Incident,
        privacy::{
            held::Searched,
            retention::{Holds, RetentionTerms, incident_closed},
        },
        register::{Entry, EntryState},
        visits::Visit,
    },
    store::{db::tx::Tx, error::Error, incidents, privacy::requests, register},
};
use chrono::NaiveDate;

/// What an incident holds: itself, and all that it is about.
pub(crate) async fn of_incident(
    tx: &mut Tx,
    it: &Incident,
    terms: &RetentionTerms,
) -> Result<Holds, Error> {
    let resident = &it.report.resident;
    let mut holds = Holds {
        incident_open: incident_closed(it).is_none(),
        privacy_request: is_asked_about(tx, &[(&resident.name, resident.birth_date)]).await?,
        ..Holds::default()
    };
    if let Some(id) = it.decision().and_then(|decision| decision.entry)
        && let Some(entry) = entry(tx, id).await?
    {
        let counts = matches!(entry.state, EntryState::Proposed | EntryState::Approved { .. });
        holds.objection = entry.is_objected_to();
        holds.measure_in_force = counts && terms.over_since(&entry).is_none();
    }
    Ok(holds)
}

/// What the incidents about a visit hold of it. A measure that counts rests on the incident, not
/// on the visit.
pub(crate) async fn of_visit(
    tx: &mut Tx,
    it: &Visit,
    terms: &RetentionTerms,
) -> Result<Holds, Error> {
    let found = tx
        .query("select id, version, body from incidents where visit_id = $1")
        .bind(it.id.0)
        .all_items::<Incident>("incidents")
        .await?;
    let residents: Vec<_> = it.plan.residents.iter().map(|r| (r.name.as_str(), None)).collect();
    let privacy_request = is_asked_about(tx, &residents).await?;
    let mut holds = Holds { privacy_request, ..Holds::default() };
    for incident in found {
        holds = holds.or(of_incident(tx, &incident.item, terms).await?);
    }
    Ok(Holds { measure_in_force: false, ..holds })
}

/// What holds a measure.
pub(crate) async fn of_entry(tx: &mut Tx, it: &Entry) -> Result<Holds, Error> {
    let mut holds = Holds {
        objection: it.is_objected_to(),
        privacy_request: is_asked_about(tx, &[(&it.name, it.birth_date)]).await?,
        ..Holds::default()
    };
    let breaches = it.dossier.breaches.iter().map(|breach| breach.incident);
    for id in it.dossier.incident.into_iter().chain(breaches) {
        let incident = incident(tx, id).await?;
        holds.incident_open |= incident.is_some_and(|it| incident_closed(&it).is_none());
    }
    Ok(holds)
}

/// Whether a request that was not answered to the end may be about one of these.
async fn is_asked_about(tx: &mut Tx, people: &[(&str, Option<NaiveDate>)]) -> Result<bool, Error> {
    let open = requests::open(tx).await?;
    let sought = open.iter().map(|request| Searched::new(&request.person));
    Ok(sought.into_iter().any(|who| people.iter().any(|(name, born)| who.may_be(name, *born))))
}

async fn entry(tx: &mut Tx, id: EntryId) -> Result<Option<Entry>, Error> {
    match register::load(tx, id).await {
        Ok(found) => Ok(Some(found.item)),
        Err(Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

async fn incident(tx: &mut Tx, id: IncidentId) -> Result<Option<Incident>, Error> {
    match incidents::load(tx, id).await {
        Ok(found) => Ok(Some(found.item)),
        Err(Error::NotFound) => Ok(None),
        Err(why) => Err(why),
    }
}

/// Notes of incidents of before which visit they are about; a few at a time, until none are left.
pub(crate) async fn note_visits(tx: &mut Tx, limit: i64) -> Result<u64, Error> {
    let found = tx
        .query("select id, version, body from incidents where not visit_noted order by id limit $1")
        .bind(limit)
        .items::<Incident>("incidents")
        .await?;
    let mut noted = 0;
    for it in found {
        noted += tx
            .query("update incidents set visit_id = $1, visit_noted = true where id = $2")
            .bind(it.item.visit.map(|id| id.0))
            .bind(it.item.id.0)
            .execute()
            .await?;
    }
    Ok(noted)
}
