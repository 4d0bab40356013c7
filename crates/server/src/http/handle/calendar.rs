//! Working calendars and holidays.

use app::handle::calendar::{self, PutCalendar};
use axum::extract::State;
use domain::handle::calendar::{Calendar, Holiday, HolidayYear};
use domain::handle::clock::{Explanation, Target};
use domain::id::CalendarId;
use domain::language::Language;
use domain::localized::Localized;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::handle::calendar::Current;
use utoipa::ToSchema;

use crate::App;
use crate::http::extract::{Json, Path};
use crate::http::may;
use crate::http::problem::{Problem, Result};
use crate::http::session::Can;

#[derive(Serialize, ToSchema)]
pub struct CalendarBody {
    pub id: CalendarId,
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Localized,
    pub version: u32,
    pub calendar: Calendar,
    /// The hours in a sentence, by language, as customers are told them.
    #[schema(value_type = BTreeMap<String, String>)]
    pub words: Localized,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl From<Current> for CalendarBody {
    fn from(current: Current) -> Self {
        let Current { id, name, version, calendar, updated_at } = current;
        let words = |language| calendar.in_words(language);
        let words = Localized::zh_en(&words(Language::Chinese), &words(Language::English));
        Self { id, name, version, calendar, words, updated_at }
    }
}

/// All calendars, as they are now.
#[utoipa::path(
    get,
    path = "/api/v1/calendars",
    tag = "handle",
    responses((status = 200, body = Vec<CalendarBody>), Problem),
)]
pub async fn list_calendars(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<CalendarBody>>> {
    let mut conn = app.db.read().await?;
    let all = store::handle::calendar::list(&mut conn, reader.tenant()).await?;
    Ok(Json(all.into_iter().map(CalendarBody::from).collect()))
}

/// One calendar, as it is now.
#[utoipa::path(
    get,
    path = "/api/v1/calendars/{id}",
    tag = "handle",
    params(("id" = CalendarId, Path)),
    responses((status = 200, body = CalendarBody), Problem),
)]
pub async fn get_calendar(
    State(app): State<App>,
    Path(id): Path<CalendarId>,
    reader: Can<may::ReadCases>,
) -> Result<Json<CalendarBody>> {
    let mut conn = app.db.read().await?;
    Ok(Json(calendar::find_calendar(&mut conn, reader.tenant(), id).await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCalendarBody {
    #[schema(value_type = BTreeMap<String, String>)]
    pub name: Localized,
    pub calendar: Calendar,
    /// The version you changed: refused when there is another by now.
    #[serde(default)]
    pub version: Option<u32>,
}

/// Make a calendar or its next version. Promises already made keep the version they began with.
#[utoipa::path(
    put,
    path = "/api/v1/calendars/{id}",
    tag = "handle",
    params(("id" = CalendarId, Path)),
    request_body = PutCalendarBody,
    responses((status = 200, body = CalendarBody), Problem),
)]
pub async fn put_calendar(
    State(app): State<App>,
    Path(id): Path<CalendarId>,
    writer: Can<may::WritePolicies>,
    Json(body): Json<PutCalendarBody>,
) -> Result<Json<CalendarBody>> {
    let PutCalendarBody { name, calendar, version } = body;
    let input = PutCalendar { id, name, calendar, version };
    let mut tx = app.db.write().await?;
    let made = calendar::put_calendar(&mut tx, writer.act(), input).await?;
    tx.commit().await?;
    Ok(Json(made.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DueWhen {
    /// Now, if it is not given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start: Option<Timestamp>,
    pub target: Target,
    /// A draft to try out; the calendar as it is, if it is not given.
    #[serde(default)]
    pub calendar: Option<Calendar>,
}

/// When something would be due on this calendar, and why. Nothing is written.
#[utoipa::path(
    post,
    path = "/api/v1/calendars/{id}/due",
    tag = "handle",
    params(("id" = CalendarId, Path)),
    request_body = DueWhen,
    responses((status = 200, body = Explanation), Problem),
)]
pub async fn post_due(
    State(app): State<App>,
    Path(id): Path<CalendarId>,
    reader: Can<may::ReadCases>,
    Json(body): Json<DueWhen>,
) -> Result<Json<Explanation>> {
    let DueWhen { start, target, calendar: draft } = body;
    let start = start.unwrap_or(reader.act().now);
    let mut conn = app.db.read().await?;
    let why =
        calendar::due_when(&mut conn, reader.act(), id, draft.as_ref(), start, target).await?;
    Ok(Json(why))
}

/// The years whose holidays are known, built in or brought by you.
#[utoipa::path(
    get,
    path = "/api/v1/calendars/holidays",
    tag = "handle",
    responses((status = 200, body = Vec<HolidayYear>), Problem),
)]
pub async fn list_holidays(
    State(app): State<App>,
    reader: Can<may::ReadCases>,
) -> Result<Json<Vec<HolidayYear>>> {
    let mut conn = app.db.read().await?;
    let known = calendar::holidays(&mut conn, reader.tenant()).await?;
    Ok(Json(known.years().cloned().collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutHolidays {
    /// Where the State Council's notice can be read.
    #[serde(default)]
    pub notices: Vec<String>,
    pub holidays: Vec<Holiday>,
}

/// Bring a year's notice of holidays and make-up days. Deadlines that waited for it follow.
#[utoipa::path(
    put,
    path = "/api/v1/calendars/holidays/{year}",
    tag = "handle",
    params(("year" = i16, Path)),
    request_body = PutHolidays,
    responses((status = 200, body = HolidayYear), Problem),
)]
pub async fn put_holidays(
    State(app): State<App>,
    Path(year): Path<i16>,
    writer: Can<may::WritePolicies>,
    Json(body): Json<PutHolidays>,
) -> Result<Json<HolidayYear>> {
    let PutHolidays { notices, holidays } = body;
    let notice = HolidayYear { year, notices, holidays };
    let mut tx = app.db.write().await?;
    let known = calendar::put_holidays(&mut tx, writer.act(), notice).await?;
    tx.commit().await?;
    Ok(Json(known))
}
