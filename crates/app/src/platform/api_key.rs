//! Keys of programs.

use std::collections::BTreeSet;

use domain::id::ApiKeyId;
use domain::platform::role::Permission;
use domain::platform::staff::check_name;
use domain::refusal::Refusal;
use jiff::Timestamp;
use serde_json::json;
use store::Write;
use store::platform::api_key::{self, ApiKey};

use super::audit;
use super::authenticate::Caller;
use super::secret::Secret;
use crate::{Act, Result};

pub struct CreateApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub expires: Option<Timestamp>,
}

/// The key and its secret, which is told this once.
pub async fn create_api_key(
    tx: &mut Write,
    act: &Act,
    caller: &Caller,
    input: CreateApiKey,
) -> Result<(ApiKey, String)> {
    check_name(&input.name, "name")?;
    if let Some(beyond) = input.permissions.iter().find(|it| !caller.permissions.contains(it)) {
        let refusal = Refusal::forbidden("beyond_own").with("permission", beyond.word());
        return Err(refusal.at("permissions").into());
    }
    if input.expires.is_some_and(|it| it <= act.now) {
        return Err(Refusal::invalid("expires_past").at("expires").into());
    }
    let secret = Secret::new(act.tenant, input.id.0, &act.ids);
    let key = ApiKey {
        id: input.id,
        name: input.name,
        secret_hash: secret.hash(),
        permissions: input.permissions,
        created_by: act.by.staff(),
        created: act.now,
        expires: input.expires,
        last_used: None,
        revoked: None,
    };
    if !api_key::insert(tx, act.tenant, &key).await? {
        return Err(Refusal::conflict("id_taken").into());
    }
    let detail = json!({ "permissions": key.permissions });
    audit::note(tx, act, "create", ("api_key", Some(key.id.0)), detail).await?;
    Ok((key, secret.text()))
}

pub async fn revoke_api_key(tx: &mut Write, act: &Act, id: ApiKeyId) -> Result<()> {
    if !api_key::revoke(tx, act.tenant, id, act.now).await? {
        return Err(Refusal::not_found("api_key").into());
    }
    audit::note(tx, act, "revoke", ("api_key", Some(id.0)), json!({})).await
}
