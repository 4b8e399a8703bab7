//! Plain pages for whoever could not be signed in: before that, nobody's language is known, so both.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, html};

use crate::model::messages::{language::Language, texts::account::try_again};

/// A page that says one thing in both languages, with the way back.
pub fn plain(status: StatusCode, words: fn(Language) -> &'static str) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="nl" {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            title { "Rugdekking" }
            main {
                h1 { "Rugdekking" }
                @for (language, code) in [(Language::Nl, "nl"), (Language::En, "en")] {
                    section lang=(code) {
                        p { (words(language)) }
                        p { a href="/sign-in" { (try_again(language)) } }
                    }
                }
            }
        }
    };
    (status, [("cache-control", "no-store")], page).into_response()
}
