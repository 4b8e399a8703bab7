//! Letters, and the templates they are written into.

use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::model::{
    incidents::policy::Policy,
    messages::language::Language,
    register::{Entry, Limits, Measure},
};

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn entry(change: &[(&str, serde_json::Value)]) -> Entry {
    let mut input = json!({"name": "Zoë <d'Ær> & Çelik", "measure": "contact-ban",
        "addresses": [{"street": "Hengelosestraat", "houseNumber": 51, "houseLetter": "A",
            "postcode": "7514 AD", "city": "Enschede"}],
        "from": "2026-11-23", "until": "2027-05-23", "reviewOn": "2027-02-23",
        "reason": "Sloeg met een stoel.\nRiep: \"<ik> & jij\".",
        "openChannel": "Een brief.", "contact": {"name": "Els", "phone": "0534818181"}});
    for (field, value) in change {
        input[*field] = value.clone();
    }
    let input = serde_json::from_value(input).unwrap();
    let now = "2026-11-23T09:00:00Z".parse().unwrap();
    let by = PersonId(Uuid::nil());
    let today = day("2026-11-23");
    Entry::propose(EntryId(Uuid::nil()), &input, Limits::default(), by, now, today).unwrap()
}

fn head() -> Letterhead {
    let input = json!({"address": "Postbus 1\n7500 AA Enschede", "place": "Enschede",
        "signatory": "R. Bloemen", "dataProtectionOfficer": "fg@enschede.example",
        "remedy": {"kind": "objection", "where": "Postbus 1", "weeks": 6}});
    Letterhead::read(&serde_json::from_value(input).unwrap()).unwrap()
}

fn fields(faults: &[crate::model::input::faults::Fault]) -> Vec<&str> {
    faults.iter().map(|f| f.field.as_str()).collect()
}

fn compose(
    entry: &Entry,
    head: Option<&Letterhead>,
    wording: &Wording,
) -> (Parts, Vec<crate::model::input::faults::Fault>) {
    let policy = Policy::default();
    let sources = Sources {
        entry,
        organisation: "Gemeente Enschede",
        letterhead: head,
        happened_on: Some(day("2026-11-20")),
        police_on: None,
        policy: &policy,
        wording,
        today: day("2026-11-23"),
    };
    sources.compose()
}

fn lines(written: &Written) -> Vec<&str> {
    written.paragraphs.iter().map(|line| line.text.as_str()).collect()
}

/// A document of these paragraphs, each cut into texts as a word processor may do it.
fn own(paragraphs: &[&[&str]]) -> Vec<u8> {
    let run = |text: &&str| format!("<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>");
    let one = |texts: &&[&str]| {
        let runs: Vec<_> = texts.iter().map(run).collect();
        format!("<w:p>{}</w:p>", runs.join("<w:proofErr w:type=\"spellStart\"/>"))
    };
    let body: String = paragraphs.iter().map(one).collect();
    let xml =
        |body: &str| format!("<w:document xmlns:w=\"urn:w\"><w:body>{body}</w:body></w:document>");
    document::pack(&[
        ("[Content_Types].xml", "<Types/>".into()),
        ("word/document.xml", xml(&body)),
        ("word/header1.xml", xml("<w:p><w:r><w:t>{{ signatory }}</w:t></w:r></w:p>")),
    ])
    .unwrap()
}

/// All that a ban needs a place for, but for what is taken out.
fn complete(without: &[&str]) -> Vec<u8> {
    let needed = Part::ALL.iter().filter(|p| p.needs_a_place(Measure::ContactBan));
    let named = needed.map(|p| p.name()).filter(|name| !without.contains(name));
    let texts: Vec<_> = named.map(|name| format!("{{{{{name}}}}}")).collect();
    let paragraphs: Vec<[&str; 1]> = texts.iter().map(|t| [t.as_str()]).collect();
    let paragraphs: Vec<&[&str]> = paragraphs.iter().map(<[&str; 1]>::as_slice).collect();
    own(&paragraphs)
}

#[test]
fn each_letter_that_comes_with_the_house_is_whole_in_both_languages() {
    for measure in [Measure::WarningLetter, Measure::ContactBan] {
        for language in [Language::Nl, Language::En] {
            let measure_name = serde_json::to_value(measure).unwrap();
            let entry = entry(&[("measure", measure_name)]);
            let wording = Wording { language, ..Wording::default() };
            let (parts, faults) = compose(&entry, Some(&head()), &wording);
            assert_eq!(faults, []);
            let written = Template::built_in(measure, language).unwrap().fill(&parts).unwrap();
            let text = lines(&written).join("\n");
            for said in ["Zoë <d'Ær> & Çelik", "<ik> & jij", "R. Bloemen", "fg@enschede.example"]
            {
                assert!(text.contains(said), "{said} is not in\n{text}");
            }
            assert!(!text.contains("{{") && !text.contains("}}"), "{text}");
            let dates = ["20 november 2026", "20 November 2026"];
            assert!(dates.iter().any(|d| text.contains(d)), "{text}");
            assert!(written.paragraphs.iter().filter(|l| l.heading).count() >= 8);
            let again = Template::built_in(measure, language).unwrap().fill(&parts).unwrap();
            assert_eq!(written, again, "the same letter has the same bytes");
        }
    }
}

