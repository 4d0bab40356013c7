//! Hiding groups that are so small that a person could be recognised 匿名阈值.

use std::collections::{BTreeMap, BTreeSet};

/// Groups below this are hidden unless the tenant says more.
pub const GROUP_MIN: u64 = 5;

/// Which groups are hidden when each must hold at least `k`.
///
/// A lone hidden group would follow from the total minus the groups shown, so the smallest shown
/// ones are hidden with it until the hidden ones are at least two and together hold `k`. Empty
/// groups hide nobody and are shown. When all have to be hidden, so has the total.
pub fn hidden<K: Ord + Clone>(groups: &BTreeMap<K, u64>, k: u64) -> BTreeSet<K> {
    let mut by_size: Vec<(u64, &K)> =
        groups.iter().filter(|(_, count)| **count != 0).map(|(key, count)| (*count, key)).collect();
    by_size.sort();
    let mut hidden = BTreeSet::new();
    let mut together = 0_u64;
    for (count, key) in by_size {
        let protects = !hidden.is_empty() && (hidden.len() < 2 || together < k);
        if k <= count && !protects {
            break;
        }
        together = together.saturating_add(count);
        hidden.insert(key.clone());
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(counts: &[u64], expected: &[usize]) {
        let groups = counts.iter().copied().enumerate().collect();
        assert_eq!(hidden(&groups, 5).into_iter().collect::<Vec<_>>(), expected, "{counts:?}");
    }

    #[test]
    fn a_small_group_takes_another_with_it() {
        check(&[12, 9, 3], &[1, 2]);
        check(&[12, 9, 5], &[]);
        check(&[12, 9, 4, 4], &[2, 3]);
        check(&[12, 1, 1, 9], &[1, 2, 3]);
        check(&[3], &[0]);
        check(&[0, 9, 9], &[]);
        check(&[], &[]);
    }
}
