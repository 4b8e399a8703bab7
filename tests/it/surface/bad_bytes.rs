//! Whatever bytes come as a callback, a link, a session or an answer of the identity provider: it
//! never breaks anything, and without a true signature or secret nothing changes.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderValue, Request, StatusCode},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac as _};
use http_body_util::BodyExt as _;
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::{collection::vec, prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use rugdekking::{
    api::{
        http::state::AppState,
        people::auth::{OidcSettings, SignIn},
    },
    carrier::{
        providers::twilio::{Twilio, TwilioConfig},
        setup::Secret,
    },
    model::people::Role,
    store::{Db, Error, messages},
};
use serde_json::json;
use tower::ServiceExt as _;

use crate::{
    messages::carrier_support::{NUMBER, text},
    support::{asking::Asking, on_both, raw},
};

const URL: &str = "https://rugdekking.example";
const TOKEN: &str = "not-a-real-token";
const MANY: u32 = 300;

/// So many examples of something, the same ones each time.
fn examples<S: Strategy>(of: S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..MANY).map(|_| of.new_tree(&mut runner).unwrap().current()).collect()
}

fn with_provider(ask: &Asking) -> Router {
    let config = TwilioConfig::new("AC1", Secret::new(TOKEN), URL);
    let config = TwilioConfig { from_number: Some("+3197010200300".into()), ..config };
    let account = Arc::new(Twilio::new(config).unwrap());
    rugdekking::api::router(AppState { callbacks: vec![account], ..ask.app.clone() })
}

/// The signature of a form, by the provider's own rule: sorted by name, nothing in between.
fn signature(path: &str, body: &[u8]) -> String {
    let mut form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    form.sort();
    form.dedup();
    let fields: String = form.iter().flat_map(|(n, v)| [n.as_str(), v.as_str()]).collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(TOKEN.as_bytes()).unwrap();
    mac.update(format!("{URL}{path}{fields}").as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// A form as it may come in: names that are known with values of all sorts, or bytes.
fn bodies() -> impl Strategy<Value = Bytes> {
    let name = prop_oneof![
        Just("MessageSid"),
        Just("From"),
        Just("Body"),
        Just("Digits"),
        Just("MessageStatus"),
        Just("CallStatus"),
        Just("ErrorCode"),
        Just("AnsweredBy"),
    ];
    let value = prop_oneof![
        any::<String>(),
        "\\PC{0,40}".prop_map(|text| format!("{text}\0")),
        "[0-9#*+]{0,12}",
        prop_oneof![
            Just("STOP"),
            Just("ja"),
            Just("+15"),
            Just("HULP"),
            Just("2580"),
            Just(NUMBER)
        ]
        .prop_map(str::to_owned),
        prop_oneof![Just("delivered"), Just("failed"), Just("busy"), Just("completed")]
            .prop_map(str::to_owned),
    ];
    let form = vec((name, value), 0..8).prop_map(|fields| {
        let form =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Bytes::from(form)
    });
    prop_oneof![3 => form, 1 => vec(any::<u8>(), 0..200).prop_map(Bytes::from)]
}

/// Sends a form; tells what was answered.
async fn brings(router: &Router, path: &str, signature: &[u8], body: Bytes) -> StatusCode {
    let Ok(signature) = HeaderValue::from_bytes(signature) else { return StatusCode::FORBIDDEN };
    let request =
        Request::post(path).header("x-twilio-signature", signature).body(Body::from(body));
    let answer = router.clone().oneshot(request.unwrap()).await.unwrap();
    let status = answer.status();
    answer.into_body().collect().await.unwrap();
    status
}

/// A message that callbacks can be about; and all their addresses.
async fn callbacks(ask: &Asking) -> [String; 5] {
    ask.somebody("Worker", &[Role::Worker]).await;
    let message = text("x");
    let id = message.id;
    let work = ask.app.db.write::<_, Error, _>(move |tx| {
        Box::pin(async move { messages::insert(tx, &message).await })
    });
    work.await.unwrap();
    let at = |what: &str| format!("/callbacks/twilio/{what}/{id}");
    [
        "/callbacks/twilio/texts".into(),
        at("keys"),
        at("receipts"),
        at("calls"),
        "/callbacks/twilio/keys/nonsense".into(),
    ]
}

async fn what_is_signed_never_breaks_it(db: Db) {
    let ask = Asking::whole(db);
    let (router, paths) = (with_provider(&ask), callbacks(&ask).await);
    let mut taken = 0;
    for (nth, body) in examples(bodies()).into_iter().enumerate() {
        let path = &paths[nth % paths.len()];
        let status = brings(&router, path, signature(path, &body).as_bytes(), body.clone()).await;
        assert!(!status.is_server_error(), "{path}: {status} to {body:?}");
        assert_ne!(status, StatusCode::FORBIDDEN, "{path}: it was signed: {body:?}");
        taken += usize::from(status.is_success());
    }
    assert!(taken > examples(bodies()).len() / 3, "only {taken} were taken");
}

async fn what_is_not_signed_changes_nothing(db: Db) {
    let ask = Asking::whole(db.clone());
    let (router, paths) = (with_provider(&ask), callbacks(&ask).await);
    let before = raw::dump(&db).await;
    let signatures = prop_oneof![
        vec(any::<u8>(), 0..40),
        "[A-Za-z0-9+/]{27}=".prop_map(String::into_bytes),
        Just(signature("/callbacks/twilio/texts", b"Body=STOP").into_bytes()),
    ];
    for (nth, (body, forged)) in examples((bodies(), signatures)).into_iter().enumerate() {
        let path = &paths[nth % paths.len()];
        let status = brings(&router, path, &forged, body.clone()).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}: {forged:?} {body:?}");
        // Signed for another address, or another form.
        let other = signature("/callbacks/twilio/texts?x", &body);
        assert_eq!(brings(&router, path, other.as_bytes(), body).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(raw::dump(&db).await, before);
}

/// Something that is held out as a secret: bytes, text, or what looks like one of ours.
fn secrets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..60),
        any::<String>().prop_map(String::into_bytes),
        "[A-Za-z0-9_-]{22}".prop_map(String::into_bytes),
        "[A-Za-z0-9_-]{4,40}\\.[A-Za-z0-9_-]{4,40}\\.[A-Za-z0-9_-]{0,40}"
            .prop_map(String::into_bytes),
        Just(vec![b'x'; 10_000]),
    ]
}

