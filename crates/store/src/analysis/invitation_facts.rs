//! Invitations that reached somebody, and whether they were answered.

use domain::id::{InvitationId, TenantId};
use jiff::Timestamp;
use uuid::Uuid;

use super::bucket::Key;
use super::slice::{Columns, Part, Slice, Split};
use crate::db::{self, Read, sql};

const NONE: &str = "CAST(NULL AS TEXT)";

/// An invitation has no kind; its dates are moments, so days are for the caller to make.
const COLUMNS: Columns = Columns {
    team: "i.team_id",
    staff: "i.staff_id",
    channel: "i.channel",
    kind: NONE,
    round: Some("i.round"),
    form: Some("(SELECT f.id FROM form f WHERE f.tenant_id = i.tenant_id AND f.key = i.form_key)"),
    day: NONE,
    month: NONE,
    at: None,
};

const DELIVERED: &str = "
    FROM invitation i
    WHERE i.tenant_id = $1 AND i.sent_ms >= $2 AND i.sent_ms < $3 AND i.delivered_ms IS NOT NULL";

/// How many of those sent in the period were delivered and how many of these answered, by part:
/// `(part, answered, delivered)`. Not by dates.
pub async fn counts(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<(Part, i64, i64)>> {
    let [id, word, _] = COLUMNS.part(split);
    let query = sql("SELECT ").push(id).push(" AS id, ").push(word);
    let query = query.push(" AS word, count(i.completed_ms) AS answered, count(*) AS n");
    let query = query.push(DELIVERED).bind(tenant).bind(slice.from).bind(slice.to);
    let rows: Vec<(Option<Uuid>, Option<String>, i64, i64)> =
        COLUMNS.filter(query, slice).push(" GROUP BY 1, 2").fetch_all(conn).await?;
    let part = |(id, word, answered, n)| (Part::of(split, (id, word, None)), answered, n);
    Ok(rows.into_iter().map(part).collect())
}

/// Team, staff, channel, round, form; how many of them answered, and how many there are.
type CensusRow = (Option<Uuid>, Option<Uuid>, String, String, Option<Uuid>, i64, i64);

/// Those sent between two moments and delivered, told apart by everything: key, how many of them
/// answered, how many there are.
pub async fn census(
    conn: &mut Read,
    tenant: TenantId,
    from: Timestamp,
    to: Timestamp,
) -> db::Result<Vec<(Key, u64, u64)>> {
    let query = sql("
        SELECT i.team_id, i.staff_id, i.channel, i.round,
            (SELECT f.id FROM form f WHERE f.tenant_id = i.tenant_id AND f.key = i.form_key) AS form,
            count(i.completed_ms) AS answered, count(*) AS n")
    .push(DELIVERED)
    .push(" GROUP BY 1, 2, 3, 4, 5");
    let rows: Vec<CensusRow> = query.bind(tenant).bind(from).bind(to).fetch_all(conn).await?;
    let counted = |(team, staff, channel, round, form, answered, n): CensusRow| {
        let (team, staff) = (team.unwrap_or_default(), staff.unwrap_or_default());
        let form = form.unwrap_or_default();
        let key = Key { team, staff, channel, kind: String::new(), round, form };
        (key, answered.unsigned_abs(), n.unsigned_abs())
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// One invitation that was delivered.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub id: InvitationId,
    pub part: Part,
    pub sent_ms: i64,
    pub answered: bool,
}

/// Invitation, part as id and word, when it was sent, whether it was answered.
type DeliveredRow = (Uuid, Option<Uuid>, Option<String>, i64, bool);

/// Those sent in the period and delivered, in the order they were sent. Not by dates.
pub async fn delivered(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<Delivered>> {
    let [id, word, _] = COLUMNS.part(split);
    let query = sql("SELECT i.id AS invitation_id, ").push(id).push(" AS id, ").push(word);
    let query = query
        .push(" AS word, i.sent_ms, i.completed_ms IS NOT NULL AS answered")
        .push(DELIVERED)
        .bind(tenant)
        .bind(slice.from)
        .bind(slice.to);
    let rows: Vec<DeliveredRow> =
        COLUMNS.filter(query, slice).push(" ORDER BY i.sent_ms, i.id").fetch_all(conn).await?;
    let one = |(invitation, id, word, sent_ms, answered)| Delivered {
        id: InvitationId(invitation),
        part: Part::of(split, (id, word, None)),
        sent_ms,
        answered,
    };
    Ok(rows.into_iter().map(one).collect())
}
