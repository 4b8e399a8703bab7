//! My devices that take notifications, and the button on a notification.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::auth::{Caller, session_token};
use crate::{
    api::{
        http::{
            idempotency::{ChangeReply, Once, OnceHeader, once},
            json::{Draft, Id},
            pages::Items,
            problem::Problem,
            state::AppState,
        },
        messages::{push_answer, push_receipt},
    },
    model::{
        clock::Instant,
        ids::DeviceId,
        input::faults::{Fault, Faults},
        people::devices::{AuthSecret, Device, DeviceKey, Endpoint, HostReach, Subscription},
    },
    service::people::devices,
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(key))
        .routes(routes!(list, add))
        .routes(routes!(remove))
        .routes(routes!(push_answer::press))
        .routes(routes!(push_receipt::shown))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PushKey {
    /// With which a browser subscribes; null when notifications are switched off.
    public_key: Option<String>,
}

/// Get the key with which a browser subscribes
#[utoipa::path(get, path = "/push/key", operation_id = "getPushKey", tag = "me",
    responses((status = 200, body = PushKey)))]
async fn key(State(app): State<AppState>, _: Caller) -> Json<PushKey> {
    Json(PushKey { public_key: app.settings.push.as_ref().map(|push| push.public_key.clone()) })
}

/// A device of mine that takes notifications.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PushSubscription)]
struct DeviceView {
    id: DeviceId,
    /// What I call it.
    label: String,
    created_at: Instant,
    /// When its push service last took a notification.
    used_at: Option<Instant>,
    expires_at: Option<Instant>,
}

fn view(device: &Device) -> DeviceView {
    DeviceView {
        id: device.id,
        label: device.label.clone(),
        created_at: device.created_at,
        used_at: device.used_at,
        expires_at: device.expires_at,
    }
}

/// List my devices that take notifications
#[utoipa::path(get, path = "/me/push-subscriptions", operation_id = "listMyPushSubscriptions",
    tag = "me", responses((status = 200, body = Items<DeviceView>)))]
async fn list(
    State(app): State<AppState>,
    caller: Caller,
) -> Result<Json<Items<DeviceView>>, Problem> {
    let found = devices::list(&app, &caller).await?;
    Ok(Json(Items { items: found.iter().map(view).collect(), next: None }))
}

#[derive(Deserialize, Default, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = PushSubscriptionInput)]
struct SubscriptionInput {
    /// Begins with https, at a push service on the internet.
    #[schema(required, nullable = false, format = "uri", max_length = 2000)]
    endpoint: Option<String>,
    #[serde(default)]
    #[schema(required)]
    keys: PushKeysInput,
    #[schema(required, nullable = false, min_length = 1, max_length = 60)]
    label: Option<String>,
    #[schema(value_type = Option<Instant>)]
    expires_at: Option<String>,
}

#[derive(Deserialize, Default, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PushKeys)]
struct PushKeysInput {
    /// The public key of the device, 65 bytes in base64url.
    #[schema(required, nullable = false)]
    p256dh: Option<String>,
    /// The secret that it shares with us, 16 bytes in base64url.
    #[schema(required, nullable = false)]
    auth: Option<String>,
}

impl SubscriptionInput {
    fn read(self, app: &AppState, reach: HostReach, caller: &Caller) -> Result<Device, Vec<Fault>> {
        let (now, mut faults) = (app.now(), Faults::default());
        let given = faults.text("endpoint", self.endpoint.as_deref(), 4000);
        let endpoint =
            given.and_then(|text| faults.take("endpoint", Endpoint::parse(&text, reach)));
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
        faults.done()?;
        let (Some(endpoint), Some(p256dh), Some(auth), Some(label)) =
            (endpoint, p256dh, auth, label)
        else {
            return Err(vec![]);
        };
        Ok(Device {
            id: DeviceId::new(&*app.random, now),
            person: caller.id(),
            label,
            created_at: now,
            used_at: None,
            expires_at: expires_at.map(crate::model::clock::whole_micros),
            subscription: Subscription { endpoint, p256dh, auth },
        })
    }
}

/// Add this device, or say that it is still there
///
/// One device has one address at its push service: adding it again changes what is kept of it. Of
/// more than ten devices the one that was unused for longest goes. Signing out in this session
/// removes the device.
#[utoipa::path(post, path = "/me/push-subscriptions", operation_id = "addMyPushSubscription",
    tag = "me", params(OnceHeader), request_body = SubscriptionInput,
    responses((status = 201, body = DeviceView, headers(("Location"))), (status = 409)))]
async fn add(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    draft: Draft<SubscriptionInput>,
) -> Result<Response, Problem> {
    let key = Once::new(&caller, &headers, "/v1/me/push-subscriptions", &draft.said)?;
    let reach = devices::reach(&app)?;
    let device = draft.read(|input| input.read(&app, reach, &caller)).map_err(Problem::invalid)?;
    let session = session_token(&headers, &app);
    once(&app, key, move |tx| {
        Box::pin(async move {
            let kept = devices::add(tx, &device, session.as_deref()).await?;
            Ok(ChangeReply::created(view(&kept)))
        })
    })
    .await
}

/// Remove a device
#[utoipa::path(delete, path = "/me/push-subscriptions/{id}",
    operation_id = "removeMyPushSubscription", tag = "me",
    responses((status = 204), (status = 404)))]
async fn remove(
    State(app): State<AppState>,
    caller: Caller,
    Id(id): Id<DeviceId>,
) -> Result<StatusCode, Problem> {
    devices::remove(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
