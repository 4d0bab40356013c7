//! Clocks against the wall clock looked at each minute, and the cases worth reading.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use uuid::Uuid;

use super::super::calendar::oracle::{Dice, Minutes};
use super::super::calendar::{Calendar, Holidays, Week};
use super::*;

const STANDARD: CalendarRef = calendar_ref(1);
const ALWAYS: CalendarRef = calendar_ref(2);
const NEW_YORK: CalendarRef = calendar_ref(3);

const fn calendar_ref(n: u128) -> CalendarRef {
    CalendarRef { id: CalendarId(Uuid::from_u128(n)), version: 1 }
}

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::civil::DateTime>().unwrap().in_tz("Asia/Shanghai").unwrap().timestamp()
}

fn schedules() -> Schedules {
    let new_york =
        Calendar { zone: "America/New_York".to_owned(), national: false, ..Calendar::standard() };
    [
        (STANDARD, Calendar::standard()),
        (ALWAYS, Calendar::always("Asia/Shanghai")),
        (NEW_YORK, new_york),
    ]
    .into_iter()
    .map(|(at, calendar)| (at, calendar.schedule(&Holidays::built_in()).unwrap()))
    .collect()
}

fn clock(target: Target, calendar: CalendarRef, start: Timestamp) -> Clock {
    let wake_bp = WAKE_BP.to_vec();
    let terms = Terms { promise: Promise::Resolve, target, wake_bp, policy: None };
    Clock::start(ClockId(Uuid::from_u128(9)), terms, calendar, start)
}

const WAITING: PauseReason = PauseReason::WaitingForCustomer;

