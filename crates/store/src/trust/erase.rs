//! Taking what people wrote and who they were out of the rows. What is counted stays.

use domain::collect::evaluation::Evaluation;
use domain::handle::case::Case;
use domain::handle::event::CaseEvent;
use domain::id::{CustomerId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Query, Read, Write, like, sql};

/// What there is of a person, by ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traces {
    /// With those that turned out to be the same.
    pub customers: Vec<Uuid>,
    pub interactions: Vec<Uuid>,
    pub invitations: Vec<Uuid>,
    pub evaluations: Vec<Uuid>,
    pub cases: Vec<Uuid>,
    pub messages: Vec<Uuid>,
}

impl Traces {
    fn all(&self) -> impl Iterator<Item = Uuid> {
        let parts = [
            &self.customers,
            &self.interactions,
            &self.invitations,
            &self.evaluations,
            &self.cases,
            &self.messages,
        ];
        parts.into_iter().flatten().copied()
    }
}

/// Values in one list: both engines take more.
const LIST_MAX: usize = 5_000;

async fn ids(conn: &mut Read, query: Query) -> db::Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = query.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// Runs the statement that `of` makes for each part of a long list.
async fn each(tx: &mut Write, list: &[Uuid], of: impl Fn() -> Query) -> db::Result<u64> {
    let mut changed = 0;
    for part in list.chunks(LIST_MAX) {
        changed += of().push_list(part.iter().copied()).execute(tx).await?;
    }
    Ok(changed)
}

async fn found(
    conn: &mut Read,
    list: &[Uuid],
    into: &mut Vec<Uuid>,
    of: impl Fn() -> Query,
) -> db::Result<()> {
    for part in list.chunks(LIST_MAX) {
        let more = ids(conn, of().push_list(part.iter().copied())).await?;
        into.extend(more);
    }
    into.sort_unstable();
    into.dedup();
    Ok(())
}

