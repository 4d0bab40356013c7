//! Interactions and who took part in them.

use domain::customer::interaction::Interaction;
use domain::id::{CustomerId, InteractionId, StaffId, TeamId, TenantId};
use domain::platform::role::Scope;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::{self, Read, Write, insert_many, sql};

/// Makes the interaction or changes it. `credit` is each person's share in basis points.
/// An external id that another has is a unique violation.
pub async fn put(
    tx: &mut Write,
    tenant: TenantId,
    interaction: &Interaction,
    credit: &[(StaffId, u32)],
    local_day: &str,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO interaction (tenant_id, id, external_id, customer_id, channel, subject, team_id,
            staff_id, started_ms, ended_ms, local_day, queue_wait_seconds, answered, resolved,
            transfers, segments, transcript, fields, created_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
        ON CONFLICT (tenant_id, id) DO UPDATE SET
            external_id = excluded.external_id, customer_id = excluded.customer_id,
            channel = excluded.channel, subject = excluded.subject, team_id = excluded.team_id,
            staff_id = excluded.staff_id, started_ms = excluded.started_ms,
            ended_ms = excluded.ended_ms, local_day = excluded.local_day,
            queue_wait_seconds = excluded.queue_wait_seconds, answered = excluded.answered,
            resolved = excluded.resolved, transfers = excluded.transfers,
            segments = excluded.segments, transcript = excluded.transcript,
            fields = excluded.fields")
    .bind(tenant)
    .bind(interaction.id)
    .bind(interaction.external_id.as_deref())
    .bind(interaction.customer)
    .bind(db::name(&interaction.channel))
    .bind(interaction.subject.as_deref())
    .bind(interaction.team)
    .bind(interaction.last_agent())
    .bind(interaction.started)
    .bind(interaction.ended)
    .bind(local_day)
    .bind(interaction.queue_wait_seconds)
    .bind(interaction.answered)
    .bind(interaction.resolved)
    .bind(i64::try_from(interaction.transfers()).map_err(db::corrupt)?)
    .bind(db::to_json(&interaction.segments))
    .bind(interaction.transcript.as_deref())
    .bind(db::to_json(&interaction.fields))
    .bind(now)
    .execute(tx)
    .await?;
    sql("DELETE FROM interaction_staff WHERE tenant_id = $1 AND interaction_id = $2")
        .bind(tenant)
        .bind(interaction.id)
        .execute(tx)
        .await?;
    let mut parts: Vec<(StaffId, u32)> = credit.to_vec();
    for segment in &interaction.segments {
        if !parts.iter().any(|it| it.0 == segment.staff) {
            parts.push((segment.staff, 0));
        }
    }
    let rows = parts.iter().map(|(staff, share)| {
        [tenant.into(), interaction.id.into(), (*staff).into(), i64::from(*share).into()]
    });
    let into = "interaction_staff (tenant_id, interaction_id, staff_id, credit_bp)";
    insert_many(tx, into, rows).await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, external_id, customer_id, channel, subject, team_id, started_ms, ended_ms,
        queue_wait_seconds, answered, resolved, segments, transcript, fields
    FROM interaction
    WHERE tenant_id = $1";

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    id: InteractionId,
) -> db::Result<Option<Interaction>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Interaction::try_from).transpose()
}

pub async fn find_by_external(
    conn: &mut Read,
    tenant: TenantId,
    external_id: &str,
) -> db::Result<Option<Interaction>> {
    let row: Option<Row> = sql(COLUMNS)
        .push(" AND external_id = $2")
        .bind(tenant)
        .bind(external_id)
        .fetch_optional(conn)
        .await?;
    row.map(Interaction::try_from).transpose()
}

