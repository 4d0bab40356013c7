//! The Merkle tree of RFC 6962 (and 9162): one hash stands for a list that only ever grows.
//!
//! Leaves and inner nodes are hashed with different first bytes, so that neither passes for the
//! other. The tree of n leaves has on its left the perfect tree of the largest power of two below n.

use std::ops::Range;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// A hash as people and files write it: 64 lower-case hexadecimal digits.
pub fn hex(hash: &Hash) -> String {
    HEXLOWER.encode(hash)
}

/// The hash that is written so.
pub fn from_hex(text: &str) -> Option<Hash> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// RFC 6962, 2.1: SHA-256(0x00 || content).
pub fn leaf_hash(content: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(content).finalize().into()
}

/// RFC 6962, 2.1: SHA-256(0x01 || left || right).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// A perfect subtree: the leaves from `index`·2^`level` on, 2^`level` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub level: u32,
    pub index: u64,
    pub hash: Hash,
}

/// The right edge of a growing tree: enough to append to it and to know its root.
///
/// `peaks` are the roots of the perfect trees the list falls into, largest first: one for each bit
/// that is set in `size`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// As stored. `None`: so many leaves have another number of peaks.
    pub fn new(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let fits = peaks.len() == usize::try_from(size.count_ones()).ok()?;
        fits.then_some(Self { size, peaks })
    }

    pub const fn size(&self) -> u64 {
        self.size
    }

    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends a leaf. Returns the perfect subtrees it completes, the leaf itself first.
    pub fn push(&mut self, leaf: Hash) -> Vec<Node> {
        self.push_perfect(0, leaf)
    }

    /// Appends a perfect subtree of 2^`level` leaves; the size so far is a multiple of that.
    pub fn push_perfect(&mut self, level: u32, hash: Hash) -> Vec<Node> {
        debug_assert!(self.size.trailing_zeros() >= level, "perfect trees come largest first");
        let mut node = Node { level, index: self.size >> level, hash };
        let mut completed = vec![node];
        while node.index & 1 == 1 {
            let left = self.peaks.pop().expect("a bit is set for each peak");
            let hash = node_hash(&left, &node.hash);
            node = Node { level: node.level + 1, index: node.index >> 1, hash };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1 << level;
        completed
    }

    /// The hash of the whole list; that of no leaf is SHA-256 of nothing.
    pub fn root(&self) -> Hash {
        let peaks = self.peaks.iter().rev().copied();
        peaks
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(|| Sha256::digest([]).into())
    }
}

/// The leaves left of where a tree of `size` (at least 2) is split.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

