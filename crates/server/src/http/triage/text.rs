//! What the reader says of a text, and what it learned from the categories people gave.

use app::triage::learned::{Standing, roll_back, routes, standing};
use app::triage::topic::{Shown, topics};
use app::triage::{learn, read};
use axum::extract::State;
use domain::handle::case::Case;
use domain::id::{CaseId, CategoryId};
use domain::refusal::Refusal;
use domain::triage::Kind;
use domain::triage::propose::Learned;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use text::learn::{Confusion, LabelFigures, Share, Version};
use utoipa::ToSchema;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

/// Texts read at once.
const TEXTS_MAX: usize = 100;
/// Categories named for one text.
const CATEGORIES_MAX: usize = 3;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadTexts {
    /// At most 100.
    pub texts: Vec<String>,
}

/// What is read in one text.
#[derive(Serialize, ToSchema)]
pub struct ReadBody {
    /// Language, sentiment, emotion, kinds and topics, each with the pieces of the text that led to it;
    /// `start` and `end` are bytes of the text in UTF-8. `null` where nothing is written.
    #[schema(value_type = Option<Object>)]
    pub reading: Option<Value>,
    /// Learned from cases that people gave a category, the likeliest first; empty until there are
    /// enough.
    pub categories: Vec<CategoryProposal>,
}

#[derive(Serialize, ToSchema)]
pub struct CategoryProposal {
    pub category: CategoryId,
    /// How sure, 0 to 100. Below 50 a person should choose.
    pub percent: u8,
    /// The pieces of the text that weighed most.
    pub words: Vec<String>,
}

impl From<Learned> for CategoryProposal {
    fn from(it: Learned) -> Self {
        Self { category: it.category, percent: it.percent, words: it.words }
    }
}

/// Read texts. Nothing is stored and nothing leaves the process.
#[utoipa::path(
    post,
    path = "/api/v1/text/read",
    tag = "triage",
    request_body = ReadTexts,
    responses((status = 200, body = Vec<ReadBody>), Problem),
)]
pub async fn read_texts(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
    Json(input): Json<ReadTexts>,
) -> Result<Json<Vec<ReadBody>>> {
    if TEXTS_MAX < input.texts.len() {
        return Err(Refusal::invalid("too_many").with("max", TEXTS_MAX).at("texts").into());
    }
    let mut conn = app.db.read().await?;
    let mut all = Vec::with_capacity(input.texts.len());
    for said in &input.texts {
        let reading = read::read(&mut conn, reader.tenant(), said).await?;
        let learned = routes(&mut conn, reader.tenant(), said, CATEGORIES_MAX).await?;
        let categories = learned.into_iter().map(CategoryProposal::from).collect();
        all.push(ReadBody { reading: reading.map(|it| store::db::to_json(&it)), categories });
    }
    Ok(Json(all))
}

/// A share with its 95 % interval (Wilson).
#[derive(Serialize, ToSchema)]
pub struct ShareBody {
    pub part: u32,
    pub whole: u32,
    pub low: f64,
    pub high: f64,
}

impl From<Share> for ShareBody {
    fn from(it: Share) -> Self {
        Self { part: it.part, whole: it.whole, low: it.low, high: it.high }
    }
}

/// How one category fares on the texts kept for judging.
#[derive(Serialize, ToSchema)]
pub struct FiguresBody {
    pub category: String,
    /// Of the texts given this category, those that have it.
    pub precision: ShareBody,
    /// Of the texts that have this category, those given it.
    pub recall: ShareBody,
}

impl From<LabelFigures> for FiguresBody {
    fn from(it: LabelFigures) -> Self {
        Self { category: it.label, precision: it.precision.into(), recall: it.recall.into() }
    }
}

/// What was taken for what, and how often.
#[derive(Serialize, ToSchema)]
pub struct ConfusionBody {
    pub truth: String,
    /// `null`: nothing was proposed.
    pub answer: Option<String>,
    pub texts: u32,
}

