//! Folding: the text made comparable, each character knowing which bytes it came from.
//!
//! NFKC (width, ligatures, compatibility forms), lower case, traditional characters to simplified,
//! every kind of blank to one space, invisible characters dropped, so that a zero-width joiner
//! between two digits hides nothing. Emoji stay: they are words.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::Span;

/// More than this is not read: a comment of 8 MiB is an attack or an accident.
pub const TEXT_BYTES_MAX: usize = 8 << 20;
/// Combining marks kept on one base; the rest are dropped, or 100 000 of them would cost quadratic
/// time to reorder.
const MARKS_MAX: usize = 4;
/// The same character more often than this in a row says nothing more.
const RUN_MAX: usize = 3;

/// What to do with the same character many times in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// `好好好好好` becomes `好好好`: for features and word lists.
    Shorten,
    /// Kept: for numbers.
    Keep,
}

/// A folded text. All vectors have one entry per folded character.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The folded text itself.
    pub text: String,
    /// Its characters.
    pub chars: Vec<char>,
    /// Byte offset of each character in `text`, and one more: its length.
    at: Vec<u32>,
    /// First and one-past-last byte of each character in the original.
    origin: Vec<(u32, u32)>,
    runs_keep: bool,
}

impl Folded {
    pub fn new(original: &str, runs: Runs) -> Self {
        let original = head(original, TEXT_BYTES_MAX);
        let mut folded = Self {
            text: String::with_capacity(original.len()),
            chars: Vec::with_capacity(original.len() / 2),
            at: Vec::with_capacity(original.len() / 2 + 1),
            origin: Vec::with_capacity(original.len() / 2),
            runs_keep: runs == Runs::Keep,
        };
        let mut rest = original.char_indices().peekable();
        while let Some((start, c)) = rest.next() {
            let mut end = start + c.len_utf8();
            if simple(c) {
                if !rest.peek().is_some_and(|&(_, next)| is_mark(next)) {
                    folded.push(fold_simple(c), start, end);
                    continue;
                }
            } else if is_invisible(c) {
                folded.extend_last(end);
                continue;
            }
            let mut cluster = String::from(c);
            let mut marks = 0;
            while let Some(&(at, mark)) = rest.peek().filter(|(_, next)| is_mark(*next)) {
                if marks < MARKS_MAX && !is_invisible(mark) {
                    cluster.push(mark);
                }
                marks += 1;
                end = at + mark.len_utf8();
                rest.next();
            }
            for out in cluster.nfkc().flat_map(char::to_lowercase) {
                folded.push(fold_simple(out), start, end);
            }
        }
        folded.at.push(index(folded.text.len()));
        folded
    }

    /// How many folded characters.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    /// The place in the original of the folded characters `from..to`.
    pub fn span(&self, from: usize, to: usize) -> Span {
        let to = to.min(self.chars.len());
        if from >= to {
            let at = self.origin.get(from).map_or(0, |o| o.0 as usize);
            return Span { start: at, end: at };
        }
        Span { start: self.origin[from].0 as usize, end: self.origin[to - 1].1 as usize }
    }

    /// The folded characters `from..to` as text.
    pub fn slice(&self, from: usize, to: usize) -> &str {
        &self.text[self.at[from] as usize..self.at[to] as usize]
    }

    /// Which folded character starts at this byte of [`Folded::text`], looked for from `start` on.
    pub fn char_after(&self, start: usize, byte: usize) -> usize {
        let steps = self.at[start..].iter().position(|&at| at as usize >= byte);
        steps.map_or(self.len(), |steps| start + steps)
    }

    fn push(&mut self, c: char, start: usize, end: usize) {
        let n = self.chars.len();
        if c == ' ' && (n == 0 || self.chars[n - 1] == ' ') {
            return self.extend_last(end);
        }
        if !self.runs_keep && n >= RUN_MAX && self.chars[n - RUN_MAX..].iter().all(|&p| p == c) {
            return self.extend_last(end);
        }
        self.at.push(index(self.text.len()));
        self.text.push(c);
        self.chars.push(c);
        self.origin.push((index(start), index(end)));
    }

