//! A past for the company: evaluations evenly over the last year, some of which opened a case, and
//! invitations. Nothing is asked of the product: rows as it would have written them, by the hundred,
//! so that ten millions are a matter of minutes. The same seed, the same rows.

use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use domain::analysis::bucket::Cohort;
use domain::collect::answer::Scores;
use domain::collect::channel::Channel;
use domain::collect::evaluation::Evaluation;
use domain::collect::invitation::{About, Invitation, State as Invited};
use domain::collect::round::Round;
use domain::handle::case::{Case, State, Told};
use domain::id::{
    CaseId, ClockId, EvaluationId, FormId, InteractionId, InvitationId, RectificationId, StaffId,
    TeamId,
};
use domain::language::Language;
use domain::platform::role::Scope;
use domain::platform::tenant::Tenant;
use domain::triage::Kind;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use store::collect::evaluation::{self, Filter};
use store::handle::case;
use store::measure::{self, PastAction, PastCase, PastPromise};
use uuid::Uuid;

use crate::App;

/// Evaluations that share a commit.
const AT_ONCE: u64 = 20_000;

const TEAMS: u64 = 20;
/// Each belongs to one team.
const PEOPLE: u64 = 500;

const CHANNELS: [Channel; 5] =
    [Channel::WebLink, Channel::Sms, Channel::Wechat, Channel::Phone, Channel::Email];
const KINDS: [Kind; 4] = [Kind::Complaint, Kind::Issue, Kind::Consultation, Kind::Suggestion];
const WORDS: [&str; 6] = [
    "等了很久才有人接",
    "态度很好，问题解决了",
    "说好回电话一直没回",
    "退款还没有到账",
    "处理得很快，谢谢",
    "同一个问题说了三遍",
];
/// One in so many comments says this, to be searched for.
const RARE: (u64, &str) = (2_000, "发票抬头写错了");

#[derive(Args)]
pub struct Past {
    /// Evaluations to add.
    #[arg(long)]
    evaluations: u64,
    /// Spread over so many days up to now.
    #[arg(long, default_value_t = 365)]
    days: i64,
    /// One of so many opened a case.
    #[arg(long, default_value_t = 20)]
    one_case_in: u64,
    /// One invitation to so many evaluations.
    #[arg(long, default_value_t = 5)]
    one_invitation_in: u64,
}

/// What the rows have in common.
struct Common<'a> {
    tenant: &'a Tenant,
    form: (FormId, String, i64),
    /// A case as the house opened it.
    case: Case,
    now: Timestamp,
}

/// Rows that share a commit.
#[derive(Default)]
struct Rows {
    evaluations: Vec<Evaluation>,
    invitations: Vec<Invitation>,
    cases: Vec<PastCase>,
    promises: Vec<PastPromise>,
    actions: Vec<PastAction>,
}

pub async fn run(app: &App, tenant: &Tenant, past: Past) -> anyhow::Result<()> {
    let begun = Instant::now();
    let now = app.now();
    let mut conn = app.db.read().await?;
    let form = super::form(&mut conn, tenant.id).await?;
    let newest = Filter { limit: 200, ..Filter::default() };
    let newest = evaluation::list(&mut conn, tenant.id, &Scope::All, &newest).await?;
    let opened = newest.iter().find_map(|it| it.case).context("hand in something unhappy first")?;
    let case = case::find(&mut conn, tenant.id, opened).await?.context("its case is there")?;
    let there = evaluation::count(&mut conn, tenant.id, &Scope::All, &Filter::default()).await?;
    drop(conn);
    let common = Common { tenant, form, case, now };
    let first = u64::try_from(there)?;
    let span_ms = SignedDuration::from_hours(24 * past.days).as_millis();
    for from in (0..past.evaluations).step_by(usize::try_from(AT_ONCE)?) {
        let mut rows = Rows::default();
        for n in from..(from + AT_ONCE).min(past.evaluations) {
            let back = span_ms - span_ms * i128::from(n) / i128::from(past.evaluations);
            let at = now - SignedDuration::from_millis(i64::try_from(back)?);
            rows.add(&common, &past, first + n, at);
        }
        let mut tx = app.db.write().await?;
        measure::evaluations(&mut tx, tenant.id, &rows.evaluations).await?;
        measure::invitations(&mut tx, tenant.id, &rows.invitations).await?;
        measure::cases(&mut tx, tenant.id, &rows.cases).await?;
        measure::promises(&mut tx, tenant.id, &rows.promises).await?;
        measure::actions(&mut tx, tenant.id, &rows.actions).await?;
        tx.commit().await?;
    }
    let mut tx = app.db.write().await?;
    for cohort in Cohort::ALL {
        measure::mark_everything(&mut tx, tenant.id, *cohort);
    }
    tx.commit().await?;
    app.db.vacuum().await?;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", json!({ "evaluations": past.evaluations, "seconds": seconds }));
    Ok(())
}

