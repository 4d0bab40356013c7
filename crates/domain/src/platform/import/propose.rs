//! Proposes a mapping from the names of the columns and a sample of their cells. What the sample leaves
//! open is left open and said.

use std::collections::BTreeSet;

use serde::Serialize;
use tabular::dates::{self, DateFormat};
use tabular::durations::{self, DurationFormat};
use tabular::values::{Number, half_width, propose_marks, yes_or_no};
use tabular::{Row, Shape};

use super::{EventWord, Field, FieldType, Mapping, Source, Target};

/// A mapping to start from, and what must be decided before it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub mapping: Mapping,
    pub findings: Vec<Finding>,
}

/// What whoever imports should know or decide. Sentences: `import.finding.CODE`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Finding {
    /// No column looks like this field, which every row needs.
    Missing {
        field: String,
    },
    /// The sample can be read in each of these ways and means something else in each.
    DatesUndecided {
        field: String,
        formats: Vec<DateFormat>,
    },
    DurationUndecided {
        field: String,
        formats: Vec<DurationFormat>,
    },
    /// The column was chosen by its name, but its cells are no dates or durations known here.
    Unreadable {
        field: String,
        column: String,
    },
    /// Some of the sample cannot be read so; those rows will be bad.
    SomeUnreadable {
        field: String,
        column: String,
        unread: usize,
        samples: usize,
    },
    /// Times name no zone, so they are taken for times of this one.
    ZoneAssumed {
        field: String,
    },
    /// Texts whose meaning must be given in `values`.
    MeaningUnknown {
        field: String,
        texts: Vec<String>,
    },
    /// The bytes fit several encodings; look at the sample before believing.
    EncodingUnsure {
        encoding: String,
    },
    /// The header has two lines, or lines above it were skipped.
    HeaderProposed {
        skipped: usize,
        rows: usize,
    },
    /// A column's name was empty or occurred twice.
    Renamed {
        column: usize,
        was: String,
        now: String,
    },
    /// Columns that go nowhere.
    Unmapped {
        columns: Vec<String>,
    },
}

/// Distinct texts of a column that are named in a finding.
const TEXTS_MAX: usize = 30;

/// Words of scales and states that people export, folded.
const MEANINGS: &[(&str, &str)] = &[
    ("非常满意", "5"),
    ("很满意", "5"),
    ("满意", "4"),
    ("一般", "3"),
    ("不满意", "2"),
    ("非常不满意", "1"),
    ("很不满意", "1"),
    ("好评", "5"),
    ("中评", "3"),
    ("差评", "1"),
    ("verysatisfied", "5"),
    ("satisfied", "4"),
    ("neutral", "3"),
    ("dissatisfied", "2"),
    ("verydissatisfied", "1"),
    ("咨询", "consultation"),
    ("问题", "issue"),
    ("故障", "issue"),
    ("投诉", "complaint"),
    ("建议", "suggestion"),
    ("表扬", "praise"),
    ("低", "low"),
    ("中", "normal"),
    ("普通", "normal"),
    ("高", "high"),
    ("紧急", "urgent"),
    ("medium", "normal"),
    ("critical", "urgent"),
    ("电话", "phone"),
    ("微信", "wechat"),
    ("企业微信", "wecom"),
    ("短信", "sms"),
    ("邮件", "email"),
    ("钉钉", "dingtalk"),
    ("飞书", "feishu"),
    ("网页", "web_link"),
    ("call", "phone"),
    ("web", "web_link"),
    ("普通客户", "standard"),
    ("重点客户", "key"),
    ("vip客户", "vip"),
    ("中文", "zh-CN"),
    ("zh", "zh-CN"),
    ("英文", "en"),
    ("english", "en"),
    ("create", "opened"),
    ("created", "opened"),
    ("insertticket", "opened"),
    ("new", "opened"),
    ("新建", "opened"),
    ("创建", "opened"),
    ("提交", "opened"),
    ("takeinchargeticket", "accepted"),
    ("受理", "accepted"),
    ("accept", "accepted"),
    ("assigned", "accepted"),
    ("inprogress", "started"),
    ("处理中", "started"),
    ("回复", "replied"),
    ("reply", "replied"),
    ("首次响应", "replied"),
    ("wait", "wait_begun"),
    ("pending", "wait_begun"),
    ("等待客户", "wait_begun"),
    ("resume", "wait_ended"),
    ("resolveticket", "solved"),
    ("resolved", "solved"),
    ("solved", "solved"),
    ("已解决", "solved"),
    ("解决", "solved"),
    ("办结", "solved"),
    ("reopen", "reopened"),
    ("reopened", "reopened"),
    ("重开", "reopened"),
    ("close", "closed"),
    ("closed", "closed"),
    ("关闭", "closed"),
    ("归档", "closed"),
];

