//! The verbs of a case: what a program, the console or the command line may ask for.

use domain::handle::command::Command;
use domain::refusal::{Class, Refusal};
use serde_json::{Map, Value};

/// The other commands follow from timers and other rooms.
pub const VERBS: &[&str] = &[
    "assign",
    "accept",
    "start",
    "set_stage",
    "reply",
    "note",
    "transfer",
    "collaborate",
    "end_collaboration",
    "wait_for_customer",
    "end_wait",
    "customer_replied",
    "correct",
    "set_about",
    "set_tags",
    "link_repeat",
    "merge_into",
    "set_cause",
    "plan_rectification",
    "finish_rectification",
    "verify_rectification",
    "withdraw_rectification",
    "waive_rectification",
    "decide_suggestion",
    "complete_suggestion",
    "solve",
    "tell",
    "cannot_tell",
    "reopen",
    "waive_reevaluation",
    "close",
];

/// The command of a verb and its fields.
pub fn command(verb: &str, mut fields: Map<String, Value>) -> Result<Command, Refusal> {
    if !VERBS.contains(&verb) {
        return Err(Refusal::new(Class::NotFound, "no_route"));
    }
    fields.insert("command".to_owned(), verb.into());
    // Evidence is what rules write; a person gives a reason.
    fields.remove("because");
    serde_json::from_value(Value::Object(fields))
        .map_err(|it| Refusal::invalid("body").with("reason", it))
}
