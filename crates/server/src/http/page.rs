//! Lists by pages. A page names where it ended, so rows that come in meanwhile shift nothing.

use data_encoding::BASE64URL_NOPAD;
use domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub const LIMIT_MAX: u32 = 200;
const LIMIT: u32 = 50;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it back as `after` for the next page; `null` on the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` rows out of `rows`, which holds one more if there is more.
    /// `key` is what the list is sorted by.
    pub fn new<K: Serialize>(mut rows: Vec<T>, limit: i64, key: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = limit < rows.len();
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|it| cursor(&key(it)));
        Self { items: rows, next }
    }
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(each).collect(), next: self.next }
    }
}

/// How many rows were asked for.
pub fn limit(asked: Option<u32>) -> Result<i64, Refusal> {
    match asked.unwrap_or(LIMIT) {
        limit @ 1..=LIMIT_MAX => Ok(i64::from(limit)),
        _ => Err(Refusal::invalid("limit").with("max", LIMIT_MAX).at("limit")),
    }
}

fn cursor(key: &impl Serialize) -> String {
    BASE64URL_NOPAD.encode(&serde_json::to_vec(key).expect("keys are plain data"))
}

/// The key in a cursor that [`Page::new`] made.
pub fn after<K: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<K>, Refusal> {
    let Some(cursor) = cursor else { return Ok(None) };
    let bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).ok();
    match bytes.and_then(|it| serde_json::from_slice(&it).ok()) {
        Some(key) => Ok(Some(key)),
        None => Err(Refusal::invalid("cursor").at("after")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_the_next_begins() {
        let page = Page::new(vec![5, 4, 3], 2, |it| (*it, "id"));
        assert_eq!(page.items, [5, 4]);
        assert_eq!(after(page.next.as_deref()).unwrap(), Some((4, "id".to_owned())));
        assert!(Page::new(vec![5, 4], 2, |it| *it).next.is_none());
        assert_eq!(after::<i64>(Some("?")).unwrap_err().code, "cursor");
        assert_eq!(after::<i64>(None).unwrap(), None);
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
    }
}