/// Everything of a customer.
pub async fn of_customer(conn: &mut Read, tenant: TenantId, id: CustomerId) -> db::Result<Traces> {
    let mut it = Traces { customers: vec![id.0], ..Traces::default() };
    loop {
        let known = it.customers.clone();
        let merged =
            || sql("SELECT id FROM customer WHERE tenant_id = $1 AND merged_into IN ").bind(tenant);
        found(conn, &known, &mut it.customers, merged).await?;
        if it.customers == known {
            break;
        }
    }
    let customers = it.customers.clone();
    found(conn, &customers, &mut it.interactions, || {
        sql("SELECT id FROM interaction WHERE tenant_id = $1 AND customer_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &customers, &mut it.invitations, || {
        sql("SELECT id FROM invitation WHERE tenant_id = $1 AND customer_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &customers, &mut it.evaluations, || {
        sql("SELECT id FROM evaluation WHERE tenant_id = $1 AND customer_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &customers, &mut it.cases, || {
        sql("SELECT id FROM case_file WHERE tenant_id = $1 AND customer_id IN ").bind(tenant)
    })
    .await?;
    let interactions = it.interactions.clone();
    found(conn, &interactions, &mut it.invitations, || {
        sql("SELECT id FROM invitation WHERE tenant_id = $1 AND interaction_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &interactions, &mut it.evaluations, || {
        sql("SELECT id FROM evaluation WHERE tenant_id = $1 AND interaction_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &interactions, &mut it.cases, || {
        sql("SELECT id FROM case_file WHERE tenant_id = $1 AND interaction_id IN ").bind(tenant)
    })
    .await?;
    around(conn, tenant, &mut it).await?;
    Ok(it)
}

/// What hangs on the evaluations and cases that are known.
async fn around(conn: &mut Read, tenant: TenantId, it: &mut Traces) -> db::Result<()> {
    let invitations = it.invitations.clone();
    found(conn, &invitations, &mut it.evaluations, || {
        sql("SELECT id FROM evaluation WHERE tenant_id = $1 AND invitation_id IN ").bind(tenant)
    })
    .await?;
    let evaluations = it.evaluations.clone();
    found(conn, &evaluations, &mut it.cases, || {
        sql("SELECT id FROM case_file WHERE tenant_id = $1 AND evaluation_id IN ").bind(tenant)
    })
    .await?;
    let cases = it.cases.clone();
    found(conn, &cases, &mut it.evaluations, || {
        sql("SELECT id FROM evaluation WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &cases, &mut it.invitations, || {
        sql("SELECT id FROM invitation WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    let (customers, invitations) = (it.customers.clone(), it.invitations.clone());
    found(conn, &customers, &mut it.messages, || {
        sql("SELECT id FROM message WHERE tenant_id = $1 AND customer_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &cases, &mut it.messages, || {
        sql("SELECT id FROM message WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &invitations, &mut it.messages, || {
        sql("SELECT id FROM message WHERE tenant_id = $1 AND invitation_id IN ").bind(tenant)
    })
    .await
}

/// What one evaluation left, for the end of its time: itself, its invitation, the case it opened.
pub async fn of_evaluation(
    conn: &mut Read,
    tenant: TenantId,
    it: &Evaluation,
) -> db::Result<Traces> {
    let mut traces = Traces {
        evaluations: vec![it.id.0],
        invitations: it.invitation.iter().map(|it| it.0).collect(),
        ..Traces::default()
    };
    found(conn, &[it.id.0], &mut traces.cases, || {
        sql("SELECT id FROM case_file WHERE tenant_id = $1 AND evaluation_id IN ").bind(tenant)
    })
    .await?;
    let (cases, invitations) = (traces.cases.clone(), traces.invitations.clone());
    found(conn, &cases, &mut traces.messages, || {
        sql("SELECT id FROM message WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    found(conn, &invitations, &mut traces.messages, || {
        sql("SELECT id FROM message WHERE tenant_id = $1 AND invitation_id IN ").bind(tenant)
    })
    .await?;
    Ok(traces)
}

/// Cases among these that are not closed.
pub async fn open_cases(
    conn: &mut Read,
    tenant: TenantId,
    cases: &[Uuid],
) -> db::Result<Vec<String>> {
    let mut open = vec![];
    for part in cases.chunks(LIST_MAX) {
        let rows: Vec<(String,)> = sql("
            SELECT number FROM case_file
            WHERE tenant_id = $1 AND state <> 'closed' AND merged_into IS NULL AND id IN ")
        .bind(tenant)
        .push_list(part.iter().copied())
        .fetch_all(conn)
        .await?;
        open.extend(rows.into_iter().map(|it| it.0));
    }
    Ok(open)
}

/// Evaluations by this form from before `until` that nothing was erased of yet, oldest first, those
/// whose case is still open left out.
pub async fn due(
    conn: &mut Read,
    tenant: TenantId,
    form: Uuid,
    until: Timestamp,
    limit: i64,
) -> db::Result<Vec<Uuid>> {
    let query = sql("
        SELECT e.id FROM evaluation e
        WHERE e.tenant_id = $1 AND e.form_id = $2 AND e.submitted_ms < $3
            AND NOT EXISTS (
                SELECT 1 FROM ledger_tombstone t
                WHERE t.tenant_id = $1 AND t.subject_id = e.id AND t.thing = 'evaluation')
            AND NOT EXISTS (
                SELECT 1 FROM case_file c
                WHERE c.tenant_id = $1 AND c.evaluation_id = e.id AND c.state <> 'closed'
                    AND c.merged_into IS NULL)
        ORDER BY e.submitted_ms, e.id
        LIMIT $4");
    ids(conn, query.bind(tenant).bind(form).bind(until).bind(limit)).await
}

/// Writes the evaluation over what it was.
pub async fn put_evaluation(tx: &mut Write, tenant: TenantId, it: &Evaluation) -> db::Result<()> {
    sql("
        UPDATE evaluation SET customer_id = $3, answers = $4, comment = $5
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(it.id)
    .bind(it.customer)
    .bind(it.answers.clone())
    .bind(it.comment.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

/// Writes the case and its time line over what they were. `search` is what lists look in.
pub async fn put_case(
    tx: &mut Write,
    tenant: TenantId,
    case: &Case,
    events: &[CaseEvent],
    search: &str,
) -> db::Result<()> {
    for (seq, event) in (1_i64..).zip(events) {
        sql("UPDATE case_event SET event = $4 WHERE tenant_id = $1 AND case_id = $2 AND seq = $3")
            .bind(tenant)
            .bind(case.id)
            .bind(seq)
            .bind(db::to_json(event))
            .execute(tx)
            .await?;
    }
    sql("
        UPDATE case_file SET customer_id = NULL, search = $3, snapshot = $4
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(case.id)
    .bind(search)
    .bind(db::to_json(case))
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes out everything but evaluations and cases, which [`put_evaluation`] and [`put_case`] write.
/// `words` are the person's name, contacts and numbers: rows of imports that hold one go.
pub async fn forget(
    tx: &mut Write,
    tenant: TenantId,
    it: &Traces,
    words: &[String],
) -> db::Result<()> {
    each(tx, &it.interactions, || {
        sql("
            UPDATE interaction SET external_id = NULL, customer_id = NULL, subject = NULL,
                transcript = NULL, fields = $2
            WHERE tenant_id = $1 AND id IN ")
        .bind(tenant)
        .bind(serde_json::json!({}))
    })
    .await?;
    each(tx, &it.invitations, || {
        sql("UPDATE invitation SET recipient = '', customer_id = NULL WHERE tenant_id = $1 AND id IN ")
            .bind(tenant)
    })
    .await?;
    // What was planned is not sent to nobody.
    each(tx, &it.invitations, || {
        sql("
            UPDATE invitation SET state = 'suppressed', because = 'no_customer'
            WHERE tenant_id = $1 AND state = 'planned' AND id IN ")
        .bind(tenant)
    })
    .await?;
    each(tx, &it.invitations, || {
        sql("DELETE FROM invitation_token WHERE tenant_id = $1 AND invitation_id IN ").bind(tenant)
    })
    .await?;
    forget_messages(tx, tenant, it).await?;
    each(tx, &it.evaluations, || {
        sql("DELETE FROM progress_link WHERE tenant_id = $1 AND evaluation_id IN ").bind(tenant)
    })
    .await?;
    each(tx, &it.cases, || {
        sql("DELETE FROM progress_link WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    forget_imports(tx, tenant, it, words).await?;
    each(tx, &it.customers, || {
        sql("DELETE FROM customer WHERE tenant_id = $1 AND id IN ").bind(tenant)
    })
    .await?;
    Ok(())
}

/// What was sent or waits to be, and what staff was told.
async fn forget_messages(tx: &mut Write, tenant: TenantId, it: &Traces) -> db::Result<()> {
    let deliveries = deliveries(tx, tenant, it).await?;
    each(tx, &it.messages, || {
        sql("DELETE FROM message WHERE tenant_id = $1 AND id IN ").bind(tenant)
    })
    .await?;
    each(tx, &deliveries, || {
        sql("DELETE FROM webhook_delivery WHERE tenant_id = $1 AND id IN ").bind(tenant)
    })
    .await?;
    for list in [&it.messages, &deliveries, &it.invitations, &it.cases] {
        each(tx, list, || sql("DELETE FROM job WHERE tenant_id = $1 AND subject IN ").bind(tenant))
            .await?;
        each(tx, list, || {
            sql("DELETE FROM timer WHERE tenant_id = $1 AND subject IN ").bind(tenant)
        })
        .await?;
    }
    each(tx, &it.cases, || {
        sql("DELETE FROM staff_notice WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    each(tx, &it.cases, || {
        sql("DELETE FROM notice WHERE tenant_id = $1 AND case_id IN ").bind(tenant)
    })
    .await?;
    Ok(())
}

/// Deliveries that speak of any of it: their payload names an id.
async fn deliveries(conn: &mut Read, tenant: TenantId, it: &Traces) -> db::Result<Vec<Uuid>> {
    const PAGE: i64 = 1_000;
    let names: std::collections::HashSet<String> = it.all().map(|it| it.to_string()).collect();
    let (mut found, mut after) = (vec![], Uuid::nil());
    loop {
        let rows: Vec<(Uuid, serde_json::Value)> = sql("
            SELECT id, payload FROM webhook_delivery
            WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind(tenant)
        .bind(after)
        .bind(PAGE)
        .fetch_all(conn)
        .await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.0;
        let speaks = |it: &(Uuid, serde_json::Value)| names_any(&it.1, &names);
        found.extend(rows.iter().filter(|it| speaks(it)).map(|it| it.0));
    }
}

fn names_any(value: &serde_json::Value, names: &std::collections::HashSet<String>) -> bool {
    match value {
        serde_json::Value::String(text) => names.contains(text),
        serde_json::Value::Array(items) => items.iter().any(|it| names_any(it, names)),
        serde_json::Value::Object(fields) => fields.values().any(|it| names_any(it, names)),
        _ => false,
    }
}

async fn forget_imports(
    tx: &mut Write,
    tenant: TenantId,
    it: &Traces,
    words: &[String],
) -> db::Result<()> {
    let all: Vec<Uuid> = it.all().collect();
    each(tx, &all, || {
        sql("DELETE FROM import_key WHERE tenant_id = $1 AND thing_id IN ").bind(tenant)
    })
    .await?;
    for word in words {
        // As it stands in JSON.
        let text = serde_json::Value::from(word.as_str()).to_string();
        let pattern = format!("%{}%", like(text.trim_matches('"')));
        sql("
            DELETE FROM import_bad_row
            WHERE tenant_id = $1 AND CAST(cells AS TEXT) LIKE $2 ESCAPE '\\'")
        .bind(tenant)
        .bind(pattern.as_str())
        .execute(tx)
        .await?;
        sql("
            DELETE FROM import_event
            WHERE tenant_id = $1 AND CAST(cells AS TEXT) LIKE $2 ESCAPE '\\'")
        .bind(tenant)
        .bind(pattern.as_str())
        .execute(tx)
        .await?;
    }
    Ok(())
}

/// Imports of the tenant that ended: their files are not needed any more.
pub async fn ended_imports(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Uuid>> {
    let query = sql("SELECT id FROM import WHERE tenant_id = $1 AND ended_ms IS NOT NULL");
    ids(conn, query.bind(tenant)).await
}
