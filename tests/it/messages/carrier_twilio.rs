//! Texts and calls by Twilio, against a provider on loopback.

use std::time::Duration;

use rugdekking::{
    carrier::{
        Carrier, HandedOver, SendError,
        providers::twilio::{Twilio, TwilioConfig},
        setup::Secret,
    },
    model::messages::{Channel, Script, language::Language},
};
use tokio::{
    io::AsyncReadExt,
    net::TcpListener,
    time::{Instant, timeout},
};

use super::{
    carrier_provider::{ACCOUNT, Mood, Provider, TOKEN},
    carrier_support::{NUMBER, call, mail, text},
};

const OURS: &str = "+31201234567";
const ID: &str = "00000000-0000-0000-0000-000000000007";

fn config(address: &str) -> TwilioConfig {
    TwilioConfig {
        base_url: address.into(),
        from_number: Some(OURS.into()),
        ..TwilioConfig::new(ACCOUNT, Secret::new(TOKEN), "https://wacht.voorbeeld.nl/")
    }
}

fn twilio(address: &str) -> Twilio {
    Twilio::new(config(address)).expect("settings that work")
}

/// What the provider's mood makes of a text; its words must never hold the number.
async fn in_mood(mood: Mood) -> Result<HandedOver, SendError> {
    let (provider, address) = Provider::open().await;
    provider.feels(mood);
    let mut config = config(&address);
    if let Mood::Hangs | Mood::Drips = mood {
        config.try_limit = Duration::from_millis(1500);
    }
    let carrier = Twilio::new(config).expect("settings that work");
    let outcome = carrier.send(&text("Alles goed?")).await;
    assert!(!format!("{outcome:?}").contains(&NUMBER[3..]), "{outcome:?}");
    outcome
}

#[tokio::test]
async fn a_text_is_handed_over_with_the_address_for_its_receipts() {
    let (provider, address) = Provider::open().await;
    let handed_over = twilio(&address).send(&text("Alles goed? é € & +1 👍")).await.unwrap();
    assert_eq!(handed_over.provider_id.as_deref(), Some("SM00000000000000000000000000000001"));
    assert!(!handed_over.delivered, "taken is not delivered");
    let taken = &provider.taken()[0];
    assert_eq!(taken.resource, "Messages.json");
    let fields = taken.form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>();
    let receipts = format!("https://wacht.voorbeeld.nl/callbacks/twilio/receipts/{ID}");
    assert_eq!(
        fields,
        [
            ("Body", "Alles goed? é € & +1 👍"),
            ("From", OURS),
            ("StatusCallback", receipts.as_str()),
            ("To", NUMBER),
            ("ValidityPeriod", "14400"),
        ]
    );
}

#[tokio::test]
async fn a_messaging_service_picks_the_number_for_texts_but_not_for_calls() {
    let (provider, address) = Provider::open().await;
    let mut config = config(&address);
    config.messaging_service_sid = Some("MG1".into());
    let carrier = Twilio::new(config).unwrap();
    carrier.send(&text("Alles goed?")).await.unwrap();
    carrier.send(&call("Toets 1.")).await.unwrap();
    let taken = provider.taken();
    assert_eq!(taken[0].form["MessagingServiceSid"], "MG1");
    assert_eq!(taken[1].form["From"], OURS);
}

#[tokio::test]
async fn a_call_carries_its_words_and_reports_who_answered() {
    let (provider, address) = Provider::open().await;
    twilio(&address).send(&call("Alles goed? Toets 1 & #.")).await.unwrap();
    let taken = &provider.taken()[0];
    assert_eq!(taken.resource, "Calls.json");
    assert_eq!((taken.form["To"].as_str(), taken.form["From"].as_str()), (NUMBER, OURS));
    let words = &taken.form["Twiml"];
    assert_eq!(words.matches("Alles goed? Toets 1 &amp; #.").count(), 2, "{words}");
    assert!(words.contains(&format!("https://wacht.voorbeeld.nl/callbacks/twilio/keys/{ID}")));
    let calls = format!("https://wacht.voorbeeld.nl/callbacks/twilio/calls/{ID}");
    for (name, value) in [
        ("StatusCallback", calls.as_str()),
        ("StatusCallbackEvent", "completed"),
        ("MachineDetection", "Enable"),
        ("MachineDetectionTimeout", "10"),
        ("Timeout", "30"),
        ("TimeLimit", "300"),
    ] {
        assert_eq!(taken.form[name], value);
    }
}

#[tokio::test]
async fn a_provider_that_is_busy_or_ill_is_worth_another_try() {
    let temporary = |reason: &str, seconds: Option<u64>| {
        let retry_after = seconds.map(Duration::from_secs);
        Err(SendError::Temporary { reason: reason.into(), retry_after })
    };
    assert_eq!(in_mood(Mood::Answers(429, Some(7))).await, temporary("answered 429", Some(7)));
    assert_eq!(in_mood(Mood::Answers(503, None)).await, temporary("answered 503", None));
    let ill = in_mood(Mood::Refuses(500, 20500)).await;
    assert_eq!(ill, temporary("answered 500, error 20500", None));
}

