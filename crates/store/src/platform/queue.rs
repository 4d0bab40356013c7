//! The queue as a whole, for a year that was lived before the house opened.

use domain::id::TenantId;
use jiff::Timestamp;

use crate::db::{self, Write, sql};

/// Takes all that had to leave the house until `now` as sent: messages, their jobs, the timers of
/// invitations and notices. Timers of promises stay: those that are late still have to be told.
pub async fn settle(tx: &mut Write, tenant: TenantId, now: Timestamp) -> db::Result<()> {
    sql("UPDATE message SET state = 'sent', sent_ms = created_ms WHERE tenant_id = $1")
        .bind(tenant)
        .execute(tx)
        .await?;
    sql("
        UPDATE job SET state = 'done', ended_ms = created_ms
        WHERE tenant_id = $1 AND state = 'queued' AND kind = 'send_message'")
    .bind(tenant)
    .execute(tx)
    .await?;
    sql("
        DELETE FROM timer
        WHERE tenant_id = $1 AND due_ms <= $2 AND kind IN ('invitation_due', 'invitation_reminder',
            'invitation_expiry', 'tell_staff')")
    .bind(tenant)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}
