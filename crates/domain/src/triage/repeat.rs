//! The same customer with the same problem 二次反馈 (B07).

use jiff::{SignedDuration, Timestamp};

use super::because::Because;
use super::kind::Kind;
use crate::id::{CaseId, CategoryId};

/// Within 30 times 24 hours of the earlier case's end, it is the same problem again.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// An earlier case of the same customer.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub case: CaseId,
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub said: String,
    pub opened_at: Timestamp,
    /// When it was closed; the window counts from here. `None` while it is open.
    pub closed_at: Option<Timestamp>,
}

/// What came in now.
#[derive(Debug, Clone, Copy)]
pub struct Fresh<'a> {
    pub kind: Kind,
    pub category: Option<CategoryId>,
    pub said: &'a str,
    pub at: Timestamp,
}

/// The earlier cases of which this is a repeat, the latest first, each with its evidence.
///
/// Praise repeats nothing and is repeated by nothing. `is_same` tells whether two texts speak of
/// the same problem; it is only asked where the categories do not already say so.
pub fn repeats(
    fresh: &Fresh<'_>,
    earlier: &[Earlier],
    is_same: impl Fn(&str, &str) -> bool,
) -> Vec<(CaseId, Because)> {
    let mut found: Vec<(&Earlier, Because)> = earlier
        .iter()
        .filter(|it| is_in_window(fresh, it))
        .filter_map(|it| Some((it, same_problem(fresh, it, &is_same)?)))
        .collect();
    found.sort_by_key(|(it, _)| std::cmp::Reverse((it.opened_at, it.case)));
    found.into_iter().map(|(it, because)| (it.case, because)).collect()
}

fn is_in_window(fresh: &Fresh<'_>, earlier: &Earlier) -> bool {
    let from = earlier.closed_at.unwrap_or(fresh.at);
    earlier.opened_at <= fresh.at && fresh.at.duration_since(from) <= WINDOW
}

fn same_problem(
    fresh: &Fresh<'_>,
    earlier: &Earlier,
    is_same: impl Fn(&str, &str) -> bool,
) -> Option<Because> {
    if fresh.kind == Kind::Praise || earlier.kind == Kind::Praise {
        return None;
    }
    if let Some(category) = fresh.category.filter(|_| fresh.category == earlier.category) {
        return Some(Because::SameCategory { case: earlier.case, category });
    }
    let both_said = !fresh.said.trim().is_empty() && !earlier.said.trim().is_empty();
    (both_said && is_same(fresh.said, &earlier.said))
        .then_some(Because::SimilarText { case: earlier.case })
}

#[cfg(test)]
mod tests {
    use super::{CaseId, CategoryId, Earlier, Fresh, Kind, WINDOW, repeats};
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    fn at(day: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * (1000 + day))
    }

    fn earlier(n: u128, opened: i64, closed: Option<i64>) -> Earlier {
        Earlier {
            case: CaseId(Uuid::from_u128(n)),
            kind: Kind::Issue,
            category: None,
            said: "退款一直没有到账".to_owned(),
            opened_at: at(opened),
            closed_at: closed.map(at),
        }
    }

    const FRESH: Fresh<'_> = Fresh {
        kind: Kind::Complaint,
        category: None,
        said: "退款没有到账",
        at: Timestamp::UNIX_EPOCH,
    };

    #[track_caller]
    fn check(fresh: &Fresh<'_>, all: &[Earlier], expected: &[u128]) {
        let found = repeats(fresh, all, |a, b| a.contains("退款") && b.contains("退款"));
        let found: Vec<_> = found.into_iter().map(|(it, _)| it.0.as_u128()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn the_window_counts_from_the_end() {
        let fresh = Fresh { at: at(100), ..FRESH };
        check(&fresh, &[earlier(1, 0, Some(70))], &[1]);
        check(&fresh, &[earlier(1, 0, Some(69))], &[]);
        let edge = Fresh { at: at(70) + WINDOW, ..FRESH };
        check(&edge, &[earlier(1, 0, Some(70))], &[1]);
        let past = Fresh { at: edge.at + SignedDuration::from_millis(1), ..FRESH };
        check(&past, &[earlier(1, 0, Some(70))], &[]);
        // Open for long, and asked again: the same problem.
        check(&fresh, &[earlier(1, 0, None)], &[1]);
        check(&fresh, &[earlier(1, 101, None)], &[]);
        check(&fresh, &[earlier(1, 80, None), earlier(2, 90, None)], &[2, 1]);
    }

    #[test]
    fn the_same_problem_is_the_same_category_or_similar_words() {
        let fresh = Fresh { at: at(100), ..FRESH };
        let category = Some(CategoryId(Uuid::from_u128(7)));
        let other = Earlier { said: "快递丢了".to_owned(), ..earlier(1, 90, None) };
        check(&fresh, std::slice::from_ref(&other), &[]);
        let same = Earlier { category, ..other.clone() };
        check(&Fresh { category, ..fresh }, std::slice::from_ref(&same), &[1]);
        check(&fresh, &[same], &[]);
        // No category on both sides is not the same category.
        check(&Fresh { said: " ", ..fresh }, &[earlier(1, 90, None)], &[]);
        let praise = Earlier { kind: Kind::Praise, ..earlier(1, 90, None) };
        check(&fresh, &[praise], &[]);
        check(&Fresh { kind: Kind::Praise, ..fresh }, &[earlier(1, 90, None)], &[]);
    }
}
