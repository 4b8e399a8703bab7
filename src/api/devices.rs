//! My devices that take notifications, and the button on a notification.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::{delete, get, post},
};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    auth::{Caller, session_token},
    idempotency::{Once, Reply, once},
    json::{Body, Id},
    problem::Problem,
    state::House,
};
use crate::{
    model::{
        clock::Instant,
        devices::{AuthSecret, Device, DeviceKey, Endpoint, Subscription},
        faults::Faults,
        ids::DeviceId,
    },
    store::devices,
};

/// The routes of this file.
pub fn routes() -> Router<House> {
    Router::new()
        .route("/push/key", get(key))
        .route("/me/push-subscriptions", get(list).post(add))
        .route("/me/push-subscriptions/{id}", delete(remove))
        .route("/push/answers", post(super::push_answer::press))
        .route("/push/receipts", post(super::push_receipt::shown))
}

/// The key that a browser subscribes with; null when notifications are switched off.
async fn key(State(house): State<House>, _: Caller) -> Json<Value> {
    Json(json!({ "publicKey": house.settings.push.as_ref().map(|push| &push.public_key) }))
}

fn view(device: &Device) -> Value {
    json!({
        "id": device.id,
        "label": device.label,
        "createdAt": device.created_at,
        "usedAt": device.used_at,
        "expiresAt": device.expires_at,
    })
}

async fn list(State(house): State<House>, caller: Caller) -> Result<Json<Value>, Problem> {
    let now = house.now();
    let found = house
        .db
        .read(move |tx| {
            Box::pin(
                async move { Ok::<_, Problem>(devices::of_person(tx, caller.id(), now).await?) },
            )
        })
        .await?;
    let items: Vec<_> = found.iter().map(view).collect();
    Ok(Json(json!({ "items": items, "next": null })))
}

#[derive(Deserialize, Serialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct SubscriptionInput {
    endpoint: Option<String>,
    keys: KeysInput,
    label: Option<String>,
    expires_at: Option<String>,
}

#[derive(Deserialize, Serialize, Default)]
#[serde(default, deny_unknown_fields)]
struct KeysInput {
    p256dh: Option<String>,
    auth: Option<String>,
}

impl SubscriptionInput {
    fn read(self, house: &House, caller: &Caller) -> Result<Device, Problem> {
        let Some(push) = &house.settings.push else {
            return Err(Problem::conflict("push-off", "Notifications are switched off here."));
        };
        let (now, mut faults) = (house.now(), Faults::default());
        let given = faults.text("endpoint", self.endpoint.as_deref(), 4000);
        let endpoint =
            given.and_then(|text| faults.take("endpoint", Endpoint::parse(&text, push.reach)));
        let given = faults.text("keys.p256dh", self.keys.p256dh.as_deref(), 200);
        let p256dh = given.and_then(|text| faults.take("keys.p256dh", DeviceKey::try_from(text)));
        let given = faults.text("keys.auth", self.keys.auth.as_deref(), 200);
        let auth = given.and_then(|text| faults.take("keys.auth", AuthSecret::try_from(text)));
        let label = faults.text("label", self.label.as_deref(), 60);
        let expires_at = self.expires_at.as_deref().and_then(|text| {
            let read = DateTime::parse_from_rfc3339(text).map_err(|_| "is no moment");
            faults.take("expiresAt", read).map(|at| at.to_utc())
        });
        let to_come = expires_at.is_none_or(|at: Instant| at > now);
        faults.require(to_come, "expiresAt", "past", "must be to come");
        faults.done().map_err(Problem::invalid)?;
        let (Some(endpoint), Some(p256dh), Some(auth), Some(label)) =
            (endpoint, p256dh, auth, label)
        else {
            return Err(Problem::invalid(vec![]));
        };
        Ok(Device {
            id: DeviceId::new(&*house.dice, now),
            person: caller.id(),
            label,
            created_at: now,
            used_at: None,
            expires_at: expires_at.map(crate::model::clock::whole_micros),
            subscription: Subscription { endpoint, p256dh, auth },
        })
    }
}

/// Adds this device, or says that it is still there.
async fn add(
    State(house): State<House>,
    caller: Caller,
    headers: HeaderMap,
    Body(input): Body<SubscriptionInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/me/push-subscriptions", &input)?;
    let device = input.read(&house, &caller)?;
    let session = session_token(&headers, &house);
    once(&house, key, move |tx| {
        Box::pin(async move {
            let kept = devices::add(tx, &device, session.as_deref()).await?;
            Ok(Reply::created(view(&kept)))
        })
    })
    .await
}

async fn remove(
    State(house): State<House>,
    caller: Caller,
    Id(id): Id<DeviceId>,
) -> Result<StatusCode, Problem> {
    house
        .db
        .write(move |tx| {
            Box::pin(async move { Ok::<_, Problem>(devices::remove(tx, caller.id(), id).await?) })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