#[test]
fn overlapping_pauses_of_the_published_example_are_one() {
    // Two reasons to wait, the second begun before the first ended: one pause.
    let week = Week::workdays(&Calendar::always("UTC").week.monday);
    let mut nine_to_six = Calendar { week, ..Calendar::standard() };
    for day in [
        &mut nine_to_six.week.monday,
        &mut nine_to_six.week.tuesday,
        &mut nine_to_six.week.wednesday,
    ] {
        *day = serde_json::from_str(r#"[{"start": "09:00", "end": "18:00"}]"#).unwrap();
    }
    let mut schedules = Schedules::default();
    schedules.insert(STANDARD, nine_to_six.schedule(&Holidays::built_in()).unwrap());
    let mut clock = clock(Target::hours(8), STANDARD, at("2025-03-03T10:00"));
    clock.pause(at("2025-03-03T14:00"), WAITING).unwrap();
    assert_eq!(clock.pause(at("2025-03-03T16:00"), WAITING), Err(ClockError::Paused));
    clock.resume(at("2025-03-04T09:30")).unwrap();
    let elapsed = clock.elapsed_ms(at("2025-03-04T11:00"), &schedules);
    assert_eq!(elapsed, Ok(19_800_000));
}

#[test]
fn a_promise_runs_is_warned_is_broken_and_is_kept_late() {
    let schedules = &schedules();
    let mut clock = clock(Target::hours(2), STANDARD, at("2026-02-13T17:00"));
    let wakes = clock.wakes(at("2026-02-13T17:00"), schedules).unwrap();
    let wakes: Vec<_> = wakes.iter().map(|it| (it.share_bp, it.at)).collect();
    assert_eq!(
        wakes,
        [
            (8_000, at("2026-02-14T09:36")),
            (10_000, at("2026-02-14T10:00")),
            (20_000, at("2026-02-14T12:00")),
        ]
    );
    let state = |clock: &Clock, now| clock.state(at(now), schedules).unwrap();
    assert_eq!(state(&clock, "2026-02-14T10:00"), ClockState::Running);
    assert_eq!(state(&clock, "2026-02-14T10:01"), ClockState::Breached);
    let next = clock.next_wake(at("2026-02-14T10:00"), schedules).unwrap().unwrap();
    assert_eq!((next.share_bp, next.at), (20_000, at("2026-02-14T12:00")));
    assert_eq!(clock.next_wake(at("2026-02-14T12:00"), schedules), Ok(None));
    let half = clock.fraction(at("2026-02-13T20:00"), schedules).unwrap();
    assert!((half - 0.5).abs() < 1e-12);
    let end = clock.stop(at("2026-02-14T10:30"), schedules).unwrap();
    assert_eq!((end.state, end.elapsed_ms), (ClockState::Late, 2 * 3_600_000 + 1_800_000));
    assert_eq!(end.due_at, at("2026-02-14T10:00"));
    assert_eq!(state(&clock, "2030-01-01T00:00"), ClockState::Late);
    assert_eq!(clock.stop(at("2026-02-14T10:31"), schedules), Err(ClockError::Ended));
    assert_eq!(clock.pause(at("2026-02-14T10:31"), WAITING), Err(ClockError::Ended));
    assert_eq!(clock.wakes(at("2026-02-14T10:31"), schedules), Ok(Vec::new()));
}

#[test]
fn what_ends_exactly_on_the_deadline_is_kept() {
    let schedules = &schedules();
    // Friday 16:00 and two hours: due at closing time, not on Monday morning.
    let fresh = clock(Target::hours(2), STANDARD, at("2026-03-06T16:00"));
    for (stopped, expected) in [
        ("2026-03-06T18:00", ClockState::Kept),
        ("2026-03-07T10:00", ClockState::Late),
        ("2026-03-09T09:00", ClockState::Late),
    ] {
        let end = fresh.clone().stop(at(stopped), schedules).unwrap();
        assert_eq!((end.state, end.due_at), (expected, at("2026-03-06T18:00")), "{stopped}");
    }
}

#[test]
fn a_pause_moves_the_deadline_and_a_missed_deadline_stays_missed() {
    let schedules = &schedules();
    let mut clock = clock(Target::hours(2), ALWAYS, at("2026-03-06T10:00"));
    let due = |clock: &Clock, now| clock.due(at(now), schedules).unwrap().at;
    clock.pause(at("2026-03-06T11:00"), WAITING).unwrap();
    assert_eq!(due(&clock, "2026-03-06T15:00"), at("2026-03-06T16:00"));
    assert_eq!(clock.next_wake(at("2026-03-06T15:00"), schedules), Ok(None));
    let state = clock.state(at("2026-03-06T15:00"), schedules);
    assert_eq!(state, Ok(ClockState::Paused));
    clock.resume(at("2026-03-06T16:00")).unwrap();
    assert_eq!(due(&clock, "2026-03-06T16:30"), at("2026-03-06T17:00"));
    clock.pause(at("2026-03-06T17:30"), WAITING).unwrap();
    assert_eq!(due(&clock, "2026-03-09T09:00"), at("2026-03-06T17:00"));
    let state = clock.state(at("2026-03-09T09:00"), schedules);
    assert_eq!(state, Ok(ClockState::Breached));
    let end = clock.stop(at("2026-03-09T09:00"), schedules).unwrap();
    assert_eq!((end.state, end.elapsed_ms), (ClockState::Late, 9_000_000));
}

#[test]
fn a_calendar_changed_midway_counts_from_then_on() {
    let schedules = &schedules();
    let mut clock = clock(Target::hours(4), STANDARD, at("2026-03-06T16:00"));
    // Two hours are used by Friday evening; on Saturday it moves to people who are always there.
    clock.switch_calendar(at("2026-03-07T08:00"), ALWAYS).unwrap();
    assert_eq!(clock.due(at("2026-03-07T08:00"), schedules).unwrap().at, at("2026-03-07T10:00"));
    clock.switch_calendar(at("2026-03-07T09:00"), NEW_YORK).unwrap();
    // Monday 9:00 in New York, then daylight saving: one hour after opening.
    let expected = "2026-03-09T10:00-04:00[America/New_York]".parse::<jiff::Zoned>().unwrap();
    let due = clock.due(at("2026-03-07T09:00"), schedules).unwrap();
    assert_eq!(due.at, expected.timestamp());
    assert_eq!(clock.calendars(), [STANDARD, ALWAYS, NEW_YORK]);
    let back: Clock = serde_json::from_str(&serde_json::to_string(&clock).unwrap()).unwrap();
    assert_eq!(back, clock);
}

#[test]
fn limits_in_days_count_from_the_day_after_and_end_at_midnight() {
    let schedules = &schedules();
    let received = at("2025-09-24T10:00");
    let working = clock(Target::WorkingDays { days: 15 }, STANDARD, received);
    assert_eq!(working.due(received, schedules).unwrap().at, at("2025-10-22T00:00"));
    let natural = clock(Target::NaturalDays { days: 15 }, STANDARD, received);
    assert_eq!(natural.due(received, schedules).unwrap().at, at("2025-10-10T00:00"));
    // On the day of receipt nothing is used; at 12:00 of the third day 2.5 of 15.
    assert!(natural.fraction(at("2025-09-24T23:59"), schedules).unwrap() == 0.0);
    let used = natural.fraction(at("2025-09-27T12:00"), schedules).unwrap();
    assert!((used - 2.5 / 15.0).abs() < 1e-12);
    let wakes = natural.wakes(received, schedules).unwrap();
    let wakes: Vec<_> = wakes.iter().map(|it| it.at).collect();
    let days = ["2025-10-07T00:00", "2025-10-10T00:00", "2025-10-25T00:00"];
    assert_eq!(wakes, days.map(at));
    // Four fifths of one day are 19 hours and 12 minutes of it.
    let one = clock(Target::WorkingDays { days: 1 }, STANDARD, received);
    let first = one.next_wake(received, schedules).unwrap().unwrap();
    assert_eq!(first.at, at("2025-09-25T19:12"));
}

#[test]
fn a_day_that_begins_during_a_pause_does_not_count() {
    let schedules = &schedules();
    let mut clock = clock(Target::WorkingDays { days: 3 }, STANDARD, at("2026-03-02T10:00"));
    let due = |clock: &Clock, now| clock.due(at(now), schedules).unwrap().at;
    assert_eq!(due(&clock, "2026-03-02T10:00"), at("2026-03-06T00:00"));
    // Within a day: no difference.
    clock.pause(at("2026-03-03T09:00"), WAITING).unwrap();
    clock.resume(at("2026-03-03T17:00")).unwrap();
    assert_eq!(due(&clock, "2026-03-03T17:00"), at("2026-03-06T00:00"));
    // Over two midnights: two days more, and the weekend.
    clock.pause(at("2026-03-03T18:00"), WAITING).unwrap();
    assert_eq!(due(&clock, "2026-03-04T12:00"), at("2026-03-07T00:00"));
    clock.resume(at("2026-03-05T08:00")).unwrap();
    assert_eq!(due(&clock, "2026-03-05T08:00"), at("2026-03-10T00:00"));
    assert_eq!(clock.elapsed_ms(at("2026-03-06T06:00"), schedules), Ok((24 + 6) * 3_600_000));
    let end = clock.stop(at("2026-03-10T00:00"), schedules).unwrap();
    assert_eq!(end.state, ClockState::Kept);
}

#[test]
fn a_clock_never_goes_backwards_and_knows_its_calendars() {
    let start = at("2026-03-02T10:00");
    let mut clock = clock(Target::hours(1), calendar_ref(77), start);
    assert_eq!(clock.resume(start), Err(ClockError::Running));
    let before = at("2026-03-02T09:59");
    assert_eq!(clock.pause(before, WAITING), Err(ClockError::Backwards(start)));
    let unknown = ClockError::UnknownCalendar(calendar_ref(77));
    assert_eq!(clock.due(start, &schedules()), Err(unknown));
    // What changes twice in one instant has been so from the start of the span.
    clock.pause(start, WAITING).unwrap();
    clock.switch_calendar(start, ALWAYS).unwrap();
    assert_eq!(clock.spans().len(), 1);
    let end = clock.cancel(at("2026-03-02T11:00"), &schedules()).unwrap();
    assert_eq!((end.state, end.elapsed_ms), (ClockState::Cancelled, 0));
    assert_eq!(clock.paused(), None);
}

#[test]
fn a_deadline_explains_itself() {
    let schedules = &schedules();
    let mut clock = clock(Target::hours(10), STANDARD, at("2026-02-13T17:00"));
    clock.pause(at("2026-02-14T10:00"), WAITING).unwrap();
    clock.resume(at("2026-02-14T11:00")).unwrap();
    let now = at("2026-02-14T12:00");
    let why = clock.explain(now, schedules).unwrap();
    assert_eq!(why.due_at, at("2026-02-24T11:00"));
    let spans: Vec<_> = why.spans.iter().map(|it| (it.paused, it.counted_ms / 60_000)).collect();
    assert_eq!(spans, [(None, 120), (Some(WAITING), 0), (None, 480)]);
    let counted: i64 = why.spans.iter().map(|it| it.counted_ms).sum();
    assert_eq!(counted, 10 * 3_600_000);
    assert_eq!(why.spans[2].windows.len(), 3);
    assert_eq!((why.special_days.len(), why.weekend_days), (10, 0));
    assert_eq!(
        why.special_days[0],
        SpecialDay {
            date: "2026-02-14".parse().unwrap(),
            open: true,
            why_zh: "春节调休上班".to_owned(),
            why_en: "make-up day for Spring Festival".to_owned(),
        }
    );
    assert_eq!(why.special_days[1].why_zh, "春节放假");
    assert!(serde_json::to_value(&why).unwrap()["special_days"][9]["open"] == false);
}

#[test]
fn a_limit_in_days_explains_itself() {
    let clock = clock(Target::WorkingDays { days: 3 }, STANDARD, at("2026-09-18T10:00"));
    let why = clock.explain(at("2026-09-18T10:00"), &schedules()).unwrap();
    let days: Vec<_> = why.counted_days.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-09-20", "2026-09-21", "2026-09-22"]);
    assert_eq!((why.special_days.len(), why.weekend_days), (1, 1));
}

#[test]
fn a_holiday_announced_late_moves_the_deadlines_that_hang_on_it() {
    let mut clock = clock(Target::WorkingDays { days: 2 }, STANDARD, at("2026-12-31T10:00"));
    let now = at("2026-12-31T10:00");
    let before = clock.due(now, &schedules()).unwrap();
    assert_eq!((before.at, before.provisional), (at("2027-01-05T00:00"), true));
    let notice = serde_json::from_str(
        r#"{"year": 2027, "holidays": [
            {"name": "元旦", "off": [["2027-01-01", "2027-01-03"]], "work": ["2027-01-09"]}
        ]}"#,
    );
    let known = Holidays::built_in().with(notice.unwrap()).unwrap();
    let known = Calendar::standard().schedule(&known).unwrap();
    let after = Schedules::from_iter([(STANDARD, known)]);
    let due = clock.due(now, &after).unwrap();
    assert_eq!((due.at, due.provisional), (at("2027-01-06T00:00"), false));
    clock.stop(at("2027-01-05T12:00"), &after).unwrap();
    // What has ended keeps what it ended with.
    assert_eq!(clock.due(now, &schedules()).unwrap().at, at("2027-01-06T00:00"));
}

