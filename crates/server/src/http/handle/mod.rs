//! Calendars, policies, cases.

pub mod calendar;
pub mod policy;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(calendar::list_calendars))
        .routes(routes!(calendar::list_holidays))
        .routes(routes!(calendar::put_holidays))
        .routes(routes!(calendar::get_calendar, calendar::put_calendar))
        .routes(routes!(calendar::post_due))
        .routes(routes!(policy::list_policies))
        .routes(routes!(policy::post_preview))
        .routes(routes!(policy::get_policy, policy::put_policy))
}