impl From<Confusion> for ConfusionBody {
    fn from(it: Confusion) -> Self {
        Self { truth: it.truth, answer: Some(it.answer), texts: it.texts }
    }
}

/// A version of what was learned, judged on texts it never learned from.
#[derive(Serialize, ToSchema)]
pub struct LearnedVersion {
    pub number: u32,
    #[schema(value_type = String, format = DateTime)]
    pub trained_at: Timestamp,
    pub in_force: bool,
    /// Texts learned from.
    pub examples: u32,
    pub accuracy: ShareBody,
    pub categories: Vec<FiguresBody>,
    pub confusions: Vec<ConfusionBody>,
}

/// How learning stands.
#[derive(Serialize, ToSchema)]
pub struct ModelBody {
    /// Cases that people gave a category.
    pub labelled: u32,
    /// From so many on something is learned.
    pub needed: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_trained_at: Option<Timestamp>,
    /// `accepted`, `worse` (the one before stays) or `too_little`.
    pub last_outcome: Option<String>,
    /// The newest first; at most three are kept.
    pub versions: Vec<LearnedVersion>,
    /// Right proposals among the cases drawn at random and checked by people.
    pub audited: ShareBody,
    /// Where those were wrong.
    pub audited_wrong: Vec<ConfusionBody>,
}

impl TryFrom<Standing> for ModelBody {
    type Error = store::db::Error;

    fn try_from(it: Standing) -> Result<Self, Self::Error> {
        let newest = it.versions.last().map(|version| version.number);
        let version = |it: Version| {
            Ok(LearnedVersion {
                number: it.number,
                trained_at: store::db::time(it.trained_ms)?,
                in_force: Some(it.number) == newest,
                examples: it.examples,
                accuracy: it.accuracy.into(),
                categories: it.labels.into_iter().map(FiguresBody::from).collect(),
                confusions: it.confusions.into_iter().map(ConfusionBody::from).collect(),
            })
        };
        let wrong = |(proposed, truth, texts): (Option<CategoryId>, CategoryId, u32)| {
            let answer = proposed.map(|it| it.to_string());
            ConfusionBody { truth: truth.to_string(), answer, texts }
        };
        let (last_trained_at, last_outcome) = it.last.unzip();
        Ok(Self {
            labelled: it.labelled,
            needed: it.needed,
            last_trained_at,
            last_outcome,
            versions: it
                .versions
                .into_iter()
                .rev()
                .map(version)
                .collect::<Result<_, store::db::Error>>()?,
            audited: it.audited.accuracy.into(),
            audited_wrong: it.audited.wrong.into_iter().map(wrong).collect(),
        })
    }
}

/// What was learned from the categories people gave, version by version.
#[utoipa::path(
    get,
    path = "/api/v1/text/model",
    tag = "triage",
    responses((status = 200, body = ModelBody), Problem),
)]
pub async fn get_model(
    State(app): State<App>,
    reader: Can<may::WriteTemplates>,
) -> Result<Json<ModelBody>> {
    let mut conn = app.db.read().await?;
    Ok(Json(standing(&mut conn, reader.tenant()).await?.try_into()?))
}

/// Go back to the version before; from the first one to none, so that words decide alone.
#[utoipa::path(
    post,
    path = "/api/v1/text/model/roll-back",
    tag = "triage",
    responses((status = 200, body = ModelBody), Problem),
)]
pub async fn roll_back_model(
    State(app): State<App>,
    writer: Can<may::WriteTemplates>,
) -> Result<Json<ModelBody>> {
    let mut tx = app.db.write().await?;
    let now = roll_back(&mut tx, writer.act()).await?;
    tx.commit().await?;
    Ok(Json(now.try_into()?))
}

