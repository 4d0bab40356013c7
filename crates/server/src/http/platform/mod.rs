//! Signing in, staff, teams, roles, keys, audit, jobs.

pub mod api_key;
pub mod audit;
pub mod company;
pub mod health;
pub mod import;
pub mod import_bad_row;
pub mod import_mapping;
pub mod job;
pub mod live;
pub mod me;
pub mod password;
pub mod preference;
pub mod role;
pub mod second_factor;
pub mod setting;
pub mod setup;
pub mod sign_in;
pub mod sign_on;
pub mod staff;
pub mod team;
pub mod webhook;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health::get_health))
        .routes(routes!(health::get_ready))
        .routes(routes!(setup::get_setup, setup::post_setup))
        .routes(routes!(sign_in::post_session, sign_in::delete_session))
        .routes(routes!(me::get_me))
        .routes(routes!(live::get_live))
        .routes(routes!(me::put_password))
        .routes(routes!(password::post_password_strength))
        .routes(routes!(me::list_sessions))
        .routes(routes!(me::delete_one_session))
        .routes(routes!(second_factor::get_second_factor, second_factor::begin_second_factor))
        .routes(routes!(second_factor::confirm_second_factor))
        .routes(routes!(second_factor::remove_second_factor))
        .routes(routes!(second_factor::reset_second_factor))
        .routes(routes!(preference::list_preferences))
        .routes(routes!(preference::put_preference))
        .routes(routes!(company::get_company, company::put_company))
        .routes(routes!(sign_on::get_sign_on, sign_on::put_sign_on, sign_on::delete_sign_on))
        .routes(routes!(staff::list_staff))
        .routes(routes!(staff::get_staff, staff::put_staff))
        .routes(routes!(team::list_teams))
        .routes(routes!(team::put_team))
        .routes(routes!(role::list_roles))
        .routes(routes!(role::put_role, role::delete_role))
        .routes(routes!(api_key::list_api_keys))
        .routes(routes!(api_key::put_api_key, api_key::delete_api_key))
        .routes(routes!(audit::list_audit))
        .routes(routes!(job::list_jobs))
        .routes(routes!(job::retry_job))
        .routes(routes!(setting::list_settings))
        .routes(routes!(setting::get_setting, setting::put_setting))
        .routes(routes!(webhook::list_webhooks))
        .routes(routes!(webhook::put_webhook, webhook::delete_webhook))
        .routes(routes!(webhook::list_deliveries))
        .routes(routes!(webhook::retry_delivery))
        .routes(routes!(import::list_imports))
        .routes(routes!(import::get_import, import::put_import))
        .routes(routes!(import::look_import))
        .routes(routes!(import::start_import))
        .routes(routes!(import::cancel_import))
        .routes(routes!(import_bad_row::list_faults))
        .routes(routes!(import_bad_row::get_bad_rows))
        .routes(routes!(import_mapping::list_import_mappings))
        .routes(routes!(import_mapping::put_import_mapping, import_mapping::delete_import_mapping))
}
