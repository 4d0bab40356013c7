//! The narrow waist: the only module that knows the two engines apart.
//!
//! SQL is written once, with `$1`, `$2`, …, and runs on both. Everything else
//! in the store is plain functions that take a [`Read`] or a [`Write`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use domain::id::TenantId;
use jiff::Timestamp;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    Arguments, AssertSqlSafe, Connection as _, FromRow, PgConnection, PgPool, Postgres, Sqlite,
    SqliteConnection, SqlitePool, Transaction,
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::analysis::mark::{self, Mark};
use crate::later::{Later, Rows};
use crate::memory::{Known, Memory};
use crate::platform::timer::{self, Timer};
use crate::trust::ledger::{self, Leaf};
use crate::trust::master::Master;

pub mod health;
pub mod whole;

pub use sqlx::Error;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Most values in one statement: SQLite's limit, the lower of the two (PostgreSQL: 65 535).
const PARAMS_MAX: usize = 32_766;

/// Statements that a connection keeps prepared. The house has some three hundred texts, some of them
/// in many lengths; the writer alone, which serves customers and jobs in turn, comes by more than the
/// hundred that are usual.
const STATEMENTS_KEPT: usize = 500;

/// Measured on both engines with nine columns: 50 to 1000 rows are within a factor of two.
const ROWS_PER_INSERT: usize = 500;

/// Connections to one of the two engines. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) pools: Pools,
    scheduled: Arc<Notify>,
    master: Arc<Master>,
}

#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// One connection writes, so that writers queue here and not at the file's lock;
    /// any number read beside it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Reads at once on SQLite. More than the cores there are only wait for each other.
const SQLITE_READERS: u32 = 8;

/// How long one of them is kept: it knows the length of the tables as it was counted before.
const READER_LIFE: Duration = Duration::from_mins(10);

const POSTGRES_CONNECTIONS: u32 = 32;

/// Group commits at once on PostgreSQL. Each keeps a core of the server busy; more of them only
/// make smaller groups.
const POSTGRES_WRITERS: usize = 4;

/// A process that was frozen in the middle of a transaction loses it, and with it the locks that
/// others wait for; who waits for a lock gives up and tries again.
const PATIENCE: [(&str, &str); 2] =
    [("idle_in_transaction_session_timeout", "30s"), ("lock_timeout", "10s")];

/// Who waits longer for a connection is told to come again.
pub(crate) const ACQUIRE_MAX: Duration = Duration::from_secs(5);

/// The same for the one connection that writes to SQLite: the work of others is before it.
const ACQUIRE_WRITER_MAX: Duration = Duration::from_secs(10);

