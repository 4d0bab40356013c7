//! Reading the ledger: to prove, and to find what does not agree with it.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::collect::evaluation::Evaluation;
use domain::handle::event::CaseEvent;
use domain::id::{CaseId, TenantId};
use domain::trust::leaf::{self, Thing};
use domain::trust::tree::{Frontier, Hash, blocks};
use serde_json::Value;
use uuid::Uuid;

use super::erasure;
use super::ledger::{Leaf, LeafRow, Subject, as_i64, hash_of, leaf};
use crate::collect::evaluation;
use crate::db::{self, Read, sql};

/// How many leaves there are and how many wait for a place.
pub async fn counts(conn: &mut Read, tenant: TenantId) -> db::Result<(i64, i64)> {
    let row: Option<(i64, i64)> = sql("
        SELECT (SELECT count(*) FROM ledger_leaf WHERE tenant_id = $1),
            (SELECT count(*) FROM ledger_waiting WHERE tenant_id = $1)")
    .bind(tenant)
    .fetch_optional(conn)
    .await?;
    Ok(row.unwrap_or_default())
}

/// How many places are taken, by the newest leaf; 0 before the first.
pub async fn size(conn: &mut Read, tenant: TenantId) -> db::Result<u64> {
    let places = sql("SELECT COALESCE(MAX(place) + 1, 0) FROM ledger_leaf WHERE tenant_id = $1")
        .bind(tenant)
        .fetch_i64(conn)
        .await?;
    u64::try_from(places).map_err(db::corrupt)
}

/// The highest place of each kind of thing among the leaves from `first` on.
pub async fn newest(
    conn: &mut Read,
    tenant: TenantId,
    first: u64,
) -> db::Result<BTreeMap<Thing, u64>> {
    let rows: Vec<(String, i64)> = sql("
        SELECT thing, MAX(place) FROM ledger_leaf
        WHERE tenant_id = $1 AND place >= $2
        GROUP BY thing")
    .bind(tenant)
    .bind(as_i64(first))
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(thing, place)| Ok((db::word(thing)?, u64::try_from(place).map_err(db::corrupt)?)))
        .collect()
}

/// The leaf's place; `None`: it waits, or is not on record.
pub async fn place_of(
    conn: &mut Read,
    tenant: TenantId,
    subject: Subject,
) -> db::Result<Option<u64>> {
    let row: Option<(i64,)> = sql("
        SELECT place FROM ledger_leaf
        WHERE tenant_id = $1 AND subject_id = $2 AND thing = $3 AND seq = $4")
    .bind(tenant)
    .bind(subject.id)
    .bind(subject.thing.code())
    .bind(subject.seq)
    .fetch_optional(conn)
    .await?;
    row.map(|it| u64::try_from(it.0).map_err(db::corrupt)).transpose()
}

/// Leaves by place, from `first` on.
pub async fn leaves(
    conn: &mut Read,
    tenant: TenantId,
    first: u64,
    limit: i64,
) -> db::Result<Vec<(u64, Leaf)>> {
    let rows: Vec<(i64, Uuid, String, i64, Vec<u8>)> = sql("
        SELECT place, subject_id, thing, seq, hash FROM ledger_leaf
        WHERE tenant_id = $1 AND place >= $2
        ORDER BY place
        LIMIT $3")
    .bind(tenant)
    .bind(as_i64(first))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    let one = |(place, id, thing, seq, hash): (i64, _, _, _, _)| {
        let row: LeafRow = (id, thing, seq, hash);
        Ok((u64::try_from(place).map_err(db::corrupt)?, leaf(row)?))
    };
    rows.into_iter().map(one).collect()
}

/// The hash of a subtree of a proof, from kept levels and the leaves at its edge.
pub async fn subtree(conn: &mut Read, tenant: TenantId, range: Range<u64>) -> db::Result<Hash> {
    let mut tree = Frontier::default();
    let blocks = blocks(range);
    for run in blocks.chunk_by(|a, b| a.0 == b.0 && a.1 + 1 == b.1) {
        let (level, first) = run[0];
        let query = match level {
            0 => sql("SELECT hash FROM ledger_leaf WHERE tenant_id = $1").bind(tenant),
            _ => sql("SELECT hash FROM ledger_node WHERE tenant_id = $1 AND level = $2")
                .bind(tenant)
                .bind(i64::from(level)),
        };
        let rows: Vec<(Vec<u8>,)> = query
            .push(" AND place >= ")
            .push_bind(as_i64(first))
            .push(" AND place < ")
            .push_bind(as_i64(first + run.len() as u64))
            .push(" ORDER BY place")
            .fetch_all(conn)
            .await?;
        if rows.len() != run.len() {
            return Err(db::corrupt("the ledger has a gap"));
        }
        for (hash,) in rows {
            tree.push_perfect(level, hash_of(hash)?);
        }
    }
    Ok(tree.root())
}

/// What is stored now of the rows that these leaves are of. A row that is gone is not in it.
pub async fn contents(
    conn: &mut Read,
    tenant: TenantId,
    subjects: &[Subject],
) -> db::Result<BTreeMap<Subject, Value>> {
    let ids = |thing| subjects.iter().filter(move |it| it.thing == thing).map(|it| it.id);
    let mut found = BTreeMap::new();
    let evaluations: Vec<Uuid> = ids(Thing::Evaluation).collect();
    for it in evaluation::find_all(conn, tenant, &evaluations).await? {
        found.insert(Subject::evaluation(it.id), leaf::of_evaluation(&it));
    }
    let erasures: Vec<Uuid> = ids(Thing::Erasure).collect();
    for it in erasure::tombstones(conn, tenant, &erasures).await? {
        let subject = Subject { id: it.id, thing: Thing::Erasure, seq: 0 };
        found.insert(subject, leaf::of_tombstone(&it));
    }
    let mut cases: Vec<Uuid> = ids(Thing::CaseEvent).collect();
    cases.dedup();
    if !cases.is_empty() {
        let rows: Vec<(Uuid, i64, Value)> =
            sql("SELECT case_id, seq, event FROM case_event WHERE tenant_id = $1 AND case_id IN ")
                .bind(tenant)
                .push_list(cases)
                .fetch_all(conn)
                .await?;
        for (case, seq, event) in rows {
            let event: CaseEvent = db::json(event)?;
            let at = u64::try_from(seq).map_err(db::corrupt)?;
            let case = CaseId(case);
            found.insert(Subject::event(case, seq), leaf::of_event(case, at, &event));
        }
    }
    Ok(found)
}

/// What the leaf of an evaluation is made of.
pub fn evaluation_leaf(it: &Evaluation) -> Leaf {
    Leaf { subject: Subject::evaluation(it.id), hash: leaf::hash(&leaf::of_evaluation(it)) }
}

/// Rows that are on no record though every row is put there as it is written: up to `limit`.
pub async fn unrecorded(conn: &mut Read, tenant: TenantId, limit: i64) -> db::Result<Vec<Subject>> {
    let rows: Vec<(Uuid, String, i64)> = sql("
        SELECT it.id, it.thing, it.seq FROM (
            SELECT id, 'evaluation' AS thing, CAST(0 AS BIGINT) AS seq FROM evaluation
            WHERE tenant_id = $1
            UNION ALL
            SELECT case_id AS id, 'case_event' AS thing, seq FROM case_event WHERE tenant_id = $1
            UNION ALL
            SELECT id, 'erasure' AS thing, CAST(0 AS BIGINT) AS seq FROM ledger_tombstone
            WHERE tenant_id = $1
        ) it
        WHERE NOT EXISTS (
                SELECT 1 FROM ledger_leaf l
                WHERE l.tenant_id = $1 AND l.subject_id = it.id AND l.thing = it.thing
                    AND l.seq = it.seq)
            AND NOT EXISTS (
                SELECT 1 FROM ledger_waiting w
                WHERE w.tenant_id = $1 AND w.subject_id = it.id AND w.thing = it.thing
                    AND w.seq = it.seq)
        ORDER BY it.id, it.seq
        LIMIT $2")
    .bind(tenant)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    let subject = |(id, thing, seq)| Ok(Subject { id, thing: db::word(thing)?, seq });
    rows.into_iter().map(subject).collect()
}
