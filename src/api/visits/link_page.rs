//! How the pages behind one-time links look: one sentence, one button, no script.

use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};

use crate::{
    api::http::state::AppState,
    model::{
        messages::{language::Language, texts::Words},
        phone::Phone,
        visits::{Resident, Visit},
    },
};

/// The style of these pages; a file of its own, for the security policy allows no style inside one.
pub const STYLE: &str = include_str!("link.css");

/// No machine keeps these.
pub(super) const UNLISTED: [(&str, &str); 1] = [("x-robots-tag", "noindex, nofollow")];

pub(super) fn show(page: Markup) -> Response {
    (UNLISTED, page).into_response()
}

/// What the pages are made with.
#[derive(Clone, Debug)]
pub struct LinkPageParts {
    pub words: Words,
}

impl LinkPageParts {
    /// For this house, in the language that was asked for.
    pub fn of(app: &AppState, asked: Option<Language>) -> Self {
        Self { words: app.words(asked.unwrap_or(app.settings.language)) }
    }

    /// The same page in the other language, without a script.
    pub(crate) fn switch(&self) -> Markup {
        let (other, name) = match self.words.language {
            Language::Nl => ("en", "English"),
            Language::En => ("nl", "Nederlands"),
        };
        html! { p { a.lang href={ "?lang=" (other) } hreflang=(other) lang=(other) { (name) } } }
    }

    /// The number that always answers, to be dialled.
    pub(crate) fn call(&self, number: &Phone) -> Markup {
        let number = number.as_str();
        let call = self.words.link_texts().call;
        html! { p { a.call href={ "tel:" (number) } { (call) " " (number) } } }
    }

    pub(crate) fn page(&self, title: &str, body: &Markup) -> Markup {
        let lang = match self.words.language {
            Language::Nl => "nl",
            Language::En => "en",
        };
        html! {
            (DOCTYPE)
            html lang=(lang) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) }
                    link rel="stylesheet" href="/link.css";
                }
                body { main { h1 { (title) } (body) } }
            }
        }
    }

    /// Is all well? With a field for the code where it is needed.
    pub fn ask_well(&self, pin: bool, said: Option<&str>) -> Markup {
        let t = self.words.link_texts();
        let body = html! {
            @if let Some(said) = said { p role="alert" { (said) } }
            form method="post" {
                @if pin {
                    label for="pin" { (t.code) }
                    input #pin name="pin" type="password" inputmode="numeric" autocomplete="off"
                        maxlength="6" required;
                }
                button.go name="say" value="well" { (t.well) }
                button name="say" value="15" { (t.more) }
            }
            (self.switch())
        };
        self.page(t.question, &body)
    }

    /// What is the matter, and the button to take it; or who has it already.
    pub fn ask_take(&self, line: &str, taken: Option<&str>) -> Markup {
        let t = self.words.link_texts();
        let body = match taken {
            Some(said) => html! { p { (said) } (self.home()) },
            None => html! {
                form method="post" { button.take { (t.take) } }
                (self.switch())
            },
        };
        self.page(line, &body)
    }

    fn home(&self) -> Markup {
        html! { p { a href="/" { (self.words.link_texts().open) } } }
    }

    /// It is done.
    pub fn done(&self, said: &str) -> Markup {
        self.page(said, &Markup::default())
    }

    /// The link works no longer; whoever has a question can call.
    pub fn gone(&self, number: Option<&Phone>) -> Markup {
        let t = self.words.link_texts();
        let body = html! {
            p { (t.gone_why) }
            @if let Some(number) = number { (self.call(number)) }
            (self.switch())
        };
        self.page(t.gone, &body)
    }

    /// You have the alarm. Whoever holds the link alone, for it was forwarded, sees no more than this:
    /// a code is sent to the number that the link went to, and asked for once it was.
    pub fn yours_unproven(&self, silent: bool, said: Option<&str>, is_sent: bool) -> Markup {
        let t = self.words.link_texts();
        let body = html! {
            @if silent { p { strong { (t.silent) } } }
            p { (t.second_step) }
            @if let Some(said) = said { p role="alert" { (said) } }
            @if is_sent {
                form method="post" {
                    label for="code" { (t.text_code) }
                    input #code name="code" inputmode="numeric" autocomplete="one-time-code"
                        maxlength="6" required;
                    button.go name="step" value="code" { (t.show) }
                }
            }
            form method="post" { button name="step" value="send" { (t.send_code) } }
            ul { (call_item(t.emergency, "112")) }
            (self.home())
        };
        self.page(&self.words.taken_by_you(), &body)
    }

    /// You have the alarm: whom to call. In a silent alarm nobody who is out there is called: a
    /// phone that rings would betray it.
    pub fn yours(&self, visit: Option<&Visit>, silent: bool) -> Markup {
        let t = self.words.link_texts();
        let body = html! {
            @if silent { p { strong { (t.silent) } } }
            ul {
                @if let Some(visit) = visit.filter(|_| !silent) {
                    (call_item(&visit.worker.name, visit.plan.mobile.as_str()))
                    @for colleague in &visit.plan.colleagues {
                        (call_item(&colleague.name, colleague.mobile.as_str()))
                    }
                }
                (call_item(t.emergency, "112"))
            }
            ul { @if let Some(visit) = visit { (places(visit)) } }
            (self.home())
        };
        self.page(&self.words.taken_by_you(), &body)
    }
}

fn call_item(name: &str, number: &str) -> Markup {
    html! { li { a.call href={ "tel:" (number) } { (name) " " (number) } } }
}

pub(crate) fn places(visit: &Visit) -> Markup {
    html! { @for resident in &visit.plan.residents { li { (place(resident)) } } }
}

fn place(resident: &Resident) -> String {
    let a = &resident.address;
    let suffix: String =
        [&a.house_letter, &a.addition].into_iter().flatten().map(|s| format!(" {s}")).collect();
    let postcode = a.postcode.as_deref().unwrap_or_default();
    format!("{} {}{suffix}, {postcode} {}", a.street, a.house_number, a.city)
}
