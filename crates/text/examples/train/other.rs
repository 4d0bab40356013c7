//! Corpora that judge the other tasks: departments, aspects, intents, and pairs of questions.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Reader as _, Xlsx, open_workbook};
use text::eval::{self, Task};
use text::kind::Kind;
use text::learn::Share;
use text::{Reader, similar};

use crate::corpus::{self, Row};

/// Texts a learned task is judged on, at most.
const ROWS_MAX: usize = 4_000;

/// A tenant's categories learned: five folds, at most [`ROWS_MAX`] texts of each corpus.
pub fn routing(folder: &Path) {
    println!(
        "\n| routing | texts | classes | accuracy | macro-F1 | calibration error | abstained | accuracy decided |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let columns = |file: &str, text: usize, label: usize| -> Vec<(String, String)> {
        let cell = |row: &csv::StringRecord, at| row.get(at).unwrap_or_default().to_owned();
        let rows = corpus::table(&folder.join(file));
        rows.iter().map(|row| (cell(row, text), cell(row, label))).collect()
    };
    let bitext = "bitext_customer_support/Bitext_Sample_Customer_Service_Training_Dataset.csv.zst";
    for (name, rows) in [
        ("tipdm2020, departments", messages(folder)),
        ("bdci2018, aspects of cars", columns("bdci2018_car_aspects/train_2.csv.zst", 1, 2)),
        ("bitext, intents", columns(bitext, 0, 1)),
        ("banking77, intents", columns("banking77/train.A.csv.zst", 0, 1)),
    ] {
        // Evenly from the whole, as files are sorted by class.
        let step = rows.len().div_ceil(ROWS_MAX).max(1);
        let rows: Vec<&(String, String)> = rows.iter().step_by(step).collect();
        let texts: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        let labels: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
        let Ok(r) = eval::run(Task::Routing, &texts, &labels, None) else { continue };
        println!(
            "| {name} | {} | {} | {:.4} | {:.4} | {:.4} | {} | {:.4} |",
            r.judged,
            r.confusion.len(),
            r.accuracy,
            r.macro_f1,
            r.calibration_error,
            r.abstained,
            r.accuracy_decided
        );
    }
}

/// Topics of the built-in code book on texts whose labels mean the same: how many of the texts with
/// the label are found, and how many of those found have the label.
pub fn topics(folder: &Path) {
    println!("\n| topic | judged on | texts | with the label | precision | recall |");
    println!("|---|---|---|---|---|---|");
    let column = |file: &str, text: usize, label: usize| -> Vec<(String, String)> {
        let cell = |row: &csv::StringRecord, at| row.get(at).unwrap_or_default().to_owned();
        let rows = corpus::table(&folder.join(file));
        rows.iter().map(|row| (cell(row, text), cell(row, label))).collect()
    };
    let reader = Reader::new();
    let bitext = "bitext_customer_support/Bitext_Sample_Customer_Service_Training_Dataset.csv.zst";
    let bitext = column(bitext, 0, 6);
    let cars = by_text(column("bdci2018_car_aspects/train_2.csv.zst", 1, 2));
    let tweets = |label| tweets(folder, label);
    for (topic, name, rows, label) in [
        ("price", "bdci2018, 价格", cars, "价格"),
        ("refund", "bitext, REFUND", bitext.clone(), "REFUND"),
        ("invoice", "bitext, INVOICE", bitext.clone(), "INVOICE"),
        ("logistics", "bitext, DELIVERY", bitext, "DELIVERY"),
        ("logistics", "tweets to a shop, Delivery", tweets("Delivery"), "1"),
        ("refund", "tweets to a shop, Refund", tweets("Refund"), "1"),
    ] {
        let judged: Vec<(bool, bool)> = rows
            .iter()
            .map(|(text, labels)| {
                let said = reader.read(text).topics.iter().any(|it| it.code == topic);
                (said, labels.split(';').any(|it| it == label))
            })
            .collect();
        let labelled = judged.iter().filter(|it| it.1).count();
        let (precision, recall) = text::learn::precision_recall(&judged);
        let (precision, recall) = (precision.value(), recall.value());
        println!(
            "| {topic} | {name} | {} | {labelled} | {precision:.3} | {recall:.3} |",
            judged.len()
        );
    }
}

/// Each text once, its labels divided by `;`.
fn by_text(rows: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut labels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (text, label) in rows {
        labels.entry(text).or_default().push(label);
    }
    labels.into_iter().map(|(text, labels)| (text, labels.join(";"))).collect()
}

/// Tweets to a shop and whether a hand gave them this label.
fn tweets(folder: &Path, label: &str) -> Vec<(String, String)> {
    let path = folder.join("twitter_support_sample/labeled/twcs-AmazonHelp-200-inbound.xlsx");
    let Ok(mut book) = open_workbook::<Xlsx<_>, _>(&path) else { return Vec::new() };
    let Some(Ok(range)) = book.worksheet_range_at(0) else { return Vec::new() };
    let mut rows = range.rows();
    let header: Vec<String> =
        rows.next().unwrap_or_default().iter().map(ToString::to_string).collect();
    let at = |name: &str| header.iter().position(|cell| cell == name);
    let (Some(text), Some(label)) = (at("text"), at(label)) else { return Vec::new() };
    rows.map(|row| (row[text].to_string(), row[label].to_string())).collect()
}

