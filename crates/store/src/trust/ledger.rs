//! Putting on record: leaves that wait, leaves in their places, checkpoints.

use domain::id::{CaseId, EvaluationId, TenantId};
use domain::trust::leaf::Thing;
use domain::trust::tree::{Frontier, Hash, Node};
use jiff::Timestamp;
use uuid::Uuid;

use super::secret::{self, Purpose};
use crate::db::{self, Param, Read, Write, insert_many, sql};

/// Which row a leaf is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    pub id: Uuid,
    pub thing: Thing,
    /// The place in a case's time line, from 1; 0 for an evaluation.
    pub seq: i64,
}

impl Subject {
    pub fn evaluation(id: EvaluationId) -> Self {
        Self { id: id.0, thing: Thing::Evaluation, seq: 0 }
    }

    pub fn event(case: CaseId, seq: i64) -> Self {
        Self { id: case.0, thing: Thing::CaseEvent, seq }
    }
}

/// A leaf and the row it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub subject: Subject,
    pub hash: Hash,
}

/// Columns of [`Leaf`].
pub(super) type LeafRow = (Uuid, String, i64, Vec<u8>);

pub(super) fn leaf((id, thing, seq, hash): LeafRow) -> db::Result<Leaf> {
    let thing: Thing = db::word(thing)?;
    Ok(Leaf { subject: Subject { id, thing, seq }, hash: hash_of(hash)? })
}

pub(super) fn hash_of(bytes: Vec<u8>) -> db::Result<Hash> {
    bytes.try_into().map_err(|_| db::corrupt("a hash has 32 bytes"))
}

pub(super) fn as_i64(place: u64) -> i64 {
    i64::try_from(place).expect("nobody lives to write so many leaves")
}

/// Puts leaves on record with the commit of the transaction that writes their rows.
pub fn wait(tx: &mut Write, tenant: TenantId, leaves: impl IntoIterator<Item = Leaf>) {
    tx.leaves.extend(leaves.into_iter().map(|it| (tenant, it)));
}

/// Writes down what [`wait`] has put off: many acts that share a transaction share the statement.
pub(crate) async fn flush(tx: &mut Write) -> db::Result<()> {
    let rows = std::mem::take(&mut tx.leaves).into_iter().map(|(tenant, it)| {
        let Subject { id, thing, seq } = it.subject;
        [Param::from(tenant), thing.code().into(), id.into(), seq.into(), it.hash.to_vec().into()]
    });
    insert_many(tx, "ledger_waiting (tenant_id, thing, subject_id, seq, hash)", rows).await?;
    Ok(())
}

/// The tenants whose leaves wait. Of every tenant: for the worker, which seals each by itself.
pub async fn waiting_tenants(conn: &mut Read) -> db::Result<Vec<TenantId>> {
    let rows: Vec<(Uuid,)> =
        sql("SELECT DISTINCT tenant_id FROM ledger_waiting").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| TenantId(it.0)).collect())
}

