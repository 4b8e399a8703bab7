//! Stories of a visit that begins with a text: what is understood, what the register knows, who is told,
//! and when nothing begins.

use rugdekking::{model::people::teams::StartBy, service::messages::inbound_texts, store::Db};
use serde_json::{Value, json};

use crate::support::{
    on_both,
    town::{Town, form::home_visit, person::Person, phone::Phone},
};

const OTHER_NUMBER: &str = "+31613579246";

const NO_PLACE: &str = "We kennen het adres NIET.";

async fn visits(of: &Person<'_>) -> Vec<Value> {
    of.get("/v1/visits").await.ok().body["items"].as_array().unwrap().clone()
}

async fn the_only_visit(of: &Person<'_>) -> String {
    let [visit] = visits(of).await.try_into().unwrap();
    visit["id"].as_str().unwrap().to_owned()
}

async fn it_says_what_was_understood_and_asks_at_the_end(db: Db) {
    let town = Town::new(db).await;
    town.until("12:10").await;
    let jan = town.jan();
    assert_eq!(
        jan.phone().replies("START 45 Hengelosestraat 51a").await,
        "Begonnen: Hengelosestraat 51A, ENSCHEDE, tot 12:55. We bellen je om 12:55."
    );
    let visit = the_only_visit(&jan).await;
    let seen = town.ruud().sees(&visit).await;
    assert_eq!((&seen["status"], &seen["kind"]), (&json!("under-way"), &json!("home-visit")));
    assert_eq!(seen["residents"][0]["address"]["street"], "Hengelosestraat");
    assert_eq!(seen["risk"]["level"], "normal");
    assert_eq!(seen["background"], "Begonnen per sms: 'START 45 Hengelosestraat 51a'");
    assert!(town.ruud().phone().texts().await.is_empty(), "nothing is wrong");
    town.until("12:55").await;
    assert_eq!(jan.phone().rang().await, ["12:55"]);
    jan.phone().replies("klaar").await;
    assert_eq!(jan.sees(&visit).await["status"], "ended");
}

async fn nobody_who_misses_the_question_is_left_alone(db: Db) {
    let town = Town::new(db).await;
    town.jan().phone().replies("start half uur bij dhr Jansen Kerkstraat 5").await;
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees(&visit).await["residents"][0]["name"], "dhr Jansen");
    town.until("12:35").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn it_begins_at_once_where_others_are_started_by_a_tap(db: Db) {
    let town = Town::new(db).await;
    town.team(|team| team.policy.start_by = StartBy::Tap).await;
    town.jan().phone().replies("START 45 Kerkstraat 5").await;
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
}

async fn a_risky_one_says_what_it_lacks_and_the_manager_hears_of_it(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    assert_eq!(
        jan.phone().replies("START 60 Beukenlaan 21").await,
        "Begonnen: Beukenlaan 21, ENSCHEDE, tot 13:00. We bellen je om 12:15. \
         Nog nodig: collega, akkoord, wijkagent."
    );
    let seen = jan.sees(&the_only_visit(&jan).await).await;
    assert_eq!(seen["risk"], json!({ "level": "risky", "reasons": ["register-hit"] }));
    assert_eq!(seen["status"], "under-way");
    for lead in [town.ruud(), town.fatima()] {
        let told = lead.phone().texts().await;
        let went = "Jan Bakker is op een risicovol bezoek zonder akkoord.";
        assert!(told.iter().any(|text| text.starts_with(went)), "{told:?}");
    }
}

async fn without_an_address_it_begins_and_the_manager_hears_that_nobody_knows_where(db: Db) {
    let town = Town::new(db).await;
    assert_eq!(
        town.jan().phone().replies("START 45").await,
        "Begonnen, tot 12:45. We bellen je om 12:45. We weten niet waar je bent. \
         Je leidinggevende hoort dat."
    );
    assert!(town.ruud().phone().text().await.ends_with(NO_PLACE));
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.jan().sees(&visit).await["status"], "under-way");
}

