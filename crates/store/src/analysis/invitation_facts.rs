//! Invitations that reached somebody, and whether they were answered.

use domain::id::{InvitationId, TenantId};
use uuid::Uuid;

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
    form: None,
    day: NONE,
    month: NONE,
};

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

/// Those sent in the period and delivered, in the order they were sent.
pub async fn delivered(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<Delivered>> {
    let [id, word] = COLUMNS.part(split);
    let query = sql("SELECT i.id AS invitation_id, ").push(id).push(" AS id, ").push(word);
    let query = query
        .push(
            " AS word, i.sent_ms, i.completed_ms IS NOT NULL AS answered
        FROM invitation i
        WHERE i.tenant_id = $1 AND i.sent_ms >= $2 AND i.sent_ms < $3
            AND i.delivered_ms IS NOT NULL",
        )
        .bind(tenant)
        .bind(slice.from)
        .bind(slice.to);
    let rows: Vec<DeliveredRow> =
        COLUMNS.filter(query, slice).push(" ORDER BY i.sent_ms, i.id").fetch_all(conn).await?;
    let one = |(invitation, id, word, sent_ms, answered)| Delivered {
        id: InvitationId(invitation),
        part: Part::of(split, id, word),
        sent_ms,
        answered,
    };
    Ok(rows.into_iter().map(one).collect())
}
