//! Scores customers gave, counted.

use domain::id::{EvaluationId, FormId, TenantId};
use uuid::Uuid;

use super::slice::{Columns, Part, Slice, Split};
use crate::db::{self, Read, sql};

/// Which of an evaluation's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    Csat,
    Nps,
    Ces,
}

impl Score {
    fn column(self) -> &'static str {
        match self {
            Self::Csat => "e.csat",
            Self::Nps => "e.nps",
            Self::Ces => "e.ces",
        }
    }
}

/// The kind is that of the case it opened; an evaluation without a case has none.
const COLUMNS: Columns = Columns {
    team: "e.team_id",
    staff: "e.staff_id",
    channel: "e.channel",
    kind: "c.kind",
    round: Some("e.round"),
    form: Some("e.form_id"),
    day: "e.local_day",
    month: "substr(e.local_day, 1, 7)",
};

const FROM: &str = "
    FROM evaluation e
    LEFT JOIN case_file c ON c.tenant_id = e.tenant_id AND c.evaluation_id = e.id
    WHERE e.tenant_id = $1 AND e.local_day >= $2 AND e.local_day <= $3";

/// The forms by which somebody gave this score.
pub async fn forms(
    conn: &mut Read,
    tenant: TenantId,
    score: Score,
    slice: &Slice,
) -> db::Result<Vec<FormId>> {
    let query = sql("SELECT DISTINCT e.form_id").push(FROM);
    let query = query.bind(tenant).bind(slice.from_day.as_str()).bind(slice.to_day.as_str());
    let query = COLUMNS.filter(query, slice).push(" AND ").push(score.column());
    let rows: Vec<(Uuid,)> = query.push(" IS NOT NULL").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|it| FormId(it.0)).collect())
}

/// How many gave each score, by part: `(part, score, count)`.
pub async fn scores(
    conn: &mut Read,
    tenant: TenantId,
    score: Score,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<(Part, i64, i64)>> {
    let [id, word] = COLUMNS.part(split);
    let query = sql("SELECT ").push(id).push(" AS id, ").push(word).push(" AS word, ");
    let query = query.push(score.column()).push(" AS score, count(*) AS n").push(FROM);
    let query = query.bind(tenant).bind(slice.from_day.as_str()).bind(slice.to_day.as_str());
    let rows: Vec<(Option<Uuid>, Option<String>, i64, i64)> = COLUMNS
        .filter(query, slice)
        .push(" AND ")
        .push(score.column())
        .push(" IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 3")
        .fetch_all(conn)
        .await?;
    let part = |(id, word, score, n)| (Part::of(split, id, word), score, n);
    Ok(rows.into_iter().map(part).collect())
}

/// The evaluations behind a figure, newest first: `(id, score, submitted_ms)`.
pub async fn rows(
    conn: &mut Read,
    tenant: TenantId,
    score: Score,
    slice: &Slice,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> db::Result<Vec<(EvaluationId, i64, i64)>> {
    let query = sql("SELECT e.id, ").push(score.column()).push(", e.submitted_ms").push(FROM);
    let query = query.bind(tenant).bind(slice.from_day.as_str()).bind(slice.to_day.as_str());
    let mut query =
        COLUMNS.filter(query, slice).push(" AND ").push(score.column()).push(" IS NOT NULL");
    if let Some((at_ms, id)) = after {
        query = query.push(" AND (e.submitted_ms, e.id) < (").push_bind(at_ms).push(", ");
        query = query.push_bind(id).push(")");
    }
    let query = query.push(" ORDER BY e.submitted_ms DESC, e.id DESC LIMIT ").push_bind(limit);
    let rows: Vec<(Uuid, i64, i64)> = query.fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(id, score, at)| (EvaluationId(id), score, at)).collect())
}
