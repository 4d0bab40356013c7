//! Features of a text: hashed n-grams of characters for Chinese, of words for English, and pairs of
//! characters with a gap between them, which say what an n-gram cannot reach: `不…好`, `等…小时`.

use crate::fold::Folded;
use crate::linear::Feature;

/// Longest n-gram of characters.
pub const CHARS_MAX: usize = 4;
/// More of a text is not read by the models; its heart is in its first thousands of characters.
pub const CHARS_READ_MAX: usize = 20_000;

/// Characters between two single characters of a gapped pair, at most.
const GAP_CHARS_MAX: usize = 4;
/// Characters between two pairs of characters of a gapped pair, at most.
const GAP_PAIRS_MAX: usize = 3;

fn mix(hash: u32, value: u32) -> u32 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b1)
}

fn finish(hash: u32) -> u32 {
    let hash = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    hash ^ (hash >> 13)
}

/// Calls `each` for all n-grams of 1 to `n_max` characters, `seed` keeping families apart.
pub fn chars(folded: &Folded, n_max: usize, seed: u32, mut each: impl FnMut(Feature)) {
    let chars = &folded.chars[..folded.len().min(CHARS_READ_MAX)];
    for from in 0..chars.len() {
        let mut hash = seed;
        for (n, c) in chars[from..].iter().take(n_max).enumerate() {
            hash = mix(hash, *c as u32);
            let to = from + n + 1;
            each(Feature { hash: finish(hash), from: at(from), to: at(to) });
        }
    }
}

/// Calls `each` for all pairs of characters with 1 to 4 others between them, and for all pairs of
/// bigrams with 1 to 3 between them; the latter not over a blank.
pub fn gaps(folded: &Folded, seed: u32, mut each: impl FnMut(Feature)) {
    let chars = &folded.chars[..folded.len().min(CHARS_READ_MAX)];
    for from in 0..chars.len() {
        let first = mix(seed, chars[from] as u32);
        for gap in 1..=GAP_CHARS_MAX {
            let Some(c) = chars.get(from + gap + 1) else { break };
            let hash = mix(first, *c as u32);
            each(Feature { hash: finish(hash), from: at(from), to: at(from + gap + 2) });
        }
        let Some(second) = chars.get(from + 1) else { break };
        let first = mix(mix(first, *second as u32), 0x21);
        for gap in 1..=GAP_PAIRS_MAX {
            let Some(all) = chars.get(from..from + gap + 4).filter(|all| !all.contains(&' '))
            else {
                break;
            };
            let hash = mix(mix(first, all[gap + 2] as u32), all[gap + 3] as u32);
            each(Feature { hash: finish(hash), from: at(from), to: at(from + gap + 4) });
        }
    }
}

/// Calls `each` for all words and pairs of words. A word after a negation is another word until the
/// sentence ends: "not … good" must not vote for "good".
pub fn words(folded: &Folded, seed: u32, mut each: impl FnMut(Feature)) {
    let chars = &folded.chars[..folded.len().min(CHARS_READ_MAX)];
    let (mut from, mut before, mut negated) = (0, None::<(u32, usize)>, 0_u32);
    while from < chars.len() {
        if !is_word(chars[from]) {
            if matches!(chars[from], '.' | ',' | '!' | '?' | ';' | ':') {
                each(Feature {
                    hash: finish(mix(seed, chars[from] as u32)),
                    from: at(from),
                    to: at(from + 1),
                });
                negated = 0;
                before = None;
            } else if !chars[from].is_ascii() {
                each(Feature {
                    hash: finish(mix(seed, chars[from] as u32)),
                    from: at(from),
                    to: at(from + 1),
                });
            }
            from += 1;
            continue;
        }
        let length = chars[from..].iter().take_while(|c| is_word(**c)).count();
        let word = folded.slice(from, from + length);
        let mut hash = chars[from..from + length].iter().fold(seed, |h, c| mix(h, *c as u32));
        if negated > 0 {
            hash = mix(hash, 0x21);
        }
        each(Feature { hash: finish(hash), from: at(from), to: at(from + length) });
        if let Some((first, start)) = before {
            each(Feature {
                hash: finish(mix(first, hash)),
                from: at(start),
                to: at(from + length),
            });
        }
        before = Some((hash, from));
        negated = if is_negation(word) { 4 } else { negated.saturating_sub(1) };
        from += length;
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '\''
}

fn is_negation(word: &str) -> bool {
    matches!(
        word,
        "not" | "no" | "never" | "without" | "cannot" | "hardly" | "dont" | "cant" | "didnt"
    ) || word.ends_with("n't")
}

fn at(index: usize) -> u32 {
    u32::try_from(index).expect("CHARS_READ_MAX bounds every index")
}