/// The next leaves to get a place, at most `limit`.
pub async fn waiting(conn: &mut Read, tenant: TenantId, limit: i64) -> db::Result<Vec<Leaf>> {
    let rows: Vec<LeafRow> = sql("
        SELECT subject_id, thing, seq, hash FROM ledger_waiting
        WHERE tenant_id = $1
        ORDER BY subject_id, thing, seq
        LIMIT $2")
    .bind(tenant)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(leaf).collect()
}

/// Leaves that are ended by one statement.
const ENDED_AT_ONCE: usize = 100;

/// Gives leaves their places from `first` on. They wait no longer.
///
/// Fails on a unique key when somebody else was faster: then nothing of it is kept.
pub async fn place(
    tx: &mut Write,
    tenant: TenantId,
    first: u64,
    leaves: &[Leaf],
    nodes: &[Node],
) -> db::Result<()> {
    let rows = (first..).zip(leaves).map(|(place, it)| {
        let Subject { id, thing, seq } = it.subject;
        [
            Param::from(tenant),
            as_i64(place).into(),
            thing.code().into(),
            id.into(),
            seq.into(),
            it.hash.to_vec().into(),
        ]
    });
    let columns = "ledger_leaf (tenant_id, place, thing, subject_id, seq, hash)";
    insert_many(tx, columns, rows).await?;
    let rows = nodes.iter().map(|it| {
        [
            Param::from(tenant),
            i64::from(it.level).into(),
            as_i64(it.index).into(),
            it.hash.to_vec().into(),
        ]
    });
    insert_many(tx, "ledger_node (tenant_id, level, place, hash)", rows).await?;
    for leaves in leaves.chunks(ENDED_AT_ONCE) {
        end_waiting(tx, tenant, leaves).await?;
    }
    Ok(())
}

/// `leaves` are sorted as [`waiting`] sorts them. What came between two of them meanwhile stays; the two
/// bounds keep SQLite, which looks at every row that may be one of a list, from looking at all there are.
async fn end_waiting(tx: &mut Write, tenant: TenantId, leaves: &[Leaf]) -> db::Result<()> {
    let (Some(first), Some(last)) = (leaves.first(), leaves.last()) else { return Ok(()) };
    let query = sql("
        DELETE FROM ledger_waiting
        WHERE tenant_id = $1 AND subject_id BETWEEN $2 AND $3 AND (subject_id, thing, seq) IN (VALUES ");
    let mut query = query.bind(tenant).bind(first.subject.id).bind(last.subject.id);
    for (at, it) in leaves.iter().enumerate() {
        let Subject { id, thing, seq } = it.subject;
        query = query.push(if at == 0 { "(" } else { ", (" }).push_bind(id);
        query = query.push(", ").push_bind(thing.code()).push(", ").push_bind(seq).push(")");
    }
    query.push(")").execute(tx).await?;
    Ok(())
}

/// A checkpoint as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub tree: Frontier,
    pub root: Hash,
    pub at: Timestamp,
    pub key: Uuid,
    pub signature: Vec<u8>,
}

type CheckpointRow = (i64, Vec<u8>, Vec<u8>, i64, Uuid, Vec<u8>);

pub async fn insert_checkpoint(
    tx: &mut Write,
    tenant: TenantId,
    it: &Checkpoint,
) -> db::Result<()> {
    sql("
        INSERT INTO ledger_checkpoint (tenant_id, size, root, peaks, at_ms, key_id, signature)
        VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(tenant)
    .bind(as_i64(it.tree.size()))
    .bind(it.root.to_vec())
    .bind(it.tree.peaks().concat())
    .bind(it.at)
    .bind(it.key)
    .bind(it.signature.clone())
    .execute(tx)
    .await?;
    Ok(())
}

fn checkpoint(row: CheckpointRow) -> db::Result<Checkpoint> {
    let (size, root, peaks, at_ms, key, signature) = row;
    let peaks: db::Result<Vec<Hash>> = peaks.chunks(32).map(|it| hash_of(it.to_vec())).collect();
    let size = u64::try_from(size).map_err(db::corrupt)?;
    let tree = Frontier::new(size, peaks?).ok_or_else(|| db::corrupt("peaks do not fit"))?;
    Ok(Checkpoint { tree, root: hash_of(root)?, at: db::time(at_ms)?, key, signature })
}

const CHECKPOINT: &str = "
    SELECT size, root, peaks, at_ms, key_id, signature FROM ledger_checkpoint WHERE tenant_id = $1";

/// The newest; `None` before the first batch.
pub async fn last_checkpoint(conn: &mut Read, tenant: TenantId) -> db::Result<Option<Checkpoint>> {
    let row: Option<CheckpointRow> = sql(CHECKPOINT)
        .push(" ORDER BY size DESC LIMIT 1")
        .bind(tenant)
        .fetch_optional(conn)
        .await?;
    row.map(checkpoint).transpose()
}

/// Up to `limit` of those that cover more than `size` leaves, smallest first.
pub async fn checkpoints_after(
    conn: &mut Read,
    tenant: TenantId,
    size: u64,
    limit: i64,
) -> db::Result<Vec<Checkpoint>> {
    let rows: Vec<CheckpointRow> = sql(CHECKPOINT)
        .push(" AND size > $2 ORDER BY size LIMIT $3")
        .bind(tenant)
        .bind(as_i64(size))
        .bind(limit)
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(checkpoint).collect()
}

/// A key; what it signs by is among the secrets.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: Uuid,
    pub public: Vec<u8>,
    pub created: Timestamp,
}

pub async fn insert_key(tx: &mut Write, tenant: TenantId, it: &Key, seed: &[u8]) -> db::Result<()> {
    secret::put(tx, tenant, (Purpose::Ledger, it.id), seed).await?;
    sql("
        INSERT INTO ledger_key (tenant_id, id, public, created_ms)
        VALUES ($1, $2, $3, $4)")
    .bind(tenant)
    .bind(it.id)
    .bind(it.public.clone())
    .bind(it.created)
    .execute(tx)
    .await?;
    Ok(())
}

/// Newest first.
pub async fn keys(conn: &mut Read, tenant: TenantId) -> db::Result<Vec<Key>> {
    let rows: Vec<(Uuid, Vec<u8>, i64)> = sql("
        SELECT id, public, created_ms FROM ledger_key
        WHERE tenant_id = $1 ORDER BY created_ms DESC, id DESC")
    .bind(tenant)
    .fetch_all(conn)
    .await?;
    let key = |(id, public, created_ms): (_, _, i64)| {
        Ok(Key { id, public, created: db::time(created_ms)? })
    };
    rows.into_iter().map(key).collect()
}

/// What the key signs by. `None`: it lay open once, and signs no more.
pub async fn seed(conn: &mut Read, tenant: TenantId, key: Uuid) -> db::Result<Option<Vec<u8>>> {
    secret::find(conn, tenant, (Purpose::Ledger, key)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_db;

    #[tokio::test]
    async fn what_came_while_others_were_placed_waits_on() {
        let db = test_db().await;
        let (ours, theirs) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let leaf = |n: u128, seq| Leaf {
            subject: Subject::event(CaseId(Uuid::from_u128(n)), seq),
            hash: [7; 32],
        };
        let put = async |tenant, leaves: Vec<Leaf>| {
            let mut tx = db.write().await.unwrap();
            wait(&mut tx, tenant, leaves);
            tx.commit().await.unwrap();
        };
        // More than one statement ends.
        let many = i64::try_from(2 * ENDED_AT_ONCE + 50).unwrap();
        put(ours, (0..many).map(|n| leaf(2 + (u128::try_from(n).unwrap() % 5) * 2, n)).collect())
            .await;
        put(theirs, vec![leaf(4, 0)]).await;
        let mut conn = db.read().await.unwrap();
        let seen = waiting(&mut conn, ours, many).await.unwrap();
        assert_eq!(i64::try_from(seen.len()).unwrap(), many);
        // Of another thing between the first and the last, and one more of a thing that was seen.
        let late = [leaf(5, 0), leaf(6, many)];
        put(ours, late.to_vec()).await;
        let mut tx = db.write().await.unwrap();
        place(&mut tx, ours, 0, &seen, &[]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(waiting(&mut conn, ours, many).await.unwrap(), late);
        assert_eq!(
            waiting(&mut conn, theirs, many).await.unwrap(),
            [leaf(4, 0)],
            "another company"
        );
    }
}
