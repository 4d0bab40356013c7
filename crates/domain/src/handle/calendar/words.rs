//! A calendar in words, for the customer who was promised a time: 周一至周五 09:00–12:00、13:00–18:00……

use super::holidays::english;
use super::week::{Week, Weekday, Window};
use super::{Calendar, DayReason};
use crate::language::Language::{self, Chinese, English};

impl Calendar {
    /// When somebody is there, as one phrase without a full stop. Dated exceptions are not listed.
    pub fn in_words(&self, language: Language) -> String {
        let hours = self.hours_in_words(language);
        let zone = zone_in_words(&self.zone, language);
        let holidays = match (self.national, language) {
            (false, _) => "",
            (true, Chinese) => "，法定节假日除外，调休上班日照常",
            (true, English) => ", except public holidays in China; make-up working days included",
        };
        format!("{hours}{zone}{holidays}")
    }

    fn hours_in_words(&self, language: Language) -> String {
        if self.week == Week::always() {
            return match language {
                Chinese => "每天 24 小时",
                English => "around the clock, every day",
            }
            .to_owned();
        }
        // Neighbouring days with the same windows are named together.
        let mut groups: Vec<(Weekday, Weekday, &[Window])> = Vec::new();
        for (weekday, windows) in self.week.days() {
            match groups.last_mut() {
                Some((_, last, same)) if *same == windows => *last = weekday,
                _ => groups.push((weekday, weekday, windows)),
            }
        }
        let groups = groups.into_iter().filter(|(_, _, windows)| !windows.is_empty());
        let phrases = groups.map(|(first, last, windows)| {
            let days = days_in_words(first, last, language);
            let hours: Vec<_> = windows.iter().map(|it| window_in_words(*it, language)).collect();
            match language {
                Chinese => format!("{days} {}", hours.join("、")),
                English => format!("{days} {}", hours.join(" and ")),
            }
        });
        let phrases: Vec<_> = phrases.collect();
        match (phrases.is_empty(), language) {
            (true, Chinese) => "仅在指定日期".to_owned(),
            (true, English) => "on certain dates only".to_owned(),
            (false, Chinese) => phrases.join("；"),
            (false, English) => phrases.join("; "),
        }
    }
}

impl DayReason<'_> {
    /// Why a day is open or closed, for people; empty when nothing is special about it.
    pub fn in_words(&self, language: Language) -> String {
        match (self, language) {
            (Self::Week, _) => String::new(),
            (Self::Holiday(name), Chinese) => format!("{name}放假"),
            (Self::Holiday(name), English) => english(name),
            (Self::MakeUp(name), Chinese) => format!("{name}调休上班"),
            (Self::MakeUp(name), English) => format!("make-up day for {}", english(name)),
            (Self::CompanyOff(note), Chinese) => noted("本公司休息", note, "：", ""),
            (Self::CompanyOff(note), English) => noted("closed by the company", note, " (", ")"),
            (Self::CompanyWork(note), Chinese) => noted("本公司上班", note, "：", ""),
            (Self::CompanyWork(note), English) => noted("opened by the company", note, " (", ")"),
            (Self::Provisional, Chinese) => "该年放假通知尚未公布，暂按平常星期计算".to_owned(),
            (Self::Provisional, English) => {
                "the year's public holidays are not announced yet; counted as an ordinary day"
                    .to_owned()
            }
        }
    }
}

fn noted(what: &str, note: &str, before: &str, after: &str) -> String {
    if note.is_empty() { what.to_owned() } else { format!("{what}{before}{note}{after}") }
}

fn zone_in_words(zone: &str, language: Language) -> String {
    match (zone, language) {
        ("Asia/Shanghai", Chinese) => "（北京时间）".to_owned(),
        ("Asia/Shanghai", English) => " (Beijing time)".to_owned(),
        (other, Chinese) => format!("（{other} 时间）"),
        (other, English) => format!(" ({other} time)"),
    }
}

