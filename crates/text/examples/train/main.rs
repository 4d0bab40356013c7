//! Trains the weights in `weights/` and prints the table of `docs/methods/text.md`.
//!
//! `cargo xtask train-text` runs it. It reads `../shared/data` and says so where that is absent.

mod baseline;
mod corpus;
mod dictionary;
mod model;
mod other;
mod table;

use std::path::Path;

use corpus::Row;
use model::{CHINESE, ENGLISH, Recipe};

fn main() -> std::io::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("dictionary") {
        return dictionary::write();
    }
    let Some(folder) = corpus::folder() else {
        println!("train-text: ../shared/data is absent, nothing trained");
        return Ok(());
    };
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("weights");
    let chinese = corpus::chinese(&folder);
    let english = corpus::english(&folder);
    // With `table` only the committed weights are judged, with `development` only the recipe; with
    // `dictionary`, above, only the word list is written.
    match std::env::args().nth(1).as_deref() {
        Some("development") => table::development(&chinese),
        Some("table") => {
            table::held_out(&chinese, &english);
            other::routing(&folder);
            other::same_issue(&folder);
            other::topics(&folder);
            other::kinds(&folder, &chinese, &english);
            table::baselines(&chinese);
            table::other_domain(&chinese);
        }
        _ => {
            let [runs, gaps] = train(&chinese, &CHINESE);
            let [english, _] = train(&english, &ENGLISH);
            let files = [
                ("sentiment-zh.bin", runs),
                ("sentiment-zh-gaps.bin", gaps),
                ("sentiment-en.bin", english),
            ];
            for (file, bytes) in files {
                std::fs::write(weights.join(file), &bytes)?;
                println!("{file}: {} bytes", bytes.len());
            }
            println!("Run `cargo xtask train-text table` for the table of the new weights.");
        }
    }
    Ok(())
}

/// Calibrates on a tenth of the training part, then trains on all of it.
fn train(rows: &[Row], recipe: &Recipe) -> [Vec<u8>; 2] {
    let rows: Vec<&Row> = rows.iter().filter(|row| !row.held_out).collect();
    let (dev, rest): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.key % 10 == 1);
    let calibration = model::calibration(&model::train(&rest, recipe), &dev, recipe);
    model::train(&rows, recipe).write(recipe, calibration)
}
