//! What we say to an exchange against a schema, by libxml2: every call, in both languages.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use chrono::DateTime;
use rugdekking::{
    carrier::providers::twilio::twiml::{follow_up, on_call_in, opening},
    model::{
        alarms::{Cause, watchdog::Tell},
        ids::MessageId,
        messages::{
            Channel, Script,
            language::Language,
            outages::{Outage, OutageNews},
            texts::Words,
        },
    },
};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/twiml.xsd");
const URL: &str = "https://wacht.voorbeeld.nl";

/// Whether libxml2 finds the document valid.
fn is_valid(document: &str) -> Result<(), String> {
    let mut child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", SCHEMA, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("xmllint is missing, run `make test`: {e}"));
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.success() { Ok(()) } else { Err(told) }
}

/// Everything that calls say, with whether keys are listened to.
fn said(words: &Words) -> Vec<(String, bool)> {
    let since = DateTime::from_timestamp(1_795_438_800, 0).unwrap();
    let who = "Anna-Sophie <van> \"den\" Berg & Zn. 'Ñ' 👍 \u{7}";
    let outage = Outage { channel: Channel::Text, since };
    let mut all = vec![
        (words.call(false), true),
        (words.call(true), true),
        (words.call_in(false), true),
        (words.call_in(true), true),
        (words.call_in_ahead(), true),
        (words.call_in_failed(), true),
        (words.watch_begun(since), false),
        (words.nobody_warned(Some("+31534818181")), false),
        (words.taken_by_you_of(who), false),
        (words.press_code(), true),
        (words.code_wrong(), true),
        (words.confirmed(Some(since)), false),
        (words.confirmed(None), false),
        (words.extended(since), false),
        (words.ended(), false),
        (words.arranging(), false),
        (words.answer_noted(), false),
        (words.nothing_asked(), false),
        (words.taken_by_you(), false),
        (words.taken_by(who), false),
        (words.alarm_over(), false),
        (words.test_call(), false),
        (words.outage(&outage, OutageNews::Began), false),
        (words.watchdog_call(Tell::Alarm { since }, who).unwrap(), false),
    ];
    all.extend(Cause::ALL.map(|cause| (words.alarm_call(who, cause), true)));
    all.extend(Cause::ALL.map(|cause| (words.call_in_alarm(who, cause), true)));
    all
}

#[test]
fn every_call_is_valid_in_dutch_and_english() {
    let id = MessageId(uuid::Uuid::from_u128(7));
    for language in [Language::Nl, Language::En] {
        let zone = chrono_tz::Europe::Amsterdam;
        let words = Words { language, zone, public_url: URL.into() };
        let spoken = if language == Language::Nl { "nl-NL" } else { "en-GB" };
        for (words, listens) in said(&words) {
            let script = Script { words: words.clone(), language, listens, waits: false };
            let action = format!("{URL}/callbacks/twilio/keys/{id}?a=1&b=2");
            let called = [true, false].map(|begins| on_call_in(&script, &action, begins));
            let calling = [opening(&script, URL, id), follow_up(&script, &action)];
            for document in calling.into_iter().chain(called) {
                is_valid(&document).unwrap_or_else(|why| panic!("{why}\n{document}"));
                assert!(document.contains(&format!("<Say language=\"{spoken}\">")), "{document}");
                assert!(document.len() <= 4000, "a provider takes no more");
            }
        }
    }
}

/// The schema proves something only as long as it refuses what is wrong.
#[test]
fn the_schema_refuses_what_is_wrong() {
    let script =
        Script { words: "Toets 1.".into(), language: Language::Nl, listens: true, waits: false };
    let good = opening(&script, URL, MessageId(uuid::Uuid::nil()));
    assert_eq!(is_valid(&good), Ok(()));
    for (part, instead) in [
        ("<Hangup/>", ""),
        ("nl-NL", "nl"),
        ("Toets 1.", ""),
        ("Toets 1.", "<Dial>0900</Dial>"),
        ("input=\"dtmf\"", ""),
        ("https://", "//"),
        ("timeout=\"8\"", "timeout=\"0\""),
        ("actionOnEmptyResult=\"false\"", ""),
        ("</Response>", "</Response>x"),
    ] {
        assert!(good.contains(part), "{part}");
        assert!(is_valid(&good.replace(part, instead)).is_err(), "{part} became {instead}");
    }
}
