//! The instances at work: which task goes on, how it is let through, when somebody dies, and what
//! follows from what was done. The order of it all is drawn by lot.

use chrono::TimeDelta;
use rand::{Rng as _, seq::IndexedRandom as _};
use rugdekking::{
    model::ids::InstanceId,
    store::{Error, db::failpoints::Failpoint, messages::claims::Lane},
};

use crate::{
    asking::{Asked, bring},
    tasks::{At, Pass, Task},
    truth::Ended,
    world::{Done, Event, Fault, Health, Kind, World},
};

/// How many messages are claimed at once.
const AT_ONCE: usize = 256;
/// How often an outcome is written down in vain before it is given up.
const RECORD_TRIES: u32 = 20;
/// More steps at one moment than this is a circle.
const MOST_STEPS: u64 = 50_000;

impl World {
    /// Lets the instances work until all stand still or wait.
    pub async fn work(&mut self) -> Result<(), Fault> {
        let from = self.steps;
        loop {
            let Some(task) = self.next_task() else {
                self.look_around().await?;
                if self.start_engines() {
                    continue;
                }
                return Ok(());
            };
            self.let_through(task).await?;
            if self.steps - from > MOST_STEPS {
                return Err(format!("the service goes round in a circle: {:?}", self.tasks));
            }
        }
    }