async fn so_it_does_with_an_address_that_nobody_understands(db: Db) {
    let town = Town::new(db).await;
    let answer = town.jan().phone().replies("START 45 achter het station").await;
    assert!(
        answer.contains("Het adres is niet begrepen. Je leidinggevende hoort dat."),
        "{answer}"
    );
    assert!(town.ruud().phone().text().await.ends_with(NO_PLACE));
    let seen = town.ruud().sees(&the_only_visit(&town.jan()).await).await;
    assert_eq!(seen["background"], "Begonnen per sms: 'START 45 achter het station'");
}

async fn where_nobody_knows_the_own_town_an_address_needs_one(db: Db) {
    let town = Town::new(db).await;
    town.organisation(|organisation| organisation.letterhead = None).await;
    let answer = town.jan().phone().replies("START 45 Beukenlaan 21").await;
    assert!(answer.contains("Het adres is niet begrepen."), "{answer}");
    assert!(town.ruud().phone().text().await.ends_with(NO_PLACE));
    let answer = town.sanne().phone().replies("START 45 Beukenlaan 21 Enschede").await;
    assert!(answer.contains("Nog nodig: collega, akkoord, wijkagent."), "{answer}");
}

async fn too_short_or_too_long_begins_nothing(db: Db) {
    let town = Town::new(db).await;
    for text in ["START 4 Kerkstraat 5", "START 9 uur Kerkstraat 5"] {
        let answer = town.jan().phone().replies(text).await;
        assert!(
            answer.starts_with("Er is niets begonnen. Het kan 5 minuten tot 8 uur"),
            "{answer}"
        );
    }
    let answer = town.jan().phone().replies("START morgen 45 Kerkstraat 5").await;
    assert!(answer.starts_with("Niet begrepen: er is niets begonnen."), "{answer}");
    assert!(visits(&town.jan()).await.is_empty());
}

async fn who_is_on_a_visit_begins_no_other_and_what_was_written_is_read(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("12:00").asked_at(&["12:45"]).with("mobile", json!(OTHER_NUMBER));
    let visit = town.jan().registers(&form).await;
    let under_way = "Er loopt al een afspraak. Er is niets nieuws begonnen. We bellen je om 12:45.";
    let phone = town.jan().phone();
    assert_eq!(phone.replies("START 30 Kerkstraat 5").await, under_way);
    assert_eq!(the_only_visit(&town.jan()).await, visit);
    let [untested] = town.ruud().phone().texts().await.try_into().unwrap();
    assert!(untested.contains("niet getest"), "only that nobody answered from it: {untested}");
    town.jan().did(&visit, "end", json!({})).await;
    phone.replies("START 45 Kerkstraat 5").await;
    assert_eq!(phone.replies("START 30 bij de buren").await, under_way);
    let begun = visits(&town.jan()).await;
    let on = begun.iter().find(|visit| visit["status"] == "under-way").unwrap();
    let lines = town.ruud().reads_timeline(on["id"].as_str().unwrap()).await;
    assert!(format!("{lines:?}").contains("START 30 bij de buren"), "{lines:?}");
    assert_eq!(begun.len(), 2);
    assert_eq!(phone.replies("bezoek 30 min").await, "Bedankt. Je afspraak loopt nu tot 13:15.");
}

async fn brought_twice_it_begins_one_visit(db: Db) {
    let town = Town::new(db).await;
    let jan = "+31612345678".parse().unwrap();
    for name in ["SM1", "SM1", "SM2"] {
        let taken = inbound_texts::receive(&town.app, &jan, "START 45 Kerkstraat 5", Some(name));
        assert!(taken.await.is_ok());
        town.settles().await;
    }
    the_only_visit(&town.jan()).await;
    let answers = town.jan().phone().texts().await;
    assert!(answers[0].starts_with("Begonnen: Kerkstraat 5"), "{answers:?}");
    assert_eq!(answers[0], answers[1]);
    assert!(answers[2].starts_with("Er loopt al een afspraak."), "{answers:?}");
}

