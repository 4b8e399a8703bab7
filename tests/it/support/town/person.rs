//! Somebody in town who uses the service.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Town, form::Form, phone::Phone, time_of};

/// One of the people of the demo.
#[derive(Clone, Copy)]
pub struct Person<'t> {
    pub town: &'t Town,
    pub persona: &'static str,
    pub token: &'t str,
}

impl Town {
    /// Jan Bakker, who goes on visits.
    pub fn jan(&self) -> Person<'_> {
        self.person("worker")
    }
    /// Sanne Vos, who goes along.
    pub fn sanne(&self) -> Person<'_> {
        self.person("colleague")
    }
    /// Ruud Smit, the manager.
    pub fn ruud(&self) -> Person<'_> {
        self.person("manager")
    }
    /// Fatima El Amrani, the deputy.
    pub fn fatima(&self) -> Person<'_> {
        self.person("deputy")
    }
    /// Els de Groot, of the aggression desk.
    pub fn els(&self) -> Person<'_> {
        self.person("desk")
    }
    /// Tom Hendriks, of the aggression desk.
    pub fn tom(&self) -> Person<'_> {
        self.person("desk2")
    }
    /// Noor Visser, the administrator.
    pub fn noor(&self) -> Person<'_> {
        self.person("admin")
    }
}

/// A check-in as it was told: the time, and its state.
pub type Asked = (String, String);

impl<'t> Person<'t> {
    /// This person's phone.
    pub fn phone(&self) -> Phone<'t> {
        let number = match self.persona {
            "worker" => "+31612345678",
            "colleague" => "+31687654321",
            "manager" => "+31611223344",
            "deputy" => "+31622334455",
            "desk" => "+31633445566",
            "desk2" => "+31644556677",
            _ => "+31655667788",
        };
        self.town.phone(number)
    }

    /// Asks, without waiting for what follows from it.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend(headers);
        self.town.ask(method, path, &all, body).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Value::Null).await
    }

    /// Says something, and what follows from it at once happens.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        let answer = self.send(Method::POST, path, &[], body).await;
        self.town.settles().await;
        answer
    }

    pub async fn tries_to_register(&self, form: &Form) -> Answer {
        self.post("/v1/visits", form.0.clone()).await
    }

    /// Registers a visit, and tells its id.
    pub async fn registers(&self, form: &Form) -> String {
        let answer = self.tries_to_register(form).await.expect(201);
        answer.body["id"].as_str().unwrap().to_owned()
    }

    /// Says something about a visit: `check-ins`, `extensions`, `end`, `alarm`, `start`…
    pub async fn says(&self, visit: &str, what: &str, body: Value) -> Answer {
        self.post(&format!("/v1/visits/{visit}/{what}"), body).await
    }

    /// Says so, and it is taken well.
    pub async fn did(&self, visit: &str, what: &str, body: Value) -> Value {
        let answer = self.says(visit, what, body).await.ok();
        answer.body
    }

    /// The visit as this person sees it.
    pub async fn sees(&self, visit: &str) -> Value {
        let answer = self.get(&format!("/v1/visits/{visit}")).await.expect(200);
        answer.body
    }

    pub async fn sees_check_ins(&self, visit: &str) -> Vec<Asked> {
        let seen = self.sees(visit).await;
        let one = |c: &Value| (time_of(&c["dueAt"]), c["state"].as_str().unwrap().to_owned());
        seen["checkIns"].as_array().unwrap().iter().map(one).collect()
    }

    /// The lines of the timeline: time, kind, text.
    pub async fn reads_timeline(&self, visit: &str) -> Vec<(String, String, String)> {
        let answer = self.get(&format!("/v1/visits/{visit}/timeline")).await.ok();
        let line = |l: &Value| {
            let text = |name: &str| l[name].as_str().unwrap().to_owned();
            (time_of(&l["at"]), text("kind"), text("text"))
        };
        answer.body["items"].as_array().unwrap().iter().map(line).collect()
    }

    /// The times of the lines of one kind.
    pub async fn reads(&self, visit: &str, kind: &str) -> Vec<String> {
        let lines = self.reads_timeline(visit).await;
        lines.into_iter().filter(|(_, k, _)| k == kind).map(|(at, ..)| at).collect()
    }

    /// The alarm of a visit, whole; `null` when there is none to see.
    pub async fn sees_alarm(&self, visit: &str) -> Value {
        let seen = self.sees(visit).await;
        let Some(id) = seen["alarm"]["id"].as_str() else { return Value::Null };
        self.get(&format!("/v1/alarms/{id}")).await.ok().body
    }

    pub async fn takes(&self, alarm: &Value) -> Answer {
        let id = alarm["id"].as_str().unwrap();
        self.post(&format!("/v1/alarms/{id}/acknowledgement"), json!({})).await
    }

    pub async fn closes(&self, alarm: &Value, how: Value) -> Answer {
        let id = alarm["id"].as_str().unwrap();
        self.post(&format!("/v1/alarms/{id}/closure"), how).await
    }

    /// Everything that this person's own screens show of a visit, without what tells two visits
    /// apart by itself.
    pub async fn screens(&self, visit: &str) -> Vec<Value> {
        let mut screens = vec![];
        for path in ["", "/timeline"] {
            screens.push(self.get(&format!("/v1/visits/{visit}{path}")).await.any());
        }
        for path in ["/v1/visits", "/v1/alarms", "/v1/alarms?state=closed", "/v1/me"] {
            screens.push(self.get(path).await.any());
        }
        screens.into_iter().map(|a| json!([a.status.as_u16(), faceless(a.body)])).collect()
    }
}

/// The same without ids and versions.
pub fn faceless(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| name != "version");
            Value::Object(kept.map(|(name, value)| (name, faceless(value))).collect())
        }
        Value::Array(items) => items.into_iter().map(faceless).collect(),
        Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => json!("id"),
        other => other,
    }
}
