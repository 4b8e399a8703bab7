//! Stories of the auditor: somebody took rows away or bent them, and the watch goes on.

use rugdekking::{
    model::visits::audit::Finding,
    store::{Db, Error, visits::audit},
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, at, form::home_visit},
};

async fn sql(town: &Town, statement: &'static str) -> u64 {
    let work = town.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { tx.query(statement).execute().await })
    });
    work.await.unwrap()
}

async fn ready(town: &Town) -> (u16, Value) {
    let answer = town.ask(axum::http::Method::GET, "/health/ready", &[], Value::Null).await.any();
    (answer.status.as_u16(), answer.body["audit"].clone())
}

async fn audited(town: &Town) -> Vec<(Finding, i64)> {
    let report = town.engine.audit().await.unwrap();
    town.settles().await;
    report.found
}

async fn when_all_is_well_nothing_is_found(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00")).await;
    for time in ["12:30", "13:20", "13:47", "13:55"] {
        town.until(time).await;
        assert_eq!(audited(&town).await, []);
    }
    assert_eq!(ready(&town).await.0, 200);
    assert_eq!(town.noor().phone().texts().await, Vec::<String>::new());
}

async fn a_visit_whose_job_is_gone_is_watched_again(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:10").await;
    assert_eq!(sql(&town, "delete from jobs where kind = 'visit'").await, 1);
    assert_eq!(audited(&town).await, [(Finding::VisitUnwatched, 1)]);
    town.until("13:30").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30"]);
    town.until("13:36").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    assert_eq!(ready(&town).await.0, 200, "it was put right");
    let told = town.noor().phone().texts().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("een bezoek had geen volgende stap"), "{told:?}");
}

async fn a_planned_visit_whose_job_is_gone_starts_all_the_same(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    sql(&town, "delete from jobs").await;
    audited(&town).await;
    town.until("13:01").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
}

async fn an_alarm_whose_job_is_gone_climbs_on(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:36").await;
    assert_eq!(sql(&town, "delete from jobs where kind = 'alarm'").await, 1);
    town.until("13:45").await;
    assert_eq!(town.fatima().phone().rang().await, Vec::<String>::new());
    assert_eq!(audited(&town).await, [(Finding::AlarmStuck, 1)]);
    assert_eq!(town.fatima().phone().rang().await, ["13:45"]);
}

async fn an_alarm_that_somebody_forgot_climbs_on_without_its_job(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("12:00")).await;
    town.jan().did(&visit, "alarm", json!({})).await;
    town.until("12:01").await;
    let alarm = town.ruud().sees_alarm(&visit).await["id"].as_str().unwrap().to_owned();
    town.ruud().post(&format!("/v1/alarms/{alarm}/acknowledgement"), json!({})).await.ok();
    sql(&town, "delete from jobs where kind = 'alarm'").await;
    audited(&town).await;
    town.until("12:30").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

async fn a_step_about_nothing_is_taken_away(db: Db) {
    let town = Town::new(db).await;
    let orphan = "insert into jobs (kind, subject, due_at, attempts)
        select 'alarm', id, starts_at, 0 from visits";
    town.jan().registers(&home_visit("13:00")).await;
    assert_eq!(sql(&town, orphan).await, 1);
    assert_eq!(audited(&town).await, [(Finding::StepOrphaned, 1)]);
    assert_eq!(audited(&town).await, []);
}

async fn more_than_is_looked_at_at_once_is_looked_at_by_turns(db: Db) {
    let town = Town::new(db).await;
    for _ in 0..5 {
        town.jan().registers(&home_visit("13:00").alone()).await;
    }
    let lose = "delete from jobs where subject = (select id from visits order by id desc limit 1)";
    assert_eq!(sql(&town, lose).await, 1);
    let gone = "insert into jobs (kind, subject, due_at, attempts)
        select 'visit', p.id, v.starts_at, 0
        from people p cross join (select starts_at from visits limit 1) v order by p.id limit 3";
    assert_eq!(sql(&town, gone).await, 3);
    let work = town.db.read::<_, Error, _>(|tx| {
        Box::pin(async move {
            let (mut unwatched, mut gone) = (vec![], vec![]);
            let mut after = (None, None);
            for _ in 0..4 {
                let (left, right) = after;
                let visits = audit::unwatched(tx, left, 2).await?;
                let steps = audit::gone_visits(tx, right, 2).await?;
                after = (visits.next, steps.next);
                unwatched.push(visits.found.len());
                gone.push(steps.found.len());
            }
            Ok((unwatched, gone))
        })
    });
    let (unwatched, gone) = work.await.unwrap();
    // Five visits take three turns, and then it begins again; seven steps take four.
    assert_eq!(unwatched, [0, 0, 1, 0]);
    assert_eq!(gone.iter().sum::<usize>(), 3, "{gone:?}");
    assert_eq!(audited(&town).await, [(Finding::VisitUnwatched, 1), (Finding::StepOrphaned, 3)]);
    assert_eq!(audited(&town).await, []);
}