#[tokio::test]
async fn a_number_that_opted_out_is_permanent_and_named_by_code_only() {
    let reason = "answered 400, error 21610".into();
    assert_eq!(in_mood(Mood::Refuses(400, 21610)).await, Err(SendError::Permanent { reason }));
    let reason = "answered 400".into();
    assert_eq!(in_mood(Mood::Answers(400, None)).await, Err(SendError::Permanent { reason }));
}

#[tokio::test]
async fn a_wrong_token_can_be_mended_so_the_message_is_kept() {
    let (_provider, address) = Provider::open().await;
    let mut config = config(&address);
    config.auth_token = Secret::new("yesterdays-token");
    let refusal = Twilio::new(config).unwrap().send(&text("x")).await.unwrap_err();
    let reason = "answered 401, error 20003".into();
    assert_eq!(refusal, SendError::Temporary { reason, retry_after: None });
}

#[tokio::test]
async fn nobody_knows_what_became_of_a_text_that_got_no_proper_answer() {
    let unknown = |reason: &str| Err(SendError::Unknown { reason: reason.into() });
    let begun = Instant::now();
    assert_eq!(in_mood(Mood::Hangs).await, unknown("no answer in time"));
    assert_eq!(in_mood(Mood::Drips).await, unknown("the answer broke off"));
    assert!(begun.elapsed() < Duration::from_secs(9), "the limit holds");
    assert_eq!(in_mood(Mood::TalksNonsense).await, unknown("answered 200 without an id"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_the_token() {
    let outcome = in_mood(Mood::Answers(307, None)).await;
    assert!(matches!(outcome, Err(SendError::Temporary { .. })), "{outcome:?}");
}

#[tokio::test]
async fn nothing_was_said_when_nobody_picks_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let refusal = twilio(&address).send(&text("x")).await.unwrap_err();
    let reason = "no connection".into();
    assert_eq!(refusal, SendError::Temporary { reason, retry_after: None });
}

#[tokio::test]
async fn nobody_knows_when_the_line_breaks_after_the_message_was_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut line, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !String::from_utf8_lossy(&request).contains("StatusCallback") {
            assert_ne!(line.read_buf(&mut request).await.unwrap(), 0, "the form never came");
        }
    });
    let outcome = timeout(Duration::from_secs(5), twilio(&address).send(&text("x"))).await.unwrap();
    assert_eq!(outcome, Err(SendError::Unknown { reason: "the line broke".into() }));
}

#[tokio::test]
async fn what_it_cannot_bring_it_refuses_without_asking_the_provider() {
    let (provider, address) = Provider::open().await;
    let carrier = twilio(&address);
    let mut muddled = text("x");
    muddled.channel = Channel::Call;
    for message in [mail("a@b.nl", "x", "y"), muddled] {
        let refusal = carrier.send(&message).await.unwrap_err();
        assert!(matches!(refusal, SendError::Permanent { .. }), "{refusal:?}");
    }
    assert!(provider.taken().is_empty());
}

#[tokio::test]
async fn callbacks_are_believed_by_signature_only_also_with_a_signing_key_of_its_own() {
    let mut config = config("https://example.signalwire.com/api/laml");
    // Computed with npm twilio 6.2 for this address, form and key.
    let (path, signature) =
        (format!("/callbacks/twilio/keys/{ID}"), "vu2G7K2kJO/AaAV0BvwAiKLDw+k=");
    let form = vec![("CallSid".to_owned(), "CA1".to_owned()), ("Digits".into(), "1".into())];
    config.callback_key = Some(Secret::new("signing-key-of-its-own"));
    let carrier = Twilio::new(config.clone()).unwrap();
    assert!(carrier.verify(&path, &form, signature));
    assert!(!carrier.verify(&path, &form, ""));
    assert!(!carrier.verify("/callbacks/twilio/keys/other", &form, signature));
    config.callback_key = None;
    assert!(!Twilio::new(config).unwrap().verify(&path, &form, signature));
}

#[tokio::test]
async fn on_a_call_it_goes_on_speaking_where_keys_are_heard() {
    let again =
        Script { words: "Nog eens.".into(), language: Language::Nl, listens: true, waits: false };
    let said = twilio("http://127.0.0.1:1").speak(&again, text("").id, None);
    assert!(said.contains(&format!("https://wacht.voorbeeld.nl/callbacks/twilio/keys/{ID}\"")));
    assert!(said.contains("<Say language=\"nl-NL\">Nog eens.</Say>"));
}
