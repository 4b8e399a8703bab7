//! What waits for somebody at a desk: an incident for its decision, an employee for a talk, a
//! measure for its review or its end.

use super::job_runner::JobRunner;
use crate::{
    model::{
        ids::{CareId, EntryId, IncidentId, RequestId},
        incidents::{
            Nudge,
            incident_notices::{self as notices, IncidentNews},
        },
        messages::{
            announcements::{Announcement, Composer},
            audiences::Audience,
            topics::Topic,
        },
        privacy::terms::Reminder,
    },
    service::messages::notify::{notify, notify_people},
    store::{
        Error, Tx,
        incidents::{self, aftercare},
        jobs::{self, JobKind},
        messages::audiences,
        privacy::requests,
        register,
    },
};

impl JobRunner {
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
                Nudge::Managers => IncidentNews::Waiting(incident.deadlines.due),
                Nudge::Everybody => IncidentNews::Overdue,
            };
            let people = audiences::load(tx, &[Audience::Managers(&team), Audience::Desk]).await?;
            let told = notices::reminded(&incident, nudge, &team, &people);
            notify_people(tx, told, &notices::announce(&incident, news), &self.composer()).await?;
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
        let at_seconds = self.now.timestamp();
        if due.review {
            let topic = Topic::ReviewDue { entry: id, at_seconds };
            let it = Announcement::new(topic, |words| words.review_due(id));
            self.remind(tx, Reminder::Soon, &it).await?;
        }
        if let Some(reminder) = due.objection {
            let topic = Topic::ObjectionDue { entry: id, at_seconds };
            let it = Announcement::new(topic, |words| words.objection_due(id, reminder));
            self.remind(tx, reminder, &it).await?;
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
            let topic = Topic::RequestDue { request: id, at_seconds: self.now.timestamp() };
            let it = Announcement::new(topic, |words| words.request_due(id, reminder));
            self.remind(tx, reminder, &it).await?;
        }
        requests::save(tx, &found.item, found.version, zone).await?;
        Ok(true)
    }

    /// Tells the desk, and once a term is over the administrators as well.
    async fn remind(
        &self,
        tx: &mut Tx,
        reminder: Reminder,
        it: &Announcement<'_>,
    ) -> Result<(), Error> {
        notify(tx, reminder.audiences(), it, &self.composer()).await
    }

    pub(super) async fn care(&mut self, tx: &mut Tx, id: CareId) -> Result<bool, Error> {
        let found = match aftercare::load(tx, id).await {
            Err(Error::NotFound) => return forget(tx, JobKind::Care, id.0).await,
            found => found?,
        };
        let team = self.team(tx, found.item.team).await?;
        let (care, reach) = found.item.tick(self.now);
        if let Some(reach) = reach {
            let people = audiences::load(tx, &[Audience::Managers(&team), Audience::Desk]).await?;
            let topic = Topic::CareDue { care: id, reminders: care.reminders() };
            let it = Announcement::new(topic, |words| words.care_due(id));
            let told = care.reminded(reach, &team, &people);
            notify_people(tx, told, &it, &self.composer()).await?;
        }
        aftercare::save(tx, &care, found.version).await?;
        Ok(true)
    }

    fn composer(&self) -> Composer<'_> {
        self.engine.composer(self.now)
    }
}

/// What is no longer kept asks for nothing any more.
async fn forget(tx: &mut Tx, kind: JobKind, subject: uuid::Uuid) -> Result<bool, Error> {
    jobs::set(tx, kind, subject, None).await.map(|()| true)
}
