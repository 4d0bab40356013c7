//! A row that is an evaluation: from a review platform, a survey tool, a column of a call list (A11).
//! It keeps the time it was handed in at, and asks nobody for anything unless that is wanted.

use std::collections::BTreeSet;

use domain::collect::answer::{Answer, Answers, Scores};
use domain::collect::channel::Channel;
use domain::collect::evaluation::{Evaluation, receipt};
use domain::collect::form::FormContent;
use domain::collect::question::{Dimension, QuestionKind};
use domain::collect::round::Round;
use domain::id::{CaseId, EvaluationId};
use domain::platform::import::{Record, Target};
use domain::refusal::Refusal;
use domain::triage::score::{Scale, Score};
use store::Write;
use store::collect::evaluation;
use store::customer::interaction;
use store::platform::import::{self, Brought};

use super::customer::code;
use super::interaction::customer_of;
use super::key::known;
use super::{Plan, Taken};
use crate::handle::open_case::{OpenCase, open_new};
use crate::{Act, Result};

pub async fn take(
    tx: &mut Write,
    act: &Act,
    plan: &Plan,
    row: &tabular::Row,
    record: &Record,
) -> Result<Taken> {
    let known = known(plan.mapping(), row, record, record.text("external_id"));
    if let Some(before) = import::find_key(tx, act.tenant, Target::Evaluations, &known.key).await? {
        if before.content == known.content {
            return Ok(Taken::Unchanged);
        }
        // What a customer said is written once and never changed.
        return Err(Refusal::conflict("import_evaluation_changed").at("external_id").into());
    }
    let made = read(tx, act, plan, record).await?;
    if !evaluation::insert(tx, act.tenant, &made).await? {
        return Err(Refusal::conflict("evaluation_twice").into());
    }
    if plan.mapping().opens_promises {
        open(tx, act, &made).await?;
    }
    let brought = Brought { thing: made.id.0, content: known.content };
    let id = plan.import.id;
    import::put_key(tx, act.tenant, id, Target::Evaluations, &known.key, &brought).await?;
    Ok(Taken::Created)
}

async fn read(tx: &mut Write, act: &Act, plan: &Plan, record: &Record) -> Result<Evaluation> {
    let form = plan.form.as_ref().ok_or_else(|| Refusal::invalid("import_form").at("form"))?;
    let submitted = record.moment("submitted");
    let submitted_at = submitted.ok_or_else(|| Refusal::invalid("required").at("submitted"))?;
    let points = |field| record.whole(field).and_then(|it| u8::try_from(it).ok());
    let scores = Scores {
        csat: points("csat"),
        nps: points("nps"),
        ces: points("ces"),
        ..Scores::default()
    };
    let comment = record.text("comment").unwrap_or_default().to_owned();
    if scores == Scores::default() && comment.is_empty() {
        return Err(Refusal::invalid("import_evaluation_empty").into());
    }
    let service = match record.text("interaction") {
        None => None,
        Some(number) => {
            let found = interaction::find_by_external(tx, act.tenant, number).await?;
            let refusal = Refusal::invalid("import_interaction_unknown").with("number", number);
            Some(found.ok_or_else(|| refusal.at("interaction"))?)
        }
    };
    let customer = customer_of(tx, act, record.text("customer")).await?;
    let agent = plan.staff.find(record.text("agent"), "agent")?;
    let staff = agent.or_else(|| service.as_ref()?.last_agent());
    Ok(Evaluation {
        id: act.id::<EvaluationId>(),
        round: code(record, "round").unwrap_or(Round::Unsolicited),
        form: form.form,
        form_version: form.version,
        invitation: None,
        case: None,
        interaction: service.as_ref().map(|it| it.id),
        customer: customer.or_else(|| service.as_ref()?.customer),
        staff,
        team: staff.and_then(|it| plan.staff.team(it)),
        channel: Channel::Import,
        language: form.content.language(record.text("language").unwrap_or_default()).to_owned(),
        answers: store::db::to_json(&answers(&form.content, &scores, &comment)),
        scores,
        comment,
        anonymous: false,
        receipt: receipt(act.ids.bytes()),
        submitted_at,
        local_day: submitted_at.to_zoned(plan.zone.clone()).date().to_string(),
    })
}

/// The scores as answers to the first question of the form that asks for each, so that the evaluation
/// reads like any other. What the form does not ask is in the scores alone.
fn answers(form: &FormContent, scores: &Scores, comment: &str) -> Answers {
    let mut answers = Answers::default();
    let mut left = (scores.csat, scores.nps, scores.ces, Some(comment).filter(|it| !it.is_empty()));
    for question in &form.questions {
        let is_overall = matches!(question.dimension, None | Some(Dimension::Overall));
        let answer = match question.kind {
            QuestionKind::Csat { .. } if is_overall => left.0.take().map(Answer::Points),
            QuestionKind::Nps { .. } => left.1.take().map(Answer::Points),
            QuestionKind::Ces { .. } => left.2.take().map(Answer::Points),
            QuestionKind::Text { .. } => left.3.take().map(|it| Answer::Text(it.to_owned())),
            _ => None,
        };
        if let Some(answer) = answer {
            answers.0.insert(question.key.clone(), answer);
        }
    }
    answers
}

/// Opens a case for a bad one, with promises that begin now.
async fn open(tx: &mut Write, act: &Act, made: &Evaluation) -> Result<()> {
    let score = |scale, points: Option<u8>| points.map(|it| Score { scale, value: i64::from(it) });
    let scores = [
        score(Scale::Csat, made.scores.csat),
        score(Scale::Nps, made.scores.nps),
        score(Scale::Ces, made.scores.ces),
    ];
    let input = OpenCase {
        id: act.id::<CaseId>(),
        kind: None,
        category: None,
        priority: None,
        customer: made.customer,
        channel: made.channel,
        interaction: made.interaction,
        evaluation: Some((made.id, made.receipt.clone())),
        about: made.staff.into_iter().collect(),
        said: made.comment.clone(),
        scores: scores.into_iter().flatten().collect(),
        chosen: vec![],
        team: made.team,
    };
    if let Some(case) = open_new(tx, act, &BTreeSet::new(), input).await? {
        evaluation::update_case(tx, act.tenant, made.id, case.id).await?;
    }
    Ok(())
}
