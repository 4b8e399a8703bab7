//! The corpus of what people could send, and what no text may ever do.

use proptest::prelude::*;

use super::*;
use crate::model::visits::answers::Saying;

const TEXTS: &str = include_str!("corpus/texts.tsv");
const CODES: &str = include_str!("corpus/codes.tsv");
const TAKES: &str = include_str!("corpus/takes.tsv");

/// What people could send, each with its right meanings.
fn corpus(lines: &str) -> impl Iterator<Item = (Vec<&str>, String)> {
    lines.lines().filter_map(|line| {
        let (meanings, text) = line.split_once('\t')?;
        Some((meanings.split('|').collect(), unescaped(text)))
    })
}

/// `\n`, and `\u{200b}` for what nobody sees.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        plain.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        plain.push_str(rest);
    }
    plain.replace("\\n", "\n")
}

fn name(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Stop => "stop",
        Meaning::Start => "start",
        Meaning::Says(Saying::Well) => "well",
        Meaning::Says(Saying::MoreTime(15)) => "more15",
        Meaning::Says(Saying::MoreTime(30)) => "more30",
        Meaning::Says(Saying::MoreTime(_)) => "more60",
        Meaning::Says(Saying::Ended) => "ended",
        Meaning::Says(Saying::Help(_)) => "help",
        Meaning::Says(Saying::NotWell) => "notwell",
        Meaning::Says(Saying::Unclear) => "unclear",
    }
}

fn is_right(meanings: &[&str], found: &str) -> bool {
    meanings.contains(&found) || (meanings.contains(&"more") && found.starts_with("more"))
}

/// The number of a house is none; but a place that somebody is at, before 112, changes nothing.
#[test]
fn a_house_with_number_112_is_no_cry_and_112_behind_any_other_word_is() {
    for address in [
        "START 45 Oude Markt 112",
        "START 45 Markt 112",
        "Herengracht 112",
        "START Wilhelminaplantsoen 112",
        "Kerkstraat 112",
        "Nieuwe Weg 112 Enschede",
        "START 30 Stadsveld 112",
        "huisnummer 112",
    ] {
        let meaning = TextReply::read(address).meaning;
        assert!(!matches!(meaning, Meaning::Says(Saying::Help(_))), "{address}: {meaning:?}");
    }
    for cry in [
        "sta op de markt 112",
        "markt 112",
        "hij is in de supermarkt 112",
        "supermarkt 112",
        "moet hier weg 112",
        "ben in het park 112",
        "hij heeft een mes 112",
        "bel nummer 112",
        "alles 112",
        "112 oude markt",
    ] {
        let meaning = TextReply::read(cry).meaning;
        assert!(matches!(meaning, Meaning::Says(Saying::Help(_))), "{cry}: {meaning:?}");
    }
}

