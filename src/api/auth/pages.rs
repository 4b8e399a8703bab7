//! Plain pages for whoever could not be signed in: before that, nobody's language is known, so both.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::model::{language::Language, texts::account::try_again};

/// A page that says one thing in both languages, with the way back.
pub fn plain(status: StatusCode, words: fn(Language) -> &'static str) -> Response {
    let part = |language, code| {
        let (words, again) = (words(language), try_again(language));
        format!(
            r#"<section lang="{code}"><p>{words}</p><p><a href="/sign-in">{again}</a></p></section>"#
        )
    };
    let page = format!(
        r#"<!doctype html><html lang="nl"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Rugdekking</title>
<main><h1>Rugdekking</h1>{}{}</main></html>"#,
        part(Language::Nl, "nl"),
        part(Language::En, "en"),
    );
    (status, [("cache-control", "no-store")], Html(page)).into_response()
}
