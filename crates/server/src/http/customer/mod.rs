//! Customers and the service they had.

#[expect(clippy::module_inception, reason = "the station is named after its first room")]
pub mod customer;
pub mod interaction;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::App;

/// Five thousand rows of a few kilobytes.
const BATCH_BYTES_MAX: usize = 32 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<App> {
    let batch = || DefaultBodyLimit::max(BATCH_BYTES_MAX);
    OpenApiRouter::new()
        .routes(routes!(customer::list_customers))
        .routes(routes!(customer::put_customers).layer(batch()))
        .routes(routes!(customer::get_customer, customer::put_customer))
        .routes(routes!(customer::list_alike))
        .routes(routes!(customer::list_timeline))
        .routes(routes!(customer::post_merge))
        .routes(routes!(interaction::list_interactions))
        .routes(routes!(interaction::put_interactions).layer(batch()))
        .routes(routes!(interaction::get_interaction, interaction::put_interaction))
}
