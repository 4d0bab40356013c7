//! How good a password is, while it is typed.

use app::platform::password::strength;
use axum::extract::State;
use domain::platform::staff::Strength;
use serde::{Deserialize, Serialize};

use crate::App;
use crate::http::extract::Json;
use crate::http::problem::{Problem, Result};
use crate::http::session::SignedIn;

/// Words about a person that are looked at, and of each so many signs.
const KNOWN_MAX: usize = 8;
const KNOWN_CHARS_MAX: usize = 100;

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordToTry {
    pub password: String,
    /// What others know of the person, as their login, their name and the company's. The first 8 are looked at.
    pub known: Vec<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct StrengthBody {
    pub strength: Strength,
    /// It may be chosen.
    pub enough: bool,
}

/// How good is this password? It is neither kept nor written down.
///
/// For who is signed in; in a new house also for who sets it up.
#[utoipa::path(
    post,
    path = "/api/v1/password-strength",
    tag = "platform",
    request_body = PasswordToTry,
    responses((status = 200, body = StrengthBody), Problem),
)]
pub async fn post_password_strength(
    State(app): State<App>,
    who: Result<SignedIn, Problem>,
    Json(body): Json<PasswordToTry>,
) -> Result<Json<StrengthBody>> {
    if !app.setup.is_open() {
        who?;
    }
    let cut = |it: String| it.chars().take(KNOWN_CHARS_MAX).collect();
    let known: Vec<String> = body.known.into_iter().take(KNOWN_MAX).map(cut).collect();
    let strength = app.hashing(move || strength(&body.password, &known)).await;
    Ok(Json(StrengthBody { strength, enough: strength.is_enough() }))
}
