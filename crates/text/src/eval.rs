//! How good the reader is on labelled data: accuracy, macro-F1, confusion, calibration, abstentions.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::routing::Router;
use crate::sentiment::Polarity;
use crate::{Reader, similar};

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
    /// True label, then answer, then how often.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
}

/// Why nothing could be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    #[error("as many labels as texts are needed")]
    Lengths,
    #[error("no row has a label this task knows")]
    NoLabels,
    #[error("routing needs texts to learn from, with at least two labels")]
    Training,
}

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
    let judged = match task {
        Task::Routing => routing(texts, labels, train)?,
        _ => read(task, texts, labels),
    };
    if judged.is_empty() {
        return Err(EvalError::NoLabels);
    }
    Ok(report(task, &judged, texts.len()))
}

/// The polarity a label means: words in both languages, 1/0/-1, or stars from 1 to 5.
pub fn polarity(label: &str) -> Option<Polarity> {
    match label.trim().to_lowercase().as_str() {
        "1" | "pos" | "positive" | "正" | "正面" | "好评" | "积极" | "4" | "5" => {
            Some(Polarity::Positive)
        }
        "0" | "-1" | "neg" | "negative" | "负" | "负面" | "差评" | "消极" | "2" => {
            Some(Polarity::Negative)
        }
        "neutral" | "neu" | "中" | "中性" | "中评" | "3" => Some(Polarity::Neutral),
        _ => None,
    }
}

/// Labels as polarities: where 2 to 5 occur and 0 and -1 do not, a 1 is one star; where both -1 and 1
/// occur, 0 is neutral.
fn polarities(labels: &[&str]) -> Vec<Option<Polarity>> {
    let has = |label: &str| labels.iter().any(|l| l.trim() == label);
    let stars = (has("5") || has("4") || has("2")) && !has("0") && !has("-1");
    let signed = has("-1") && has("1");
    let read = |label: &&str| match label.trim() {
        "1" if stars => Some(Polarity::Negative),
        "0" if signed => Some(Polarity::Neutral),
        other => polarity(other),
    };
    labels.iter().map(read).collect()
}

fn read(task: Task, texts: &[&str], labels: &[&str]) -> Vec<Judged> {
    let reader = Reader::new();
    let polarities = polarities(labels);
    let neutral = polarities.contains(&Some(Polarity::Neutral));
    let rows = texts.iter().zip(labels).zip(polarities);
    rows.filter_map(|((text, label), polarity)| match task {
        Task::Sentiment => Some(sentiment(&reader, text, polarity?, neutral)),
        Task::Kind => kind(&reader, text, label),
        Task::Topic => Some(topic(&reader, text, label)),
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
    let truth = match label.trim().to_lowercase().as_str() {
        "咨询" | "consultation" | "question" => Kind::Consultation,
        "问题" | "故障" | "报修" | "issue" | "problem" => Kind::Issue,
        "投诉" | "complaint" => Kind::Complaint,
        "建议" | "suggestion" => Kind::Suggestion,
        "表扬" | "praise" | "compliment" => Kind::Praise,
        _ => return None,
    };
    let best = reader.read(text).kinds.into_iter().next()?;
    Some(Judged {
        truth: truth.as_str().to_owned(),
        answer: best.kind.as_str().to_owned(),
        probability: f64::from(best.probability),
        abstained: best.probability < 0.5,
    })
}

fn topic(reader: &Reader, text: &str, label: &str) -> Judged {
    let truth = label.trim().to_lowercase();
    let known =
        reader.code_book().topics().iter().find(|t| t.name_zh == truth || t.name_en == truth);
    let truth = known.map_or(truth, |topic| topic.code.clone());
    let topics = reader.read(text).topics;
    let hit = topics.iter().find(|topic| topic.code == truth).or(topics.first());
    let answer = hit.map_or_else(|| "none".to_owned(), |topic| topic.code.clone());
    let probability = hit.map_or(0.0, |topic| f64::from(topic.score));
    Judged { truth, answer, probability, abstained: topics.is_empty() }
}

fn same_issue(reader: &Reader, pair: &str, label: &str) -> Option<Judged> {
    let (earlier, later) = pair.split_once('\t')?;
    let same = matches!(label.trim().to_lowercase().as_str(), "1" | "yes" | "true" | "same" | "是");
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
    for fold in 0..folds {
        let learn: Vec<(&str, &str)> = match train {
            Some((texts, labels)) => texts.iter().copied().zip(labels.iter().copied()).collect(),
            None => texts
                .iter()
                .zip(labels)
                .enumerate()
                .filter(|(at, _)| at % FOLDS != fold)
                .map(|(_, (text, label))| (*text, *label))
                .collect(),
        };
        let router = Router::train(&learn).ok_or(EvalError::Training)?;
        for (_, (text, label)) in texts
            .iter()
            .zip(labels)
            .enumerate()
            .filter(|(at, _)| train.is_some() || at % FOLDS == fold)
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

fn report(task: Task, judged: &[Judged], rows: usize) -> Report {
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
        let report = report(Task::Kind, &judged, 5);
        assert!((report.accuracy - 0.75).abs() < 1e-9);
        // F1 of a is 2/3, of b 4/5.
        assert!((report.macro_f1 - (1.0 / 3.0 + 0.4)).abs() < 1e-9);
        assert_eq!((report.judged, report.skipped, report.abstained), (4, 1, 1));
        assert!((report.accuracy_decided - 1.0).abs() < 1e-9);
        assert!((report.calibration_error - (0.1 + 0.6 + 0.4) / 4.0).abs() < 1e-9);
    }

    #[test]
    fn labels_are_read_as_people_write_them() {
        let stars: Vec<_> = polarities(&["1", "5", "3"]);
        assert_eq!(
            stars,
            [Some(Polarity::Negative), Some(Polarity::Positive), Some(Polarity::Neutral)]
        );
        let binary: Vec<_> = polarities(&["1", "0"]);
        assert_eq!(binary, [Some(Polarity::Positive), Some(Polarity::Negative)]);
        let signed: Vec<_> = polarities(&["1", "0", "-1"]);
        assert_eq!(signed[1], Some(Polarity::Neutral));
    }

    #[test]
    fn nothing_to_judge_is_an_error() {
        assert_eq!(run(Task::Kind, &["a"], &[], None).unwrap_err(), EvalError::Lengths);
        assert_eq!(run(Task::Kind, &["a"], &["?"], None).unwrap_err(), EvalError::NoLabels);
        assert_eq!(run(Task::Routing, &["a"], &["x"], None).unwrap_err(), EvalError::Training);
    }
}
