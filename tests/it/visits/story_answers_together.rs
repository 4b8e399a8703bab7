//! Stories of very many who answer in the same moment: they are taken in together, and each is told
//! what concerns that answer alone.

use axum::http::Method;
use futures::future::join_all;
use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Answer, Town, form::home_visit, person::Person},
};

async fn says(who: Person<'_>, visit: &str, what: &str, key: &str, said: Value) -> Answer {
    let path = format!("/v1/visits/{visit}/{what}");
    who.send(Method::POST, &path, &[("idempotency-key", key)], said).await
}

/// Visits of Jan under way, each asked at 13:30; it is 13:31.
async fn under_way(town: &Town, many: usize) -> Vec<String> {
    let form = home_visit("13:00").alone().asked_at(&["13:30"]);
    let mut visits = vec![];
    for _ in 0..many {
        visits.push(town.jan().registers(&form).await);
    }
    town.until("13:31").await;
    visits
}

async fn each_is_told_what_concerns_it_alone(db: Db) {
    let town = Town::new(db).await;
    let visits = under_way(&town, 8).await;
    let (jan, ruud, noor) = (town.jan(), town.ruud(), town.noor());
    let nowhere = "0199ab00-0000-7000-8000-000000000001";
    let answers = town
        .at_once(async {
            join_all([
                says(jan, &visits[0], "check-ins", "a", json!({})),
                says(jan, &visits[1], "extensions", "b", json!({ "minutes": 15 })),
                says(jan, &visits[2], "end", "c", json!({})),
                says(jan, &visits[3], "alarm", "d", json!({})),
                says(ruud, &visits[4], "check-ins", "e", json!({})),
                says(noor, &visits[5], "check-ins", "f", json!({})),
                says(jan, nowhere, "check-ins", "g", json!({})),
                says(ruud, &visits[6], "end", "h", json!({})),
                says(
                    jan,
                    &visits[7],
                    "check-ins",
                    "i",
                    json!({ "tappedAt": "2026-11-24T00:00:00Z" }),
                ),
            ])
            .await
        })
        .await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 200, 201, 403, 404, 404, 200, 409]);
    let answers: Vec<_> = answers.into_iter().map(Answer::any).collect();
    for nth in [0, 1, 2, 6] {
        let answer = answers.iter().find(|answer| answer.body["id"] == visits[nth]).unwrap();
        assert_eq!(answer.etag(), format!("\"{}\"", answer.body["version"]));
        let shown = jan.sees(&visits[nth]).await;
        assert_eq!(shown["version"], answer.body["version"], "each hears its own version");
    }
    assert_eq!(answers[8].body["code"], "tapped-ahead");
    let state = async |nth: usize| jan.sees_check_ins(&visits[nth]).await[0].1.clone();
    assert_eq!((state(0).await.as_str(), state(1).await.as_str()), ("confirmed", "confirmed"));
    for unanswered in [4, 5, 7] {
        assert_eq!(state(unanswered).await, "prompted", "visit {unanswered}");
    }
    assert_eq!(jan.sees(&visits[2]).await["status"], "ended");
    assert_eq!(ruud.sees_alarm(&visits[3]).await["state"], "open");
    assert_eq!(jan.sees(&visits[6]).await["status"], "ended");
}

async fn a_tap_that_is_sent_again_at_once_counts_once(db: Db) {
    let town = Town::new(db).await;
    let visits = under_way(&town, 3).await;
    let more = || json!({ "minutes": 15 });
    let jan = town.jan();
    let answers = town
        .at_once(async {
            join_all([
                says(jan, &visits[0], "extensions", "a", more()),
                says(jan, &visits[0], "extensions", "a", more()),
                says(jan, &visits[0], "extensions", "a", more()),
                says(jan, &visits[1], "extensions", "a", more()),
                says(jan, &visits[2], "check-ins", "b", json!({})),
                says(jan, &visits[2], "check-ins", "c", json!({})),
            ])
            .await
        })
        .await;
    let answers: Vec<_> = answers.into_iter().map(Answer::any).collect();
    // Whichever came first decides what the key stands for.
    let (first, other) = (&answers[..3], &answers[3]);
    let (done, refused) = if first[0].status == 200 { (0, 1) } else { (1, 0) };
    let both = [first[0].status.as_u16(), other.status.as_u16()];
    assert!(both == [200, 422] || both == [422, 200], "{both:?}");
    assert!(first.iter().all(|again| again.status == first[0].status));
    assert!(first.iter().all(|again| again.body == first[0].body), "the same answer again");
    assert_eq!(jan.reads(&visits[done], "extended").await.len(), 1);
    assert!(jan.reads(&visits[refused], "extended").await.is_empty());
    assert_eq!([answers[4].status, answers[5].status], [200, 200]);
    assert_eq!(jan.sees_check_ins(&visits[2]).await[0].1, "confirmed");
}

async fn a_hundred_at_once_are_all_taken_in(db: Db) {
    let town = Town::new(db).await;
    let visits = under_way(&town, 100).await;
    let answers = town
        .at_once(async {
            join_all(
                visits.iter().map(|visit| says(town.jan(), visit, "check-ins", visit, json!({}))),
            )
            .await
        })
        .await;
    for (visit, answer) in visits.iter().zip(answers) {
        assert_eq!(answer.expect(200).body["id"], *visit);
        assert_eq!(town.jan().sees_check_ins(visit).await[0].1, "confirmed");
    }
    town.until("13:40").await;
    for visit in &visits {
        assert!(town.ruud().sees_alarm(visit).await.is_null());
    }
}

on_both!(
    each_is_told_what_concerns_it_alone,
    a_tap_that_is_sent_again_at_once_counts_once,
    a_hundred_at_once_are_all_taken_in
);
