//! Invitations, the tokens that lead to them, and who wants none.

use domain::analysis::bucket::Cohort;
use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Asked, Invitation, State};
use domain::collect::round::Round;
use domain::id::{
    CaseId, CustomerId, EvaluationId, InteractionId, InvitationId, StaffId, TeamId, TenantId,
};
use domain::platform::role::Scope;
use jiff::Timestamp;
use uuid::Uuid;

use crate::analysis::mark;
use crate::db::{self, Query, Read, Write, sql};

/// Whether the row is new.
pub async fn insert(tx: &mut Write, tenant: TenantId, it: &Invitation) -> db::Result<bool> {
    let inserted = sql("
        INSERT INTO invitation (tenant_id, id, round, interaction_id, case_id, customer_id,
            staff_id, team_id, form_key, channel, recipient, language, state, because, happened_ms,
            planned_ms, due_ms, sent_ms, delivered_ms, opened_ms, started_ms, completed_ms,
            reminded_ms, expires_ms, evaluation_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $23, $24, $25)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(it.id)
    .bind(it.round.code())
    .bind(it.about.interaction())
    .bind(it.about.case())
    .bind(it.customer)
    .bind(it.staff)
    .bind(it.team)
    .bind(it.form.as_str())
    .bind(it.channel.code())
    .bind(it.recipient.as_str())
    .bind(db::name(&it.language))
    .bind(it.state.code())
    .bind(it.because.map(domain::collect::invitation::Because::code))
    .bind(it.happened)
    .bind(it.planned)
    .bind(it.due)
    .bind(it.sent)
    .bind(it.delivered)
    .bind(it.opened)
    .bind(it.started)
    .bind(it.completed)
    .bind(it.reminded)
    .bind(it.expires)
    .bind(it.evaluation)
    .execute(tx)
    .await?;
    if inserted == 1 {
        mark::moment(tx, tenant, Cohort::Sent, it.sent.map(Timestamp::as_millisecond));
    }
    Ok(inserted == 1)
}

/// Changes what changes in the life of an invitation.
pub async fn update(tx: &mut Write, tenant: TenantId, it: &Invitation) -> db::Result<()> {
    let before: Option<(Option<i64>,)> =
        sql("SELECT sent_ms FROM invitation WHERE tenant_id = $1 AND id = $2")
            .bind(tenant)
            .bind(it.id)
            .fetch_optional(tx)
            .await?;
    mark::moment(tx, tenant, Cohort::Sent, before.and_then(|it| it.0));
    mark::moment(tx, tenant, Cohort::Sent, it.sent.map(Timestamp::as_millisecond));
    sql("
        UPDATE invitation SET channel = $3, recipient = $4, state = $5, because = $6, sent_ms = $7,
            delivered_ms = $8, opened_ms = $9, started_ms = $10, completed_ms = $11,
            reminded_ms = $12, expires_ms = $13, evaluation_id = $14
        WHERE tenant_id = $1 AND id = $2")
    .bind(tenant)
    .bind(it.id)
    .bind(it.channel.code())
    .bind(it.recipient.as_str())
    .bind(it.state.code())
    .bind(it.because.map(domain::collect::invitation::Because::code))
    .bind(it.sent)
    .bind(it.delivered)
    .bind(it.opened)
    .bind(it.started)
    .bind(it.completed)
    .bind(it.reminded)
    .bind(it.expires)
    .bind(it.evaluation)
    .execute(tx)
    .await?;
    Ok(())
}

const COLUMNS: &str = "
    SELECT id, round, interaction_id, case_id, customer_id, staff_id, team_id, form_key, channel,
        recipient, language, state, because, happened_ms, planned_ms, due_ms, sent_ms,
        delivered_ms, opened_ms, started_ms, completed_ms, reminded_ms, expires_ms, evaluation_id
    FROM invitation
    WHERE tenant_id = $1";

pub async fn find(
    conn: &mut Read,
    tenant: TenantId,
    id: InvitationId,
) -> db::Result<Option<Invitation>> {
    let row: Option<Row> =
        sql(COLUMNS).push(" AND id = $2").bind(tenant).bind(id).fetch_optional(conn).await?;
    row.map(Invitation::try_from).transpose()
}

/// Locks the row until the end of the transaction; whoever writes alone need not.
pub async fn hold(tx: &mut Write, tenant: TenantId, id: InvitationId) -> db::Result<()> {
    let lock = tx.for_update();
    if lock.is_empty() {
        return Ok(());
    }
    let query = sql("SELECT id FROM invitation WHERE tenant_id = $1 AND id = $2").push(lock);
    query.bind(tenant).bind(id).fetch_all::<(Uuid,)>(tx).await.map(drop)
}

/// The row, locked until the end of the transaction: one answer wins.
pub async fn find_for_update(
    tx: &mut Write,
    tenant: TenantId,
    id: InvitationId,
) -> db::Result<Option<Invitation>> {
    let lock = tx.for_update();
    let row: Option<Row> = sql(COLUMNS)
        .push(" AND id = $2")
        .push(lock)
        .bind(tenant)
        .bind(id)
        .fetch_optional(tx)
        .await?;
    row.map(Invitation::try_from).transpose()
}

pub async fn insert_token(
    tx: &mut Write,
    tenant: TenantId,
    token_hash: Vec<u8>,
    id: InvitationId,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO invitation_token (tenant_id, token_hash, invitation_id, created_ms)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (tenant_id, token_hash) DO NOTHING")
    .bind(tenant)
    .bind(token_hash)
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// The invitation a token leads to.
pub async fn find_by_token(
    conn: &mut Read,
    tenant: TenantId,
    token_hash: Vec<u8>,
) -> db::Result<Option<InvitationId>> {
    let row: Option<(Uuid,)> = sql("
        SELECT invitation_id FROM invitation_token WHERE tenant_id = $1 AND token_hash = $2")
    .bind(tenant)
    .bind(token_hash)
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|it| InvitationId(it.0)))
}

/// What one customer under all their ids, or whoever has the address, was sent since, over all channels.
pub async fn history(
    conn: &mut Read,
    tenant: TenantId,
    customers: &[CustomerId],
    recipient: &str,
    since: Timestamp,
) -> db::Result<Vec<Asked>> {
    // Not by `OR`: SQLite would look at all that anybody was sent since.
    let query = sql(COLUMNS)
        .push(
            " AND id IN (
            SELECT id FROM invitation WHERE tenant_id = $1 AND recipient = $2 AND sent_ms >= $3
            UNION ALL
            SELECT id FROM invitation WHERE tenant_id = $1 AND sent_ms >= $3 AND customer_id IN ",
        )
        .bind(tenant)
        .bind(recipient)
        .bind(since)
        .push_list(customers.iter().copied())
        .push(")");
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    let invitations = rows.into_iter().map(Invitation::try_from);
    let asked = |it: Invitation| Asked {
        round: it.round,
        about: it.about,
        at: it.sent.unwrap_or(it.planned),
    };
    invitations.map(|it| it.map(asked)).collect()
}

/// Whether this round of this thing has an invitation, whatever became of it.
pub async fn exists(
    conn: &mut Read,
    tenant: TenantId,
    round: Round,
    about: About,
) -> db::Result<bool> {
    let (column, id) = match about {
        About::Interaction(id) => (" AND interaction_id = $3", id.0),
        About::Case(id) => (" AND case_id = $3", id.0),
        About::Relationship => return Ok(false),
    };
    let query = sql("SELECT count(*) FROM invitation WHERE tenant_id = $1 AND round = $2");
    let count = query.push(column).bind(tenant).bind(round.code()).bind(id).fetch_i64(conn).await?;
    Ok(0 < count)
}

/// Locks the customer until the end of the transaction, so that two invitations of one person
/// are decided one after the other.
pub async fn lock_customer(tx: &mut Write, tenant: TenantId, id: CustomerId) -> db::Result<()> {
    let lock = tx.for_update();
    if lock.is_empty() {
        return Ok(());
    }
    let query = sql("SELECT id FROM customer WHERE tenant_id = $1 AND id = $2").push(lock);
    query.bind(tenant).bind(id).fetch_all::<(Uuid,)>(tx).await.map(drop)
}

/// Writes down that somebody wants no invitations; sending it again changes nothing.
pub async fn opt_out(
    tx: &mut Write,
    tenant: TenantId,
    subject: &str,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO opt_out (tenant_id, subject, created_ms) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING")
    .bind(tenant)
    .bind(subject)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Takes it back.
pub async fn opt_in(tx: &mut Write, tenant: TenantId, subject: &str) -> db::Result<()> {
    sql("DELETE FROM opt_out WHERE tenant_id = $1 AND subject = $2")
        .bind(tenant)
        .bind(subject)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether any of these is opted out.
pub async fn is_opted_out(
    conn: &mut Read,
    tenant: TenantId,
    subjects: &[String],
) -> db::Result<bool> {
    if subjects.is_empty() {
        return Ok(false);
    }
    let mut query = sql("SELECT count(*) FROM opt_out WHERE tenant_id = $1 AND subject IN (");
    query = query.bind(tenant);
    for (at, subject) in subjects.iter().enumerate() {
        query = query.push(if at == 0 { "" } else { ", " }).push_bind(subject.as_str());
    }
    Ok(0 < query.push(")").fetch_i64(conn).await?)
}

/// Customers who were served since `since` and not sent a relationship round since then.
pub async fn due_for_relationship(
    conn: &mut Read,
    tenant: TenantId,
    since: Timestamp,
    limit: i64,
) -> db::Result<Vec<CustomerId>> {
    let rows: Vec<(Uuid,)> = sql("
        SELECT DISTINCT customer_id FROM interaction i
        WHERE i.tenant_id = $1 AND i.started_ms >= $2 AND i.customer_id IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM invitation v
                WHERE v.tenant_id = $1 AND v.customer_id = i.customer_id
                    AND v.round = 'relationship' AND v.planned_ms >= $2)
        ORDER BY customer_id LIMIT $3")
    .bind(tenant)
    .bind(since)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| CustomerId(it.0)).collect())
}

/// Which invitations to list or count.
#[derive(Debug, Clone)]
pub struct Filter {
    pub scope: Scope,
    pub state: Option<State>,
    pub round: Option<Round>,
    pub channel: Option<Channel>,
    pub customer: Option<CustomerId>,
    pub interaction: Option<InteractionId>,
    pub case: Option<CaseId>,
    /// Planned at or after.
    pub from: Option<Timestamp>,
    /// Planned before.
    pub to: Option<Timestamp>,
    /// Older than this one: `(planned, id)` of the last one seen.
    pub before: Option<(Timestamp, InvitationId)>,
    pub limit: i64,
}

fn filtered(query: Query, tenant: TenantId, filter: &Filter) -> Query {
    let mut query = query.bind(tenant);
    match &filter.scope {
        Scope::All => {}
        Scope::Own(me) => query = query.push(" AND staff_id = ").push_bind(*me),
        Scope::Teams(teams, me) => {
            query = query.push(" AND (staff_id = ").push_bind(*me);
            for team in teams {
                query = query.push(" OR team_id = ").push_bind(*team);
            }
            query = query.push(")");
        }
    }
    let words = [
        (" AND state = ", filter.state.map(State::code)),
        (" AND round = ", filter.round.map(Round::code)),
        (" AND channel = ", filter.channel.map(Channel::code)),
    ];
    for (column, word) in words {
        if let Some(word) = word {
            query = query.push(column).push_bind(word);
        }
    }
    let ids = [
        (" AND customer_id = ", filter.customer.map(|it| it.0)),
        (" AND interaction_id = ", filter.interaction.map(|it| it.0)),
        (" AND case_id = ", filter.case.map(|it| it.0)),
    ];
    for (column, id) in ids {
        if let Some(id) = id {
            query = query.push(column).push_bind(id);
        }
    }
    for (column, at) in [(" AND planned_ms >= ", filter.from), (" AND planned_ms < ", filter.to)] {
        if let Some(at) = at {
            query = query.push(column).push_bind(at);
        }
    }
    query
}

/// Newest first.
pub async fn list(
    conn: &mut Read,
    tenant: TenantId,
    filter: &Filter,
) -> db::Result<Vec<Invitation>> {
    let mut query = filtered(sql(COLUMNS), tenant, filter);
    if let Some((at, id)) = filter.before {
        query = query.push(" AND (planned_ms, id) < (").push_bind(at).push(", ").push_bind(id);
        query = query.push(")");
    }
    let query = query.push(" ORDER BY planned_ms DESC, id DESC LIMIT ").push_bind(filter.limit);
    let rows: Vec<Row> = query.fetch_all(conn).await?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// What the figures of the funnel are divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Channel,
    Form,
    Staff,
}

/// How many came how far. Who came to a step has come to those before it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Step {
    /// The channel's code, the form's key, or the id of the member of staff; empty: none.
    pub part: String,
    pub sent: i64,
    pub delivered: i64,
    pub opened: i64,
    pub started: i64,
    pub completed: i64,
    pub suppressed: i64,
}

/// Part, then how many reached each step.
type FunnelRow = (Option<Uuid>, i64, i64, i64, i64, i64, i64);

/// The way from sent to completed, by part.
pub async fn funnel(
    conn: &mut Read,
    tenant: TenantId,
    by: By,
    filter: &Filter,
) -> db::Result<Vec<Step>> {
    let query = match by {
        By::Channel => sql("SELECT channel AS part,"),
        By::Form => sql("SELECT form_key AS part,"),
        By::Staff => sql("SELECT staff_id AS part,"),
    };
    let query = query.push(
        "
        count(*) FILTER (WHERE sent_ms IS NOT NULL) AS sent,
        count(*) FILTER (WHERE delivered_ms IS NOT NULL OR opened_ms IS NOT NULL) AS delivered,
        count(*) FILTER (WHERE opened_ms IS NOT NULL) AS opened,
        count(*) FILTER (WHERE started_ms IS NOT NULL) AS started,
        count(*) FILTER (WHERE completed_ms IS NOT NULL) AS completed,
        count(*) FILTER (WHERE state = 'suppressed') AS suppressed
        FROM invitation WHERE tenant_id = $1",
    );
    let query = filtered(query, tenant, filter).push(" GROUP BY 1 ORDER BY 1");
    if by != By::Staff {
        return query.fetch_all(conn).await;
    }
    let rows: Vec<FunnelRow> = query.fetch_all(conn).await?;
    let step = |row: (Option<Uuid>, i64, i64, i64, i64, i64, i64)| {
        let (id, sent, delivered, opened, started, completed, suppressed) = row;
        let part = id.map_or(String::new(), |it| it.to_string());
        Step { part, sent, delivered, opened, started, completed, suppressed }
    };
    Ok(rows.into_iter().map(step).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    round: String,
    interaction_id: Option<Uuid>,
    case_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    staff_id: Option<Uuid>,
    team_id: Option<Uuid>,
    form_key: String,
    channel: String,
    recipient: String,
    language: String,
    state: String,
    because: Option<String>,
    happened_ms: i64,
    planned_ms: i64,
    due_ms: i64,
    sent_ms: Option<i64>,
    delivered_ms: Option<i64>,
    opened_ms: Option<i64>,
    started_ms: Option<i64>,
    completed_ms: Option<i64>,
    reminded_ms: Option<i64>,
    expires_ms: Option<i64>,
    evaluation_id: Option<Uuid>,
}

impl TryFrom<Row> for Invitation {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> db::Result<Self> {
        let about = match (row.interaction_id, row.case_id) {
            (Some(id), _) => About::Interaction(InteractionId(id)),
            (None, Some(id)) => About::Case(CaseId(id)),
            (None, None) => About::Relationship,
        };
        Ok(Self {
            id: InvitationId(row.id),
            round: db::word(row.round)?,
            about,
            customer: row.customer_id.map(CustomerId),
            staff: row.staff_id.map(StaffId),
            team: row.team_id.map(TeamId),
            form: row.form_key,
            channel: db::word(row.channel)?,
            recipient: row.recipient,
            language: db::word(row.language)?,
            state: db::word(row.state)?,
            because: row.because.map(db::word).transpose()?,
            happened: db::time(row.happened_ms)?,
            planned: db::time(row.planned_ms)?,
            due: db::time(row.due_ms)?,
            sent: db::time_maybe(row.sent_ms)?,
            delivered: db::time_maybe(row.delivered_ms)?,
            opened: db::time_maybe(row.opened_ms)?,
            started: db::time_maybe(row.started_ms)?,
            completed: db::time_maybe(row.completed_ms)?,
            reminded: db::time_maybe(row.reminded_ms)?,
            expires: db::time_maybe(row.expires_ms)?,
            evaluation: row.evaluation_id.map(EvaluationId),
        })
    }
}
