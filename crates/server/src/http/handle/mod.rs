//! Calendars, policies, cases.

pub mod bulk;
pub mod calendar;
pub mod case;
pub mod case_query;
pub mod customer_page;
pub mod ledger;
pub mod policy;
pub mod policy_trial;
pub mod script;
pub mod verb;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(case::list_cases))
        .routes(routes!(case::get_case_totals))
        .routes(routes!(bulk::post_bulk))
        .routes(routes!(bulk::post_take_up))
        .routes(routes!(customer_page::get_customer_page))
        .routes(routes!(case::get_case, case::put_case))
        .routes(routes!(case::post_action))
        .routes(routes!(ledger::get_complaints))
        .routes(routes!(ledger::get_suggestions))
        .routes(routes!(ledger::get_ledger_total))
        .routes(routes!(ledger::get_ledger_file))
        .routes(routes!(script::list_scripts))
        .routes(routes!(script::put_script))
        .routes(routes!(script::list_notices))
        .routes(routes!(script::put_notices_read))
        .routes(routes!(calendar::list_calendars))
        .routes(routes!(calendar::list_holidays))
        .routes(routes!(calendar::put_holidays))
        .routes(routes!(calendar::get_calendar, calendar::put_calendar))
        .routes(routes!(calendar::post_due))
        .routes(routes!(policy::list_policies))
        .routes(routes!(policy::post_preview))
        .routes(routes!(policy_trial::post_comparison))
        .routes(routes!(policy::get_policy, policy::put_policy))
}