async fn asks(router: &Router, request: Request<Body>) -> StatusCode {
    let answer = router.clone().oneshot(request).await.unwrap();
    let status = answer.status();
    answer.into_body().collect().await.unwrap();
    status
}

async fn no_made_up_secret_is_ever_accepted(db: Db) {
    let ask = Asking::whole(db.clone());
    ask.somebody("Worker", &[Role::Worker]).await;
    let settings = OidcSettings {
        issuer: "http://127.0.0.1:9".into(), // Nobody is there; nobody may be needed.
        client_id: "rugdekking".into(),
        client_secret: Some("a-secret".into()),
        client_key: None,
        step_up_acr: vec![],
        gives_roles: false,
        audience: "rugdekking-api".into(),
        scopes: vec![],
    };
    let sign_in = Some(Arc::new(SignIn::new(settings).unwrap()));
    let with_oidc = rugdekking::api::router(AppState { sign_in, ..ask.app.clone() });
    let router = rugdekking::api::router(ask.app.clone());
    let before = raw::dump(&db).await;
    for secret in examples(secrets()) {
        let named = percent_encode(&secret, NON_ALPHANUMERIC).to_string();
        let bearer = [b"Bearer ".as_slice(), &secret].concat();
        for (header, value) in [("authorization", bearer), ("cookie", cookie(&secret))] {
            // What HTTP cannot carry does not come in at all.
            let Ok(value) = HeaderValue::from_bytes(&value) else { continue };
            for path in ["/v1/me", "/v1/events", "/v1/alarms"] {
                let request = Request::get(path).header(header, value.clone()).body(Body::empty());
                let status = asks(&router, request.unwrap()).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{header} {secret:?}");
            }
        }
        for path in ["/c/", "/a/", "/n/"].map(|start| format!("{start}{named}")) {
            for method in ["GET", "POST"] {
                let body = Body::from("pin=2580&say=well");
                let request = Request::builder().method(method).uri(&path).body(body).unwrap();
                let status = asks(&router, request).await;
                let refused = matches!(status.as_u16(), 400 | 404 | 410);
                assert!(refused, "{method} {path}: {status}");
            }
        }
        let given = json!({ "token": String::from_utf8_lossy(&secret) }).to_string();
        let status =
            asks(&router, Request::post("/v1/push/answers").body(given.into()).unwrap()).await;
        assert!(matches!(status.as_u16(), 400 | 410), "{secret:?}: {status}");
        let back = format!("/sign-in/callback?state={named}&code={named}&iss={named}");
        let request = Request::get(back).header("cookie", "__Host-rugdekking-sign-in=x");
        let status = asks(&with_oidc, request.body(Body::empty()).unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{secret:?}");
    }
    assert_eq!(raw::dump(&db).await, before);
}

fn cookie(secret: &[u8]) -> Vec<u8> {
    [b"__Host-rugdekking=".as_slice(), secret].concat()
}

on_both!(
    what_is_signed_never_breaks_it,
    what_is_not_signed_changes_nothing,
    no_made_up_secret_is_ever_accepted,
);
