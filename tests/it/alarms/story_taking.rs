//! Stories of taking an alarm: by key, by text, by link, on the board; and who may not.

use rugdekking::store::Db;
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit, phone::press},
};

/// Jan missed his check-in of 13:30; it is 13:39, and Ruud and Fatima were told.
async fn alarm(town: &Town) -> (String, Value) {
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:39").await;
    let alarm = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&alarm["state"], &alarm["rung"]), (&json!("open"), &json!(2)));
    (visit, alarm)
}

/// Fatima has it; Ruud heard so, and nobody is called any more.
async fn fatima_has_it(town: &Town, visit: &str) {
    let alarm = town.ruud().sees_alarm(visit).await;
    assert_eq!(
        (&alarm["state"], &alarm["owner"]["name"]),
        (&json!("owned"), &json!("Fatima El Amrani"))
    );
    let text = town.ruud().phone().text().await;
    assert_eq!(text, "Fatima El Amrani heeft dit alarm opgepakt. Je hoeft niets te doen.");
    let rang = town.ruud().phone().rang().await.len();
    town.until("13:52").await;
    assert_eq!(town.ruud().phone().rang().await.len(), rang);
    assert!(town.els().phone().rang().await.is_empty(), "it climbs no further");
    let lines = town.ruud().get(&format!("/v1/visits/{visit}/timeline")).await.ok().body;
    let taken = lines["items"].as_array().unwrap().iter().find(|l| l["kind"] == "taken").unwrap();
    assert_eq!(taken["by"], "Fatima El Amrani");
}

async fn by_key_one_on_the_call(db: Db) {
    let town = Town::new(db).await;
    let (visit, _) = alarm(&town).await;
    assert!(town.fatima().phone().answers().await.contains("Toets 1 om het op te pakken."));
    assert!(town.fatima().phone().presses("1").await.starts_with("Jij hebt dit alarm opgepakt."));
    fatima_has_it(&town, &visit).await;
}