#[test]
fn a_paragraph_about_what_is_not_there_is_left_out() {
    let entry = entry(&[("measure", json!("warning-letter"))]);
    let template = Template::built_in(Measure::WarningLetter, Language::Nl).unwrap();
    let (mut parts, _) = compose(&entry, Some(&head()), &Wording::default());
    let without = template.fill(&parts).unwrap();
    let police = "Wij hebben dit op 21 november 2026 bij de politie gemeld.";
    parts.0.insert(Part::PoliceReport, police.into());
    let with = template.fill(&parts).unwrap();
    assert!(lines(&with).contains(&police));
    assert_eq!(with.paragraphs.len(), without.paragraphs.len() + 1);
}

#[test]
fn placeholders_that_a_word_processor_cut_up_are_filled() {
    let mut all = complete(&["facts"]);
    let reads = |bytes: &[u8]| Template::read(bytes, Measure::ContactBan);
    assert_eq!(reads(&all).unwrap_err()[0].message, "{{facts}} is missing");
    let needed = Part::ALL.iter().filter(|p| p.needs_a_place(Measure::ContactBan));
    let texts: Vec<_> = needed.map(|p| format!("{{{{{}}}}}", p.name())).collect();
    let mut paragraphs: Vec<Vec<&str>> = texts.iter().map(|t| vec![t.as_str()]).collect();
    paragraphs.push(vec!["Feit: {", "{fa", "cts }", "} en &lt;", "{{subject}}", "."]);
    let paragraphs: Vec<&[&str]> = paragraphs.iter().map(Vec::as_slice).collect();
    all = own(&paragraphs);
    let (parts, _) = compose(&entry(&[]), Some(&head()), &Wording::default());
    let written = reads(&all).unwrap().fill(&parts).unwrap();
    let last = lines(&written).last().copied().unwrap();
    assert_eq!(last, "Feit: Sloeg met een stoel.\nRiep: \"<ik> & jij\". en <Contactverbod.");
    let stories = document::open(&written.document).unwrap();
    let header = stories.iter().find(|(name, _)| name == "word/header1.xml").unwrap();
    assert_eq!(header.1.texts, ["R. Bloemen"], "headers are filled too");
    let xml = String::from_utf8(stories[0].1.write().unwrap()).unwrap();
    assert!(xml.contains("<w:br/>") && xml.contains("&lt;ik&gt; &amp; jij"), "{xml}");
}

#[test]
fn a_template_tells_all_that_is_wrong_with_it() {
    let bytes = own(&[&["{{recipientname}} {{facts}}"], &["{{day"]]);
    let faults = Template::read(&bytes, Measure::ContactBan).unwrap_err();
    let codes: Vec<_> = faults.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes.iter().filter(|c| **c == "unknown-placeholder").count(), 2, "{faults:?}");
    let missing = codes.iter().filter(|c| **c == "missing-placeholder").count();
    let needed = Part::ALL.iter().filter(|p| p.needs_a_place(Measure::ContactBan)).count();
    assert_eq!(missing, needed - 2, "the facts and, in the header, the signatory are there");
    assert!(faults.iter().any(|f| f.message == "{{recipientname}} is no placeholder"));
    for none in [&b"PK"[..], b"", b"<w:document/>"] {
        let faults = Template::read(none, Measure::ContactBan).unwrap_err();
        assert_eq!(faults[0].code, "unreadable");
    }
    let drawing = "<w:document xmlns:w=\"urn:w\"><w:p><a:t>{{day}}</a:t></w:p></w:document>";
    let bytes = document::pack(&[("word/document.xml", drawing.into())]).unwrap();
    let faults = Template::read(&bytes, Measure::ContactBan).unwrap_err();
    assert!(faults.iter().any(|f| f.code == "misplaced-placeholder"), "{faults:?}");
}

