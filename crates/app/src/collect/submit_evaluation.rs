//! A customer hands in an evaluation: everything that must be true with it is written with it.

use domain::collect::answer::{Answers, validate};
use domain::collect::channel::Channel;
use domain::collect::evaluation::{Evaluation, receipt};
use domain::collect::form::FormContent;
use domain::collect::question::QuestionKind;
use domain::collect::round::Round;
use domain::id::{
    CaseId, CustomerId, EvaluationId, FormId, InteractionId, InvitationId, StaffId, TeamId,
};
use domain::refusal::Refusal;
use serde_json::{Map, Value, json};
use store::answer::progress_link;
use store::collect::{evaluation, form};
use store::platform::{staff, tenant};
use store::{Read, Write};

use super::anonymous;
use super::answer_with_case::answer_with_case;
use super::follow_invitation::complete;
use crate::answer::progress_link::link_evaluation;
use crate::platform::webhook;
use crate::{Act, Result};

/// Texts of one evaluation that are read together.
const BETWEEN_TEXTS: &str = "\n\n";

/// What came in at a door.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Chosen by who sends it, so that sending again is harmless.
    pub id: EvaluationId,
    pub form: FormId,
    /// The version the customer saw.
    pub version: i64,
    /// By question key, loose: see [`validate`].
    pub answers: Map<String, Value>,
    pub round: Round,
    pub channel: Channel,
    /// The language it was answered in.
    pub language: String,
    pub about: About,
    /// The customer asked not to be named; only where the form offers it.
    pub anonymous: bool,
}

/// What and whom an evaluation is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    pub invitation: Option<InvitationId>,
    /// The corrected case it was asked about.
    pub case: Option<CaseId>,
    pub interaction: Option<InteractionId>,
    pub customer: Option<CustomerId>,
    /// The person it points at.
    pub staff: Option<StaffId>,
}

/// What the customer takes home.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    pub evaluation: Evaluation,
    /// Of the page to follow it by.
    pub token: String,
    /// `false`: it had been handed in before, and nothing was written now.
    pub fresh: bool,
}

/// Takes an evaluation in. Its answers are checked against the version that asked; the same
/// submission sent again returns what the first one did.
pub async fn submit_evaluation(tx: &mut Write, act: &Act, input: Submission) -> Result<Handed> {
    let version = form::find_version(tx, act.tenant, input.form, input.version).await?;
    let content = version.ok_or_else(|| Refusal::not_found("form_version").at("version"))?.content;
    if input.anonymous && !content.allow_anonymous {
        return Err(Refusal::invalid("anonymous_not_offered").at("anonymous").into());
    }
    let mut answers = validate(&content, &input.answers).map_err(all_of)?;
    let input = if input.anonymous {
        drop_contacts(&content, &mut answers);
        Submission { id: anonymous::blind(act, input.id), ..input }
    } else {
        input
    };
    if input.anonymous
        && let Some(before) = evaluation::find(tx, act.tenant, input.id).await?
    {
        return again(tx, act, before, &input, &answers).await;
    }
    let made = make(tx, act, &input, &content, &answers).await?;
    let chosen = answers.chosen(&content).into_iter().map(|it| it.1.to_owned()).collect::<Vec<_>>();
    if input.anonymous {
        return anonymous::post(tx, act, made, chosen, input.about.invitation).await;
    }
    if !evaluation::insert(tx, act.tenant, &made).await? {
        // Sent again, or pressed twice.
        return match evaluation::find(tx, act.tenant, input.id).await? {
            Some(before) => again(tx, act, before, &input, &answers).await,
            None => Err(Refusal::conflict("evaluation_twice").into()),
        };
    }
    if let Some(invitation) = input.about.invitation {
        complete(tx, act, invitation, made.id).await?;
    }
    let follows = answer_with_case(tx, act, &made, &chosen).await?;
    let opened = follows.filter(|_| made.case.is_none());
    let link = link_evaluation(tx, act, made.id, opened).await?;
    let made = Evaluation { case: follows, ..made };
    webhook::publish(tx, act, "evaluation.submitted", told(&made)).await?;
    Ok(Handed { evaluation: made, token: link.token, fresh: true })
}

/// What other systems are told: scores and what they belong to, never what the customer wrote.
pub(super) fn told(it: &Evaluation) -> Value {
    json!({
        "id": it.id,
        "round": it.round,
        "channel": it.channel,
        "form": it.form,
        "form_version": it.form_version,
        "scores": { "csat": it.scores.csat, "nps": it.scores.nps, "ces": it.scores.ces },
        "case": it.case,
        "interaction": it.interaction,
        "customer": it.customer,
        "staff": it.staff,
        "team": it.team,
        "anonymous": it.anonymous,
    })
}

fn all_of(faults: Vec<Refusal>) -> Refusal {
    Refusal::of(faults).expect("a refused form of answers names at least one fault")
}

/// Who asks not to be named has not left a name.
fn drop_contacts(content: &FormContent, answers: &mut Answers) {
    for question in &content.questions {
        if matches!(question.kind, QuestionKind::Contact) {
            answers.0.remove(&question.key);
        }
    }
}

async fn again(
    tx: &mut Write,
    act: &Act,
    before: Evaluation,
    input: &Submission,
    answers: &Answers,
) -> Result<Handed> {
    let same = before.form == input.form
        && before.form_version == input.version
        && before.answers == store::db::to_json(answers);
    let link = progress_link::find_by_evaluation(tx, act.tenant, before.id).await?;
    match link.filter(|_| same) {
        Some(link) => Ok(Handed { evaluation: before, token: link.token, fresh: false }),
        None => Err(Refusal::conflict("id_taken").at("id").into()),
    }
}

async fn make(
    conn: &mut Read,
    act: &Act,
    input: &Submission,
    content: &FormContent,
    answers: &Answers,
) -> Result<Evaluation> {
    let tenant = tenant::find(conn, act.tenant).await?;
    let tenant = tenant.ok_or_else(|| Refusal::not_found("tenant"))?;
    let texts: Vec<&str> = answers.texts(content).map(|(_, text)| text).collect();
    let About { invitation, case, interaction, customer, staff } = input.about;
    let mut made = Evaluation {
        id: input.id,
        round: input.round,
        form: input.form,
        form_version: input.version,
        invitation,
        case,
        interaction,
        customer,
        staff,
        team: team_of(conn, act, staff).await?,
        channel: input.channel,
        language: content.language(&input.language).to_owned(),
        scores: answers.scores(content),
        answers: store::db::to_json(answers),
        comment: texts.join(BETWEEN_TEXTS),
        anonymous: false,
        receipt: receipt(act.ids.bytes()),
        submitted_at: act.now,
        local_day: tenant.local_day(act.now),
    };
    if input.anonymous {
        made.forget_customer();
    }
    Ok(made)
}

async fn team_of(conn: &mut Read, act: &Act, person: Option<StaffId>) -> Result<Option<TeamId>> {
    let Some(id) = person else { return Ok(None) };
    let person = staff::find(conn, act.tenant, id).await?;
    let person = person.ok_or_else(|| Refusal::invalid("staff_unknown").at("staff"))?;
    Ok(person.team)
}
