//! A span for each request, so that everything logged while it is served can be found by one id. It
//! holds ids only: an address may hold a secret, and a body may hold anything.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, Span, field::Empty};
use uuid::Uuid;

use super::state::AppState;

const REQUEST_ID: &str = "x-request-id";

/// Serves a request within its span, and answers with its id.
pub async fn in_span(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = given_id(request.headers()).unwrap_or_else(|| app.random.uuid(app.now()));
    let span = span(id, &request);
    let changes_nothing = request.method().is_safe();
    let served = async {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        match changes_nothing {
            true => tracing::debug!(status, "request answered"),
            false => tracing::info!(status, "request answered"),
        }
        response
    };
    let mut response = served.instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn span(id: Uuid, request: &Request) -> Span {
    let route = request.extensions().get().map(MatchedPath::as_str);
    let method = request.method().as_str();
    let span = tracing::info_span!(
        "request", request = %id, method, route, visit = Empty, alarm = Empty, message = Empty,
    );
    for (field, subject) in subjects(route.unwrap_or_default(), request.uri().path()) {
        span.record(field, tracing::field::display(subject));
    }
    span
}

/// The ids in an address: by the route `/v1/visits/{id}`, the id of a visit.
fn subjects(route: &str, path: &str) -> impl Iterator<Item = (&'static str, Uuid)> {
    let nouns = std::iter::once("").chain(route.split('/'));
    nouns.zip(route.split('/').zip(path.split('/'))).filter_map(|(noun, (name, segment))| {
        let field = match noun {
            "visits" => "visit",
            "alarms" => "alarm",
            "keys" | "receipts" | "calls" => "message",
            _ => return None,
        };
        let id = name.starts_with('{').then(|| Uuid::try_parse(segment).ok()).flatten()?;
        Some((field, id))
    })
}

/// The id under which whoever asks keeps this request: anything but a UUID, or the trace id of a W3C
/// `traceparent`, could hold something that does not belong in a log.
fn given_id(headers: &HeaderMap) -> Option<Uuid> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let trace = |parent: &str| Uuid::try_parse(parent.split('-').nth(1)?).ok();
    let own = text(REQUEST_ID).and_then(|id| Uuid::try_parse(id).ok());
    own.or_else(|| text("traceparent").and_then(trace)).filter(|id| !id.is_nil())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0b6a8b9e-2c2f-7c3d-9a4e-5f60718293a4";

    fn given(name: &'static str, value: &'static str) -> Option<String> {
        let headers =
            HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]);
        given_id(&headers).map(|id| id.to_string())
    }

    #[test]
    fn only_what_is_surely_an_id_is_taken_over() {
        assert_eq!(given("x-request-id", ID).as_deref(), Some(ID));
        let parent = "00-0b6a8b9e2c2f7c3d9a4e5f60718293a4-00f067aa0ba902b7-01";
        assert_eq!(given("traceparent", parent).as_deref(), Some(ID));
        for value in ["+31612345678", "Jan Bakker", "00-00000000000000000000000000000000-1-01", ""]
        {
            assert_eq!(given("x-request-id", value), None, "{value}");
            assert_eq!(given("traceparent", value), None, "{value}");
        }
    }

    #[test]
    fn an_address_tells_what_it_is_about() {
        let about = |route: &str, path: &str| {
            subjects(route, path).map(|(field, id)| format!("{field} {id}")).collect::<Vec<_>>()
        };
        let path = format!("/v1/visits/{ID}/check-ins");
        assert_eq!(about("/v1/visits/{id}/check-ins", &path), [format!("visit {ID}")]);
        assert_eq!(about("/c/{secret}", "/c/abc"), [""; 0]);
        assert_eq!(about("", &path), [""; 0], "no route, no id");
        assert_eq!(about("/v1/visits/{id}", "/v1/visits/Jan"), [""; 0]);
    }
}
