//! Two teams, everybody who has a role, and one of each thing: a visit, an alarm, a measure, an
//! incident with its aftercare.

use axum::http::{Method, Request};
use rugdekking::{
    model::{
        ids::TeamId,
        people::{
            Role,
            teams::{Ladder, Organisation, Rung, Who},
        },
    },
    store::{Db, Error, people::teams},
};
use serde_json::{Value, json};

use crate::support::{
    asking::{Answer, Asking, Somebody},
    hooks,
};

/// Everybody.
pub const WHO: [&str; 8] =
    ["worker", "colleague", "stranger", "manager", "chief", "desk", "auditor", "administrator"];

const ROLES: [Role; 8] = [
    Role::Worker,
    Role::Worker,
    Role::Worker,
    Role::Manager,
    Role::Manager,
    Role::AggressionDesk,
    Role::Auditor,
    Role::Administrator,
];

/// The stage that is set.
pub struct Cast {
    ask: Asking,
    people: Vec<Somebody>,
    team: TeamId,
    ids: Vec<(&'static str, String)>,
    /// A risky visit of tomorrow.
    ahead: String,
    /// A measure that the manager decided on.
    written: String,
}

impl Cast {
    pub async fn new(db: Db) -> Self {
        let ask = Asking::whole(db);
        let mut people = vec![];
        for (name, role) in WHO.into_iter().zip(ROLES) {
            people.push(ask.somebody(name, &[role]).await);
        }
        let [worker, colleague, stranger, manager, chief, ..] = &people[..] else { panic!() };
        let team = ask.team("Zorg", &[worker, colleague], &[manager]).await;
        ask.team("Toezicht", &[stranger], &[chief]).await;
        let mut cast =
            Self { ask, people, team, ids: vec![], ahead: String::new(), written: String::new() };
        cast.organisation().await;
        cast.sets_the_stage().await;
        cast
    }

    async fn organisation(&self) {
        let admin = self.who("administrator").id;
        let rung = Rung {
            who: vec![Who::Desk, Who::Person { person: admin }],
            channels: vec![],
            wait_minutes: 5,
        };
        let it = Organisation {
            name: "Enschede".into(),
            call_number: "+31534818181".parse().unwrap(),
            ladder: Ladder { rungs: vec![rung], ..Ladder::default() },
            letterhead: None,
        };
        let work = self.ask.app.db.write::<_, Error, _>(move |tx| {
            Box::pin(async move { teams::save_organisation(tx, &it, 0).await })
        });
        work.await.unwrap();
    }
}

/// How the stage is set, and who does what on it.
impl Cast {
    async fn sets_the_stage(&mut self) {
        let visit = self.made("worker", "/v1/visits", visit_input()).await;
        let mut risky = visit_input();
        risky["startsAt"] = json!("2026-11-24T09:00:00Z");
        risky["expectsTrouble"] = json!(true);
        self.ahead = self.made("worker", "/v1/visits", risky).await;
        self.done("worker", &format!("/v1/visits/{visit}/start")).await;
        self.done("worker", &format!("/v1/visits/{visit}/alarm")).await;
        let alarms = self.ask.get(self.who("manager"), "/v1/alarms?state=open").await.ok();
        let alarm = alarms.body["items"][0]["id"].as_str().unwrap().to_owned();
        let entry = self.made("desk", "/v1/register-entries", entry()).await;
        let incident = self.made("worker", "/v1/incidents", incident()).await;
        let cares = self.ask.get(self.who("worker"), "/v1/aftercare").await.ok();
        let care = cares.body["items"][0]["id"].as_str().unwrap().to_owned();
        let officer = self.made("administrator", "/v1/district-officers", officer()).await;
        let device = self.made("worker", "/v1/me/push-subscriptions", device()).await;
        self.written = self.decides().await;
        let request = self.made("desk", "/v1/privacy-requests", request()).await;
        let import = self.imported().await;
        self.ids = vec![
            ("/privacy-requests/", request),
            ("/register-imports/", import),
            ("/visits/", visit),
            ("/alarms/", alarm),
            ("/register-entries/", entry),
            ("/incidents/", incident),
            ("/aftercare/", care),
            ("/district-officers/", officer),
            ("/webhooks/", self.webhook().await),
            ("/me/push-subscriptions/", device),
            ("/teams/", self.team.to_string()),
            ("/people/", self.who("colleague").id.to_string()),
        ];
    }

    async fn webhook(&self) -> String {
        hooks::run(&self.ask.app.db, &["add", "zaken", "--url", "https://zaken.example.nl"]).await;
        let found = self.ask.get(self.who("administrator"), "/v1/webhooks").await.ok();
        found.body["items"][0]["id"].as_str().unwrap().to_owned()
    }

    fn who(&self, name: &str) -> &Somebody {
        &self.people[WHO.iter().position(|who| *who == name).unwrap()]
    }

    async fn made(&self, who: &str, path: &str, body: Value) -> String {
        let answer = self.ask.post(self.who(who), path, body).await.ok();
        answer.body["id"].as_str().unwrap().to_owned()
    }

    async fn done(&self, who: &str, path: &str) {
        self.ask.post(self.who(who), path, json!({})).await.ok();
    }

