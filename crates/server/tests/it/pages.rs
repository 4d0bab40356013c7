//! The customer's pages, as a browser without script meets them.

use axum::body::Body;
use axum::http::{Request, header};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::worker;
use uuid::Uuid;

use crate::harness::{House, NOW, Reply, Who, at};
use crate::post::PostOffice;
use crate::routes::customer::interaction;

async fn open(house: &House, path: &str, language: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT_LANGUAGE, language);
    house.raw(request.body(Body::empty()).unwrap()).await
}

async fn send(house: &House, path: &str, fields: &str) -> Reply {
    let request =
        Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    house.raw(request.body(Body::from(fields.to_owned())).unwrap()).await
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

async fn evaluations(house: &House) -> Vec<Value> {
    let page = house.get(Who::Ours("administrator"), "/api/v1/evaluations").await.json();
    page["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_answer_is_taken_in_and_followed_by_its_link() {
    let house = House::new().await;
    let page = open(&house, "/f/ours/standard?via=qr", "zh-CN").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("这次服务，您满意吗？"), "{}", page.text);
    assert!(evaluations(&house).await.is_empty(), "a GET never writes");

    let fields = format!(
        "id={}&version={}&lang=zh-CN&via=qr&a.overall=1&a.reasons=waiting&a.reasons=other\
         &a.detail.speed=2&a.detail.attitude=-&a.solved=no&a.suggestion=%E7%AD%89%E5%BE%85%E5%A4%AA%E4%B9%85",
        hidden(&page.text, "id"),
        hidden(&page.text, "version"),
    );
    let sent = send(&house, "/f/ours/standard", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let progress = sent.headers[header::LOCATION].to_str().unwrap().to_owned();
    // Pressing twice hands in once.
    let again = send(&house, "/f/ours/standard", &fields).await;
    assert_eq!(again.headers[header::LOCATION].to_str().unwrap(), progress);

    let all = evaluations(&house).await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["scores"]["csat"], 1);
    assert_eq!(all[0]["scores"]["dimensions"], json!({ "speed": 2, "solved": 1 }));

    // Found by its words, and its case shows what was given and where the customer follows it.
    for (words, found) in [("%E7%AD%89%E5%BE%85", 1), ("%E9%80%80%E6%AC%BE", 0), ("%25", 0)] {
        let path = format!("/api/v1/evaluations?search={words}");
        let page = house.get(Who::Ours("administrator"), &path).await.json();
        assert_eq!(page["items"].as_array().unwrap().len(), found, "{words}");
    }
    let path = format!("/api/v1/cases/{}", all[0]["case"].as_str().unwrap());
    let case = house.get(Who::Ours("administrator"), &path).await.json();
    assert_eq!(case["rounds"][0]["csat"], 1, "{case}");
    // Staff see the customer's page, never the link to it: who holds that speaks for the customer.
    let token = progress.rsplit('/').next().unwrap().split('?').next().unwrap();
    let seen = house.get(Who::Ours("administrator"), &format!("{path}/page")).await;
    assert!(seen.text.contains("等待太久") && !seen.text.contains("<form"), "{}", seen.text);
    assert!(!seen.text.contains(token) && !case.to_string().contains(token), "{case}");
    assert_eq!(case["next"]["promise"], "accept", "{case}");
    assert_eq!((&all[0]["channel"], &all[0]["round"]), (&json!("qr"), &json!("unsolicited")));
    assert_eq!(
        (&all[0]["comment"], &all[0]["local_day"]),
        (&json!("等待太久"), &json!("2026-09-03"))
    );

    let page = open(&house, &progress, "zh-CN").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let receipt = all[0]["receipt"].as_str().unwrap();
    assert!(page.text.contains(receipt) && page.text.contains("等待太久"), "{}", page.text);
    let elsewhere = progress.replace("/p/ours/", "/p/theirs/");
    assert_eq!(open(&house, &elsewhere, "zh-CN").await.status, 404);
}

#[tokio::test]
async fn a_fault_is_explained_and_keeps_what_was_typed() {
    let house = House::new().await;
    let reply = send(&house, "/f/ours/standard", "lang=en&a.suggestion=be+%3Cquick%3E").await;
    assert_eq!(reply.status, 422, "{}", reply.text);
    assert!(reply.text.contains("Almost there"), "{}", reply.text);
    assert!(reply.text.contains("href=\"#q-overall\""), "{}", reply.text);
    assert!(reply.text.contains("be &#60;quick&#62;"), "{}", reply.text);
    assert!(evaluations(&house).await.is_empty());
}

#[tokio::test]
async fn a_pick_in_a_message_only_pre_selects() {
    let house = House::new().await;
    let page = open(&house, "/f/ours/standard?q=4", "en").await;
    assert_eq!(page.text.matches(" checked").count(), 1, "{}", page.text);
    assert!(page.text.contains("id=\"a.overall.4\" value=\"4\" data-label=\"Satisfied\" checked"));
    assert!(evaluations(&house).await.is_empty());
    for odd in ["99", "%22%3E%3Cscript%3E"] {
        let page = open(&house, &format!("/f/ours/standard?q={odd}"), "en").await;
        assert!(page.status == 200 && !page.text.contains(" checked"));
    }
}

#[tokio::test]
async fn anonymous_evaluations_are_read_when_there_are_five_and_followed_from_the_first() {
    let mut house = House::new().await;
    let asking = open(&house, "/f/ours/standard", "en").await;
    assert!(asking.text.contains("once at least five have come in"), "{}", asking.text);
    let mut pages = vec![];
    for n in 0..5 {
        assert!(evaluations(&house).await.is_empty(), "{n} wait");
        let sent = send(&house, "/f/ours/standard", "lang=en&a.overall=1&anonymous=on").await;
        assert_eq!(sent.status, 303, "{}", sent.text);
        let page = sent.headers[header::LOCATION].to_str().unwrap();
        pages.push(page.to_owned());
    }
    let waiting = open(&house, &pages[0], "en").await;
    assert!(waiting.text.contains("at least four others"), "{}", waiting.text);
    assert!(!waiting.text.contains("/proof"), "{}", waiting.text);
    house.becomes(|| at(NOW) + SignedDuration::from_hours(30)).await;
    worker::run_due(&house.app).await.unwrap();
    let all = evaluations(&house).await;
    assert_eq!(all.len(), 5);
    for it in &all {
        assert_eq!((&it["anonymous"], &it["customer"]), (&json!(true), &Value::Null));
        assert_eq!(it["submitted_at"], all[0]["submitted_at"]);
    }
    let read = open(&house, &pages[0], "en").await;
    assert!(!read.text.contains("at least four others"), "{}", read.text);
    let more = send(&house, &pages[0], "say=more&text=Please+hurry").await;
    assert_eq!(more.status, 303, "{}", more.text);
    // The form for key customers is not anonymous, and does not let itself be talked into it.
    let refused = send(&house, "/f/ours/vip", "lang=en&a.overall=5&anonymous=on").await;
    assert_eq!(refused.status, 422);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_and_the_one_chosen_by_hand() {
    let house = House::new().await;
    let text = |reply: &Reply| reply.text.contains("How satisfied are you");
    assert!(text(&open(&house, "/f/ours/standard", "en-GB, zh;q=0.3").await));
    assert!(!text(&open(&house, "/f/ours/standard", "zh-TW, en;q=0.3").await));
    assert!(!text(&open(&house, "/f/ours/standard", "fr").await), "the company's own");
    let chosen = open(&house, "/f/ours/standard?lang=en", "zh-CN").await;
    assert!(text(&chosen) && chosen.text.contains("<html lang=\"en\">"));
    let cookie = chosen.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    let request = Request::get("/f/ours/standard").header(header::COOKIE, cookie);
    assert!(text(&house.raw(request.body(Body::empty()).unwrap()).await));
}

#[tokio::test]
async fn a_page_is_one_request_under_20_kb_with_nothing_from_outside() {
    let house = House::new().await;
    for form in ["standard", "vip", "relationship", "after_rectification", "cooling_off"] {
        let request =
            Request::get(format!("/f/ours/{form}")).header(header::ACCEPT_ENCODING, "gzip");
        let reply = house.raw(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.headers[header::CONTENT_ENCODING], "gzip");
        // Lossy text counts each odd byte as three: an upper bound.
        assert!(reply.text.len() < 20_000, "{form}: {}", reply.text.len());
        let plain = open(&house, &format!("/f/ours/{form}"), "zh-CN").await;
        for outside in ["src=", "href=\"http", "url(", "@import", " style=", " onclick="] {
            assert!(!plain.text.contains(outside), "{form} has {outside}");
        }
        let policy = plain.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
    }
}

#[tokio::test]
async fn links_that_lead_nowhere_look_alike() {
    let house = House::new().await;
    let pages = [
        "/f/ours/nothing",
        "/f/nobody/standard",
        "/p/ours/AAAAAAAAAAAAAAAAAAAAAA",
        "/p/nobody/x",
        "/i/ours/AAAAAAAAAAAAAAAAAAAAAA",
        "/i/nobody/x",
        "/o/ours/x",
        "/o/nobody/x",
    ];
    let mut texts = vec![];
    for path in pages {
        let reply = open(&house, path, "zh-CN").await;
        assert_eq!(reply.status, 404, "{path}");
        let nonce =
            reply.text.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        texts.push(reply.text.replace(&nonce, ""));
    }
    assert!(texts.iter().all(|it| *it == texts[0]));
}

/// A stranger's complaint through the open link; returns the address of its progress page.
async fn complain(house: &House) -> String {
    let fields = "lang=zh-CN&a.overall=1&a.reasons=waiting&a.suggestion=%E7%AD%89%E4%BA%86%E4%B8%80%E4%B8%AA%E5%B0%8F%E6%97%B6%EF%BC%8C%E6%88%91%E8%A6%81%E6%8A%95%E8%AF%89";
    let sent = send(house, "/f/ours/standard", fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    sent.headers[header::LOCATION].to_str().unwrap().trim_end_matches("?new").to_owned()
}

async fn only_case(house: &House) -> Value {
    let page = house.get(Who::Ours("administrator"), "/api/v1/cases").await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    page["items"][0].clone()
}

#[tokio::test]
async fn a_low_score_shows_the_promise_with_its_real_clock() {
    let house = House::new().await;
    let progress = complain(&house).await;
    let case = only_case(&house).await;
    let page = open(&house, &progress, "zh-CN").await;
    assert_eq!(page.status, 200, "{}", page.text);
    // Received at two on a Thursday; a complaint is answered within two hours.
    assert!(page.text.contains("前首次回复您") || page.text.contains("前受理"), "{}", page.text);
    assert!(page.text.contains("还剩") && page.text.contains("接下来"), "{}", page.text);
    assert!(page.text.contains("等了一个小时，我要投诉"), "{}", page.text);
    assert!(page.text.contains("aria-current=\"step\">受理"), "{}", page.text);
    assert!(!page.text.contains(case["id"].as_str().unwrap()), "no inner id leaves the house");
}

#[tokio::test]
async fn what_the_customer_adds_reaches_the_case_and_an_empty_word_does_not() {
    let house = House::new().await;
    let progress = complain(&house).await;
    let before = only_case(&house).await["version"].clone();
    let empty = send(&house, &progress, "say=more&text=+").await;
    assert_eq!(empty.status, 422, "{}", empty.text);
    assert!(empty.text.contains("请写一句话"), "{}", empty.text);
    assert_eq!(only_case(&house).await["version"], before, "nothing was written");
    let added = send(&house, &progress, "say=more&text=%E8%AE%A2%E5%8D%95%E5%8F%B7+88").await;
    assert_eq!(added.status, 303, "{}", added.text);
    assert_ne!(only_case(&house).await["version"], before);
    assert!(open(&house, &progress, "zh-CN").await.text.contains("订单号 88"));
    // What is not solved yet can neither be confirmed nor opened again.
    let early = send(&house, &progress, "say=solved").await;
    assert_eq!(early.status, 422, "{}", early.text);
    assert!(early.text.contains("状态刚刚变了"), "{}", early.text);
}

#[tokio::test]
async fn a_fetch_of_every_link_writes_nothing() {
    let house = House::new().await;
    let progress = complain(&house).await;
    let before = only_case(&house).await;
    let paths = ["/f/ours/standard", "/f/ours/standard?q=1&lang=en", &progress, "/w/ours"];
    for path in paths {
        assert_eq!(open(&house, path, "en").await.status, 200, "{path}");
    }
    assert_eq!(only_case(&house).await, before);
    assert_eq!(evaluations(&house).await.len(), 1);
}

#[tokio::test]
async fn suggestions_are_told_only_where_the_company_tells_them() {
    let house = House::new().await;
    let page = open(&house, "/w/ours", "en").await;
    assert!(page.text.contains("Nothing to tell yet"), "{}", page.text);
    let off = json!({ "said_and_done": false });
    let reply = house.put(Who::Ours("administrator"), "/api/v1/settings/public_pages", off).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(open(&house, "/w/ours", "en").await.status, 404);
    assert_eq!(open(&house, "/w/nobody", "en").await.status, 404);
}

/// A mail invites somebody to evaluate a call; returns the path of its link and that of its opt-out.
async fn invited(house: &mut House) -> (String, String) {
    let office = PostOffice::open(&mut house.app).await;
    let (customer, call) = (Uuid::from_u128(61), Uuid::from_u128(62));
    let body = json!({ "external_id": null, "name": "王芳", "phone": null, "email": "wang@example.cn",
        "language": null, "owner": null });
    let reply = house.put(Who::Ours("agent"), &format!("/api/v1/customers/{customer}"), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    let agent = house.people["agent"].0;
    let mut body = interaction(&call.to_string(), &customer.to_string(), agent);
    body["ended"] = json!(NOW);
    let reply = house.put(Who::Ours("agent"), &format!("/api/v1/interactions/{call}"), body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    house.becomes(|| at(NOW) + SignedDuration::from_mins(2)).await;
    worker::run_due(&house.app).await.unwrap();
    let mail = office.take().remove(0);
    let path = |part: &str| {
        let link = mail.links().into_iter().find(|it| it.contains(part)).unwrap();
        let at = link.find(part).unwrap();
        link[at..].split('?').next().unwrap().to_owned()
    };
    (path("/i/ours/"), path("/o/ours/"))
}

async fn invitation(house: &House) -> Value {
    let all = house.get(Who::Ours("manager"), "/api/v1/invitations?round=first").await.json();
    all["items"][0].clone()
}

#[tokio::test]
async fn an_invitation_is_answered_once_and_counts_for_whom_it_is_about() {
    let mut house = House::new().await;
    let (link, _) = invited(&mut house).await;
    let page = open(&house, &link, "zh-CN").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(invitation(&house).await["state"], "sent", "a fetch is no opening");
    assert_eq!(send(&house, &format!("{link}/opened"), "").await.status, 204);
    assert_eq!(invitation(&house).await["state"], "opened");
    assert_eq!(send(&house, &format!("{link}/started"), "").await.status, 204);
    assert_eq!(invitation(&house).await["state"], "started");

    let fault = send(&house, &link, "lang=zh-CN").await;
    assert_eq!(fault.status, 422, "{}", fault.text);
    assert_eq!(invitation(&house).await["state"], "started", "a refused answer ends nothing");
    let fields = format!("id={}&lang=zh-CN&a.overall=5", hidden(&page.text, "id"));
    let sent = send(&house, &link, &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(invitation(&house).await["state"], "completed");
    let all = evaluations(&house).await;
    assert_eq!((&all[0]["round"], &all[0]["channel"]), (&json!("first"), &json!("email")));
    assert_eq!(all[0]["staff"], json!(house.people["agent"]));
    assert_eq!(all[0]["customer"], json!(Uuid::from_u128(61)));

    let over = open(&house, &link, "zh-CN").await;
    assert!(over.text.contains("您已经评价过了"), "{}", over.text);
    let progress = sent.headers[header::LOCATION].to_str().unwrap().trim_end_matches("?new");
    assert!(over.text.contains(progress), "it leads to what became of it: {}", over.text);
    let twice = send(&house, &link, "lang=zh-CN&a.overall=1").await;
    assert!(twice.text.contains("您已经评价过了"), "{}", twice.text);
    assert_eq!(evaluations(&house).await.len(), 1);
}

#[tokio::test]
async fn somebody_who_was_invited_and_complains_can_follow_what_becomes_of_it() {
    let mut house = House::new().await;
    let (link, _) = invited(&mut house).await;
    let fields = "lang=zh-CN&a.overall=1&a.suggestion=我要投诉，等了一个星期没有人处理";
    let sent = send(&house, &link, fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    // The message that it came in has the case's link; the page is the same one.
    let progress = sent.headers[header::LOCATION].to_str().unwrap().to_owned();
    let page = open(&house, &progress, "zh-CN").await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("等了一个星期没有人处理"), "{}", page.text);
    assert!(page.text.contains("我们承诺"), "{}", page.text);
}

/// What a subscriber to everything was told, oldest first.
async fn events(house: &House) -> Vec<Value> {
    let path = format!("/api/v1/webhooks/{}/deliveries", Uuid::from_u128(1));
    let page = house.get(Who::Ours("administrator"), &path).await.json();
    page["items"].as_array().unwrap().iter().rev().cloned().collect()
}

async fn subscribe(house: &House) {
    let path = format!("/api/v1/webhooks/{}", Uuid::from_u128(1));
    let body = json!({ "url": "https://127.0.0.1/x", "events": ["*"], "active": true });
    assert_eq!(house.put(Who::Ours("administrator"), &path, body).await.status, 200);
}

#[tokio::test]
async fn others_hear_that_it_was_answered_never_what_was_written() {
    for anonymous in [false, true] {
        let mut house = House::new().await;
        let (link, _) = invited(&mut house).await;
        subscribe(&house).await;
        let anonymously = if anonymous { "&anonymous=on" } else { "" };
        let fields = format!("lang=en&a.overall=1&a.suggestion=WRITTEN{anonymously}");
        assert_eq!(send(&house, &link, &fields).await.status, 303);
        let told = events(&house).await;
        let names: Vec<_> = told.iter().map(|it| it["event"].as_str().unwrap()).collect();
        let is_told = names.contains(&"evaluation.submitted") && names.contains(&"case.opened");
        assert_eq!(is_told, !anonymous, "{names:?}");
        // It would say when the answer was given.
        assert_eq!(names.contains(&"invitation.completed"), !anonymous, "{names:?}");
        let all = format!("{told:?}");
        assert!(!all.contains("WRITTEN"), "{all}");
        assert_eq!(all.contains(&Uuid::from_u128(61).to_string()), !anonymous, "{all}");
    }
}

#[tokio::test]
async fn who_has_no_address_is_asked_again_where_the_case_is_followed() {
    let house = House::new().await;
    let progress = complain(&house).await;
    let manager = Who::Ours("manager");
    let path = format!("/api/v1/cases/{}", only_case(&house).await["id"].as_str().unwrap());
    let own = json!({ "staff": house.people["manager"], "team": house.team, "reason": "值班" });
    let steps = [
        ("assign", own),
        ("start", json!({})),
        ("solve", json!({ "solution": "已补发" })),
        ("tell", json!({ "text": "已补发，明天送到", "how": "message" })),
    ];
    let early = send(&house, &progress, "say=evaluate").await;
    assert_eq!(early.headers[header::LOCATION].to_str().unwrap(), progress, "not asked yet");
    for (verb, body) in steps {
        let done = house.post(manager, &format!("{path}/{verb}"), body).await;
        assert_eq!(done.status, 200, "{verb}: {}", done.text);
    }
    assert!(open(&house, &progress, "zh-CN").await.text.contains("再次评价"));
    let seen = house.get(manager, &format!("{path}/page?lang=en")).await;
    assert!(seen.text.contains("已补发") && !seen.text.contains("Evaluate again"), "{}", seen.text);

    let asked = send(&house, &progress, "say=evaluate").await;
    let link = asked.headers[header::LOCATION].to_str().unwrap().to_owned();
    assert!(link.starts_with("/i/ours/"), "{link}");
    let again = send(&house, &progress, "say=evaluate").await;
    assert_eq!(again.headers[header::LOCATION], link, "coming back makes no other link");
    let elsewhere = link.replace("/i/ours/", "/i/theirs/");
    assert_eq!(open(&house, &elsewhere, "zh-CN").await.status, 404);
    assert_eq!(send(&house, &link, "lang=zh-CN&a.overall=5").await.status, 303);
    let all = evaluations(&house).await;
    assert_eq!(
        (&all[0]["round"], &all[0]["scores"]["csat"]),
        (&json!("after_rectification"), &json!(5))
    );
    let rows = house.get(manager, "/api/v1/ledgers/complaints").await.json();
    let row = &rows["items"][0];
    assert_eq!((&row["first_score"], &row["last_score"]), (&json!(1), &json!(5)));
    // Answered once, and the page asks no more.
    assert!(!open(&house, &progress, "zh-CN").await.text.contains("再次评价"));
}

#[tokio::test]
async fn an_anonymous_answer_leads_nowhere_from_its_invitation() {
    let mut house = House::new().await;
    let (link, _) = invited(&mut house).await;
    let sent = send(&house, &link, "lang=en&a.overall=2&anonymous=on").await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let it = invitation(&house).await;
    assert_eq!((&it["state"], &it["evaluation"]), (&json!("completed"), &Value::Null));
    assert!(evaluations(&house).await.is_empty(), "it waits for others");
    let over = open(&house, &link, "en").await;
    assert!(!over.text.contains("/p/ours/"), "{}", over.text);
}

#[tokio::test]
async fn an_opt_out_asks_first_and_a_link_that_is_over_says_so() {
    let mut house = House::new().await;
    let (link, opt_out) = invited(&mut house).await;
    let page = open(&house, &opt_out, "en").await;
    assert!(page.text.contains("No more invitations"), "{}", page.text);
    // What a mail program sends for one-click unsubscription (RFC 8058).
    let done = send(&house, &opt_out, "List-Unsubscribe=One-Click").await;
    assert_eq!(done.status, 200, "{}", done.text);
    house.becomes(|| at(NOW) + SignedDuration::from_hours(15 * 24)).await;
    worker::run_due(&house.app).await.unwrap();
    let expired = open(&house, &link, "en").await;
    assert_eq!(expired.status, 410, "{}", expired.text);
    assert_eq!(send(&house, &link, "lang=en&a.overall=5").await.status, 410);
    assert!(evaluations(&house).await.is_empty());
}