async fn by_a_text_reply(db: Db) {
    let town = Town::new(db).await;
    let (visit, _) = alarm(&town).await;
    let reply = town.fatima().phone().replies("1").await;
    assert!(reply.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{reply}");
    fatima_has_it(&town, &visit).await;
}

async fn a_silent_alarm_is_not_taken_by_a_number_alone(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    town.jan().phone().replies("1379").await;
    town.until("13:31").await;
    let ruud = town.ruud();
    assert!(ruud.phone().text().await.contains("Pak op: open"), "nor is it asked for");
    let reply = ruud.phone().replies("1").await;
    assert!(reply.starts_with("Je hebt het stille alarm NIET opgepakt."), "{reply}");
    assert!(ruud.phone().replies("1 4711").await.contains("NIET opgepakt"));
    assert_eq!(ruud.sees_alarm(&visit).await["state"], "open");
    let reply = ruud.phone().replies("1 2580").await;
    assert!(reply.starts_with("Jij hebt het alarm van Jan Bakker opgepakt."), "{reply}");
    assert_eq!(ruud.sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
}

async fn behind_the_link_and_only_by_its_button(db: Db) {
    let town = Town::new(db).await;
    let (visit, _) = alarm(&town).await;
    let page = town.fatima().phone().opens_link().await.ok();
    assert!(page.text.contains("Ik pak dit op"));
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    let page = town.fatima().phone().presses_button(json!({})).await.ok();
    assert!(page.text.contains("Jij hebt dit alarm opgepakt.") && page.text.contains("tel:112"));
    shows_nothing_private(&page.text);
    fatima_has_it(&town, &visit).await;
}

/// What whoever holds a forwarded link must not see.
fn shows_nothing_private(page: &str) {
    for private in ["tel:+316", "Hengelo", "7514", "Wit"] {
        assert!(!page.contains(private), "{private} is in {page}");
    }
}

/// The code of the last text that has one.
async fn code_of(phone: &crate::support::town::phone::Phone<'_>) -> String {
    let text = phone.text().await;
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
    digits.unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

async fn its_numbers_and_addresses_come_after_a_code_on_the_phone_it_was_sent_to(db: Db) {
    let town = Town::new(db).await;
    alarm(&town).await;
    let phone = town.fatima().phone();
    let link = phone.link().await;
    press(&town, &link, json!({})).await.ok();
    let asked = press(&town, &link, json!({ "step": "send" })).await.ok();
    assert!(asked.text.contains("id=\"code\""), "{}", asked.text);
    let code = code_of(&phone).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = press(&town, &link, json!({ "step": "code", "code": wrong })).await.ok();
    assert!(refused.text.contains("Deze code klopt niet"), "{}", refused.text);
    shows_nothing_private(&refused.text);
    let shown = press(&town, &link, json!({ "step": "code", "code": code })).await.ok();
    for call in ["tel:+31612345678", "tel:+31687654321", "tel:112"] {
        assert!(shown.text.contains(call), "{}", shown.text);
    }
    let kept = shown.headers["set-cookie"].to_str().unwrap();
    assert!(kept.contains("HttpOnly") && kept.contains("Max-Age=43200"), "{kept}");
    let cookie = kept.split(';').next().unwrap();
    // The code counts once, and the phone is known for a shift.
    let again = press(&town, &link, json!({ "step": "code", "code": code })).await.ok();
    shows_nothing_private(&again.text);
    let get = axum::http::Method::GET;
    let known = [("cookie", cookie)];
    let page = town.ask(get.clone(), &link, &known, Value::Null).await.ok();
    assert!(page.text.contains("tel:+31612345678"), "{}", page.text);
    let forwarded = town.ask(get, &link, &[], Value::Null).await.ok();
    shows_nothing_private(&forwarded.text);
}

async fn codes_behind_a_link_are_not_guessed_nor_late(db: Db) {
    let town = Town::new(db).await;
    alarm(&town).await;
    let phone = town.fatima().phone();
    let link = phone.link().await;
    let nothing = press(&town, &link, json!({ "step": "send" })).await.ok();
    assert!(nothing.text.contains("Ik pak dit op"), "who did not take it is sent none");
    press(&town, &link, json!({})).await.ok();
    press(&town, &link, json!({ "step": "send" })).await.ok();
    let code = code_of(&phone).await;
    for nth in 0..5 {
        let guess = format!("{:06}", (code.parse::<u32>().unwrap() + 1 + nth) % 1_000_000);
        press(&town, &link, json!({ "step": "code", "code": guess })).await.ok();
    }
    let right = press(&town, &link, json!({ "step": "code", "code": code })).await.ok();
    shows_nothing_private(&right.text);
    town.until("13:41").await;
    press(&town, &link, json!({ "step": "send" })).await.ok();
    let code = code_of(&phone).await;
    town.until("13:52").await;
    let late = press(&town, &link, json!({ "step": "code", "code": code })).await.ok();
    shows_nothing_private(&late.text);
}

async fn on_the_board(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    let taken = town.fatima().takes(&alarm).await.expect(200);
    assert_eq!(taken.body["state"], "owned");
    fatima_has_it(&town, &visit).await;
}

async fn the_first_owns_it_and_the_second_hears_who(db: Db) {
    let town = Town::new(db).await;
    let (_, alarm) = alarm(&town).await;
    let link = town.ruud().phone().link().await;
    town.fatima().takes(&alarm).await.ok();
    let second = town.ruud().takes(&alarm).await.refused(409, "already-owned");
    assert_eq!(second.body["owner"]["name"], "Fatima El Amrani");
    let who = "Fatima El Amrani heeft dit alarm opgepakt.";
    assert!(town.ruud().phone().answers_with("1").await.starts_with(who));
    assert!(town.ruud().phone().replies("1").await.starts_with(who));
    let page = crate::support::town::phone::press(&town, &link, json!({})).await.ok();
    assert!(page.text.contains(who), "{}", page.text);
    assert_eq!(town.fatima().takes(&alarm).await.status, 200, "taking again changes nothing");
}

async fn never_by_who_is_out_there(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    for out_there in [town.jan(), town.sanne()] {
        out_there.takes(&alarm).await.refused(403, "on-the-visit");
        out_there.closes(&alarm, json!({ "outcome": "safe" })).await.refused(403, "on-the-visit");
    }
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
    assert_eq!(town.noor().takes(&alarm).await.status, 404, "whom nobody told sees none");
}

async fn the_owner_sees_what_to_do(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    let position = json!({ "latitude": 52.2215, "longitude": 6.8937 });
    town.jan().did(&visit, "alarm", json!({ "position": position })).await;
    let seen = town.ruud().takes(&alarm).await.ok().body;
    let about = &seen["visit"];
    assert_eq!(
        (&about["worker"], &about["mobile"]),
        (&json!("Jan Bakker"), &json!("+31612345678"))
    );
    assert_eq!(about["colleagues"][0]["mobile"], "+31687654321");
    assert_eq!(about["residents"][0]["address"]["street"], "Hengelosestraat");
    assert_eq!(about["background"], "Aanvraag voor een traplift.");
    assert_eq!(seen["position"]["latitude"], 52.2215);
    let tried = seen["contacted"].as_array().unwrap();
    let call = |c: &&Value| c["name"] == "Fatima El Amrani" && c["channel"] == "call";
    assert!(tried.iter().any(|c| call(&c)), "{tried:?}");
}

async fn not_closed_in_15_minutes_it_climbs_on(db: Db) {
    let town = Town::new(db).await;
    let (visit, alarm) = alarm(&town).await;
    town.fatima().takes(&alarm).await.ok();
    town.until("13:53").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "owned");
    assert!(town.els().phone().rang().await.is_empty());
    town.until("13:54").await;
    let seen = town.ruud().sees_alarm(&visit).await;
    assert_eq!((&seen["state"], &seen["owner"]), (&json!("open"), &json!(null)));
    assert_eq!(seen["previousOwner"]["name"], "Fatima El Amrani");
    assert_eq!(town.els().phone().rang().await, ["13:54"]);
    assert_eq!(town.ruud().reads(&visit, "owner-lapsed").await, ["13:54"]);
    // Somebody else may take it then; taking again in time gives new time.
    town.ruud().takes(&alarm).await.ok();
    town.until("14:05").await;
    town.ruud().takes(&alarm).await.ok();
    town.until("14:19").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["owner"]["name"], "Ruud Smit");
    town.until("14:20").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["state"], "open");
}

on_both!(
    by_key_one_on_the_call,
    by_a_text_reply,
    a_silent_alarm_is_not_taken_by_a_number_alone,
    behind_the_link_and_only_by_its_button,
    its_numbers_and_addresses_come_after_a_code_on_the_phone_it_was_sent_to,
    codes_behind_a_link_are_not_guessed_nor_late,
    on_the_board,
    the_first_owns_it_and_the_second_hears_who,
    never_by_who_is_out_there,
    the_owner_sees_what_to_do,
    not_closed_in_15_minutes_it_climbs_on,
);
