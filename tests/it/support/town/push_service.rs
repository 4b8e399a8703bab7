//! A push service on loopback that is as strict as the makers' own, and devices that can read what
//! it brings them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint as _};
use rugdekking::model::{
    clock::{
        Clock as _, Instant,
        testing::{ManualClock, Seeded},
    },
    ids::Randomness as _,
};
use serde_json::{Value, json};
use web_push_native::{Auth, decrypt};

/// How the service takes what is for a device.
#[derive(Clone, Copy, Debug)]
pub enum Mood {
    /// Answers this, perhaps asking to be left alone for so many seconds.
    Answers(u16, Option<u64>),
    /// Never answers.
    Hangs,
}

/// A notification that arrived.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub device: String,
    pub at: Instant,
    pub ttl: i64,
    pub topic: String,
    pub shown: Value,
}

#[derive(Debug)]
struct Keys {
    secret: SecretKey,
    auth: [u8; 16],
}

/// The service, with the devices that it knows.
#[derive(Debug)]
pub struct PushService {
    origin: String,
    clock: Arc<ManualClock>,
    known_key: String,
    devices: Mutex<BTreeMap<String, Keys>>,
    moods: Mutex<BTreeMap<String, Mood>>,
    arrived: Mutex<Vec<Arrived>>,
    tries: Mutex<Vec<String>>,
    refused: Mutex<Vec<&'static str>>,
}

impl PushService {
    /// Opens for business; devices subscribe to this key only.
    pub async fn open(clock: &Arc<ManualClock>, known_key: &str) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let service = Arc::new(Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            clock: clock.clone(),
            known_key: known_key.into(),
            devices: Mutex::default(),
            moods: Mutex::default(),
            arrived: Mutex::default(),
            tries: Mutex::default(),
            refused: Mutex::default(),
        });
        let router = Router::new().route("/push/{device}", post(take)).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    /// A new device; what its browser would tell of it.
    pub fn device(&self, name: &str) -> Value {
        let random = Seeded::new(name.bytes().map(u64::from).sum());
        let (mut secret, mut auth) = ([0; 32], [0; 16]);
        random.fill(&mut secret);
        random.fill(&mut auth);
        let secret = SecretKey::from_slice(&secret).unwrap();
        let point = URL_SAFE_NO_PAD.encode(secret.public_key().to_encoded_point(false));
        self.devices.lock().unwrap().insert(name.into(), Keys { secret, auth });
        json!({
            "endpoint": format!("{}/push/{name}", self.origin),
            "keys": { "p256dh": point, "auth": URL_SAFE_NO_PAD.encode(auth) },
            "label": name,
        })
    }

    /// From now on what is for this device is taken so.
    pub fn takes(&self, device: &str, mood: Mood) {
        self.moods.lock().unwrap().insert(device.into(), mood);
    }

    pub fn takes_well(&self, device: &str) {
        self.moods.lock().unwrap().remove(device);
    }

    /// What arrived on a device, the oldest first.
    pub fn on(&self, device: &str) -> Vec<Arrived> {
        assert_eq!(*self.refused.lock().unwrap(), [""; 0], "it is told nothing that is wrong");
        let all = self.arrived.lock().unwrap().clone();
        all.into_iter().filter(|a| a.device == device).collect()
    }

    /// The secret of the button that was shown last on a device.
    pub fn token(&self, device: &str) -> String {
        let last = self.on(device).pop().unwrap_or_else(|| panic!("nothing on {device}"));
        last.shown["well"]["token"].as_str().expect("a button that answers").to_owned()
    }

    /// How often somebody tried to reach a device.
    pub fn tries(&self, device: &str) -> usize {
        self.tries.lock().unwrap().iter().filter(|d| *d == device).count()
    }

    /// What arrived, or what is wrong with it.
    fn read(
        &self,
        device: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Arrived, &'static str> {
        let told = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        self.check_signature(told("authorization"))?;
        ensure(told("content-encoding") == "aes128gcm", "another encoding")?;
        ensure(told("urgency") == "high", "another urgency")?;
        let topic = told("topic");
        let plain = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        ensure((1..=32).contains(&topic.len()) && topic.bytes().all(plain), "a bad topic")?;
        let ttl = told("ttl").parse().map_err(|_| "no TTL")?;
        ensure(ttl > 0 && body.len() <= 4096, "too old or too long")?;
        let devices = self.devices.lock().unwrap();
        let keys = devices.get(device).ok_or("no such device")?;
        let auth = Auth::from(keys.auth);
        let plain = decrypt(body.to_vec(), &keys.secret, &auth).map_err(|_| "not for it")?;
        let shown = serde_json::from_slice(&plain).map_err(|_| "no JSON")?;
        let at = self.clock.now();
        Ok(Arrived { device: device.into(), at, ttl, topic: topic.into(), shown })
    }

    /// VAPID: signed with the key to which the device subscribed, for this service, for a day at
    /// most, by somebody who can be reached.
    fn check_signature(&self, told: &str) -> Result<(), &'static str> {
        let rest = told.strip_prefix("vapid t=").ok_or("no signature")?;
        let (token, key) = rest.split_once(", k=").ok_or("no key")?;
        ensure(key == self.known_key, "another key")?;
        let point = URL_SAFE_NO_PAD.decode(key).map_err(|_| "no key")?;
        let mut rules = Validation::new(Algorithm::ES256);
        rules.validate_exp = false; // by the clock in town
        rules.set_audience(&[&self.origin]);
        rules.set_required_spec_claims(&["aud", "exp", "sub"]);
        let key = DecodingKey::from_ec_der(&point);
        let claims = decode::<Value>(token, &key, &rules).map_err(|_| "a bad signature")?.claims;
        let left = claims["exp"].as_i64().unwrap_or(0) - self.clock.now().timestamp();
        ensure((1..=24 * 3600).contains(&left), "signed for too long or too short")?;
        let contact = claims["sub"].as_str().unwrap_or_default();
        ensure(contact.starts_with("https://") || contact.starts_with("mailto:"), "no contact")
    }
}

fn ensure(well: bool, fault: &'static str) -> Result<(), &'static str> {
    if well { Ok(()) } else { Err(fault) }
}

async fn take(
    State(service): State<Arc<PushService>>,
    Path(device): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    service.tries.lock().unwrap().push(device.clone());
    let arrived = match service.read(&device, &headers, &body) {
        Ok(arrived) => arrived,
        Err(why) => {
            service.refused.lock().unwrap().push(why);
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    let mood = service.moods.lock().unwrap().get(&device).copied();
    match mood {
        None => {
            service.arrived.lock().unwrap().push(arrived);
            StatusCode::CREATED.into_response()
        }
        Some(Mood::Answers(status, wait)) => {
            let mut response = StatusCode::from_u16(status).unwrap().into_response();
            if let Some(seconds) = wait {
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            }
            response
        }
        Some(Mood::Hangs) => std::future::pending().await,
    }
}
