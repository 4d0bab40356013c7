//! Which cases a list is asked for.

use std::str::FromStr;

use domain::id::{CustomerId, StaffId, TeamId};
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde::Deserialize;
use store::handle::case_list::{Filter, Sort};
use utoipa::IntoParams;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct CaseQuery {
    /// Several with commas, as in `new,accepted`.
    pub state: Option<String>,
    /// Several with commas.
    pub kind: Option<String>,
    /// Several with commas.
    pub priority: Option<String>,
    /// Several with commas.
    pub category: Option<String>,
    pub owner: Option<StaffId>,
    /// Only those nobody owns.
    pub unowned: Option<bool>,
    pub team: Option<TeamId>,
    pub customer: Option<CustomerId>,
    /// A running promise falls due before this.
    #[param(value_type = Option<String>, format = DateTime)]
    pub due_before: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub opened_from: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    pub opened_before: Option<Timestamp>,
    /// Only repeats within 30 days.
    pub repeats: Option<bool>,
    /// In the number, the customer's words or the solution.
    pub search: Option<String>,
    /// `opened` (newest first) or `due` (what falls due first, first).
    pub sort: Option<String>,
    /// `next` of the page before.
    pub after: Option<String>,
    /// 1 to 200; 50.
    pub limit: Option<u32>,
}

impl CaseQuery {
    pub fn filter(&self) -> Result<Filter, Refusal> {
        Ok(Filter {
            states: words(self.state.as_deref(), "state")?,
            kinds: words(self.kind.as_deref(), "kind")?,
            priorities: words(self.priority.as_deref(), "priority")?,
            categories: words(self.category.as_deref(), "category")?,
            owner: self.owner,
            unowned: self.unowned.unwrap_or(false),
            team: self.team,
            customer: self.customer,
            due_before: self.due_before,
            opened_from: self.opened_from,
            opened_before: self.opened_before,
            repeats_only: self.repeats.unwrap_or(false),
            unmerged: false,
            search: self.search.as_ref().map(|it| it.trim().to_lowercase()),
        })
    }

    pub fn sort(&self) -> Result<Sort, Refusal> {
        match self.sort.as_deref() {
            None | Some("opened") => Ok(Sort::Opened),
            Some("due") => Ok(Sort::Due),
            Some(_) => Err(Refusal::invalid("query").with("reason", "opened, due").at("sort")),
        }
    }
}

fn words<T: FromStr>(list: Option<&str>, field: &'static str) -> Result<Vec<T>, Refusal>
where
    T::Err: std::fmt::Display,
{
    let words = list.unwrap_or("").split(',').map(str::trim).filter(|it| !it.is_empty());
    let parsed: Result<Vec<T>, T::Err> = words.map(str::parse).collect();
    parsed.map_err(|it| Refusal::invalid("query").with("reason", it).at(field))
}
