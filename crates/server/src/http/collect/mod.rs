//! Forms, asking customers, and what they hand in.

pub mod evaluation;
pub mod form;
pub mod form_link;
pub mod form_preview;
pub mod invitation;

use axum::extract::DefaultBodyLimit;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

use crate::App;

/// A draft whose every Chinese letter is spelt with nine, as forms of pages do.
const PREVIEW_BYTES_MAX: usize = 2 * 1024 * 1024;

pub fn routes() -> OpenApiRouter<App> {
    let preview = DefaultBodyLimit::max(PREVIEW_BYTES_MAX);
    OpenApiRouter::new()
        .routes(routes!(invitation::list_invitations))
        .routes(routes!(invitation::get_funnel))
        .routes(routes!(invitation::post_invitation))
        .routes(routes!(invitation::post_delivered))
        .routes(routes!(form::list_form_templates))
        .routes(routes!(form::check_form))
        .routes(routes!(form_preview::preview_form).layer(preview))
        .routes(routes!(form::list_forms))
        .routes(routes!(form::get_form, form::put_form))
        .routes(routes!(form::publish_form))
        .routes(routes!(form::retire_form))
        .routes(routes!(form::list_form_versions))
        .routes(routes!(form::get_form_version))
        .routes(routes!(form::get_form_difference))
        .routes(routes!(form_link::get_form_link))
        .routes(routes!(form_link::get_form_poster))
        .routes(routes!(evaluation::list_evaluations))
        .routes(routes!(evaluation::count_evaluations))
        .routes(routes!(evaluation::get_evaluation, evaluation::put_evaluation))
}
