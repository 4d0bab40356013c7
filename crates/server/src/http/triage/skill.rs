//! What members of the staff take, and when they are there.

use std::collections::BTreeSet;

use axum::extract::State;
use domain::id::{CalendarId, CategoryId, StaffId};
use domain::triage::Kind;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::triage::skill::{self, CAPACITY, Skill};
use utoipa::ToSchema;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, ToSchema)]
pub struct SkillBody {
    pub staff: StaffId,
    /// Empty for all.
    pub kinds: Vec<Kind>,
    /// Empty for none in particular.
    pub categories: BTreeSet<CategoryId>,
    /// Open cases this person can carry.
    pub capacity: u32,
    /// The calendar of the working hours; `null`: always there.
    pub shift: Option<CalendarId>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub away_until: Option<Timestamp>,
}

impl From<Skill> for SkillBody {
    fn from(skill: Skill) -> Self {
        let Skill { staff, kinds, categories, capacity, shift, away_until } = skill;
        Self { staff, kinds, categories, capacity, shift, away_until }
    }
}

/// Those that were set; who has none takes everything.
#[utoipa::path(
    get,
    path = "/api/v1/skills",
    tag = "triage",
    responses((status = 200, body = Vec<SkillBody>), Problem),
)]
pub async fn list_skills(
    State(app): State<App>,
    reader: Can<may::ReadStaff>,
) -> Result<Json<Vec<SkillBody>>> {
    let mut conn = app.db.read().await?;
    let all = skill::list(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(SkillBody::from).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSkill {
    #[serde(default)]
    pub kinds: Vec<Kind>,
    #[serde(default)]
    pub categories: BTreeSet<CategoryId>,
    #[serde(default)]
    pub capacity: Option<u32>,
    #[serde(default)]
    pub shift: Option<CalendarId>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub away_until: Option<Timestamp>,
}

/// Set what a person takes, and when.
#[utoipa::path(
    put,
    path = "/api/v1/skills/{staff}",
    tag = "triage",
    params(("staff" = StaffId, Path)),
    request_body = PutSkill,
    responses((status = 200, body = SkillBody), Problem),
)]
pub async fn put_skill(
    State(app): State<App>,
    Path(staff): Path<StaffId>,
    writer: Can<may::AssignCases>,
    Json(input): Json<PutSkill>,
) -> Result<Json<SkillBody>> {
    let PutSkill { kinds, categories, capacity, shift, away_until } = input;
    let capacity = capacity.unwrap_or(CAPACITY);
    let input = Skill { staff, kinds, categories, capacity, shift, away_until };
    let mut tx = app.db.write().await?;
    let made = app::triage::skill::put_skill(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Json(made.into()))
}
