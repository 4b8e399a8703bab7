//! Stories of two things in the same moment. On PostgreSQL they truly run beside each other.

use axum::http::Method;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Answer, Town, at,
        form::{home_visit, risky_visit},
        person::Person,
    },
};

/// How often each race is run: the order is not ours to choose.
const ROUNDS: usize = 6;

async fn post(person: Person<'_>, path: String, body: Value) -> Answer {
    person.send(Method::POST, &path, &[], body).await
}

/// Visits of Jan, each asked at 13:30; it is 13:34 and nobody answered.
async fn about_to_be_missed(town: &Town) -> Vec<String> {
    let mut visits = vec![];
    for _ in 0..ROUNDS {
        visits.push(town.jan().registers(&home_visit("13:00").alone().asked_at(&["13:30"])).await);
    }
    town.until("13:34").await;
    town.clock.set(at("13:35"));
    visits
}

async fn answer_and_miss(db: Db) {
    let town = Town::new(db).await;
    let visits = about_to_be_missed(&town).await;
    let answers =
        visits.iter().map(|v| post(town.jan(), format!("/v1/visits/{v}/check-ins"), json!({})));
    let (answers, settled, also) = tokio::join!(
        futures::future::join_all(answers),
        town.engine.settle(),
        town.engine.settle(),
    );
    [settled, also].into_iter().for_each(Result::unwrap);
    town.settles().await;
    for (visit, answer) in visits.iter().zip(answers) {
        answer.expect(200);
        // Either it was in time, or the alarm is there and was told of the answer: never neither.
        let (first, _) = town.jan().sees_check_ins(visit).await[0].clone();
        let state = town.jan().sees_check_ins(visit).await[0].1.clone();
        let alarm = town.ruud().sees_alarm(visit).await;
        assert_eq!(first, "13:30");
        match state.as_str() {
            "confirmed" => assert!(alarm.is_null(), "{alarm}"),
            "missed" => {
                assert_eq!(alarm["state"], "open");
                assert_eq!(town.ruud().reads(visit, "sign-of-life").await, ["13:35"]);
            }
            other => panic!("{other}"),
        }
    }
}

async fn more_time_and_miss(db: Db) {
    let town = Town::new(db).await;
    let visits = about_to_be_missed(&town).await;
    let said = json!({ "minutes": 15 });
    let answers =
        visits.iter().map(|v| post(town.jan(), format!("/v1/visits/{v}/extensions"), said.clone()));
    let (answers, settled) = tokio::join!(futures::future::join_all(answers), town.engine.settle());
    settled.unwrap();
    town.settles().await;
    for (visit, answer) in visits.iter().zip(answers) {
        answer.expect(200);
        let missed = town.jan().sees_check_ins(visit).await[0].1 == "missed";
        assert_eq!(missed, !town.ruud().sees_alarm(visit).await.is_null());
    }
}

async fn two_managers_at_once(db: Db) {
    let town = Town::new(db).await;
    for _ in 0..ROUNDS {
        let visit = town.jan().registers(&home_visit("12:00")).await;
        town.jan().did(&visit, "alarm", json!({})).await;
        let alarm = town.ruud().sees_alarm(&visit).await;
        let path = format!("/v1/alarms/{}/acknowledgement", alarm["id"].as_str().unwrap());
        let (ruud, fatima, els) = tokio::join!(
            post(town.ruud(), path.clone(), json!({})),
            post(town.fatima(), path.clone(), json!({})),
            post(town.els(), path.clone(), json!({})),
        );
        let (won, lost): (Vec<_>, Vec<_>) =
            [ruud, fatima, els].into_iter().partition(|answer| answer.status == 200);
        assert_eq!((won.len(), lost.len()), (1, 2), "{won:?} {lost:?}");
        let won = won.into_iter().next().unwrap().expect(200);
        for lost in lost {
            let lost = lost.refused(409, "already-owned");
            assert_eq!(lost.body["owner"], won.body["owner"]);
        }
        assert_eq!(town.ruud().reads(&visit, "taken").await.len(), 1);
    }
}

async fn taking_and_climbing(db: Db) {
    let town = Town::new(db).await;
    let mut visits = vec![];
    for _ in 0..ROUNDS {
        let visit = town.jan().registers(&home_visit("12:00")).await;
        town.jan().did(&visit, "alarm", json!({})).await;
        visits.push(visit);
    }
    town.until("12:02").await;
    let mut paths = vec![];
    for visit in &visits {
        let alarm = town.ruud().sees_alarm(visit).await;
        paths.push(format!("/v1/alarms/{}/acknowledgement", alarm["id"].as_str().unwrap()));
    }
    town.clock.set(at("12:03"));
    let takes = paths.into_iter().map(|path| post(town.ruud(), path, json!({})));
    let (answers, settled, also) =
        tokio::join!(futures::future::join_all(takes), town.engine.settle(), town.engine.settle(),);
    [settled, also].into_iter().for_each(Result::unwrap);
    assert!(answers.iter().all(|a| a.status == 200), "{answers:?}");
    let rang = town.fatima().phone().rang().await.len();
    town.until("12:15").await;
    assert_eq!(town.fatima().phone().rang().await.len(), rang, "nobody is called once it is taken");
    for visit in &visits {
        assert_eq!(town.fatima().sees_alarm(visit).await["state"], "owned");
    }
}

async fn end_and_panic_panic_wins(db: Db) {
    let town = Town::new(db).await;
    for _ in 0..ROUNDS {
        let visit = town.jan().registers(&home_visit("12:00")).await;
        let (end, help) = tokio::join!(
            post(town.jan(), format!("/v1/visits/{visit}/end"), json!({})),
            post(town.sanne(), format!("/v1/visits/{visit}/alarm"), json!({})),
        );
        end.expect(200);
        help.expect(201);
        town.settles().await;
        assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
    }
}

async fn an_answer_with_the_code_and_a_closing(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00").lasting(60).asked_at(&["13:30"])).await;
    town.until("13:36").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    let path = format!("/v1/alarms/{}/closure", alarm["id"].as_str().unwrap());
    let (answer, closed) = tokio::join!(
        post(town.jan(), format!("/v1/visits/{visit}/check-ins"), json!({ "pin": "2580" })),
        post(town.ruud(), path, json!({ "outcome": "safe" })),
    );
    answer.expect(200);
    assert!([200, 409].contains(&closed.status.as_u16()), "{closed}");
    town.settles().await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    let seen = town.jan().sees(&visit).await;
    assert!(seen["status"] == "under-way" && seen["nextCheckInAt"].is_string(), "{seen}");
}

on_both!(
    answer_and_miss,
    more_time_and_miss,
    two_managers_at_once,
    taking_and_climbing,
    end_and_panic_panic_wins,
    an_answer_with_the_code_and_a_closing,
);
