//! A real OpenID provider, and a browser that signs somebody in at it.

use std::{collections::BTreeMap, process::Stdio, sync::Arc};

use reqwest::{Client, Method, Response, StatusCode, redirect::Policy};
use rugdekking::{
    api::people::auth::{OidcSettings, SignIn},
    model::clock::Instant,
    store::Db,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpListener,
    process::{Child, Command},
};
use url::Url;

use super::{answer::granted, asking::Asking};

const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers");

/// The house over HTTP, and the provider at which people sign in.
pub struct Town {
    pub ask: Asking,
    pub url: String,
    pub issuer: String,
    provider: Option<Child>,
}

impl Town {
    /// With the provider running.
    pub async fn new(db: Db) -> Self {
        Self::with(db, json!({}), |_| {}).await
    }

    /// With the provider running by these settings, and us by others than usual.
    pub async fn with(db: Db, provider: Value, ours: impl FnOnce(&mut OidcSettings)) -> Self {
        let tenant = provider["tenant"].as_str().unwrap_or_default();
        let path = if tenant.is_empty() { String::new() } else { format!("/{tenant}/v2.0") };
        let mut town = Self::build(db, &path, ours).await;
        town.start_provider(provider).await;
        town
    }

    /// With the provider not running yet.
    pub async fn without_provider(db: Db) -> Self {
        Self::build(db, "", |_| {}).await
    }

