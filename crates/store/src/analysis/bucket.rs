//! Buckets as rows: how far they are built, and the counts in them.

use std::collections::BTreeMap;

use domain::analysis::bucket::{Cohort, Counts, Grain, Shape};
use domain::analysis::figure::Metric;
use domain::id::TenantId;
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::slice::{Columns, Part, Slice, Split};
use crate::db::{self, Param, Query, Read, Write, insert_many, sql};

/// How far the buckets of a cohort are built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The zone that decided what a day is.
    pub zone: String,
    /// The version of the definitions they were counted by.
    pub definitions: i64,
    /// First and last day.
    pub days: Option<(Date, Date)>,
}

pub async fn built(conn: &mut Read, tenant: TenantId, cohort: Cohort) -> db::Result<Option<Built>> {
    let row: Option<(String, i64, Option<String>, Option<String>)> = sql("
        SELECT zone, definitions, first_day, last_day FROM bucket_state
        WHERE tenant_id = $1 AND cohort = $2")
    .bind(tenant)
    .bind(cohort.code())
    .fetch_optional(conn)
    .await?;
    let Some((zone, definitions, first, last)) = row else { return Ok(None) };
    let days = match (first, last) {
        (Some(first), Some(last)) => Some((date(&first)?, date(&last)?)),
        _ => None,
    };
    Ok(Some(Built { zone, definitions, days }))
}

fn date(text: &str) -> db::Result<Date> {
    text.parse().map_err(db::corrupt)
}

/// Lets nobody else heal the cohort before this transaction ends.
pub async fn lock(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    now: Timestamp,
) -> db::Result<()> {
    sql("
        INSERT INTO bucket_state (tenant_id, cohort, zone, definitions, healed_ms)
        VALUES ($1, $2, '', 0, $3)
        ON CONFLICT (tenant_id, cohort) DO UPDATE SET healed_ms = excluded.healed_ms")
    .bind(tenant)
    .bind(cohort.code())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub async fn put_built(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    it: &Built,
) -> db::Result<()> {
    sql("
        UPDATE bucket_state SET zone = $3, definitions = $4, first_day = $5, last_day = $6
        WHERE tenant_id = $1 AND cohort = $2")
    .bind(tenant)
    .bind(cohort.code())
    .bind(it.zone.as_str())
    .bind(it.definitions)
    .bind(it.days.map(|it| it.0.to_string()))
    .bind(it.days.map(|it| it.1.to_string()))
    .execute(tx)
    .await?;
    Ok(())
}

/// The days whose time has come.
pub async fn turned(
    conn: &mut Read,
    tenant: TenantId,
    cohort: Cohort,
    now: Timestamp,
) -> db::Result<Vec<Date>> {
    let rows: Vec<(String,)> = sql("
        SELECT day FROM bucket_turn WHERE tenant_id = $1 AND cohort = $2 AND turns_ms <= $3")
    .bind(tenant)
    .bind(cohort.code())
    .bind(now)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|it| date(&it.0)).collect()
}

/// Says when the day changes by itself; `None`: not before somebody writes.
pub async fn put_turn(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    day: Date,
    turns: Option<i64>,
) -> db::Result<()> {
    sql("DELETE FROM bucket_turn WHERE tenant_id = $1 AND cohort = $2 AND day = $3")
        .bind(tenant)
        .bind(cohort.code())
        .bind(day.to_string())
        .execute(tx)
        .await?;
    let row = turns
        .map(|it| [Param::from(tenant), cohort.code().into(), day.to_string().into(), it.into()]);
    insert_many(tx, "bucket_turn (tenant_id, cohort, day, turns_ms)", row).await?;
    Ok(())
}

/// The hours of that day that are counted, by the moment they begin, and whether their time has come.
pub async fn hours(
    conn: &mut Read,
    tenant: TenantId,
    cohort: Cohort,
    day: Date,
    now: Timestamp,
) -> db::Result<Vec<(i64, bool)>> {
    sql("
        SELECT begin_ms, COALESCE(turns_ms <= $4, FALSE) FROM bucket_hour
        WHERE tenant_id = $1 AND cohort = $2 AND day = $3")
    .bind(tenant)
    .bind(cohort.code())
    .bind(day.to_string())
    .bind(now)
    .fetch_all(conn)
    .await
}

/// Says that the hour is counted, and when it changes by itself; `None`: not before somebody writes.
pub async fn put_hour(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    (day, begin_ms): (Date, i64),
    turns: Option<i64>,
) -> db::Result<()> {
    sql("
        INSERT INTO bucket_hour (tenant_id, cohort, begin_ms, day, turns_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (tenant_id, cohort, begin_ms)
        DO UPDATE SET day = excluded.day, turns_ms = excluded.turns_ms")
    .bind(tenant)
    .bind(cohort.code())
    .bind(begin_ms)
    .bind(day.to_string())
    .bind(turns)
    .execute(tx)
    .await?;
    Ok(())
}

/// Forgets the hours that began before.
pub async fn forget_hours(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    before_ms: i64,
) -> db::Result<()> {
    let forgotten =
        sql("DELETE FROM bucket_hour WHERE tenant_id = $1 AND cohort = $2 AND begin_ms < $3")
            .bind(tenant)
            .bind(cohort.code())
            .bind(before_ms)
            .execute(tx)
            .await?;
    if forgotten == 0 {
        return Ok(());
    }
    sql("DELETE FROM bucket WHERE tenant_id = $1 AND grain = $2 AND span < $3 AND metric IN ")
        .bind(tenant)
        .bind(Grain::Hour.code())
        .bind(hour_span(before_ms))
        .push_list(Metric::kept(cohort).map(Metric::code))
        .push(" AND shape IN ")
        .push_list(Shape::CODES.iter().copied())
        .execute(tx)
        .await?;
    Ok(())
}

/// An hour as its buckets call it: the moment it begins, so that they sort.
pub fn hour_span(begin_ms: i64) -> String {
    format!("{:015}", begin_ms.max(0))
}

/// The first moment or day of which the cohort has a row: `(day, moment)`, one of them.
pub async fn oldest(
    conn: &mut Read,
    tenant: TenantId,
    cohort: Cohort,
) -> db::Result<(Option<Date>, Option<Timestamp>)> {
    let day = |query: Query| query.bind(tenant);
    match cohort {
        Cohort::Answered | Cohort::Opened => {
            let query = match cohort {
                Cohort::Answered => {
                    sql("SELECT min(local_day) FROM evaluation WHERE tenant_id = $1")
                }
                _ => sql("SELECT min(local_day) FROM case_file WHERE tenant_id = $1"),
            };
            let (found,): (Option<String>,) = day(query).fetch_one(conn).await?;
            Ok((found.map(|it| date(&it)).transpose()?, None))
        }
        Cohort::Sent | Cohort::Due | Cohort::Closed => {
            let query = match cohort {
                Cohort::Sent => sql("SELECT min(sent_ms) FROM invitation WHERE tenant_id = $1"),
                Cohort::Due => {
                    sql("SELECT min(due_ms) FROM case_rectification WHERE tenant_id = $1")
                }
                _ => sql("SELECT min(closed_ms) FROM case_file WHERE tenant_id = $1"),
            };
            let (found,): (Option<i64>,) = day(query).fetch_one(conn).await?;
            Ok((None, db::time_maybe(found)?))
        }
    }
}

/// The dimensions of what is counted. What it does not have is nil or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub team: Uuid,
    pub staff: Uuid,
    pub channel: String,
    pub kind: String,
    pub round: String,
    pub form: Uuid,
}

impl Key {
    /// The same with what the shape does not tell apart left out.
    #[must_use]
    pub fn of(&self, shape: Shape) -> Self {
        let tells = shape.tells();
        let id = |told: bool, id: Uuid| if told { id } else { Uuid::nil() };
        let word = |told: bool, word: &str| if told { word.to_owned() } else { String::new() };
        Self {
            team: id(tells.team, self.team),
            staff: id(tells.staff, self.staff),
            channel: word(tells.channel, &self.channel),
            kind: word(tells.kind, &self.kind),
            round: self.round.clone(),
            form: self.form,
        }
    }
}

/// The counts of one day or month.
pub type Cells = BTreeMap<(Metric, Shape, Key), Counts>;

/// Writes the counts of a day or month in place of those there were.
pub async fn replace(
    tx: &mut Write,
    tenant: TenantId,
    cohort: Cohort,
    (grain, span): (Grain, &str),
    cells: &Cells,
) -> db::Result<()> {
    sql("DELETE FROM bucket WHERE tenant_id = $1 AND grain = $2 AND span = $3 AND metric IN ")
        .bind(tenant)
        .bind(grain.code())
        .bind(span)
        .push_list(Metric::kept(cohort).map(Metric::code))
        .push(" AND shape IN ")
        .push_list(Shape::CODES.iter().copied())
        .execute(tx)
        .await?;
    let rows = cells.iter().map(|((metric, shape, key), counts)| {
        [
            Param::from(tenant),
            metric.code().into(),
            shape.code().into(),
            grain.code().into(),
            span.into(),
            key.team.into(),
            key.staff.into(),
            key.channel.as_str().into(),
            key.kind.as_str().into(),
            key.round.as_str().into(),
            key.form.into(),
            pack(counts).into(),
        ]
    });
    let into = "bucket (tenant_id, metric, shape, grain, span, team_id, staff_id, channel, kind,
        round, form_id, counts)";
    insert_many(tx, into, rows).await?;
    Ok(())
}

type CellRow = (String, String, Uuid, Uuid, String, String, String, Uuid, Vec<u8>);

/// The counts of the days or months from one to another, both within, added up.
pub async fn sum(
    conn: &mut Read,
    tenant: TenantId,
    cohort: Cohort,
    grain: Grain,
    (from, to): (&str, &str),
) -> db::Result<Cells> {
    let rows: Vec<CellRow> = sql("
        SELECT metric, shape, team_id, staff_id, channel, kind, round, form_id, counts FROM bucket
        WHERE tenant_id = $1 AND grain = $2 AND span >= $3 AND span <= $4 AND metric IN ")
    .bind(tenant)
    .bind(grain.code())
    .bind(from)
    .bind(to)
    .push_list(Metric::kept(cohort).map(Metric::code))
    .push(" AND shape IN ")
    .push_list(Shape::CODES.iter().copied())
    .fetch_all(conn)
    .await?;
    let mut cells = Cells::new();
    for (metric, shape, team, staff, channel, kind, round, form, counts) in rows {
        let key = Key { team, staff, channel, kind, round, form };
        let metric = metric.parse().map_err(db::corrupt)?;
        let shape = shape.parse().map_err(db::corrupt)?;
        unpack(&counts, cells.entry((metric, shape, key)).or_default())?;
    }
    Ok(cells)
}

/// Buckets are filtered and split as the rows they were made of.
fn columns(cohort: Cohort) -> Columns {
    let counts_rounds = matches!(cohort, Cohort::Answered | Cohort::Sent);
    Columns {
        team: "b.team_id",
        staff: "b.staff_id",
        channel: "b.channel",
        // An invitation has no kind.
        kind: if cohort == Cohort::Sent { "CAST(NULL AS TEXT)" } else { "b.kind" },
        round: counts_rounds.then_some("b.round"),
        form: counts_rounds.then_some("b.form_id"),
        day: "b.span",
        month: "substr(b.span, 1, 7)",
        at: None,
    }
}

/// Buckets of one length from one to another, both within.
pub type Span = (Grain, String, String);

/// What was counted, by part.
pub type Parts = BTreeMap<Part, Counts>;

/// Metric, part as id, word and date, packed counts.
type CountedRow = (String, Option<Uuid>, Option<String>, Option<String>, Vec<u8>);

/// Spans in one statement. Each repeats the conditions of the slice, whose teams may be hundreds, and the
/// values of a statement are bounded; a period of whole months has four.
const SPANS_AT_ONCE: usize = 8;

/// The counts of the slice by metric and part, of all the spans together. The metrics are of one cohort
/// and have buckets of their own; the slice's own dates do not matter. Hardly ever more than one
/// statement: a page of figures is made of many such questions.
pub async fn read(
    conn: &mut Read,
    tenant: TenantId,
    (cohort, metrics, shape): (Cohort, &[Metric], Shape),
    spans: &[Span],
    slice: &Slice,
    split: Split,
) -> db::Result<BTreeMap<Metric, Parts>> {
    let mut found: BTreeMap<Metric, Parts> = BTreeMap::new();
    for spans in spans.chunks(SPANS_AT_ONCE) {
        let rows = read_rows(conn, tenant, (cohort, metrics, shape), spans, slice, split).await?;
        for (metric, id, word, date, counts) in rows {
            let (id, word) = (id.filter(|it| !it.is_nil()), word.filter(|it| !it.is_empty()));
            let parts = found.entry(metric.parse().map_err(db::corrupt)?).or_default();
            unpack(&counts, parts.entry(Part::of(split, (id, word, date))).or_default())?;
        }
    }
    Ok(found)
}

async fn read_rows(
    conn: &mut Read,
    tenant: TenantId,
    (cohort, metrics, shape): (Cohort, &[Metric], Shape),
    spans: &[Span],
    slice: &Slice,
    split: Split,
) -> db::Result<Vec<CountedRow>> {
    let columns = columns(cohort);
    let [id, word, date] = columns.part(split);
    let mut query = sql("SELECT b.metric, ").bind(tenant).bind(shape.code());
    for (nth, (grain, from, to)) in spans.iter().enumerate() {
        if nth != 0 {
            query = query.push(" UNION ALL SELECT b.metric, ");
        }
        query = query.push(id).push(" AS id, ").push(word).push(" AS word, ").push(date);
        query = query.push(
            " AS date, b.counts FROM bucket b
            WHERE b.tenant_id = $1 AND b.shape = $2 AND b.grain = ",
        );
        query = query.push_bind(grain.code()).push(" AND b.span >= ").push_bind(from.as_str());
        query = query.push(" AND b.span <= ").push_bind(to.as_str());
        query = query.push(" AND b.metric IN ").push_list(metrics.iter().map(|it| it.code()));
        query = columns.filter(query, slice);
    }
    query.fetch_all(conn).await
}

/// Value after value, each with its count, in seven bits a byte, the lowest first.
fn pack(counts: &Counts) -> Vec<u8> {
    let mut bytes = vec![];
    let mut push = |mut it: u64| {
        while 0x7f < it {
            bytes.push(it.to_le_bytes()[0] | 0x80);
            it >>= 7;
        }
        bytes.push(it.to_le_bytes()[0]);
    };
    for (value, count) in counts {
        // Zigzag: small negatives stay small.
        push(((value << 1) ^ (value >> 63)).cast_unsigned());
        push(*count);
    }
    bytes
}

fn unpack(bytes: &[u8], into: &mut Counts) -> db::Result<()> {
    let mut numbers = vec![];
    let (mut number, mut shift) = (0_u64, 0_u32);
    for byte in bytes {
        if 63 < shift {
            return Err(db::corrupt("a bucket holds a number that is too long"));
        }
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            numbers.push(number);
            (number, shift) = (0, 0);
        }
    }
    if shift != 0 || numbers.len() % 2 != 0 {
        return Err(db::corrupt("a bucket ends too early"));
    }
    for pair in numbers.chunks_exact(2) {
        let value = (pair[0] >> 1).cast_signed() ^ -(pair[0] & 1).cast_signed();
        *into.entry(value).or_default() += pair[1];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let counts: Counts = [(-3, 1), (0, 7), (1, 300), (86_400, 2), (i64::MAX, u64::MAX)].into();
        let packed = pack(&counts);
        let mut found = Counts::new();
        unpack(&packed, &mut found).unwrap();
        assert_eq!(found, counts);
        assert!(unpack(&packed[..packed.len() - 1], &mut found).is_err());
        assert!(unpack(&[0xff; 11], &mut found).is_err());
        assert_eq!(pack(&[(5, 100)].into()).len(), 2);
    }
}