impl Db {
    /// Opens `sqlite:PATH` (made if it is not there) or `postgres://…` and brings the schema up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Self::connect(url).await?;
        db.migrate().await?;
        // A disk that is full or cannot be written to is no reason not to read.
        if let Err(error) = db.count_rows().await {
            tracing::warn!(%error, "SQLite could not look at the length of its tables");
        }
        Ok(db)
    }

    /// Lets SQLite look at a few rows of each index whose table has grown tenfold since: it does not do so
    /// by itself, and without it takes every table for one of ten rows and walks all promises there ever
    /// were for those of one day. PostgreSQL looks by itself.
    ///
    /// Takes a moment when nothing has grown; a process that lives for months asks for it now and then. Readers
    /// know of it when they are opened anew.
    pub async fn count_rows(&self) -> Result<()> {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            // 0x02: analyse what needs it; 0x10000: of all tables, not only of those this connection read.
            sqlx::query("PRAGMA optimize = 0x10002").execute(writer).await?;
        }
        Ok(())
    }

    /// Opens it as it is, whatever its schema: for backups and for restoring.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = PgPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(ACQUIRE_MAX);
            let options: PgConnectOptions = url.parse()?;
            let options = options.statement_cache_capacity(STATEMENTS_KEPT).options(PATIENCE);
            Ok(Self::of(Pools::Postgres(pool.connect_with(options).await?)))
        } else {
            Ok(Self::of(Self::open_sqlite(url.parse()?).await?))
        }
    }

    fn of(pools: Pools) -> Self {
        Self { pools, scheduled: Arc::default(), master: Arc::default() }
    }

    /// Seals and opens secrets with that; without, there can be none.
    #[must_use]
    pub fn with_master(self, master: Master) -> Self {
        Self { master: Arc::new(master), ..self }
    }

    pub fn master(&self) -> &Master {
        &self.master
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn of_postgres(pool: PgPool) -> Self {
        Self::of(Pools::Postgres(pool))
    }

    /// Waits until a transaction of this process has committed a timer or a job. One waiter at
    /// a time; a commit while nobody waits is told to the next.
    pub async fn scheduled(&self) {
        self.scheduled.notified().await;
    }

    async fn open_sqlite(options: SqliteConnectOptions) -> Result<Pools> {
        // FULL: a commit is on disk before it is acknowledged, also when the power goes.
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What was erased is not left lying in free pages.
            .pragma("secure_delete", "ON")
            .statement_cache_capacity(STATEMENTS_KEPT)
            .busy_timeout(Duration::from_secs(5));
        // The writer comes first: it makes the file and turns on WAL.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_WRITER_MAX)
            // When the disk is full SQLite itself rolls back, and the driver, whose own rollback then
            // fails, takes the transaction for open ever after. Such a connection is opened anew.
            .before_acquire(|conn, _| Box::pin(async { Ok(!conn.is_in_transaction()) }))
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .max_lifetime(READER_LIFE)
            .acquire_timeout(ACQUIRE_MAX)
            // None before it is asked for: a connection learns how long the tables are when it is opened, and
            // one from before they were counted walks whole tables for as long as it is kept.
            .connect_lazy_with(options.read_only(true).create_if_missing(false));
        Ok(Pools::Sqlite { writer, readers })
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        self.run_migrations(sqlx::migrate!()).await
    }

    async fn run_migrations(&self, migrator: sqlx::migrate::Migrator) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => migrator.run(writer).await?,
            Pools::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// How many transactions that write get on with each other. On SQLite there is one at a time.
    pub fn writers_at_once(&self) -> usize {
        match &self.pools {
            Pools::Sqlite { .. } => 1,
            Pools::Postgres(_) => POSTGRES_WRITERS,
        }
    }

    /// Overwrites what the write-ahead log of SQLite still holds of rows that are gone. While others
    /// read it does what it can; the next one does the rest.
    pub async fn forget_log(&self) -> Result<()> {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await?;
        }
        Ok(())
    }

    /// What PostgreSQL does by itself within minutes of a large load, now. Nothing on SQLite.
    pub async fn vacuum(&self) -> Result<()> {
        if let Pools::Postgres(pool) = &self.pools {
            sqlx::query("VACUUM (ANALYZE)").execute(pool).await?;
        }
        Ok(())
    }

    /// Waits for what is under way and closes the files.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// A connection for queries. Each statement sees its own snapshot.
    pub async fn read(&self) -> Result<Read> {
        let conn = match &self.pools {
            Pools::Sqlite { readers, .. } => Conn::Sqlite(readers.acquire().await?),
            Pools::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        };
        Ok(Read::of(conn, &self.master))
    }

    /// A transaction that may change rows. Dropping it without
    /// [`Write::commit`] rolls back.
    pub async fn write(&self) -> Result<Write> {
        let conn = match &self.pools {
            // IMMEDIATE takes the write lock now, so waiting honours
            // busy_timeout; a deferred transaction that upgrades later fails at once.
            Pools::Sqlite { writer, .. } => {
                Conn::SqliteTx(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Pools::Postgres(pool) => Conn::PostgresTx(pool.begin().await?),
        };
        Ok(Write {
            conn: Read::of(conn, &self.master),
            schedules: false,
            scheduled: self.scheduled.clone(),
            marks: BTreeSet::new(),
            timers: BTreeMap::new(),
            leaves: vec![],
        })
    }
}

pub struct Read {
    conn: Conn,
    master: Arc<Master>,
    /// What was read before; `None`: every question is asked anew.
    memory: Option<Memory>,
    /// What is written before anything can miss it; see [`insert_later`].
    later: Later,
    /// See [`Write::changes`].
    changes: u64,
}

pub struct Write {
    conn: Read,
    schedules: bool,
    scheduled: Arc<Notify>,
    /// Days whose figures it changes; see [`crate::analysis::mark`].
    pub(crate) marks: BTreeSet<Mark>,
    /// Set with the commit; see [`timer::put_new`].
    pub(crate) timers: BTreeMap<(TenantId, String), Timer>,
    /// Put on record with the commit; see [`ledger::wait`].
    pub(crate) leaves: Vec<(TenantId, Leaf)>,
}

impl Write {
    pub async fn commit(mut self) -> Result<()> {
        write_later(&mut self).await?;
        mark::flush(&mut self).await?;
        ledger::flush(&mut self).await?;
        timer::flush(&mut self).await?;
        match self.conn.conn {
            Conn::SqliteTx(tx) => tx.commit().await?,
            Conn::PostgresTx(tx) => tx.commit().await?,
            Conn::Sqlite(_) | Conn::Postgres(_) => unreachable!("a Write holds a transaction"),
        }
        if self.schedules {
            self.scheduled.notify_one();
        }
        Ok(())
    }

    /// From here on the transaction reads the house's furniture once: for many acts that share it.
    #[must_use]
    pub fn remembering(mut self) -> Self {
        self.conn.memory = Some(Memory::default());
        self
    }

    /// Counts what the transaction was asked to change: who fails and has not raised it leaves nothing to undo.
    pub fn changes(&self) -> u64 {
        self.conn.changes
    }

    /// Wakes the worker of this process once the transaction is committed.
    pub(crate) fn wake_worker(&mut self) {
        self.conn.changes += 1;
        self.schedules = true;
    }

    /// Row-lock clause for one row that is read to be decided on and written back;
    /// empty on SQLite, where the writer is alone.
    pub fn for_update(&self) -> &'static str {
        match self.conn.conn {
            Conn::Sqlite(_) | Conn::SqliteTx(_) => "",
            Conn::Postgres(_) | Conn::PostgresTx(_) => " FOR UPDATE",
        }
    }

    /// Runs `work` so that its failure undoes only itself and the transaction lives on.
    pub async fn savepoint<T, E: From<sqlx::Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut Write) -> Result<T, E>,
    ) -> Result<T, E> {
        self.apart(work).await?
    }

    /// The same, telling apart what became of the work and, outside, that the transaction is lost.
    pub async fn apart<T, E>(
        &mut self,
        work: impl AsyncFnOnce(&mut Write) -> Result<T, E>,
    ) -> Result<Result<T, E>> {
        // What waits is of before, and is not undone.
        write_later(self).await?;
        run(self, "SAVEPOINT one".to_owned(), vec![]).await?;
        let leaves = self.leaves.len();
        let outcome = work(self).await;
        if outcome.is_err() {
            self.later.clear();
            run(self, "ROLLBACK TO SAVEPOINT one".to_owned(), vec![]).await?;
            // A leaf without its row would be a fault of the ledger.
            self.leaves.truncate(leaves);
        }
        run(self, "RELEASE SAVEPOINT one".to_owned(), vec![]).await?;
        Ok(outcome)
    }
}

