//! The trees of categories and of causes.

use axum::extract::State;
use domain::id::{CategoryId, TeamId};
use domain::triage::Kind;
use domain::triage::category::{Category, Tree};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::http::etag::{Alone, IfMatch, Tagged};
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, ToSchema)]
pub struct CategoryBody {
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
    pub name_zh: String,
    pub name_en: String,
    /// Words of customers, options of forms and topics that speak for it.
    pub words: Vec<String>,
    /// Only cases of these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Whose queue its cases go to.
    pub team: Option<TeamId>,
    pub is_archived: bool,
    /// Send it as `If-Match` when you change this: refused when somebody else was faster.
    pub etag: String,
}

impl Tagged for CategoryBody {
    fn etag(&mut self) -> &mut String {
        &mut self.etag
    }
}

impl From<Category> for CategoryBody {
    fn from(category: Category) -> Self {
        let Category { id, parent, name_zh, name_en, words, kinds, team, is_archived } = category;
        let etag = String::new();
        Self { id, parent, name_zh, name_en, words, kinds, team, is_archived, etag }.tagged()
    }
}

/// One tree, by name: `category` or `cause`.
#[utoipa::path(
    get,
    path = "/api/v1/trees/{tree}",
    tag = "triage",
    params(("tree" = Tree, Path)),
    responses((status = 200, body = Vec<CategoryBody>), Problem),
)]
pub async fn list_categories(
    State(app): State<App>,
    Path(tree): Path<Tree>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<CategoryBody>>> {
    let mut conn = app.db.read().await?;
    let all = store::triage::category::list(&mut conn, reader.tenant(), tree).await?;
    Ok(Json(all.into_iter().map(CategoryBody::from).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCategory {
    #[serde(default)]
    pub parent: Option<CategoryId>,
    pub name_zh: String,
    pub name_en: String,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub kinds: Vec<Kind>,
    #[serde(default)]
    pub team: Option<TeamId>,
    /// No longer offered; cases that have it keep it.
    #[serde(default)]
    pub is_archived: bool,
}

/// Make a branch or change it.
#[utoipa::path(
    put,
    path = "/api/v1/trees/{tree}/{id}",
    tag = "triage",
    params(
        ("tree" = Tree, Path),
        ("id" = CategoryId, Path),
        ("If-Match" = Option<String>, Header, description = "The `etag` you began from"),
    ),
    request_body = PutCategory,
    responses((status = 200, body = CategoryBody), Problem),
)]
pub async fn put_category(
    State(app): State<App>,
    Path((tree, id)): Path<(Tree, CategoryId)>,
    writer: Can<may::WriteTemplates>,
    seen: IfMatch,
    Json(input): Json<PutCategory>,
) -> Result<Alone<CategoryBody>> {
    let PutCategory { parent, name_zh, name_en, words, kinds, team, is_archived } = input;
    let input = Category { id, parent, name_zh, name_en, words, kinds, team, is_archived };
    let mut tx = app.db.write().await?;
    seen.claim(&mut tx, writer.tenant()).await?;
    let all = store::triage::category::list(&mut tx, writer.tenant(), tree).await?;
    let before = all.into_iter().find(|it| it.id == id);
    seen.expect(before.map(|it| CategoryBody::from(it).etag))?;
    let made = app::triage::category::put_category(&mut tx, writer.act(), tree, input).await?;
    tx.commit().await?;
    Ok(Alone(made.into()))
}
