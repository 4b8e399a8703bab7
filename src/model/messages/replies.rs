//! Reads what people text back and which keys they press.

use crate::model::visits::answers::Saying;

/// What a text reply says.
#[derive(Clone, Debug, PartialEq)]
pub enum TextReply {
    /// An answer, with the digits of a PIN when some were given.
    Says(Saying, Option<String>),
    /// No more texts, please. The law says that this is honoured at once.
    Stop,
    /// Texts again, please.
    Start,
    /// Nothing that can be made out.
    Unclear,
}

impl TextReply {
    /// Reads a reply. Words that carriers treat as commands keep that meaning; everything else that
    /// is not plainly an answer is unclear, and asked again: a guess could confirm by mistake.
    pub fn read(body: &str) -> Self {
        let text = body.trim().trim_end_matches(['.', '!']).to_uppercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Self::Unclear,
            ["STOP" | "STOPALL" | "UNSUBSCRIBE" | "AFMELDEN"] => Self::Stop,
            ["START" | "UNSTOP" | "AANMELDEN"] => Self::Start,
            [one] => word(one).map_or(Self::Unclear, |(saying, pin)| Self::Says(saying, pin)),
            [one, code] if is_pin(code) => match word(one) {
                Some((saying, None)) => Self::Says(saying, Some((*code).to_owned())),
                _ => Self::Unclear,
            },
            [one, two] if all_well(one, two) => Self::Says(Saying::Well, None),
            [one, two, code] if all_well(one, two) && is_pin(code) => {
                Self::Says(Saying::Well, Some((*code).to_owned()))
            }
            [first, .., last] if asks_help(first) => {
                let code = is_pin(last).then(|| (*last).to_owned());
                Self::Says(Saying::Help(None), code)
            }
            _ => Self::Unclear,
        }
    }
}

/// Whoever begins with the word for help is heard, whatever else they write: an alarm too many is
/// better than one too few.
fn asks_help(first: &str) -> bool {
    let word = first.trim_end_matches(|c: char| !c.is_alphanumeric());
    matches!(word, "HULP" | "HELP" | "112")
}

fn all_well(one: &str, two: &str) -> bool {
    matches!((one, two), ("ALLES", "GOED" | "OK" | "OKE" | "OKÉ") | ("ALL", "WELL" | "GOOD"))
}

fn word(word: &str) -> Option<(Saying, Option<String>)> {
    let saying = match word {
        "OK" | "OKE" | "OKÉ" | "OKAY" | "JA" | "GOED" | "1" | "YES" => Saying::Well,
        "+15" | "15" | "2" => Saying::MoreTime(15),
        "+30" | "30" => Saying::MoreTime(30),
        "+60" | "60" => Saying::MoreTime(60),
        "KLAAR" | "VEILIG" | "DONE" | "SAFE" => Saying::Ended,
        "HULP" | "HELP" | "9" | "112" => Saying::Help(None),
        pin if is_pin(pin) => return Some((Saying::Well, Some(pin.to_owned()))),
        _ => return None,
    };
    Some((saying, None))
}

