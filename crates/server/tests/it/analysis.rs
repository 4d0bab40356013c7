//! Figures with their honesty: how many were asked, what changed, and for whom.

use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Invitation, State};
use domain::collect::round::Round;
use domain::id::InvitationId;
use domain::language::Language;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use store::collect::invitation;
use uuid::Uuid;

use crate::harness::{House, NOW, Who, at};

const MANAGER: Who<'_> = Who::Ours("manager");

/// Somebody of the team was asked then, by the standard form; and answered, or not.
async fn asked(house: &House, n: u128, when: Timestamp, answered: bool) {
    let made = Invitation {
        id: InvitationId(Uuid::from_u128(n)),
        round: Round::First,
        about: About::Relationship,
        customer: None,
        staff: None,
        team: Some(house.team),
        form: "standard".to_owned(),
        channel: Channel::Email,
        recipient: String::new(),
        language: Language::Chinese,
        state: if answered { State::Completed } else { State::Delivered },
        because: None,
        happened: when,
        planned: when,
        due: when,
        sent: Some(when),
        delivered: Some(when),
        opened: None,
        started: None,
        completed: answered.then_some(when),
        reminded: None,
        expires: None,
        evaluation: None,
    };
    let mut tx = house.app.db.write().await.unwrap();
    assert!(invitation::insert(&mut tx, house.ours, &made).await.unwrap());
    tx.commit().await.unwrap();
}

async fn csat(house: &House, more: &str) -> Value {
    let path = format!("/api/v1/figures/csat?from=2026-09-01&to=2026-09-30{more}");
    let reply = house.get(MANAGER, &path).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[tokio::test]
async fn a_score_says_how_many_of_those_asked_answered_in_all_and_by_part() {
    let house = House::new().await;
    let form = house.get(MANAGER, "/api/v1/forms?limit=50").await.json();
    let form = form["items"].as_array().unwrap_or_else(|| form.as_array().unwrap());
    let form = form.iter().find(|it| it["key"] == "standard").unwrap()["id"].clone();
    for n in 1..=3 {
        let body = json!({ "form": form, "round": "first", "answers": { "overall": 5 - n % 2 },
            "staff": house.people["agent"] });
        let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(n));
        assert_eq!(house.put(MANAGER, &path, body).await.status, 201);
    }
    for n in 1..=8 {
        asked(&house, n, at(NOW) - SignedDuration::from_hours(2), n <= 3).await;
    }
    asked(&house, 9, at(NOW) - SignedDuration::from_hours(24 * 40), true).await;

    let whole = csat(&house, "").await;
    let of = |it: &Value| (it["numerator"].clone(), it["denominator"].clone());
    assert_eq!(of(&whole["response"]), (json!(3), json!(8)), "{whole}");
    assert!(whole["sentence"].as_str().unwrap().ends_with("回收率 37.5%（3/8）。"), "{whole}");
    let other = csat(&house, &format!("&form={}", Uuid::from_u128(77))).await;
    assert_eq!(of(&other["response"]), (json!(0), json!(0)), "nobody was asked by that form");
    let same = csat(&house, &format!("&form={}", form.as_str().unwrap())).await;
    assert_eq!(of(&same["response"]), (json!(3), json!(8)));

    for split in ["team", "form", "round"] {
        let split = csat(&house, &format!("&split={split}")).await;
        let part = &split["parts"][0];
        assert_eq!(of(&part["figure"]), (json!(3), json!(3)), "{split}");
        assert_eq!(of(&part["response"]), (json!(3), json!(8)), "{split}");
        assert_eq!(part["change"]["verdict"], "unknown", "nobody answered in the month before");
    }
    let days = csat(&house, "&split=day").await;
    assert_eq!(days["parts"][0]["change"], Value::Null);
    assert_eq!(of(&days["parts"][0]["response"]), (json!(3), json!(8)));
    let kinds = csat(&house, "&split=kind").await;
    assert_eq!(kinds["parts"][0]["response"], Value::Null, "an invitation has no kind");
    let lines = async |query: &str| {
        let path = format!("/api/v1/figures/csat/trend?from=2026-09-01&to=2026-09-30{query}");
        house.get(MANAGER, &path).await
    };
    let found = lines("&split=day&by=staff").await.json();
    let line = &found["lines"][0];
    assert_eq!((&found["lines"].as_array().unwrap().len(), &found["more"]), (&1, &json!(0)));
    assert_eq!(line["id"].as_str(), Some(house.people["agent"].to_string().as_str()));
    assert_eq!(of(&line["total"]), (json!(3), json!(3)));
    assert_eq!(
        (&found["dates"][0], &line["values"], &line["counts"]),
        (&days["parts"][0]["word"], &json!([1.0]), &json!([3]))
    );
    let refused = async |query: &str| lines(query).await.json()["code"].clone();
    assert_eq!(refused("&split=day").await, "split_unknown", "whose lines?");
    assert_eq!(refused("&split=day&by=day").await, "split_unknown");
    assert_eq!(refused("&split=team&by=staff").await, "split_unknown");
    let long = "/api/v1/figures/csat/trend?from=2026-01-01&to=2026-04-11&by=staff&split=";
    assert_eq!(house.get(MANAGER, &format!("{long}day")).await.json()["code"], "period");
    assert_eq!(house.get(MANAGER, &format!("{long}month")).await.status, 200);

    let asked = house
        .get(MANAGER, "/api/v1/figures/response_rate?from=2026-09-01&to=2026-09-30&split=form")
        .await
        .json();
    assert_eq!(asked["response"], Value::Null);
    assert_eq!(asked["parts"][0]["id"], form);
}
