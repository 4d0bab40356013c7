//! Signing in with the company's own accounts, at a provider of the tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use server::App;
use server::channel::Channels;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;

use crate::harness::{House, Reply, Who};

const ADMIN: Who<'_> = Who::Ours("administrator");

struct Inner {
    issuer: String,
    key: EcdsaKeyPair,
    kid: String,
    /// Instead of the key it shows.
    signs_with: Option<EcdsaKeyPair>,
    /// What it says of the person; `null` takes a claim away.
    claims: Value,
    /// Codes it gave out, with the challenge of each.
    codes: BTreeMap<String, (String, String)>,
    /// What the caller of the token endpoint sent last.
    basic: Option<String>,
}

#[derive(Clone)]
struct Provider(Arc<Mutex<Inner>>);

fn new_key() -> EcdsaKeyPair {
    let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let made = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, made.as_ref(), &random).unwrap()
}

fn part(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

impl Provider {
    /// Opens one, and tells the house of it.
    async fn open(house: &mut House) -> Self {
        let mut config = (*house.app.config).clone();
        config.webhooks_to_private_addresses = true;
        let (db, clock, ids) = (house.app.db.clone(), house.app.clock, house.app.ids.clone());
        *house.app = App::new(db, config, clock, ids);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/realm", listener.local_addr().unwrap());
        let inner = Inner {
            issuer: issuer.clone(),
            key: new_key(),
            kid: "one".to_owned(),
            signs_with: None,
            claims: json!({}),
            codes: BTreeMap::new(),
            basic: None,
        };
        let provider = Self(Arc::new(Mutex::new(inner)));
        let router = Router::new()
            .route("/realm/.well-known/openid-configuration", get(doors))
            .route("/realm/keys", get(keys))
            .route("/realm/token", post(token))
            .with_state(provider.clone());
        house.app.tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let body = json!({ "issuer": issuer, "client_id": "huisheng", "client_secret": "s&cret",
            "match_by": "email" });
        let reply = house.put(ADMIN, "/api/v1/sign-on", body).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert!(!reply.text.contains("s&cret"), "{}", reply.text);
        provider
    }

    fn says(&self, claims: Value) {
        self.0.lock().unwrap().claims = claims;
    }

    /// The person agrees: the code that the browser brings back.
    fn agree(&self, asked: &BTreeMap<String, String>) -> String {
        let mut inner = self.0.lock().unwrap();
        let code = format!("code{}", inner.codes.len());
        let kept = (asked["code_challenge"].clone(), asked["nonce"].clone());
        inner.codes.insert(code.clone(), kept);
        code
    }
}

async fn doors(State(provider): State<Provider>) -> Json<Value> {
    let issuer = provider.0.lock().unwrap().issuer.clone();
    Json(json!({ "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?kc=1"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys") }))
}

async fn keys(State(provider): State<Provider>) -> Json<Value> {
    let inner = provider.0.lock().unwrap();
    let point = inner.key.public_key().as_ref();
    let [x, y] = [&point[1..33], &point[33..]].map(|it| BASE64URL_NOPAD.encode(it));
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "use": "sig", "kid": inner.kid, "x": x, "y": y },
    ] }))
}

