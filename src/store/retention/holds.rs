//! What keeps a thing past its term: an open alarm, an open incident, an objection, a measure that
//! still counts. An open privacy request belongs here too.

use super::super::{Error, Tx, incidents, register};
use crate::model::{
    ids::{EntryId, IncidentId, VisitId},
    incidents::Incident,
    register::{Entry, State},
    retention::{Holds, Terms, incident_closed},
};

/// What an incident holds: itself, and all that it is about.
pub(super) async fn of_incident(tx: &mut Tx, it: &Incident, terms: &Terms) -> Result<Holds, Error> {
    let mut holds = Holds { incident_open: incident_closed(it).is_none(), ..Holds::default() };
    if let Some(id) = it.decision().and_then(|decision| decision.entry)
        && let Some(entry) = entry(tx, id).await?
    {
        let counts = matches!(entry.state, State::Proposed | State::Approved { .. });
        holds.objection = entry.is_objected_to();
        holds.measure_in_force = counts && terms.over_since(&entry).is_none();
    }
    Ok(holds)
}

/// What the incidents about a visit hold of it. A measure that counts rests on the incident, not
/// on the visit.
pub(super) async fn of_visit(tx: &mut Tx, id: VisitId, terms: &Terms) -> Result<Holds, Error> {
    let found = tx
        .query("select id, version, body from incidents where visit_id = $1")
        .bind(id.0)
        .items::<Incident>("incidents")
        .await?;
    let mut holds = Holds::default();
    for incident in found {
        holds = holds.or(of_incident(tx, &incident.item, terms).await?);
    }
    Ok(Holds { measure_in_force: false, ..holds })
}

/// What holds a measure.
pub(super) async fn of_entry(tx: &mut Tx, it: &Entry) -> Result<Holds, Error> {
    let mut holds = Holds { objection: it.is_objected_to(), ..Holds::default() };
    let breaches = it.dossier.breaches.iter().map(|breach| breach.incident);
    for id in it.dossier.incident.into_iter().chain(breaches) {
        let incident = incident(tx, id).await?;
        holds.incident_open |= incident.is_some_and(|it| incident_closed(&it).is_none());
    }
    Ok(holds)
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
pub(super) async fn note_visits(tx: &mut Tx, limit: i64) -> Result<u64, Error> {
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
