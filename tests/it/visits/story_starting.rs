//! Stories of approval and of starting, with and without it.

use axum::http::Method;
use rugdekking::{model::people::teams::StartBy, store::Db};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town, at,
        form::{home_visit, moment, risky_visit},
    },
};

const WENT: &str = "Jan Bakker is op een risicovol bezoek zonder akkoord. We bewaken het wel.";

async fn the_manager_approves_with_the_agreed_call_times(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&risky_visit("13:00")).await;
    let asked = town.ruud().phone().text().await;
    assert!(asked.starts_with("Jan Bakker vraagt akkoord voor een bezoek op 23-11-2026 om 13:00."));
    assert_eq!(town.ruud().sees(&visit).await["mayApprove"], true);
    let times = [moment(at("13:10")), moment(at("13:40"))];
    let said = json!({ "checkInTimes": times, "note": "Bel mij erna." });
    let agreed = town.ruud().did(&visit, "approval", said).await;
    assert_eq!(agreed["missing"], json!(["district-officer"]));
    assert_eq!(agreed["approval"]["by"]["name"], "Ruud Smit");
    let due: Vec<_> = town.jan().sees_check_ins(&visit).await.into_iter().map(|c| c.0).collect();
    assert_eq!(due, ["13:10", "13:40"]);
    let why = json!({ "notInformedBecause": "Geen politie nodig." });
    let noted = town.jan().did(&visit, "officer-notice", why).await;
    assert_eq!((&noted["missing"], &noted["status"]), (&json!([]), &json!("planned")));
    town.until("13:00").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert!(!town.ruud().phone().texts().await.iter().any(|t| t.starts_with(WENT)));
}

async fn nobody_approves_a_visit_of_their_own(db: Db) {
    let town = Town::new(db).await;
    let ruud_too = json!([{ "name": "Ruud Smit", "mobile": "+31611223344" }]);
    let visit = town.jan().registers(&risky_visit("13:00").with("colleagues", ruud_too)).await;
    for out_there in [town.jan(), town.ruud()] {
        out_there.says(&visit, "approval", json!({})).await.refused(403, "own-visit");
    }
    assert_eq!(town.els().says(&visit, "approval", json!({})).await.status, 404);
    assert_eq!(town.fatima().says(&visit, "approval", json!({})).await.status, 200);
    let plain = town.jan().registers(&home_visit("13:00")).await;
    town.fatima().says(&plain, "approval", json!({})).await.refused(409, "needs-no-approval");
}

async fn approval_was_for_what_was_known(db: Db) {
    let town = Town::new(db).await;
    let visit = town.agreed(&risky_visit("13:00")).await;
    town.until("12:05").await;
    let path = format!("/v1/visits/{visit}");
    let change = async |said: Value| {
        let etag = town.jan().get(&path).await.ok().etag();
        town.jan().send(Method::PATCH, &path, &[("if-match", &etag)], said).await.ok().body
    };
    let same = change(json!({ "background": "Traplift, en de keuken." })).await;
    assert_eq!(same["status"], "planned");
    let graver = change(json!({ "knownResident": true })).await;
    assert_eq!(
        (&graver["status"], &graver["missing"]),
        (&json!("awaiting-approval"), &json!(["manager-approval"]))
    );
    assert_eq!(town.jan().reads(&visit, "approval-fell").await, ["12:05"]);
    town.settles().await;
    let asked = town.ruud().phone().texts().await;
    assert_eq!(asked.iter().filter(|t| t.contains("vraagt akkoord")).count(), 2);
}

async fn who_goes_anyway_is_watched_and_the_manager_told_at_once(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&risky_visit("13:00").alone().asked_at(&["13:30"])).await;
    town.until("13:01").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "awaiting-approval");
    let started = town.jan().did(&visit, "start", json!({})).await;
    assert_eq!((&started["status"], &started["watched"]), (&json!("under-way"), &json!(true)));
    for lead in [town.ruud(), town.fatima()] {
        assert!(lead.phone().text().await.starts_with(WENT), "{}", lead.persona);
        assert_eq!(lead.phone().texted().await.last().unwrap(), "13:01");
    }
    let lines = town.ruud().reads_timeline(&visit).await;
    let line = lines.iter().find(|l| l.1 == "started").unwrap();
    assert_eq!(line.2, "Gestart zonder akkoord; de leidinggevende is ingelicht");
    town.until("13:35").await;
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:32"]);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn without_a_tap_an_unapproved_visit_is_watched_from_its_lateness_on(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&risky_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:09").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "awaiting-approval");
    town.until("13:10").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert!(town.ruud().phone().text().await.starts_with(WENT));
    // And never later than its first agreed time.
    town.jan().did(&visit, "end", json!({ "pin": "2580" })).await;
    let visit = town.jan().registers(&risky_visit("14:00").asked_at(&["14:05"])).await;
    town.until("14:05").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.jan().phone().rang().await, ["14:05"]);
}

async fn by_itself_at_its_start_time(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("12:59").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "planned");
    town.until("13:00").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.jan().reads(&visit, "started").await, ["13:00"]);
}

async fn by_a_tap_where_the_team_chose_so(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.policy.start_by = StartBy::Tap).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("13:05").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "planned");
    assert_eq!(town.ruud().says(&visit, "start", json!({})).await.status, 403);
    for _ in 0..2 {
        town.jan().did(&visit, "start", json!({})).await;
    }
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.jan().reads(&visit, "started").await, ["13:05"]);
}

async fn a_forgotten_tap_is_asked_about_and_never_leaves_anybody_unwatched(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.policy.start_by = StartBy::Tap).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    town.until("13:10").await;
    assert!(
        town.jan().phone().text().await.starts_with("Je afspraak van 13:00 is nog niet gestart.")
    );
    assert!(town.ruud().phone().text().await.contains("van 13:00 is niet gestart"));
    town.until("13:44").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "planned");
    assert_eq!(town.jan().phone().texts().await.len(), 1, "asked once");
    // An agreed time is an agreed time.
    town.until("13:50").await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
    assert_eq!(town.jan().phone().rang().await, ["13:45", "13:47"]);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

on_both!(
    the_manager_approves_with_the_agreed_call_times,
    nobody_approves_a_visit_of_their_own,
    approval_was_for_what_was_known,
    who_goes_anyway_is_watched_and_the_manager_told_at_once,
    without_a_tap_an_unapproved_visit_is_watched_from_its_lateness_on,
    by_itself_at_its_start_time,
    by_a_tap_where_the_team_chose_so,
    a_forgotten_tap_is_asked_about_and_never_leaves_anybody_unwatched,
);
