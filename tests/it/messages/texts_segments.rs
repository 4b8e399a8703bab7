//! What a text costs: each of them fits one segment with the longest usual names and addresses, or
//! it is known why it does not.

use chrono::DateTime;
use rugdekking::model::{
    alarms::{Cause, watchdog::Tell},
    clock::Instant,
    ids::{CareId, EntryId, IncidentId, PersonId, RequestId, TeamId, VisitId},
    incidents::incident_notices::IncidentNews,
    messages::{
        Channel,
        language::Language,
        outages::{Outage, OutageNews},
        replies::SaidPlace,
        sms::{Alphabet, segments},
        texts::{Words, account},
    },
    people::Named,
    privacy::terms::Reminder,
    visits::{Resident, Visit, audit::Finding},
};
use serde_json::json;
use uuid::Uuid;

/// As long as a municipality's address usually is.
const URL: &str = "https://rugdekking.enschede.nl";
/// A first name and a double surname.
const WHO: &str = "Annemarie Jansen-de Vries";
const TEAM: &str = "Wmo en Jeugd Zuid";
const OFFICE: &str = "Gemeente Enschede";

/// A visit that began by text, at an address or where nobody knows.
fn began(at: Instant, is_address_known: bool) -> Visit {
    let worker = Named { id: PersonId(Uuid::nil()), name: WHO.into() };
    let mobile = Some("+31612345678".parse().unwrap());
    let mut visit = Visit::unknown(VisitId(Uuid::nil()), TeamId(Uuid::nil()), worker, mobile, at);
    if is_address_known {
        let address = json!({ "street": "Haaksbergerstraat", "houseNumber": 123, "houseLetter": "A",
            "addition": "2", "postcode": "7545 GC", "city": "Enschede" });
        let address = serde_json::from_value(address).unwrap();
        visit.plan.residents = vec![Resident { name: "?".into(), address }];
        // Then it lacks all that it can.
        visit.plan.expects_trouble = true;
    }
    visit
}

