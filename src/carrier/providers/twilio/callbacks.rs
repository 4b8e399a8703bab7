//! What Twilio (and who speaks like it) sends: keys pressed, reports, and texts and calls that came in.
//! Each is signed, and answered in TwiML.

use super::{
    Twilio, receipts,
    signature::SIGNATURE_HEADERS,
    twiml::{NOTHING, on_call_in},
};
use crate::model::messages::{
    callbacks::{CallbackEvent, CallbackReceiver, CallbackRefusal, CallbackReply, CallbackRequest},
    calls_in::{CallIn, CallInStep},
    replies::key_before_code,
};

/// Where the provider brings calls to our number, and the keys that are pressed on them.
const CALLS_IN: &str = "calls-in";

impl CallbackReceiver for Twilio {
    fn path(&self) -> &'static str {
        "twilio"
    }

    fn receive(&self, request: &CallbackRequest<'_>) -> Result<CallbackEvent, CallbackRefusal> {
        let segments = request.segments();
        let known = ["keys", "receipts", "calls", CALLS_IN];
        if !matches!(segments[..], [kind, _] if known.contains(&kind))
            && !matches!(segments[..], ["texts" | CALLS_IN])
        {
            return Err(CallbackRefusal::NotFound);
        }
        if request.method != "POST" {
            return Err(CallbackRefusal::WrongMethod("POST"));
        }
        let form = self.signed(request).ok_or(CallbackRefusal::NotSigned)?;
        let field = |name: &str| {
            let found = form.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        if let [CALLS_IN, about @ ..] = &segments[..] {
            let about = about.first().map(|about| about.parse()).transpose();
            let about = about.map_err(|_| CallbackRefusal::NotFound)?;
            let pressed = Some(field("Digits")).filter(|digits| !digits.is_empty());
            let from = field("From").parse().ok();
            return Ok(CallbackEvent::CalledIn(CallIn { from, about, pressed }));
        }
        let [kind, id] = segments[..] else {
            let from = field("From").parse().ok();
            let name = field("MessageSid");
            // Twilio blocks or frees a number by words of the account's own choice, and says so.
            let body = match field("OptOutType").as_str() {
                chosen @ ("STOP" | "START") => chosen.to_owned(),
                _ => field("Body"),
            };
            return Ok(CallbackEvent::TextReceived { name, from, body });
        };
        let message = id.parse().map_err(|_| CallbackRefusal::NotFound)?;
        Ok(match kind {
            "keys" => {
                let before = match request.query() {
                    "before=2" => "2#",
                    "before=star" => "*#",
                    _ => "",
                };
                CallbackEvent::KeysPressed {
                    message,
                    digits: format!("{before}{}", field("Digits")),
                }
            }
            "calls" => CallbackEvent::Reported { message, receipt: receipts::call_receipt(&form) },
            _ => CallbackEvent::Reported { message, receipt: receipts::text_receipt(&form) },
        })
    }

    fn reply(&self, event: &CallbackEvent, next: Option<&CallInStep>) -> CallbackReply {
        match (event, next) {
            (CallbackEvent::KeysPressed { message, digits }, Some(next)) => {
                let before = key_before_code(digits);
                CallbackReply::Xml(self.speak(&next.script, *message, before))
            }
            (CallbackEvent::CalledIn(call), Some(next)) => {
                CallbackReply::Xml(self.speak_on_call_in(call, next))
            }
            (CallbackEvent::Reported { .. }, _) => CallbackReply::NoContent,
            _ => CallbackReply::Xml(NOTHING.into()),
        }
    }
}

impl Twilio {
    /// Keys come back to an address that tells what the call is about.
    fn speak_on_call_in(&self, call: &CallIn, next: &CallInStep) -> String {
        let address = format!("{}/callbacks/twilio/{CALLS_IN}", self.config.public_url);
        let action = match next.about.or(call.about) {
            Some(about) => format!("{address}/{about}"),
            None => address,
        };
        on_call_in(&next.script, &action, call.pressed.is_none())
    }

