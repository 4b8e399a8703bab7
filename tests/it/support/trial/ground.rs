//! The ground of a trial: the demo municipality with visits that are asked soon, and a worker's key.

use std::sync::Arc;

use chrono::TimeDelta;
use chrono_tz::Europe::Amsterdam;
use rugdekking::{
    app::{clock::SystemClock, dice::SystemDice, seed},
    model::{
        check_ins::CheckIn,
        clock::{Clock as _, Instant, minutes},
        ids::{SharedDice, VisitId},
        language::Language,
        people::Named,
        teams::{Team, WatchPolicy},
        testing::keyring,
        texts::Words,
        visits::{Kind, Plan, State, Visit},
        watch::{Effects, Scene, Watch},
    },
    store::{Db, Error, people, sessions, teams, watches},
};

/// The worker's bearer token on the ground.
pub const WORKER: &str = "the-worker-of-a-trial";

/// A visit with its one check-in.
#[derive(Clone, Debug)]
pub struct Asked {
    pub visit: VisitId,
    pub number: String,
    pub due: Instant,
    /// Whether somebody will say that all is well.
    pub answered: bool,
}

/// The ground.
#[derive(Clone, Debug)]
pub struct Ground {
    pub db: Db,
    team: Team,
    dice: SharedDice,
}

impl Ground {
    /// Prepares an empty database: who is not heard of for a minute raises an alarm.
    pub async fn prepare(url: &str) -> Self {
        let db = Db::open(url, keyring()).await.expect("the database opens");
        let (now, dice): (_, SharedDice) = (SystemClock.now(), Arc::new(SystemDice::default()));
        seed::seed(&db, dice.clone(), now).await.expect("it is filled");
        let team = db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let worker = people::by_email(tx, &rugdekking::api::demo::email("worker")).await?;
                let worker = worker.expect("a worker").item.id;
                sessions::open(tx, WORKER, worker, now, TimeDelta::hours(12)).await?;
                let teams = teams::all(tx).await?;
                let mut team =
                    teams.into_iter().find(|t| t.item.members.contains(&worker)).expect("a team");
                team.item.members.retain(|m| *m == worker);
                team.item.policy.miss_minutes = 1;
                team.item.policy.second_call_minutes = 1;
                teams::save(tx, &team.item, team.version).await?;
                Ok(team.item)
            })
        });
        Self { team: team.await.expect("a team"), db, dice }
    }

    /// Registers visits that are under way, each with one check-in and a phone of its own. The
    /// first is number `from`; every `silent`th will not be answered.
    pub async fn visits(&self, from: usize, due: Vec<Instant>, silent: usize) -> Vec<Asked> {
        let ground = self.clone();
        let made = self.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                let (policy, now) = (WatchPolicy::default(), SystemClock.now());
                let public_url = "https://rugdekking.example".into();
                let words = Words { language: Language::Nl, zone: Amsterdam, public_url };
                let dice = &*ground.dice;
                let s = Scene { now, policy: &policy, dice, words: &words, channels: &[] };
                let (mut asked, mut watches) = (vec![], vec![]);
                for (nth, due) in due.into_iter().enumerate() {
                    let visit = visit(from + nth, &ground.team, due, &s);
                    asked.push(Asked {
                        visit: visit.id,
                        number: visit.plan.mobile.to_string(),
                        due,
                        answered: !(from + nth).is_multiple_of(silent),
                    });
                    watches.push(Watch { visit, alarm: None });
                }
                let effects = Effects::default();
                let new = |watch| watches::New { watch, effects: &effects, scene: s };
                watches::insert_all(tx, &watches.iter().map(new).collect::<Vec<_>>(), now).await?;
                Ok(asked)
            })
        });
        made.await.expect("the visits are registered")
    }
}

fn visit(nth: usize, team: &Team, due: Instant, s: &Scene<'_>) -> Visit {
    let plan = Plan {
        kind: Kind::HomeVisit,
        starts_at: s.now,
        expected_minutes: 600,
        mobile: format!("+316{:08}", 20_000_000 + nth).parse().expect("a number"),
        colleagues: vec![],
        residents: vec![],
        background: String::new(),
        expects_trouble: false,
        known_resident: false,
    };
    Visit {
        id: VisitId::new(s.dice, s.now),
        team: team.id,
        worker: Named { id: team.members[0], name: "Jan Bakker".into() },
        language: Language::Nl,
        has_pin: false,
        plan,
        expected_end_at: s.now + minutes(600),
        hits: vec![],
        approval: None,
        officer: None,
        check_ins: vec![CheckIn::plan(due, s.now, s.dice)],
        state: State::UnderWay { since: s.now },
        alarm: None,
    }
}

/// So many moments, evenly spread over a time from `start` on.
pub fn spread(count: usize, start: Instant, over: TimeDelta) -> Vec<Instant> {
    let step = over / i32::try_from(count.max(1)).expect("not so many");
    (0..count).map(|n| start + step * i32::try_from(n).expect("not so many")).collect()
}
