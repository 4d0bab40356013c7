//! `huisheng case`: cases from a terminal, under the rights of the member of staff who is named.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Context as _;
use app::Act;
use app::handle::act_on_case::{ActOnCase, act_on_case, find_case, note_look};
use app::handle::calendar::schedules;
use app::platform::authenticate::{Caller, as_staff};
use clap::{Args, Subcommand};
use domain::handle::case::{Case, State};
use domain::handle::closing::missing;
use jiff::tz::TimeZone;
use serde_json::Value;
use store::Read;
use store::handle::case;
use store::handle::case_list::{self, Filter, Sort, Viewer};
use store::platform::staff;

use super::told;
use crate::App;
use crate::http::handle::verb;

#[derive(Args)]
pub struct CaseArgs {
    #[command(subcommand)]
    command: Command,
    /// Who acts: a login. Their role decides what they see and may do.
    #[arg(long = "as", value_name = "LOGIN", default_value = "admin", global = true)]
    login: String,
    /// The company's code, where there are several.
    #[arg(long, global = true)]
    tenant: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Cases that are not closed, what falls due first, first.
    List {
        /// Closed ones too, the newest first.
        #[arg(long)]
        all: bool,
        #[arg(long, default_value_t = 20)]
        limit: i64,
    },
    /// One case with its promises, what is missing to close it, and its time line.
    Show { number: String },
    /// Act on a case. The verbs and their fields are those of the API, as in
    /// `huisheng case act 7K2F-9QXM reply text="您好…" how=phone`.
    Act {
        number: String,
        verb: String,
        /// NAME=VALUE; a value that is JSON is taken as JSON, everything else as text.
        fields: Vec<String>,
    },
}

pub async fn run(app: &App, args: CaseArgs) -> anyhow::Result<()> {
    let tenant = super::tenant(app, args.tenant.as_deref()).await?;
    let mut conn = app.db.read().await?;
    let found = staff::find_by_login(&mut conn, tenant.id, &args.login).await?;
    let found = found.map(|it| it.0).filter(|it| it.active);
    let person =
        found.with_context(|| format!("nobody logs in as `{}`: --as LOGIN", args.login))?;
    let caller = as_staff(&mut conn, tenant.id, &person).await.map_err(told)?;
    drop(conn);
    let act = Act { by: caller.by, scope: caller.scope.clone(), ..app.system(tenant.id) };
    let zone = tenant.time_zone();
    match args.command {
        Command::List { all, limit } => list(app, &act, &zone, all, limit).await,
        Command::Show { number } => {
            let mut tx = app.db.write().await?;
            let case = find(&mut tx, &act, &number).await?;
            note_look(&mut tx, &act, case.id).await.map_err(told)?;
            let page = page(&mut tx, &act, &zone, &case).await?;
            tx.commit().await?;
            print(&page)
        }
        Command::Act { number, verb, fields } => {
            self::act(app, &act, &caller, &zone, (&number, &verb, &fields)).await
        }
    }
}

async fn find(conn: &mut Read, act: &Act, number: &str) -> anyhow::Result<Case> {
    let folded = number.trim().to_uppercase();
    let found = case::find_by_number(conn, act.tenant, &folded).await?;
    let found = found.with_context(|| format!("there is no case {number}"))?;
    find_case(conn, act, found.id).await.map_err(told)
}

async fn act(
    app: &App,
    act: &Act,
    caller: &Caller,
    zone: &TimeZone,
    (number, verb, fields): (&str, &str, &[String]),
) -> anyhow::Result<()> {
    anyhow::ensure!(
        verb::VERBS.contains(&verb),
        "`{verb}` is no verb of a case; there are: {}",
        verb::VERBS.join(", ")
    );
    let fields = fields.iter().map(|it| field(it)).collect::<anyhow::Result<_>>()?;
    let command = verb::command(verb, fields).map_err(|it| told(it.into()))?;
    let mut tx = app.db.write().await?;
    let id = find(&mut tx, act, number).await?.id;
    let input = ActOnCase { id, version: None, command };
    let case = act_on_case(&mut tx, act, &caller.permissions, input).await.map_err(told)?;
    let page = page(&mut tx, act, zone, &case).await?;
    tx.commit().await?;
    print(&page)
}

fn field(text: &str) -> anyhow::Result<(String, Value)> {
    let (name, value) =
        text.split_once('=').with_context(|| format!("`{text}` is not NAME=VALUE"))?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

async fn list(app: &App, act: &Act, zone: &TimeZone, all: bool, limit: i64) -> anyhow::Result<()> {
    const OPEN: [State; 6] = [
        State::New,
        State::Accepted,
        State::InProgress,
        State::WaitingForCustomer,
        State::Solved,
        State::Reopened,
    ];
    let states = if all { vec![] } else { OPEN.to_vec() };
    let filter = Filter { states, ..Filter::default() };
    let sort = if all { Sort::Opened } else { Sort::Due };
    let viewer = Viewer { scope: act.scope.clone(), staff: act.by.staff() };
    let mut conn = app.db.read().await?;
    let limit = limit.clamp(1, 1_000);
    let rows = case_list::list(&mut conn, act.tenant, &viewer, &filter, sort, None, limit).await?;
    let mut lines = String::new();
    for it in rows {
        let due = it.next_due.map_or("-".to_owned(), |it| local(it, zone));
        let said = one_line(&it.case.said);
        let Case { number, state, kind, .. } = &it.case;
        writeln!(lines, "{number}  {state:8} {kind:12} due {due}  {said}")?;
    }
    print(&lines)
}

async fn page(conn: &mut Read, act: &Act, zone: &TimeZone, case: &Case) -> anyhow::Result<String> {
    let mut lines = String::new();
    writeln!(lines, "{}  {}  {}  {}", case.number, case.kind, case.priority, case.state)?;
    writeln!(lines, "  {}", one_line(&case.said))?;
    if let Some(owner) = case.owner
        && let Some(owner) = staff::find(conn, act.tenant, owner).await?
    {
        writeln!(lines, "owner: {} ({})", owner.name, owner.login)?;
    }
    let wanted = case.clocks.iter().flat_map(|it| it.clock.calendars());
    let schedules = schedules(conn, act.tenant, wanted).await.map_err(told)?;
    for it in &case.clocks {
        let why = it.clock.explain(act.now, &schedules)?;
        writeln!(lines, "promise: {} by {}: {}", why.promise, local(why.due_at, zone), why.state)?;
    }
    let missing: Vec<_> = missing(case).into_iter().map(|it| it.to_string()).collect();
    if !missing.is_empty() {
        writeln!(lines, "missing to close: {}", missing.join(", "))?;
    }
    for entry in case::events(conn, act.tenant, case.id).await? {
        let by = match entry.event.by.staff() {
            Some(id) => {
                staff::find(conn, act.tenant, id).await?.map_or(String::new(), |it| it.name)
            }
            None => String::new(),
        };
        writeln!(lines, "{}  {} {by}", local(entry.event.at, zone), entry.event.what.code())?;
    }
    Ok(lines)
}

/// To standard output. Whoever reads only its head, as `| head` does, is no failure.
fn print(lines: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(lines.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn local(at: jiff::Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A customer's words are hostile: nothing of them steers a terminal.
fn one_line(text: &str) -> String {
    let clean = text.chars().map(|it| if it.is_control() { ' ' } else { it });
    clean.take(100).collect()
}