/// What texts are read as whose kind their source tells: reviews that praise or blame, questions.
pub fn kinds(folder: &Path, chinese: &[Row], english: &[Row]) {
    println!(
        "\n| texts | number | consultation | issue | complaint | suggestion | praise |\n|---|---|---|---|---|---|---|"
    );
    let reviews = |rows: &[Row], corpus: &str, positive: bool| -> Vec<String> {
        let own = |row: &&Row| row.held_out && row.corpus == corpus && row.positive == positive;
        rows.iter().filter(own).map(|row| row.text.clone()).collect()
    };
    let bitext = "bitext_customer_support/Bitext_Sample_Customer_Service_Training_Dataset.csv.zst";
    let bitext = corpus::table(&folder.join(bitext));
    let intent = |wanted: &str| -> Vec<String> {
        let own = bitext.iter().filter(|row| row.get(1) == Some(wanted));
        own.filter_map(|row| row.get(0).map(str::to_owned)).collect()
    };
    let bq = corpus::table(&folder.join("bank_fintech_questions_bq_atec/BQ_corpus_dev.csv.zst"));
    let bq = bq.iter().step_by(10).filter_map(|row| row.get(0).map(str::to_owned)).collect();
    let reader = Reader::new();
    for (name, texts) in [
        ("take-away, praise", reviews(chinese, "waimai_10k", true)),
        ("take-away, blame", reviews(chinese, "waimai_10k", false)),
        ("hotel, praise", reviews(chinese, corpus::HOTEL, true)),
        ("hotel, blame", reviews(chinese, corpus::HOTEL, false)),
        ("airline, praise", reviews(english, "airline_tweets", true)),
        ("airline, blame", reviews(english, "airline_tweets", false)),
        ("bank, questions", bq),
        ("bitext, complaint", intent("complaint")),
        ("bitext, payment_issue", intent("payment_issue")),
        ("bitext, delivery_period", intent("delivery_period")),
    ] {
        let read: Vec<Kind> = texts.iter().map(|text| reader.read(text).kinds[0].kind).collect();
        let share = |kind: Kind| {
            let count = read.iter().filter(|read| **read == kind).count();
            let whole = u32::try_from(read.len()).unwrap_or(u32::MAX);
            Share::new(u32::try_from(count).unwrap_or(u32::MAX), whole).value()
        };
        let shares: Vec<String> = Kind::ALL.map(|kind| format!("{:.2}", share(kind))).to_vec();
        println!("| {name} | {} | {} |", read.len(), shares.join(" | "));
    }
}

/// Messages to an administration with their department.
fn messages(folder: &Path) -> Vec<(String, String)> {
    let path = folder.join("tipdm2020_gov_messages/A/附件2_示例_留言分类_495.xlsx");
    let Ok(mut book) = open_workbook::<Xlsx<_>, _>(&path) else { return Vec::new() };
    let Some(Ok(range)) = book.worksheet_range_at(0) else { return Vec::new() };
    let cell = |row: &[calamine::Data], at: usize| {
        row.get(at).map(ToString::to_string).unwrap_or_default().trim().to_owned()
    };
    range
        .rows()
        .skip(1)
        .map(|row| (format!("{}\n{}", cell(row, 2), cell(row, 4)), cell(row, 5)))
        .filter(|(_, label)| !label.is_empty())
        .collect()
}

/// Pairs of bank customers' questions: the threshold with the best F1 on the first half, judged on
/// the second, beside the product's own threshold.
pub fn same_issue(folder: &Path) {
    println!("\n| same issue | pairs | threshold | accuracy | F1 |\n|---|---|---|---|---|");
    let folder = folder.join("bank_fintech_questions_bq_atec");
    let bq = corpus::table(&folder.join("BQ_corpus_dev.csv.zst"));
    let bq = bq.iter().map(|row| [0, 1, 2].map(|at| row.get(at).unwrap_or_default().to_owned()));
    let atec = corpus::unpack(&folder.join("ATEC_atec_nlp_sim_train.csv.zst")).unwrap_or_default();
    let atec = atec.lines().filter_map(|line| {
        let mut cells = line.split('\t').skip(1).map(str::to_owned);
        Some([cells.next()?, cells.next()?, cells.next()?])
    });
    let reader = Reader::new();
    for (name, pairs) in [("BQ", bq.collect::<Vec<_>>()), ("ATEC", atec.collect())] {
        let scored: Vec<(f32, bool)> =
            pairs.iter().map(|[a, b, label]| (score(&reader, a, b), label.trim() == "1")).collect();
        let (dev, test) = scored.split_at(scored.len() / 2);
        let candidates = (1..100_u8).map(|it| f32::from(it) / 100.0);
        let best = candidates.max_by(|a, b| figures(dev, *a).1.total_cmp(&figures(dev, *b).1));
        for threshold in [best.unwrap_or_default(), similar::SAME_ISSUE_MIN] {
            let (accuracy, f1) = figures(test, threshold);
            println!("| {name} | {} | {threshold:.2} | {accuracy:.4} | {f1:.4} |", test.len());
        }
    }
}

fn score(reader: &Reader, a: &str, b: &str) -> f32 {
    let codes =
        |text| -> Vec<String> { reader.read(text).topics.into_iter().map(|it| it.code).collect() };
    let (topics_a, topics_b) = (codes(a), codes(b));
    let (topics_a, topics_b): (Vec<&str>, Vec<&str>) = (
        topics_a.iter().map(String::as_str).collect(),
        topics_b.iter().map(String::as_str).collect(),
    );
    similar::same_issue(a, &topics_a, b, &topics_b).score
}

/// Accuracy and F1 of "same" from a score on.
#[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^52")]
fn figures(scored: &[(f32, bool)], threshold: f32) -> (f64, f64) {
    let count = |test: fn(bool, bool) -> bool| {
        scored.iter().filter(|(score, same)| test(*score >= threshold, *same)).count() as f64
    };
    let (both, said, is) = (count(|a, b| a && b), count(|a, _| a), count(|_, b| b));
    (count(|a, b| a == b) / scored.len().max(1) as f64, 2.0 * both / (said + is).max(1.0))
}
