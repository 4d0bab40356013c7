//! Every route × stranger, wrong role, other company, right one: one table, complete by test.

mod analysis;
mod bounds;
pub mod case;
pub mod collect;
pub mod customer;
mod generated;
mod handle;
mod import;
mod invitation;
mod platform;
mod trust;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value;

use crate::harness::{House, Who};

/// One route and who may.
pub struct Route {
    pub method: &'static str,
    /// As documented, with `{id}`.
    pub pattern: &'static str,
    /// As asked; the thing in it is ours.
    pub path: String,
    pub body: Option<Value>,
    pub right: Right,
    /// What the right one gets.
    pub status: u16,
    /// What the other company's administrator gets, who may everything, but not here.
    pub theirs: Theirs,
}

pub enum Right {
    /// Anybody, also without signing in.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// This role may and that one may not.
    Role { may: &'static str, may_not: &'static str },
}

pub enum Theirs {
    /// There is no such thing for them.
    NotFound,
    /// They get (or make) their own: the answer holds nothing of ours. `PUT` of an id that we
    /// use makes a thing of theirs beside it.
    Own(u16),
}

/// Rooms make their things and list their routes.
async fn table(house: &House) -> Vec<Route> {
    let mut table = vec![];
    table.extend(analysis::routes());
    table.extend(collect::routes(house).await);
    table.extend(customer::routes(house).await);
    table.extend(invitation::routes(house).await);
    table.extend(handle::routes(house).await);
    table.extend(case::routes(house).await);
    table.extend(import::routes(house).await);
    table.extend(trust::routes(house).await);
    // Last: it ends the sessions the others are asked with.
    table.extend(platform::routes(house).await);
    table
}

#[tokio::test]
async fn a_stranger_enters_nowhere() {
    let house = House::new().await;
    for route in table(&house).await {
        let reply = house.send(Who::Stranger, route.method, &route.path, route.body).await;
        let name = format!("{} {}: {}", route.method, route.path, reply.text);
        match route.right {
            Right::Public => assert_ne!(reply.status, StatusCode::UNAUTHORIZED, "{name}"),
            _ => assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{name}"),
        }
    }
}

#[tokio::test]
async fn the_wrong_role_is_told_which_permission_is_missing() {
    let house = House::new().await;
    for route in table(&house).await {
        let Right::Role { may_not, .. } = route.right else { continue };
        let reply = house.send(Who::Ours(may_not), route.method, &route.path, route.body).await;
        let name = format!("{} {} as {may_not}: {}", route.method, route.path, reply.text);
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{name}");
        assert_eq!(reply.code(), "forbidden", "{name}");
    }
}

#[tokio::test]
async fn another_company_finds_nothing_of_ours() {
    let house = House::new().await;
    for route in table(&house).await {
        if matches!(route.right, Right::Public) {
            continue;
        }
        let reply = house.send(Who::Theirs, route.method, &route.path, route.body).await;
        let name = format!("{} {}: {}", route.method, route.path, reply.text);
        let expected = match route.theirs {
            Theirs::NotFound => 404,
            Theirs::Own(status) => status,
        };
        assert_eq!(reply.status.as_u16(), expected, "{name}");
        assert!(!reply.text.contains(&house.ours.to_string()), "{name}");
        assert!(!reply.text.contains("华东组"), "{name}");
    }
}

#[tokio::test]
async fn the_right_one_is_served() {
    let house = House::new().await;
    for route in table(&house).await {
        let who = match route.right {
            Right::Public => Who::Stranger,
            Right::SignedIn => Who::Ours("agent"),
            Right::Role { may, .. } => Who::Ours(may),
        };
        let reply = house.send(who, route.method, &route.path, route.body).await;
        let name = format!("{} {} as {who:?}: {}", route.method, route.path, reply.text);
        assert_eq!(reply.status.as_u16(), route.status, "{name}");
    }
}

#[tokio::test]
async fn no_documented_route_is_missing_from_the_table() {
    let house = House::new().await;
    let table = table(&house).await;
    let tested: BTreeSet<_> =
        table.iter().map(|it| format!("{} {}", it.method, it.pattern)).collect();
    let document = serde_json::to_value(server::http::openapi()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let missing: Vec<_> = documented.difference(&tested).collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    let unknown: Vec<_> = tested.difference(&documented).collect();
    assert!(unknown.is_empty(), "not documented: {unknown:#?}");
}
