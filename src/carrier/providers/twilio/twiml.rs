//! What a telephone exchange is to say and to listen for on a call, in TwiML.

use crate::model::{
    ids::MessageId,
    messages::{Script, language::Language},
};

/// Nothing is to be said or done.
pub(super) const NOTHING: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

/// Seconds without a (further) key after which the exchange stops listening.
const PATIENCE: u32 = 8;
/// The same when a lone first key may be that of a code, which people type slowly.
const CODE_PATIENCE: u32 = 12;

/// Where keys that are pressed during the call about a message are reported.
pub fn keys_url(public_url: &str, message: MessageId) -> String {
    format!("{}/callbacks/twilio/keys/{message}", public_url.trim_end_matches('/'))
}

/// What is said when the call is answered: the words, and once more when no key is pressed.
pub fn opening(script: &Script, public_url: &str, message: MessageId) -> String {
    let say = say(&script.words, script.language);
    if script.listens {
        let asking = gather(&say, &keys_url(public_url, message), script.waits);
        respond(&format!("{asking}{asking}"))
    } else {
        respond(&format!("{say}<Pause length=\"1\"/>{say}"))
    }
}

/// What is said after keys were pressed: the words once, then listening again or good-bye.
/// A question that is not answered is asked once more.
pub fn follow_up(script: &Script, action: &str) -> String {
    let say = say(&script.words, script.language);
    if script.listens {
        let asking = gather(&say, action, script.waits);
        respond(&format!("{asking}{asking}"))
    } else {
        respond(&say)
    }
}

/// What is said on a call that came in: a question three times, and what whoever calls is only to know
/// twice.
pub fn on_call_in(script: &Script, action: &str, begins: bool) -> String {
    let say = say(&script.words, script.language);
    match (script.listens, begins) {
        (true, _) => respond(&gather(&say, action, script.waits).repeat(3)),
        (false, true) => respond(&format!("{say}<Pause length=\"1\"/>{say}")),
        (false, false) => respond(&say),
    }
}

/// Every call ends by itself, so that no line stays open when nobody hangs up.
fn respond(verbs: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{verbs}<Hangup/></Response>")
}

/// Says it while listening. Silence is not reported but falls through to what comes next, so a
/// call goes on even when our own address cannot be reached.
fn gather(say: &str, action: &str, waits: bool) -> String {
    let (action, patience) = (escape(action), if waits { CODE_PATIENCE } else { PATIENCE });
    format!(
        "<Gather input=\"dtmf\" action=\"{action}\" method=\"POST\" timeout=\"{patience}\" \
         finishOnKey=\"#\" actionOnEmptyResult=\"false\">{say}</Gather>"
    )
}

fn say(words: &str, language: Language) -> String {
    let spoken = match language {
        Language::Nl => "nl-NL",
        Language::En => "en-GB",
    };
    format!("<Say language=\"{spoken}\">{}</Say>", escape(words))
}

/// Text fit for an element or attribute; what XML cannot hold becomes a space.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const MESSAGE: MessageId = MessageId(Uuid::from_u128(7));

    fn script(words: &str, listens: bool) -> Script {
        Script { words: words.into(), language: Language::Nl, listens, waits: false }
    }

    fn english(words: &str, listens: bool) -> Script {
        Script { language: Language::En, ..script(words, listens) }
    }

    #[test]
    fn a_key_that_may_begin_a_code_is_waited_with() {
        let slow = Script { waits: true, ..script("Toets 1.", true) };
        assert_eq!(opening(&slow, "https://x.nl", MESSAGE).matches("timeout=\"12\"").count(), 2);
        assert_eq!(follow_up(&slow, "").matches("timeout=\"12\"").count(), 2);
    }

    #[test]
    fn a_question_is_asked_twice_listens_for_keys_and_ends_by_itself() {
        let asked = "<Gather input=\"dtmf\" \
            action=\"https://x.nl/callbacks/twilio/keys/00000000-0000-0000-0000-000000000007\" \
            method=\"POST\" timeout=\"8\" finishOnKey=\"#\" actionOnEmptyResult=\"false\">\
            <Say language=\"nl-NL\">Toets 1.</Say></Gather>";
        assert_eq!(
            opening(&script("Toets 1.", true), "https://x.nl/", MESSAGE),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{asked}{asked}<Hangup/></Response>"
            )
        );
    }

    #[test]
    fn an_announcement_is_said_twice_and_does_not_listen() {
        let said = opening(&script("Tot ziens.", false), "https://x.nl", MESSAGE);
        assert_eq!(said.matches("Tot ziens.").count(), 2);
        assert!(!said.contains("Gather"));
        assert!(said.ends_with("<Hangup/></Response>"));
    }

    #[test]
    fn a_reply_is_said_once_and_a_new_question_twice() {
        let done = follow_up(&english("Thanks.", false), "https://x.nl/k");
        assert!(done.contains("<Response><Say language=\"en-GB\">Thanks.</Say><Hangup/>"));
        let again = follow_up(&english("Once more.", true), "https://x.nl/k?a=1&b=2");
        assert_eq!(again.matches("Once more.").count(), 2);
        assert!(again.contains("action=\"https://x.nl/k?a=1&amp;b=2\""));
    }

    #[test]
    fn on_a_call_that_came_in_a_question_is_said_three_times_and_then_it_ends() {
        let asked = on_call_in(&script("Toets 9.", true), "https://x.nl/k", true);
        assert_eq!((asked.matches("Toets 9.").count(), asked.matches("<Gather").count()), (3, 3));
        assert!(asked.ends_with("</Gather><Hangup/></Response>"));
        let nobody = on_call_in(&script("Bel 112.", false), "", true);
        assert_eq!(nobody.matches("Bel 112.").count(), 2);
        assert_eq!(on_call_in(&script("Bel 112.", false), "", false).matches("112").count(), 1);
    }

    #[test]
    fn words_never_become_commands() {
        let words = "</Say><Dial>0900</Dial> \"a\" & 'b' \u{0}\u{1b}\u{ffff}é👍";
        let said = follow_up(&script(words, false), "");
        let words =
            "&lt;/Say&gt;&lt;Dial&gt;0900&lt;/Dial&gt; &quot;a&quot; &amp; &apos;b&apos;    é👍";
        assert!(said.contains(&format!(">{words}</Say>")), "{said}");
    }
}
