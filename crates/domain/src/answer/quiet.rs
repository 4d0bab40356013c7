//! Hours in which nobody is disturbed.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// `at`, or the end of the quiet hours it falls into. Quiet hours may cross midnight; from a time
/// until the same time is none.
pub fn after_quiet(at: Timestamp, zone: &TimeZone, from: Time, until: Time) -> Timestamp {
    let local = at.to_zoned(zone.clone());
    let time = local.time();
    let crosses = until < from;
    let quiet = if crosses { from <= time || time < until } else { from <= time && time < until };
    if !quiet {
        return at;
    }
    let day = if crosses && from <= time { local.date().tomorrow() } else { Ok(local.date()) };
    let end = day.and_then(|it| it.to_datetime(until).to_zoned(zone.clone()));
    end.map_or(at, |it| it.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[track_caller]
    fn check(at: &str, (from, until): (i8, i8), expected: &str) {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let (from, until) = (time(from, 0, 0, 0), time(until, 0, 0, 0));
        let actual = after_quiet(at.parse().unwrap(), &zone, from, until);
        assert_eq!(actual, expected.parse().unwrap(), "{at}");
    }

    #[test]
    fn the_night_is_quiet() {
        check("2026-09-03T20:59:00+08", (21, 8), "2026-09-03T20:59:00+08");
        check("2026-09-03T21:00:00+08", (21, 8), "2026-09-04T08:00:00+08");
        check("2026-09-04T07:59:59+08", (21, 8), "2026-09-04T08:00:00+08");
        check("2026-09-04T08:00:00+08", (21, 8), "2026-09-04T08:00:00+08");
        check("2026-09-03T12:30:00+08", (12, 14), "2026-09-03T14:00:00+08");
        check("2026-09-03T12:30:00+08", (12, 12), "2026-09-03T12:30:00+08");
    }
}