impl Deref for Write {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.conn
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.conn
    }
}

/// One SQL statement and its values.
#[derive(Debug, Clone)]
#[must_use]
pub struct Query {
    text: Cow<'static, str>,
    params: Vec<Param>,
}

pub fn sql(text: &'static str) -> Query {
    Query { text: Cow::Borrowed(text), params: Vec::new() }
}

impl Query {
    pub fn bind(mut self, value: impl Into<Param>) -> Self {
        self.params.push(value.into());
        self
    }

    /// Appends SQL. The text is `'static`, so nothing a user typed can become SQL.
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Appends the next placeholder and binds its value.
    pub fn push_bind(self, value: impl Into<Param>) -> Self {
        let mut query = self.bind(value);
        let n = query.params.len();
        write!(query.text.to_mut(), "${n}").expect("a String takes any text");
        query
    }

    /// Appends `($4, $5, …)` and binds the values. Of none it makes a list that nothing is in.
    pub fn push_list<P: Into<Param>>(self, values: impl IntoIterator<Item = P>) -> Self {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return self.push("(NULL)") };
        let query = self.push("(").push_bind(first);
        values.fold(query, |query, value| query.push(", ").push_bind(value)).push(")")
    }

    /// Runs the statement and returns how many rows it changed.
    pub async fn execute(self, tx: &mut Write) -> Result<u64> {
        self.assert_complete();
        run(tx, self.text.into_owned(), self.params).await
    }

    pub async fn fetch_all<T: Record>(self, conn: &mut Read) -> Result<Vec<T>> {
        self.assert_complete();
        write_named(conn, &self.text).await?;
        let changes = !self.text.trim_start().starts_with("SELECT");
        if changes && let Some(memory) = &mut conn.memory {
            memory.forget(&self.text);
        }
        let text = AssertSqlSafe(self.text.into_owned());
        let rows = match conn.engine() {
            Engine::Sqlite(conn) => {
                let args: SqliteArguments = encode(self.params);
                sqlx::query_as_with(text, args).fetch_all(conn).await?
            }
            Engine::Postgres(conn) => {
                let args: PgArguments = encode(self.params);
                sqlx::query_as_with(text, args).fetch_all(conn).await?
            }
        };
        if changes {
            conn.changes += rows.len() as u64;
        }
        Ok(rows)
    }

    /// The first column of the one row there is, as with `count(*)`.
    pub async fn fetch_i64(self, conn: &mut Read) -> Result<i64> {
        Ok(self.fetch_one::<(i64,)>(conn).await?.0)
    }

    pub async fn fetch_optional<T: Record>(self, conn: &mut Read) -> Result<Option<T>> {
        Ok(self.fetch_all(conn).await?.pop())
    }

    pub async fn fetch_one<T: Record>(self, conn: &mut Read) -> Result<T> {
        self.fetch_optional(conn).await?.ok_or(sqlx::Error::RowNotFound)
    }

    /// SQLite reads a missing value as NULL without a word, so count them here.
    fn assert_complete(&self) {
        debug_assert_eq!(highest_placeholder(&self.text), self.params.len(), "in: {}", self.text);
    }
}