/// A number that looks thrown, of one that counts (splitmix64).
fn mixed(n: u64) -> u64 {
    let mut it = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

/// As the house makes ids: by time, then different.
fn id<T: From<Uuid>>(at: Timestamp, kind: u8, n: u64) -> T {
    let mut rest = [0; 10];
    rest[1] = kind;
    rest[2..].copy_from_slice(&n.to_be_bytes());
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid().into()
}

/// The `n`th of something that there are few of.
fn few<T: From<Uuid>>(kind: u128, n: u64) -> T {
    Uuid::from_u128(0x019a_0000_0000_7000_a000_0000_0000_0000 + (kind << 40) + u128::from(n)).into()
}

fn pick<T: Copy>(of: &[T], dice: u64) -> T {
    of[usize::try_from(dice % of.len() as u64).unwrap_or(0)]
}

impl Rows {
    fn add(&mut self, common: &Common<'_>, past: &Past, n: u64, at: Timestamp) {
        let dice = mixed(n);
        let person = dice % PEOPLE;
        let (staff, team): (StaffId, TeamId) = (few(1, person), few(2, person % TEAMS));
        let opens = n.is_multiple_of(past.one_case_in);
        let csat = if opens { 1 + dice % 3 } else { pick(&[2, 3, 4, 4, 5, 5, 5, 5], dice >> 8) };
        let case: Option<CaseId> = opens.then(|| id(at, 1, n));
        let mut comment = String::new();
        if opens || (dice >> 16).is_multiple_of(5) {
            comment = format!("{}，第 {n} 号", pick(&WORDS, dice >> 20));
            if (dice >> 24).is_multiple_of(RARE.0) {
                comment.push_str(RARE.1);
            }
        }
        let evaluation = Evaluation {
            id: id(at, 0, n),
            round: if (dice >> 4).is_multiple_of(5) { Round::Unsolicited } else { Round::First },
            form: common.form.0,
            form_version: common.form.2,
            invitation: None,
            case,
            interaction: None,
            customer: None,
            staff: Some(staff),
            team: Some(team),
            channel: pick(&CHANNELS, dice >> 12),
            language: "zh-CN".to_owned(),
            scores: Scores {
                csat: u8::try_from(csat).ok(),
                nps: (dice >> 28)
                    .is_multiple_of(4)
                    .then(|| pick(&[3, 7, 8, 9, 10, 10], dice >> 32)),
                ces: (dice >> 36).is_multiple_of(4).then(|| pick(&[3, 5, 6, 7], dice >> 40)),
                ..Scores::default()
            },
            answers: json!({ "overall": csat, "suggestion": comment }),
            comment,
            anonymous: false,
            receipt: format!("P{n:012}"),
            submitted_at: at,
            local_day: common.tenant.local_day(at),
        };
        if case.is_some() {
            self.add_case(common, &evaluation, n);
        }
        if n.is_multiple_of(past.one_invitation_in) {
            self.invitations.push(invitation(common, &evaluation, n));
        }
        self.evaluations.push(evaluation);
    }

    /// A case that was closed within nine days, or is at work.
    fn add_case(&mut self, common: &Common<'_>, of: &Evaluation, n: u64) {
        let (Some(id_of), Some(team)) = (of.case, of.team) else { return };
        let (opened, dice) = (of.submitted_at, mixed(n ^ 0x5555));
        let hours = |hours: u64| opened + SignedDuration::from_hours(hours.cast_signed());
        let passed = |at: Timestamp| (at <= common.now).then_some(at);
        let (answered, closed) = (passed(hours(1 + dice % 5)), passed(hours(24 + dice % 192)));
        let kind = pick(&KINDS, dice >> 8);
        let due = hours(168);
        let case = Case {
            id: id_of,
            number: format!("P{n:011}"),
            state: if closed.is_some() { State::Closed } else { State::InProgress },
            kind,
            channel: of.channel,
            evaluation: Some(of.id),
            said: of.comment.clone(),
            owner: of.staff,
            team,
            opened_at: opened,
            accepted_at: passed(hours(1)),
            answered_at: answered,
            first_solved_at: closed,
            solved_at: closed,
            closed_at: closed,
            told: closed.map(|at| Told::Yes { at }),
            changed_at: closed.or(answered).unwrap_or(opened),
            ..common.case.clone()
        };
        for (at, promise, due, ended) in
            [(2, "first_response", hours(4), answered), (3, "resolve", due, closed)]
        {
            let state = match ended {
                Some(end) if end <= due => "kept",
                Some(_) => "late",
                None => "running",
            };
            let id = id::<ClockId>(opened, at, n);
            let (started, owner) = (opened, of.staff);
            let row =
                PastPromise { id, case: id_of, promise, state, started, due, ended, owner, team };
            self.promises.push(row);
        }
        if let (Some(owner), true) = (of.staff, dice.is_multiple_of(10)) {
            self.actions.push(PastAction {
                id: id::<RectificationId>(opened, 4, n),
                case: id_of,
                owner,
                planned: opened,
                due: hours(240),
                verified: passed(hours(96 + dice % 192)),
            });
        }
        self.cases.push(PastCase {
            local_day: of.local_day.clone(),
            next_due: closed.is_none().then_some(due),
            search: format!("{}\n{}", case.number, case.said).to_lowercase(),
            case,
        });
    }
}

fn invitation(common: &Common<'_>, of: &Evaluation, n: u64) -> Invitation {
    let at = of.submitted_at;
    let completed = mixed(n ^ 0xaaaa).is_multiple_of(3).then_some(at);
    Invitation {
        id: id::<InvitationId>(at, 5, n),
        round: Round::First,
        about: About::Interaction(id::<InteractionId>(at, 6, n)),
        customer: None,
        staff: of.staff,
        team: of.team,
        form: common.form.1.clone(),
        channel: of.channel,
        recipient: String::new(),
        language: Language::default(),
        state: if completed.is_some() { Invited::Completed } else { Invited::Delivered },
        because: None,
        happened: at,
        planned: at,
        due: at,
        sent: Some(at),
        delivered: Some(at),
        opened: None,
        started: None,
        completed,
        reminded: None,
        expires: None,
        evaluation: completed.map(|_| EvaluationId(of.id.0)),
    }
}
