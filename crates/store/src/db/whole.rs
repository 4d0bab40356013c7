//! The whole database, table by table, as the catalogue lists it: for backups and for moving from one
//! engine to the other. A new table is carried without a word said here.

use std::fmt::Write as _;

use futures_util::TryStreamExt as _;
use sqlx::migrate::{Migration, Migrator};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    Conn, Db, Engine, PARAMS_MAX, Param, PgArguments, Pools, Read, Result, SqliteArguments, Write,
    corrupt, encode,
};

/// What only concerns running processes, and what the engine keeps for itself.
const LEFT_OUT: [&str; 3] = ["_sqlx_migrations", "worker", "part_lease"];

/// Rows in one statement.
const ROWS_PER_INSERT: usize = 500;

/// The types columns have, alike on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Uuid,
    Integer,
    Float,
    Boolean,
    Text,
    Json,
    Bytes,
}

impl Kind {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Uuid, "uuid"),
        (Self::Integer, "bigint"),
        (Self::Float, "double precision"),
        (Self::Boolean, "boolean"),
        (Self::Text, "text"),
        (Self::Json, "jsonb"),
        (Self::Bytes, "bytea"),
    ];

    /// The name both engines have for it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).expect("every kind is listed").1
    }

    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|it| it.1.eq_ignore_ascii_case(name)).map(|it| it.0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: String,
    /// By name.
    pub columns: Vec<(String, Kind)>,
}

/// One value. JSON is its text, as the engine has it.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Null,
    Uuid(Uuid),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Text(String),
    Json(String),
    Bytes(Vec<u8>),
}

/// Foreign keys that are put back when everything is loaded: table, name and definition.
pub struct ForeignKeys(Vec<(String, String, String)>);

impl Db {
    /// Everything that is read by it is as it was at one moment, whatever is written meanwhile.
    pub async fn snapshot(&self) -> Result<Read> {
        let conn = match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::SqliteTx(readers.begin().await?),
            Pools::Postgres(pool) => Conn::PostgresTx(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            ),
        };
        let mut read = Read::of(conn, &self.master);
        // The moment is that of the first look.
        tables(&mut read).await?;
        Ok(read)
    }

    /// Brings an empty database to the schema of these migrations. Returns those that this version
    /// does not know: then nothing was done.
    pub async fn migrate_to(&self, versions: &[i64]) -> Result<Vec<i64>> {
        let all = sqlx::migrate!();
        let unknown: Vec<i64> =
            versions.iter().copied().filter(|it| !all.version_exists(*it)).collect();
        if unknown.is_empty() {
            let wanted = all.iter().filter(|it| versions.contains(&it.version));
            let some = Migrator::with_migrations(wanted.cloned().collect::<Vec<Migration>>());
            self.run_migrations(some).await?;
        }
        Ok(unknown)
    }
}

/// The migrations that made this schema; none on a database without any table of ours.
pub async fn versions(conn: &mut Read) -> Result<Vec<i64>> {
    const APPLIED: &str = "SELECT version FROM _sqlx_migrations ORDER BY version";
    if !names(conn).await?.iter().any(|it| it == LEFT_OUT[0]) {
        return Ok(vec![]);
    }
    let rows: Vec<(i64,)> = match conn.engine() {
        Engine::Sqlite(conn) => sqlx::query_as(APPLIED).fetch_all(conn).await?,
        Engine::Postgres(conn) => sqlx::query_as(APPLIED).fetch_all(conn).await?,
    };
    Ok(rows.into_iter().map(|it| it.0).collect())
}

