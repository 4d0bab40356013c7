//! "You said, we did" (D06): what became of suggestions, for everybody to read.

use domain::handle::case::Case;
use domain::id::TenantId;
use domain::platform::role::Scope;
use domain::refusal::Refusal;
use domain::triage::Kind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::Read;
use store::handle::case_list::{Filter, Sort, Viewer, list};

use crate::Result;
use crate::platform::setting::{self, Setting};

/// The newest suggestions that are looked through.
const LOOKED_AT: i64 = 300;
/// Of those, how many are shown.
const SHOWN_MAX: usize = 30;
/// Characters of the customer's words.
const SAID_CHARS_MAX: usize = 200;

/// What of the company stands on public pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PublicPages {
    /// Whether there is a page of adopted suggestions at all.
    pub said_and_done: bool,
    /// Whether it shows the customers' own words, personal data taken out. Without it only what
    /// was done is told.
    pub customers_words: bool,
}

impl Default for PublicPages {
    fn default() -> Self {
        Self { said_and_done: true, customers_words: false }
    }
}

impl Setting for PublicPages {
    const KEY: &'static str = "public_pages";

    fn check(&self) -> Result<(), Refusal> {
        Ok(())
    }
}

/// One suggestion that was adopted and done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidAndDone {
    /// Empty where the company does not show customers' words.
    pub said: String,
    pub done: String,
    pub done_at: Timestamp,
}

/// The newest first. `None`: the company has no such page.
pub async fn said_and_done(conn: &mut Read, tenant: TenantId) -> Result<Option<Vec<SaidAndDone>>> {
    let pages: PublicPages = setting::get(conn, tenant).await?;
    if !pages.said_and_done {
        return Ok(None);
    }
    let everything = Viewer { scope: Scope::All, staff: None };
    let filter = Filter { kinds: vec![Kind::Suggestion], ..Filter::default() };
    let found = list(conn, tenant, &everything, &filter, Sort::Opened, None, LOOKED_AT).await?;
    let own = found.into_iter().map(|it| it.case).filter(|it| it.merged_into.is_none());
    let mut done: Vec<_> = own.filter_map(|it| told(&it, pages.customers_words)).collect();
    done.sort_by_key(|it| std::cmp::Reverse(it.done_at));
    done.truncate(SHOWN_MAX);
    Ok(Some(done))
}

fn told(case: &Case, with_words: bool) -> Option<SaidAndDone> {
    let outcome = case.outcome.as_ref().filter(|it| it.is_adopted())?;
    let result = outcome.result.as_ref()?;
    let said = if with_words { text::mask::mask(&case.said).text } else { String::new() };
    Some(SaidAndDone {
        said: said.chars().take(SAID_CHARS_MAX).collect(),
        done: text::mask::mask(&result.text).text,
        done_at: result.at,
    })
}