/// Where and when clocks change, days are left out, holidays fall.
const PLACES: [(&str, &str); 12] = [
    ("Asia/Shanghai", "2026-01-20"),
    ("America/New_York", "2025-02-20"),
    ("Europe/Berlin", "2025-10-10"),
    ("Australia/Lord_Howe", "2025-03-20"),
    ("America/Sao_Paulo", "2018-10-20"),
    ("Pacific/Apia", "2011-12-20"),
    ("Asia/Kathmandu", "2024-01-25"),
    ("Asia/Shanghai", "2020-01-05"),
    ("Africa/Casablanca", "2025-02-10"),
    ("America/St_Johns", "2006-10-20"),
    ("UTC", "2025-09-20"),
    ("Asia/Shanghai", "2023-12-15"),
];
const TABLE_DAYS: i64 = 60;

struct Place {
    first: Timestamp,
    schedules: Schedules,
    minutes: [Minutes; 2],
}

fn place(dice: &mut Dice, zone: &str, first: Date) -> Place {
    let start = first.to_zoned(TimeZone::UTC).unwrap().timestamp();
    let other = dice.pick(&["Asia/Tokyo", "America/Los_Angeles", zone]);
    let calendars = [dice.calendar(zone, first), dice.calendar(other, first)];
    let minutes = calendars.each_ref().map(|it| Minutes::of(it, start, TABLE_DAYS * 1_440));
    let ready = calendars.map(|it| it.schedule(&Holidays::built_in()).unwrap());
    let schedules = [STANDARD, ALWAYS].into_iter().zip(ready).collect();
    Place { first: start, schedules, minutes }
}

