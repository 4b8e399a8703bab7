//! What a request costs does not grow with the people and teams that it does not touch: in an
//! organisation of fifty teams it opens as many bodies as in one of two.

use axum::http::Method;
use rugdekking::{
    model::{
        alarms::ladder::Directory,
        clock::{Clock as _, testing::keyring},
        ids::PersonId,
        people::teams::{Ladder, OfficeHours, OutOfHours, Rung, Team, WatchPolicy, Who},
    },
    store::{
        Db, Error,
        alarms::directory::{self, LadderScope},
        people::{self, teams},
    },
};
use serde_json::json;

use crate::support::{
    answer::{Answer, Content},
    on_both,
    town::{Town, form::home_visit, person::Person},
    trial::organisation::{Size, grow},
};

/// The bodies that each request opens, on a visit that goes wrong.
struct Costs<'t> {
    town: &'t Town,
    opened: Vec<(&'static str, u64)>,
}

impl Costs<'_> {
    async fn of(&mut self, what: &'static str, request: impl Future<Output = Answer>) -> Content {
        let before = self.town.db.bodies_opened();
        let answer = request.await.ok();
        self.opened.push((what, self.town.db.bodies_opened() - before));
        answer
    }
}

async fn costs(town: &Town, start: &str, later: &str) -> Vec<(&'static str, u64)> {
    let mut costs = Costs { town, opened: vec![] };
    let (jan, ruud) = (town.jan(), town.ruud());
    costs.of("who am I", jan.get("/v1/me")).await;
    let form = home_visit(start).lasting(30).0;
    let visit = costs.of("registration", jan.send(Method::POST, "/v1/visits", &[], form)).await;
    let id = visit.body["id"].as_str().unwrap();
    town.until(start).await;
    costs.of("a look at it", jan.get(&format!("/v1/visits/{id}"))).await;
    costs.of("all well", jan.says(id, "check-ins", json!({}))).await;
    costs.of("help", jan.says(id, "alarm", json!({}))).await;
    let climbs = async {
        town.until(later).await;
        jan.get(&format!("/v1/visits/{id}")).await
    };
    costs.of("the alarm climbs", climbs).await;
    let alarm = ruud.sees_alarm(id).await;
    let path = format!("/v1/alarms/{}", alarm["id"].as_str().unwrap());
    costs.of("whom the ladder calls", jan.get(&path)).await;
    costs.of("taking it", ruud.takes(&alarm)).await;
    let how = json!({ "outcome": "safe", "note": "It is well", "visitEnded": true });
    costs.of("closing it", ruud.closes(&alarm, how)).await;
    costs.opened
}

async fn a_request_opens_no_more_in_a_larger_organisation(db: Db) {
    let town = Town::new(db).await;
    // What is opened once only, on the first of all visits, is no part of it.
    costs(&town, "12:05", "12:09").await;
    let small = costs(&town, "13:00", "13:04").await;
    let size = Size { people: 48 * 7, teams: 48 };
    let policy = WatchPolicy::default();
    grow(&town.db, &town.app.random, town.clock.now(), size, &policy).await;
    assert_eq!(costs(&town, "14:00", "14:04").await, small);
}

/// A program that does not know of it writes teams and accounts, and files nothing.
async fn an_older_program_writes(db: &Db) {
    let work = db.write::<_, Error, _>(|tx| {
        Box::pin(async move {
            tx.query("delete from memberships").execute().await?;
            tx.query("update teams set version = version + 1").execute().await?;
            let sql = "update people set version = version + 1, at_desk = $1, administers = $1";
            tx.query(sql).bind(false).execute().await
        })
    });
    work.await.unwrap();
}

async fn not_filed(db: &Db) -> i64 {
    let count = db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let sql = "select (select count(*) from teams where filed_version <> version)
                + (select count(*) from people where filed_version <> version)";
            tx.query(sql).one::<(i64,)>().await
        })
    });
    count.await.unwrap().0
}

async fn what_an_older_program_wrote_is_seen_at_once_and_filed_at_the_next_start(url: String) {
    let town = Town::new(Db::open(&url, keyring()).await.unwrap()).await;
    let teams = async |of: &Person<'_>| of.get("/v1/me").await.ok().body["teams"].clone();
    let before = (teams(&town.jan()).await, teams(&town.ruud()).await);
    an_older_program_writes(&town.db).await;
    assert_eq!((teams(&town.jan()).await, teams(&town.ruud()).await), before);
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.jan().says(&visit, "alarm", json!({})).await.ok();
    town.until("12:10").await;
    // The third rung calls the desk.
    assert!(!town.els().phone().texted().await.is_empty());
    assert!(not_filed(&town.db).await > 0);
    let opened_again = Db::open(&url, keyring()).await.unwrap();
    assert_eq!(not_filed(&opened_again).await, 0);
    assert_eq!((teams(&town.jan()).await, teams(&town.ruud()).await), before);
}

/// By day the manager, outside office hours the desk and Sanne.
fn by_day_and_by_night(sanne: PersonId) -> Ladder {
    use chrono::Weekday::{Fri, Mon, Thu, Tue, Wed};
    let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let Ladder { rungs, repeat_minutes, .. } = Ladder::default();
    let days = vec![Mon, Tue, Wed, Thu, Fri];
    let others = Rung { who: vec![Who::Desk, Who::Person { person: sanne }], ..rungs[0].clone() };
    let office_hours = vec![OfficeHours { days, from: time(8), until: time(18) }];
    let out_of_hours = Some(OutOfHours { office_hours, rungs: vec![others] });
    Ladder { rungs: rungs[..1].to_vec(), repeat_minutes, out_of_hours }
}

async fn a_ladder_names_the_same_people_as_with_everybody_at_hand(db: Db) {
    let town = Town::new(db).await;
    let sanne = town.sanne().get("/v1/me").await.ok().body["id"].as_str().unwrap().parse().unwrap();
    town.team(move |team| team.ladder = by_day_and_by_night(sanne)).await;
    let (zone, channels) = (town.app.settings.zone, town.app.settings.channels.clone());
    let loaded = town.db.read::<_, Error, _>(move |tx| {
        Box::pin(async move {
            let teams = teams::all(tx).await?.into_iter().map(|team| team.item);
            let teams: Vec<Team> = teams.collect();
            let mut pairs = vec![];
            for team in teams {
                let scope = LadderScope::of([&team]);
                let narrow = directory::load(tx, zone, channels.clone(), &scope).await?;
                let everybody = people::all(tx).await?.into_iter();
                let people = everybody.map(|found| (found.item.id, found.item)).collect();
                let whole = Directory { people, ..narrow.clone() };
                pairs.push((team, narrow, whole));
            }
            Ok(pairs)
        })
    });
    let monday = town.clock.now().date_naive();
    for (team, narrow, whole) in loaded.await.unwrap() {
        assert!(narrow.people.len() < whole.people.len());
        assert_eq!(narrow.picture(&team, monday, 7), whole.picture(&team, monday, 7));
    }
}

on_both!(
    a_request_opens_no_more_in_a_larger_organisation,
    a_ladder_names_the_same_people_as_with_everybody_at_hand,
);
on_both!(url: what_an_older_program_wrote_is_seen_at_once_and_filed_at_the_next_start);