/// Every text, by name.
fn texts(language: Language, who: &str) -> Vec<(&'static str, String)> {
    let words = Words { language, zone: chrono_tz::Europe::Amsterdam, public_url: URL.into() };
    let (w, at) = (&words, DateTime::from_timestamp(1_795_438_800, 0).unwrap());
    let link = format!("{URL}/c/{}", "x".repeat(22));
    let mut all = vec![
        ("reminder", w.reminder(at, &link, false)),
        ("reminder", w.reminder(at, &link, true)),
        ("prompt", w.prompt(at, &link, false)),
        ("prompt", w.prompt(at, &link, true)),
        ("prompt_colleague", w.prompt_colleague(at, &link)),
        ("confirmed", w.confirmed(Some(at))),
        ("confirmed", w.confirmed(None)),
        ("extended", w.extended(at)),
        ("code_needed", w.code_needed()),
        ("code_wrong", w.code_wrong()),
        ("ended", w.ended()),
        ("arranging", w.arranging()),
        ("answer_noted", w.answer_noted()),
        ("nothing_asked", w.nothing_asked()),
        ("nobody_warned", w.nobody_warned(Some("+31534818181"))),
        ("which_one", w.which_one()),
        ("not_understood", w.not_understood()),
        ("stopped", w.stopped()),
        ("started_again", w.started_again()),
        ("did_you_start", w.did_you_start(at)),
        ("taken_by_you", w.taken_by_you()),
        ("taken_by", w.taken_by(who)),
        ("alarm_over", w.alarm_over()),
        ("alarm_officer", w.alarm_officer("+31534818181", &link)),
        ("sign_of_life", w.sign_of_life(who, at)),
        ("answered_with_code", w.answered_with_code(who)),
        ("missed_again", w.missed_again(who)),
        ("approval_asked", w.approval_asked(who, at)),
        ("went_anyway", w.went_anyway(who)),
        ("not_started", w.not_started(who, at)),
        ("goes_along", w.goes_along(who, at)),
        ("goes_along_yes", w.goes_along_yes(who, at)),
        ("goes_along_no", w.goes_along_no(who)),
        ("goes_not_along", w.goes_not_along(who, at)),
        ("colleague_not_along", w.colleague_not_along(who, at)),
        ("ended_for_you", w.ended_for_you(who)),
        ("address_unknown", w.address_unknown(who, at)),
        ("visit_began", w.visit_began(&began(at, true), &SaidPlace::Unclear)),
        ("visit_began", w.visit_began(&began(at, false), &SaidPlace::Unclear)),
        ("visit_began", w.visit_began(&began(at, false), &SaidPlace::Nowhere)),
        ("is_under_way", w.is_under_way(Some(at))),
        ("is_under_way", w.is_under_way(None)),
        ("start_length", w.start_length()),
        ("start_unclear", w.start_unclear()),
        ("start_unknown", w.start_unknown()),
        ("start_nobody", w.start_nobody("+31534818181")),
        ("ladder_gap", w.ladder_gap(TEAM)),
        ("ladder_empty", w.ladder_empty(TEAM)),
        ("nobody_to_tell", w.nobody_to_tell()),
        ("opted_out", w.opted_out(who)),
        ("officer_text", w.officer_text(at, &link)),
        ("test_text", w.test_text()),
        ("code", account::code(language, "123456")),
        ("care_due", w.care_due(CareId(Uuid::nil()))),
        ("review_due", w.review_due(EntryId(Uuid::nil()))),
        ("letter_sent", w.letter_sent(EntryId(Uuid::nil()))),
    ];
    for cause in Cause::ALL {
        all.push(("alarm_text", w.alarm_text(who, cause, at, &link)));
        all.push(("alarm_subject", w.alarm_subject(cause)));
        all.extend([true, false].map(|owned| ("graver", w.graver(who, cause, owned))));
    }
    for tell in [Tell::Alarm { since: at }, Tell::Recovered { since: at }] {
        all.push(("watchdog_text", w.watchdog_text(tell, OFFICE)));
    }
    for channel in [Channel::Text, Channel::Call, Channel::Mail, Channel::Push] {
        let outage = Outage { channel, since: at };
        all.extend(
            [OutageNews::Began, OutageNews::Over].map(|news| ("outage", w.outage(&outage, news))),
        );
    }
    for finding in Finding::ALL {
        all.extend([true, false].map(|repaired| ("found", w.found(finding, repaired))));
    }
    for reminder in [Reminder::Soon, Reminder::Overdue] {
        all.push(("objection_due", w.objection_due(EntryId(Uuid::nil()), reminder)));
        all.push(("request_due", w.request_due(RequestId(Uuid::nil()), reminder)));
    }
    use IncidentNews::{Closed, Decided, Overdue, Reported, Waiting};
    for news in [Reported, Waiting(at), Overdue, Decided, Closed] {
        all.push(("incident_news", w.incident_news(who, IncidentId(Uuid::nil()), news)));
    }
    all
}

/// Those that take two segments in some language, with the reason.
const LONGER: [(&str, &str); 1] = [(
    "alarm_text",
    "a silent alarm spells out who must not be called or texted, for that could cost a life",
)];

fn longest(name: &str, text: &str) -> usize {
    let silent = text.contains("NIET") || text.contains("DO NOT");
    1 + usize::from(silent && LONGER.iter().any(|(longer, _)| *longer == name))
}

#[test]
fn every_text_fits_one_segment_or_it_is_known_why_not() {
    let mut told = vec![];
    for (name, text) in [Language::Nl, Language::En].into_iter().flat_map(|l| texts(l, WHO)) {
        if segments(&text) > longest(name, &text) || Alphabet::of(&text) != Alphabet::Gsm7 {
            told.push(format!("{} places, {name}: {text}", text.chars().count()));
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// A name with a letter that is not in every phone's alphabet is written as it is, not maimed; then
/// the room halves, and a text about somebody takes more segments.
#[test]
fn a_name_with_a_rare_letter_costs_segments_but_never_letters() {
    for (name, text) in [Language::Nl, Language::En].into_iter().flat_map(|l| texts(l, "Zoë Ğül"))
    {
        assert!(segments(&text) <= 3, "{name}: {text}");
        let about = Alphabet::of(&text) == Alphabet::Ucs2;
        assert_eq!(about, text.contains("Zoë Ğül"), "{name}: {text}");
    }
}