/// The subtrees, as ranges of leaves, whose hashes prove that leaf `index` is in the tree of `size`,
/// from the leaf up (RFC 6962, 2.1.1). Empty for a tree of one leaf.
pub fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = vec![];
    let (mut start, mut end) = (0, size);
    while 1 < end - start {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            start = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// Whether `path` leads from the leaf to the root (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if size <= index {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(sibling, &hash);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// The subtrees whose hashes prove that the tree of `size` begins with the tree of `before`, which is
/// neither empty nor larger (RFC 6962, 2.1.2).
pub fn consistency_ranges(before: u64, size: u64) -> Vec<Range<u64>> {
    let mut ranges = vec![];
    let (mut start, mut end, mut whole) = (0, size, true);
    while before < end {
        let middle = start + split(end - start);
        if before <= middle {
            ranges.push(middle..end);
            end = middle;
        } else {
            ranges.push(start..middle);
            (start, whole) = (middle, false);
        }
    }
    if !whole {
        ranges.push(start..end);
    }
    ranges.reverse();
    ranges
}

/// Whether the tree of `size` and `root` begins with that of `before` and `root_before` (RFC 9162,
/// 2.1.4.2).
pub fn verify_consistency(
    (before, root_before): (u64, &Hash),
    (size, root): (u64, &Hash),
    proof: &[Hash],
) -> bool {
    if before == size {
        return proof.is_empty() && root_before == root;
    }
    if before == 0 || size < before {
        return false;
    }
    let mut proof = proof.iter();
    let (mut at, mut last) = (before - 1, size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    // A perfect tree before is itself the first part.
    let first = if before.is_power_of_two() { Some(root_before) } else { proof.next() };
    let Some(first) = first else { return false };
    let (mut old, mut new) = (*first, *first);
    for hash in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node_hash(hash, &old);
            new = node_hash(hash, &new);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old == *root_before && new == *root
}

/// Every `STORED`th level of perfect subtrees is kept, so that no proof reads more than a few
/// hundred hashes of each.
pub const STORED: u32 = 8;

/// The perfect subtrees of kept levels (0 is the leaves) that `range` falls into, in order, as level
/// and index. `range` is a subtree of a proof: it begins at a multiple of its own size.
pub fn blocks(range: Range<u64>) -> Vec<(u32, u64)> {
    let mut blocks = vec![];
    let mut at = range.start;
    while at < range.end {
        let room = range.end - at;
        let fits = |level: &u32| at.trailing_zeros() >= *level && 1_u64 << level <= room;
        let level = (1..=7).map(|it| it * STORED).take_while(fits).last().unwrap_or(0);
        blocks.push((level, at >> level));
        at += 1 << level;
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition of RFC 6962, word for word.
    fn oracle(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [leaf] => *leaf,
            _ => {
                let (left, right) =
                    leaves.split_at(usize::try_from(split(leaves.len() as u64)).unwrap());
                node_hash(&oracle(left), &oracle(right))
            }
        }
    }

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|it| leaf_hash(&it.to_be_bytes())).collect()
    }

    fn hash_of(leaves: &[Hash], range: &Range<u64>) -> Hash {
        let at = |it: u64| usize::try_from(it).unwrap();
        oracle(&leaves[at(range.start)..at(range.end)])
    }

    #[test]
    fn the_roots_are_those_of_the_published_test_vectors() {
        // Certificate Transparency, merkletree reference tests.
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let expected = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Frontier::default();
        assert_eq!(hex(&tree.root()), expected[0]);
        for (input, expected) in inputs.iter().zip(&expected[1..]) {
            tree.push(leaf_hash(input));
            assert_eq!(hex(&tree.root()), *expected);
        }
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_and_no_other_is() {
        let all = leaves(66);
        for size in 1..=all.len() {
            let root = oracle(&all[..size]);
            for index in 0..size {
                let (at, n) = (index as u64, size as u64);
                let path: Vec<_> =
                    inclusion_ranges(at, n).iter().map(|it| hash_of(&all, it)).collect();
                assert!(verify_inclusion(all[index], at, n, &path, &root), "{index} of {size}");
                let other = leaf_hash(b"another");
                assert!(!verify_inclusion(other, at, n, &path, &root));
                assert!(!verify_inclusion(all[index], at ^ 1, n, &path, &root));
            }
            for before in 1..=size {
                let (m, n) = (before as u64, size as u64);
                let proof: Vec<_> =
                    consistency_ranges(m, n).iter().map(|it| hash_of(&all, it)).collect();
                let old = oracle(&all[..before]);
                assert!(verify_consistency((m, &old), (n, &root), &proof), "{before} in {size}");
                let forged = leaf_hash(b"another");
                assert!(!verify_consistency((m, &forged), (n, &root), &proof));
            }
        }
    }

    proptest! {
        #[test]
        fn a_tree_that_grows_has_the_root_of_the_definition(count in 0_usize..700) {
            let all = leaves(count);
            let mut tree = Frontier::default();
            for leaf in &all {
                for node in tree.push(*leaf) {
                    let first = node.index << node.level;
                    prop_assert_eq!(node.hash, hash_of(&all, &(first..first + (1 << node.level))));
                }
            }
            prop_assert_eq!(tree.root(), oracle(&all));
            prop_assert_eq!(from_hex(&hex(&tree.root())), Some(tree.root()));
            let stored = Frontier::new(tree.size(), tree.peaks().to_vec());
            prop_assert_eq!(stored, Some(tree));
        }

        #[test]
        fn kept_levels_give_every_subtree_of_a_proof(
            (size, index) in (1_u64..200_000).prop_flat_map(|size| (Just(size), 0..size)),
        ) {
            for range in inclusion_ranges(index, size) {
                let blocks = blocks(range.clone());
                prop_assert!(blocks.len() <= 3 * 256, "{range:?}");
                let mut at = range.start;
                for (level, index) in blocks {
                    prop_assert_eq!(index << level, at);
                    at += 1 << level;
                }
                prop_assert_eq!(at, range.end);
            }
        }
    }
}
