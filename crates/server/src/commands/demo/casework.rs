//! Working a case of the demonstration company, one step at a time, to its end.

use app::handle::act_on_case::{ActOnCase, act_on_case};
use domain::collect::invitation::{self as asked, Invitation};
use domain::handle::case::{Case, Reevaluation, State};
use domain::handle::command::Command;
use domain::handle::event::How;
use domain::handle::rectification::{Cause, CauseRoot, Plan, Progress};
use domain::handle::suggestion::Decision;
use domain::id::{CaseId, InvitationId, StaffId};
use domain::platform::actor::Actor;
use domain::triage::Kind;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use serde_json::{Map, json};
use store::Write;

use super::speech::{TOPICS, Topic};
use super::year::{Later, Year};
use crate::commands::told;

const DAY_MINUTES: i64 = 24 * 60;

/// One step: who does what, and how many minutes after it the next may come.
struct Step {
    by: StaffId,
    command: Command,
    then_minutes: i64,
}

impl Year {
    /// The first step on a new case.
    pub fn put_work(&mut self, at: Timestamp, case: &Case) {
        let minutes = match case.kind {
            Kind::Issue => self.random.random_range(4..40),
            Kind::Complaint => self.random.random_range(15..130),
            Kind::Consultation => self.random.random_range(1..7),
            Kind::Suggestion | Kind::Praise => self.random.random_range(60..900),
        };
        let at = self.at_work(at, minutes);
        self.later(at, Later::Work(case.id));
    }

    /// `minutes` after `at`, less as the year goes on (40 % at its end), now and then far too
    /// late, which becomes rarer too. Never outside the hours of service.
    fn at_work(&mut self, at: Timestamp, minutes: i64) -> Timestamp {
        let progress = self.progress(at);
        let late = self.random.random_bool(0.16 - 0.12 * progress);
        let late = if late { 5 } else { 1 };
        let whole = SignedDuration::from_mins(minutes.max(1) * late);
        // Of the last day and a half some is still on the desk: what is open is what people look at.
        let is_left =
            self.end - SignedDuration::from_hours(36) < at && self.random.random_bool(0.3);
        let left = SignedDuration::from_hours(if is_left { 40 } else { 0 });
        let begin = self.in_hours(at) + left;
        let part = SignedDuration::from_secs_f64(whole.as_secs_f64() * (1.0 - 0.4 * progress));
        self.in_hours(begin + part)
    }

    pub async fn work(&mut self, tx: &mut Write, at: Timestamp, id: CaseId) -> anyhow::Result<()> {
        let tenant = self.company.tenant;
        let Some(case) = store::handle::case::find(tx, tenant, id).await? else { return Ok(()) };
        if case.state == State::Closed || case.merged_into.is_some() {
            return Ok(());
        }
        let Step { by, command, then_minutes } = self.step(&case, at);
        let act = self.act(Actor::Staff(by), at);
        let what = format!("{command:?}");
        let input = ActOnCase { id, version: None, command };
        let permissions = self.permissions.clone();
        let done = act_on_case(tx, &act, &permissions, input).await.map_err(told);
        let case =
            done.map_err(|it| it.context(format!("{} {:?}: {what}", case.number, case.kind)))?;
        if let Some(Reevaluation::Sent { invitation, at: sent }) = case.reevaluation
            && sent == at
        {
            self.arrive(tx, at, invitation).await?;
        }
        if case.state != State::Closed {
            let at = self.at_work(at, then_minutes);
            self.later(at, Later::Work(id));
        }
        Ok(())
    }

    /// What is to be done next on this case.
    fn step(&mut self, case: &Case, at: Timestamp) -> Step {
        let by = match case.owner {
            Some(owner) => owner,
            None => self.somebody_else(case, None),
        };
        let topic = topic_of(case);
        let step = |command, then_minutes| Step { by, command, then_minutes };
        let soon = self.random.random_range(15..120);
        let days = self.random.random_range(1..4) * DAY_MINUTES;
        if case.state == State::New {
            return step(Command::Accept, if case.kind == Kind::Consultation { 1 } else { soon });
        }
        if case.answered_at.is_none() && case.kind != Kind::Praise {
            let text = match case.kind {
                Kind::Consultation => {
                    "您好，带上购机凭证即可，一般三个工作日内办好，我会把清单发给您。"
                }
                Kind::Suggestion => "您好，您的建议已收到并登记，评估结果我们会告诉您。",
                _ => {
                    "您好，我是负责处理您反馈的客服，已经看到您说的情况，马上核实，今天内给您答复。"
                }
            };
            let reply =
                Command::Reply { text: text.to_owned(), how: How::Message, is_solution: false };
            return step(reply, soon);
        }
        match case.kind {
            Kind::Consultation | Kind::Praise => step(Command::Close, 1),
            Kind::Suggestion => self.suggestion(case, by, at),
            Kind::Issue | Kind::Complaint => self.correction(case, by, at, topic, (soon, days)),
        }
    }

