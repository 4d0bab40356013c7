//! Erasure 清除: personal data goes, what was counted stays, and the ledger says that it was so.
//!
//! Scores, times and who served are no longer about anybody once name, contacts and words are gone;
//! figures keep them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::leaf::Thing;
use super::tree::Hash;
use crate::code::codes;
use crate::collect::evaluation::Evaluation;
use crate::collect::form::FormContent;
use crate::collect::question::QuestionKind;
use crate::handle::event::CaseEvent;
use crate::id::CustomerId;
use crate::platform::actor::Actor;
use crate::refusal::Refusal;

codes! {
    /// How far a request has come.
    pub enum State {
        /// Waits for somebody else to agree.
        Asked = "asked",
        /// Agreed, and carried out in the same moment.
        Done = "done",
        Declined = "declined",
    }
}

/// A wish that a customer's personal data be erased. Who agrees is not who asked 双人复核.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    pub id: Uuid,
    pub customer: CustomerId,
    /// Stays for ever, so it names nobody.
    pub reason: String,
    pub state: State,
    pub asked_by: Actor,
    pub asked_at: Timestamp,
    pub decided_by: Option<Actor>,
    pub decided_at: Option<Timestamp>,
}

pub const REASON_CHARS_MAX: usize = 500;

impl Erasure {
    /// Decided by `by`. Whoever asked may take it back, but not agree.
    pub fn decide(&mut self, by: Actor, now: Timestamp, to: State) -> Result<(), Refusal> {
        if self.state != State::Asked {
            return Err(Refusal::conflict("erasure_decided"));
        }
        if by.staff().is_none() || (to == State::Done && by == self.asked_by) {
            return Err(Refusal::forbidden("four_eyes"));
        }
        (self.state, self.decided_by, self.decided_at) = (to, Some(by), Some(now));
        Ok(())
    }
}

/// The reason without blanks around it. `private`: what it must not hold.
pub fn check_reason(reason: &str, private: &[&str]) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() || REASON_CHARS_MAX < reason.chars().count() {
        return Err(Refusal::invalid("erasure_reason").with("max", REASON_CHARS_MAX).at("reason"));
    }
    let folded = reason.to_lowercase();
    let named = |it: &&str| !it.trim().is_empty() && folded.contains(&it.trim().to_lowercase());
    if private.iter().any(named) {
        return Err(Refusal::invalid("erasure_reason_private").at("reason"));
    }
    Ok(reason.to_owned())
}

/// What stands in the ledger for a row whose words are gone: it had this hash, and has that one now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    pub id: Uuid,
    pub thing: Thing,
    pub subject: Uuid,
    pub seq: i64,
    #[serde(with = "super::proof::one")]
    pub before: Hash,
    #[serde(with = "super::proof::one")]
    pub after: Hash,
    pub reason: String,
    pub asked_by: Actor,
    pub approved_by: Actor,
    pub at: Timestamp,
}

/// The evaluation with nobody in it and nothing they wrote. `form` is the version that asked; without
/// it only numbers are kept.
pub fn without_person(it: &Evaluation, form: Option<&FormContent>) -> Evaluation {
    let keeps = |(key, value): &(&String, &Value)| match form {
        Some(form) => form.questions.iter().any(|it| it.key == **key && is_counted(&it.kind)),
        None => value.is_number(),
    };
    let answers: serde_json::Map<String, Value> =
        it.answers.as_object().map_or_else(serde_json::Map::new, |all| {
            all.iter().filter(keeps).map(|(key, value)| (key.clone(), value.clone())).collect()
        });
    Evaluation {
        customer: None,
        answers: Value::Object(answers),
        comment: String::new(),
        ..it.clone()
    }
}

/// Whether the answer is one of those the form offered, and so names nobody.
fn is_counted(kind: &QuestionKind) -> bool {
    use QuestionKind as Kind;
    !matches!(kind, Kind::Text { .. } | Kind::Number { .. } | Kind::Date | Kind::Contact)
}

/// Fields of events that hold what people wrote.
const WORDS: [&str; 9] =
    ["text", "said", "reason", "solution", "comment", "result", "measure", "option", "words"];

/// The event with nobody in it and nothing anybody wrote; what it did to the case stays.
pub fn without_words(event: &CaseEvent) -> CaseEvent {
    let mut value = serde_json::to_value(event).expect("an event is plain data");
    blank(&mut value);
    let mut event: CaseEvent = serde_json::from_value(value).expect("only words were taken out");
    if matches!(event.by, Actor::Customer(_)) {
        event.by = Actor::Visitor;
    }
    event
}

