//! Everything that happened with one customer, in one line of time (J01).

use domain::id::{CustomerId, StaffId, TenantId};
use domain::platform::role::Scope;
use uuid::Uuid;

use crate::db::{self, Query, Read, sql};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Happened {
    /// `interaction`, `evaluation` or `case`.
    pub thing: String,
    pub id: Uuid,
    pub at_ms: i64,
    /// The channel of an interaction, the round of an evaluation, the kind of a case.
    pub word: String,
    /// The subject, the comment, the number.
    pub text: Option<String>,
    /// Of an evaluation, 1 to 5.
    pub csat: Option<i64>,
    /// Of a case.
    pub state: Option<String>,
}

const OF_CUSTOMER: &str = " IN (SELECT id FROM customer WHERE tenant_id = $1 AND id = $2
    UNION ALL SELECT id FROM customer WHERE tenant_id = $1 AND merged_into = $2)";

/// Whom a complaint is about does not see it, nor what it was made of.
const NOT_ABOUT: &str = " NOT IN (SELECT s.case_id FROM case_staff s
    JOIN case_file f ON f.tenant_id = s.tenant_id AND f.id = s.case_id
    WHERE s.tenant_id = $1 AND s.part = 'about' AND f.kind IN ('complaint', 'issue')
        AND s.staff_id = $3)";

/// Newest first: what the customer, and who was merged into it, had to do with us, as far as
/// `scope` reaches. `me` is the reader, if a member of staff.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    customer: CustomerId,
    (scope, me): (&Scope, Option<StaffId>),
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> db::Result<Vec<Happened>> {
    let query = sql("
        SELECT thing, id, at_ms, word, text, csat, state FROM (
        SELECT 'interaction' AS thing, i.id, i.started_ms AS at_ms, i.channel AS word,
            i.subject AS text, CAST(NULL AS BIGINT) AS csat, CAST(NULL AS TEXT) AS state
        FROM interaction i WHERE i.tenant_id = $1 AND i.customer_id")
    .bind(tenant)
    .bind(customer)
    .bind(me)
    .push(OF_CUSTOMER);
    let query = within(query, scope, "i.team_id", "i.staff_id").push(
        "
        UNION ALL
        SELECT 'evaluation', e.id, e.submitted_ms, e.round, e.comment, e.csat, NULL
        FROM evaluation e WHERE e.tenant_id = $1 AND e.customer_id",
    );
    let query =
        query.push(OF_CUSTOMER).push(" AND (e.case_id IS NULL OR e.case_id").push(NOT_ABOUT);
    let query = within(query.push(")"), scope, "e.team_id", "e.staff_id").push(
        "
        UNION ALL
        SELECT 'case', c.id, c.opened_ms, c.kind, c.number, NULL, c.state
        FROM case_file c WHERE c.tenant_id = $1 AND c.customer_id",
    );
    let query = query.push(OF_CUSTOMER).push(" AND c.id").push(NOT_ABOUT);
    let mut query = within(query, scope, "c.team_id", "c.owner_id").push(") happened");
    if let Some((at_ms, id)) = after {
        query = query.push(" WHERE (at_ms, id) < (").push_bind(at_ms).push(", ");
        query = query.push_bind(id).push(")");
    }
    query.push(" ORDER BY at_ms DESC, id DESC LIMIT ").push_bind(limit).fetch_all(conn).await
}

fn within(query: Query, scope: &Scope, team: &'static str, staff: &'static str) -> Query {
    match scope {
        Scope::All => query,
        Scope::Own(me) => query.push(" AND ").push(staff).push(" = ").push_bind(*me),
        Scope::Teams(teams, me) => {
            let query = query.push(" AND (").push(team).push(" IN ");
            let query = query.push_list(teams.iter().copied()).push(" OR ").push(staff);
            query.push(" = ").push_bind(*me).push(")")
        }
    }
}