    async fn build(db: Db, path: &str, ours: impl FnOnce(&mut OidcSettings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let issuer = format!("http://{free}{path}");
        let sign_in = sign_in_at(&issuer, ours);
        let ask = Asking::whole_at(&url, db, real_now(), sign_in);
        ask.serve(listener);
        Self { ask, url, issuer, provider: None }
    }

    /// Starts the provider by these settings.
    pub async fn start_provider(&mut self, settings: Value) {
        self.provider = Some(provider(&self.issuer, &self.url, &settings).await);
    }

    async fn tell(&self, what: &str, body: Value) -> String {
        let url = format!("{}/{what}", self.issuer);
        granted(Client::new().post(url).json(&body)).await.text().await.unwrap()
    }

    /// Lets the provider change its keys.
    pub async fn rotate(&self) {
        self.tell("rotate", json!({})).await;
    }

    /// What the provider says of somebody besides the name and the mail address.
    pub async fn says_of(&self, login: &str, claims: Value) {
        self.tell("claims", json!({ "login": login, "claims": claims })).await;
    }

    /// Changes what the ID tokens that follow say.
    pub async fn twists(&self, claims: Value) {
        self.tell("twist", claims).await;
    }

    /// A token that the provider signs with its present key.
    pub async fn mint(&self, alg: &str, claims: Value) -> String {
        self.tell("mint", json!({ "alg": alg, "claims": claims })).await
    }

    /// The same, of this kind.
    pub async fn mint_as(&self, typ: &str, claims: Value) -> String {
        self.tell("mint", json!({ "alg": "RS256", "typ": typ, "claims": claims })).await
    }

    /// Claims that hold for an hour.
    pub fn claims(&self, sub: &str) -> Value {
        let now = self.ask.app.now().timestamp();
        json!({"sub": sub, "aud": "rugdekking-api", "iat": now, "exp": now + 3600})
    }
}

/// Signing in at that provider, by our own settings.
pub fn sign_in_at(issuer: &str, ours: impl FnOnce(&mut OidcSettings)) -> Arc<SignIn> {
    let mut settings = OidcSettings {
        issuer: issuer.to_owned(),
        client_id: "rugdekking".into(),
        client_secret: Some("a-secret-of-the-tests".into()),
        client_key: None,
        audience: "rugdekking-api".into(),
        scopes: vec!["email".into()],
        step_up_acr: vec![],
        gives_roles: false,
    };
    ours(&mut settings);
    Arc::new(SignIn::new(settings).unwrap())
}

/// A provider at `issuer` for the house at `url`, by these settings; it ends when it is dropped.
pub async fn provider(issuer: &str, url: &str, settings: &Value) -> Child {
    let modules = std::path::Path::new(PEERS).join("node_modules/oidc-provider");
    assert!(modules.exists(), "tests/peers/node_modules is missing: run `make test`");
    let port = Url::parse(issuer).unwrap().port().unwrap().to_string();
    let mut child = Command::new("node")
        .current_dir(PEERS)
        .args(["openid-provider.js", &port, url, &settings.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|e| panic!("Node is missing, run `make test`: {e}"));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap();
    assert_eq!(line.as_deref(), Some("ready"), "the provider did not start");
    // It goes on talking; a closed pipe would end it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}

/// The real time, by which providers live.
#[expect(clippy::disallowed_methods, reason = "the provider lives by the real time")]
pub fn real_now() -> Instant {
    chrono::Utc::now()
}

/// Somebody's browser: keeps cookies, and shows each redirect.
pub struct Browser {
    http: Client,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn new() -> Self {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { http, cookies: BTreeMap::new() }
    }

    pub async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, &[], &[]).await
    }

    pub async fn send(
        &mut self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let mut request = self.http.request(method, url).header("cookie", cookies.join("; "));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !form.is_empty() {
            request = request.form(form);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            match value {
                "" => drop(self.cookies.remove(name)),
                _ => drop(self.cookies.insert(name.into(), value.into())),
            }
        }
        response
    }

    /// Goes to the provider and signs in there; answers with where the provider sends it back to.
    pub async fn callback_for(&mut self, town: &Town, login: &str) -> String {
        self.callback_by(town, "/sign-in", login, "any").await
    }

    /// The same by this address of ours, and with this password.
    pub async fn callback_by(&mut self, town: &Town, by: &str, login: &str, pass: &str) -> String {
        self.callback_at(&town.url, by, login, pass).await
    }

    /// The same, for the house that is reached here.
    pub async fn callback_at(&mut self, url: &str, by: &str, login: &str, pass: &str) -> String {
        let start = self.get(&format!("{url}{by}")).await;
        assert_eq!(start.status(), StatusCode::SEE_OTHER);
        let mut next = location(&start);
        for _ in 0..12 {
            if next.starts_with(url) {
                return next;
            }
            let page = self.get(&next).await;
            if page.status().is_redirection() {
                next = location(&page);
                continue;
            }
            let html = page.text().await.unwrap();
            let action = between(&html, "action=\"", "\"");
            let prompt = between(&html, "name=\"prompt\" value=\"", "\"");
            let filled = match prompt.as_str() {
                "login" => vec![("prompt", "login"), ("login", login), ("password", pass)],
                other => vec![("prompt", other)],
            };
            let answer = self.send(Method::POST, &action, &[], &filled).await;
            next = location(&answer);
        }
        panic!("the provider never sent anybody back, last to {next}");
    }

    /// Signs out at the provider, which asks whether that is meant; answers with where it goes on to.
    pub async fn leave_provider(&mut self, at: &str) -> String {
        let html = self.get(at).await.text().await.unwrap();
        let action = between(&html, "action=\"", "\"");
        let xsrf = between(&html, "name=\"xsrf\" value=\"", "\"");
        let filled = [("xsrf", xsrf.as_str()), ("logout", "yes")];
        location(&self.send(Method::POST, &action, &[], &filled).await)
    }

    /// Signs in by this address of ours with this password.
    pub async fn sign_in_by(&mut self, town: &Town, by: &str, login: &str, pass: &str) -> Response {
        let callback = self.callback_by(town, by, login, pass).await;
        self.get(&callback).await
    }

    /// Signs in, all the way.
    pub async fn sign_in(&mut self, town: &Town, login: &str) -> Response {
        let callback = self.callback_for(town, login).await;
        self.get(&callback).await
    }

    /// Who the house says that this is.
    pub async fn me(&mut self, town: &Town) -> (StatusCode, Value) {
        self.reads(town, "/me").await
    }

    /// What the house answers to this.
    pub async fn reads(&mut self, town: &Town, path: &str) -> (StatusCode, Value) {
        let response = self.get(&format!("{}/v1{path}", town.url)).await;
        (response.status(), response.json().await.unwrap())
    }
}

/// Where a response sends its reader.
pub fn location(response: &Response) -> String {
    let to =
        response.headers().get("location").unwrap_or_else(|| panic!("no way on: {response:?}"));
    let base = Url::parse(response.url().as_str()).unwrap();
    base.join(to.to_str().unwrap()).unwrap().into()
}

fn between(text: &str, before: &str, after: &str) -> String {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}")).1;
    rest.split_once(after).unwrap().0.to_owned()
}

/// A fresh key as we are given it, and its public half as a provider registers it.
pub async fn key_pair(alg: &str) -> (String, Value) {
    let code = format!(
        "import {{ generateKeyPair, exportJWK, exportPKCS8 }} from 'jose';
         const pair = await generateKeyPair('{alg}', {{ extractable: true }});
         const jwk = {{ ...(await exportJWK(pair.publicKey)), alg: '{alg}', use: 'sig', kid: 'ours' }};
         console.log(JSON.stringify([await exportPKCS8(pair.privateKey), jwk]));"
    );
    let node = ["--input-type=module", "-e", &code];
    let made = Command::new("node").current_dir(PEERS).args(node).output().await.unwrap();
    serde_json::from_slice(&made.stdout).expect("tests/peers is installed: run `make test`")
}
