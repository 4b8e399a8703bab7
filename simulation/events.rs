//! What happens in the world at its time, and what follows when the service answers somebody.

use chrono::TimeDelta;
use rand::Rng as _;
use uuid::Uuid;

use crate::{
    acts::Temper,
    asking::{Answer, Asked, Means},
    looking,
    weather::{Mood, Spell},
    world::{Event, Fault, World},
};

impl World {
    /// Something happens.
    pub async fn happens(&mut self, event: Event) -> Result<(), Fault> {
        match event {
            Event::Begins(spell) => self.begins(spell),
            Event::Rises(nth) => {
                self.health[nth].up = true;
                self.note(|| format!("instance {nth} is up"));
            }
            Event::Returns => {}
            Event::CarrierAnswers(task, answers) => self.carrier_answers(task, answers).await?,
            Event::Arrives(message) => self.arrives(*message),
            Event::Asks(asked) => self.asks(*asked),
            Event::Plans(nth) => self.plans(nth),
            Event::Lives(visit) => self.lives(visit),
            Event::Tidies(who) => self.tidies(who).await?,
            Event::Evening => self.evening(),
            Event::Look => {
                self.look_closely().await?;
                self.begin_auditing();
            }
        }
        Ok(())
    }

    fn begins(&mut self, spell: Spell) {
        self.note(|| format!("{spell:?}"));
        match spell {
            Spell::Out(lasts) => {
                for nth in 0..self.instances.len() {
                    self.dies(nth, "everything at once", lasts);
                }
            }
            Spell::Still(nth, lasts) => {
                let until = self.now + lasts;
                self.health[nth].still_until = until;
                self.truth.still.push((self.now, until));
                self.is_unwell(until);
                self.at(until, Event::Rises(nth));
            }
            Spell::NoDatabase(lasts) => {
                self.no_database_until = self.now + lasts;
                self.at(self.no_database_until, Event::Returns);
                self.is_unwell(self.no_database_until + TimeDelta::seconds(6));
            }
            Spell::Carrier(nth, mood, lasts) => {
                self.moods[nth] = (mood, self.now + lasts);
                let over = self.now + lasts + TimeDelta::seconds(80);
                self.carriers_well = self.carriers_well.max(over);
            }
            Spell::Clock(by) => {
                self.jump += by;
                if by > TimeDelta::zero() {
                    self.truth.ahead.push(self.now);
                } else {
                    self.truth.back.push(self.now);
                }
                self.set_clocks();
                self.is_unwell(self.now + TimeDelta::seconds(2));
            }
        }
    }

    /// From now on nothing goes wrong any more.
    fn evening(&mut self) {
        self.note(|| "evening".into());
        self.no_database_until = self.no_database_until.min(self.now);
        self.moods = [(Mood::Well, self.now); 2];
        for nth in 0..self.instances.len() {
            self.health[nth].still_until = self.health[nth].still_until.min(self.now);
        }
        for (_, until) in &mut self.truth.still {
            *until = self.now.min(*until);
        }
        let visits: Vec<Uuid> = self.truth.visits.keys().copied().collect();
        for visit in visits {
            self.after(0..900, Event::Lives(visit));
        }
        for who in crate::town::WORKERS..self.town.people.len() {
            for part in 0..3 {
                self.after(part * 1200..part * 1200 + 1200, Event::Tidies(who));
            }
        }
    }

    /// Looks at what is due, when anything was committed since the last look.
    pub async fn look_around(&mut self) -> Result<(), Fault> {
        if self.glance.stale {
            let strict = self.weather.strict;
            let seen = looking::glance(&self.db, strict).await.map_err(|why| why.to_string())?;
            self.glance = seen.map_err(|why| format!("{}: {why}", self.now))?;
        }
        Ok(())
    }

    /// When some instance can next do something that is due.
    pub fn next_look(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        let due = [(self.glance.job, 0), (self.glance.message, 1)];
        let mut found = vec![];
        for (nth, health) in self.health.iter().enumerate() {
            let skew = TimeDelta::milliseconds(self.weather.skew[nth]);
            if !health.up {
                continue;
            }
            for (at, which) in due {
                let Some(at) = at else { continue };
                let at = (at - self.jump - skew).max(health.rests[which]);
                found.push(at.max(health.still_until).max(self.now + TimeDelta::milliseconds(1)));
            }
            if !health.to_record.is_empty() {
                found.push(health.rests[1].max(self.now + TimeDelta::milliseconds(1)));
            }
        }
        found.into_iter().min()
    }

    /// The service answered somebody.
    pub async fn answered(&mut self, asked: Asked, answer: Answer) -> Result<(), Fault> {
        self.note(|| format!("{} to {:?}", answer.status, asked.what));
        self.digest(answer.status);
        if answer.status >= 500 || answer.status == 0 {
            if self.is_evening() && self.now > self.engine_well {
                return Err(format!("{} in the evening: {asked:?}", answer.status));
            }
            self.asks_again(asked);
            return Ok(());
        }
        match &asked.means {
            Means::Registers(worker) => self.registered(*worker, &answer)?,
            Means::Says { .. } => self.check_answer(&asked, &answer)?,
            Means::Takes(who) => {
                let who = *who;
                self.after(60..1500, Event::Tidies(who));
            }
            Means::Nothing | Means::Closes(_) => {}
        }
        Ok(())
    }

    fn registered(&mut self, worker: usize, answer: &Answer) -> Result<(), Fault> {
        let id = answer.body["id"].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let Some(id) = id.filter(|_| answer.is_well()) else {
            return Err(format!("a visit is refused: {answer:?}"));
        };
        self.truth.visits.insert(id, worker);
        let temper = Temper::of(&mut self.rng);
        self.tempers.insert(id, temper);
        if self.rng.random_bool(0.5) {
            self.approves(id);
        }
        for _ in 0..3 {
            self.after(60..5400, Event::Lives(id));
        }
        Ok(())
    }
}
