//! The category tree 分类树 (B03), and the tree of causes 原因树 (C12), which has the same shape.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::because::Because;
use super::kind::Kind;
use crate::code::codes;
use crate::id::{CategoryId, TeamId};

/// Deep enough for 产品 / 物流 / 配送 / 延误 / 偏远地区; deeper trees are filled in wrongly.
pub const DEPTH_MAX: usize = 5;

codes! {
    /// Which tree a branch grows on.
    pub enum Tree {
        /// What the case is about.
        Category = "category",
        /// Why it came to pass, below "person" or "process".
        Cause = "cause",
    }
}

/// One branch of a tree, edited without code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub parent: Option<CategoryId>,
    pub name_zh: String,
    pub name_en: String,
    /// Words of customers that speak for it, options of forms, topics of the reader; folded.
    pub words: Vec<String>,
    /// Only cases of these kinds; empty for all.
    pub kinds: Vec<Kind>,
    /// Whose queue its cases go to.
    pub team: Option<TeamId>,
    /// No longer offered; cases that have it keep it.
    pub is_archived: bool,
}

impl Category {
    /// Still offered, and for this kind.
    fn is_for(&self, kind: Kind) -> bool {
        !self.is_archived && (self.kinds.is_empty() || self.kinds.contains(&kind))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    #[error("{0} is there twice")]
    Twice(CategoryId),
    #[error("{child} hangs on {parent}, which is not there")]
    NoParent { child: CategoryId, parent: CategoryId },
    #[error("{0} hangs on itself")]
    Circle(CategoryId),
    #[error("{0} lies deeper than {DEPTH_MAX}")]
    Deep(CategoryId),
}

impl TreeError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Twice(_) => "category_twice",
            Self::NoParent { .. } => "category_without_parent",
            Self::Circle(_) => "category_circle",
            Self::Deep(_) => "category_too_deep",
        }
    }
}

/// All categories of a tenant.
#[derive(Debug, Clone, Default)]
pub struct Categories {
    // Invariant: every parent is there, no circles, at most DEPTH_MAX deep.
    by_id: BTreeMap<CategoryId, Category>,
}

impl Categories {
    pub fn new(all: impl IntoIterator<Item = Category>) -> Result<Self, TreeError> {
        let mut by_id = BTreeMap::new();
        for category in all {
            let id = category.id;
            if by_id.insert(id, category).is_some() {
                return Err(TreeError::Twice(id));
            }
        }
        let tree = Self { by_id };
        tree.by_id.values().try_for_each(|it| tree.check(it))?;
        Ok(tree)
    }

    fn check(&self, category: &Category) -> Result<(), TreeError> {
        let mut above = BTreeSet::from([category.id]);
        let mut at = category;
        while let Some(parent) = at.parent {
            let Some(next) = self.by_id.get(&parent) else {
                return Err(TreeError::NoParent { child: at.id, parent });
            };
            if !above.insert(parent) {
                return Err(TreeError::Circle(category.id));
            }
            if DEPTH_MAX < above.len() {
                return Err(TreeError::Deep(category.id));
            }
            at = next;
        }
        Ok(())
    }

