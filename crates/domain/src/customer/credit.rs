//! Who an evaluation of a shared service counts for.

use serde::{Deserialize, Serialize};

use crate::customer::interaction::Interaction;
use crate::id::StaffId;

/// How credit is shared when several people served and the evaluation points at nobody.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CreditRule {
    /// All to who spoke last.
    #[default]
    Last,
    /// All to who spoke longest; of equals the earlier.
    Longest,
    /// The same to each.
    Equal,
    /// By the time each spoke.
    ByTime,
}

/// One whole, in basis points.
pub const WHOLE_BP: u32 = 10_000;

/// Each person's share in basis points, in the order they first spoke; sums to exactly
/// [`WHOLE_BP`], or empty when nobody spoke. What rounding leaves goes to the largest remainders,
/// of equals to the earlier.
pub fn credit(interaction: &Interaction, rule: CreditRule) -> Vec<(StaffId, u32)> {
    let mut spoke: Vec<(StaffId, i64)> = vec![];
    for segment in interaction.agents() {
        let end = segment.ended.or(interaction.ended).unwrap_or(segment.started);
        let millis = end.as_millisecond() - segment.started.as_millisecond();
        match spoke.iter_mut().find(|it| it.0 == segment.staff) {
            Some(known) => known.1 += millis.max(0),
            None => spoke.push((segment.staff, millis.max(0))),
        }
    }
    let all = |staff| vec![(staff, WHOLE_BP)];
    let total: i64 = spoke.iter().map(|it| it.1).sum();
    match rule {
        CreditRule::Last => interaction.last_agent().map_or(vec![], all),
        CreditRule::Longest => {
            let most = spoke.iter().map(|it| it.1).max();
            spoke.iter().find(|it| Some(it.1) == most).map_or(vec![], |it| all(it.0))
        }
        CreditRule::ByTime if 0 < total => divide(&spoke),
        // Nobody's time is known: then equally.
        CreditRule::Equal | CreditRule::ByTime => {
            divide(&spoke.iter().map(|it| (it.0, 1)).collect::<Vec<_>>())
        }
    }
}

/// [`WHOLE_BP`] divided by weight, by the method of the largest remainder.
fn divide(weights: &[(StaffId, i64)]) -> Vec<(StaffId, u32)> {
    let total: i128 = weights.iter().map(|it| i128::from(it.1)).sum();
    if total == 0 {
        return vec![];
    }
    let exact = |weight: i64| i128::from(weight) * i128::from(WHOLE_BP);
    let whole = |weight: i64| u32::try_from(exact(weight) / total).expect("a part of the whole");
    let mut shares: Vec<_> =
        weights.iter().map(|&(staff, weight)| (staff, whole(weight))).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&at| (-(exact(weights[at].1) % total), at));
    let given: u32 = shares.iter().map(|it| it.1).sum();
    let left = usize::try_from(WHOLE_BP - given).expect("fewer than there are people");
    for &at in order.iter().take(left) {
        shares[at].1 += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::collect::channel::Channel;
    use crate::customer::interaction::{Segment, SegmentRole};
    use crate::id::InteractionId;

    fn interaction(parts: &[(u128, i64)]) -> Interaction {
        let at = |second: i64| jiff::Timestamp::from_second(second).unwrap();
        let mut second = 0;
        let segment = |&(staff, seconds): &(u128, i64)| {
            let started = at(second);
            second += seconds;
            let staff = StaffId(Uuid::from_u128(staff));
            Segment { staff, role: SegmentRole::Agent, started, ended: Some(at(second)) }
        };
        let segments = parts.iter().map(segment).collect();
        Interaction {
            id: InteractionId(Uuid::nil()),
            external_id: None,
            customer: None,
            channel: Channel::Phone,
            subject: None,
            team: None,
            started: at(0),
            ended: Some(at(second)),
            queue_wait_seconds: None,
            answered: true,
            resolved: None,
            segments,
            transcript: None,
            fields: std::collections::BTreeMap::new(),
        }
    }

    #[track_caller]
    fn check(parts: &[(u128, i64)], rule: CreditRule, expected: &[(u128, u32)]) {
        let actual = credit(&interaction(parts), rule);
        let actual: Vec<_> = actual.into_iter().map(|it| (it.0.0.as_u128(), it.1)).collect();
        assert_eq!(actual, expected);
    }

    #[test]
    fn a_transfer_loses_nobody() {
        let parts = [(1, 60), (2, 120), (1, 30)];
        check(&parts, CreditRule::Last, &[(1, 10_000)]);
        check(&parts, CreditRule::Longest, &[(2, 10_000)]);
        check(&parts, CreditRule::Equal, &[(1, 5_000), (2, 5_000)]);
        check(&parts, CreditRule::ByTime, &[(1, 4_286), (2, 5_714)]);
        check(&[(1, 0), (2, 0), (3, 0)], CreditRule::ByTime, &[(1, 3_334), (2, 3_333), (3, 3_333)]);
        for rule in [CreditRule::Last, CreditRule::Longest, CreditRule::Equal, CreditRule::ByTime] {
            check(&[], rule, &[]);
        }
        assert_eq!(interaction(&parts).transfers(), 2);
    }

    proptest! {
        #[test]
        fn shares_are_one_whole(parts in prop::collection::vec((1_u128..6, 0_i64..100_000), 1..9)) {
            for rule in [CreditRule::Last, CreditRule::Longest, CreditRule::Equal, CreditRule::ByTime] {
                let shares = credit(&interaction(&parts), rule);
                prop_assert_eq!(shares.iter().map(|it| it.1).sum::<u32>(), WHOLE_BP);
            }
        }
    }
}
