//! Timers: invitations that are to be sent, many of them one day, some at one moment; and what
//! became of these.

use clap::Args;
use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Invitation, State};
use domain::collect::round::Round;
use domain::customer::customer::{Customer, Level};
use domain::id::{CustomerId, InteractionId, InvitationId, TenantId, TimerId};
use domain::language::Language;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::customer::customer;
use store::measure;
use store::platform::timer::Timer;

use crate::App;

/// Rows that share a commit.
const AT_ONCE: usize = 5_000;

#[derive(Args)]
pub struct Timers {
    /// Timers due in a month.
    #[arg(long, default_value_t = 0)]
    waiting: u32,
    /// Timers due at one moment.
    #[arg(long)]
    due: u32,
    /// Which is so long from now.
    #[arg(long)]
    after_ms: i64,
}

#[derive(Args)]
pub struct Fired {
    /// The moment.
    #[arg(long)]
    due_ms: i64,
}

/// Writes them and says the moment: `{"due_ms": …}`.
pub async fn run(app: &App, tenant: TenantId, timers: Timers) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    let (_, form, _) = super::form(&mut conn, tenant).await?;
    drop(conn);
    let now = app.now();
    let due = now + SignedDuration::from_millis(timers.after_ms);
    let month = now + SignedDuration::from_hours(30 * 24);
    let all = (0..timers.waiting).map(|_| month).chain((0..timers.due).map(|_| due));
    let all: Vec<Timestamp> = all.collect();
    for due_of in all.chunks(AT_ONCE) {
        let mut tx = app.db.write().await?;
        let (mut invitations, mut rows) = (vec![], vec![]);
        for at in due_of {
            let mut it = planned(app, &form, now, *at);
            if *at == due {
                let who = somebody(CustomerId(app.ids.at(now)), &it.recipient);
                customer::put(&mut tx, tenant, &who, now).await?;
                it.customer = Some(who.id);
            }
            rows.push(timer(TimerId(app.ids.at(now)), &it));
            invitations.push(it);
        }
        measure::invitations(&mut tx, tenant, &invitations).await?;
        measure::timers(&mut tx, tenant, &rows).await?;
        tx.commit().await?;
    }
    println!("{}", json!({ "due_ms": due.as_millisecond() }));
    Ok(())
}

fn planned(app: &App, form: &str, now: Timestamp, due: Timestamp) -> Invitation {
    let id = app.ids.at(now);
    Invitation {
        id: InvitationId(id),
        round: Round::First,
        about: About::Interaction(InteractionId(app.ids.at(now))),
        customer: None,
        staff: None,
        team: None,
        form: form.to_owned(),
        channel: Channel::Email,
        recipient: format!("{}@example.org", id.simple()),
        language: Language::default(),
        state: State::Planned,
        because: None,
        // Young enough to be asked about at that moment.
        happened: due - SignedDuration::from_hours(1),
        planned: now,
        due,
        sent: None,
        delivered: None,
        opened: None,
        started: None,
        completed: None,
        reminded: None,
        expires: None,
        evaluation: None,
    }
}

fn somebody(id: CustomerId, email: &str) -> Customer {
    Customer {
        id,
        external_id: None,
        name: "王芳".to_owned(),
        phone: None,
        email: Some(email.to_owned()),
        language: None,
        level: Level::default(),
        owner: None,
        tags: vec![],
        fields: [].into(),
    }
}

fn timer(id: TimerId, of: &Invitation) -> Timer {
    let kind = "invitation_due";
    Timer {
        id,
        key: format!("invitation/{}", of.id),
        due: of.due,
        kind: kind.to_owned(),
        subject: Some(of.id.0),
        payload: json!({ "kind": kind, "invitation": of.id }),
    }
}

/// Says how many of those due then were sent how often, how late, and how many timers wait.
pub async fn fired(app: &App, tenant: TenantId, fired: Fired) -> anyhow::Result<()> {
    let due = Timestamp::from_millisecond(fired.due_ms)?;
    let mut conn = app.db.read().await?;
    let sent = measure::sent(&mut conn, tenant, due).await?;
    let mut lags: Vec<i64> =
        sent.iter().filter_map(|it| it.1).map(|it| it - fired.due_ms).collect();
    lags.sort_unstable();
    let said = json!({
        "due": sent.len(),
        "once": sent.iter().filter(|it| it.0 == 1).count(),
        "more_than_once": sent.iter().filter(|it| 1 < it.0).count(),
        "lags_ms": lags,
        "waiting": measure::count_timers(&mut conn, tenant).await?,
    });
    println!("{said}");
    Ok(())
}