    /// Any task that can go on; whoever holds the database goes first, for all others wait.
    fn next_task(&mut self) -> Option<u64> {
        let holder = self.tasks.iter().find(|(_, (_, task))| task.holds_db());
        if let Some((id, _)) = holder {
            return Some(*id);
        }
        let now = self.now;
        let can = |kind: &Kind, task: &Task<Done>| {
            // Whoever brings a message asks a database that is away again and again.
            let asks = matches!((kind, task.door()), (Kind::HandOver(_), Some(Failpoint::Begin)));
            let waits = asks && now < self.no_database_until;
            let stands_still = self.health[task.instance].still_until > now;
            !waits && !task.is_at_a_carrier() && !stands_still
        };
        let able: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, (kind, task))| can(kind, task))
            .map(|(id, _)| *id)
            .collect();
        able.choose(&mut self.rng).copied()
    }

    /// Lets a task go on from the door at which it stands; or the instance dies there.
    async fn let_through(&mut self, id: u64) -> Result<(), Fault> {
        let Some((kind, task)) = self.tasks.get(&id) else { return Ok(()) };
        let (at, instance, name) = (task.at(), task.instance, task.name);
        let brings = matches!(kind, Kind::HandOver(_));
        let door = match &at {
            None => "its beginning",
            Some(At::Db(Failpoint::Begin)) => "Begin",
            Some(At::Db(Failpoint::Commit)) => "Commit",
            Some(At::Db(Failpoint::Committed)) => "Committed",
            Some(At::Carrier(..)) => "a carrier",
        };
        let may_die = !self.is_evening() && !matches!(kind, Kind::Ask(_) if at.is_none());
        if may_die && self.rng.random_bool(self.weather.dies) {
            let lasts = TimeDelta::milliseconds(self.rng.random_range(200..40_000));
            self.dies(instance, &format!("{name} at {door}"), lasts);
            return Ok(());
        }
        let pass = match &at {
            Some(At::Db(door)) => self.door(*door),
            _ => Pass::Go,
        };
        let refused = matches!(pass, Pass::Fail(_));
        if refused {
            self.note(|| format!("{name} is refused at {door}"));
        }
        if brings && matches!(at, Some(At::Db(_))) {
            self.truth.asked(id, refused);
        }
        let commits = matches!(at, Some(At::Db(Failpoint::Commit))) && matches!(pass, Pass::Go);
        self.step(id, pass).await?;
        if commits {
            self.glance.stale = true;
            if self.weather.strict {
                self.look_around().await?;
            }
        }
        Ok(())
    }

    /// Whether the database does what it is asked.
    fn door(&mut self, door: Failpoint) -> Pass {
        let evening = self.is_evening();
        let fails = match door {
            Failpoint::Begin if self.now < self.no_database_until => true,
            _ if evening => false,
            Failpoint::Begin | Failpoint::Commit => self.rng.random_bool(self.weather.refuses),
            Failpoint::Committed => self.rng.random_bool(self.weather.loses),
        };
        if !fails {
            return Pass::Go;
        }
        self.engine_well = self.engine_well.max(self.now + TimeDelta::seconds(3));
        // What a lost claim held is free again after its lease.
        self.carriers_well = self.carriers_well.max(self.now + TimeDelta::seconds(65));
        let outage = door == Failpoint::Begin || self.rng.random_bool(0.5);
        let why = Error::Database(if outage {
            sqlx::Error::Io(std::io::Error::other("the line is broken"))
        } else {
            sqlx::Error::Encode("nobody knows why".into())
        });
        // Of one of them the service must think that it is about what was asked, and would come again.
        debug_assert_eq!(why.is_outage(), outage);
        Pass::Fail(why)
    }

    /// Runs a task to its next door.
    pub async fn step(&mut self, id: u64, pass: Pass) -> Result<(), Fault> {
        self.steps += 1;
        self.digest(id);
        let switch = self.switch.clone();
        let Some((_, task)) = self.tasks.get_mut(&id) else { return Ok(()) };
        match task.step(&switch, pass).await {
            None => match task.at() {
                Some(At::Carrier(name, message)) => self.hands_over(id, name, *message),
                _ => Ok(()),
            },
            Some(done) => {
                let Some((kind, task)) = self.tasks.remove(&id) else { return Ok(()) };
                self.is_done(task.instance, kind, done).await
            }
        }
    }

    /// An instance dies; what it was doing is gone.
    pub fn dies(&mut self, instance: usize, where_: &str, lasts: TimeDelta) {
        self.note(|| format!("instance {instance} dies: {where_}"));
        let place = where_.split(' ').next().unwrap_or_default();
        let door = where_.rsplit(" at ").next().unwrap_or_default();
        *self.truth.deaths.entry(format!("{place} at {door}")).or_default() += 1;
        let theirs: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, (_, t))| t.instance == instance)
            .map(|(id, _)| *id)
            .collect();
        for id in theirs {
            match self.tasks.remove(&id) {
                Some((Kind::Ask(asked), _)) => self.asks_again(*asked),
                Some((Kind::HandOver(message), _)) => drop(self.truth.doubtful.insert(message)),
                Some((Kind::Record, _)) | Some(_) | None => {}
            }
        }
        // What a carrier took and nobody wrote down is in doubt as well.
        for (message, (task, ended, _)) in &self.truth.sent {
            let lives = *ended == Ended::InHand && self.tasks.contains_key(task);
            if *ended != Ended::Refused && !lives && !self.truth.recorded.contains_key(message) {
                self.truth.doubtful.insert(*message);
            }
        }
        self.health[instance] = Health { up: false, ..Health::well(self.now) };
        // Whoever comes up again is another.
        let engine = &mut self.instances[instance].engine;
        engine.instance = InstanceId::new(&*engine.random, self.now);
        let again = self.now + lasts;
        self.is_unwell(again);
        self.at(again, Event::Rises(instance));
    }

    /// Instances or database are unwell until then; and messages in hand wait for their leases.
    pub fn is_unwell(&mut self, until: chrono::DateTime<chrono::Utc>) {
        self.engine_well = self.engine_well.max(until);
        self.carriers_well = self.carriers_well.max(until + TimeDelta::seconds(65));
    }

    /// Begins what is due, on any instance that is free.
    fn start_engines(&mut self) -> bool {
        let mut started = false;
        for nth in 0..self.instances.len() {
            let health = &self.health[nth];
            if !health.up || health.still_until > self.now {
                continue;
            }
            let clock = self.instances[nth].clock.clone();
            let now = rugdekking::model::clock::Clock::now(&*clock);
            let rests = health.rests;
            let busy = |kind: fn(&Kind) -> bool| {
                self.tasks.values().any(|(k, task)| task.instance == nth && kind(k))
            };
            let decides = busy(|k| matches!(k, Kind::Decide));
            let claims = busy(|k| matches!(k, Kind::Claim));
            let records = busy(|k| matches!(k, Kind::Record));
            if !decides && rests[0] <= self.now && self.glance.job.is_some_and(|at| at <= now) {
                self.begin_deciding(nth);
                started = true;
            }
            if !claims && rests[1] <= self.now && self.glance.message.is_some_and(|at| at <= now) {
                self.begin_claiming(nth);
                started = true;
            }
            if !records && rests[1] <= self.now && !self.health[nth].to_record.is_empty() {
                self.begin_recording(nth);
                started = true;
            }
        }
        started
    }

    fn begin(&mut self, kind: Kind, task: Task<Done>) {
        self.count += 1;
        self.tasks.insert(self.count, (kind, task));
    }

    fn begin_deciding(&mut self, nth: usize) {
        let engine = self.instances[nth].engine.clone();
        let work = async move { Done::Decided(engine.decide_batch().await) };
        self.begin(Kind::Decide, Task::new("deciding", nth, work));
    }

    fn begin_claiming(&mut self, nth: usize) {
        let engine = self.instances[nth].engine.clone();
        let work = async move {
            if let Err(why) = engine.say_overdue_another_way().await {
                return Done::Claimed(Err(why));
            }
            Done::Claimed(engine.claim(Lane::Main, || AT_ONCE).await)
        };
        self.begin(Kind::Claim, Task::new("claiming", nth, work));
    }

    fn begin_recording(&mut self, nth: usize) {
        let engine = self.instances[nth].engine.clone();
        let said = std::mem::take(&mut self.health[nth].to_record);
        let work = async move {
            let done = engine.record(said.clone()).await;
            Done::Recorded(said, done)
        };
        self.begin(Kind::Record, Task::new("recording", nth, work));
    }

    /// The auditor looks, on any instance that is up.
    pub fn begin_auditing(&mut self) {
        let up: Vec<usize> = (0..self.instances.len()).filter(|n| self.health[*n].up).collect();
        let Some(nth) = up.choose(&mut self.rng).copied() else { return };
        let engine = self.instances[nth].engine.clone();
        let work = async move { Done::Audited(engine.audit().await) };
        self.begin(Kind::Audit, Task::new("auditing", nth, work));
    }

    /// Brings what somebody asks to any instance that is up; or nobody answers.
    pub fn asks(&mut self, mut asked: Asked) {
        let up: Vec<usize> = (0..self.instances.len())
            .filter(|nth| self.health[*nth].up && self.health[*nth].still_until <= self.now)
            .collect();
        let Some(nth) = up.choose(&mut self.rng).copied() else {
            return self.after(2..20, Event::Asks(Box::new(asked)));
        };
        asked.is_said_at(self.service());
        self.truth.hears(&asked, self.service());
        let instance = &self.instances[nth];
        let (what, router, app) =
            (asked.what.clone(), instance.router.clone(), instance.app.clone());
        let work = async move { Done::Answered(bring(what, router, app).await) };
        self.begin(Kind::Ask(Box::new(asked)), Task::new("asking", nth, work));
    }

    /// Whoever got no answer tries again.
    pub fn asks_again(&mut self, mut asked: Asked) {
        asked.tries += 1;
        self.after(2..20, Event::Asks(Box::new(asked)));
    }

    async fn is_done(&mut self, nth: usize, kind: Kind, done: Done) -> Result<(), Fault> {
        match (kind, done) {
            (_, Done::Decided(Ok(0) | Err(_))) => self.rests(nth, 0),
            (_, Done::Decided(Ok(_))) => {}
            (_, Done::Claimed(Ok(claimed))) if claimed.is_empty() => self.rests(nth, 1),
            (_, Done::Claimed(Ok(claimed))) => {
                for one in claimed {
                    let engine = self.instances[nth].engine.clone();
                    let id = one.message.id;
                    let work = async move { Done::Said(engine.hand_over(one).await.map(Box::new)) };
                    self.begin(Kind::HandOver(id), Task::new("bringing", nth, work));
                }
            }
            (_, Done::Claimed(Err(_))) => self.rests(nth, 1),
            (_, Done::Said(None)) => {}
            (_, Done::Said(Some(said))) => {
                let ended = if said.outcome.is_ok() { Ended::Taken } else { Ended::Refused };
                if let Some(sent) = self.truth.sent.get_mut(&said.message.id) {
                    sent.1 = ended;
                }
                if let Err(rugdekking::carrier::SendError::Unknown { .. }) = &said.outcome {
                    self.truth.doubtful.insert(said.message.id);
                }
                self.health[nth].to_record.push(*said);
            }
            (_, Done::Audited(Ok(report))) => self.check_audit(&report)?,
            (_, Done::Recorded(said, done)) => self.recorded(nth, said, done),
            (Kind::Ask(asked), Done::Answered(answer)) => self.answered(*asked, answer).await?,
            _ => {}
        }
        Ok(())
    }

    fn recorded(
        &mut self,
        nth: usize,
        said: Vec<rugdekking::engine::CarrierAnswer>,
        done: Result<(), Error>,
    ) {
        let health = &mut self.health[nth];
        if done.is_ok() {
            health.record_tries = 0;
            let now = self.now;
            self.truth.recorded.extend(said.iter().map(|one| (one.message.id, now)));
            return;
        }
        self.truth.refused.extend(said.iter().map(|one| (one.message.id, self.now)));
        health.record_tries += 1;
        if health.record_tries < RECORD_TRIES {
            health.to_record.extend(said);
        } else {
            health.record_tries = 0;
            self.truth.doubtful.extend(said.iter().map(|one| one.message.id));
        }
        self.rests(nth, 1);
    }

    /// Leaves the store alone for a moment.
    fn rests(&mut self, nth: usize, which: usize) {
        let base = if self.now < self.no_database_until { 4000 } else { 500 };
        let moment = TimeDelta::milliseconds(self.rng.random_range(base..base + 500));
        self.health[nth].rests[which] = self.now + moment;
    }
}