/// Every table that is carried, by name. Fails on a column of a type that cannot be.
pub async fn tables(conn: &mut Read) -> Result<Vec<Table>> {
    let mut tables = vec![];
    for name in names(conn).await?.into_iter().filter(|it| !LEFT_OUT.contains(&it.as_str())) {
        let columns = match conn.engine() {
            Engine::Sqlite(conn) => {
                let query = "SELECT name, type FROM pragma_table_info($1) ORDER BY name";
                sqlx::query_as(query).bind(&name).fetch_all(conn).await?
            }
            Engine::Postgres(conn) => {
                let query = "SELECT CAST(column_name AS TEXT), CAST(data_type AS TEXT)
                    FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name = $1
                        AND is_generated = 'NEVER'
                    ORDER BY CAST(column_name AS TEXT) COLLATE \"C\"";
                sqlx::query_as(query).bind(&name).fetch_all(conn).await?
            }
        };
        let kind = |(column, kind): (String, String)| match Kind::of(&kind) {
            Some(kind) => Ok((column, kind)),
            None => {
                Err(corrupt(format!("{name}.{column} is of type {kind}, which cannot be moved")))
            }
        };
        let columns = columns.into_iter().map(kind).collect::<Result<_>>()?;
        tables.push(Table { name, columns });
    }
    Ok(tables)
}

async fn names(conn: &mut Read) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = match conn.engine() {
        Engine::Sqlite(conn) => {
            let query = "SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = 'table' AND substr(name, 1, 7) <> 'sqlite_'
                ORDER BY name";
            sqlx::query_as(query).fetch_all(conn).await?
        }
        Engine::Postgres(conn) => {
            let query = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
                ORDER BY CAST(table_name AS TEXT) COLLATE \"C\"";
            sqlx::query_as(query).fetch_all(conn).await?
        }
    };
    Ok(rows.into_iter().map(|it| it.0).collect())
}

macro_rules! cells {
    ($row:ident, $table:ident) => {{
        let cell = |(at, (_, kind)): (usize, &(String, Kind))| {
            let cell = match kind {
                Kind::Uuid => $row.try_get::<Option<_>, _>(at)?.map(Cell::Uuid),
                Kind::Integer => $row.try_get::<Option<_>, _>(at)?.map(Cell::Integer),
                Kind::Float => $row.try_get::<Option<_>, _>(at)?.map(Cell::Float),
                Kind::Boolean => $row.try_get::<Option<_>, _>(at)?.map(Cell::Boolean),
                Kind::Text => $row.try_get::<Option<_>, _>(at)?.map(Cell::Text),
                Kind::Json => $row.try_get::<Option<_>, _>(at)?.map(Cell::Json),
                Kind::Bytes => $row.try_get::<Option<_>, _>(at)?.map(Cell::Bytes),
            };
            Ok(cell.unwrap_or(Cell::Null))
        };
        $table.columns.iter().enumerate().map(cell).collect::<Result<Vec<Cell>>>()
    }};
}

/// Gives each row to `each`, in no order, one at a time: memory does not grow with the table.
pub async fn each_row<E: From<sqlx::Error>>(
    conn: &mut Read,
    table: &Table,
    mut each: impl FnMut(Vec<Cell>) -> Result<(), E>,
) -> Result<(), E> {
    let column = |(name, kind): &(String, Kind)| match kind {
        Kind::Json => format!("CAST(\"{name}\" AS TEXT)"),
        _ => format!("\"{name}\""),
    };
    let columns: Vec<String> = table.columns.iter().map(column).collect();
    let text = AssertSqlSafe(format!("SELECT {} FROM \"{}\"", columns.join(", "), table.name));
    match conn.engine() {
        Engine::Sqlite(conn) => {
            let mut rows = sqlx::query(text).fetch(conn);
            while let Some(row) = rows.try_next().await? {
                each(cells!(row, table)?)?;
            }
        }
        Engine::Postgres(conn) => {
            let mut rows = sqlx::query(text).fetch(conn);
            while let Some(row) = rows.try_next().await? {
                each(cells!(row, table)?)?;
            }
        }
    }
    Ok(())
}

