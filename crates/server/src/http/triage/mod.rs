//! What cases are about, and who takes them.

pub mod category;
pub mod skill;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(category::list_categories))
        .routes(routes!(category::put_category))
        .routes(routes!(skill::list_skills))
        .routes(routes!(skill::put_skill))
}