/// Hands the token to who brings the code and the verifier of its challenge.
async fn token(
    State(provider): State<Provider>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Json<Value>, StatusCode> {
    let mut inner = provider.0.lock().unwrap();
    let basic = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    inner.basic = basic.map(str::to_owned);
    // A code works once.
    let (challenge, nonce) = inner.codes.remove(&form["code"]).ok_or(StatusCode::BAD_REQUEST)?;
    let proof = BASE64URL_NOPAD.encode(&Sha256::digest(form["code_verifier"].as_bytes()));
    if proof != challenge || !form["redirect_uri"].ends_with("/sso/callback") {
        return Err(StatusCode::BAD_REQUEST);
    }
    let now = crate::harness::at(crate::harness::NOW).as_second();
    let mut claims = json!({ "iss": inner.issuer, "sub": "u-7", "aud": "huisheng", "iat": now,
        "exp": now + 300, "nonce": nonce, "email": "zhao@ours.example", "email_verified": true });
    for (name, value) in inner.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let header = json!({ "alg": "ES256", "kid": inner.kid });
    let signed = format!("{}.{}", part(&header), part(&claims));
    let key = inner.signs_with.as_ref().unwrap_or(&inner.key);
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    let id_token = format!("{signed}.{}", BASE64URL_NOPAD.encode(signature.as_ref()));
    Ok(Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": id_token })))
}

/// Gives one of ours an address.
async fn reachable(house: &House, role: &str, email: &str) {
    let path = format!("/api/v1/staff/{}", house.people[role]);
    let mut person = house.get(ADMIN, &path).await.json();
    person["email"] = json!(email);
    person.as_object_mut().unwrap().remove("id");
    let reply = house.put(ADMIN, &path, person).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

async fn ask(house: &House, path: &str, cookie: &str) -> Reply {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    house.raw(request).await
}

fn cookies(reply: &Reply) -> Vec<String> {
    let set = reply.headers.get_all(header::SET_COOKIE).iter();
    set.map(|it| it.to_str().unwrap().split(';').next().unwrap().to_owned()).collect()
}

/// The browser on its way out: what it was asked to bring, and its cookie.
async fn leave(house: &House) -> (BTreeMap<String, String>, String) {
    let reply = ask(house, "/sso/ours", "").await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let set = reply.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let address = reply.headers[header::LOCATION].to_str().unwrap();
    let url = reqwest::Url::parse(address).unwrap();
    let asked: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
    assert_eq!((asked["response_type"].as_str(), asked["kc"].as_str()), ("code", "1"));
    assert_eq!(asked["code_challenge_method"], "S256");
    (asked, cookies(&reply).remove(0))
}

async fn come_back(house: &House, code: &str, state: &str, cookie: &str) -> Reply {
    ask(house, &format!("/sso/callback?code={code}&state={state}"), cookie).await
}

/// The whole way.
async fn enter(house: &House, provider: &Provider) -> Reply {
    let (asked, cookie) = leave(house).await;
    let code = provider.agree(&asked);
    come_back(house, &code, &asked["state"], &cookie).await
}

#[tokio::test]
async fn who_has_an_account_of_the_company_enters_with_it() {
    let mut house = House::new().await;
    let provider = Provider::open(&mut house).await;
    reachable(&house, "agent", "Zhao@ours.example").await;
    let reply = enter(&house, &provider).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(reply.headers[header::LOCATION], "/console/");
    let session =
        cookies(&reply).into_iter().find(|it| it.starts_with("huisheng_session=")).unwrap();
    let me = ask(&house, "/api/v1/me", &session).await.json();
    assert_eq!(me["staff"]["login"], "agent");
    let basic = provider.0.lock().unwrap().basic.clone().unwrap();
    let sent = BASE64.decode(basic.strip_prefix("Basic ").unwrap().as_bytes()).unwrap();
    assert_eq!(String::from_utf8(sent).unwrap(), "huisheng:s%26cret");

    // From now on the provider's own name counts: another address there opens nothing else.
    provider.says(json!({ "email": "admin@ours.example" }));
    reachable(&house, "manager", "admin@ours.example").await;
    let session = cookies(&enter(&house, &provider).await);
    let session = session.iter().find(|it| it.starts_with("huisheng_session=")).unwrap();
    assert_eq!(ask(&house, "/api/v1/me", session).await.json()["staff"]["login"], "agent");
    provider.says(json!({ "sub": "u-8", "email": "zhao@ours.example" }));
    assert_eq!(
        enter(&house, &provider).await.status,
        403,
        "nor does the address of somebody known"
    );
}

#[tokio::test]
async fn keys_that_changed_are_known_at_once_and_old_ones_sign_nothing() {
    let mut house = House::new().await;
    let provider = Provider::open(&mut house).await;
    reachable(&house, "agent", "zhao@ours.example").await;
    assert_eq!(enter(&house, &provider).await.status, 303);
    {
        let mut inner = provider.0.lock().unwrap();
        (inner.key, inner.kid) = (new_key(), "two".to_owned());
    }
    assert_eq!(enter(&house, &provider).await.status, 303, "the new key");
    // Somebody answers in the provider's place, with a key that it does not show.
    provider.0.lock().unwrap().signs_with = Some(new_key());
    assert_eq!(enter(&house, &provider).await.status, 403, "a key that is not shown signs nothing");
}

#[tokio::test]
async fn a_code_is_for_the_browser_that_asked_and_a_token_for_us_and_now() {
    let mut house = House::new().await;
    let provider = Provider::open(&mut house).await;
    reachable(&house, "agent", "zhao@ours.example").await;
    let (asked, cookie) = leave(&house).await;
    let code = provider.agree(&asked);
    let state = &asked["state"];
    let foreign = come_back(&house, &code, "another", &cookie).await;
    assert_eq!(foreign.status, 403, "a link somebody else made");
    assert!(foreign.text.contains("没有登录成功"), "{}", foreign.text);
    assert_eq!(come_back(&house, &code, state, "").await.status, 403, "another browser");
    let (_, other) = leave(&house).await;
    assert_eq!(come_back(&house, &code, state, &other).await.status, 403);
    assert_eq!(come_back(&house, &code, state, &cookie).await.status, 303);
    assert_eq!(come_back(&house, &code, state, &cookie).await.status, 403, "once");
    for claims in [
        json!({ "nonce": "another" }),
        json!({ "aud": "another" }),
        json!({ "iss": "https://another.example" }),
        json!({ "exp": 1 }),
    ] {
        provider.says(claims.clone());
        assert_eq!(enter(&house, &provider).await.status, 403, "{claims}");
    }
    provider.says(json!({}));
    assert_eq!(ask(&house, "/sso/callback?error=access_denied", &cookie).await.status, 403);
    assert_eq!(ask(&house, "/sso/theirs", "").await.status, 404, "they sign in otherwise");
}

#[tokio::test]
async fn nobody_enters_whom_the_company_does_not_know() {
    let mut house = House::new().await;
    let provider = Provider::open(&mut house).await;
    let unknown = enter(&house, &provider).await;
    assert_eq!(unknown.status, 403);
    assert!(unknown.text.contains("没有您的账号"), "{}", unknown.text);
    reachable(&house, "agent", "zhao@ours.example").await;
    provider.says(json!({ "email_verified": false }));
    assert_eq!(enter(&house, &provider).await.status, 403, "an address nobody verified");
    provider.says(json!({}));
    reachable(&house, "viewer", "zhao@ours.example").await;
    assert_eq!(enter(&house, &provider).await.status, 403, "of two nobody knows which");
    reachable(&house, "viewer", "viewer@ours.example").await;
    assert_eq!(enter(&house, &provider).await.status, 303);
    assert_eq!(house.send(ADMIN, "DELETE", "/api/v1/sign-on", None).await.status, 204);
    assert_eq!(ask(&house, "/sso/ours", "").await.status, 404);
}

#[tokio::test]
async fn a_provider_inside_the_house_is_not_asked_unless_the_operator_allows_it() {
    let mut house = House::new().await;
    Provider::open(&mut house).await;
    let config = server::config::Config::default();
    house.app.channels = Arc::new(Channels::new(house.app.db.clone(), &config));
    assert_eq!(ask(&house, "/sso/ours", "").await.status, 502);
}