/// Inserts rows, [`ROWS_PER_INSERT`] to a statement.
///
/// `into` names the table and its columns, as in `"answer (tenant_id, id, score)"`;
/// `N` is the number of columns.
pub fn insert_many<const N: usize>(
    tx: &mut Write,
    into: &'static str,
    rows: impl IntoIterator<Item = [Param; N]>,
) -> impl Future<Output = Result<u64>> + Send {
    const { assert!(0 < N && N * ROWS_PER_INSERT <= PARAMS_MAX) };
    // Before the first await: an iterator that borrows would make the future hard to send.
    let rows: Vec<Vec<Param>> = rows.into_iter().map(Vec::from).collect();
    insert_chunks(tx, into, rows)
}

async fn insert_chunks(tx: &mut Write, into: &'static str, rows: Vec<Vec<Param>>) -> Result<u64> {
    write_named(tx, into).await?;
    let inserted = insert_rows(tx, into, rows).await?;
    tx.conn.changes += inserted;
    Ok(inserted)
}

/// Inserts a row that nothing of the transaction can miss, though it is written late: before the first
/// statement that names its table, or with the commit, in one statement with the others that wait. A key that
/// is taken fails the transaction then.
pub fn insert_later<const N: usize>(tx: &mut Write, into: &'static str, row: [Param; N]) {
    const { assert!(0 < N && N * ROWS_PER_INSERT <= PARAMS_MAX) };
    if let Some(memory) = &mut tx.conn.memory {
        memory.forget_table(into);
    }
    tx.conn.changes += 1;
    tx.conn.later.push(into, row.into());
}

/// Writes what waits, where `statement` names its table.
async fn write_named(conn: &mut Read, statement: &str) -> Result<()> {
    let rows = conn.later.take_named(statement);
    write_rows(conn, rows).await
}

/// Writes all that waits.
async fn write_later(tx: &mut Write) -> Result<()> {
    let rows = tx.later.take_all();
    write_rows(tx, rows).await
}

async fn write_rows(conn: &mut Read, rows: Rows) -> Result<()> {
    for (into, rows) in rows {
        insert_rows(conn, into, rows).await?;
    }
    Ok(())
}