/// Who is not understood is asked again, and their words are shown; who is understood wrongly is not.
#[test]
fn no_text_of_the_corpus_is_read_wrongly() {
    let (mut wrong, mut unclear, mut all) = (vec![], 0, 0);
    for (meanings, text) in corpus(TEXTS) {
        let found = name(TextReply::read(&text).meaning);
        let tells = !is_right(&meanings, found);
        let may_wait = found == "unclear" && !meanings.contains(&"help");
        (unclear, all) = (unclear + usize::from(tells && may_wait), all + 1);
        if tells && !may_wait {
            wrong.push(format!("{text:?}: {found}, not {}", meanings.join(" or ")));
        }
        if tells && std::env::var_os("SHOW_UNCLEAR").is_some() {
            println!("{} | {text:?} | {found}", meanings.join(" or "));
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(unclear * 100 <= all * 6, "{unclear} of {all} are not understood");
}

#[test]
fn a_code_is_found_wherever_it_stands() {
    let mut wrong = vec![];
    for (meanings, text) in corpus(CODES) {
        let TextReply { meaning, codes } = TextReply::read(&text);
        let has = |code: &str| codes.iter().any(|found| found == code);
        let answer = match name(meaning) {
            "well" => "pin",
            "more15" => "pin-more15",
            "ended" => "pin-ended",
            _ => "unclear",
        };
        let good = meanings.iter().any(|meaning| match *meaning {
            "duress" => has("1379") && (codes == ["1379"] || answer == "unclear"),
            "wrong" => !has("1379") && (answer == "unclear" || !has("2580")),
            "unclear" => answer == "unclear",
            right => codes == ["2580"] && answer == right,
        });
        if !good {
            wrong.push(format!("{text:?}: {meaning:?} {codes:?}, not {}", meanings.join(" or ")));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn an_alarm_is_taken_by_whoever_surely_takes_it() {
    let mut wrong = vec![];
    for (meanings, text) in corpus(TAKES) {
        let found = if takes_alarm(&text) { "taken" } else { "not" };
        if !meanings.contains(&found) {
            wrong.push(format!("{text:?}: {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_shown_to_others_holds_no_pin() {
    let shown = |body: &str| TextReply::read(body).shown(body);
    assert_eq!(shown(" hij staat voor de deur van 14 "), "hij staat voor de deur van 14");
    assert_eq!(shown("hij staat voor 14, 1379"), "hij staat voor ••, ••••");
    assert_eq!(shown("pin 1 3 7 9 ?"), "pin • • • • ?");
    assert_eq!(shown(&"a".repeat(1000)).len(), 300);
}

fn pressed(saying: Saying, codes: &[&str]) -> Option<Pressed> {
    Some(Pressed { saying, codes: codes.iter().map(|code| (*code).to_owned()).collect() })
}

#[test]
fn keys_are_answers_or_a_code() {
    let help = pressed(Saying::Help(None), &[]);
    for panic in ["9", "99", "999", "9999", "99999", "9#", "112", "999#"] {
        assert_eq!(keys(panic), help, "{panic}");
    }
    for well in ["1", "11", "111", "1#", "1##", "1*"] {
        assert_eq!(keys(well), pressed(Saying::Well, &[]), "{well}");
    }
    assert_eq!(keys("22"), pressed(Saying::MoreTime(15), &[]));
    assert_eq!(keys("2580#"), pressed(Saying::Well, &["2580"]));
    assert_eq!(keys("12580"), pressed(Saying::Well, &["12580", "2580"]));
    assert_eq!(keys("1802580"), pressed(Saying::Well, &["802580"]));
    assert_eq!(keys("2802580#"), pressed(Saying::MoreTime(15), &["802580"]));
    for ended in ["*", "**", "*#"] {
        assert_eq!(keys(ended), pressed(Saying::Ended, &[]), "{ended}");
    }
    // The code that is asked after a key goes with it, and wrong ones in between change nothing.
    for asked in ["2#2580#", "22#2580", "2#3080#2580#", "2#22580"] {
        let read = keys(asked).unwrap();
        assert_eq!(read.saying, Saying::MoreTime(15), "{asked}");
        assert!(read.codes.contains(&"2580".to_owned()), "{asked}");
    }
    assert_eq!(keys("*#2580#"), pressed(Saying::Ended, &["2580"]));
    assert_eq!(keys("1#2580"), pressed(Saying::Well, &["2580"]));
    assert_eq!(keys("2#9"), pressed(Saying::Help(None), &[]));
    assert_eq!(keys("2#1"), pressed(Saying::Well, &[]));
    assert_eq!(key_before_code("2#3080#"), Some("2"));
    assert_eq!(key_before_code("2#*"), Some("*"));
    for nothing in ["1", "2580#", "9#", "2#1#", ""] {
        assert_eq!(key_before_code(nothing), None, "{nothing}");
    }
    assert_eq!(keys("*2580#"), pressed(Saying::Well, &["2580"]), "a code ends nothing by itself");
    for nothing in ["5", "", "#", "#*", "13", "137", "12345678", "1a"] {
        assert_eq!(keys(nothing), None, "{nothing}");
    }
}

#[test]
fn a_watch_is_asked_by_one_key() {
    for (keys, minutes) in [("3", 30), ("33", 30), ("6#", 60), ("8", 90), ("888", 90)] {
        assert_eq!(watch_minutes(keys), Some(minutes), "{keys}");
    }
    for nothing in ["", "#", "9", "36", "3333", "30", "*", "37046"] {
        assert_eq!(watch_minutes(nothing), None, "{nothing}");
    }
}

proptest! {
    #[test]
    fn nothing_that_people_send_breaks_it(body in ".{0,200}") {
        let reply = TextReply::read(&body);
        let _ = (reply.shown(&body), keys(&body), takes_alarm(&body));
    }

    /// Whatever else is written, and however: a text with the duress PIN in it holds that code for
    /// whoever looks, or means nothing that ends a question.
    #[test]
    fn no_text_that_contains_a_duress_pin_confirms_unseen(
        before in prop_oneof![Just(String::new()), "(ok|ja|alles goed|klaar|\\+15|👍)[ ,.!\n]{0,2}", ".{0,30}", "[0-9 ]{0,8}"],
        pin in "[0-9]{4,6}",
        after in prop_oneof![Just(String::new()), "[ ,.!#\n]{0,2}(ok|ja hoor|klaar|dank|👍)", ".{0,30}", "[0-9 ]{0,8}"],
        gap in prop_oneof![4 => Just(""), 1 => Just(" "), 1 => Just("-"), 1 => Just(".")],
    ) {
        let spelled: Vec<String> = pin.chars().map(String::from).collect();
        let body = format!("{before}{}{after}", spelled.join(gap));
        let TextReply { meaning, codes } = TextReply::read(&body);
        let ends = matches!(meaning, Meaning::Says(Saying::Well | Saying::MoreTime(_) | Saying::Ended));
        // With one code that is not the PIN nothing confirms; with the PIN the duress PIN is not in it.
        prop_assert!(!ends || codes.len() == 1, "{body:?}: {meaning:?} {codes:?}");
    }

    #[test]
    fn capitals_spaces_and_marks_change_nothing(body in "[a-zA-Z0-9+ ]{0,14}") {
        let read = TextReply::read(&body);
        for dressed in [body.to_lowercase(), body.to_uppercase(), format!("  {body}\n"), format!("{body}!"),
            format!("\u{200e}{body}\u{200b}"), body.replace(' ', "  ")] {
            prop_assert_eq!(&TextReply::read(&dressed), &read, "{}", dressed);
        }
    }

    #[test]
    fn only_words_that_are_known_confirm(body in "[a-z ]{0,12}") {
        if TextReply::read(&body).meaning == Meaning::Says(Saying::Well) {
            let known = |word: &str| meaning::is_known(word);
            prop_assert!(body.split_whitespace().all(known), "{}", body);
        }
    }
}
