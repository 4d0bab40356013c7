//! Word lists: many lists of words searched in one pass over a folded text.
//!
//! A list is written as lines `code weight | word | word …`; `#` opens a comment. A word that starts
//! or ends in a Latin letter matches whole words only, unless a `*` at its end lets it go on
//! (`refund*`). `等了…小时` matches both halves within [`GAP_MAX`] characters of one sentence.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::fold::{Folded, Runs};

/// Characters between the halves of a word with a gap.
const GAP_MAX: usize = 8;

/// Lists of more words are searched in a smaller, slower form: a tenant may write thousands.
const DFA_WORDS_MAX: usize = 1_000;

/// Words of one or more lists, ready to be searched.
#[derive(Debug)]
pub struct Lexicon {
    automaton: AhoCorasick,
    /// What each pattern of the automaton stands for.
    patterns: Vec<Pattern>,
    codes: Vec<String>,
}

#[derive(Clone, Debug)]
struct Pattern {
    list: usize,
    weight: f32,
    part: Part,
    open_end: bool,
    chars: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Whole,
    /// The first half of the word with this number.
    Head(usize),
    Tail(usize),
}

/// A word of a list found in a text: folded characters `from..to`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Index into [`Lexicon::codes`].
    pub list: usize,
    pub weight: f32,
    pub from: usize,
    pub to: usize,
}

/// A line of a word list that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    #[error("line {0}: expected `code weight | word | word`")]
    Line(usize),
    #[error("too many words for one search")]
    TooLarge,
}

impl Lexicon {
    /// Reads word lists; lines with the same code join.
    pub fn parse(source: &str) -> Result<Self, LexiconError> {
        let mut builder = Builder::default();
        for (at, line) in source.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if !line.is_empty() {
                builder.line(line).ok_or(LexiconError::Line(at + 1))?;
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            // A few hundred short words: the fastest form is still small.
            .kind((builder.words.len() <= DFA_WORDS_MAX).then_some(AhoCorasickKind::DFA))
            .build(&builder.words)
            .map_err(|_| LexiconError::TooLarge)?;
        Ok(Self { automaton, patterns: builder.patterns, codes: builder.codes })
    }

    /// A list that is part of this crate.
    pub(crate) fn built_in(source: &str) -> Self {
        Self::parse(source).expect("the crate's own word lists are tested")
    }

    /// The codes of the lists in order of first appearance.
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The list with this code.
    pub fn list(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|known| known == code)
    }

    /// Every word found, in order of `from`, longer first; a word inside a longer word of the same
    /// list is left out.
    pub fn find(&self, folded: &Folded) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut heads: Vec<(usize, usize, usize)> = Vec::new();
        // Hits come in the order of their ends: the place of one is a few steps from the last.
        let mut to = 0;
        for found in self.automaton.find_overlapping_iter(&folded.text) {
            let pattern = &self.patterns[found.pattern().as_usize()];
            to = folded.char_after(to, found.end());
            let from = to - pattern.chars;
            if !bounded(folded, from, to, pattern.open_end) {
                continue;
            }
            let mut hit = Hit { list: pattern.list, weight: pattern.weight, from, to };
            match pattern.part {
                Part::Whole => hits.push(hit),
                Part::Head(word) => {
                    heads.retain(|&(_, _, end)| end + GAP_MAX >= to);
                    heads.push((word, from, to));
                }
                Part::Tail(word) => {
                    let head = heads.iter().rev().find(|&&(head, _, end)| {
                        head == word && end <= from && end + GAP_MAX >= from
                    });
                    if let Some(&(_, start, end)) = head
                        && !folded.chars[end..from].iter().any(|c| is_stop(*c))
                    {
                        hit.from = start;
                        hits.push(hit);
                    }
                }
            }
        }
        hits.sort_by(|a, b| a.from.cmp(&b.from).then(b.to.cmp(&a.to)).then(a.list.cmp(&b.list)));
        outermost(hits)
    }
}

/// Whether `c` ends a sentence.
pub(crate) fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | ';' | '\n' | '…' | '~')
}

