//! Whatever comes in: no panic, bounded time, spans on character boundaries, masking reversible.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use text::{Reader, behaviour, mask, similar, steering};

/// One for all cases: building the code book takes longer than reading.
static READER: LazyLock<Reader> = LazyLock::new(Reader::new);

/// Characters that break careless readers, beside ordinary ones.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        "[不没有很好差满意退款1-9x@.]{1,12}",
        Just("\u{200b}".to_owned()),
        Just("\u{202e}".to_owned()),
        Just("e\u{301}\u{301}".to_owned()),
        Just("👨‍👩‍👧".to_owned()),
        Just("ﬃ①㎏Ａ".to_owned()),
        Just("13812345678".to_owned()),
        Just("给个五星好评".to_owned()),
        Just("北京市朝阳区建国路88号".to_owned()),
        Just("张女士".to_owned()),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_span_is_a_piece_of_the_text(text in nasty()) {
        let reading = READER.read(&text);
        let spans = reading.sentiment.spans.iter().chain(&reading.emotion.spans)
            .chain(reading.kinds.iter().flat_map(|k| &k.spans))
            .chain(reading.topics.iter().flat_map(|t| &t.spans));
        for piece in spans {
            prop_assert!(text.get(piece.span.start..piece.span.end).is_some());
            prop_assert!(piece.weight.is_finite());
        }
        prop_assert!((0.0..=1.0).contains(&reading.sentiment.probability));
        let sum: f32 = reading.kinds.iter().map(|kind| kind.probability).sum();
        prop_assert!((sum - 1.0).abs() < 1e-4);
        for hit in steering::find(&text) {
            prop_assert!(!hit.span.of(&text).is_empty());
        }
        behaviour::is_question(&text);
    }

    #[test]
    fn what_is_masked_can_be_restored(text in nasty()) {
        let masked = mask::mask(&text);
        prop_assert_eq!(masked.restore(), text);
    }

    #[test]
fn a_mobile_number_never_stays(before in "[\u{4e00}-\u{9fff}，。：！？ ]{0,6}", after in "[\u{4e00}-\u{9fff}，。：！？]{0,6}") {
        let masked = mask::mask(&format!("{before}13812345678{after}"));
        prop_assert!(!masked.text.contains("13812345678"), "{}", masked.text);
    }

    #[test]
    fn likeness_is_symmetric_and_a_text_is_like_itself(a in nasty(), b in nasty()) {
        let there = similar::jaccard(&a, &b);
        prop_assert!((there - similar::jaccard(&b, &a)).abs() < 1e-6);
        prop_assert!((0.0..=1.0).contains(&there));
        let own = similar::jaccard(&a, &a);
        prop_assert!(own == 0.0 || (own - 1.0).abs() < 1e-6);
    }
}

#[test]
fn megabytes_end_in_bounded_time() {
    let reader = Reader::new();
    let texts = [
        "等".repeat(300_000),
        "不".repeat(300_000),
        "没有不好".repeat(50_000),
        format!("e{}", "\u{301}".repeat(100_000)),
        "\u{202e}\u{200b}".repeat(200_000),
        "1".repeat(500_000),
        "1 ".repeat(150_000),
        "等了 ".repeat(50_000),
        "a@".repeat(50_000),
        "市区县路号".repeat(2_000),
    ];
    for text in texts {
        let start = Instant::now();
        reader.read(&text);
        mask::mask(&text);
        // Unoptimised and on a busy machine; a square of a million would take days.
        let head: String = text.chars().take(6).collect();
        assert!(start.elapsed() < Duration::from_mins(1), "{head}… {:?}", start.elapsed());
    }
}

#[test]
fn zero_width_characters_change_no_reading() {
    let reader = Reader::new();
    let plain = reader.read("客服态度恶劣，投诉无门");
    let hidden = reader.read("客服态\u{200b}度恶\u{feff}劣，投\u{2060}诉无门");
    assert_eq!(plain.sentiment.label, hidden.sentiment.label);
    assert_eq!(plain.topics[0].code, hidden.topics[0].code);
}