    /// What was swallowed belongs to the character before it.
    fn extend_last(&mut self, end: usize) {
        if let Some(last) = self.origin.last_mut() {
            last.1 = index(end);
        }
    }
}

/// The first `bytes_max` bytes, cut on a character boundary.
pub(crate) fn head(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("TEXT_BYTES_MAX bounds every offset")
}

/// Characters whose fold needs no table of Unicode: nearly all of ASCII and Chinese.
fn simple(c: char) -> bool {
    matches!(c, ' '..='~' | '\t' | '\n' | '\r' | '\u{3001}'..='\u{3011}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}')
}

fn fold_simple(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        '!'..='~' => c,
        '\u{3400}'..='\u{9fff}' => simplified(c),
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(c as u32 - 0xfee0).map_or(c, |half| half.to_ascii_lowercase())
        }
        '。' => '.',
        '、' => ',',
        '’' | '‘' => '\'',
        '“' | '”' => '"',
        _ if c.is_whitespace() || c.is_control() => ' ',
        _ => c,
    }
}

/// The simplified form of a traditional character; every other character is itself.
pub fn simplified(c: char) -> char {
    static TABLE: LazyLock<Vec<u16>> = LazyLock::new(|| {
        let mut table = vec![0_u16; 0xa000 - 0x3400];
        let mut pairs = include_str!("traditional.txt").chars().filter(|c| *c != '\n');
        while let (Some(from), Some(to)) = (pairs.next(), pairs.next()) {
            if let (Some(slot), Ok(to)) =
                (table.get_mut(from as usize - 0x3400), u16::try_from(to as u32))
            {
                *slot = to;
            }
        }
        table
    });
    let Some(slot) = (c as usize).checked_sub(0x3400).and_then(|at| TABLE.get(at)) else {
        return c;
    };
    if *slot == 0 { c } else { char::from_u32(u32::from(*slot)).unwrap_or(c) }
}

/// Zero-width, direction and variation marks: invisible, and favourites of those who hide words.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_mark(c: char) -> bool {
    let plain = matches!(c, '\0'..'\u{300}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff5e}');
    !plain && unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(original: &str, expected: &str) {
        assert_eq!(Folded::new(original, Runs::Shorten).text, expected, "{original:?}");
    }

    #[test]
    fn width_case_script_and_blanks_are_folded() {
        check("ＡＰＰ　很卡！！", "app 很卡!!");
        check("客服態度很惡劣", "客服态度很恶劣");
        check("  a\t\n b  ", "a b ");
        check("①㎏ﬁ", "1kgfi");
        check("好好好好好好", "好好好");
        check("5⃣️😀", "5⃣😀");
    }

    #[test]
    fn invisible_characters_hide_nothing() {
        check("退\u{200b}款\u{202e}难", "退款难");
        let folded = Folded::new("1\u{200d}38", Runs::Keep);
        assert_eq!(folded.text, "138");
        assert_eq!(folded.span(0, 1), Span { start: 0, end: 4 });
    }

    #[test]
    fn a_span_points_at_the_original_bytes() {
        let original = "Ａ退  款ﬁ";
        let folded = Folded::new(original, Runs::Shorten);
        assert_eq!(folded.text, "a退 款fi");
        assert_eq!(folded.span(1, 4).of(original), "退  款");
        assert_eq!(folded.span(4, 5).of(original), "ﬁ");
        assert_eq!(folded.slice(1, 2), "退");
        assert_eq!(folded.char_after(0, 1), 1);
    }

    #[test]
    fn a_hundred_thousand_marks_cost_nothing() {
        let original = format!("e{}", "\u{301}".repeat(100_000));
        assert!(Folded::new(&original, Runs::Keep).len() <= 1 + MARKS_MAX);
    }
}
