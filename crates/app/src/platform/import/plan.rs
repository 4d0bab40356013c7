//! What is looked up once for all rows of an import.

use std::collections::BTreeSet;

use domain::customer::field::{Field, FieldKind};
use domain::id::ImportId;
use domain::platform::import::{Fault, Mapping, Record, Target};
use domain::refusal::Refusal;
use jiff::tz::TimeZone;
use serde_json::Value;
use store::Read;
use store::collect::form::{self, Version};
use store::platform::import::Import;

use super::directory::Directory;
use crate::customer::fields::CustomFields;
use crate::platform::setting;
use crate::{Act, Result};

/// An import that runs, with its mapping and what its rows are held against.
pub struct Plan {
    pub import: Import,
    mapping: Mapping,
    pub(super) zone: TimeZone,
    pub(super) staff: Directory,
    own: Vec<Field>,
    /// What evaluations are answers to.
    pub(super) form: Option<Version>,
}

impl Plan {
    pub async fn load(conn: &mut Read, act: &Act, id: ImportId) -> Result<Self> {
        let import = super::find_import(conn, act, id).await?;
        let mapping = import.mapping.clone();
        let mapping = mapping.ok_or_else(|| Refusal::conflict("import_stage"))?;
        let zone = super::zone(conn, act).await?;
        let staff = Directory::load(conn, act, mapping.unknown_staff).await?;
        let own = definitions(conn, act, import.target).await?;
        let form = form(conn, act, &mapping).await?;
        Ok(Self { import, mapping, zone, staff, own, form })
    }

    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// The tenant's own fields of a record, each as it is defined.
    pub(super) fn own_fields(
        &self,
        record: &Record,
    ) -> Result<std::collections::BTreeMap<String, Value>, Refusal> {
        let value = |(key, text): (&str, &str)| {
            let field = self.own.iter().find(|it| it.key == key);
            let kind = field.map_or(FieldKind::Text, |it| it.kind);
            match own_value(kind, text) {
                Some(value) => Ok((key.to_owned(), value)),
                None => Err(Refusal::invalid("field_value").at(format!("fields.{key}"))),
            }
        };
        record.own().map(value).collect()
    }

    /// A refusal as the faults of a row: each at the first column that its field comes from.
    pub(super) fn told(&self, refusal: &Refusal) -> Vec<Fault> {
        let fault = |it: &Refusal| {
            let field = it.field.as_deref().unwrap_or_default();
            let source = self.mapping.fields.get(field);
            let column = source.and_then(|it| it.columns.first().cloned());
            let params = it.params.iter().map(|it| (it.0.to_owned(), it.1.clone())).collect();
            Fault { code: it.code.to_owned(), column, params }
        };
        std::iter::once(refusal).chain(&refusal.also).map(fault).collect()
    }
}

fn own_value(kind: FieldKind, text: &str) -> Option<Value> {
    match kind {
        FieldKind::Text | FieldKind::Choice | FieldKind::Date => Some(text.into()),
        FieldKind::YesNo => tabular::values::yes_or_no(text).map(Value::from),
        FieldKind::Number => {
            let mark = tabular::values::DecimalMark::Point;
            let number = tabular::values::Number::parse(text, mark).ok()?;
            Some(number.whole().map_or_else(|_| number.to_f64().into(), Value::from))
        }
    }
}

/// The published version of the form that `mapping` names; `None` where rows are no evaluations.
pub(super) async fn form(conn: &mut Read, act: &Act, mapping: &Mapping) -> Result<Option<Version>> {
    if mapping.target != Target::Evaluations {
        return Ok(None);
    }
    let found = form::find_by_key(conn, act.tenant, &mapping.form).await?;
    let published = found.as_ref().and_then(|it| Some((it.id, it.published_version?)));
    let refusal = || Refusal::invalid("import_form").with("form", &mapping.form).at("mapping.form");
    let (id, version) = published.ok_or_else(refusal)?;
    Ok(form::find_version(conn, act.tenant, id, version).await?)
}

pub(super) async fn definitions(conn: &mut Read, act: &Act, target: Target) -> Result<Vec<Field>> {
    let fields: CustomFields = setting::get(conn, act.tenant).await?;
    Ok(match target {
        Target::Customers => fields.customer,
        Target::Interactions => fields.interaction,
        Target::Evaluations | Target::CaseEvents => vec![],
    })
}

/// The keys of the tenant's own fields that `target` has.
pub(super) async fn own_fields(
    conn: &mut Read,
    act: &Act,
    target: Target,
) -> Result<BTreeSet<String>> {
    Ok(definitions(conn, act, target).await?.into_iter().map(|it| it.key).collect())
}
