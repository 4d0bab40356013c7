//! A promise in words, for the customer it was made to: 工作时间 2 小时内……

use super::Target;
use crate::handle::calendar::Calendar;
use crate::language::Language::{self, Chinese, English};

impl Target {
    /// The length alone: 2 小时, 5 个工作日; "2 hours", "5 working days".
    pub fn in_words(self, language: Language) -> String {
        match (self, language) {
            (Self::Elapsed { seconds }, _) => length_in_words(seconds, language),
            (Self::NaturalDays { days }, Chinese) => format!("{days} 个自然日"),
            (Self::NaturalDays { days }, English) => counted(days, "calendar day"),
            (Self::WorkingDays { days }, Chinese) => format!("{days} 个工作日"),
            (Self::WorkingDays { days }, English) => counted(days, "working day"),
        }
    }

    /// The whole promise, with the hours it counts in, as a phrase without a full stop.
    pub fn promised_in_words(self, calendar: &Calendar, language: Language) -> String {
        let length = self.in_words(language);
        let when = calendar.in_words(language);
        match (self, calendar.is_always(), language) {
            (Self::Elapsed { .. }, true, Chinese) => format!("{length}内"),
            (Self::Elapsed { .. }, true, English) => format!("within {length}"),
            (Self::Elapsed { .. }, false, Chinese) => {
                format!("工作时间 {length}内（工作时间：{when}）")
            }
            (Self::Elapsed { .. }, false, English) => {
                format!("within {length} of working time ({when})")
            }
            (Self::NaturalDays { .. } | Self::WorkingDays { .. }, _, Chinese) => {
                format!("{length}内（自次日起算，至最后一日 24:00）")
            }
            (Self::NaturalDays { .. } | Self::WorkingDays { .. }, _, English) => {
                format!("within {length}, counted from the next day to the end of the last")
            }
        }
    }
}

fn counted(number: u32, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

fn length_in_words(seconds: u32, language: Language) -> String {
    let parts = [
        (seconds / 3_600, "小时", "hour"),
        (seconds / 60 % 60, "分钟", "minute"),
        (seconds % 60, "秒", "second"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number != 0);
    let words = parts.map(|(number, chinese, english)| match language {
        Chinese => format!("{number} {chinese}"),
        English => counted(number, english),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_says_in_which_hours_it_counts() {
        let (office, always) = (Calendar::standard(), Calendar::always("Asia/Shanghai"));
        for (target, calendar, chinese, english) in [
            (Target::hours(24), &always, "24 小时内", "within 24 hours"),
            (
                Target::minutes(90),
                &office,
                "工作时间 1 小时 30 分钟内（工作时间：周一至周五 09:00–12:00、13:00–18:00\
                 （北京时间），法定节假日除外，调休上班日照常）",
                "within 1 hour 30 minutes of working time (Monday to Friday 09:00–12:00 and \
                 13:00–18:00 (Beijing time), except public holidays in China; make-up working \
                 days included)",
            ),
            (
                Target::WorkingDays { days: 5 },
                &office,
                "5 个工作日内（自次日起算，至最后一日 24:00）",
                "within 5 working days, counted from the next day to the end of the last",
            ),
            (Target::Elapsed { seconds: 45 }, &always, "45 秒内", "within 45 seconds"),
        ] {
            assert_eq!(target.promised_in_words(calendar, Language::Chinese), chinese);
            assert_eq!(target.promised_in_words(calendar, Language::English), english);
        }
    }
}
