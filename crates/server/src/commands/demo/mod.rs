//! `huisheng demo`: a company with a year behind it, the same in every run with the same seed.
//!
//! What happened is made by the product's own use cases, in the order of time, so that every case
//! has the history it would have had. The improvement of the year is put in on purpose: response
//! rate from 28 % to 65 %, satisfaction up by 12 points, handling time down by 40 %.

mod casework;
mod people;
mod relationship;
mod speech;
mod year;

pub use people::has_login;

use std::sync::atomic::Ordering::Relaxed;

use clap::Args;
use domain::platform::tenant::Tenant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::{App, worker};

/// Services in a year, out of the box.
pub const SERVICES: usize = 20_000;
/// With fewer the figures say nothing.
pub const SERVICES_MIN: usize = 100;

#[derive(Args)]
pub struct Demo {
    /// The last day of the year, as in 2026-09-30. Today when not given.
    #[arg(long)]
    until: Option<Date>,
    /// Another seed is another year of the same company.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Services in the year; four of ten are evaluated.
    #[arg(long, default_value_t = SERVICES)]
    interactions: usize,
}

pub async fn run(app: App, demo: Demo) -> anyhow::Result<()> {
    let mut conn = app.db.read().await?;
    if store::platform::tenant::find_by_slug(&mut conn, people::SLUG).await?.is_some() {
        tell(&app);
        return Ok(());
    }
    drop(conn);
    let mut app = app;
    app.ids = app::Ids::seeded(demo.seed);
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai")?;
    let now = app.now();
    let today = now.to_zoned(zone.clone()).date();
    let until = demo.until.unwrap_or(today);
    // The year ends now when it ends today, so that nothing lies in the future.
    let end =
        if until == today { now } else { until.tomorrow()?.to_zoned(zone.clone())?.timestamp() };
    let begin = until.checked_sub(365.days())?.to_zoned(zone.clone())?.timestamp();
    let mut random = StdRng::seed_from_u64(demo.seed);
    let mut tx = app.db.write().await?;
    let company = people::found(&app, &mut tx, &mut random, begin).await?;
    tx.commit().await?;
    let tenth = std::sync::atomic::AtomicU16::new(0);
    let told = move |share: f64| {
        let permille = permille(share);
        if tenth.swap(permille / 100, Relaxed) < permille / 100 {
            eprintln!("… {} %", permille / 10);
        }
    };
    let mut year =
        year::Year::new(app.clone(), company, random, zone, (begin, end), Box::new(told));
    year.live(demo.interactions).await?;
    worker::seal_all(&app).await?;
    tell(&app);
    Ok(())
}

/// Hears how much of the year is over, 0 to 1, day by day.
pub type Told = Box<dyn Fn(f64) + Send + Sync>;

/// A share in thousandths, rounded down.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
pub fn permille(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 1000.0) as u16
}

/// When a demonstration that ends `now` begins.
pub fn year_before(now: Timestamp) -> Result<Timestamp, store::db::Error> {
    now.to_zoned(TimeZone::UTC)
        .checked_sub(365.days())
        .map(|it| it.timestamp())
        .map_err(store::db::corrupt)
}

/// Fills the company, which was founded [`year_before`] now, with people, customers and their year.
/// Ids and secrets are as nobody can guess them.
pub async fn fill(app: &App, company: &Tenant, services: usize, told: Told) -> anyhow::Result<()> {
    let end = app.now();
    let begin = year_before(end)?;
    let mut random: StdRng = rand::make_rng();
    let mut tx = app.db.write().await?;
    let place = (company.id, begin);
    let people = people::gather(app, &mut tx, &mut random, place, None).await?;
    tx.commit().await?;
    let span = (begin, end);
    let mut year = year::Year::new(app.clone(), people, random, company.time_zone(), span, told);
    year.live(services).await?;
    worker::seal_all(app).await
}

fn tell(app: &App) {
    let url = &app.config.public_url;
    let (slug, password) = (people::SLUG, people::PASSWORD);
    println!("演示企业已就绪 / The demonstration company is there: {url}/");
    println!("  企业 company: {slug}   登录 login: admin   密码 password: {password}");
    println!("  其他登录 other logins: manager, supervisor1, agent01, inspector1, viewer");
    println!("  评价页 evaluate: {url}/f/{slug}/standard");
}
