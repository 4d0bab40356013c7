//! A row read under a mapping: typed values by field, or every reason why not.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tabular::Row;
use tabular::dates::{DateError, DateFormat};
use tabular::values::{Number, half_width, yes_or_no};

use super::{FieldType, Mapping, OWN_FIELD, Source};

/// What one field holds.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    Text(String),
    Moment(Timestamp),
    Seconds(i64),
    Whole(i64),
    YesNo(bool),
    List(Vec<String>),
}

/// The fields of one row that hold something.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Record(BTreeMap<String, Value>);

/// Why a row is bad: a code for programs, named in both languages by `import.CODE`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    pub code: String,
    /// Name of the column; `None` where it is the row as a whole.
    pub column: Option<String>,
    /// Fills the sentence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<(String, String)>,
}

impl Fault {
    pub fn new(code: &str) -> Self {
        Self { code: code.to_owned(), column: None, params: vec![] }
    }

    #[must_use]
    pub fn with(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.params.push((name.to_owned(), format!("{value}")));
        self
    }

    #[must_use]
    pub fn at(mut self, column: Option<String>) -> Self {
        self.column = column;
        self
    }
}

impl Record {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        match self.0.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub fn moment(&self, field: &str) -> Option<Timestamp> {
        match self.0.get(field) {
            Some(Value::Moment(at)) => Some(*at),
            _ => None,
        }
    }

    pub fn seconds(&self, field: &str) -> Option<i64> {
        match self.0.get(field) {
            Some(Value::Seconds(seconds)) => Some(*seconds),
            _ => None,
        }
    }

    pub fn whole(&self, field: &str) -> Option<i64> {
        match self.0.get(field) {
            Some(Value::Whole(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn yes_no(&self, field: &str) -> Option<bool> {
        match self.0.get(field) {
            Some(Value::YesNo(yes)) => Some(*yes),
            _ => None,
        }
    }

    pub fn list(&self, field: &str) -> Vec<String> {
        match self.0.get(field) {
            Some(Value::List(items)) => items.clone(),
            _ => vec![],
        }
    }

    /// The fields of the tenant's own, by their keys.
    pub fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(key, value)| match (key.strip_prefix(OWN_FIELD), value) {
            (Some(key), Value::Text(text)) => Some((key, text.as_str())),
            _ => None,
        })
    }
}

/// A mapping bound to the columns of one file.
pub struct Reader<'a> {
    mapping: &'a Mapping,
    zone: TimeZone,
    columns: &'a [String],
    /// By field: the places of its columns.
    places: Vec<(&'a str, &'a Source, Vec<usize>)>,
}

impl<'a> Reader<'a> {
    /// `mapping` has been checked against `columns`; `zone` is the tenant's.
    pub fn new(mapping: &'a Mapping, columns: &'a [String], zone: &TimeZone) -> Self {
        let place = |name: &String| columns.iter().position(|it| it == name);
        let places = mapping.fields.iter().map(|(key, source)| {
            (key.as_str(), source, source.columns.iter().filter_map(place).collect())
        });
        let own = mapping.zone.as_deref().and_then(|it| TimeZone::get(it).ok());
        let zone = own.unwrap_or_else(|| zone.clone());
        Self { mapping, zone, columns, places: places.collect() }
    }

    /// The row's fields, or all that is wrong with it.
    pub fn read(&self, row: &Row) -> Result<Record, Vec<Fault>> {
        let mut faults: Vec<_> = row.faults.iter().map(|it| self.told(it)).collect();
        let mut record = Record::default();
        if faults.is_empty() {
            for (key, source, places) in &self.places {
                match self.field(key, source, places, row) {
                    Ok(Some(value)) => drop(record.0.insert((*key).to_owned(), value)),
                    Ok(None) => {}
                    Err(fault) => faults.push(fault),
                }
            }
        }
        if faults.is_empty() { Ok(record) } else { Err(faults) }
    }

    fn told(&self, fault: &tabular::Fault) -> Fault {
        let column = fault.column.and_then(|it| self.columns.get(it)).cloned();
        Fault::new(fault.kind.code()).with("detail", &fault.kind).at(column)
    }

    fn field(
        &self,
        key: &str,
        source: &Source,
        places: &[usize],
        row: &Row,
    ) -> Result<Option<Value>, Fault> {
        let column = || places.first().and_then(|&it| self.columns.get(it)).cloned();
        let cells = places.iter().filter_map(|&it| row.cells.get(it));
        let words: Vec<_> = cells.map(|it| it.trim()).filter(|it| !it.is_empty()).collect();
        let joined = words.join(" ");
        let text = match (source.values.get(&joined), &source.otherwise) {
            (Some(meaning), _) => meaning.as_str(),
            (None, Some(meaning)) if !joined.is_empty() => meaning.as_str(),
            (None, _) => joined.as_str(),
        };
        let text = if text.is_empty() && joined.is_empty() {
            source.constant.as_deref().unwrap_or_default()
        } else {
            text
        };
        let field = self.mapping.target.field(key);
        if text.is_empty() {
            return match field {
                Some(field) if field.required => Err(Fault::new("missing").at(column())),
                _ => Ok(None),
            };
        }
        let holds = field.map_or(FieldType::Text, |it| it.holds);
        self.value(holds, source, text).map(Some).map_err(|fault| fault.at(column()))
    }

