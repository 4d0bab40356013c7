//! Words at hand while answering 话术 (C13).

use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use domain::triage::category::Tree;
use serde_json::json;
use store::Write;
use store::handle::script::{self, Script};

use crate::platform::audit;
use crate::triage::category::categories;
use crate::{Act, Result};

const BODY_CHARS_MAX: usize = 5_000;

pub async fn put_script(tx: &mut Write, act: &Act, input: Script) -> Result<Script> {
    check_name(&input.title, "title")?;
    if input.body.trim().is_empty() {
        return Err(Refusal::invalid("required").at("body").into());
    }
    if BODY_CHARS_MAX < input.body.chars().count() {
        return Err(Refusal::invalid("too_long").with("max", BODY_CHARS_MAX).at("body").into());
    }
    if let Some(id) = input.category
        && categories(tx, act, Tree::Category).await?.get(id).is_none()
    {
        return Err(Refusal::invalid("category_unknown").at("category").into());
    }
    script::put(tx, act.tenant, &input, act.now).await?;
    audit::note(tx, act, "update", ("script", Some(input.id.0)), json!({})).await?;
    Ok(input)
}
