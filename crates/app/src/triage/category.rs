//! The trees of categories and causes, edited without code (B03, C12).

use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use domain::triage::category::{Categories, Category, Tree};
use serde_json::json;
use store::platform::team;
use store::triage::category;
use store::{Read, Write, db};

use crate::platform::audit;
use crate::{Act, Result};

/// More words than this for one branch are a dictionary.
const WORDS_MAX: usize = 200;

/// Makes a branch or changes it. Branches are archived, not deleted: cases keep theirs.
pub async fn put_category(
    tx: &mut Write,
    act: &Act,
    tree: Tree,
    mut input: Category,
) -> Result<Category> {
    check_name(&input.name_zh, "name_zh")?;
    check_name(&input.name_en, "name_en")?;
    if WORDS_MAX < input.words.len() {
        return Err(Refusal::invalid("too_many").with("max", WORDS_MAX).at("words").into());
    }
    for word in &mut input.words {
        *word = word.trim().to_lowercase();
    }
    input.words.retain(|it| !it.is_empty());
    if let Some(id) = input.team
        && !team::list(tx, act.tenant).await?.iter().any(|it| it.id == id)
    {
        return Err(Refusal::invalid("team_unknown").at("team").into());
    }
    let mut all = category::list(tx, act.tenant, tree).await?;
    let known = all.iter().any(|it| it.id == input.id);
    all.retain(|it| it.id != input.id);
    all.push(input.clone());
    Categories::new(all).map_err(|it| Refusal::invalid(it.code()).at("parent"))?;
    if !category::put(tx, act.tenant, tree, &input).await? {
        return Err(Refusal::conflict("id_taken").at("id").into());
    }
    let action = if known { "update" } else { "create" };
    let detail = json!({ "tree": tree });
    audit::note(tx, act, action, ("category", Some(input.id.0)), detail).await?;
    Ok(input)
}

/// One tree, ready for questions.
pub async fn categories(conn: &mut Read, act: &Act, tree: Tree) -> Result<Categories> {
    let all = category::list(conn, act.tenant, tree).await?;
    Ok(Categories::new(all).map_err(db::corrupt)?)
}