async fn insert_rows(conn: &mut Read, into: &'static str, rows: Vec<Vec<Param>>) -> Result<u64> {
    let mut rows = rows.into_iter().peekable();
    let mut inserted = 0;
    while rows.peek().is_some() {
        let mut text = format!("INSERT INTO {into} VALUES ");
        let mut params = vec![];
        for row in rows.by_ref().take(ROWS_PER_INSERT) {
            text.push_str(if params.is_empty() { "(" } else { ", (" });
            for (i, param) in row.into_iter().enumerate() {
                params.push(param);
                let comma = if i == 0 { "" } else { ", " };
                match &conn.conn {
                    // SQLite finds `$N` by comparing names: 9 000 of them made
                    // this loop 28 times slower than `?`.
                    Conn::Sqlite(_) | Conn::SqliteTx(_) => write!(text, "{comma}?"),
                    Conn::Postgres(_) | Conn::PostgresTx(_) => {
                        write!(text, "{comma}${}", params.len())
                    }
                }
                .expect("a String takes any text");
            }
            text.push(')');
        }
        inserted += execute(conn, text, params).await?;
    }
    Ok(inserted)
}

async fn run(tx: &mut Write, text: String, params: Vec<Param>) -> Result<u64> {
    write_named(tx, &text).await?;
    let changed = execute(tx, text, params).await?;
    tx.conn.changes += changed;
    Ok(changed)
}

async fn execute(conn: &mut Read, text: String, params: Vec<Param>) -> Result<u64> {
    if let Some(memory) = &mut conn.memory {
        memory.forget(&text);
    }
    let text = AssertSqlSafe(text);
    match conn.engine() {
        Engine::Sqlite(conn) => {
            let args: SqliteArguments = encode(params);
            Ok(sqlx::query_with(text, args).execute(conn).await?.rows_affected())
        }
        Engine::Postgres(conn) => {
            let args: PgArguments = encode(params);
            Ok(sqlx::query_with(text, args).execute(conn).await?.rows_affected())
        }
    }
}

