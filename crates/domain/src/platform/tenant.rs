//! The organisation whose data this is.

use serde::{Deserialize, Serialize};

use crate::id::TenantId;
use crate::language::Language;
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Tenant {
    pub id: TenantId,
    /// In public links, as in `/f/acme/standard`. Lower-case letters, digits, hyphens.
    pub slug: String,
    pub name: String,
    /// IANA name, as in `Asia/Shanghai`. Decides what a day is.
    pub zone: String,
    pub language: Language,
}

impl Tenant {
    /// The zone to reckon days in. UTC if the stored name is unknown to this build.
    pub fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// The tenant's own date at `now`, as stored in `local_day` columns: `YYYY-MM-DD`.
    pub fn local_day(&self, now: jiff::Timestamp) -> String {
        now.to_zoned(self.time_zone()).date().to_string()
    }
}

pub fn check_slug(slug: &str) -> Result<(), Refusal> {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    let edges = !slug.starts_with('-') && !slug.ends_with('-');
    if (2..=40).contains(&slug.len()) && slug.bytes().all(plain) && edges {
        return Ok(());
    }
    Err(Refusal::invalid("slug_form").at("slug"))
}

pub fn check_zone(zone: &str) -> Result<(), Refusal> {
    match jiff::tz::TimeZone::get(zone) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::invalid("zone_unknown").with("zone", zone).at("zone")),
    }
}
