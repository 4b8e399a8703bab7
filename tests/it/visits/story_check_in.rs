//! Stories of a check-in: when it reminds, asks, asks again and is missed.

use rugdekking::store::Db;
use serde_json::json;

use crate::support::{
    on_both,
    town::{Town, form::home_visit},
};

fn state(time: &str, state: &str) -> (String, String) {
    (time.into(), state.into())
}

async fn it_reminds_asks_asks_again_and_is_missed(db: Db) {
    let town = Town::new(db).await;
    let (jan, phone) = (town.jan(), town.jan().phone());
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:24").await;
    assert_eq!(jan.sees(&visit).await["status"], "under-way");
    assert!(phone.texts().await.is_empty());
    town.until("13:25").await;
    assert!(phone.text().await.starts_with("Om 13:30 bellen we je."));
    assert!(phone.rang().await.is_empty());
    town.until("13:30").await;
    assert_eq!(phone.texted().await, ["13:25", "13:30"]);
    assert!(phone.text().await.starts_with("Afspraak 13:30: alles goed?"));
    assert_eq!(phone.rang().await, ["13:30"]);
    assert_eq!(jan.sees_check_ins(&visit).await, [state("13:30", "prompted")]);
    assert_eq!(town.sanne().phone().texted().await, ["12:00"], "only whether she goes along");
    town.until("13:32").await;
    assert_eq!(phone.rang().await, ["13:30", "13:32"]);
    assert_eq!(phone.texted().await, ["13:25", "13:30"]);
    assert_eq!(town.sanne().phone().texted().await, ["12:00", "13:32"]);
    town.until("13:34").await;
    assert!(town.ruud().sees_alarm(&visit).await.is_null());
    town.until("13:35").await;
    assert_eq!(jan.sees_check_ins(&visit).await, [state("13:30", "missed")]);
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn answering_early_counts_from_the_reminder_on(db: Db) {
    let town = Town::new(db).await;
    let jan = town.jan();
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:24").await;
    jan.did(&visit, "check-ins", json!({})).await;
    assert_eq!(jan.sees_check_ins(&visit).await, [state("13:30", "scheduled")]);
    assert_eq!(jan.reads(&visit, "sign-of-life").await, ["13:24"]);
    town.until("13:26").await;
    jan.did(&visit, "check-ins", json!({})).await;
    let after = [state("13:30", "confirmed"), state("13:45", "scheduled")];
    assert_eq!(jan.sees_check_ins(&visit).await, after);
    town.until("13:39").await;
    assert!(jan.phone().rang().await.is_empty());
    assert_eq!(jan.phone().texted().await, ["13:25"]);
}

async fn each_team_sets_its_own_times(db: Db) {
    let town = Town::new(db).await;
    let times = |team: &mut rugdekking::model::people::teams::Team| {
        team.policy.reminder_minutes = 10;
        team.policy.second_call_minutes = 1;
        team.policy.miss_minutes = 3;
    };
    town.team(times).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:33").await;
    assert_eq!(town.jan().phone().texted().await, ["13:20", "13:30"]);
    assert_eq!(town.jan().phone().rang().await, ["13:30", "13:31"]);
    assert_eq!(town.jan().reads(&visit, "missed").await, ["13:33"]);
}

async fn a_check_in_one_minute_ahead_is_asked_without_a_reminder(db: Db) {
    let town = Town::new(db).await;
    town.jan().registers(&home_visit("12:00").asked_at(&["12:01"])).await;
    town.until("12:01").await;
    assert_eq!(town.jan().phone().texted().await, ["12:01"]);
    assert_eq!(town.jan().phone().rang().await, ["12:01"]);
}

async fn voicemail_never_confirms(db: Db) {
    let town = Town::new(db).await;
    let visit = town.jan().registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    for time in ["13:30", "13:32"] {
        town.until(time).await;
        town.jan().phone().goes_to_voicemail().await;
        assert_eq!(town.jan().sees_check_ins(&visit).await, [state("13:30", "prompted")]);
    }
    town.until("13:35").await;
    assert_eq!(town.ruud().sees_alarm(&visit).await["cause"], "missed-check-in");
}

async fn a_call_that_is_answered_without_a_key_confirms_nothing(db: Db) {
    let town = Town::new(db).await;
    let (jan, phone) = (town.jan(), town.jan().phone());
    let visit = jan.registers(&home_visit("13:00").asked_at(&["13:30"])).await;
    town.until("13:30").await;
    let words = phone.answers().await;
    assert_eq!(phone.presses("5").await, words, "another key: the question again");
    assert_eq!(jan.sees_check_ins(&visit).await, [state("13:30", "prompted")]);
    town.until("13:32").await;
    phone.hangs_up().await;
    town.until("13:35").await;
    assert_eq!(jan.sees_check_ins(&visit).await, [state("13:30", "missed")]);
}

async fn the_words_are_neutral_for_a_resident_may_hear_them(db: Db) {
    let town = Town::new(db).await;
    let form = home_visit("13:00").with("knownResident", json!(true)).asked_at(&["13:30"]);
    town.agreed(&form).await;
    town.until("13:30").await;
    let mut heard = vec![town.jan().phone().answers().await];
    town.until("13:34").await;
    heard.extend(town.jan().phone().texts().await);
    heard.extend(town.sanne().phone().texts().await);
    let (call, texts) = heard.split_first().unwrap();
    assert!(call.contains("toets") && texts.len() == 4, "{heard:?}");
    for words in &heard {
        let words = words.to_lowercase();
        for betrayal in ["alarm", "risico", "agressie", "veilig", "de wit", "straat", "politie"] {
            assert!(!words.contains(betrayal), "{words}");
        }
    }
}

on_both!(
    it_reminds_asks_asks_again_and_is_missed,
    answering_early_counts_from_the_reminder_on,
    each_team_sets_its_own_times,
    a_check_in_one_minute_ahead_is_asked_without_a_reminder,
    voicemail_never_confirms,
    a_call_that_is_answered_without_a_key_confirms_nothing,
    the_words_are_neutral_for_a_resident_may_hear_them,
);