async fn a_bare_start_asks_for_texts_and_with_a_visit_it_does_so_as_well(db: Db) {
    let town = Town::new(db).await;
    let phone = town.jan().phone();
    phone.replies("STOP").await;
    assert_eq!(phone.replies("START").await, "Je krijgt weer sms.");
    assert!(visits(&town.jan()).await.is_empty());
    phone.replies("STOP").await;
    assert!(phone.replies("START 45 Kerkstraat 5").await.starts_with("Begonnen: "));
    town.until("12:45").await;
    assert!(phone.text().await.starts_with("Afspraak 12:45"));
}

async fn of_two_teams_it_is_for_the_one_of_which_somebody_is_a_member(db: Db) {
    let town = Town::new(db).await;
    let ruud = town.account("manager").await.id;
    town.team(move |team| team.members.push(ruud)).await;
    town.ruud().phone().replies("START 45 Kerkstraat 5").await;
    let of_ruud = the_only_visit(&town.ruud()).await;
    town.jan().phone().replies("START 45 Kerkstraat 7").await;
    let of_jan = the_only_visit(&town.jan()).await;
    let team = town.jan().sees(&of_jan).await["teamId"].clone();
    assert_eq!(town.ruud().sees(&of_ruud).await["teamId"], team);
}

async fn a_duress_pin_in_it_is_heard_and_nobody_out_there_can_tell(db: Db) {
    let town = Town::new(db).await;
    let plain = town.sanne().phone().replies("START 45 Kerkstraat 5 2580").await;
    assert_eq!(town.jan().phone().replies("START 45 Kerkstraat 5 1379").await, plain);
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["silent"], true);
    assert!(town.jan().sees_alarm(&visit).await.is_null());
    let seen = town.ruud().sees(&visit).await;
    assert!(!seen["background"].as_str().unwrap().contains("1379"), "{seen}");
    let other = the_only_visit(&town.sanne()).await;
    assert!(town.ruud().sees_alarm(&other).await.is_null());
}

async fn a_cry_for_help_in_it_comes_first(db: Db) {
    let town = Town::new(db).await;
    let answer = town.jan().phone().replies("START 45 Kerkstraat 5 help").await;
    assert_eq!(answer, "Begrepen. We regelen het.");
    let visit = the_only_visit(&town.jan()).await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "panic");
}

async fn who_is_not_watched_is_told_so(db: Db) {
    let town = Town::new(db).await;
    let nothing = "Let op: er is niets begonnen.";
    // Els is in no team.
    assert!(town.els().phone().replies("START 45 Kerkstraat 5").await.starts_with(nothing));
    let number = OTHER_NUMBER.parse().unwrap();
    assert!(inbound_texts::receive(&town.app, &number, "START 45", Some("SM1")).await.is_ok());
    town.settles().await;
    let phone = Phone { town: &town, number: OTHER_NUMBER.into() };
    assert!(phone.text().await.starts_with(nothing));
    for persona in ["manager", "deputy", "desk", "desk2", "admin"] {
        town.changes(persona, |it| it.mobile.as_mut().unwrap().verified_at = None).await;
    }
    assert_eq!(
        town.jan().phone().replies("START 45 Kerkstraat 5").await,
        "Let op: er is niets begonnen. Niemand kan nu een alarm krijgen. Bel +31534818181."
    );
    assert!(visits(&town.jan()).await.is_empty());
}

on_both!(
    it_says_what_was_understood_and_asks_at_the_end,
    nobody_who_misses_the_question_is_left_alone,
    it_begins_at_once_where_others_are_started_by_a_tap,
    a_risky_one_says_what_it_lacks_and_the_manager_hears_of_it,
    without_an_address_it_begins_and_the_manager_hears_that_nobody_knows_where,
    so_it_does_with_an_address_that_nobody_understands,
    where_nobody_knows_the_own_town_an_address_needs_one,
    too_short_or_too_long_begins_nothing,
    who_is_on_a_visit_begins_no_other_and_what_was_written_is_read,
    brought_twice_it_begins_one_visit,
    a_bare_start_asks_for_texts_and_with_a_visit_it_does_so_as_well,
    of_two_teams_it_is_for_the_one_of_which_somebody_is_a_member,
    a_duress_pin_in_it_is_heard_and_nobody_out_there_can_tell,
    a_cry_for_help_in_it_comes_first,
    who_is_not_watched_is_told_so,
);
