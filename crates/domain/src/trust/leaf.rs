//! What is put on record of a thing: canonical JSON (RFC 8785), the same bytes from the same thing
//! whichever database it was kept in.

use serde_json::{Value, json};

use super::erasure::Tombstone;
use super::tree::{Hash, leaf_hash};
use crate::code::codes;
use crate::collect::evaluation::Evaluation;
use crate::handle::event::CaseEvent;
use crate::id::CaseId;

codes! {
    /// What a leaf is of.
    pub enum Thing {
        Evaluation = "evaluation",
        /// One entry of a case's time line.
        CaseEvent = "case_event",
        /// That the words of another row were erased.
        Erasure = "erasure",
    }
}

/// The bytes that are hashed.
pub fn canonical(content: &Value) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(content).expect("JSON in memory has a canonical form")
}

/// Of an evaluation everything but the case it opens, which is known only afterwards and whose
/// events name the evaluation.
pub fn of_evaluation(it: &Evaluation) -> Value {
    let mut content = serde_json::to_value(it).expect("an evaluation is plain data");
    if let Value::Object(fields) = &mut content {
        fields.remove("case");
        // As stored, in whole milliseconds.
        fields.insert("submitted_at".to_owned(), it.submitted_at.as_millisecond().into());
    }
    json!({ "thing": Thing::Evaluation, "evaluation": content })
}

/// `seq` is its place in the time line, from 1.
pub fn of_event(case: CaseId, seq: u64, event: &CaseEvent) -> Value {
    json!({ "thing": Thing::CaseEvent, "case": case, "seq": seq, "event": event })
}

/// Of a tombstone everything.
pub fn of_tombstone(it: &Tombstone) -> Value {
    json!({ "thing": Thing::Erasure, "tombstone": it })
}

pub fn hash(content: &Value) -> Hash {
    leaf_hash(&canonical(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_is_that_of_rfc_8785() {
        let content: Value = serde_json::from_str(
            r#"{"b":[1.0,1e21,1e-7,333333333.33333329],"a":"\u20ac$\u000F\nA'\u0042\"\\","中":null,"é":true}"#,
        )
        .unwrap();
        let bytes = String::from_utf8(canonical(&content)).unwrap();
        let expected =
            r#"{"a":"€$\u000f\nA'B\"\\","b":[1,1e+21,1e-7,333333333.3333333],"é":true,"中":null}"#;
        assert_eq!(bytes, expected);
    }
}
