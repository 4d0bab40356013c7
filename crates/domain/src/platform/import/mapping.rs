//! How the columns of a file become the fields of a target. Saved by tenants, sent by programs,
//! written by hand as JSON or TOML.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tabular::dates::DateFormat;
use tabular::durations::DurationFormat;
use tabular::values::DecimalMark;

use super::{FieldType, OWN_FIELD, Target};
use crate::platform::tenant::check_zone;
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub target: Target,
    /// How the file is read where that should not be found out: encoding, delimiter, sheet, header.
    #[serde(default)]
    pub file: tabular::Settings,
    /// IANA name of the zone of times without one. `None`: the tenant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// By key of the field; `fields.KEY` for one of the tenant's own.
    pub fields: BTreeMap<String, Source>,
    #[serde(default)]
    pub unknown_staff: UnknownStaff,
    #[serde(default)]
    pub identical_rows: IdenticalRows,
    /// Of evaluations: the key of the form they are read as answers to.
    #[serde(default = "standard_form")]
    pub form: String,
    /// Of evaluations: whether bad ones open cases and promises as if they came in now. History was dealt
    /// with in its own time, so they do not by default.
    #[serde(default)]
    pub opens_promises: bool,
}

fn standard_form() -> String {
    "standard".to_owned()
}

/// Where the text of one field comes from, and how it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Source {
    /// Columns by name; several are joined by a blank, as a date and a time are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Used where the columns are empty or there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// What a text means: `非常满意` is `5`. An empty meaning leaves the field empty.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// The meaning of every text that is not in `values`. `None`: the text itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// Of moments: the formats, which must agree where several fit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<DateFormat>,
    /// Of durations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<DurationFormat>,
    #[serde(skip_serializing_if = "is_point")]
    pub decimal: DecimalMark,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this shape")]
fn is_point(mark: &DecimalMark) -> bool {
    *mark == DecimalMark::Point
}

impl Source {
    pub fn column(name: &str) -> Self {
        Self { columns: vec![name.to_owned()], ..Self::default() }
    }

    pub fn constant(text: &str) -> Self {
        Self { constant: Some(text.to_owned()), ..Self::default() }
    }
}

/// What becomes of a row that names a person who is no member of the staff.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnknownStaff {
    /// It is a bad row.
    #[default]
    Refuse,
    /// It is taken without the person.
    LeaveEmpty,
}

/// What becomes of rows without a number of their own that are the same to the letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdenticalRows {
    /// One thing, exported twice.
    #[default]
    Once,
    /// As many things; told apart by their line, so that the same file brings nothing twice.
    Each,
}

impl Mapping {
    pub fn new(target: Target) -> Self {
        Self {
            target,
            file: tabular::Settings::default(),
            zone: None,
            fields: BTreeMap::new(),
            unknown_staff: UnknownStaff::default(),
            identical_rows: IdenticalRows::default(),
            form: standard_form(),
            opens_promises: false,
        }
    }

    /// Every fault it has for a file with these columns.
    pub fn check(&self, columns: &[String], own_fields: &BTreeSet<String>) -> Result<(), Refusal> {
        let mut faults = vec![];
        faults.extend(self.zone.as_deref().and_then(|it| check_zone(it).err()));
        for (key, source) in &self.fields {
            let at = |part: &str| format!("fields.{key}{part}");
            match (self.target.field(key), key.strip_prefix(OWN_FIELD)) {
                (Some(field), _) => faults.extend(check_source(field.holds, source, &at)),
                (None, Some(own)) if self.target.has_own_fields() && own_fields.contains(own) => {}
                _ => faults.push(Refusal::invalid("import_field_unknown").at(at(""))),
            }
            for (nth, column) in source.columns.iter().enumerate() {
                if !columns.contains(column) {
                    let refusal = Refusal::invalid("import_column_unknown").with("column", column);
                    faults.push(refusal.at(at(&format!(".columns.{nth}"))));
                }
            }
            if source.columns.is_empty() && source.constant.is_none() {
                faults.push(Refusal::invalid("import_source_empty").at(at("")));
            }
        }
        for field in self.target.fields().iter().filter(|it| it.required) {
            if !self.fields.contains_key(field.key) {
                faults.push(Refusal::invalid("required").at(format!("fields.{}", field.key)));
            }
        }
        Refusal::of(faults).map_or(Ok(()), Err)
    }
}

fn check_source(holds: FieldType, source: &Source, at: &dyn Fn(&str) -> String) -> Option<Refusal> {
    match holds {
        FieldType::Moment if source.dates.is_empty() => {
            Some(Refusal::invalid("import_date_format_missing").at(at(".dates")))
        }
        FieldType::Seconds if source.duration.is_none() => {
            Some(Refusal::invalid("import_duration_format_missing").at(at(".duration")))
        }
        FieldType::Code(codes) => {
            let meanings = source.values.values().chain(&source.otherwise);
            let wrong =
                meanings.filter(|it| !it.is_empty()).find(|it| !codes.contains(&it.as_str()));
            wrong.map(|it| {
                Refusal::invalid("import_code_unknown").with("value", it).at(at(".values"))
            })
        }
        _ => None,
    }
}