/// A value both engines store. `None` is a typed NULL, which PostgreSQL insists on.
#[derive(Debug, Clone)]
pub enum Param {
    Bool(Option<bool>),
    I64(Option<i64>),
    F64(Option<f64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Json(Option<serde_json::Value>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! param_from {
    ($($ty:ty => $variant:ident),* $(,)?) => {$(
        impl From<$ty> for Param {
            fn from(value: $ty) -> Self { Param::$variant(Some(value)) }
        }
        impl From<Option<$ty>> for Param {
            fn from(value: Option<$ty>) -> Self { Param::$variant(value) }
        }
    )*};
}
param_from!(bool => Bool, i64 => I64, f64 => F64, String => Text, Uuid => Uuid, serde_json::Value => Json, Vec<u8> => Bytes);

macro_rules! param_from_id {
    ($($id:ident),*) => {$(
        impl From<domain::id::$id> for Param {
            fn from(id: domain::id::$id) -> Self { Param::Uuid(Some(id.0)) }
        }
        impl From<Option<domain::id::$id>> for Param {
            fn from(id: Option<domain::id::$id>) -> Self { Param::Uuid(id.map(|it| it.0)) }
        }
    )*};
}
param_from_id!(
    TenantId,
    StaffId,
    TeamId,
    RoleId,
    SessionId,
    ApiKeyId,
    CustomerId,
    InteractionId,
    FormId,
    InvitationId,
    EvaluationId,
    CategoryId,
    CalendarId,
    PolicyId,
    CaseId,
    ClockId,
    SuggestionId,
    RectificationId,
    ScriptId,
    TemplateId,
    MessageId,
    WebhookId,
    TimerId,
    JobId,
    ImportId,
    MappingId
);

impl From<Timestamp> for Param {
    fn from(at: Timestamp) -> Self {
        at.as_millisecond().into()
    }
}

impl From<Option<Timestamp>> for Param {
    fn from(at: Option<Timestamp>) -> Self {
        at.map(Timestamp::as_millisecond).into()
    }
}

impl From<Option<&str>> for Param {
    fn from(value: Option<&str>) -> Self {
        value.map(str::to_owned).into()
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

/// A type that can be read from a row of either engine: `#[derive(sqlx::FromRow)]`.
pub trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}
impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

enum Conn {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTx(Transaction<'static, Sqlite>),
    Postgres(PoolConnection<Postgres>),
    PostgresTx(Transaction<'static, Postgres>),
}

enum Engine<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

impl Read {
    fn of(conn: Conn, master: &Arc<Master>) -> Self {
        Self { conn, master: master.clone(), memory: None, later: Later::default(), changes: 0 }
    }

    /// What this transaction read of `known` before, if it remembers.
    pub(crate) fn recall<T: Clone + 'static>(&self, known: &Known) -> Option<T> {
        self.memory.as_ref()?.get(known)
    }

    /// Keeps what was read for the rest of the transaction, if it remembers.
    pub(crate) fn remember<T: Clone + Send + Sync + 'static>(&mut self, known: Known, value: &T) {
        if let Some(memory) = &mut self.memory {
            memory.put(known, value);
        }
    }

    pub(crate) fn master(&self) -> &Master {
        &self.master
    }

    fn engine(&mut self) -> Engine<'_> {
        match &mut self.conn {
            Conn::Sqlite(conn) => Engine::Sqlite(conn),
            Conn::SqliteTx(tx) => Engine::Sqlite(tx),
            Conn::Postgres(conn) => Engine::Postgres(conn),
            Conn::PostgresTx(tx) => Engine::Postgres(tx),
        }
    }
}

fn encode<A: Encoder>(params: Vec<Param>) -> A {
    let mut args = A::default();
    for param in params {
        args.push(param);
    }
    args
}

trait Encoder: Default {
    fn push(&mut self, param: Param);
}

macro_rules! impl_encoder {
    ($args:ty) => {
        impl Encoder for $args {
            fn push(&mut self, param: Param) {
                match param {
                    Param::Bool(value) => self.add(value),
                    Param::I64(value) => self.add(value),
                    Param::F64(value) => self.add(value),
                    Param::Text(value) => self.add(value),
                    Param::Uuid(value) => self.add(value),
                    Param::Json(value) => self.add(value),
                    Param::Bytes(value) => self.add(value),
                }
                .expect("plain values always encode")
            }
        }
    };
}
impl_encoder!(SqliteArguments);
impl_encoder!(PgArguments);

/// The largest `N` among the `$N` in `text`.
fn highest_placeholder(text: &str) -> usize {
    text.split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .max()
        .unwrap_or(0)
}

#[tokio::test]
async fn a_file_that_is_opened_again_knows_its_tables_are_long() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/grown.db", dir.path().display());
    let open = async || match Db::open(&url).await.unwrap().pools {
        Pools::Sqlite { writer, readers } => (writer, readers),
        Pools::Postgres(_) => panic!("the address is of a file"),
    };
    let (writer, readers) = open().await;
    // Whoever does not know how often a value comes takes the index over more columns.
    sqlx::raw_sql(
        "CREATE TABLE grown (kind INT, state INT, number INT);
        CREATE INDEX grown_by_number ON grown (number);
        CREATE INDEX grown_by_kind ON grown (kind, state);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO grown SELECT 1, 1, i FROM n",
    )
    .execute(&writer)
    .await
    .unwrap();
    readers.close().await;
    writer.close().await;
    let (_, readers) = open().await;
    let plan = "EXPLAIN QUERY PLAN SELECT * FROM grown WHERE kind = 1 AND state = 1 AND number = 7";
    let (_, _, _, way): (i64, i64, i64, String) =
        sqlx::query_as(plan).fetch_one(&readers).await.unwrap();
    assert!(way.contains("grown_by_number"), "{way}");
}

#[test]
fn placeholders_are_counted() {
    assert_eq!(highest_placeholder("a = $1 AND (b = $12 OR c = $2) AND d LIKE '$'"), 12);
    assert_eq!(highest_placeholder("SELECT 1"), 0);
}

#[tokio::test]
async fn what_is_written_later_is_seen_by_whoever_asks_undone_with_its_savepoint_and_there_after_the_commit()
 {
    let db = crate::testing::test_db().await;
    let count = async |conn: &mut Read| {
        let query = sql("SELECT count(*) FROM opt_out WHERE tenant_id = $1").bind(Uuid::nil());
        query.fetch_i64(conn).await.unwrap()
    };
    let later = |tx: &mut Write, subject: &str| {
        let row = [Param::from(Uuid::nil()), subject.into(), 0_i64.into()];
        insert_later(tx, "opt_out (tenant_id, subject, created_ms)", row);
    };
    let mut tx = db.write().await.unwrap().remembering();
    assert_eq!(tx.changes(), 0);
    later(&mut tx, "a");
    later(&mut tx, "b");
    assert_eq!(tx.changes(), 2);
    assert_eq!(count(&mut tx).await, 2);
    let gone = sql("DELETE FROM opt_out WHERE tenant_id = $1 AND subject = $2");
    assert_eq!(gone.bind(Uuid::nil()).bind("a").execute(&mut tx).await.unwrap(), 1);
    later(&mut tx, "c");
    let refused: Result<(), Error> = tx
        .savepoint(async |tx| {
            later(tx, "d");
            Err(Error::RowNotFound)
        })
        .await;
    refused.unwrap_err();
    later(&mut tx, "e");
    tx.commit().await.unwrap();
    let mut conn = db.read().await.unwrap();
    let rows = sql("SELECT subject FROM opt_out WHERE tenant_id = $1 ORDER BY subject");
    let rows: Vec<(String,)> = rows.bind(Uuid::nil()).fetch_all(&mut conn).await.unwrap();
    assert_eq!(rows.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["b", "c", "e"]);
    drop(conn);
    // A key that is taken fails the commit, and nothing of it is written.
    let mut tx = db.write().await.unwrap();
    later(&mut tx, "f");
    later(&mut tx, "b");
    tx.commit().await.unwrap_err();
    assert_eq!(count(&mut db.read().await.unwrap()).await, 3);
}

/// A stored value that breaks a rule of the domain.
pub fn corrupt(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

/// The text with what `LIKE … ESCAPE '\\'` reads as a wildcard escaped.
pub fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// A stored time, in milliseconds.
pub fn time(at_ms: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(at_ms).map_err(corrupt)
}

/// A stored time that may be missing.
pub fn time_maybe(at_ms: Option<i64>) -> Result<Option<Timestamp>> {
    at_ms.map(time).transpose()
}

/// The stored JSON as the type it was made of.
pub fn json<T: serde::de::DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_json::from_value(value).map_err(corrupt)
}

/// A stored word (`snake_case`) as the enum it was made of.
pub fn word<T: serde::de::DeserializeOwned>(word: String) -> Result<T> {
    json(serde_json::Value::String(word))
}

/// The word an enum is stored as: its serde name.
pub fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only enums without fields are stored as words: {other:?}"),
    }
}