fn blank(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match name.as_str() {
                    "tags" => *value = Value::Array(vec![]),
                    "customer" => *value = Value::Null,
                    // Times and who keeps them, nothing else.
                    "clock" => (),
                    name if WORDS.contains(&name) => silence(value),
                    _ => blank(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(blank),
        _ => (),
    }
}

fn silence(value: &mut Value) {
    match value {
        Value::String(text) => text.clear(),
        Value::Array(items) => items.clear(),
        other => blank(other),
    }
}

/// What stands where a name was.
const NAMELESS: &str = "***";

/// Takes each of `words` out of every text there is in `value`, in whatever case its Latin letters are.
/// Whether there was one.
pub fn take_words_out(value: &mut Value, words: &[String]) -> bool {
    match value {
        Value::String(text) => take_words_out_of(text, words),
        Value::Array(items) => {
            items.iter_mut().fold(false, |found, it| take_words_out(it, words) | found)
        }
        Value::Object(fields) => {
            fields.values_mut().fold(false, |found, it| take_words_out(it, words) | found)
        }
        _ => false,
    }
}

/// The same of one text.
pub fn take_words_out_of(text: &mut String, words: &[String]) -> bool {
    words.iter().fold(false, |found, it| take_out(text, it) | found)
}

fn take_out(text: &mut String, word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    // Of the same length, so that what is found here is there.
    let folded = text.to_ascii_lowercase();
    let mut rest = 0;
    let mut made = String::new();
    for (at, found) in folded.match_indices(&word).filter(|it| !it.1.is_empty()) {
        made.push_str(&text[rest..at]);
        made.push_str(NAMELESS);
        rest = at + found.len();
    }
    if rest == 0 {
        return false;
    }
    made.push_str(&text[rest..]);
    *text = made;
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::StaffId;

    #[test]
    fn who_asked_does_not_agree() {
        let staff = |n| Actor::Staff(StaffId(Uuid::from_u128(n)));
        let at = Timestamp::UNIX_EPOCH;
        let asked = Erasure {
            id: Uuid::nil(),
            customer: CustomerId(Uuid::nil()),
            reason: "本人要求".to_owned(),
            state: State::Asked,
            asked_by: staff(1),
            asked_at: at,
            decided_by: None,
            decided_at: None,
        };
        let decide = |by| {
            let mut it = asked.clone();
            it.decide(by, at, State::Done).map(|()| it)
        };
        assert!(asked.clone().decide(staff(1), at, State::Declined).is_ok(), "taken back");
        assert_eq!(decide(staff(1)).unwrap_err().code, "four_eyes");
        assert_eq!(decide(Actor::System).unwrap_err().code, "four_eyes");
        let mut done = decide(staff(2)).unwrap();
        assert_eq!((done.state, done.decided_by), (State::Done, Some(staff(2))));
        let again = done.decide(staff(3), at, State::Declined).unwrap_err();
        assert_eq!(again.code, "erasure_decided");
    }

    #[test]
    fn a_reason_names_nobody() {
        assert_eq!(check_reason(" 本人要求 ", &["王芳", ""]).unwrap(), "本人要求");
        assert_eq!(check_reason("王芳要求", &["王芳"]).unwrap_err().code, "erasure_reason_private");
        for bad in [" ", &"长".repeat(REASON_CHARS_MAX + 1)] {
            assert_eq!(check_reason(bad, &[]).unwrap_err().code, "erasure_reason");
        }
    }

    #[test]
    fn names_are_taken_out_of_texts_and_nothing_else() {
        let words = ["王芳".to_owned(), "Fang@Example.com".to_owned(), String::new()];
        let mut said = json!({ "a": ["我是王芳，王芳！", 5], "王芳": "fang@example.COM?" });
        assert!(take_words_out(&mut said, &words));
        assert_eq!(said, json!({ "a": ["我是***，***！", 5], "王芳": "***?" }));
        assert!(!take_words_out(&mut said["a"], &words), "nothing is left");
    }

    #[test]
    fn no_word_of_an_event_remains_and_all_of_its_effect() {
        let id = "01920000-0000-7000-8000-000000000001";
        let (at, secret) = ("2026-09-03T06:00:00Z", "王芳 13800138000");
        let events = [
            json!({ "what": "opened", "number": "7K2F-9QXM", "kind": "complaint", "category": null,
                "priority": "high", "because": [{ "code": "negative_words", "strong": true,
                "words": [secret] }, { "code": "chose", "option": secret }], "customer": id,
                "channel": "web_link", "interaction": null, "evaluation": id, "about": [id],
                "said": secret, "team": id }),
            json!({ "what": "assigned", "staff": id, "team": id, "because": [], "reason": secret }),
            json!({ "what": "replied", "text": secret, "how": "phone", "is_solution": true,
                "is_automatic": false }),
            json!({ "what": "noted", "text": secret, "mentions": [id] }),
            json!({ "what": "customer_replied", "text": secret, "how": "message" }),
            json!({ "what": "kind_corrected", "from": "issue", "to": "complaint",
                "reason": secret }),
            json!({ "what": "tags_set", "tags": [secret] }),
            json!({ "what": "cause_set", "cause": { "root": "person", "branch": null,
                "text": secret } }),
            json!({ "what": "rectification_planned", "plan": { "id": id, "measure": secret,
                "owner": id, "due_at": at } }),
            json!({ "what": "rectification_done", "id": id, "done_by": id, "result": secret }),
            json!({ "what": "rectification_checked", "id": id, "checked_by": id, "is_done": true,
                "comment": secret }),
            json!({ "what": "suggestion_decided", "decided_by": id,
                "decision": { "decision": "declined", "reason": secret } }),
            json!({ "what": "suggestion_completed", "result": secret }),
            json!({ "what": "solved", "solution": secret }),
            json!({ "what": "told", "text": secret, "how": "phone" }),
            json!({ "what": "not_told", "reason": secret }),
            json!({ "what": "confirmed", "comment": secret }),
            json!({ "what": "reopened", "reason": secret }),
            json!({ "what": "reevaluation_waived", "reason": secret }),
        ];
        for mut event in events {
            event["at"] = json!(at);
            event["by"] = json!({ "kind": "customer", "id": id });
            let event: CaseEvent = serde_json::from_value(event).unwrap();
            let left = without_words(&event);
            let text = serde_json::to_string(&left).unwrap();
            assert!(!text.contains("王芳") && !text.contains("138"), "{text}");
            assert_eq!(
                (left.at, left.by, left.what.code()),
                (event.at, Actor::Visitor, event.what.code())
            );
            assert_eq!(without_words(&left), left);
        }
    }
}