fn days_in_words(first: Weekday, last: Weekday, language: Language) -> String {
    let name = |weekday| weekday_in_words(weekday, language);
    match (first == last, (first, last), language) {
        (_, (Weekday::Monday, Weekday::Sunday), Chinese) => "每天".to_owned(),
        (_, (Weekday::Monday, Weekday::Sunday), English) => "every day".to_owned(),
        (true, ..) => name(first).to_owned(),
        (false, _, Chinese) => format!("{}至{}", name(first), name(last)),
        (false, _, English) => format!("{} to {}", name(first), name(last)),
    }
}

fn weekday_in_words(weekday: Weekday, language: Language) -> &'static str {
    let (chinese, english) = match weekday {
        Weekday::Monday => ("周一", "Monday"),
        Weekday::Tuesday => ("周二", "Tuesday"),
        Weekday::Wednesday => ("周三", "Wednesday"),
        Weekday::Thursday => ("周四", "Thursday"),
        Weekday::Friday => ("周五", "Friday"),
        Weekday::Saturday => ("周六", "Saturday"),
        Weekday::Sunday => ("周日", "Sunday"),
    };
    match language {
        Chinese => chinese,
        English => english,
    }
}

fn window_in_words(window: Window, language: Language) -> String {
    let Window { start, end } = window;
    match (start < end, language) {
        (true, _) => format!("{start}–{end}"),
        (false, Chinese) => format!("{start}–次日 {end}"),
        (false, English) => format!("{start}–{end} the next day"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::MakeUp;
    use super::*;

    #[track_caller]
    fn check(calendar: &Calendar, chinese: &str, english: &str) {
        assert_eq!(calendar.in_words(Chinese), chinese);
        assert_eq!(calendar.in_words(English), english);
    }

    #[test]
    fn a_customer_is_told_when_somebody_is_there() {
        check(
            &Calendar::standard(),
            "周一至周五 09:00–12:00、13:00–18:00（北京时间），法定节假日除外，调休上班日照常",
            "Monday to Friday 09:00–12:00 and 13:00–18:00 (Beijing time), except public holidays \
             in China; make-up working days included",
        );
        check(
            &Calendar::always("Asia/Shanghai"),
            "每天 24 小时（北京时间）",
            "around the clock, every day (Beijing time)",
        );
        let week = Week {
            tuesday: vec![Window::hm(22, 0, 6, 0)],
            saturday: vec![Window::hm(9, 0, 12, 0)],
            sunday: vec![Window::hm(9, 0, 12, 0)],
            ..Week::default()
        };
        let zone = "Europe/Berlin".to_owned();
        let shifts = Calendar { zone, week, make_up: MakeUp::Unchanged, ..Calendar::always("UTC") };
        check(
            &shifts,
            "周二 22:00–次日 06:00；周六至周日 09:00–12:00（Europe/Berlin 时间）",
            "Tuesday 22:00–06:00 the next day; Saturday to Sunday 09:00–12:00 (Europe/Berlin time)",
        );
    }

    #[test]
    fn a_special_day_says_why() {
        let words = |reason: DayReason<'_>| (reason.in_words(Chinese), reason.in_words(English));
        let pair = |chinese: &str, english: &str| (chinese.to_owned(), english.to_owned());
        let holiday = DayReason::Holiday("中秋节、国庆节");
        let english = "Mid-Autumn Festival and National Day";
        assert_eq!(words(holiday), pair("中秋节、国庆节放假", english));
        let make_up = pair("春节调休上班", "make-up day for Spring Festival");
        assert_eq!(words(DayReason::MakeUp("春节")), make_up);
        let off = pair("本公司休息：年会", "closed by the company (年会)");
        assert_eq!(words(DayReason::CompanyOff("年会")), off);
        assert_eq!(words(DayReason::Week), pair("", ""));
    }
}
