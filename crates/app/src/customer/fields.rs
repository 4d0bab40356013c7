//! The tenant's own fields, and how credit is shared: settings of this station.

use domain::customer::credit::CreditRule;
use domain::customer::field::{Field, check_definitions};
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use crate::platform::setting::Setting;

/// Fields beside those every customer and interaction has (K02).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CustomFields {
    pub customer: Vec<Field>,
    pub interaction: Vec<Field>,
}

impl Setting for CustomFields {
    const KEY: &'static str = "custom_fields";

    fn check(&self) -> Result<(), Refusal> {
        for (side, fields) in [("customer", &self.customer), ("interaction", &self.interaction)] {
            check_definitions(fields).map_err(|it| {
                let place = it.field.clone().unwrap_or_default();
                it.at(format!("{side}.{place}"))
            })?;
        }
        Ok(())
    }
}

/// Who an evaluation of a shared service counts for when it points at nobody.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credit {
    pub rule: CreditRule,
}

impl Setting for Credit {
    const KEY: &'static str = "credit";

    fn check(&self) -> Result<(), Refusal> {
        Ok(())
    }
}