    fn suggestion(&mut self, case: &Case, by: StaffId, at: Timestamp) -> Step {
        let step = |command, then_minutes| Step { by, command, then_minutes };
        let days = self.random.random_range(2..12) * DAY_MINUTES;
        let Some(outcome) = &case.outcome else {
            let adopted = self.random.random_bool(0.35 + 0.25 * self.progress(at));
            let decision = if adopted {
                Decision::Adopted {
                    reason: "多位客户提过，成本不高，列入本季度改进。".to_owned(),
                    owner: by,
                    due_at: at + SignedDuration::from_hours(20 * 24),
                }
            } else {
                Decision::Declined {
                    reason: "现有渠道已能满足，暂不单独建设，感谢您的建议。".to_owned(),
                }
            };
            let by = self.company.manager;
            return Step {
                by,
                command: Command::DecideSuggestion { decision },
                then_minutes: days,
            };
        };
        if outcome.awaits_result() {
            let result = "已上线，并在小程序公告中说明。".to_owned();
            return step(Command::CompleteSuggestion { result }, 60);
        }
        if case.told.is_none() {
            let text = "您的建议有结果了，详情请看进度页，谢谢您帮我们做得更好。".to_owned();
            return step(Command::Tell { text, how: How::Message }, 30);
        }
        step(Command::Close, 1)
    }

    fn correction(
        &mut self,
        case: &Case,
        by: StaffId,
        at: Timestamp,
        topic: &Topic,
        (soon, days): (i64, i64),
    ) -> Step {
        let step = |command, then_minutes| Step { by, command, then_minutes };
        if case.cause.is_none() {
            let root =
                if self.random.random_bool(0.35) { CauseRoot::Person } else { CauseRoot::Process };
            let found = Cause { root, branch: None, text: topic.cause.to_owned() };
            return step(Command::SetCause { cause: found }, 5);
        }
        if case.kind == Kind::Complaint && case.rectifications.is_empty() {
            let plan = Plan {
                id: self.app.ids.at(at).into(),
                measure: topic.measure.to_owned(),
                owner: by,
                due_at: at + SignedDuration::from_hours(7 * 24),
            };
            return step(Command::PlanRectification { plan }, soon);
        }
        if case.state.is_open() {
            return step(Command::Solve { solution: topic.answer.to_owned() }, 10);
        }
        if case.told.is_none() {
            let text = format!("{} 如果还有问题，请直接在进度页告诉我们。", topic.answer);
            return step(Command::Tell { text, how: How::Phone }, 20);
        }
        for it in &case.rectifications {
            match &it.progress {
                Progress::Planned => {
                    let result = "已按计划完成，见附件记录。".to_owned();
                    return step(Command::FinishRectification { id: it.plan.id, result }, days);
                }
                Progress::Done { .. } => {
                    let comment = "抽查三单，均已按新流程执行。".to_owned();
                    let command =
                        Command::VerifyRectification { id: it.plan.id, is_done: true, comment };
                    let by = self.somebody_else(case, case.owner);
                    return Step { by, command, then_minutes: soon };
                }
                _ => {}
            }
        }
        step(Command::Close, 1)
    }

    /// A supervisor or the manager whom the case is neither about nor owned by.
    fn somebody_else(&mut self, case: &Case, not: Option<StaffId>) -> StaffId {
        let barred = |it: &StaffId| case.about.contains(it) || not == Some(*it);
        let about_team = |at: usize| {
            let team = self.company.teams[at];
            self.company.agents.iter().any(|it| it.team == team && case.about.contains(&it.id))
        };
        let all = self.company.supervisors.iter().enumerate();
        let free = all.filter(|(at, it)| !barred(it) && !about_team(*at)).map(|it| *it.1);
        free.chain([self.company.manager]).next().expect("the manager is always there")
    }

    /// The house asked again after a correction: the invitation reaches the customer, and a part
    /// of them answers.
    async fn arrive(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        id: InvitationId,
    ) -> anyhow::Result<()> {
        let tenant = self.company.tenant;
        let found = store::collect::invitation::find(tx, tenant, id).await?;
        let Some(mut made) = found else { return Ok(()) };
        made.state = asked::State::Delivered;
        made.sent = Some(at);
        made.delivered = Some(at);
        made.expires = Some(at + SignedDuration::from_hours(14 * 24));
        store::collect::invitation::update(tx, tenant, &made).await?;
        if self.random.random_bool(0.6) {
            let hours = self.random.random_range(2..60);
            let when = at + SignedDuration::from_hours(hours);
            self.later(when, Later::AnswerAgain(Box::new(made)));
        }
        Ok(())
    }

    pub async fn answer_again(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        invitation: Invitation,
    ) -> anyhow::Result<()> {
        let content = self.random.random_bool(0.72 + 0.15 * self.progress(at));
        let score = match (content, self.random.random_range(0..3)) {
            (true, 0) => 4,
            (true, _) => 5,
            (false, 0) => 2,
            (false, _) => 3,
        };
        let mut answers = Map::new();
        let solved = if content { "yes" } else { "no" };
        answers.insert("overall".to_owned(), json!(score));
        answers.insert("solved".to_owned(), json!(solved));
        if self.random.random_bool(0.8) {
            let effort = if content { 5..8 } else { 1..5 };
            answers.insert("effort".to_owned(), json!(self.random.random_range(effort)));
        }
        let of = invitation.about.case();
        self.hand_in(tx, at, "after_rectification", answers, invitation).await?;
        // Still not content: the case is open again.
        if let Some(of) = of
            && let Some(case) = store::handle::case::find(tx, self.company.tenant, of).await?
            && case.state == State::Reopened
        {
            self.put_work(at, &case);
        }
        Ok(())
    }
}

/// The topic whose words the customer used.
fn topic_of(case: &Case) -> &'static Topic {
    let said = |it: &&Topic| it.low.iter().chain(it.middle).any(|text| case.said.contains(text));
    TOPICS.iter().find(said).unwrap_or(&TOPICS[0])
}
