//! Stories of ladders with nobody on them: the organisation stands in, or nothing is promised.

use rugdekking::{
    model::{
        messages::Channel,
        people::teams::{OutOfHours, Rung, Team, Who},
    },
    store::Db,
};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{
        Town,
        form::{home_visit, moment},
        time_of,
    },
};

fn only(who: Who) -> Rung {
    Rung { who: vec![who], channels: vec![Channel::Text, Channel::Call], wait_minutes: 3 }
}

/// Jan's team has only its manager on its ladder, and that number was never verified.
async fn with_a_gap(town: &Town) {
    town.team(|team| team.ladder.rungs = vec![only(Who::Manager)]).await;
    town.changes("manager", |ruud| ruud.mobile.as_mut().unwrap().verified_at = None).await;
}

/// Nobody of the organisation's ladder can be reached either.
async fn with_nobody(town: &Town) {
    for persona in ["desk", "desk2", "admin"] {
        town.changes(persona, |it| it.mobile.as_mut().unwrap().verified_at = None).await;
    }
}

async fn the_organisation_stands_in_and_the_administrator_is_told(db: Db) {
    let town = Town::new(db).await;
    with_a_gap(&town).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    assert_eq!(town.jan().reads(&visit, "ladder-gap").await, ["12:00"]);
    let text = town.noor().phone().text().await;
    assert!(text.contains("Team Wmo en inkomen heeft niemand die alarmen kan krijgen."), "{text}");
    town.until("13:35").await;
    for stands_in in [town.els(), town.tom(), town.noor()] {
        assert_eq!(stands_in.phone().rang().await, ["13:35"], "{}", stands_in.persona);
    }
}

async fn a_gap_in_the_evening_only_counts_for_the_evening(db: Db) {
    let town = Town::new(db).await;
    let evening = |team: &mut Team| {
        let monday = r#"[{"days":["mon"],"from":"08:00","until":"17:00"}]"#;
        let office_hours = serde_json::from_str(monday).unwrap();
        let rungs = vec![only(Who::Deputy)];
        team.deputies.clear();
        team.ladder.out_of_hours = Some(OutOfHours { office_hours, rungs });
    };
    town.team(evening).await;
    town.jan().registers(&home_visit("13:00")).await;
    assert!(town.noor().phone().texts().await.is_empty());
    let visit = town.jan().registers(&home_visit("16:45")).await;
    assert_eq!(town.jan().reads(&visit, "ladder-gap").await, ["12:00"]);
    assert_eq!(town.noor().phone().texts().await.len(), 1);
}

async fn with_nobody_at_all_the_service_refuses_to_promise(db: Db) {
    let town = Town::new(db).await;
    with_a_gap(&town).await;
    with_nobody(&town).await;
    let refused =
        town.jan().tries_to_register(&home_visit("13:00")).await.refused(409, "nobody-to-call");
    assert_eq!(refused.body["callNumber"], "+31534818181");
    assert!(refused.body["detail"].as_str().unwrap().contains("not watched"));
    // Nothing was kept, so nothing looks watched and nobody was bothered.
    assert_eq!(town.jan().get("/v1/visits").await.ok().body["items"], json!([]));
    town.until("14:00").await;
    for persona in [town.jan(), town.ruud(), town.noor()] {
        assert!(persona.phone().texts().await.is_empty(), "{}", persona.persona);
    }
}

async fn who_goes_along_is_nobody_to_call(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.ladder.rungs = vec![only(Who::Manager)]).await;
    with_nobody(&town).await;
    assert_eq!(town.jan().tries_to_register(&home_visit("13:00")).await.status, 201);
    let ruud_too = json!([{ "name": "Ruud Smit", "mobile": "+31611223344" }]);
    let form = home_visit("13:00").with("colleagues", ruud_too);
    assert_eq!(town.jan().tries_to_register(&form).await.status, 409);
}

async fn a_visit_cannot_be_moved_to_where_nobody_is(db: Db) {
    let town = Town::new(db).await;
    with_nobody(&town).await;
    let evening = |team: &mut Team| {
        let monday = r#"[{"days":["mon"],"from":"08:00","until":"17:00"}]"#;
        let office_hours = serde_json::from_str(monday).unwrap();
        team.ladder.out_of_hours = Some(OutOfHours { office_hours, rungs: vec![only(Who::Desk)] });
    };
    town.team(evening).await;
    let visit = town.jan().registers(&home_visit("13:00")).await;
    let path = format!("/v1/visits/{visit}");
    let etag = town.jan().get(&path).await.ok().etag();
    let later = json!({ "startsAt": moment(crate::support::town::at("20:00")) });
    let headers = [("if-match", etag.as_str())];
    town.jan()
        .send(axum::http::Method::PATCH, &path, &headers, later)
        .await
        .refused(409, "nobody-to-call");
    assert_eq!(time_of(&town.jan().sees(&visit).await["startsAt"]), "13:00");
}

async fn when_everybody_is_gone_by_the_time_of_the_alarm_the_administrators_hear(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    for persona in ["manager", "deputy", "desk", "desk2"] {
        town.changes(persona, |it| it.mobile.as_mut().unwrap().verified_at = None).await;
    }
    town.organisation(|it| it.ladder.rungs = vec![only(Who::Desk)]).await;
    town.until("13:35").await;
    let texts = town.noor().phone().texts().await;
    assert!(texts.iter().any(|t| t.starts_with("EEN ALARM BEREIKT NIEMAND.")), "{texts:?}");
    let mail = town.phone("admin@demo.rugdekking.example").text().await;
    assert!(mail.contains("EEN ALARM BEREIKT NIEMAND."), "{mail}");
    assert_eq!(town.ruud().reads(&visit, "nobody-to-tell").await, ["13:35"]);
    // It tries again every minute, and finds whoever comes back.
    town.until("13:38").await;
    town.changes("manager", |ruud| {
        let mobile = ruud.mobile.as_mut().unwrap();
        mobile.verified_at = Some(crate::support::town::at("13:38"));
    })
    .await;
    town.until("13:39").await;
    assert_eq!(town.ruud().phone().rang().await, ["13:39"]);
}

async fn an_organisation_without_a_ladder_cannot_be_saved(db: Db) {
    let town = Town::new(db).await;
    let now = town.noor().get("/v1/organisation").await.ok();
    let mut bare: Value = now.body.clone();
    bare["ladder"]["rungs"] = json!([]);
    if let Value::Object(fields) = &mut bare {
        fields.remove("version");
        fields.remove("id");
    }
    let etag = now.etag();
    let headers = [("if-match", etag.as_str())];
    let put = axum::http::Method::PUT;
    town.noor().send(put, "/v1/organisation", &headers, bare).await.expect(400);
    assert_eq!(town.noor().get("/v1/organisation").await.ok().body, now.body);
}

on_both!(
    the_organisation_stands_in_and_the_administrator_is_told,
    a_gap_in_the_evening_only_counts_for_the_evening,
    with_nobody_at_all_the_service_refuses_to_promise,
    who_goes_along_is_nobody_to_call,
    a_visit_cannot_be_moved_to_where_nobody_is,
    when_everybody_is_gone_by_the_time_of_the_alarm_the_administrators_hear,
    an_organisation_without_a_ladder_cannot_be_saved,
);
