//! What cases are about, and who takes them.

pub mod category;
pub mod skill;
pub mod text;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(category::list_categories))
        .routes(routes!(category::put_category))
        .routes(routes!(skill::list_skills))
        .routes(routes!(skill::put_skill))
        .routes(routes!(text::read_texts))
        .routes(routes!(text::get_model))
        .routes(routes!(text::roll_back_model))
        .routes(routes!(text::train_model))
        .routes(routes!(text::draw_sample))
        .routes(routes!(text::put_label))
        .routes(routes!(text::list_topics))
}