/// Which minutes the clock ran in, and on which of two calendars.
struct Life {
    clock: Clock,
    start: usize,
    running: Vec<Option<usize>>,
}

fn life(dice: &mut Dice, place: &Place, target: Target, may_switch: bool) -> Life {
    let mut minute = usize::try_from(dice.roll(12 * 1_440)).unwrap();
    let at =
        |minute: usize| place.first + SignedDuration::from_mins(i64::try_from(minute).unwrap());
    let start = minute;
    let mut clock = clock(target, STANDARD, at(start));
    let mut running = vec![None; start];
    let (mut calendar, mut paused) = (0, false);
    for _ in 0..dice.roll(7) {
        let until = minute + usize::try_from(dice.roll(2 * 1_440)).unwrap();
        running.resize(until, (!paused).then_some(calendar));
        minute = until;
        match (dice.roll(3), paused) {
            (0, _) if may_switch => {
                calendar = 1 - calendar;
                clock.switch_calendar(at(minute), [STANDARD, ALWAYS][calendar]).unwrap();
            }
            (_, false) => {
                clock.pause(at(minute), WAITING).unwrap();
                paused = true;
            }
            (_, true) => {
                clock.resume(at(minute)).unwrap();
                paused = false;
            }
        }
    }
    if paused {
        clock.resume(at(minute)).unwrap();
    }
    running.resize(place.minutes[0].open.len(), Some(calendar));
    Life { clock, start, running }
}

