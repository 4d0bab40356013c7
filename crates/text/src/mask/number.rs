//! Numbers that point at a person: ID cards, bank cards, telephones, orders.

use super::Secret;
use crate::fold::Folded;

/// A number longer than this is no number of a person but a dump.
const DIGITS_MAX: usize = 32;

/// A row of digits with single separators between them: the digits, and where each stands.
struct Row {
    digits: Vec<u8>,
    places: Vec<usize>,
    /// The character `x` or `X` directly after the last digit: the check character of an ID.
    ends_in_x: bool,
    /// Blanks, hyphens or brackets stand between groups of digits.
    grouped: bool,
}

/// Kind and folded characters `from..to` of each number found.
pub(super) fn find(folded: &Folded) -> Vec<(Secret, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        if !folded.chars[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let row = row(folded, at);
        let end = row.places.last().map_or(at, |last| last + 1);
        if row.digits.len() <= DIGITS_MAX {
            found.extend(read(folded, &row));
        }
        at = end;
    }
    found.extend(orders(folded));
    found
}

fn row(folded: &Folded, start: usize) -> Row {
    let chars = &folded.chars;
    let mut row = Row { digits: Vec::new(), places: Vec::new(), ends_in_x: false, grouped: false };
    let mut at = start;
    while let Some(c) = chars.get(at) {
        if let Some(digit) = c.to_digit(10) {
            row.digits.push(u8::try_from(digit).unwrap_or(0));
            row.places.push(at);
        } else if joins(chars, at) {
            row.grouped = true;
        } else {
            row.ends_in_x = *c == 'x';
            break;
        }
        at += 1;
    }
    row
}

/// Whether the sign at `at` only separates groups of one number: `138-1234`, `(0755) 8765`.
fn joins(chars: &[char], at: usize) -> bool {
    let next = chars.get(at + 1).copied().unwrap_or('.');
    match chars[at] {
        '-' => next.is_ascii_digit(),
        ' ' => next.is_ascii_digit() || (at > 0 && chars[at - 1] == ')'),
        ')' => next.is_ascii_digit() || next == ' ',
        _ => false,
    }
}

/// What a row is as a whole; failing that, what its runs of digits are one by one.
fn read(folded: &Folded, row: &Row) -> Vec<(Secret, usize, usize)> {
    if let Some(whole) = classify(folded, row, 0, row.digits.len()) {
        return vec![whole];
    }
    if !row.grouped {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut from = 0;
    for to in 1..=row.digits.len() {
        if to == row.digits.len() || row.places[to] != row.places[to - 1] + 1 {
            found.extend(classify(folded, row, from, to));
            from = to;
        }
    }
    found
}

/// What the digits `from..to` of a row are.
fn classify(folded: &Folded, row: &Row, from: usize, to: usize) -> Option<(Secret, usize, usize)> {
    let digits = &row.digits[from..to];
    let (first, last) = (*row.places.get(from)?, row.places.get(to - 1)? + 1);
    let at_end = to == row.digits.len();
    let before = first.checked_sub(1).map(|at| folded.chars[at]);
    if before.is_some_and(|c| c.is_ascii_alphabetic() || c == '_') || is_decimal(folded, first) {
        return None;
    }
    if digits.len() == 17 && at_end && row.ends_in_x && id_check(digits) == Some('x') {
        return Some((Secret::IdNumber, first, last + 1));
    }
    if digits.len() == 18 && id_check(&digits[..17]) == char::from_digit(u32::from(digits[17]), 10)
    {
        return Some((Secret::IdNumber, first, last));
    }
    let national = match digits {
        [8, 6, rest @ ..] | [0, 0, 8, 6, rest @ ..] if rest.len() == 11 => rest,
        _ => digits,
    };
    if let [1, 3..=9, ..] = national
        && national.len() == 11
    {
        let plus = before == Some('+') && digits.len() > 11;
        return Some((Secret::Mobile, first - usize::from(plus), last));
    }
    if (15..=19).contains(&digits.len()) && matches!(digits[0], 3..=6 | 9) && luhn(digits) {
        return Some((Secret::BankCard, first, last));
    }
    let area = match digits {
        [0, 1 | 2, ..] => 3,
        [0, 3..=9, ..] => 4,
        _ => return None,
    };
    let open = usize::from(before == Some('('));
    let landline = matches!(digits.len() - area.min(digits.len()), 7 | 8);
    landline.then_some((Secret::Landline, first - open, last))
}

/// Whether the digits at `first` stand behind a decimal point; `。` folds to a point and is none.
fn is_decimal(folded: &Folded, first: usize) -> bool {
    first >= 2
        && folded.chars[first - 1] == '.'
        && folded.chars[first - 2].is_ascii_digit()
        && folded.span(first - 1, first).len() == 1
}

/// The check character of an ID number from its first 17 digits (ISO 7064 MOD 11-2), if the date
/// inside is one.
fn id_check(digits: &[u8]) -> Option<char> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let two = |at: usize| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]);
    let dated = matches!(two(6), 18..=20) && matches!(two(10), 1..=12) && matches!(two(12), 1..=31);
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| u32::from(*d) * w).sum();
    dated.then(|| "10x98765432".chars().nth((sum % 11) as usize)).flatten()
}

fn luhn(digits: &[u8]) -> bool {
    let doubled = |(at, digit): (usize, &u8)| {
        let value = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
        value / 10 + value % 10
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

/// Words after which a number is that of an order, parcel, case or policy.
const ORDER_WORDS: &[&str] = &[
    "订单号",
    "订单编号",
    "订单",
    "快递单号",
    "运单号",
    "物流单号",
    "单号",
    "工单号",
    "工单",
    "流水号",
    "交易号",
    "保单号",
    "合同号",
    "编号",
    "order number",
    "order no",
    "order id",
    "order",
    "tracking number",
    "tracking",
    "ticket",
    "case number",
    "reference",
];
/// Characters of an order number.
const ORDER_CHARS: std::ops::RangeInclusive<usize> = 6..=32;

fn orders(folded: &Folded) -> Vec<(Secret, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !word(folded.chars[at]) || folded.chars[at] == '-' {
            at += 1;
            continue;
        }
        let length = folded.chars[at..].iter().take_while(|c| word(**c)).count();
        let digits = folded.chars[at..at + length].iter().filter(|c| c.is_ascii_digit()).count();
        if ORDER_CHARS.contains(&length) && digits >= 5 && named(folded, at) {
            found.push((Secret::OrderNumber, at, at + length));
        }
        at += length;
    }
    found
}

/// Whether a word for orders stands right before `at`, with nothing but signs between.
fn named(folded: &Folded, at: usize) -> bool {
    let signs = folded.chars[..at].iter().rev().take(4);
    let signs =
        signs.take_while(|c| matches!(c, ' ' | ':' | '#' | '是' | '为' | '.' | '(' | '[')).count();
    let before = folded.slice(at.saturating_sub(signs + 16), at - signs);
    ORDER_WORDS.iter().any(|word| before.ends_with(word))
}