/// The value as stored JSON.
pub fn to_json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("our types have string keys and no failing serialisers")
}

/// Whether the engine could not be reached, had no connection to spare, or cannot write: our fault,
/// but it may pass.
pub fn is_unreachable(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => match error.code().as_deref() {
            // PostgreSQL: shutting down, starting up, too many connections, the server went away; the
            // disk is full or broken, the server only reads.
            Some(
                "57P01" | "57P02" | "57P03" | "53300" | "08000" | "08003" | "08006" | "53100"
                | "58030" | "25006",
            ) => true,
            // SQLite, whose code has the kind in its lowest byte: read-only, a failing disk, full, no
            // file to open.
            Some(code) => code.parse().is_ok_and(|it: i32| matches!(it & 0xff, 8 | 10 | 13 | 14)),
            None => false,
        },
        _ => false,
    }
}

/// Whether somebody sent what PostgreSQL takes for no text: a zero byte, by itself or escaped in JSON.
pub fn is_no_text(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    matches!(error.code().as_deref(), Some("22021" | "22P05"))
}

/// Whether the engine refused for a reason that another try may not meet: a deadlock, a
/// serialisation failure, a lock that was held for too long, a busy file.
pub fn is_transient(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    matches!(error.code().as_deref(), Some("40001" | "40P01" | "55P03" | "5" | "517"))
}
