//! How good the reader is on labelled data: accuracy, macro-F1, confusion, calibration, abstentions.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::routing::Router;
use crate::sentiment::Polarity;
use crate::{Reader, similar};

mod label;

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    Sentiment,
    Kind,
    /// A text is right if one of its topics is its label.
    Topic,
    Routing,
    /// Texts are pairs, divided by a tab.
    SameIssue,
}

impl Task {
    pub const NAMES: [&str; 5] = ["sentiment", "kind", "topic", "routing", "same-issue"];

    /// From its name on the command line.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "sentiment" => Some(Self::Sentiment),
            "kind" => Some(Self::Kind),
            "topic" => Some(Self::Topic),
            "routing" => Some(Self::Routing),
            "same-issue" => Some(Self::SameIssue),
            _ => None,
        }
    }
}

/// What was found. Rows whose label means nothing for the task are counted, not judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub task: Task,
    pub judged: usize,
    pub skipped: usize,
    pub accuracy: f64,
    pub macro_f1: f64,
    /// Mean squared distance of probability and truth of the answer given.
    pub brier: f64,
    /// Mean distance of stated and true accuracy over ten bands of probability (ECE).
    pub calibration_error: f64,
    pub abstained: usize,
    /// Accuracy where the reader did not abstain.
    pub accuracy_decided: f64,
    /// Labels that mean nothing for the task, the most frequent first, with their counts.
    pub unknown_labels: Vec<(String, usize)>,
    /// True label, then answer, then how often.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Why nothing could be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    #[error("as many labels as texts are needed")]
    Lengths,
    #[error("no row has a label this task knows; there are {0:?}")]
    NoLabels(Vec<String>),
    #[error("no pair: each text must hold two, divided by a tab")]
    NoPairs,
    #[error("routing needs texts to learn from, with at least two labels")]
    Training,
}

/// Unknown labels named in a report.
const UNKNOWN_MAX: usize = 10;

/// One judged text.
struct Judged {
    truth: String,
    answer: String,
    probability: f64,
    abstained: bool,
}

/// Judges the reader. `train` holds texts and labels for routing; without it, routing is learned
/// from four fifths of the texts and judged on the other, five times over.
pub fn run(
    task: Task,
    texts: &[&str],
    labels: &[&str],
    train: Option<(&[&str], &[&str])>,
) -> Result<Report, EvalError> {
    if texts.len() != labels.len() {
        return Err(EvalError::Lengths);
    }
    if task == Task::SameIssue && !texts.iter().any(|text| text.contains('\t')) {
        return Err(EvalError::NoPairs);
    }
    let (judged, unknown) = if task == Task::Routing {
        (routing(texts, labels, train)?, Vec::new())
    } else {
        let rows = read(task, texts, labels);
        let unknown = labels.iter().zip(&rows).filter(|(_, row)| row.is_none());
        let unknown = most_frequent(unknown.map(|(label, _)| *label));
        (rows.into_iter().flatten().collect(), unknown)
    };
    if judged.is_empty() {
        return Err(EvalError::NoLabels(unknown.into_iter().map(|it| it.0).collect()));
    }
    Ok(report(task, &judged, texts.len(), unknown))
}

/// Up to [`UNKNOWN_MAX`] different labels with their counts, the most frequent first.
fn most_frequent<'a>(labels: impl Iterator<Item = &'a str>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels {
        *counts.entry(label.trim()).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
    counts.into_iter().take(UNKNOWN_MAX).map(|(label, n)| (label.to_owned(), n)).collect()
}

/// The judgement of each row, or nothing where its label means nothing.
fn read(task: Task, texts: &[&str], labels: &[&str]) -> Vec<Option<Judged>> {
    let reader = Reader::new();
    let polarities = label::polarities(labels);
    let neutral = polarities.contains(&Some(Polarity::Neutral));
    let rows = texts.iter().zip(labels).zip(polarities);
    rows.map(|((text, label), polarity)| match task {
        Task::Sentiment => Some(sentiment(&reader, text, polarity?, neutral)),
        Task::Kind => kind(&reader, text, label),
        Task::Topic => topic(&reader, text, label),
        _ => same_issue(&reader, text, label),
    })
    .collect()
}

fn sentiment(reader: &Reader, text: &str, truth: Polarity, neutral: bool) -> Judged {
    let read = reader.read(text).sentiment;
    let positive = f64::from(read.probability);
    // Where the data know only praise and blame, the likelier of the two is the answer.
    let answer = match read.label {
        Polarity::Neutral if neutral => Polarity::Neutral,
        _ if positive >= 0.5 => Polarity::Positive,
        _ => Polarity::Negative,
    };
    let (truth, answer) = (truth.as_str().to_owned(), answer.as_str().to_owned());
    let abstained = read.abstained || (!neutral && read.label == Polarity::Neutral);
    Judged { truth, answer, probability: positive.max(1.0 - positive), abstained }
}

