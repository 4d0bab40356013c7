//! What somebody with the whole database can do to find out whose an anonymous evaluation is: put
//! what was written into every order the tables give.

use domain::id::TenantId;

use crate::db::{self, Read, sql};

/// Every order of the evaluations' comments that can be read out of the database, by name.
pub async fn orders(
    conn: &mut Read,
    tenant: TenantId,
) -> db::Result<Vec<(&'static str, Vec<String>)>> {
    let orders = [
        (
            "as the table lies",
            sql("SELECT comment FROM evaluation WHERE tenant_id = $1 AND comment <> ''"),
        ),
        (
            "by id",
            sql("SELECT comment FROM evaluation WHERE tenant_id = $1 ORDER BY local_day, id"),
        ),
        (
            "by time, then as it lies",
            sql("SELECT comment FROM evaluation WHERE tenant_id = $1 ORDER BY submitted_ms"),
        ),
        (
            "by receipt",
            sql("SELECT comment FROM evaluation WHERE tenant_id = $1 ORDER BY local_day, receipt"),
        ),
        (
            "by place in the ledger",
            sql("SELECT e.comment FROM evaluation e
                JOIN ledger_leaf l ON l.tenant_id = e.tenant_id AND l.subject_id = e.id
                WHERE e.tenant_id = $1 ORDER BY l.place"),
        ),
        (
            "by the case it opened",
            sql("SELECT e.comment FROM evaluation e
                JOIN case_file c ON c.tenant_id = e.tenant_id AND c.evaluation_id = e.id
                WHERE e.tenant_id = $1 ORDER BY c.opened_ms, c.id"),
        ),
        (
            "by the number of the case",
            sql("SELECT e.comment FROM evaluation e
                JOIN case_file c ON c.tenant_id = e.tenant_id AND c.evaluation_id = e.id
                WHERE e.tenant_id = $1 ORDER BY c.local_day, c.number"),
        ),
        (
            "by the events of the case",
            sql("SELECT e.comment FROM evaluation e
                JOIN case_event v ON v.tenant_id = e.tenant_id AND v.case_id = e.case_id
                WHERE e.tenant_id = $1 AND v.seq = 1 ORDER BY v.at_ms, v.case_id"),
        ),
        (
            "by the link it is followed by",
            sql("SELECT e.comment FROM evaluation e
                JOIN progress_link p ON p.tenant_id = e.tenant_id AND p.evaluation_id = e.id
                WHERE e.tenant_id = $1 ORDER BY p.created_ms, p.token"),
        ),
    ];
    let mut found = vec![];
    for (name, query) in orders {
        let rows: Vec<(String,)> = query.bind(tenant).fetch_all(conn).await?;
        found.push((name, rows.into_iter().map(|it| it.0).collect()));
    }
    Ok(found)
}

/// Every order of the answered invitations' recipients, by name.
pub async fn people(
    conn: &mut Read,
    tenant: TenantId,
) -> db::Result<Vec<(&'static str, Vec<String>)>> {
    let orders = [
        (
            "by the end",
            sql("SELECT recipient FROM invitation WHERE tenant_id = $1 AND state = 'completed'
                ORDER BY completed_ms, started_ms, opened_ms"),
        ),
        (
            "by sending",
            sql("SELECT recipient FROM invitation WHERE tenant_id = $1 AND state = 'completed'
                ORDER BY sent_ms, id"),
        ),
    ];
    let mut found = vec![];
    for (name, query) in orders {
        let rows: Vec<(String,)> = query.bind(tenant).fetch_all(conn).await?;
        found.push((name, rows.into_iter().map(|it| it.0).collect()));
    }
    Ok(found)
}
