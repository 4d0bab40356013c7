//! Sentences of our own with what they should read as. Accepted failures are marked in the list and
//! must go on failing, so that the list stays true.

use text::Reader;
use text::sentiment::Polarity;

/// What is wrong with the reading of one line, if anything.
fn wrong(reader: &Reader, line: &str) -> Option<String> {
    let fields: Vec<&str> = line.splitn(4, '|').collect();
    let [direction, kind, topic, sentence] = fields[..] else {
        return Some("four fields are needed".to_owned());
    };
    let reading = reader.read(sentence);
    let sentiment = &reading.sentiment;
    let open = sentiment.abstained || sentiment.label == Polarity::Neutral;
    let right = match direction {
        "+" => sentiment.label == Polarity::Positive,
        "-" => sentiment.label == Polarity::Negative,
        "0" => sentiment.label == Polarity::Neutral,
        "~" => open,
        _ => true,
    };
    if !right {
        return Some(format!("{:?} {:.2}", sentiment.label, sentiment.probability));
    }
    if !kind.is_empty() && reading.kinds[0].kind.as_str() != kind {
        return Some(format!("{:?}", reading.kinds[0].kind));
    }
    let codes: Vec<&str> = reading.topics.iter().map(|found| found.code.as_str()).collect();
    (!topic.is_empty() && !codes.contains(&topic)).then(|| format!("{codes:?}"))
}

#[test]
fn sentences_read_as_a_person_reads_them() {
    let reader = Reader::new();
    let mut surprises = Vec::new();
    let (mut lines, mut accepted) = (0, 0);
    for line in
        include_str!("sentences.txt").lines().filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        lines += 1;
        let (known, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
        accepted += usize::from(known);
        match (wrong(&reader, line), known) {
            (Some(read), false) => surprises.push(format!("fails: {line}   {read}")),
            (None, true) => surprises.push(format!("no longer fails, remove its mark: {line}")),
            _ => {}
        }
    }
    assert!(lines >= 300, "{lines} sentences");
    assert!(accepted * 5 < lines, "{accepted} of {lines} accepted failures are too many");
    assert!(surprises.is_empty(), "{} surprises:\n{}", surprises.len(), surprises.join("\n"));
}