fn kind(reader: &Reader, text: &str, label: &str) -> Option<Judged> {
    let truth = label::kind(label)?;
    let best = reader.read(text).kinds.into_iter().next()?;
    Some(Judged {
        truth: truth.as_str().to_owned(),
        answer: best.kind.as_str().to_owned(),
        probability: f64::from(best.probability),
        abstained: best.probability < 0.5,
    })
}

/// Right if one of the topics read is one of the topics of the label; several stand divided by
/// `;`, `|` or `、`, each by its code, its name, or a word of the code book (`物流`). An empty label is
/// a text about nothing in the code book.
fn topic(reader: &Reader, text: &str, label: &str) -> Option<Judged> {
    let truths: Vec<String> = label
        .split([';', '；', '|', '、'])
        .map(|part| part.trim().to_lowercase())
        .filter(|part| !part.is_empty())
        .map(|name| {
            let mut topics = reader.code_book().topics().iter();
            let named = topics
                .find(|t| t.code == name || t.name_zh == name || t.name_en.to_lowercase() == name);
            named.map(|topic| topic.code.clone()).or_else(|| {
                let words = reader.read(&name).topics.into_iter().next();
                words.map(|topic| topic.code)
            })
        })
        .collect::<Option<_>>()?;
    let topics = reader.read(text).topics;
    let hit = topics.iter().find(|topic| truths.contains(&topic.code));
    let answer = hit.or(topics.first());
    let truth = hit.map(|hit| hit.code.clone()).or(truths.into_iter().next());
    Some(Judged {
        truth: truth.unwrap_or_else(|| "none".to_owned()),
        answer: answer.map_or_else(|| "none".to_owned(), |topic| topic.code.clone()),
        probability: answer.map_or(0.0, |topic| f64::from(topic.score)),
        abstained: topics.is_empty(),
    })
}

fn same_issue(reader: &Reader, pair: &str, label: &str) -> Option<Judged> {
    let (earlier, later) = pair.split_once('\t')?;
    let same = label::same(label)?;
    let codes =
        |text| -> Vec<String> { reader.read(text).topics.into_iter().map(|t| t.code).collect() };
    let (a, b) = (codes(earlier), codes(later));
    let (a, b): (Vec<&str>, Vec<&str>) =
        (a.iter().map(String::as_str).collect(), b.iter().map(String::as_str).collect());
    let found = similar::same_issue(earlier, &a, later, &b);
    let name = |same: bool| if same { "same" } else { "other" }.to_owned();
    let score = f64::from(found.score);
    let probability = if found.same { score } else { 1.0 - score };
    Some(Judged { truth: name(same), answer: name(found.same), probability, abstained: false })
}

