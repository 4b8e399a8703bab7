//! What must always hold, held against the truth and the tables. None of it asks the model what it
//! would have done.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rugdekking::model::{
    alarms::{Alarm, AlarmState, Cause},
    clock::Instant,
    ids::{MessageId, VisitId},
    messages::Message,
    visits::{
        State, Visit,
        audit::{AuditReport, Finding},
        check_ins::{CheckIn, CheckInState},
    },
};
use uuid::Uuid;

use crate::{
    asking::{Answer, Asked, Saying, What},
    looking::{self, Everything, Post},
    replay,
    town::{DURESS_PIN, PIN},
    world::{Fault, World},
};

/// How late a step may be while all is well.
const LATE: TimeDelta = TimeDelta::seconds(10);
/// How late a message may be once all is well again: a lease, or the longest wait between two tries.
const LATE_AFTER_TROUBLE: TimeDelta = TimeDelta::seconds(130);

/// What was seen at the last close look.
#[derive(Debug, Default)]
pub struct Seen {
    check_ins: BTreeMap<Uuid, (Uuid, String)>,
    alarms: BTreeMap<Uuid, (&'static str, u32)>,
    posts: BTreeMap<Uuid, u8>,
    pub looks: u64,
}

impl Seen {
    pub fn alarms(&self) -> usize {
        self.alarms.len()
    }
}

/// How far a message is; receipts only ever move it on.
fn rank(state: &str) -> u8 {
    match state {
        "queued" | "sending" => 0,
        "withdrawn" => 1,
        "handed-over" => 2,
        _ => 3,
    }
}

impl World {
    /// Nothing is sent for an alarm that somebody has, or that is over; unless nobody could tell.
    pub fn may_be_said(&self, task: u64, message: &Message) -> Result<(), Fault> {
        if self.truth.may_not_know(task) {
            return Ok(());
        }
        let Some(alarm) = message.alarm.filter(|_| self.weather.strict) else { return Ok(()) };
        if message.key.alarm_round().is_some() && self.glance.not_open.contains(&alarm.0) {
            return Err(format!("said after somebody took the alarm: {}", message.key));
        }
        Ok(())
    }

    /// Looks at everything.
    pub async fn look_closely(&mut self) -> Result<(), Fault> {
        self.seen.looks += 1;
        let all = self.read_everything().await?;
        for visit in all.visits() {
            self.check_visit(visit, &all).map_err(|why| format!("visit {}: {why}", visit.id))?;
        }
        for alarm in all.alarms() {
            self.check_alarm(alarm, &all).map_err(|why| format!("alarm {}: {why}", alarm.id))?;
        }
        for post in &all.posts {
            self.check_post(post).map_err(|why| format!("message {}: {why}", post.purpose))?;
        }
        for (id, state) in &all.settled {
            self.check_state(*id, state).map_err(|why| format!("message {id}: {why}"))?;
        }
        let lost = self.truth.visits.keys().find(|id| all.visit(Some(VisitId(**id))).is_none());
        let lost = lost.map(|id| format!("visit {id} is gone"));
        self.everything = all;
        lost.map_or(Ok(()), Err)
    }

    /// What lies in the tables now; put it back where it was, so that it need not be opened again.
    pub async fn read_everything(&mut self) -> Result<Everything, Fault> {
        let before = std::mem::take(&mut self.everything);
        before.now(&self.db).await.map_err(|why| why.to_string())
    }

    /// Whether something due at `at` should have been done by now: all was well for long enough.
    fn too_late(&self, at: Instant) -> bool {
        self.service() - at > LATE && self.now - self.engine_well > LATE
    }

    fn check_visit(&mut self, visit: &Visit, all: &Everything) -> Result<(), Fault> {
        let theirs: Vec<&Alarm> = all.alarms().filter(|a| a.visit == Some(visit.id)).collect();
        let paused = theirs.iter().any(|a| !a.is_closed() && a.shown_to_worker);
        match visit.state {
            State::Ahead { .. } => {
                let first = visit.check_ins.iter().map(|c| c.due_at).min();
                let start = visit.plan.starts_at + TimeDelta::minutes(10);
                if self.too_late(first.map_or(start, |f| f.max(start))) {
                    return Err("nobody watches it, and it should have begun".into());
                }
            }
            State::UnderWay { .. } if !paused && !visit.check_ins.iter().any(CheckIn::is_open) => {
                return Err("under way without a next question".into());
            }
            _ => {}
        }
        for check_in in &visit.check_ins {
            if visit.is_under_way() && !paused && self.too_late(self.limit(check_in)) {
                return Err(format!("a question is late: {check_in:?}"));
            }
            self.check_question(visit, check_in, &theirs)?;
        }
        Ok(())
    }

