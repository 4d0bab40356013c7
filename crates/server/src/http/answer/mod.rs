//! What is told to customers and staff.

pub mod template;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(template::list_templates))
        .routes(routes!(template::put_template, template::delete_template))
        .routes(routes!(template::preview_template))
}
