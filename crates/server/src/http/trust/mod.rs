//! Erasure, and the ledger: how it stands, proofs, and looking whether everything agrees with it.

pub mod erasure;
pub mod ledger;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(ledger::get_ledger))
        .routes(routes!(ledger::verify_ledger))
        .routes(routes!(ledger::get_proof))
        .routes(routes!(erasure::get_extent))
        .routes(routes!(erasure::list_erasures))
        .routes(routes!(erasure::put_erasure))
        .routes(routes!(erasure::approve_erasure))
        .routes(routes!(erasure::decline_erasure))
}