    /// The form, if the account's provider signed it.
    fn signed(&self, request: &CallbackRequest<'_>) -> Option<Vec<(String, String)>> {
        let form: Vec<_> = url::form_urlencoded::parse(request.body).into_owned().collect();
        let mut signatures = SIGNATURE_HEADERS.iter().filter_map(|name| request.header(name));
        let is_signed = signatures.any(|it| self.verify(request.path_and_query, &form, it));
        // No database need hold a NUL, and PostgreSQL cannot: then it would be sent for ever.
        let clean = |(name, value): (String, String)| (name, value.replace('\0', ""));
        is_signed.then(|| form.into_iter().map(clean).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{TwilioConfig, signature::sign},
        *,
    };
    use crate::{
        carrier::setup::Secret,
        model::{
            messages::{
                Receipt, Script,
                calls_in::{BeforeCode, CallSubject},
                language::Language,
            },
            phone::Phone,
        },
    };

    const URL: &str = "https://veilig.nl";
    const ID: &str = "018f0000-0000-7000-8000-000000000007";

    fn token() -> Secret {
        Secret::new("not-a-real-token-5f1d")
    }

    fn twilio() -> Twilio {
        let config = TwilioConfig {
            messaging_service_sid: Some("MG1".into()),
            ..TwilioConfig::new("AC1", token(), URL)
        };
        Twilio::new(config).unwrap()
    }

    fn sends(
        method: &str,
        path: &str,
        form: &[(&str, &str)],
    ) -> Result<CallbackEvent, CallbackRefusal> {
        let form: Vec<_> = form.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect();
        let signed = sign(&token(), &format!("{URL}{path}"), &form).unwrap();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        twilio().receive(&CallbackRequest {
            method,
            path_and_query: path,
            headers: &[("x-signalwire-signature", &signed)],
            body: body.as_bytes(),
            client: None,
        })
    }

    #[test]
    fn what_is_signed_is_read() {
        let text = [("MessageSid", "SM1"), ("From", "0612345678"), ("Body", "O\0K")];
        let from: Option<Phone> = "+31612345678".parse().ok();
        let (name, body) = ("SM1".into(), "OK".into());
        let read = CallbackEvent::TextReceived { name, from, body };
        assert_eq!(sends("POST", "/callbacks/twilio/texts", &text), Ok(read));
        let own_word = [("Body", "HALT"), ("From", "0612345678"), ("OptOutType", "STOP")];
        let stopped = sends("POST", "/callbacks/twilio/texts", &own_word);
        assert!(matches!(stopped, Ok(CallbackEvent::TextReceived { body, .. }) if body == "STOP"));
        let message = ID.parse().unwrap();
        let keys = sends("POST", &format!("/callbacks/twilio/keys/{ID}"), &[("Digits", "1#")]);
        assert_eq!(keys, Ok(CallbackEvent::KeysPressed { message, digits: "1#".into() }));
        for (before, digits) in [("2", "2#2580"), ("star", "*#2580"), ("1379", "2580")] {
            let path = format!("/callbacks/twilio/keys/{ID}?before={before}");
            let keys = sends("POST", &path, &[("Digits", "2580")]);
            assert_eq!(keys, Ok(CallbackEvent::KeysPressed { message, digits: digits.into() }));
        }
        let busy =
            sends("POST", &format!("/callbacks/twilio/calls/{ID}"), &[("CallStatus", "busy")]);
        let receipt = Some(Receipt::CallBusy);
        assert_eq!(busy, Ok(CallbackEvent::Reported { message, receipt }));
    }

    #[test]
    fn who_calls_and_what_is_pressed_is_read_and_what_it_is_about_comes_along() {
        let from: Option<Phone> = "+31612345678".parse().ok();
        let called = |from: &Option<Phone>, about, pressed: Option<&str>| {
            let pressed = pressed.map(str::to_owned);
            Ok(CallbackEvent::CalledIn(CallIn { from: from.clone(), about, pressed }))
        };
        let path = "/callbacks/twilio/calls-in";
        let ringing = [("CallSid", "CA1"), ("From", "+31612345678"), ("CallStatus", "ringing")];
        assert_eq!(sends("POST", path, &ringing), called(&from, None, None));
        for withheld in ["", "anonymous", "Anonymous", "+266696687", "+7378742833", "Restricted"] {
            let sent = sends("POST", path, &[("From", withheld)]);
            assert_eq!(sent, called(&None, None, None), "{withheld}");
        }
        let keys = [("From", "+31612345678"), ("Digits", "9")];
        let about = Some(CallSubject::NoVisit);
        let pressed = called(&from, about, Some("9"));
        assert_eq!(sends("POST", &format!("{path}/no-visit"), &keys), pressed);
        assert_eq!(sends("POST", path, &keys), called(&from, None, Some("9")), "after a failure");
        let nowhere = sends("POST", &format!("{path}/nowhere"), &keys);
        assert_eq!(nowhere, Err(CallbackRefusal::NotFound));
    }

    #[test]
    fn keys_come_back_to_what_they_are_about() {
        let script =
            Script { words: "x".into(), language: Language::Nl, listens: true, waits: false };
        let about = Some(CallSubject::Visits(BeforeCode::Ended));
        let call = |about, pressed| CallIn { from: None, about, pressed };
        let says = |call: CallIn, about| {
            let step = CallInStep { script: script.clone(), about };
            match twilio().reply(&CallbackEvent::CalledIn(call), Some(&step)) {
                CallbackReply::Xml(document) => document,
                other => panic!("{other:?}"),
            }
        };
        let begins = says(call(None, None), about);
        let address = "action=\"https://veilig.nl/callbacks/twilio/calls-in/visits-ended\"";
        assert_eq!(begins.matches(address).count(), 3, "{begins}");
        let failed = says(call(about, Some("9".into())), None);
        assert!(failed.contains(address), "what failed may be tried again: {failed}");
    }

    #[test]
    fn the_key_before_a_code_comes_back_with_it_and_no_code_stands_in_an_address() {
        let script =
            Script { words: "x".into(), language: Language::Nl, listens: true, waits: false };
        let says = |digits: &str| {
            let event =
                CallbackEvent::KeysPressed { message: ID.parse().unwrap(), digits: digits.into() };
            let step = CallInStep { script: script.clone(), about: None };
            match twilio().reply(&event, Some(&step)) {
                CallbackReply::Xml(document) => document,
                other => panic!("{other:?}"),
            }
        };
        assert!(says("2").contains(&format!("keys/{ID}?before=2\"")));
        assert!(says("2#3080").contains(&format!("keys/{ID}?before=2\"")), "after a wrong one");
        assert!(says("*").contains(&format!("keys/{ID}?before=star\"")));
        for plain in ["1", "1379", "13790"] {
            assert!(says(plain).contains(&format!("keys/{ID}\"")), "{plain}");
        }
    }

    #[test]
    fn what_is_not_there_or_no_message_of_ours_is_refused() {
        let post = |path: &str| sends("POST", path, &[]);
        for nowhere in ["/callbacks/twilio/", "/callbacks/twilio/texts/1", "/callbacks/twilio/keys"]
        {
            assert_eq!(post(nowhere), Err(CallbackRefusal::NotFound), "{nowhere}");
        }
        assert_eq!(post("/callbacks/twilio/keys/1"), Err(CallbackRefusal::NotFound));
        let got = sends("GET", "/callbacks/twilio/texts", &[]);
        assert_eq!(got, Err(CallbackRefusal::WrongMethod("POST")));
    }
}