#[test]
fn ten_thousand_random_clocks_agree_with_the_wall_clock_looked_at_each_minute() {
    let dice = &mut Dice(20_261_122);
    let (mut checked, mut due_checked) = (0, 0);
    for (zone, first) in PLACES {
        let place = place(dice, zone, first.parse().unwrap());
        for _ in 0..840 {
            let need = u32::try_from(1 + dice.roll(2_000)).unwrap();
            let life = life(dice, &place, Target::minutes(need), true);
            let counts = |minute: usize| {
                life.running[minute].is_some_and(|calendar| place.minutes[calendar].open[minute])
            };
            let at = |minute: usize| place.first + i64::try_from(minute).unwrap().minutes();
            let mut used = 0;
            let mut due = None;
            let asked = life.start + usize::try_from(dice.roll(10 * 1_440)).unwrap();
            let mut elapsed = 0;
            for minute in life.start..life.running.len() {
                if minute == asked {
                    elapsed = used;
                }
                used += u32::from(counts(minute));
                if used == need && due.is_none() {
                    due = Some(at(minute + 1));
                }
                if due.is_some() && asked < minute {
                    break;
                }
            }
            let now = at(asked).max(life.clock.spans().last().unwrap().from);
            if now == at(asked) {
                let actual = life.clock.elapsed_ms(now, &place.schedules).unwrap();
                assert_eq!(actual, i64::from(elapsed) * 60_000, "{zone} {:?}", life.clock);
                checked += 1;
            }
            let actual = life.clock.due(now, &place.schedules).unwrap().at;
            match due {
                Some(expected) => {
                    assert_eq!(actual, expected, "{zone} {need} {:?}", life.clock);
                    due_checked += 1;
                }
                None => assert!(at(life.running.len()) < actual),
            }
        }
    }
    assert!(9_800 < due_checked && 4_000 < checked, "{due_checked} {checked}");
}