fn is_pin(word: &str) -> bool {
    (4..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a reply to an alarm takes it.
pub fn takes_alarm(body: &str) -> bool {
    let text = body.trim().trim_end_matches(['.', '!']).to_uppercase();
    matches!(text.as_str(), "1" | "OK" | "JA" | "YES" | "PAK")
}

/// What keys on a call say, with the digits of a PIN when some were given.
pub fn keys(digits: &str) -> Option<(Saying, Option<String>)> {
    match digits.trim().trim_end_matches('#') {
        "1" => Some((Saying::Well, None)),
        "2" => Some((Saying::MoreTime(15), None)),
        "9" => Some((Saying::Help(None), None)),
        pin if is_pin(pin) => Some((Saying::Well, Some(pin.to_owned()))),
        // The key and the code in one go.
        both => match both.split_at_checked(1)? {
            ("1", pin) if is_pin(pin) => Some((Saying::Well, Some(pin.to_owned()))),
            ("2", pin) if is_pin(pin) => Some((Saying::MoreTime(15), Some(pin.to_owned()))),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_answers_are_understood() {
        for well in ["OK", " ok ", "Ja", "goed", "1", "Ok.", "alles goed", "yes!"] {
            assert_eq!(TextReply::read(well), TextReply::Says(Saying::Well, None), "{well}");
        }
        let says = |saying, pin: Option<&str>| TextReply::Says(saying, pin.map(str::to_owned));
        assert_eq!(TextReply::read("+15"), says(Saying::MoreTime(15), None));
        assert_eq!(TextReply::read("2580"), says(Saying::Well, Some("2580")));
        assert_eq!(TextReply::read("ok 2580"), says(Saying::Well, Some("2580")));
        assert_eq!(TextReply::read("+15 2580"), says(Saying::MoreTime(15), Some("2580")));
        assert_eq!(TextReply::read("hulp"), says(Saying::Help(None), None));
    }

    #[test]
    fn a_cry_for_help_is_heard_whatever_else_is_written() {
        let help = |pin: Option<&str>| TextReply::Says(Saying::Help(None), pin.map(str::to_owned));
        for cry in
            ["Help, kom snel!", "HULP!!! nu", "hulp", "help me", "112 bellen", "hulp, 14 hoog"]
        {
            assert_eq!(TextReply::read(cry), help(None), "{cry}");
        }
        assert_eq!(TextReply::read("help me 2580"), help(Some("2580")));
        for other in ["geen hulp nodig", "helpdesk gebeld", "1 hulp"] {
            assert_eq!(TextReply::read(other), TextReply::Unclear, "{other}");
        }
    }

    #[test]
    fn carriers_words_keep_their_meaning() {
        assert_eq!(TextReply::read("STOP "), TextReply::Stop);
        assert_eq!(TextReply::read("start"), TextReply::Start);
        for unclear in ["", "👍", "cancel", "end", "ok?", "niet ok", "stop ok", "okay 12"] {
            assert_eq!(TextReply::read(unclear), TextReply::Unclear, "{unclear}");
        }
    }

    #[test]
    fn keys_are_answers_or_a_code() {
        assert_eq!(keys("1"), Some((Saying::Well, None)));
        assert_eq!(keys("2580#"), Some((Saying::Well, Some("2580".into()))));
        assert_eq!(keys("9"), Some((Saying::Help(None), None)));
        assert_eq!(keys("5"), None);
        assert_eq!(keys(""), None);
    }

    proptest! {
        #[test]
        fn nothing_that_people_send_breaks_it(body in ".{0,200}") {
            let _ = TextReply::read(&body);
            let _ = keys(&body);
        }

        #[test]
        fn capitals_spaces_and_a_full_stop_change_nothing(body in "[a-zA-Z0-9+ ]{0,14}") {
            let read = TextReply::read(&body);
            for dressed in [body.to_lowercase(), body.to_uppercase(), format!("  {body}\n"),
                format!("{body}!"), body.replace(' ', "  ")] {
                prop_assert_eq!(TextReply::read(&dressed), read.clone(), "{}", dressed);
            }
        }

        #[test]
        fn a_pin_is_heard_as_it_was_given_and_nothing_else_is_one(
            words in prop_oneof![Just(""), Just("ok "), Just("alles goed "), Just("+15 ")],
            code in "[0-9]{1,8}",
        ) {
            let pin = match TextReply::read(&format!("{words}{code}")) {
                TextReply::Says(_, pin) => pin,
                _ => None,
            };
            prop_assert_eq!(pin.is_some(), (4..=6).contains(&code.len()), "{}{}", words, code);
            prop_assert!(pin.is_none_or(|pin| pin == code));
            let pressed = keys(&format!("{code}#"));
            if let Some((_, Some(pin))) = &pressed {
                prop_assert!(code.ends_with(pin.as_str()) && code.len() <= pin.len() + 1);
            }
        }

        #[test]
        fn only_the_words_of_the_law_stop_and_start(
            body in prop_oneof![".{0,20}", "(stop|start|STOP|Start|stopall|afmelden)[ .!?a-z]{0,3}"],
        ) {
            let word = body.trim().trim_end_matches(['.', '!']).to_uppercase();
            let word = word.trim();
            let stops = ["STOP", "STOPALL", "UNSUBSCRIBE", "AFMELDEN"].contains(&word);
            let starts = ["START", "UNSTOP", "AANMELDEN"].contains(&word);
            prop_assert_eq!(TextReply::read(&body) == TextReply::Stop, stops);
            prop_assert_eq!(TextReply::read(&body) == TextReply::Start, starts);
        }

        #[test]
        fn an_alarm_is_taken_by_five_words_and_no_other(body in prop_oneof![".{0,8}", "[a-z0-9 .!]{0,5}"]) {
            let word = body.trim().trim_end_matches(['.', '!']).to_uppercase();
            let known = ["1", "OK", "JA", "YES", "PAK"].contains(&word.as_str());
            prop_assert_eq!(takes_alarm(&body), known);
        }

        #[test]
        fn only_words_of_consent_confirm(body in "[a-z ]{0,12}") {
            if let TextReply::Says(Saying::Well, _) = TextReply::read(&body) {
                let known = ["ok", "oke", "okay", "ja", "goed", "yes", "alles", "all"];
                prop_assert!(known.contains(&body.split_whitespace().next().unwrap()));
            }
        }
    }
}