/// Makes ready for rows in any order: references are looked at when [`loaded`] is called. What
/// migrations put into the tables is taken out.
pub async fn load(tx: &mut Write, tables: &[Table]) -> Result<ForeignKeys> {
    let keys = match tx.engine() {
        Engine::Sqlite(conn) => {
            sqlx::query("PRAGMA defer_foreign_keys = ON").execute(conn).await?;
            vec![]
        }
        Engine::Postgres(conn) => {
            let query = "SELECT CAST(c.relname AS TEXT), CAST(k.conname AS TEXT),
                    pg_get_constraintdef(k.oid)
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE k.contype = 'f' AND n.nspname = current_schema()";
            sqlx::query_as(query).fetch_all(conn).await?
        }
    };
    for (table, name, _) in &keys {
        let text = format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\"");
        super::run(tx, text, vec![]).await?;
    }
    for it in tables {
        super::run(tx, format!("DELETE FROM \"{}\"", it.name), vec![]).await?;
    }
    Ok(ForeignKeys(keys))
}

/// Rows as [`each_row`] gave them, on whichever engine.
pub async fn insert(tx: &mut Write, table: &Table, rows: Vec<Vec<Cell>>) -> Result<()> {
    let names: Vec<String> = table.columns.iter().map(|it| format!("\"{}\"", it.0)).collect();
    let chunk = ROWS_PER_INSERT.min(PARAMS_MAX / names.len().max(1));
    let is_sqlite = matches!(tx.engine(), Engine::Sqlite(_));
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let mut text = format!("INSERT INTO \"{}\" ({}) VALUES ", table.name, names.join(", "));
        let mut params = vec![];
        for (row, cells) in rows.by_ref().take(chunk).enumerate() {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for (at, (cell, (_, kind))) in cells.into_iter().zip(&table.columns).enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                params.push(param(cell, *kind));
                let n = params.len();
                match (is_sqlite, kind) {
                    (true, _) => write!(text, "{comma}?"),
                    (false, Kind::Json) => write!(text, "{comma}CAST(${n} AS JSONB)"),
                    (false, _) => write!(text, "{comma}${n}"),
                }
                .expect("a String takes any text");
            }
            text.push(')');
        }
        let text = AssertSqlSafe(text);
        match tx.engine() {
            Engine::Sqlite(conn) => {
                let args: SqliteArguments = encode(params);
                sqlx::query_with(text, args).persistent(false).execute(conn).await?;
            }
            Engine::Postgres(conn) => {
                let args: PgArguments = encode(params);
                sqlx::query_with(text, args).persistent(false).execute(conn).await?;
            }
        }
    }
    Ok(())
}

/// JSON goes in as its text: the engine makes of it what it keeps.
fn param(cell: Cell, kind: Kind) -> Param {
    match (cell, kind) {
        (Cell::Uuid(it), _) => it.into(),
        (Cell::Integer(it), _) => it.into(),
        (Cell::Float(it), _) => it.into(),
        (Cell::Boolean(it), _) => it.into(),
        (Cell::Text(it) | Cell::Json(it), _) => it.into(),
        (Cell::Bytes(it), _) => it.into(),
        (Cell::Null, Kind::Uuid) => Param::Uuid(None),
        (Cell::Null, Kind::Integer) => Param::I64(None),
        (Cell::Null, Kind::Float) => Param::F64(None),
        (Cell::Null, Kind::Boolean) => Param::Bool(None),
        (Cell::Null, Kind::Text | Kind::Json) => Param::Text(None),
        (Cell::Null, Kind::Bytes) => Param::Bytes(None),
    }
}

/// Looks at every reference. Fails when one leads nowhere.
pub async fn loaded(tx: &mut Write, keys: ForeignKeys) -> Result<()> {
    for (table, name, definition) in keys.0 {
        let text = format!("ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {definition}");
        super::run(tx, text, vec![]).await?;
    }
    if let Engine::Sqlite(conn) = tx.engine() {
        let query = "SELECT \"table\", \"parent\" FROM pragma_foreign_key_check LIMIT 1";
        let broken: Option<(String, String)> = sqlx::query_as(query).fetch_optional(conn).await?;
        if let Some((table, parent)) = broken {
            return Err(corrupt(format!(
                "a row of {table} refers to a row of {parent} that is missing"
            )));
        }
    }
    Ok(())
}
