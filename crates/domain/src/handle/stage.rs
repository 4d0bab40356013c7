//! A company's own stages of a case, within the states every case has (C07).

use serde::{Deserialize, Serialize};

use super::case::State;
use crate::localized::Localized;
use crate::refusal::Refusal;

pub const STAGES_MAX: usize = 30;
const NAME_CHARS_MAX: usize = 20;

/// As "waits for the warehouse" within `in_progress`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Lower-case letters, digits, `_`; at most 40. What cases keep, so it stays when the name changes.
    pub code: String,
    /// The state it lies in. A case that leaves the state leaves the stage.
    pub of: State,
    pub name: Localized,
}

/// What a list of stages may not be.
pub fn check_stages(stages: &[Stage]) -> Result<(), Refusal> {
    if STAGES_MAX < stages.len() {
        return Err(Refusal::invalid("too_many").with("max", STAGES_MAX).at("stages"));
    }
    for (at, stage) in stages.iter().enumerate() {
        let refuse =
            |refusal: Refusal, field: &str| Err(refusal.at(format!("stages.{at}.{field}")));
        let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
        if !(1..=40).contains(&stage.code.len()) || !stage.code.bytes().all(plain) {
            return refuse(Refusal::invalid("field_key_form"), "code");
        }
        if stages[..at].iter().any(|it| it.code == stage.code) {
            return refuse(Refusal::invalid("twice").with("value", &stage.code), "code");
        }
        if stage.of == State::Closed {
            return refuse(Refusal::invalid("stage_of_closed"), "of");
        }
        if stage.name.is_empty() {
            return refuse(Refusal::invalid("required"), "name");
        }
        if NAME_CHARS_MAX < stage.name.longest_chars() {
            return refuse(Refusal::invalid("too_long").with("max", NAME_CHARS_MAX), "name");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(code: &str, of: State, name: &str) -> Stage {
        Stage { code: code.to_owned(), of, name: Localized::zh_en(name, name) }
    }

    #[test]
    fn stages_are_refused_with_the_field_at_fault() {
        let good = || stage("warehouse", State::InProgress, "等仓库");
        for (stages, expected) in [
            (vec![good()], None),
            (vec![good(), good()], Some(("twice", "stages.1.code"))),
            (
                vec![stage("Ware house", State::New, "等")],
                Some(("field_key_form", "stages.0.code")),
            ),
            (vec![stage("", State::New, "等")], Some(("field_key_form", "stages.0.code"))),
            (vec![stage("done", State::Closed, "完")], Some(("stage_of_closed", "stages.0.of"))),
            (vec![stage("x", State::New, "  ")], Some(("required", "stages.0.name"))),
            (vec![stage("x", State::New, &"长".repeat(21))], Some(("too_long", "stages.0.name"))),
            (vec![good(); 31], Some(("too_many", "stages"))),
        ] {
            let found = check_stages(&stages).err();
            let found = found.as_ref().map(|it| (it.code, it.field.as_deref().unwrap_or_default()));
            assert_eq!(found, expected, "{stages:?}");
        }
    }
}