/// Learn now instead of ten minutes after the last correction. The worker does it; a version that is
/// worse than the one in force is not taken.
#[utoipa::path(
    post,
    path = "/api/v1/text/model/train",
    tag = "triage",
    responses((status = 200, body = ModelBody), Problem),
)]
pub async fn train_model(
    State(app): State<App>,
    writer: Can<may::WriteTemplates>,
) -> Result<Json<ModelBody>> {
    let mut tx = app.db.write().await?;
    learn::learn_now(&mut tx, writer.act()).await?;
    let now = standing(&mut tx, writer.tenant()).await?;
    tx.commit().await?;
    Ok(Json(now.try_into()?))
}

/// A case to be checked.
#[derive(Serialize, ToSchema)]
pub struct SampleBody {
    pub case: CaseId,
    pub number: String,
    pub kind: Kind,
    /// The customer's words, personal data covered.
    pub said: String,
    /// As the case has it now.
    pub category: Option<CategoryId>,
}

impl From<Case> for SampleBody {
    fn from(it: Case) -> Self {
        let said = text::mask::mask(&it.said).text;
        Self { case: it.id, number: it.number, kind: it.kind, said, category: it.category }
    }
}

/// Up to 20 cases drawn at random that nobody labelled, for an honest judgement of the proposals.
#[utoipa::path(
    get,
    path = "/api/v1/text/sample",
    tag = "triage",
    responses((status = 200, body = Vec<SampleBody>), Problem),
)]
pub async fn draw_sample(
    State(app): State<App>,
    reader: Can<may::WriteTemplates>,
) -> Result<Json<Vec<SampleBody>>> {
    let mut conn = app.db.read().await?;
    let drawn = learn::sample(&mut conn, reader.act()).await?;
    Ok(Json(drawn.into_iter().map(SampleBody::from).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutLabel {
    pub category: CategoryId,
}

#[derive(Serialize, ToSchema)]
pub struct LabelBody {
    pub case: CaseId,
    pub category: CategoryId,
    /// What it is judged against.
    pub proposed: Option<CategoryId>,
}

/// Say what a case that was drawn is about. The case itself does not change.
#[utoipa::path(
    put,
    path = "/api/v1/text/sample/{case}",
    tag = "triage",
    params(("case" = CaseId, Path)),
    request_body = PutLabel,
    responses((status = 200, body = LabelBody), Problem),
)]
pub async fn put_label(
    State(app): State<App>,
    Path(case): Path<CaseId>,
    writer: Can<may::WriteTemplates>,
    Json(input): Json<PutLabel>,
) -> Result<Json<LabelBody>> {
    let mut tx = app.db.write().await?;
    let made = learn::put_label(&mut tx, writer.act(), case, input.category).await?;
    tx.commit().await?;
    let (category, proposed) = (made.category, made.proposed);
    Ok(Json(LabelBody { case, category, proposed }))
}

/// A topic of the code book.
#[derive(Serialize, ToSchema)]
pub struct TopicBody {
    pub code: String,
    pub name_zh: String,
    pub name_en: String,
    pub parent: Option<String>,
    /// The company's own words, beside the built-in ones.
    pub words: Vec<String>,
    pub is_built_in: bool,
    /// Built in, and not looked for here.
    pub is_hidden: bool,
}

impl From<Shown> for TopicBody {
    fn from(Shown { topic, words, is_built_in, is_hidden }: Shown) -> Self {
        let text::topic::Topic { code, name_zh, name_en, parent } = topic;
        Self { code, name_zh, name_en, parent, words, is_built_in, is_hidden }
    }
}

/// The code book the reader goes by. The company's part of it is the setting `topics`.
#[utoipa::path(
    get,
    path = "/api/v1/text/topics",
    tag = "triage",
    responses((status = 200, body = Vec<TopicBody>), Problem),
)]
pub async fn list_topics(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<TopicBody>>> {
    let mut conn = app.db.read().await?;
    let all = topics(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(TopicBody::from).collect()))
}