fn routing(
    texts: &[&str],
    labels: &[&str],
    train: Option<(&[&str], &[&str])>,
) -> Result<Vec<Judged>, EvalError> {
    const FOLDS: usize = 5;
    let mut judged = Vec::new();
    let folds = if train.is_some() { 1 } else { FOLDS };
    let labelled = |row: &(&str, &str)| !row.1.trim().is_empty();
    for fold in 0..folds {
        let learn: Vec<(&str, &str)> = match train {
            Some((texts, labels)) => {
                texts.iter().copied().zip(labels.iter().copied()).filter(labelled).collect()
            }
            None => texts
                .iter()
                .zip(labels)
                .enumerate()
                .filter(|(at, _)| at % FOLDS != fold)
                .map(|(_, (text, label))| (*text, *label))
                .filter(labelled)
                .collect(),
        };
        let router = Router::train(&learn).ok_or(EvalError::Training)?;
        for (_, (text, label)) in texts
            .iter()
            .zip(labels)
            .enumerate()
            .filter(|(at, _)| train.is_some() || at % FOLDS == fold)
            .filter(|(_, (_, label))| !label.trim().is_empty())
        {
            let Some(best) = router.route(text).into_iter().next() else { continue };
            judged.push(Judged {
                truth: (*label).to_owned(),
                answer: best.label,
                probability: f64::from(best.probability),
                abstained: best.probability < 0.5,
            });
        }
    }
    Ok(judged)
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn report(
    task: Task,
    judged: &[Judged],
    rows: usize,
    unknown_labels: Vec<(String, usize)>,
) -> Report {
    let right = |row: &&Judged| row.truth == row.answer;
    let mut confusion: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for row in judged {
        let answers = confusion.entry(row.truth.clone()).or_default();
        *answers.entry(row.answer.clone()).or_default() += 1;
    }
    let truth = |row: &Judged| f64::from(u8::from(row.truth == row.answer));
    let squares: f64 = judged.iter().map(|row| (row.probability - truth(row)).powi(2)).sum();
    let decided: Vec<&Judged> = judged.iter().filter(|row| !row.abstained).collect();
    Report {
        task,
        judged: judged.len(),
        skipped: rows - judged.len().min(rows),
        accuracy: share(judged.iter().filter(right).count(), judged.len()),
        macro_f1: macro_f1(&confusion),
        brier: squares * share(1, judged.len()),
        calibration_error: calibration_error(judged),
        abstained: judged.len() - decided.len(),
        accuracy_decided: share(decided.iter().filter(|row| right(row)).count(), decided.len()),
        unknown_labels,
        confusion,
    }
}

fn macro_f1(confusion: &BTreeMap<String, BTreeMap<String, usize>>) -> f64 {
    let f1 = |label: &String| {
        let both = confusion[label].get(label).copied().unwrap_or(0);
        let truths: usize = confusion[label].values().sum();
        let answers: usize = confusion.values().filter_map(|row| row.get(label)).sum();
        share(2 * both, truths + answers)
    };
    confusion.keys().map(f1).sum::<f64>() * share(1, confusion.len())
}

fn calibration_error(judged: &[Judged]) -> f64 {
    let mut bands = [(0_usize, 0_usize, 0.0_f64); 10];
    for row in judged {
        let edge = |band: &usize| row.probability < share(*band + 1, 10);
        let band = &mut bands[(0..9).find(edge).unwrap_or(9)];
        *band =
            (band.0 + 1, band.1 + usize::from(row.truth == row.answer), band.2 + row.probability);
    }
    let filled = bands.iter().filter(|band| band.0 > 0);
    filled
        .map(|(count, right, stated)| {
            (share(*right, *count) - stated * share(1, *count)).abs() * share(*count, judged.len())
        })
        .sum()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "judged            {} ({} skipped)", self.judged, self.skipped)?;
        if !self.unknown_labels.is_empty() {
            let labels: Vec<String> =
                self.unknown_labels.iter().map(|(label, n)| format!("{label:?} {n}")).collect();
            writeln!(f, "labels unknown    {}", labels.join(", "))?;
        }
        writeln!(f, "accuracy          {:.4}", self.accuracy)?;
        writeln!(f, "macro-F1          {:.4}", self.macro_f1)?;
        writeln!(f, "Brier             {:.4}", self.brier)?;
        writeln!(f, "calibration error {:.4}", self.calibration_error)?;
        let kept = self.accuracy_decided;
        writeln!(f, "abstained         {} (accuracy without them {kept:.4})", self.abstained)?;
        writeln!(f, "confusion (true: answers)")?;
        for (truth, answers) in &self.confusion {
            let answers: Vec<String> =
                answers.iter().map(|(answer, count)| format!("{answer} {count}")).collect();
            writeln!(f, "  {truth}: {}", answers.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_the_confusion() {
        let row = |truth: &str, answer: &str, probability| Judged {
            truth: truth.to_owned(),
            answer: answer.to_owned(),
            probability,
            abstained: probability < 0.65,
        };
        let judged =
            [row("a", "a", 0.9), row("a", "b", 0.6), row("b", "b", 0.8), row("b", "b", 0.8)];
        let report = report(Task::Kind, &judged, 5, Vec::new());
        assert!((report.accuracy - 0.75).abs() < 1e-9);
        // F1 of a is 2/3, of b 4/5.
        assert!((report.macro_f1 - (1.0 / 3.0 + 0.4)).abs() < 1e-9);
        assert_eq!((report.judged, report.skipped, report.abstained), (4, 1, 1));
        assert!((report.accuracy_decided - 1.0).abs() < 1e-9);
        assert!((report.calibration_error - (0.1 + 0.6 + 0.4) / 4.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_to_judge_is_an_error() {
        assert_eq!(run(Task::Kind, &["a"], &[], None).unwrap_err(), EvalError::Lengths);
        let unknown = EvalError::NoLabels(vec!["?".to_owned()]);
        assert_eq!(run(Task::Kind, &["a"], &["?"], None).unwrap_err(), unknown);
        assert_eq!(run(Task::SameIssue, &["a"], &["1"], None).unwrap_err(), EvalError::NoPairs);
        assert_eq!(run(Task::Routing, &["a"], &["x"], None).unwrap_err(), EvalError::Training);
    }
}