#[test]
fn random_limits_in_days_agree_with_the_wall_clock_looked_at_each_minute() {
    let dice = &mut Dice(7);
    for (zone, first) in PLACES {
        let place = place(dice, zone, first.parse().unwrap());
        let minutes = &place.minutes[0];
        for _ in 0..200 {
            let days = u32::try_from(1 + dice.roll(8)).unwrap();
            let working = dice.roll(2) == 0;
            let target =
                if working { Target::WorkingDays { days } } else { Target::NaturalDays { days } };
            let life = life(dice, &place, target, false);
            let (mut counted, mut due, mut is_counted) = (0, None, false);
            // Where clocks go back over midnight the same day begins twice; the first time counts.
            let mut latest = minutes.date[life.start];
            for minute in life.start + 1..life.running.len() {
                if minutes.date[minute] <= latest {
                    continue;
                }
                latest = minutes.date[minute];
                if is_counted && counted == days {
                    due = Some(place.first + i64::try_from(minute).unwrap().minutes());
                    break;
                }
                is_counted =
                    life.running[minute].is_some() && (!working || minutes.working[minute]);
                counted += u32::from(is_counted);
            }
            let now = life.clock.spans().last().unwrap().from;
            let actual = life.clock.due(now, &place.schedules).unwrap().at;
            if let Some(expected) = due {
                assert_eq!(actual, expected, "{zone} {target:?} {:?}", life.clock);
            }
        }
    }
}

proptest! {
    #[test]
    fn open_time_adds_up_and_a_due_time_never_lies_after_its_own_elapsed_time(
        seed in 0_u64..5_000,
        offsets in proptest::array::uniform3(0_i64..90 * 86_400_000),
    ) {
        let dice = &mut Dice(seed);
        let (zone, first) = dice.pick(&PLACES);
        let date: Date = first.parse().unwrap();
        let schedule = dice.calendar(zone, date).schedule(&Holidays::built_in()).unwrap();
        let start = date.to_zoned(TimeZone::UTC).unwrap().timestamp();
        let mut points = offsets.map(|ms| start + SignedDuration::from_millis(ms));
        points.sort();
        let [a, b, c] = points;
        let whole = schedule.open_between(a, c);
        prop_assert_eq!(schedule.open_between(a, b) + schedule.open_between(b, c), whole);
        prop_assert!(whole <= c.duration_since(a));
        let due = schedule.due(a, whole).unwrap().at;
        prop_assert!(due <= c);
        prop_assert_eq!(schedule.open_between(a, due), whole);
        let more = SignedDuration::from_millis(1);
        prop_assert!(c <= schedule.due(a, whole + more).unwrap().at);
        // A due time lies in open time or on its end, never in closed hours.
        let just_before = due - more;
        prop_assert!(whole.is_zero() || schedule.is_open(just_before));
        let windows: Vec<_> = schedule.windows_between(a, c).collect();
        let sum: SignedDuration =
            windows.iter().map(|it| it.end.duration_since(it.start)).sum();
        prop_assert_eq!(sum, whole);
        prop_assert!(windows.is_sorted_by(|one, next| one.end <= next.start));
    }
}
