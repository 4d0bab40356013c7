//! What a company is called, and the zone and language it reckons in.

use domain::language::Language;
use domain::platform::staff::check_name;
use domain::platform::tenant::{Tenant, check_zone};
use domain::refusal::Refusal;
use serde_json::json;
use store::platform::tenant;
use store::{Read, Write};

use super::audit;
use crate::{Act, Result};

pub struct PutCompany {
    pub name: String,
    /// Days already written stay the days they were; the next ones begin by this zone.
    pub zone: String,
    pub language: Language,
}

/// Changes the company. Its code stands in printed links and stays.
pub async fn put_company(tx: &mut Write, act: &Act, input: PutCompany) -> Result<Tenant> {
    let PutCompany { name, zone, language } = input;
    check_name(&name, "name")?;
    check_zone(&zone)?;
    let before = find_company(tx, act).await?;
    let after = Tenant { name: name.trim().to_owned(), zone, language, ..before.clone() };
    if after == before {
        return Ok(after);
    }
    tenant::update(tx, &after).await?;
    let part = |it: &Tenant| json!({ "name": it.name, "zone": it.zone, "language": it.language });
    let detail = json!({ "before": part(&before), "after": part(&after) });
    audit::note(tx, act, "update", ("tenant", Some(act.tenant.0)), detail).await?;
    Ok(after)
}

pub async fn find_company(conn: &mut Read, act: &Act) -> Result<Tenant> {
    let found = tenant::find(conn, act.tenant).await?;
    found.ok_or_else(|| Refusal::not_found("tenant").into())
}
