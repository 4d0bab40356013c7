//! Scores customers gave, counted.

use domain::id::{EvaluationId, TenantId};
use uuid::Uuid;

use super::bucket::Key;
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
    at: Some("e.submitted_ms"),
};

const FROM: &str = "
    FROM evaluation e
    LEFT JOIN case_file c ON c.tenant_id = e.tenant_id AND c.evaluation_id = e.id
    WHERE e.tenant_id = $1";

/// Where nobody asks for the kind, the index of the day holds everything that is asked for.
const FROM_ALONE: &str = "
    FROM evaluation e
    WHERE e.tenant_id = $1";

/// From one day to another, both within; or moments of the one day, which an index finds in it: of two
/// bounds and an equality SQLite would take the bounds.
fn days(slice: &Slice) -> &'static str {
    match slice.within {
        None => " AND e.local_day >= $2 AND e.local_day <= $3",
        Some(_) => " AND e.local_day = $2 AND e.local_day = $3",
    }
}

fn asks_kind(slice: &Slice, split: Split) -> bool {
    slice.kind.is_some() || split.undated() == Split::Kind
}

/// Part as id, word and date; score, how many.
type ScoreRow = (Option<Uuid>, Option<String>, Option<String>, i64, i64);

/// How many gave each score, by part: `(part, score, count)`.
pub async fn scores(
    conn: &mut Read,
    tenant: TenantId,
    score: Score,
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<(Part, i64, i64)>> {
    let [id, word, date] = COLUMNS.part(split);
    let query = sql("SELECT ").push(id).push(" AS id, ").push(word).push(" AS word, ");
    let query =
        query.push(date).push(" AS date, ").push(score.column()).push(" AS score, count(*) AS n");
    let query = if asks_kind(slice, split) { query.push(FROM) } else { query.push(FROM_ALONE) };
    let query = query.push(days(slice));
    let query = query.bind(tenant).bind(slice.from_day.as_str()).bind(slice.to_day.as_str());
    let rows: Vec<ScoreRow> = COLUMNS
        .filter(query, slice)
        .push(" AND ")
        .push(score.column())
        .push(" IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 4")
        .fetch_all(conn)
        .await?;
    let part = |(id, word, date, score, n)| (Part::of(split, (id, word, date)), score, n);
    Ok(rows.into_iter().map(part).collect())
}

/// Team, staff, channel, kind, round, form; CSAT, NPS, CES; how many.
type CensusRow = (
    Option<Uuid>,
    Option<Uuid>,
    String,
    Option<String>,
    String,
    Uuid,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
);

/// Everybody's scores of one day, or of moments of it, told apart by everything: key, the scores there
/// are, how many.
pub async fn census(
    conn: &mut Read,
    tenant: TenantId,
    slice: &Slice,
) -> db::Result<Vec<(Key, [Option<i64>; 3], u64)>> {
    let query = sql("
        SELECT e.team_id, e.staff_id, e.channel, c.kind, e.round, e.form_id, e.csat, e.nps, e.ces,
            count(*) AS n")
    .push(FROM)
    .push(days(slice))
    .bind(tenant)
    .bind(slice.from_day.as_str())
    .bind(slice.to_day.as_str());
    let query = COLUMNS.filter(query, slice).push(" GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9");
    let rows: Vec<CensusRow> = query.fetch_all(conn).await?;
    let counted = |row: CensusRow| {
        let (team, staff, channel, kind, round, form, csat, nps, ces, n) = row;
        let (team, staff) = (team.unwrap_or_default(), staff.unwrap_or_default());
        let key = Key { team, staff, channel, kind: kind.unwrap_or_default(), round, form };
        (key, [csat, nps, ces], n.unsigned_abs())
    };
    Ok(rows.into_iter().map(counted).collect())
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
    let query = query.push(days(slice));
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