    /// Until when a question may be as it is.
    fn limit(&self, check_in: &CheckIn) -> Instant {
        let policy = &self.town.policy;
        let minutes = |n: u32| TimeDelta::minutes(i64::from(n));
        match check_in.state {
            CheckInState::Scheduled { .. } => check_in.due_at,
            CheckInState::Prompted { at, again: false } => at + minutes(policy.second_call_minutes),
            CheckInState::Prompted { at, again: true } => at + minutes(policy.miss_minutes),
            _ => Instant::MAX_UTC,
        }
    }

    fn check_question(
        &mut self,
        visit: &Visit,
        check_in: &CheckIn,
        alarms: &[&Alarm],
    ) -> Result<(), Fault> {
        let name = check_in.state_name().to_owned();
        let before = self.seen.check_ins.insert(check_in.id.0, (visit.id.0, name.clone()));
        let before = before.map_or("scheduled".to_owned(), |(_, name)| name);
        let may = match before.as_str() {
            "scheduled" => true,
            "prompted" => name != "scheduled",
            settled => settled == name,
        };
        if !may {
            return Err(format!("a question went from {before} to {name}"));
        }
        if before == name {
            return Ok(());
        }
        match check_in.state {
            CheckInState::Confirmed { at } => self.check_confirmed(visit, check_in, at),
            CheckInState::Missed { at } => {
                // Of a clock that was set back nobody can tell what came first.
                let slack = TimeDelta::seconds(5) + self.jump.abs() * 2;
                let raised = alarms.iter().any(|a| {
                    let over = match &a.state {
                        AlarmState::Closed { at, .. } => *at + slack,
                        _ => Instant::MAX_UTC,
                    };
                    a.opened_at <= at + slack && at <= over
                });
                if raised { Ok(()) } else { Err("missed, and there was no alarm".into()) }
            }
            _ => Ok(()),
        }
    }

    /// Only what a human said confirms, with the PIN where it is asked for, and only what was said
    /// when the question could be known.
    fn check_confirmed(
        &self,
        visit: &Visit,
        check_in: &CheckIn,
        confirmed_at: Instant,
    ) -> Result<(), Fault> {
        let needed = visit.pin_needed(&self.town.policy);
        let early = TimeDelta::minutes(i64::from(self.town.policy.reminder_minutes));
        let said = self.truth.said_about(visit.id.0);
        let counts = |said: &crate::truth::Said| {
            // Silent help looks like an answer.
            let silent = said.saying == Saying::Help && self.town.policy.silent_help;
            let answers = matches!(said.saying, Saying::Well | Saying::More) || silent;
            let proven = matches!(said.pin, Some(PIN | DURESS_PIN)) || silent;
            // Their clocks differ by seconds, and a clock that was set ahead counts too.
            let slack = TimeDelta::seconds(5) + self.jump.abs();
            let before = said.heard <= confirmed_at + slack;
            answers
                && before
                && (proven || !needed)
                && said.tapped + slack >= check_in.due_at - early
        };
        if said.iter().copied().any(counts) {
            return Ok(());
        }
        Err(format!("confirmed, and nobody said so: {check_in:?}; said: {said:?}"))
    }

    fn check_alarm(&mut self, alarm: &Alarm, all: &Everything) -> Result<(), Fault> {
        let before = self.seen.alarms.insert(alarm.id.0, (alarm.state_name(), alarm.rounds));
        let (was, rounds) = before.unwrap_or(("open", 0));
        if was == "closed" && !alarm.is_closed() || alarm.rounds < rounds {
            return Err(format!("went back from {was}, round {rounds}"));
        }
        let visit = all.visit(alarm.visit);
        match &alarm.state {
            AlarmState::Open { next_round_at } if self.too_late(*next_round_at) => {
                Err(format!("it does not climb since {next_round_at}"))
            }
            AlarmState::Owned { by, until, .. } => {
                let took = self.town.people.iter().position(|p| p.id == by.id);
                if took.is_none_or(|who| !self.truth.took.contains(&who)) {
                    return Err(format!("{} has it, and never took it", by.name));
                }
                if visit.is_some_and(|v| v.people_out().contains(&by.id)) {
                    return Err("somebody who is out there has it".into());
                }
                if self.too_late(*until) {
                    return Err("its owner forgot it, and it does not climb on".into());
                }
                Ok(())
            }
            AlarmState::Closed { .. } if was != "closed" => self.check_closed(alarm, visit),
            _ => Ok(()),
        }
    }