async fn what_cannot_be_read_becomes_an_alarm_and_is_told_once(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("12:00").asked_at(&["12:30"])).await;
    town.jan().registers(&home_visit("12:00").alone().asked_at(&["12:31"])).await;
    town.until("12:10").await;
    // The visit that is asked first can no longer be read, and its job is gone.
    let bend =
        "update visits set body = '{}' where id = (select id from visits order by id limit 1)";
    assert_eq!(sql(&town, bend).await, 1);
    let take = "delete from jobs where subject = (select id from visits order by id limit 1)";
    assert_eq!(sql(&town, take).await, 1);
    let found = [(Finding::VisitUnwatched, 1), (Finding::RowUnreadable, 1)];
    assert_eq!(audited(&town).await, found);
    // It got its step, and became an alarm; that its row cannot be read waits for people.
    for _ in 0..2 {
        assert_eq!(audited(&town).await, [(Finding::RowUnreadable, 1)]);
    }
    let (status, audit) = ready(&town).await;
    assert_eq!((status, &audit["left"]), (200, &json!([])));
    let told = town.noor().phone().texts().await;
    assert_eq!(told.iter().filter(|text| text.contains("niet te lezen")).count(), 1, "{told:?}");
    let page = town.ask(axum::http::Method::GET, "/metrics", &[], Value::Null).await.ok().text;
    assert!(page.contains("rugdekking_audit_left 0"), "{page}");
    assert!(page.contains("rugdekking_audit_findings{finding=\"row-unreadable\"} 1"), "{page}");
    assert!(page.contains("rugdekking_unreadable_rows{table=\"visits\"} 1"), "{page}");
    town.until("12:12").await;
    assert_eq!(town.ruud().phone().rang().await, ["12:10"], "somebody is asked to look");
    town.until("12:32").await;
    assert_eq!(town.jan().phone().rang().await, ["12:31"], "the other visit is watched");
}

async fn a_step_that_nobody_decides_makes_it_unready(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("13:00")).await;
    town.clock.set(at("13:05"));
    let report = town.engine.audit().await.unwrap();
    assert_eq!(report.left, [(Finding::StepLate, 1)]);
    assert_eq!(ready(&town).await.0, 503);
    town.settles().await;
    assert_eq!(audited(&town).await, []);
    assert_eq!(ready(&town).await.0, 200);
}

async fn after_a_clock_that_was_set_back_nothing_waits_for_an_hour(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").asked_at(&["13:30"]).lasting(240);
    let visit = town.jan().registers(&form).await;
    town.until("13:36").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:35"]);
    town.clock.set(at("12:36"));
    let found = audited(&town).await;
    assert!(found.iter().any(|(finding, _)| *finding == Finding::ClockSetBack), "{found:?}");
    assert_eq!(town.fatima().phone().rang().await, ["12:36"], "it climbs now");
    town.until("12:40").await;
    assert_eq!(town.els().phone().rang().await, ["12:39"], "and on as ever");
    assert_eq!(audited(&town).await, [], "it is put right once");
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

on_both!(
    when_all_is_well_nothing_is_found,
    a_visit_whose_job_is_gone_is_watched_again,
    a_planned_visit_whose_job_is_gone_starts_all_the_same,
    an_alarm_whose_job_is_gone_climbs_on,
    an_alarm_that_somebody_forgot_climbs_on_without_its_job,
    a_step_about_nothing_is_taken_away,
    more_than_is_looked_at_at_once_is_looked_at_by_turns,
    what_cannot_be_read_becomes_an_alarm_and_is_told_once,
    a_step_that_nobody_decides_makes_it_unready,
    after_a_clock_that_was_set_back_nothing_waits_for_an_hour,
);
