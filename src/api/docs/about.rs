//! What the contract says of the service as a whole.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::api::{http::problem::ProblemDetails, integrations::events::Changed};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rugdekking",
        version = "1.0.0",
        description = include_str!("about.md"),
        contact(
            name = "The Rugdekking maintainers",
            email = "rugdekking@example.org",
            url = "https://rugdekking.example.org"
        ),
        license(name = "EUPL-1.2", identifier = "EUPL-1.2")
    ),
    servers((
        url = "https://{host}/v1",
        description = "Your own installation.",
        variables(("host" = (
            default = "rugdekking.example.org", description = "Host name of the installation."
        )))
    )),
    tags(
        (name = "visits", description = "Registering a visit, and everything that happens to it."),
        (name = "alarms", description = "What needs a person now."),
        (name = "events", description = "What changed, as it changes."),
        (name = "register", description = "Measures against people who were aggressive; four eyes, and every look is logged."),
        (name = "incidents", description = "What went wrong, what the policy advises, and what was decided."),
        (name = "organisation", description = "Teams, people, watch policies and ladders."),
        (name = "me", description = "The person who is signed in."),
        (name = "about", description = "This document."),
    ),
    security(("session" = []), ("bearer" = [])),
    components(schemas(ProblemDetails, Changed)),
    modifiers(&SignInSchemes)
)]
pub struct About;

/// The two ways to be signed in.
struct SignInSchemes;

impl Modify for SignInSchemes {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let cookie =
            ApiKeyValue::with_description("__Host-rugdekking", "Session cookie set by signing in.");
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        bearer.description = Some("Access token of the OpenID provider.".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}