    /// The manager decides on a contact ban; answers with the measure that came of it.
    async fn decides(&self) -> String {
        let mut threat = incident();
        threat["behaviour"] = json!("D");
        let id = self.made("worker", "/v1/incidents", threat).await;
        let says = async |what: &str, body: Value| {
            let path = format!("/v1/incidents/{id}/{what}");
            let answer = self.ask.post(self.who("manager"), &path, body).await.ok();
            answer.body
        };
        says("assessment", json!({})).await;
        let letter = json!({"reason": "Threatened an employee.", "openChannel": "By post.",
            "contact": {"name": "Desk", "phone": "0534818181"}});
        let decided = says("decision", json!({"reaction": "contact-ban", "letter": letter})).await;
        decided["decision"]["entryId"].as_str().unwrap().to_owned()
    }

    async fn imported(&self) -> String {
        let file = "naam;maatregel;vanaf;tot en met;herbeoordeling;reden;contactpersoon;telefoon\n\
            A. Bos;waarschuwingsbrief;01-11-2026;01-02-2027;15-01-2027;Schold.;Els;0534818181\n";
        let request = Request::post("/v1/register-imports?dryRun=false")
            .header("authorization", format!("Bearer {}", self.who("administrator").token))
            .header("content-type", "text/csv")
            .body(file.into());
        self.ask.ask(request.unwrap()).await.ok();
        let list = self.ask.get(self.who("desk"), "/v1/register-imports").await.ok();
        list.body["items"][0]["id"].as_str().unwrap().to_owned()
    }

    fn id_of(&self, path: &str) -> &str {
        self.ids.iter().find(|(of, _)| path.starts_with(of)).map_or("", |(_, id)| id)
    }

    fn address(&self, what: &str, path: &str) -> String {
        let letter =
            path.contains("/letter") || ["sendByRegisteredMail", "noteDelivery"].contains(&what);
        if letter {
            return format!("/v1{}", path.replace("{id}", &self.written));
        }
        if ["changeVisit", "approveVisit", "cancelVisit"].contains(&what) {
            return format!("/v1{}", path.replace("{id}", &self.ahead));
        }
        let id = self.id_of(path);
        assert!(!path.contains("{id}") || !id.is_empty(), "nothing on the stage for {path}");
        format!("/v1{}", path.replace("{id}", id).replace("{month}", "2026-11"))
    }

    /// Somebody does something with what is on the stage.
    pub async fn does(&self, who: &str, what: &str, method: Method, path: &str) -> Answer {
        self.sends(Some(self.who(who)), what, method, path).await
    }

    /// The same without an account.
    pub async fn anonymous(&self, what: &str, method: Method, path: &str) -> Answer {
        self.sends(None, what, method, path).await
    }

    async fn sends(
        &self,
        who: Option<&Somebody>,
        what: &str,
        method: Method,
        path: &str,
    ) -> Answer {
        let body = if method == Method::GET { Value::Null } else { self.body_of(what) };
        let query = if what == "draftIncident" { "?visitId=" } else { "" };
        let visit = if query.is_empty() { "" } else { self.id_of("/visits/") };
        let path = format!("{}{query}{visit}", self.address(what, path));
        self.ask.send(who, method, &path, &[("if-match", "\"1\"")], body).await
    }

    /// What is sent: as little as shows whether one may.
    fn body_of(&self, what: &str) -> Value {
        match what {
            "createVisit" => visit_input(),
            "reportIncident" => incident(),
            "notePrivacyRequest" => request(),
            "decidePrivacyRequest" => json!({"granted": true, "because": "As the law says."}),
            "extendVisit" => json!({"minutes": 15}),
            "noticeOfficer" => json!({"notInformedBecause": "Known as quiet."}),
            "proposeRegisterEntry" => entry(),
            "closeAlarm" => json!({"outcome": "safe", "note": "All is well."}),
            "noteAlarm" => json!({"text": "The neighbours see a light."}),
            "noteTalk" => json!({"moment": "right-away"}),
            "startDrill" => json!({"teamId": self.team}),
            "createDistrictOfficer" | "replaceDistrictOfficer" => officer(),
            _ => json!({}),
        }
    }
}

fn address() -> Value {
    json!({"street": "Hengelosestraat", "houseNumber": 51, "houseLetter": "A", "addition": null,
        "postcode": "7514 AD", "city": "Enschede"})
}

fn visit_input() -> Value {
    json!({"kind": "home-visit", "startsAt": "2026-11-23T09:00:00Z", "expectedMinutes": 45,
        "mobile": "+31612345678", "colleagues": [], "background": "A talk.",
        "residents": [{"name": "J. de Wit", "address": address()}],
        "expectsTrouble": false, "knownResident": false})
}

fn entry() -> Value {
    json!({"name": "P. de Boer", "addresses": [address()], "measure": "warning-letter",
        "from": "2026-11-01", "until": "2027-03-01", "reviewOn": "2027-02-01", "reason": "Shouted.",
        "contact": {"name": "Desk", "phone": "0534818181"}})
}

fn incident() -> Value {
    json!({"how": "phone", "happenedAt": "2026-11-23T08:30:00Z", "said": "Called me names.",
        "behaviour": "C", "persistent": true,
        "resident": {"name": "J. de Wit", "address": address()}})
}

fn request() -> Value {
    json!({"kind": "access", "receivedOn": "2026-11-20", "asked": "What do you hold on me?",
        "person": {"name": "J. de Wit", "address": address()}})
}

fn officer() -> Value {
    json!({"name": "Karin", "mobile": "+31681234567", 
        "areas": [{"postcodeFrom": "7500", "postcodeUntil": "7549"}]})
}

fn device() -> Value {
    json!({"endpoint": "https://push.example.nl/phone", "label": "Phone", "keys": {
        "p256dh": "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY",
        "auth": "_ordMnz7uTCmrpBTeUV4Bw"}})
}
