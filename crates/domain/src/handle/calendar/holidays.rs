//! The country's days off and make-up days 法定节假日与调休, as the State Council announces them year
//! by year. A year whose notice is not there is not guessed.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::{date_of, day_of};
use crate::refusal::Refusal;

/// The notices of 2010 to 2026.
const BUILT_IN: &str = include_str!("../cn_holidays.json");

/// From this day of December on, a date depends on the next year's notice too: New Year's holiday
/// may reach back (2018-12-29 was a make-up day of 2019).
const NEXT_NOTICE_FROM: (i8, i8) = (12, 25);

/// Days one stretch of holiday may have: the longest so far were ten.
const STRETCH_DAYS_MAX: i64 = 31;
const HOLIDAYS_A_YEAR_MAX: usize = 40;

/// One year's notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayYear {
    pub year: i16,
    /// Where the notice can be read; the second one amends the first.
    #[serde(default)]
    pub notices: Vec<String>,
    pub holidays: Vec<Holiday>,
}

/// One holiday of a year: its days off and the days worked instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    pub name: String,
    /// Stretches of days off: first and last day, weekends within included.
    #[schema(value_type = Vec<Vec<String>>, example = json!([["2027-01-01", "2027-01-03"]]))]
    pub off: Vec<(Date, Date)>,
    /// Make-up days 调休上班日.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub work: Vec<Date>,
}

/// Why a year's notice was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayError {
    #[error("{0} is no year of holidays; 2000 to 2199")]
    Year(i16),
    #[error("a year has 1 to {HOLIDAYS_A_YEAR_MAX} holidays")]
    Count,
    #[error("{0} does not belong to the notice of this year")]
    Elsewhere(Date),
    #[error("{0} to {1} is no stretch of 1 to {STRETCH_DAYS_MAX} days")]
    Stretch(Date, Date),
    #[error("{0} is named twice")]
    Twice(Date),
}

