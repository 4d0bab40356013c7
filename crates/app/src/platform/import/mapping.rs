//! Keeping mappings for the next file of the same kind.

use domain::id::MappingId;
use domain::platform::import::Mapping;
use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use serde_json::json;
use store::Write;
use store::platform::import_mapping::{self, SavedMapping};

use crate::platform::audit;
use crate::{Act, Result};

/// Keeps a mapping, or changes the one of that id. Names are unique.
pub async fn put_mapping(
    tx: &mut Write,
    act: &Act,
    id: MappingId,
    name: &str,
    mapping: Mapping,
) -> Result<SavedMapping> {
    let name = name.trim();
    check_name(name, "name")?;
    let same_name = import_mapping::find_by_name(tx, act.tenant, name).await?;
    if same_name.is_some_and(|it| it.id != id) {
        return Err(Refusal::conflict("import_mapping_taken").at("name").into());
    }
    let saved = SavedMapping { id, name: name.to_owned(), mapping, updated: act.now };
    import_mapping::put(tx, act.tenant, &saved).await?;
    audit::note(tx, act, "put", ("import_mapping", Some(id.0)), json!({})).await?;
    Ok(saved)
}

pub async fn delete_mapping(tx: &mut Write, act: &Act, id: MappingId) -> Result<()> {
    if !import_mapping::delete(tx, act.tenant, id).await? {
        return Err(Refusal::not_found("import_mapping").into());
    }
    audit::note(tx, act, "delete", ("import_mapping", Some(id.0)), json!({})).await
}