    fn value(&self, holds: FieldType, source: &Source, text: &str) -> Result<Value, Fault> {
        let wrong = |code: &str| Fault::new(code).with("value", shown(text));
        match holds {
            FieldType::Text => Ok(Value::Text(text.to_owned())),
            FieldType::Moment => match DateFormat::parse_any(&source.dates, text, &self.zone) {
                Ok(at) => Ok(Value::Moment(at)),
                Err(DateError::Ambiguous) => Err(wrong("date_ambiguous")),
                Err(DateError::NotADate) => Err(wrong("not_a_date")),
                Err(DateError::OutOfRange) => Err(wrong("date_out_of_range")),
            },
            FieldType::Seconds => {
                let ms = source.duration.and_then(|it| it.parse_ms(text).ok());
                ms.map(|it| Value::Seconds((it + 500) / 1_000))
                    .ok_or_else(|| wrong("not_a_duration"))
            }
            FieldType::Points(least, most) => {
                let number = Number::parse(text, source.decimal).and_then(Number::whole);
                match number {
                    Ok(number) if (least..=most).contains(&number) => Ok(Value::Whole(number)),
                    Ok(_) => Err(wrong("out_of_range").with("least", least).with("most", most)),
                    Err(_) => Err(wrong("not_a_whole_number")),
                }
            }
            FieldType::YesNo => {
                yes_or_no(text).map(Value::YesNo).ok_or_else(|| wrong("not_yes_or_no"))
            }
            FieldType::List => {
                let items = text.split([',', ';', '，', '；', '、']).map(str::trim);
                Ok(Value::List(items.filter(|it| !it.is_empty()).map(str::to_owned).collect()))
            }
            FieldType::Code(codes) => {
                let folded = half_width(text);
                let known = codes.iter().find(|it| it.eq_ignore_ascii_case(&folded));
                known.map(|it| Value::Text((*it).to_owned())).ok_or_else(|| wrong("unknown_word"))
            }
        }
    }
}

/// The beginning of a text that was refused, for the list of bad rows.
fn shown(text: &str) -> String {
    const CHARACTERS: usize = 60;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use tabular::durations::DurationFormat;

    use super::super::Target;
    use super::*;

    fn mapping() -> Mapping {
        let mut mapping = Mapping::new(Target::Interactions);
        let started = Source {
            columns: vec!["日期".into(), "时间".into()],
            dates: vec![DateFormat::YearFirst],
            ..Source::default()
        };
        let wait = Source { duration: Some(DurationFormat::Seconds), ..Source::column("等待") };
        let answered = Source {
            values: BTreeMap::from([("接通".into(), "y".into())]),
            otherwise: Some("n".into()),
            ..Source::column("结果")
        };
        mapping.fields = BTreeMap::from([
            ("started".into(), started),
            ("queue_wait".into(), wait),
            ("answered".into(), answered),
            ("channel".into(), Source::constant("phone")),
            ("fields.line".into(), Source::column("线路")),
        ]);
        mapping
    }

    /// Values by field, or codes by column.
    type Expected<'a> = Result<&'a [(&'a str, Value)], &'a [(&'a str, &'a str)]>;

    #[track_caller]
    fn check(cells: [&str; 5], expected: Expected<'_>) {
        let columns: Vec<String> =
            ["日期", "时间", "等待", "结果", "线路"].map(String::from).into();
        let mapping = mapping();
        let own = std::iter::once("line".to_owned()).collect();
        mapping.check(&columns, &own).unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let row = Row { line: 2, cells: cells.map(String::from).into(), faults: vec![] };
        let actual = Reader::new(&mapping, &columns, &zone).read(&row);
        match expected {
            Ok(fields) => {
                let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
                assert_eq!(actual, Ok(Record(fields.collect())));
            }
            Err(faults) => {
                let actual = actual.unwrap_err();
                let actual: Vec<_> = actual
                    .iter()
                    .map(|it| (it.code.as_str(), it.column.as_deref().unwrap_or("")))
                    .collect();
                assert_eq!(actual, faults);
            }
        }
    }

    #[test]
    fn a_row_becomes_typed_fields() {
        let at = |text: &str| Value::Moment(text.parse().unwrap());
        let text = |text: &str| Value::Text(text.to_owned());
        check(
            ["2026-09-03", "14:05", "12.4", "接通", "东"],
            Ok(&[
                ("started", at("2026-09-03T06:05:00Z")),
                ("queue_wait", Value::Seconds(12)),
                ("answered", Value::YesNo(true)),
                ("channel", text("phone")),
                ("fields.line", text("东")),
            ]),
        );
        check(
            ["2026-09-03", "", "", "忙音", ""],
            Ok(&[
                ("started", at("2026-09-02T16:00:00Z")),
                ("answered", Value::YesNo(false)),
                ("channel", text("phone")),
            ]),
        );
    }

    #[test]
    fn every_fault_is_told_with_its_column() {
        check(
            ["03/09/2026", "", "soon", "", ""],
            Err(&[("not_a_duration", "等待"), ("not_a_date", "日期")]),
        );
        check(["", "", "", "", ""], Err(&[("missing", "日期")]));
    }

    #[test]
    fn a_mapping_is_checked_against_the_file() {
        let mut mapping = mapping();
        mapping.fields.insert("colour".into(), Source::column("没有"));
        mapping.fields.insert("ended".into(), Source::default());
        mapping.zone = Some("Mars".into());
        let refusal = mapping
            .check(&["日期".to_owned()], &std::collections::BTreeSet::default())
            .unwrap_err();
        let mut codes: Vec<_> =
            std::iter::once(&refusal).chain(&refusal.also).map(|it| it.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(
            codes,
            [
                "import_column_unknown",
                "import_date_format_missing",
                "import_field_unknown",
                "import_source_empty",
                "zone_unknown"
            ]
        );
    }
}
