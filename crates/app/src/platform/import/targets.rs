//! What the columns of a file can become, told to whoever maps them: the fields of the target and
//! the tenant's own.

use domain::platform::import::{FieldType, OWN_FIELD, Target};
use serde::Serialize;
use store::Read;

use super::plan;
use crate::{Act, Result};

/// What a field holds, without its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    Text,
    Moment,
    Seconds,
    Points,
    YesNo,
    List,
    Code,
}

/// One field a column can become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TargetField {
    /// `fields.KEY` for one of the tenant's own.
    pub key: String,
    /// Of the tenant's own fields: what they call it.
    pub name: Option<String>,
    pub holds: Holds,
    /// The words a code can be.
    pub codes: Vec<String>,
    /// Of points: least and most.
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// Every row needs it.
    pub required: bool,
}

/// In reading order, the tenant's own last.
pub async fn fields(conn: &mut Read, act: &Act, target: Target) -> Result<Vec<TargetField>> {
    let built_in = target.fields().iter().map(|it| {
        let (holds, codes, range) = match it.holds {
            FieldType::Text => (Holds::Text, &[][..], None),
            FieldType::Moment => (Holds::Moment, &[][..], None),
            FieldType::Seconds => (Holds::Seconds, &[][..], None),
            FieldType::Points(least, most) => (Holds::Points, &[][..], Some((least, most))),
            FieldType::YesNo => (Holds::YesNo, &[][..], None),
            FieldType::List => (Holds::List, &[][..], None),
            FieldType::Code(codes) => (Holds::Code, codes, None),
        };
        TargetField {
            key: it.key.to_owned(),
            name: None,
            holds,
            codes: codes.iter().map(|&it| it.to_owned()).collect(),
            least: range.map(|it| it.0),
            most: range.map(|it| it.1),
            required: it.required,
        }
    });
    let own = plan::definitions(conn, act, target).await?.into_iter().map(|it| TargetField {
        key: format!("{OWN_FIELD}{}", it.key),
        name: Some(it.label),
        holds: Holds::Text,
        codes: vec![],
        least: None,
        most: None,
        required: it.required,
    });
    Ok(built_in.chain(own).collect())
}