/// A column's name as it is compared: half-width, lower case, letters and digits only.
pub(super) fn folded(name: &str) -> String {
    half_width(name).to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect()
}

/// Proposes how to bring the rows of `shape` as `target`. Dates without a zone are the tenant's.
pub fn propose(target: Target, shape: &Shape, settings: &tabular::Settings) -> Proposal {
    let mut mapping = Mapping::new(target);
    mapping.file = settings.clone();
    let mut findings = of_the_file(shape);
    let names: Vec<_> = shape.columns.iter().map(|it| folded(it)).collect();
    let mut taken = vec![false; names.len()];
    let mut chosen = choose(target, &names, &mut taken);
    chosen.sort_by_key(|it| it.1);
    for (field, column) in chosen {
        let mut source = Source::column(&shape.columns[column]);
        if field.holds == FieldType::Moment
            && let Some(clock) = clock_beside(shape, &names, column, &taken)
        {
            taken[clock] = true;
            source.columns.push(shape.columns[clock].clone());
        }
        findings.extend(read_as(field, &mut source, shape));
        mapping.fields.insert(field.key.to_owned(), source);
    }
    for field in target.fields().iter().filter(|it| it.required) {
        if !mapping.fields.contains_key(field.key) {
            findings.push(Finding::Missing { field: field.key.to_owned() });
        }
    }
    let unmapped = shape.columns.iter().zip(&taken).filter(|it| !it.1).map(|it| it.0.clone());
    let columns: Vec<_> = unmapped.collect();
    if !columns.is_empty() {
        findings.push(Finding::Unmapped { columns });
    }
    Proposal { mapping, findings }
}

fn of_the_file(shape: &Shape) -> Vec<Finding> {
    let mut findings = vec![];
    if let Some(found) = shape.encoding.as_ref().filter(|it| !it.sure) {
        findings.push(Finding::EncodingUnsure { encoding: found.name.clone() });
    }
    let (skipped, rows) = (shape.header.skip, shape.header.rows);
    if 0 < skipped || 1 < rows {
        findings.push(Finding::HeaderProposed { skipped, rows });
    }
    findings.extend(shape.renamed.iter().cloned().map(|it| {
        let tabular::Renamed { column, was, now } = it;
        Finding::Renamed { column, was, now }
    }));
    findings
}

/// Whether a name means a synonym.
type Way<'a> = &'a dyn Fn(&str, &str) -> bool;

