//! Lists of cases: filtered in SQL by what the reader may see, paged by key, with totals that
//! reconcile with the filter.

use domain::handle::case::{Case, State};
use domain::id::{CategoryId, CustomerId, StaffId, TeamId, TenantId};
use domain::platform::role::Scope;
use domain::triage::{Kind, Priority};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Query, Read, sql};

/// What a list shows. Empty lists and `None` ask for nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub states: Vec<State>,
    pub kinds: Vec<Kind>,
    pub priorities: Vec<Priority>,
    pub categories: Vec<CategoryId>,
    pub owner: Option<StaffId>,
    /// Only those nobody owns.
    pub unowned: bool,
    pub team: Option<TeamId>,
    pub customer: Option<CustomerId>,
    /// A promise falls due before this.
    pub due_before: Option<Timestamp>,
    pub opened_from: Option<Timestamp>,
    pub opened_before: Option<Timestamp>,
    pub repeats_only: bool,
    /// Without what was merged into another case.
    pub unmerged: bool,
    /// Somewhere in number, words or answers; lower case.
    pub search: Option<String>,
}

/// What lists are sorted by; ties by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Newest first.
    Opened,
    /// What falls due first, first; without a running promise last.
    Due,
}

/// Sorts after every deadline there can be.
const NEVER_MS: i64 = i64::MAX;

/// Whose list it is.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub scope: Scope,
    /// The member of staff; complaints about this person are left out.
    pub staff: Option<StaffId>,
}

/// A case in a list, with the key of its place.
#[derive(Debug, Clone)]
pub struct Listed {
    pub case: Case,
    pub next_due: Option<Timestamp>,
    pub key: (i64, Uuid),
}

/// Where a page begins: at a place of the sort key, and within its ties after an id.
#[derive(Debug, Clone, Copy)]
enum Place {
    First,
    /// Among those of the same key.
    Tie(i64, Uuid),
    /// Behind all of that key.
    Behind(i64),
}

/// At most `limit`, after the place `after`.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    viewer: &Viewer,
    filter: &Filter,
    sort: Sort,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Listed>> {
    let Some((key, id)) = after else {
        return page(conn, tenant, (viewer, filter), sort, Place::First, limit).await;
    };
    let from = Place::Tie(key, id);
    let mut found = page(conn, tenant, (viewer, filter), sort, from, limit).await?;
    let left = limit - i64::try_from(found.len()).unwrap_or(limit);
    if 0 < left {
        let from = Place::Behind(key);
        found.extend(page(conn, tenant, (viewer, filter), sort, from, left).await?);
    }
    Ok(found)
}

/// Each of these finds its place in an index: a pair with an expression in it, SQLite would not.
async fn page(
    conn: &mut Read,
    tenant: TenantId,
    (viewer, filter): (&Viewer, &Filter),
    sort: Sort,
    from: Place,
    limit: i64,
) -> db::Result<Vec<Listed>> {
    let query =
        sql("SELECT id, opened_ms, next_due_ms, snapshot FROM case_file WHERE tenant_id = $1")
            .bind(tenant);
    let query = matching(query, viewer, filter);
    let [key, order, tie, behind, by_id] = match sort {
        Sort::Opened => ["opened_ms", " DESC, ", " AND id < ", " < ", "id DESC LIMIT "],
        Sort::Due => [by_deadline(filter), ", ", " AND id > ", " > ", "id LIMIT "],
    };
    let query = match from {
        Place::First => query,
        Place::Tie(at, id) => {
            query.push(" AND ").push(key).push(" = ").push_bind(at).push(tie).push_bind(id)
        }
        Place::Behind(at) => query.push(" AND ").push(key).push(behind).push_bind(at),
    };
    let query = match from {
        Place::Tie(..) => query.push(" ORDER BY "),
        Place::First | Place::Behind(_) => query.push(" ORDER BY ").push(key).push(order),
    };
    let query = query.push(by_id);
    let rows: Vec<(Uuid, i64, Option<i64>, serde_json::Value)> =
        query.push_bind(limit).fetch_all(conn).await?;
    let listed = |(id, opened_ms, next_due_ms, snapshot): (_, _, Option<i64>, _)| {
        let key = match sort {
            Sort::Opened => opened_ms,
            Sort::Due => next_due_ms.unwrap_or(NEVER_MS),
        };
        Ok(Listed {
            case: db::json(snapshot)?,
            next_due: db::time_maybe(next_due_ms)?,
            key: (key, id),
        })
    };
    rows.into_iter().map(listed).collect()
}

/// The deadline as it sorts, as the index of deadlines has it. Of one person or customer there are few
/// cases: then not as the index has it, or SQLite would walk everybody's to spare itself the sorting.
fn by_deadline(filter: &Filter) -> &'static str {
    if filter.owner.is_some() || filter.customer.is_some() {
        "coalesce(next_due_ms, 9223372036854775807) + 0"
    } else {
        "coalesce(next_due_ms, 9223372036854775807)"
    }
}

/// How many there are, by state and kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub state: State,
    pub kind: Kind,
    pub count: i64,
    /// Of these, with a promise that is broken at `now`.
    pub overdue: i64,
}

