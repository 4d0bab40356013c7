//! A storm of hostile text over every public reading function: seeded, so that a failure repeats;
//! counted, so that it ends. What is asked: no panic, spans on character boundaries, bounded time.

use std::time::{Duration, Instant};

use text::behaviour::{Speaker, Turn};
use text::eval::Task;
use text::learn::{Correction, Learned};
use text::lexicon::Lexicon;
use text::linear::Linear;
use text::mask::{self, Secret};
use text::routing::Router;
use text::topic::{CodeBook, Topic};
use text::{Reader, Span, behaviour, emerging, eval, language, segment, similar, steering};

/// Xorshift (Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("below a usize")
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| u8::try_from(self.below(256)).expect("below 256")).collect()
    }

    /// A text of up to `pieces_max` pieces that break careless readers.
    fn text(&mut self, pieces_max: usize) -> String {
        const PIECES: [&str; 30] = [
            "没有",
            "不",
            "不是很",
            "满意",
            "差",
            "退款",
            "投诉",
            "13812345678",
            "11010519491231002X",
            "6222021234567890128",
            "a@b.cn",
            "京A12345",
            "北京市朝阳区建国路88号",
            "张女士",
            "给个五星",
            "\u{200b}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "e\u{301}\u{301}",
            "👨‍👩‍👧",
            "ﬃ",
            "Ａ",
            "服務態度",
            "not",
            " ",
            "\n",
            "?",
            "\u{0}",
            "\u{10ffff}",
        ];
        let mut text = String::new();
        for _ in 0..self.below(pieces_max) {
            match self.below(8) {
                0 => {
                    let count = self.below(12);
                    text.push_str(&String::from_utf8_lossy(&self.bytes(count)));
                }
                1 => {
                    let code = u32::try_from(self.below(0x11_0000)).ok();
                    text.extend(code.and_then(char::from_u32));
                }
                2 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    text.push_str(&piece.repeat(self.below(40)));
                }
                _ => text.push_str(PIECES[self.below(PIECES.len())]),
            }
        }
        text
    }
}

#[track_caller]
fn inside(text: &str, span: Span) {
    assert!(text.get(span.start..span.end).is_some(), "{span:?} of {text:?}");
}

/// Reads one text in every way there is.
fn read_all(reader: &Reader, text: &str) {
    language::detect(text);
    let reading = reader.read(text);
    let pieces = reading.sentiment.spans.iter().chain(&reading.emotion.spans);
    let pieces = pieces.chain(reading.kinds.iter().flat_map(|kind| &kind.spans));
    for piece in pieces.chain(reading.topics.iter().flat_map(|topic| &topic.spans)) {
        inside(text, piece.span);
    }
    assert!((0.0..=1.0).contains(&reading.sentiment.probability), "{text:?}");
    for hit in steering::find(text) {
        inside(text, hit.span);
    }
    steering::classify(text);
    let masked = mask::mask(text);
    assert_eq!(masked.restore(), text);
    for (_, span) in mask::find(text) {
        inside(text, span);
    }
    for taken in &masked.taken {
        inside(&masked.text, taken.span);
    }
    segment::words(text, &["云宝盒"]);
    behaviour::is_question(text);
}

#[test]
fn every_text_is_read_in_every_way() {
    let mut dice = Dice(0x5eed_0001);
    let reader = Reader::new();
    for _ in 0..400 {
        read_all(&reader, &dice.text(40));
    }
    for _ in 0..3 {
        read_all(&reader, &dice.text(4_000));
    }
}

#[test]
fn many_texts_are_read_together() {
    let mut dice = Dice(0x5eed_0002);
    for _ in 0..6 {
        let texts: Vec<String> = (0..40).map(|_| dice.text(12)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for pair in similar::near_duplicates(&texts, similar::DUPLICATE_MIN) {
            assert!(pair.a < pair.b && pair.b < texts.len());
        }
        similar::same_issue(texts[0], &["refund"], texts[1], &["refund", "price"]);
        emerging::emerging(&texts[..20], &texts[20..], &[]);
        emerging::clusters(&texts, 0.3, &[]);
        let turns: Vec<Turn> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| Turn {
                speaker: [Speaker::Agent, Speaker::Customer, Speaker::System][at % 3],
                text: (*text).to_owned(),
                start_ms: (at % 5 > 0).then_some([i64::MIN, -1, 0, i64::MAX][at % 4]),
                end_ms: (at % 7 > 0).then_some([i64::MAX, 0, i64::MIN, 1][at % 4]),
            })
            .collect();
        behaviour::read(&turns);
        let labels: Vec<&str> = (0..texts.len()).map(|at| ["1", "0", "退款", ""][at % 4]).collect();
        for task in [Task::Sentiment, Task::Kind, Task::Topic, Task::Routing, Task::SameIssue] {
            // An error is an answer, too.
            let _report = eval::run(task, &texts, &labels, None);
        }
    }
}