/// Which column says which field: exact synonyms first, the likelier of them before the others, then
/// names that contain one of at least two Chinese or four Latin letters.
fn choose(target: Target, names: &[String], taken: &mut [bool]) -> Vec<(&'static Field, usize)> {
    let mut chosen: Vec<(&'static Field, usize)> = vec![];
    let is_long = |it: &str| 4 <= it.len() && (it.is_ascii() || 2 <= it.chars().count());
    let exact = |name: &str, synonym: &str| name == synonym;
    let within = |name: &str, synonym: &str| is_long(synonym) && name.contains(synonym);
    let ways: [Way<'_>; 2] = [&exact, &within];
    let longest = target.fields().iter().map(|it| it.synonyms.len()).max().unwrap_or(0);
    for fits in ways {
        for rank in 0..longest {
            for field in target.fields() {
                let Some(synonym) = field.synonyms.get(rank) else { continue };
                if chosen.iter().any(|it| it.0.key == field.key) {
                    continue;
                }
                let free = |it: &usize| !taken[*it] && fits(&names[*it], synonym);
                if let Some(column) = (0..names.len()).find(free) {
                    taken[column] = true;
                    chosen.push((field, column));
                }
            }
        }
    }
    chosen
}

/// A column of times of day beside a column of dates without one.
fn clock_beside(shape: &Shape, names: &[String], column: usize, taken: &[bool]) -> Option<usize> {
    let has_time = |it: &str| it.contains(':') || it.contains(['时', '点']);
    if cells(&shape.sample, column).iter().any(|it| has_time(it)) {
        return None;
    }
    let is_clock = |it: &usize| {
        let column = cells(&shape.sample, *it);
        let says = names[*it].contains("time") || names[*it].contains('时');
        says && !column.is_empty()
            && column.iter().all(|it| {
                it.len() <= 12 && DateFormat::YearFirst.reads(&format!("2000-01-01 {it}"))
            })
    };
    (0..names.len()).filter(|&it| !taken[it] && it != column).find(is_clock)
}

fn cells(sample: &[Row], column: usize) -> Vec<&str> {
    let cells = sample.iter().filter_map(|it| it.cells.get(column)).map(|it| it.trim());
    cells.filter(|it| !it.is_empty()).collect()
}

/// Decides how the cells are read, as far as the sample decides it.
fn read_as(field: &Field, source: &mut Source, shape: &Shape) -> Vec<Finding> {
    let places: Vec<_> = source
        .columns
        .iter()
        .filter_map(|it| shape.columns.iter().position(|name| name == it))
        .collect();
    let joined: Vec<String> = shape
        .sample
        .iter()
        .filter(|it| it.faults.is_empty())
        .map(|row| places.iter().map(|&it| row.cells[it].trim()).collect::<Vec<_>>().join(" "))
        .collect();
    let sample: Vec<_> = joined.iter().map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
    let (name, column) = (field.key.to_owned(), source.columns[0].clone());
    match field.holds {
        FieldType::Moment => dates_of(name, column, source, &sample),
        FieldType::Seconds => {
            let mut formats = durations::propose(&column, &sample);
            match formats.len() {
                0 => vec![Finding::Unreadable { field: name, column }],
                1 => {
                    source.duration = formats.pop();
                    vec![]
                }
                _ => vec![Finding::DurationUndecided { field: name, formats }],
            }
        }
        FieldType::Points(least, most) => {
            let known =
                |text: &str| text.parse::<i64>().is_ok_and(|it| (least..=most).contains(&it));
            if let [mark] = propose_marks(&sample)[..] {
                source.decimal = mark;
            }
            let decimal = source.decimal;
            let number = |text: &str| {
                Number::parse(text, decimal)
                    .and_then(Number::whole)
                    .is_ok_and(|it| (least..=most).contains(&it))
            };
            meanings(name, source, &sample, &number, &known)
        }
        FieldType::Code(codes) => {
            let known = |text: &str| codes.contains(&text);
            meanings(name, source, &sample, &known, &known)
        }
        FieldType::YesNo => {
            let reads = |text: &str| yes_or_no(text).is_some();
            meanings(name, source, &sample, &reads, &|_| false)
        }
        FieldType::Text | FieldType::List => vec![],
    }
}

fn dates_of(field: String, column: String, source: &mut Source, sample: &[&str]) -> Vec<Finding> {
    let proposal = dates::propose(sample);
    let mut findings = vec![];
    if proposal.formats.is_empty() && proposal.undecided.is_empty() {
        return vec![Finding::Unreadable { field, column }];
    }
    if 0 < proposal.unread {
        let (unread, samples) = (proposal.unread, proposal.samples);
        findings.push(Finding::SomeUnreadable { field: field.clone(), column, unread, samples });
    }
    if proposal.needs_zone {
        findings.push(Finding::ZoneAssumed { field: field.clone() });
    }
    if proposal.undecided.is_empty() {
        source.dates = proposal.formats;
    } else {
        findings.push(Finding::DatesUndecided { field, formats: proposal.undecided });
    }
    findings
}

/// Gives the words of `sample` their meaning where it is well known; names the others.
fn meanings(
    field: String,
    source: &mut Source,
    sample: &[&str],
    reads: &dyn Fn(&str) -> bool,
    is_meaning: &dyn Fn(&str) -> bool,
) -> Vec<Finding> {
    let mut distinct: BTreeSet<&str> = BTreeSet::new();
    for text in sample.iter().filter(|it| !reads(it)) {
        distinct.insert(text);
    }
    let mut unknown = vec![];
    for text in distinct {
        let name = folded(text);
        let known =
            MEANINGS.iter().find(|it| it.0 == name && is_meaning(it.1)).map(|it| it.1.to_owned());
        match known {
            Some(meaning) => drop(source.values.insert(text.to_owned(), meaning)),
            None if unknown.len() < TEXTS_MAX => unknown.push(text.to_owned()),
            None => {}
        }
    }
    // What happened to a case and is no move of ours is still part of its story.
    if field == "event" && !source.values.is_empty() {
        let noted = EventWord::Noted.code().to_owned();
        source.values.extend(unknown.drain(..).map(|text| (text, noted.clone())));
    }
    if unknown.is_empty() {
        vec![]
    } else {
        vec![Finding::MeaningUnknown { field, texts: unknown }]
    }
}

#[cfg(test)]
mod tests {
    use tabular::{Header, Kind};

    use super::*;

    fn shape(columns: &[&str], rows: &[&[&str]]) -> Shape {
        let own = |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>();
        let row = |(line, cells): (u64, &&[&str])| Row { line, cells: own(cells), faults: vec![] };
        Shape {
            kind: Kind::Delimited,
            encoding: None,
            delimiter: Some(','),
            sheet: None,
            sheets: vec![],
            header: Header { skip: 0, rows: 1 },
            columns: own(columns),
            renamed: vec![],
            sample: (2..).zip(rows).map(row).collect(),
        }
    }

    fn columns_of(proposal: &Proposal) -> Vec<(String, Vec<String>)> {
        proposal.mapping.fields.iter().map(|(key, it)| (key.clone(), it.columns.clone())).collect()
    }

    #[test]
    fn a_call_centre_names_its_columns_in_english() {
        let shape = shape(
            &[
                "Call Id",
                "Agent",
                "Date",
                "Time",
                "Answered (Y/N)",
                "Speed of answer in seconds",
                "AvgTalkDuration",
            ],
            &[
                &["ID0001", "Diane", "2021-01-01", "09:12:58", "Y", "109", "00:02:23"],
                &["ID0002", "Becky", "2021-01-01", "09:12:58", "N", "", ""],
            ],
        );
        let proposal = propose(Target::Interactions, &shape, &tabular::Settings::default());
        let expected = [
            ("agent", vec!["Agent"]),
            ("answered", vec!["Answered (Y/N)"]),
            ("duration", vec!["AvgTalkDuration"]),
            ("external_id", vec!["Call Id"]),
            ("queue_wait", vec!["Speed of answer in seconds"]),
            ("started", vec!["Date", "Time"]),
        ];
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(key, columns)| {
                (key.to_owned(), columns.into_iter().map(str::to_owned).collect())
            })
            .collect();
        assert_eq!(columns_of(&proposal), expected);
        assert_eq!(proposal.findings, [Finding::ZoneAssumed { field: "started".into() }]);
        proposal.mapping.check(&shape.columns, &BTreeSet::default()).unwrap();
    }

    #[test]
    fn an_export_in_chinese_with_words_for_scores() {
        let shape = shape(
            &["评价编号", "评价时间", "满意度", "评价内容", "门店"],
            &[
                &["1", "03/09/2026 10:00", "非常满意", "很好", "一店"],
                &["2", "04/09/2026 11:00", "凑合", "", "二店"],
            ],
        );
        let proposal = propose(Target::Evaluations, &shape, &tabular::Settings::default());
        let csat = &proposal.mapping.fields["csat"];
        assert_eq!(
            csat.values,
            std::collections::BTreeMap::from([("非常满意".to_owned(), "5".to_owned())])
        );
        let formats = vec![DateFormat::DayFirst, DateFormat::MonthFirst];
        assert_eq!(
            proposal.findings,
            [
                Finding::ZoneAssumed { field: "submitted".into() },
                Finding::DatesUndecided { field: "submitted".into(), formats },
                Finding::MeaningUnknown { field: "csat".into(), texts: vec!["凑合".into()] },
                Finding::Unmapped { columns: vec!["门店".into()] },
            ]
        );
        // Undecided is not decided: such a mapping cannot be used.
        let refusal = proposal.mapping.check(&shape.columns, &BTreeSet::default()).unwrap_err();
        assert_eq!(refusal.code, "import_date_format_missing");
    }

    #[test]
    fn what_every_row_needs_is_missed() {
        let shape = shape(&["label", "review"], &[&["1", "很快"]]);
        let proposal = propose(Target::Evaluations, &shape, &tabular::Settings::default());
        assert!(proposal.findings.contains(&Finding::Missing { field: "submitted".into() }));
    }
}
