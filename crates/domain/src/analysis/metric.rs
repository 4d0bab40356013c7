//! Definitions of figures on counts and rows (methods: metric dictionary). Counts are exact; shares
//! are fractions 0 to 1, `None` where the denominator is empty, never 0.

use std::collections::BTreeMap;

use serde::Serialize;

/// `part / whole`, `None` without a whole.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole != 0).then(|| real(part) / real(whole))
}

/// Counts of this product stay far below the 2^53 that a float holds exactly.
fn real(count: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    let real = count as f64;
    real
}

/// Satisfaction on 1 to 5, in every variant that is in use: the same answers are 80 %, 4.15, 78.75
/// or 90 %, so a figure names its variant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Satisfaction {
    pub answers: u64,
    /// 满意度: 4 and 5. The same answers are 好评.
    pub top2: f64,
    /// 1 and 2. The same answers are 差评.
    pub bottom2: f64,
    /// 中评: 3.
    pub middle: f64,
    /// 满意率 with 基本满意: 3, 4 and 5.
    pub at_least_middle: f64,
    /// 1 to 5.
    pub mean: f64,
    /// The mean on 0 to 100.
    pub index: f64,
    /// top2 minus bottom2, −1 to 1.
    pub net: f64,
}

/// `counts` of the answers 1, 2, 3, 4 and 5. `None` without an answer.
pub fn satisfaction(counts: [u64; 5]) -> Option<Satisfaction> {
    let answers = counts.iter().sum();
    let [very_bad, bad, middle, good, very_good] = counts;
    let (low, high) = (very_bad + bad, good + very_good);
    let mean = mean(&counts)?;
    Some(Satisfaction {
        answers,
        top2: share(high, answers)?,
        bottom2: share(low, answers)?,
        middle: share(middle, answers)?,
        at_least_middle: share(middle + high, answers)?,
        mean,
        index: (mean - 1.0) / 4.0 * 100.0,
        net: share(high, answers)? - share(low, answers)?,
    })
}

/// Customer effort (CES 2.0) on 1 to 7, where 7 is easy. CES 1.0 (1 to 5, low is good) is another
/// scale and must not be mixed in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Effort {
    pub answers: u64,
    /// 1 to 7.
    pub mean: f64,
    /// 5, 6 and 7.
    pub agree: f64,
}

/// `counts` of the answers 1 to 7. `None` without an answer.
pub fn effort(counts: [u64; 7]) -> Option<Effort> {
    let answers = counts.iter().sum();
    let agree = share(counts[4..].iter().sum(), answers)?;
    Some(Effort { answers, mean: mean(&counts)?, agree })
}

/// The mean of a scale that begins at 1.
fn mean(counts: &[u64]) -> Option<f64> {
    let sum = (1..).zip(counts).map(|(score, count)| score * count).sum();
    share(sum, counts.iter().sum())
}

/// Calls of half-hours, added up before dividing: percentages of intervals are never averaged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    pub offered: u64,
    /// Within the promised time.
    pub answered_in_time: u64,
    pub answered_late: u64,
    /// Given up within the promised time: short abandons.
    pub abandoned_early: u64,
}

/// Connect rate within the time 接通率 by the four denominators in use.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ServiceLevel {
    /// Of all offered.
    pub of_offered: Option<f64>,
    /// Of those offered that did not give up early.
    pub without_short_abandons: Option<f64>,
    /// Of those answered at all.
    pub of_answered: Option<f64>,
    /// Short abandons counted as served.
    pub abandons_as_served: Option<f64>,
}

pub fn service_level(calls: Calls) -> ServiceLevel {
    let Calls { offered, answered_in_time, answered_late, abandoned_early } = calls;
    ServiceLevel {
        of_offered: share(answered_in_time, offered),
        without_short_abandons: share(answered_in_time, offered.saturating_sub(abandoned_early)),
        of_answered: share(answered_in_time, answered_in_time + answered_late),
        abandons_as_served: share(answered_in_time + abandoned_early, offered),
    }
}

/// First contact resolution 首次解决率: a chain of contacts of one customer about one issue, each
/// within the window of the one before, is one episode; one of a single contact was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FirstContact {
    pub episodes: u64,
    /// Begun at least a window ago. Younger ones leave both sides, also those that failed already,
    /// or good luck would count earlier than bad.
    pub mature: u64,
    pub resolved: u64,
    pub rate: Option<f64>,
}