#[test]
fn what_is_learned_from_may_be_anything() {
    let mut dice = Dice(0x5eed_0003);
    let corrections: Vec<Correction> = (0..120)
        .map(|at| Correction { text: dice.text(10), label: dice.text(1 + at % 3) })
        .collect();
    let mut learned = Learned::default();
    learned.train(&corrections, 0);
    for correction in &corrections {
        learned.correct(correction);
    }
    let mut blob = learned.to_bytes();
    assert!(Learned::from_bytes(&blob) == Ok(learned), "not the same after storing");
    for _ in 0..40 {
        let (at, byte) = (dice.below(blob.len()), dice.bytes(1)[0]);
        let before = std::mem::replace(&mut blob[at], byte);
        // An error is an answer, too; so is another model.
        let _model = Learned::from_bytes(&blob);
        blob[at] = before;
        let _part = Learned::from_bytes(&blob[..dice.below(blob.len())]);
    }
    let pairs: Vec<(&str, &str)> =
        corrections.iter().map(|it| (it.text.as_str(), it.label.as_str())).collect();
    if let Some(router) = Router::train(&pairs) {
        let text = dice.text(30);
        for route in router.route(&text) {
            for piece in &route.spans {
                inside(&text, piece.span);
            }
        }
    }
    for _ in 0..200 {
        let text = dice.text(8);
        let _list = Lexicon::parse(&text);
        let topic = Topic {
            code: dice.text(2),
            name_zh: dice.text(2),
            name_en: String::new(),
            parent: Some(dice.text(2)),
        };
        let _book = CodeBook::extended(&[topic], &text);
        let mut file = b"HSL2".to_vec();
        let count = dice.below(300);
        file.extend(dice.bytes(count));
        let _model = Linear::read(&file);
    }
}

#[test]
fn invisible_characters_hide_no_personal_data() {
    let cases = [
        ("13812345678", Secret::Mobile),
        ("11010519491231002X", Secret::IdNumber),
        ("li.lei@example.com", Secret::Email),
        ("京A12345", Secret::Plate),
        ("北京市朝阳区建国路88号", Secret::Address),
        ("张女士", Secret::Name),
    ];
    for (plain, secret) in cases {
        for hidden in ["\u{200b}", "\u{200d}", "\u{feff}", "\u{202e}", "\u{2060}", "\u{ad}"] {
            let letters: Vec<String> = plain.chars().map(String::from).collect();
            let text = format!("我是{}，", letters.join(hidden));
            let found: Vec<Secret> = mask::find(&text).into_iter().map(|it| it.0).collect();
            assert!(found.contains(&secret), "{plain} with {hidden:?}: {found:?}");
            assert!(!mask::mask(&text).text.contains(&letters.join(hidden)));
        }
    }
}

#[test]
fn lists_of_megabytes_end_in_bounded_time() {
    let long = "退款难".repeat(100_000);
    let start = Instant::now();
    similar::jaccard(&long, &long);
    steering::find(&long);
    segment::words(&long, &[]);
    let turn = |text: &str| Turn {
        speaker: Speaker::Agent,
        text: text.to_owned(),
        start_ms: None,
        end_ms: None,
    };
    behaviour::read(&[turn(&long), turn("?")]);
    let copies: Vec<String> =
        (0..2_000).map(|at| format!("请给五星好评谢谢老板{}", at % 10)).collect();
    let copies: Vec<&str> = copies.iter().map(String::as_str).collect();
    similar::near_duplicates(&copies, similar::DUPLICATE_MIN);
    // Unoptimised and on a busy machine; squares would take hours.
    assert!(start.elapsed() < Duration::from_mins(2), "{:?}", start.elapsed());
}
