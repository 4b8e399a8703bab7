//! What waits for somebody at a desk: an incident for its decision, an employee for a talk, a
//! measure for its review or its end.

use super::desk::Desk;
use crate::{
    model::{
        ids::{CareId, EntryId, IncidentId, RequestId},
        incident_notices::{self as notices, News},
        incidents::Nudge,
        people::Person,
        terms::Reminder,
        texts::Words,
    },
    store::{
        Error, Tx, aftercare, incidents,
        jobs::{self, JobKind},
        messages, people, register, requests,
    },
};

impl Desk {
    pub(super) async fn incident(&mut self, tx: &mut Tx, id: IncidentId) -> Result<bool, Error> {
        let Some(found) = incidents::try_lock(tx, id).await? else {
            return match incidents::load(tx, id).await {
                Err(Error::NotFound) => forget(tx, JobKind::Incident, id.0).await,
                held => held.map(|_| false),
            };
        };
        let team = self.team(tx, found.item.team).await?;
        let (incident, nudge) = found.item.tick(self.now);
        if let Some(nudge) = nudge {
            let news = match nudge {
                Nudge::Managers => News::Waiting(incident.deadlines.due),
                Nudge::Everybody => News::Overdue,
            };
            let people = everybody(tx).await?;
            for person in notices::reminded(&incident, nudge, &team, &people) {
                let message = self.notices().message(&incident, news, person);
                messages::insert(tx, &message).await?;
            }
        }
        incidents::save(tx, &incident, found.version, self.now).await?;
        Ok(true)
    }

    pub(super) async fn measure(&mut self, tx: &mut Tx, id: EntryId) -> Result<bool, Error> {
        let found = match register::load(tx, id).await {
            Err(Error::NotFound) => return forget(tx, JobKind::Measure, id.0).await,
            found => found?,
        };
        let zone = self.engine.zone;
        let (entry, due) = found.item.tick(self.now, zone);
        let stamp = self.now.timestamp();
        if due.review {
            let purpose = format!("measure/{id}/review/{stamp}");
            self.tell(tx, Reminder::Soon, &purpose, |words| words.review_due(id)).await?;
        }
        if let Some(reminder) = due.objection {
            let purpose = format!("measure/{id}/objection/{stamp}");
            self.tell(tx, reminder, &purpose, |words| words.objection_due(id, reminder)).await?;
        }
        register::save(tx, &entry, found.version).await?;
        register::schedule(tx, &entry, zone).await?;
        Ok(true)
    }

    pub(super) async fn request(&mut self, tx: &mut Tx, id: RequestId) -> Result<bool, Error> {
        let mut found = match requests::load(tx, id).await {
            Err(Error::NotFound) => return forget(tx, JobKind::Request, id.0).await,
            found => found?,
        };
        let zone = self.engine.zone;
        if let Some(reminder) = found.item.tick(self.now, zone) {
            let purpose = format!("request/{id}/{}", self.now.timestamp());
            self.tell(tx, reminder, &purpose, |words| words.request_due(id, reminder)).await?;
        }
        requests::save(tx, &found.item, found.version, zone).await?;
        Ok(true)
    }

    /// Tells the desk, and once a term is over the administrators as well.
    async fn tell(
        &self,
        tx: &mut Tx,
        reminder: Reminder,
        purpose: &str,
        say: impl Fn(&Words) -> String + Send + Sync,
    ) -> Result<(), Error> {
        for person in everybody(tx).await?.iter().filter(|p| p.active && reminder.reaches(p)) {
            let words = self.engine.words.in_language(person.language);
            let message = self.notices().to(person, purpose.to_owned(), say(&words));
            messages::insert(tx, &message).await?;
        }
        Ok(())
    }

    pub(super) async fn care(&mut self, tx: &mut Tx, id: CareId) -> Result<bool, Error> {
        let found = match aftercare::load(tx, id).await {
            Err(Error::NotFound) => return forget(tx, JobKind::Care, id.0).await,
            found => found?,
        };
        let team = self.team(tx, found.item.team).await?;
        let (care, reach) = found.item.tick(self.now);
        if let Some(reach) = reach {
            let people = everybody(tx).await?;
            for person in care.reminded(reach, &team, &people) {
                let words = self.engine.words.in_language(person.language);
                let purpose = format!("care/{id}/{}", care.reminders());
                let message = self.notices().to(person, purpose, words.care_due(id));
                messages::insert(tx, &message).await?;
            }
        }
        aftercare::save(tx, &care, found.version).await?;
        Ok(true)
    }

    fn notices(&self) -> notices::Desk<'_> {
        let engine = &self.engine;
        notices::Desk { now: self.now, dice: &*engine.dice, words: &engine.words }
    }
}

/// What is no longer kept asks for nothing any more.
async fn forget(tx: &mut Tx, kind: JobKind, subject: uuid::Uuid) -> Result<bool, Error> {
    jobs::set(tx, kind, subject, None).await.map(|()| true)
}

async fn everybody(tx: &mut Tx) -> Result<Vec<Person>, Error> {
    Ok(people::all(tx).await?.into_iter().map(|p| p.item).collect())
}
