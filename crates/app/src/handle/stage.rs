//! The company's stages as a setting.

use domain::handle::case::State;
use domain::handle::stage::{Stage, check_stages};
use domain::id::TenantId;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::Read;

use crate::Result;
use crate::platform::setting::{self, Setting};

/// In the order they are offered. A stage that is taken out stays on the cases that are in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CaseStages {
    pub stages: Vec<Stage>,
}

impl Setting for CaseStages {
    const KEY: &'static str = "case_stages";

    fn check(&self) -> Result<(), Refusal> {
        check_stages(&self.stages)
    }
}

/// A case can only be put into a stage there is.
pub(super) async fn check_stage(
    conn: &mut Read,
    tenant: TenantId,
    code: &str,
    state: State,
) -> Result<()> {
    let known: CaseStages = setting::get(conn, tenant).await?;
    if known.stages.iter().any(|it| it.code == code && it.of == state) {
        return Ok(());
    }
    Err(Refusal::invalid("stage_unknown").at("stage").into())
}