/// `contacts` as customer, issue and time; `window` and `now` in the same unit of time.
pub fn first_contact<C: Ord, I: Ord>(
    contacts: impl IntoIterator<Item = (C, I, i64)>,
    window: i64,
    now: i64,
) -> FirstContact {
    let mut by_subject: BTreeMap<(C, I), Vec<i64>> = BTreeMap::new();
    for (customer, issue, at) in contacts {
        by_subject.entry((customer, issue)).or_default().push(at);
    }
    let (mut episodes, mut mature, mut resolved) = (0, 0, 0);
    for times in by_subject.values_mut() {
        times.sort_unstable();
        for episode in times.chunk_by(|before, next| next - before <= window) {
            let is_mature = window <= now - episode[0];
            episodes += 1;
            mature += u64::from(is_mature);
            resolved += u64::from(is_mature && episode.len() == 1);
        }
    }
    FirstContact { episodes, mature, resolved, rate: share(resolved, mature) }
}

/// Corrective actions due in a period 整改. Not yet due and invalid ones are in none of the counts;
/// withdrawn ones count as due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rectifications {
    pub due: u64,
    /// By another person or the customer, not by the owner.
    pub verified_in_time: u64,
    pub verified_late: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RectificationRate {
    /// 整改率: verified in time, of those due.
    pub in_time: Option<f64>,
    /// Verified at all, of those due.
    pub completed: Option<f64>,
}

pub fn rectification_rate(counts: Rectifications) -> RectificationRate {
    let Rectifications { due, verified_in_time, verified_late } = counts;
    RectificationRate {
        in_time: share(verified_in_time, due),
        completed: share(verified_in_time + verified_late, due),
    }
}

/// Complaints per million users 百万用户申诉率: the base is users, not contacts. Source: quarterly
/// notices of the Ministry of Industry and Information Technology.
pub fn per_million(complaints: u64, users: u64) -> Option<f64> {
    share(complaints, users).map(|rate| rate * 1e6)
}

/// The millions of users behind a published rate per million; `None` when the rate is not above 0.
pub fn implied_millions(complaints: u64, rate_per_million: f64) -> Option<f64> {
    (0.0 < rate_per_million).then(|| real(complaints) / rate_per_million)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_answers_have_many_figures() {
        let figures = satisfaction([5, 5, 10, 30, 50]).unwrap();
        let Satisfaction { answers, top2, mean, index, at_least_middle, .. } = figures;
        assert_eq!((answers, top2, mean, at_least_middle), (100, 0.8, 4.15, 0.9));
        assert!((index - 78.75).abs() < 1e-12);
        assert_eq!(satisfaction([0; 5]), None);
        assert_eq!(effort([0; 7]), None);
    }

    #[test]
    fn no_calls_have_no_connect_rate() {
        let none = service_level(Calls::default());
        assert_eq!((none.of_offered, none.of_answered), (None, None));
        let calls =
            Calls { offered: 1_000, answered_in_time: 850, answered_late: 80, abandoned_early: 30 };
        assert_eq!(service_level(calls).of_offered, Some(0.85));
        assert_eq!(service_level(calls).abandons_as_served, Some(0.88));
    }

    #[test]
    fn young_episodes_leave_both_sides_even_when_they_failed() {
        let contacts = [("a", 1, 38), ("a", 1, 39), ("b", 1, 38), ("c", 1, 0)];
        let figure = first_contact(contacts, 7, 40);
        assert_eq!((figure.episodes, figure.mature, figure.rate), (3, 1, Some(1.0)));
        assert_eq!(first_contact::<u8, u8>([], 7, 40).rate, None);
    }

    #[test]
    fn a_rate_per_million_goes_back_and_forth() {
        let rate = per_million(4_081, 300_073_500).unwrap();
        assert!((implied_millions(4_081, rate).unwrap() - 300.0735).abs() < 1e-9);
        assert_eq!(per_million(1, 0), None);
        assert_eq!(implied_millions(1, 0.0), None);
    }

    proptest! {
        #[test]
        fn shares_of_satisfaction_add_up(counts in proptest::array::uniform5(0_u64..1_000)) {
            if let Some(it) = satisfaction(counts) {
                prop_assert!((it.top2 + it.middle + it.bottom2 - 1.0).abs() < 1e-12);
                prop_assert!((1.0..=5.0).contains(&it.mean) && (-1.0..=1.0).contains(&it.net));
            }
        }
    }
}
