//! Figures, from the sentence down to the rows.

pub mod figure;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(figure::list_figures))
        .routes(routes!(figure::get_figure))
        .routes(routes!(figure::get_trend))
        .routes(routes!(figure::list_rows))
}