/// Drops hits inside an earlier and longer hit of the same list. Nested hits are near each other,
/// so only the last few can contain one.
fn outermost(hits: Vec<Hit>) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let inside =
            kept.iter().rev().take(16).any(|outer| {
                outer.list == hit.list && outer.from <= hit.from && outer.to >= hit.to
            });
        if !inside {
            kept.push(hit);
        }
    }
    kept
}

fn bounded(folded: &Folded, from: usize, to: usize, open_end: bool) -> bool {
    let latin = |at: usize| folded.chars.get(at).is_some_and(char::is_ascii_alphanumeric);
    let cut = |inside: usize, outside: usize| latin(inside) && latin(outside);
    !(from > 0 && cut(from, from - 1)) && (open_end || !cut(to - 1, to))
}

#[derive(Default)]
struct Builder {
    words: Vec<String>,
    patterns: Vec<Pattern>,
    codes: Vec<String>,
    gaps: usize,
}

impl Builder {
    fn line(&mut self, line: &str) -> Option<()> {
        let mut fields = line.split('|').map(str::trim);
        let (code, weight) = fields.next()?.split_once(' ')?;
        let weight: f32 = weight.trim().parse().ok().filter(|w: &f32| w.is_finite())?;
        let list = self.codes.iter().position(|known| known == code).unwrap_or_else(|| {
            self.codes.push(code.to_owned());
            self.codes.len() - 1
        });
        for word in fields.filter(|word| !word.is_empty()) {
            match word.split_once('…') {
                None => self.word(word, list, weight, Part::Whole),
                Some((head, tail)) => {
                    self.word(head, list, weight, Part::Head(self.gaps));
                    self.word(tail, list, weight, Part::Tail(self.gaps));
                    self.gaps += 1;
                }
            }
        }
        Some(())
    }

    fn word(&mut self, word: &str, list: usize, weight: f32, part: Part) {
        let (word, open_end) = word.strip_suffix('*').map_or((word, false), |stem| (stem, true));
        let word = Folded::new(word, Runs::Shorten).text;
        if !word.is_empty() {
            let chars = word.chars().count();
            self.words.push(word);
            self.patterns.push(Pattern { list, weight, part, open_end, chars });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, text: &str) -> Vec<String> {
        let lexicon = Lexicon::parse(source).unwrap();
        let folded = Folded::new(text, Runs::Shorten);
        let piece =
            |hit: Hit| format!("{}:{}", lexicon.codes()[hit.list], folded.slice(hit.from, hit.to));
        lexicon.find(&folded).into_iter().map(piece).collect()
    }

    #[test]
    fn words_are_found_in_any_script_and_width() {
        assert_eq!(found("a 1 | 態度", "态度；態度"), ["a:态度", "a:态度"]);
        assert_eq!(found("a 1 | APP", "ＡＰＰ卡"), ["a:app"]);
    }

    #[test]
    fn latin_words_match_whole_unless_starred() {
        assert_eq!(
            found("a 1 | late | refund*", "later, lately: late refunds"),
            ["a:late", "a:refund"]
        );
    }

    #[test]
    fn a_gap_stays_within_its_sentence() {
        assert_eq!(found("a 1 | 等了…小时", "等了两个小时"), ["a:等了两个小时"]);
        assert!(found("a 1 | 等了…小时", "等了。两小时").is_empty());
        assert!(found("a 1 | 等了…小时", "等了一二三四五六七八九十个小时").is_empty());
    }

    #[test]
    fn the_longest_word_of_a_list_counts_alone() {
        assert_eq!(found("a 1 | 退款 | 款\nb 1 | 款", "退款"), ["a:退款", "b:款"]);
    }

    #[test]
    fn a_line_that_says_nothing_is_refused() {
        assert_eq!(Lexicon::parse("x | y").unwrap_err(), LexiconError::Line(1));
        assert_eq!(Lexicon::parse("# only\n\na one | y").unwrap_err(), LexiconError::Line(3));
        assert_eq!(Lexicon::parse("a NaN | y").unwrap_err(), LexiconError::Line(1));
    }
}