/// Which interactions to list.
#[derive(Debug, Clone)]
pub struct Filter {
    pub scope: Scope,
    /// Those of a customer, merged ones included.
    pub customer: Option<CustomerId>,
    /// Those this person took part in.
    pub staff: Option<StaffId>,
    pub team: Option<TeamId>,
    /// As stored: a channel's code.
    pub channel: Option<String>,
    /// Started at or after.
    pub from: Option<Timestamp>,
    /// Started before.
    pub to: Option<Timestamp>,
    /// `(started, id)` of the last one seen.
    pub after: Option<(Timestamp, Uuid)>,
    pub limit: i64,
}

/// Newest first.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    filter: &Filter,
) -> db::Result<Vec<Interaction>> {
    const TOOK_PART: &str = " (SELECT interaction_id FROM interaction_staff
        WHERE tenant_id = $1 AND staff_id = ";
    let mut query = sql(COLUMNS).bind(tenant);
    match &filter.scope {
        Scope::All => {}
        Scope::Own(me) => query = query.push(" AND id IN").push(TOOK_PART).push_bind(*me).push(")"),
        Scope::Teams(teams, me) => {
            query = query.push(" AND (id IN").push(TOOK_PART).push_bind(*me).push(")");
            query = query.push(" OR team_id IN ").push_list(teams.iter().copied()).push(")");
        }
    }
    if let Some(customer) = filter.customer {
        query = query
            .push(" AND customer_id IN (SELECT id FROM customer WHERE tenant_id = $1 AND id = ")
            .push_bind(customer)
            .push(" UNION ALL SELECT id FROM customer WHERE tenant_id = $1 AND merged_into = ")
            .push_bind(customer)
            .push(")");
    }
    if let Some(staff) = filter.staff {
        query = query.push(" AND id IN").push(TOOK_PART).push_bind(staff).push(")");
    }
    if let Some(team) = filter.team {
        query = query.push(" AND team_id = ").push_bind(team);
    }
    if let Some(channel) = &filter.channel {
        query = query.push(" AND channel = ").push_bind(channel.as_str());
    }
    if let Some(from) = filter.from {
        query = query.push(" AND started_ms >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query = query.push(" AND started_ms < ").push_bind(to);
    }
    if let Some((at, id)) = filter.after {
        query = query
            .push(" AND (started_ms, id) < (")
            .push_bind(at)
            .push(", ")
            .push_bind(id)
            .push(")");
    }
    let query = query.push(" ORDER BY started_ms DESC, id DESC LIMIT ").push_bind(filter.limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Interaction::try_from).collect()
}

/// Each person's share of an interaction, in basis points; those without credit too.
pub async fn credit(
    conn: &mut Read,
    tenant: TenantId,
    id: InteractionId,
) -> db::Result<Vec<(StaffId, i64)>> {
    let rows: Vec<(Uuid, i64)> = sql("
        SELECT staff_id, credit_bp FROM interaction_staff
        WHERE tenant_id = $1 AND interaction_id = $2
        ORDER BY credit_bp DESC, staff_id")
    .bind(tenant)
    .bind(id)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| (StaffId(it.0), it.1)).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    external_id: Option<String>,
    customer_id: Option<Uuid>,
    channel: String,
    subject: Option<String>,
    team_id: Option<Uuid>,
    started_ms: i64,
    ended_ms: Option<i64>,
    queue_wait_seconds: Option<i64>,
    answered: bool,
    resolved: Option<bool>,
    segments: serde_json::Value,
    transcript: Option<String>,
    fields: serde_json::Value,
}

impl TryFrom<Row> for Interaction {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        Ok(Self {
            id: InteractionId(row.id),
            external_id: row.external_id,
            customer: row.customer_id.map(CustomerId),
            channel: db::word(row.channel)?,
            subject: row.subject,
            team: row.team_id.map(TeamId),
            started: db::time(row.started_ms)?,
            ended: db::time_maybe(row.ended_ms)?,
            queue_wait_seconds: row.queue_wait_seconds,
            answered: row.answered,
            resolved: row.resolved,
            segments: db::json(row.segments)?,
            transcript: row.transcript,
            fields: db::json(row.fields)?,
        })
    }
}