    pub fn get(&self, id: CategoryId) -> Option<&Category> {
        self.by_id.get(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Category> {
        self.by_id.values()
    }

    /// The category and what it hangs on, the nearest first. Empty where it is not there.
    pub fn path(&self, id: CategoryId) -> Vec<CategoryId> {
        std::iter::successors(self.get(id), |it| it.parent.and_then(|parent| self.get(parent)))
            .map(|it| it.id)
            .collect()
    }

    /// Whose queue: the team of the nearest branch that names one.
    pub fn team(&self, id: CategoryId) -> Option<TeamId> {
        self.path(id).into_iter().find_map(|id| self.get(id)?.team)
    }

    /// Whether a case of this kind may be given the category.
    pub fn offers(&self, id: CategoryId, kind: Kind) -> bool {
        self.get(id).is_some_and(|it| it.is_for(kind))
    }

    /// The category that most of the words speak for.
    ///
    /// `chosen` and `topics` are codes and compare whole; `said` is what the customer wrote,
    /// folded to lower case. What was chosen outweighs what was read. Ties: the longer words, then
    /// the deeper branch, then the smaller id, so that the same words always find the same branch.
    pub fn find(
        &self,
        kind: Kind,
        chosen: &[String],
        topics: &[String],
        said: &str,
    ) -> Option<(CategoryId, Because)> {
        let weighed = self.by_id.values().filter(|it| it.is_for(kind)).filter_map(|it| {
            let mut words = Vec::new();
            let mut points = 0;
            for word in it.words.iter().filter(|it| !it.is_empty()) {
                let weight = if chosen.contains(word) {
                    4
                } else if topics.contains(word) {
                    2
                } else {
                    u32::from(said.contains(word.as_str()))
                };
                if 0 < weight {
                    points += weight;
                    words.push(word.clone());
                }
            }
            let letters: usize = words.iter().map(|it| it.chars().count()).sum();
            let depth = self.path(it.id).len();
            (0 < points).then_some(((points, letters, depth, std::cmp::Reverse(it.id)), words))
        });
        let ((.., std::cmp::Reverse(category)), words) = weighed.max()?;
        Some((category, Because::CategoryWords { category, words }))
    }
}

#[cfg(test)]
mod tests {
    use super::{Because, Categories, Category, CategoryId, Kind, TeamId, TreeError};
    use uuid::Uuid;

    fn id(n: u128) -> CategoryId {
        CategoryId(Uuid::from_u128(n))
    }

    fn category(n: u128, parent: u128, words: &[&str]) -> Category {
        Category {
            id: id(n),
            parent: (parent != 0).then(|| id(parent)),
            name_zh: format!("分类 {n}"),
            name_en: format!("Category {n}"),
            words: words.iter().map(|&it| it.to_owned()).collect(),
            kinds: vec![],
            team: None,
            is_archived: false,
        }
    }

    #[test]
    fn a_tree_is_a_tree() {
        let new = |all: &[(u128, u128)]| {
            Categories::new(all.iter().map(|&(n, parent)| category(n, parent, &[]))).err()
        };
        assert_eq!(new(&[]), None);
        assert_eq!(new(&[(1, 0), (2, 1), (3, 1)]), None);
        assert_eq!(new(&[(1, 0), (1, 0)]), Some(TreeError::Twice(id(1))));
        assert_eq!(new(&[(2, 1)]), Some(TreeError::NoParent { child: id(2), parent: id(1) }));
        assert_eq!(new(&[(1, 2), (2, 1)]), Some(TreeError::Circle(id(1))));
        assert_eq!(new(&[(1, 1)]), Some(TreeError::Circle(id(1))));
        let deep: Vec<_> = (1..=6).map(|n| (n, n - 1)).collect();
        assert_eq!(new(&deep[..5]), None);
        assert_eq!(new(&deep), Some(TreeError::Deep(id(6))));
    }

    #[test]
    fn the_nearest_branch_names_the_team() {
        let team = TeamId(Uuid::from_u128(9));
        let tree = Categories::new([
            Category { team: Some(team), ..category(1, 0, &[]) },
            category(2, 1, &[]),
            category(3, 0, &[]),
        ])
        .unwrap();
        assert_eq!(tree.path(id(2)), [id(2), id(1)]);
        assert_eq!(tree.team(id(2)), Some(team));
        assert_eq!(tree.team(id(3)), None);
        assert_eq!(tree.team(id(4)), None);
    }

    #[test]
    fn what_is_chosen_outweighs_what_is_said() {
        let tree = Categories::new([
            category(1, 0, &["物流", "快递"]),
            category(2, 1, &["快递", "破损", "delivery_damaged"]),
            category(3, 0, &["退款", "refund"]),
            Category { is_archived: true, ..category(4, 0, &["退款", "退款慢"]) },
            Category { kinds: vec![Kind::Praise], ..category(5, 0, &["热情"]) },
        ])
        .unwrap();
        let find = |kind, chosen: &[&str], said| {
            let chosen: Vec<_> = chosen.iter().map(|&it| it.to_owned()).collect();
            tree.find(kind, &chosen, &[], said).map(|(category, because)| match because {
                Because::CategoryWords { words, .. } => (category, words.join(" ")),
                other => panic!("{other:?}"),
            })
        };
        let found = |n, words: &str| Some((id(n), words.to_owned()));
        assert_eq!(find(Kind::Issue, &[], "快递 破损"), found(2, "快递 破损"));
        // Equal words: the deeper branch says more.
        assert_eq!(find(Kind::Issue, &[], "快递呢"), found(2, "快递"));
        assert_eq!(find(Kind::Issue, &["退款"], "快递 破损"), found(3, "退款"));
        assert_eq!(find(Kind::Issue, &[], "退款慢"), found(3, "退款"));
        assert_eq!(find(Kind::Issue, &[], "很热情"), None);
        assert_eq!(find(Kind::Praise, &[], "很热情"), found(5, "热情"));
        assert_eq!(find(Kind::Issue, &[], ""), None);
    }
}