impl From<HolidayError> for Refusal {
    fn from(error: HolidayError) -> Self {
        match error {
            HolidayError::Year(year) => Self::invalid("holiday_year").with("year", year).at("year"),
            HolidayError::Count => {
                Self::invalid("holiday_count").with("max", HOLIDAYS_A_YEAR_MAX).at("holidays")
            }
            HolidayError::Elsewhere(date) => {
                Self::invalid("holiday_elsewhere").with("date", date).at("holidays")
            }
            HolidayError::Stretch(first, last) => Self::invalid("holiday_stretch")
                .with("first", first)
                .with("last", last)
                .with("max", STRETCH_DAYS_MAX)
                .at("holidays"),
            HolidayError::Twice(date) => {
                Self::invalid("holiday_twice").with("date", date).at("holidays")
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NationalDay<'a> {
    Off(&'a str),
    Work(&'a str),
    /// Nothing special.
    Plain,
    /// Its notice is not there.
    Unknown,
}

/// What is known of the national layer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Holidays {
    years: Arc<BTreeMap<i16, Year>>,
}

#[derive(Debug, Clone)]
struct Year {
    notice: HolidayYear,
    /// By day: whether it is off, and which holiday of the notice says so.
    days: BTreeMap<i64, (bool, usize)>,
}

impl Year {
    fn new(notice: HolidayYear) -> Result<Self, HolidayError> {
        if !(2000..=2199).contains(&notice.year) {
            return Err(HolidayError::Year(notice.year));
        }
        if !(1..=HOLIDAYS_A_YEAR_MAX).contains(&notice.holidays.len()) {
            return Err(HolidayError::Count);
        }
        let mut days = BTreeMap::new();
        let belongs = |date: Date| {
            date.year() == notice.year
                || (date.year() == notice.year - 1
                    && NEXT_NOTICE_FROM <= (date.month(), date.day()))
        };
        for (index, holiday) in notice.holidays.iter().enumerate() {
            let mut add = |date: Date, off| {
                if !belongs(date) {
                    return Err(HolidayError::Elsewhere(date));
                }
                match days.insert(day_of(date), (off, index)) {
                    None => Ok(()),
                    Some(_) => Err(HolidayError::Twice(date)),
                }
            };
            for &(first, last) in &holiday.off {
                let length = day_of(last) - day_of(first) + 1;
                if !(1..=STRETCH_DAYS_MAX).contains(&length) {
                    return Err(HolidayError::Stretch(first, last));
                }
                for day in day_of(first)..=day_of(last) {
                    add(date_of(day), true)?;
                }
            }
            for &date in &holiday.work {
                add(date, false)?;
            }
        }
        Ok(Self { notice, days })
    }
}

impl Holidays {
    /// No year is known.
    pub fn none() -> Self {
        Self { years: Arc::default() }
    }

    /// The years that come with the product.
    pub fn built_in() -> Self {
        static HOLIDAYS: LazyLock<Holidays> = LazyLock::new(|| {
            let notices: Vec<HolidayYear> =
                serde_json::from_str(BUILT_IN).expect("the file is tested");
            notices.into_iter().fold(Holidays::none(), |known, notice| {
                known.with(notice).expect("the file is tested")
            })
        });
        HOLIDAYS.clone()
    }

    /// These and one more year, which takes the place of the same year if it was known.
    pub fn with(&self, notice: HolidayYear) -> Result<Self, HolidayError> {
        let mut years = BTreeMap::clone(&self.years);
        years.insert(notice.year, Year::new(notice)?);
        Ok(Self { years: Arc::new(years) })
    }

    /// The notices known, by year.
    pub fn years(&self) -> impl Iterator<Item = &HolidayYear> {
        self.years.values().map(|year| &year.notice)
    }

    pub fn year(&self, year: i16) -> Option<&HolidayYear> {
        self.years.get(&year).map(|it| &it.notice)
    }

    /// Whether everything the country says about `date` is known.
    pub fn is_known(&self, date: Date) -> bool {
        self.years.contains_key(&date.year())
            && ((date.month(), date.day()) < NEXT_NOTICE_FROM
                || self.years.contains_key(&(date.year() + 1)))
    }

    pub(super) fn on(&self, date: Date) -> NationalDay<'_> {
        let day = day_of(date);
        let said = [date.year().saturating_add(1), date.year()].into_iter().find_map(|year| {
            let year = self.years.get(&year)?;
            let &(off, index) = year.days.get(&day)?;
            Some((off, year.notice.holidays[index].name.as_str()))
        });
        match said {
            Some((true, name)) => NationalDay::Off(name),
            Some((false, name)) => NationalDay::Work(name),
            None if self.is_known(date) => NationalDay::Plain,
            None => NationalDay::Unknown,
        }
    }
}

/// The English name of a holiday of the State Council's notices, the Chinese one if it is not known.
pub(super) fn english(name: &str) -> String {
    let part = |name: &str| match name {
        "元旦" => "New Year's Day".to_owned(),
        "春节" => "Spring Festival".to_owned(),
        "清明节" => "Tomb-Sweeping Day".to_owned(),
        "劳动节" => "Labour Day".to_owned(),
        "端午节" => "Dragon Boat Festival".to_owned(),
        "中秋节" => "Mid-Autumn Festival".to_owned(),
        "国庆节" => "National Day".to_owned(),
        "抗日战争暨世界反法西斯战争胜利70周年纪念日" => {
            "Victory Day".to_owned()
        }
        other => other.to_owned(),
    };
    name.split('、').map(part).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use jiff::ToSpan;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn the_seed_equals_the_notices() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/china_holidays/A_holiday-cn");
        if !folder.exists() {
            eprintln!("skipped: {} is not here", folder.display());
            return;
        }
        let known = Holidays::built_in();
        let mut expected = BTreeMap::new();
        for year in 2010..=2027_i16 {
            let text = fs::read_to_string(folder.join(format!("{year}.json"))).unwrap();
            let file: serde_json::Value = serde_json::from_str(&text).unwrap();
            let days = file["days"].as_array().unwrap();
            assert_eq!(known.year(year).is_some(), !days.is_empty(), "{year}");
            for day in days {
                let name = day["name"].as_str().unwrap();
                let off = day["isOffDay"].as_bool().unwrap();
                expected.insert(date(day["date"].as_str().unwrap()), (off, name.to_owned()));
            }
            if let Some(ours) = known.year(year) {
                assert_eq!(serde_json::json!(ours.notices), file["papers"]);
            }
        }
        let mut day = date("2009-12-01");
        while day < date("2027-01-01") {
            let actual = match known.on(day) {
                NationalDay::Off(name) => Some((true, name.to_owned())),
                NationalDay::Work(name) => Some((false, name.to_owned())),
                NationalDay::Plain | NationalDay::Unknown => None,
            };
            assert_eq!(actual.as_ref(), expected.get(&day), "{day}");
            day = day.checked_add(1.day()).unwrap();
        }
        assert!(expected.keys().all(|it| *it < date("2027-01-01")));
    }

    #[test]
    fn every_built_in_year_names_its_notice() {
        let known = Holidays::built_in();
        let years: Vec<i16> = known.years().map(|it| it.year).collect();
        assert_eq!(years, (2010..=2026).collect::<Vec<_>>());
        for year in known.years() {
            assert!(year.notices.iter().all(|it| it.contains("www.gov.cn")));
            assert!(!year.notices.is_empty());
        }
    }

    #[test]
    fn a_date_is_known_when_every_notice_that_may_speak_of_it_is_there() {
        let known = Holidays::built_in();
        for (day, expected) in [
            ("2009-12-31", false),
            ("2010-01-01", true),
            ("2025-12-31", true),
            ("2026-12-24", true),
            ("2026-12-25", false),
            ("2027-01-01", false),
        ] {
            assert_eq!(known.is_known(date(day)), expected, "{day}");
        }
    }

    #[test]
    fn a_notice_is_taken_whole_or_not_at_all() {
        let check = |off: &[(&str, &str)], work: &[&str], expected: &str| {
            let off = off.iter().map(|(first, last)| (date(first), date(last))).collect();
            let work = work.iter().map(|it| date(it)).collect();
            let holidays = vec![Holiday { name: "元旦".to_owned(), off, work }];
            let notice = HolidayYear { year: 2027, notices: Vec::new(), holidays };
            let actual = Holidays::built_in().with(notice).map(|_| "fine".to_owned());
            assert_eq!(actual.unwrap_or_else(|error| error.to_string()), expected);
        };
        check(&[("2026-12-31", "2027-01-02")], &["2027-01-03"], "fine");
        check(
            &[("2026-12-01", "2026-12-01")],
            &[],
            "2026-12-01 does not belong to the notice of this year",
        );
        check(
            &[("2027-01-02", "2027-01-01")],
            &[],
            "2027-01-02 to 2027-01-01 is no stretch of 1 to 31 days",
        );
        check(&[("2027-01-01", "2027-01-03")], &["2027-01-03"], "2027-01-03 is named twice");
        let empty = HolidayYear { year: 2027, notices: Vec::new(), holidays: Vec::new() };
        assert_eq!(Holidays::none().with(empty).err(), Some(HolidayError::Count));
    }

    #[test]
    fn english_names_cover_the_seed() {
        for year in Holidays::built_in().years() {
            for holiday in &year.holidays {
                assert!(english(&holiday.name).is_ascii(), "{}", holiday.name);
            }
        }
    }
}
