//! The numbers of asking, which a tenant may change (A20 to A25).

use domain::collect::channel::Channel;
use domain::collect::invitation::Rules;
use domain::collect::round::Round;
use domain::customer::customer::Level;
use domain::refusal::Refusal;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::platform::setting::Setting;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Invitations {
    /// Ask when a service ends (A20).
    pub on: bool,
    /// From the end of the service to the invitation; at most 5.
    pub delay_minutes: i64,
    /// What ended longer ago is not asked about; at most 24.
    pub latest_hours: i64,
    /// At most `asks_max` askings of one customer in so many days, over all channels (A24).
    pub fatigue_days: i64,
    pub asks_max: u32,
    /// Who did not answer is reminded once after so long (A25); 0: not.
    pub reminder_hours: i64,
    /// After so long a link leads nowhere.
    pub expiry_days: i64,
    /// Who answered is asked once more after a while (A21).
    pub cooling_off: bool,
    pub cooling_off_days: i64,
    /// Who was served is asked about the whole relationship now and then (A22). Off until
    /// switched on: it takes its place in the budget from the first round.
    pub relationship: bool,
    pub relationship_days: i64,
    /// In order of preference.
    pub channels: Vec<Channel>,
    pub forms: Forms,
}

/// The form of each round, by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Forms {
    pub first: String,
    /// The first round of key customers and VIPs (A27).
    pub vip: String,
    pub after_rectification: String,
    pub cooling_off: String,
    pub relationship: String,
}

impl Default for Forms {
    fn default() -> Self {
        let key = str::to_owned;
        Self {
            first: key("standard"),
            vip: key("vip"),
            after_rectification: key("after_rectification"),
            cooling_off: key("cooling_off"),
            relationship: key("relationship"),
        }
    }
}

impl Default for Invitations {
    fn default() -> Self {
        Self {
            on: true,
            delay_minutes: 2,
            latest_hours: 24,
            fatigue_days: 30,
            asks_max: 1,
            reminder_hours: 48,
            expiry_days: 14,
            cooling_off: true,
            cooling_off_days: 7,
            relationship: false,
            relationship_days: 91,
            channels: vec![Channel::Email],
            forms: Forms::default(),
        }
    }
}

impl Setting for Invitations {
    const KEY: &'static str = "invitations";

    fn check(&self) -> Result<(), Refusal> {
        let ranges = [
            ("delay_minutes", self.delay_minutes, 0, 5),
            ("latest_hours", self.latest_hours, 1, 24),
            ("fatigue_days", self.fatigue_days, 0, 366),
            ("asks_max", i64::from(self.asks_max), 1, 100),
            ("reminder_hours", self.reminder_hours, 0, 24 * 30),
            ("expiry_days", self.expiry_days, 1, 366),
            ("cooling_off_days", self.cooling_off_days, 1, 366),
            ("relationship_days", self.relationship_days, 7, 1100),
        ];
        let outside = ranges.iter().filter(|(_, value, min, max)| !(*min..=*max).contains(value));
        let mut faults: Vec<_> = outside
            .map(|(field, _, min, max)| {
                Refusal::invalid("out_of_range").with("min", min).with("max", max).at(*field)
            })
            .collect();
        let forms = &self.forms;
        let keys = [
            &forms.first,
            &forms.vip,
            &forms.after_rectification,
            &forms.cooling_off,
            &forms.relationship,
        ];
        if keys.iter().any(|it| it.trim().is_empty()) {
            faults.push(Refusal::invalid("required").at("forms"));
        }
        Refusal::of(faults).map_or(Ok(()), Err)
    }
}

impl Invitations {
    /// The rule of one round.
    pub fn rules(&self, round: Round) -> Rules {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let hours = SignedDuration::from_hours(self.latest_hours);
        let (delay, latest) = match round {
            Round::CoolingOff => {
                let after = days(self.cooling_off_days);
                (after, after + hours)
            }
            _ => (SignedDuration::from_mins(self.delay_minutes), hours),
        };
        Rules {
            on: match round {
                Round::CoolingOff => self.cooling_off,
                Round::Relationship => self.relationship,
                Round::First => self.on,
                _ => true,
            },
            delay,
            latest,
            fatigue: days(self.fatigue_days),
            asks_max: usize::try_from(self.asks_max).unwrap_or(usize::MAX),
        }
    }

    /// The form that asks a customer of this level.
    pub fn form(&self, round: Round, level: Level) -> &str {
        match (round, level) {
            (Round::AfterRectification, _) => &self.forms.after_rectification,
            (Round::CoolingOff, _) => &self.forms.cooling_off,
            (Round::Relationship, _) => &self.forms.relationship,
            (_, Level::Key | Level::Vip) => &self.forms.vip,
            (_, Level::Standard) => &self.forms.first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_out_of_the_box_are_allowed_and_the_required_ones_bounded() {
        assert_eq!(Invitations::default().check(), Ok(()));
        let slow = Invitations { delay_minutes: 6, expiry_days: 0, ..Invitations::default() };
        let refusal = slow.check().unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("delay_minutes"));
        assert_eq!(refusal.also[0].field.as_deref(), Some("expiry_days"));
    }
}
