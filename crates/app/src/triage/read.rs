//! Reading what customers write, each company with its own code book of topics.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};

use domain::id::TenantId;
use store::Read;
use text::similar::same_issue;
use text::{Reader, Reading};

use super::topic::Topics;
use crate::Result;
use crate::platform::setting;

/// Readers of companies with topics of their own that are kept at hand.
const KEPT_MAX: usize = 256;

static READER: LazyLock<Reader> = LazyLock::new(Reader::new);
/// With what they were made of, so that a change of the setting makes a new one.
static OWN: LazyLock<Mutex<BTreeMap<TenantId, (Topics, Reader)>>> = LazyLock::new(Mutex::default);

/// The reader with the company's topics.
pub async fn reader(conn: &mut Read, tenant: TenantId) -> Result<Reader> {
    let topics: Topics = setting::get(conn, tenant).await?;
    if topics == Topics::default() {
        return Ok(READER.clone());
    }
    let mut own = OWN.lock().expect("nothing panics while it is held");
    if let Some((of, reader)) = own.get(&tenant)
        && *of == topics
    {
        return Ok(reader.clone());
    }
    // A code book that an older version let pass must not stop the house.
    let Ok(book) = topics.code_book() else { return Ok(READER.clone()) };
    let reader = Reader::with_code_book(book);
    if KEPT_MAX <= own.len() {
        own.clear();
    }
    own.insert(tenant, (topics, reader.clone()));
    Ok(reader)
}

/// What is read in a text; `None` where nothing is written.
pub async fn read(conn: &mut Read, tenant: TenantId, said: &str) -> Result<Option<Reading>> {
    let said = said.trim();
    if said.is_empty() {
        return Ok(None);
    }
    Ok(Some(reader(conn, tenant).await?.read(said)))
}

/// Whether two texts of one customer speak of the same problem.
pub fn is_same_problem(earlier: &str, later: &str) -> bool {
    let topics = |said| READER.read(said).topics.into_iter().map(|it| it.code).collect::<Vec<_>>();
    let (before, after) = (topics(earlier), topics(later));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    same_issue(earlier, &before, later, &after).same
}
