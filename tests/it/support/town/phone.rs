//! A phone in town, and the fingers on it.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Town, time_of};

/// A phone.
pub struct Phone<'t> {
    pub town: &'t Town,
    pub number: String,
}

impl Phone<'_> {
    async fn all(&self, what: &str) -> Vec<Value> {
        let phones =
            self.town.ask(Method::GET, "/sandbox/phones", &[], Value::Null).await.ok().body;
        let phones = phones.as_array().unwrap();
        let mine = phones.iter().find(|p| p["number"] == self.number.as_str());
        mine.map_or(vec![], |p| p[what].as_array().unwrap().clone())
    }

    /// The texts on it, the oldest first.
    pub async fn texts(&self) -> Vec<String> {
        let body = |t: &Value| t["body"].as_str().unwrap().to_owned();
        self.all("texts").await.iter().map(body).collect()
    }

    /// When texts came in.
    pub async fn texted(&self) -> Vec<String> {
        self.all("texts").await.iter().map(|t| time_of(&t["at"])).collect()
    }

    /// The last text.
    pub async fn text(&self) -> String {
        self.texts().await.pop().unwrap_or_else(|| panic!("{} got no text", self.number))
    }

    /// When it rang.
    pub async fn rang(&self) -> Vec<String> {
        self.all("calls").await.iter().map(|c| time_of(&c["at"])).collect()
    }

    async fn on_call(&self, state: &str, what: &str, body: Value) -> Vec<String> {
        let calls = self.all("calls").await;
        let call = calls.iter().rfind(|c| c["state"] == state);
        let call = call.unwrap_or_else(|| panic!("no call {state} on {}", self.number));
        let id = call["id"].as_str().unwrap();
        let path = format!("/sandbox/phones/{}/calls/{id}/{what}", self.number);
        let answer = self.town.ask(Method::POST, &path, &[], body).await.expect(200);
        self.town.settles().await;
        let said = answer.body["said"].as_array().unwrap();
        said.iter().map(|s| s.as_str().unwrap().to_owned()).collect()
    }

    /// Picks up; tells what is heard.
    pub async fn answers(&self) -> String {
        self.on_call("ringing", "answer", json!({})).await.pop().unwrap()
    }

    /// Presses keys on the call; tells what is heard then.
    pub async fn presses(&self, keys: &str) -> String {
        self.on_call("answered", "keys", json!({ "keys": keys })).await.pop().unwrap()
    }

    /// Picks up and presses keys.
    pub async fn answers_with(&self, keys: &str) -> String {
        self.answers().await;
        self.presses(keys).await
    }

    /// Calls the service; tells what is heard.
    pub async fn calls_in(&self) -> String {
        let path = format!("/sandbox/phones/{}/calls", self.number);
        let answer = self.town.ask(Method::POST, &path, &[], json!({})).await.expect(200);
        self.town.settles().await;
        answer.body["said"][0].as_str().unwrap().to_owned()
    }

    /// Calls the service and presses keys; tells what is heard then.
    pub async fn calls_in_with(&self, keys: &str) -> String {
        self.calls_in().await;
        self.presses(keys).await
    }

    pub async fn goes_to_voicemail(&self) {
        self.on_call("ringing", "voicemail", json!({})).await;
    }

    pub async fn hangs_up(&self) {
        self.on_call("ringing", "hang-up", json!({})).await;
    }

    /// Texts back, without reading what comes of it.
    pub async fn sends(&self, body: &str) {
        let path = format!("/sandbox/phones/{}/texts", self.number);
        self.town.ask(Method::POST, &path, &[], json!({ "body": body })).await.expect(204);
        self.town.settles().await;
    }

    /// Texts back; tells what is answered.
    pub async fn replies(&self, body: &str) -> String {
        let before = self.texts().await.len();
        self.sends(body).await;
        let texts = self.texts().await;
        assert!(texts.len() > before, "nothing was answered to {body}");
        texts.into_iter().next_back().unwrap()
    }

    /// Where the link in the last text that has one leads.
    pub async fn link(&self) -> String {
        let texts = self.texts().await;
        let found = texts.iter().rev().find_map(|text| link_in(text));
        found.unwrap_or_else(|| panic!("no link on {}", self.number))
    }

    /// Opens that link; tells the page.
    pub async fn opens_link(&self) -> Answer {
        open(self.town, &self.link().await).await
    }

    /// Presses the page's button.
    pub async fn presses_button(&self, fields: Value) -> Answer {
        press(self.town, &self.link().await, fields).await
    }
}

/// The link in a text.
pub fn link_in(text: &str) -> Option<String> {
    let at = text.find("https://rugdekking.example/")?;
    let link: String = text[at..].chars().take_while(|c| !c.is_whitespace()).collect();
    let path = link.trim_start_matches("https://rugdekking.example");
    (path.len() > 1).then(|| path.to_owned())
}

pub async fn open(town: &Town, link: &str) -> Answer {
    town.ask(Method::GET, link, &[], Value::Null).await
}

pub async fn press(town: &Town, link: &str, fields: Value) -> Answer {
    let json = [("content-type", "application/json")];
    let answer = town.ask(Method::POST, link, &json, fields).await;
    town.settles().await;
    answer
}
