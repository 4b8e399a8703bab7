//! How the pages behind one-time links look: one sentence, one button, no script.

use super::{state::House, watching::words};
use crate::model::{language::Language, phone::Phone, texts::Words, visits::Visit};

/// The style of these pages; a file of its own, for the security policy allows no style inside one.
pub const STYLE: &str = include_str!("link.css");

/// A whole page.
#[derive(Clone, Debug)]
pub struct Page(pub String);

/// What the pages are made with.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The words.
    pub words: Words,
}

impl Parts {
    /// For this house, in the language that was asked for.
    pub fn of(house: &House, asked: Option<Language>) -> Self {
        Self { words: words(house, asked.unwrap_or(house.settings.language)) }
    }

    /// The same page in the other language, without a script.
    pub(super) fn switch(&self) -> &'static str {
        match self.words.language {
            Language::Nl => {
                "<p><a class=\"lang\" href=\"?lang=en\" hreflang=\"en\" lang=\"en\">English</a></p>"
            }
            Language::En => {
                "<p><a class=\"lang\" href=\"?lang=nl\" hreflang=\"nl\" lang=\"nl\">Nederlands</a></p>"
            }
        }
    }

    /// The number that always answers, to be dialled.
    pub(super) fn call(&self, number: &Phone) -> String {
        let t = self.words.link_texts();
        format!("<p><a class=\"call\" href=\"tel:{number}\">{} {number}</a></p>", t.call)
    }

    pub(super) fn page(&self, title: &str, body: &str) -> Page {
        let lang = match self.words.language {
            Language::Nl => "nl",
            Language::En => "en",
        };
        let title = escape(title);
        Page(format!(
            "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <link rel=\"stylesheet\" href=\"/link.css\"></head>\
             <body><main><h1>{title}</h1>{body}</main></body></html>"
        ))
    }

    /// Is all well? With a field for the code where it is needed.
    pub fn ask_well(&self, pin: bool, said: Option<&str>) -> Page {
        let t = self.words.link_texts();
        let said = said.map(|s| format!("<p role=\"alert\">{}</p>", escape(s))).unwrap_or_default();
        let code = if pin {
            format!(
                "<label for=\"pin\">{}</label><input id=\"pin\" name=\"pin\" type=\"password\" \
                 inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"6\" required>",
                t.code
            )
        } else {
            String::new()
        };
        let body = format!(
            "{said}<form method=\"post\">{code}\
             <button name=\"say\" value=\"well\" class=\"go\">{}</button>\
             <button name=\"say\" value=\"15\">{}</button></form>{}",
            t.well,
            t.more,
            self.switch()
        );
        self.page(t.question, &body)
    }

    /// What is the matter, and the button to take it; or who has it already.
    pub fn ask_take(&self, line: &str, taken: Option<String>) -> Page {
        let t = self.words.link_texts();
        match taken {
            Some(said) => self.page(line, &format!("<p>{}</p>{}", escape(&said), self.home())),
            None => {
                let button = "<form method=\"post\"><button class=\"take\">";
                self.page(line, &format!("{button}{}</button></form>{}", t.take, self.switch()))
            }
        }
    }

    fn home(&self) -> String {
        let t = self.words.link_texts();
        format!("<p><a href=\"/\">{}</a></p>", t.open)
    }

    /// It is done.
    pub fn done(&self, said: &str) -> Page {
        self.page(said, "")
    }

    /// The link works no longer; whoever has a question can call.
    pub fn gone(&self, number: Option<&Phone>) -> Page {
        let t = self.words.link_texts();
        let call = number.map(|n| self.call(n)).unwrap_or_default();
        self.page(t.gone, &format!("<p>{}</p>{call}{}", t.gone_why, self.switch()))
    }

    /// You have the alarm: whom to call. In a silent alarm nobody who is out there is called: a
    /// phone that rings would betray it.
    pub fn yours(&self, visit: Option<&Visit>, silent: bool) -> Page {
        let t = self.words.link_texts();
        let call = |name: &str, number: &str| {
            let (name, number) = (escape(name), escape(number));
            format!("<li><a class=\"call\" href=\"tel:{number}\">{name} {number}</a></li>")
        };
        let mut calls = String::new();
        if let Some(visit) = visit.filter(|_| !silent) {
            calls.push_str(&call(&visit.worker.name, visit.plan.mobile.as_str()));
            for colleague in &visit.plan.colleagues {
                calls.push_str(&call(&colleague.name, colleague.mobile.as_str()));
            }
        }
        calls.push_str(&call(t.emergency, "112"));
        let places: String = visit.map(places).unwrap_or_default();
        let warning =
            if silent { format!("<p><strong>{}</strong></p>", t.silent) } else { String::new() };
        let body = format!("{warning}<ul>{calls}</ul><ul>{places}</ul>{}", self.home());
        self.page(&self.words.taken_by_you(), &body)
    }
}

pub(super) fn places(visit: &Visit) -> String {
    let place = |r: &crate::model::visits::Resident| {
        let a = &r.address;
        let suffix: String =
            [&a.house_letter, &a.addition].into_iter().flatten().map(|s| format!(" {s}")).collect();
        let postcode = a.postcode.clone().unwrap_or_default();
        let line = format!("{} {}{suffix}, {postcode} {}", a.street, a.house_number, a.city);
        format!("<li>{}</li>", escape(&line))
    };
    visit.plan.residents.iter().map(place).collect()
}

/// Text in HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