#[test]
fn a_template_with_faults_stands_in_the_way_and_is_not_passed_over() {
    let mut templates = Templates::default();
    let broken = Template::read(&complete(&["remedy"]), Measure::ContactBan);
    templates.add("contact-ban.nl.docx".into(), broken);
    assert!(templates.get(Measure::ContactBan, Language::Nl).is_err());
    assert!(templates.get(Measure::ContactBan, Language::En).is_ok());
    assert!(templates.get(Measure::WarningLetter, Language::Nl).is_ok());
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let bare = entry(&[("addresses", json!([])), ("openChannel", json!(null))]);
    let wording = Wording { behaviour_dates: Some(vec![]), ..Wording::default() };
    let (parts, faults) = compose(&bare, None, &wording);
    assert_eq!(
        fields(&faults),
        [
            "openChannel",
            "addresses",
            "behaviourDates",
            "letterhead.address",
            "letterhead.place",
            "letterhead.signatory",
            "letterhead.dataProtectionOfficer",
            "letterhead.remedy"
        ]
    );
    assert_eq!(parts.shown()["remedy"], json!(null));
    assert_eq!(parts.shown()["recipientName"], "Zoë <d'Ær> & Çelik");
}

#[test]
fn facts_are_recent_and_do_not_lie_ahead() {
    let on = |dates: &[&str]| {
        let dates = dates.iter().map(|d| day(d)).collect();
        let wording = Wording { behaviour_dates: Some(dates), ..Wording::default() };
        let (parts, faults) = compose(&entry(&[]), Some(&head()), &wording);
        (parts.text(Part::BehaviourDates).to_owned(), faults.first().map(|f| f.code.clone()))
    };
    assert_eq!(on(&["2026-08-22"]).1.as_deref(), Some("too-old"));
    assert_eq!(on(&["2026-08-23"]).1, None);
    assert_eq!(on(&["2026-11-24"]).1.as_deref(), Some("future"));
    let both = on(&["2026-01-05", "2026-11-23"]);
    assert_eq!(both, ("5 januari 2026 en 23 november 2026".into(), None));
}

#[test]
fn other_words_take_the_place_of_the_usual() {
    let input = json!({"language": "en", "consequences": "Then what?", "openChannel": "A box.",
        "authorisedRepresentative": "Aunt", "behaviourDates": ["2026-11-20"]});
    let wording = Wording::read(&serde_json::from_value(input).unwrap()).unwrap();
    let (parts, faults) = compose(&entry(&[]), Some(&head()), &wording);
    assert_eq!(faults, []);
    assert_eq!(parts.text(Part::Consequences), "Then what?");
    assert_eq!(parts.text(Part::OpenChannel), "A box.");
    let only = "Only your authorised representative may contact us for you: Aunt.";
    assert_eq!(parts.text(Part::AuthorisedRepresentative), only);
    let odd = json!({"language": "fr", "date": "x", "behaviourDates": ["2026-11-20", "soon"]});
    let faults = Wording::read(&serde_json::from_value(odd).unwrap()).unwrap_err();
    assert_eq!(fields(&faults), ["language", "date", "behaviourDates[1]"]);
}

#[test]
fn a_letterhead_tells_all_that_is_wrong_with_it() {
    let odd = json!({"remedy": {"weeks": 0}, "privacyNotice": {"nl": "x"}});
    let faults = Letterhead::read(&serde_json::from_value(odd).unwrap()).unwrap_err();
    assert_eq!(
        fields(&faults),
        [
            "address",
            "place",
            "signatory",
            "dataProtectionOfficer",
            "privacyNotice.en",
            "remedy.kind",
            "remedy.where",
            "remedy.weeks"
        ]
    );
}

#[test]
fn a_duration_is_told_as_people_count() {
    use crate::model::messages::texts::letter::Say;
    let say = |language| Say { language, measure: Measure::ContactBan };
    for (from, until, nl) in [
        ("2026-11-23", "2027-05-23", "6 maanden"),
        ("2026-11-23", "2027-05-22", "6 maanden"),
        ("2026-11-23", "2026-12-23", "1 maand"),
        ("2026-11-23", "2026-12-25", "1 maand en 2 dagen"),
        ("2026-11-23", "2026-11-24", "1 dag"),
        ("2026-08-31", "2027-02-28", "6 maanden"),
    ] {
        assert_eq!(say(Language::Nl).duration(day(from), day(until)), nl);
    }
    let english = say(Language::En).duration(day("2026-11-23"), day("2027-05-24"));
    assert_eq!(english, "6 months and 1 day");
}

#[test]
fn a_letter_that_was_sent_is_kept_as_it_was() {
    let written = Written { document: vec![0, 159, 255], paragraphs: vec![] };
    let (by, at) = (PersonId(Uuid::nil()), "2026-11-23T09:00:00Z".parse().unwrap());
    let letter = Letter::usual(EntryId(Uuid::nil()));
    let sent = letter.go_out(Parts::default(), written.clone(), by, at).unwrap();
    let kept: Letter = serde_json::from_value(serde_json::to_value(&sent).unwrap()).unwrap();
    assert_eq!(kept, sent);
    assert_eq!(sent.clone().reworded(Wording::default()), Err(WasSent));
    assert_eq!(sent.go_out(Parts::default(), written, by, at), Err(WasSent));
}