    /// An alarm is over because somebody at a desk said so, or whoever is out there proved it.
    fn check_closed(&self, alarm: &Alarm, visit: Option<&Visit>) -> Result<(), Fault> {
        if self.truth.closed.contains(&alarm.id.0) {
            return Ok(());
        }
        let Some(visit) = visit else { return Err("closed by nobody".into()) };
        if alarm.cause == Cause::Duress || alarm.silent {
            return Err("a silent alarm was closed from out there".into());
        }
        let said = self.truth.said_about(visit.id.0);
        let slack = TimeDelta::seconds(5) + self.jump.abs();
        let early = TimeDelta::minutes(i64::from(self.town.policy.reminder_minutes));
        let missed = visit.check_ins.iter().filter(
            |c| matches!(c.state, CheckInState::Missed { at } if at <= alarm.opened_at + slack),
        );
        let asked = missed.map(|c| c.due_at).max();
        let undone = alarm.help_pressed || alarm.cause == Cause::Panic;
        let proves = |said: &crate::truth::Said| {
            let newer = asked.is_none_or(|due| said.tapped + slack >= due - early);
            said.pin == Some(PIN) && (newer || said.saying == Saying::Undo)
        };
        if said.iter().copied().any(proves) || undone {
            return Ok(());
        }
        let (opened, state) = (alarm.opened_at, &alarm.state);
        Err(format!(
            "closed, and nobody proved that it is over: opened at {opened}, asked at {asked:?}, \
             {state:?}; of {:?}; said: {said:?}",
            visit.check_ins
        ))
    }

    fn check_state(&mut self, id: Uuid, state: &str) -> Result<(), Fault> {
        let now = rank(state);
        let before = self.seen.posts.insert(id, now).unwrap_or(0);
        // One that was no longer wanted may turn out to have been sent.
        if now < before {
            return Err(format!("went back to {state}"));
        }
        if matches!(state, "handed-over" | "delivered")
            && !self.truth.sent.contains_key(&MessageId(id))
        {
            return Err(format!("it says {state}, and no carrier was ever asked"));
        }
        Ok(())
    }

    /// One that is to be sent does not wait for longer than it must.
    fn check_post(&mut self, post: &Post) -> Result<(), Fault> {
        self.check_state(post.id, &post.state)?;
        let well = self.now - self.engine_well.max(self.carriers_well);
        let age = self.service() - post.created_at;
        let waits = self.service() - post.next_try_at.max(post.leased_until.unwrap_or_default());
        let never_troubled = well > age + LATE && age > LATE + TimeDelta::seconds(10);
        if never_troubled || (well > LATE_AFTER_TROUBLE && waits > LATE_AFTER_TROUBLE) {
            return Err(format!("not handed over for {age}: {post:?}"));
        }
        Ok(())
    }

    /// The auditor finds nothing that nothing went wrong for.
    pub fn check_audit(&self, report: &AuditReport) -> Result<(), Fault> {
        let well = self.now - self.engine_well.max(self.carriers_well);
        for (finding, count) in &report.found {
            let may = match finding {
                Finding::StepLate | Finding::MessageLate => well < LATE_AFTER_TROUBLE,
                Finding::ClockSetBack => self.jump < TimeDelta::zero(),
                _ => false,
            };
            if !may {
                return Err(format!("the auditor found {} {count} times", finding.name()));
            }
        }
        Ok(())
    }

    /// What somebody is told who is forced to give the duress PIN has the shape of what the PIN gives.
    pub fn check_answer(&mut self, asked: &Asked, answer: &Answer) -> Result<(), Fault> {
        let crate::asking::Means::Says { pin, .. } = &asked.means else { return Ok(()) };
        let What::App { path, .. } = &asked.what else { return Ok(()) };
        if *pin != Some(DURESS_PIN) || !answer.is_well() || path.ends_with("/alarm") {
            return Ok(());
        }
        let tells = answer.body.to_string();
        if tells.contains("duress") || tells.contains("silent\":true") {
            return Err(format!("an answer betrays a silent alarm: {tells}"));
        }
        Ok(())
    }

    /// In the end everybody is accounted for, and what is written down tells how it came to be so.
    pub async fn check_the_end(&mut self) -> Result<(), Fault> {
        self.look_closely().await?;
        let all = self.read_everything().await?;
        for visit in all.visits() {
            let lines = looking::lines(&self.db, visit.id).await.map_err(|why| why.to_string())?;
            let alarms: Vec<_> = all.alarms().filter(|a| a.visit == Some(visit.id)).collect();
            let more = self.truth.more_for(visit.id.0);
            // After a clock that was set back nobody can tell from the times what came first.
            if self.jump < TimeDelta::zero() {
                continue;
            }
            replay::compare(visit, &alarms, &lines, more)
                .map_err(|why| format!("the timeline of visit {}: {why}", visit.id))?;
        }
        for alarm in all.alarms() {
            if let AlarmState::Open { next_round_at } = alarm.state
                && next_round_at - self.service() > self.town.repeat
            {
                return Err(format!("alarm {} does not repeat: {alarm:?}", alarm.id));
            }
        }
        Ok(())
    }
}
