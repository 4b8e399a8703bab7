//! Texts and calls against Twilio's own description of its interface, in Twilio's and SignalWire's shapes.

use reqwest::Client;
use rugdekking::{
    carrier::{
        Carrier as _,
        providers::twilio::{Twilio, TwilioConfig},
        setup::Secret,
    },
    model::{
        ids::CheckInId,
        messages::{Content, Message, Script, language::Language},
    },
};

use super::carrier_support::{NUMBER, call, text};
use crate::support::peers::TwilioApi;

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const PROJECT: &str = "3f9a1c52-7d0e-4b1a-9c33-0c2f6a1d5e77";
const TOKEN: &str = "provider-token";
const OURS: &str = "+3197010200000";
const SERVICE: &str = "MG0123456789abcdef0123456789abcdef";

fn config(account: &str, base_url: &str) -> TwilioConfig {
    TwilioConfig {
        base_url: base_url.into(),
        from_number: Some(OURS.into()),
        ..TwilioConfig::new(account, Secret::new(TOKEN), "https://wacht.voorbeeld.nl")
    }
}

fn english_call(words: &str) -> Message {
    let script =
        Script { words: words.into(), language: Language::En, listens: false, waits: false };
    Message { content: Content::Call(script), ..call("") }
}

fn value<'a>(form: &'a [(String, String)], name: &str) -> &'a str {
    let found: Vec<_> = form.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect();
    assert_eq!(found.len(), 1, "{name} in {form:?}");
    found[0]
}

#[tokio::test]
async fn what_we_ask_of_twilio_fits_its_own_description() {
    let api = TwilioApi::start(ACCOUNT, TOKEN).await;
    let carrier = Twilio::new(config(ACCOUNT, &api.address)).unwrap();
    let service = TwilioConfig {
        messaging_service_sid: Some(SERVICE.into()),
        ..config(ACCOUNT, &api.address)
    };
    let service = Twilio::new(service).unwrap();
    let question = Message {
        check_in: Some(CheckInId(uuid::Uuid::nil())),
        ..text("Alles goed? é € & + 👍")
    };
    for message in [question.clone(), call("Toets 1 & #."), english_call("Thank you.")] {
        let taken = carrier.send(&message).await.unwrap_or_else(|e| panic!("{message:?}: {e}"));
        assert!(taken.provider_id.is_some() && !taken.delivered);
    }
    service.send(&text("Alarm")).await.unwrap();

    let accepted = api.accepted().await;
    let [(texts, asked), (calls, called), (_, spoken), (_, by_service)] = accepted.as_slice()
    else {
        panic!("{accepted:?}")
    };
    assert_eq!(*texts, format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    assert_eq!((value(asked, "To"), value(asked, "From")), (NUMBER, OURS));
    assert_eq!(value(asked, "Body"), "Alles goed? é € & + 👍");
    assert_eq!(value(asked, "ValidityPeriod"), "3600", "a question is not asked hours later");
    let receipts = format!("https://wacht.voorbeeld.nl/callbacks/twilio/receipts/{}", question.id);
    assert_eq!(value(asked, "StatusCallback"), receipts);
    assert_eq!(*calls, format!("/2010-04-01/Accounts/{ACCOUNT}/Calls.json"));
    for (name, expected) in [
        ("StatusCallbackEvent", "completed"),
        ("MachineDetection", "Enable"),
        ("MachineDetectionTimeout", "10"),
        ("Timeout", "30"),
        ("TimeLimit", "300"),
    ] {
        assert_eq!(value(called, name), expected);
    }
    assert!(value(called, "Twiml").contains("<Say language=\"nl-NL\">Toets 1 &amp; #.</Say>"));
    assert!(value(spoken, "Twiml").contains("<Say language=\"en-GB\">Thank you.</Say>"));
    assert_eq!(value(by_service, "MessagingServiceSid"), SERVICE);
    assert_eq!(value(by_service, "ValidityPeriod"), "14400");
}

#[tokio::test]
async fn signalwire_is_reached_by_its_base_address_alone() {
    let api = TwilioApi::start(PROJECT, TOKEN).await;
    let carrier = Twilio::new(config(PROJECT, &format!("{}/api/laml", api.address))).unwrap();
    carrier.send(&text("Alles goed?")).await.unwrap();
    carrier.send(&call("Toets 1.")).await.unwrap();
    let paths: Vec<_> = api.accepted().await.into_iter().map(|(path, _)| path).collect();
    let below = format!("/api/laml/2010-04-01/Accounts/{PROJECT}");
    assert_eq!(paths, [format!("{below}/Messages.json"), format!("{below}/Calls.json")]);
    let at = "https://space.signalwire.com/api/laml";
    assert!(Twilio::new(config(PROJECT, at)).is_ok(), "as it is written in the settings");
}

/// The peer proves something only as long as it refuses what is wrong.
#[tokio::test]
async fn the_description_refuses_what_is_wrong() {
    let api = TwilioApi::start(ACCOUNT, TOKEN).await;
    let texting = [("To", NUMBER), ("From", OURS), ("Body", "x")];
    let calling = [("To", NUMBER), ("From", OURS), ("Twiml", "<Response/>")];
    let with = |form: &[(&'static str, &'static str)], name: &'static str, value: &'static str| {
        let others = form.iter().filter(|(n, _)| *n != name).copied();
        others.chain((!value.is_empty()).then_some((name, value))).collect::<Vec<_>>()
    };
    let wrong = [
        ("Messages", with(&texting, "To", "")),
        ("Messages", with(&texting, "To", "0612345678")),
        ("Messages", with(&texting, "From", "")),
        ("Messages", with(&texting, "MessagingServiceSid", SERVICE)),
        ("Messages", with(&texting, "Body", "")),
        ("Messages", with(&texting, "StatusCallback", "wacht.voorbeeld.nl")),
        ("Messages", with(&texting, "ValidityPeriod", "0")),
        ("Messages", with(&texting, "Validity", "60")),
        ("Calls", with(&calling, "Twiml", "")),
        ("Calls", with(&calling, "Url", "https://wacht.voorbeeld.nl/x")),
        ("Calls", with(&calling, "Timeout", "soon")),
        ("Calls", with(&calling, "TimeLimit", "99999")),
        ("Calls", with(&calling, "MachineDetection", "On")),
        ("Calls", with(&calling, "MachineDetectionTimeout", "90")),
        ("Calls", with(&calling, "StatusCallbackEvent", "done")),
        ("Calls", with(&calling, "StatusCallbackMethod", "PUT")),
    ];
    let ask = |resource: &str, token: &str, form: &[(&str, &str)]| {
        let url = format!("{}/2010-04-01/Accounts/{ACCOUNT}/{resource}.json", api.address);
        Client::new().post(url).basic_auth(ACCOUNT, Some(token)).form(form).send()
    };
    for (resource, form) in wrong {
        let status = ask(resource, TOKEN, &form).await.unwrap().status();
        assert!(status.is_client_error(), "{status}: {resource} {form:?}");
    }
    assert_eq!(ask("Messages", "yesterdays", &texting).await.unwrap().status(), 401);
    for (resource, form) in [("Messages", texting), ("Calls", calling)] {
        assert_eq!(ask(resource, TOKEN, &form).await.unwrap().status(), 201, "{resource}");
    }
}