pub async fn totals(
    conn: &mut Read,
    tenant: TenantId,
    viewer: &Viewer,
    filter: &Filter,
    now: Timestamp,
) -> db::Result<Vec<Total>> {
    let query = sql("
        SELECT state, kind, count(*), count(*) FILTER (WHERE next_due_ms < $2)
        FROM case_file WHERE tenant_id = $1")
    .bind(tenant)
    .bind(now);
    let query = matching(query, viewer, filter);
    let rows: Vec<(String, String, i64, i64)> =
        query.push(" GROUP BY state, kind ORDER BY state, kind").fetch_all(conn).await?;
    let total = |(state, kind, count, overdue)| {
        Ok(Total { state: db::word(state)?, kind: db::word(kind)?, count, overdue })
    };
    rows.into_iter().map(total).collect()
}

/// How many there are, counted to `most` and no further: what that costs does not grow with the past.
pub async fn count(
    conn: &mut Read,
    tenant: TenantId,
    viewer: &Viewer,
    filter: &Filter,
    most: i64,
) -> db::Result<i64> {
    let query = sql("SELECT count(*) FROM (SELECT 1 FROM case_file WHERE tenant_id = $1");
    let query = matching(query.bind(tenant), viewer, filter);
    query.push(" LIMIT ").push_bind(most).push(") AS counted").fetch_i64(conn).await
}

fn matching(query: Query, viewer: &Viewer, filter: &Filter) -> Query {
    let Filter {
        states,
        kinds,
        priorities,
        categories,
        owner,
        unowned,
        team,
        customer,
        due_before,
        opened_from,
        opened_before,
        repeats_only,
        unmerged,
        search,
    } = filter;
    let mut query = visible(query, viewer);
    query = any_of(query, " AND state IN (", states.iter().map(|it| it.code()));
    query = any_of(query, " AND kind IN (", kinds.iter().map(|it| it.code()));
    query = any_of(query, " AND priority IN (", priorities.iter().map(|it| it.code()));
    query = any_of(query, " AND category_id IN (", categories.iter().copied());
    if let Some(owner) = owner {
        query = query.push(" AND owner_id = ").push_bind(*owner);
    }
    if *unowned {
        query = query.push(" AND owner_id IS NULL");
    }
    if let Some(team) = team {
        query = query.push(" AND team_id = ").push_bind(*team);
    }
    if let Some(customer) = customer {
        query = query.push(" AND customer_id = ").push_bind(*customer);
    }
    if let Some(before) = due_before {
        query = query.push(" AND next_due_ms < ").push_bind(*before);
    }
    if let Some(from) = opened_from {
        query = query.push(" AND opened_ms >= ").push_bind(*from);
    }
    if let Some(before) = opened_before {
        query = query.push(" AND opened_ms < ").push_bind(*before);
    }
    if *repeats_only {
        query = query.push(" AND repeat_of IS NOT NULL");
    }
    if *unmerged {
        query = query.push(" AND merged_into IS NULL");
    }
    if let Some(search) = search {
        let escaped = search.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.push(" AND search LIKE ").push_bind(format!("%{escaped}%"));
        query = query.push(" ESCAPE '\\'");
    }
    query
}

/// Only what is within the viewer's reach, and no complaint about the viewer.
fn visible(mut query: Query, viewer: &Viewer) -> Query {
    if let Some(staff) = viewer.staff {
        query = query
            .push(
                " AND NOT (kind IN ('issue', 'complaint') AND id IN (SELECT case_id FROM case_staff
                    WHERE case_staff.tenant_id = $1 AND part = 'about' AND case_staff.staff_id = ",
            )
            .push_bind(staff)
            .push("))");
    }
    match &viewer.scope {
        Scope::All => query,
        // One's own, and what waits in the queue of one's team.
        Scope::Own(me) => mine(query.push(" AND ("), *me)
            .push(
                " OR (owner_id IS NULL AND team_id = (SELECT staff.team_id FROM staff
                    WHERE staff.tenant_id = $1 AND staff.id = ",
            )
            .push_bind(*me)
            .push(")))"),
        Scope::Teams(teams, me) => {
            query = mine(query.push(" AND ("), *me);
            any_of(query, " OR team_id IN (", teams.iter().copied()).push(")")
        }
    }
}

fn mine(query: Query, me: StaffId) -> Query {
    query
        .push("owner_id = ")
        .push_bind(me)
        .push(
            " OR id IN (SELECT case_id FROM case_staff
                WHERE case_staff.tenant_id = $1 AND part <> 'about' AND case_staff.staff_id = ",
        )
        .push_bind(me)
        .push(")")
}

/// Nothing where the list is empty.
fn any_of<T: Into<db::Param>>(
    mut query: Query,
    opening: &'static str,
    values: impl Iterator<Item = T>,
) -> Query {
    let mut is_first = true;
    for value in values {
        query = query.push(if is_first { opening } else { ", " }).push_bind(value);
        is_first = false;
    }
    if is_first { query } else { query.push(")") }
}
