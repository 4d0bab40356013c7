//! Asking customers.

pub mod invitation;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(invitation::list_invitations))
        .routes(routes!(invitation::get_funnel))
        .routes(routes!(invitation::post_invitation))
        .routes(routes!(invitation::post_delivered))
}
