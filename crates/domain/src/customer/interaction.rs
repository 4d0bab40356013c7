//! One call, chat, visit or mail exchange, with its times and everybody who took part (E01).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::collect::channel::Channel;
use crate::id::{CustomerId, InteractionId, StaffId, TeamId};
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Interaction {
    /// May be left out where the address names it.
    #[serde(default = "unnamed")]
    pub id: InteractionId,
    /// Its number in the system the data came from; unique within a tenant.
    pub external_id: Option<String>,
    pub customer: Option<CustomerId>,
    pub channel: Channel,
    pub subject: Option<String>,
    /// The team that served: the last agent's when none is given.
    pub team: Option<TeamId>,
    #[schema(value_type = String, format = DateTime)]
    pub started: Timestamp,
    /// `None` while it goes on.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
    /// Before anybody answered.
    pub queue_wait_seconds: Option<i64>,
    /// Whether somebody answered: a call that rang out did not connect.
    #[serde(default = "yes")]
    pub answered: bool,
    /// Whether the problem was solved in it, where the source says so.
    pub resolved: Option<bool>,
    /// In the order of time; a transfer begins a new one.
    #[serde(default)]
    pub segments: Vec<Segment>,
    pub transcript: Option<String>,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, serde_json::Value>,
}

fn unnamed() -> InteractionId {
    InteractionId(uuid::Uuid::nil())
}

fn yes() -> bool {
    true
}

/// One person's part of an interaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub staff: StaffId,
    #[serde(default)]
    pub role: SegmentRole,
    #[schema(value_type = String, format = DateTime)]
    pub started: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended: Option<Timestamp>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SegmentRole {
    /// Spoke with the customer.
    #[default]
    Agent,
    /// Was asked by the agent; not heard by the customer.
    Expert,
    /// Listened in.
    Listener,
}

pub const SEGMENTS_MAX: usize = 50;
pub const TRANSCRIPT_BYTES_MAX: usize = 512 * 1024;
const TEXT_CHARS_MAX: usize = 500;

impl Interaction {
    pub fn check(&self) -> Result<(), Refusal> {
        let mut faults = vec![];
        if self.id.0.is_nil() {
            faults.push(Refusal::invalid("required").at("id"));
        }
        let texts = [("external_id", &self.external_id), ("subject", &self.subject)];
        for (field, text) in texts {
            if text.as_ref().is_some_and(|it| TEXT_CHARS_MAX < it.chars().count()) {
                faults.push(Refusal::invalid("too_long").with("max", TEXT_CHARS_MAX).at(field));
            }
        }
        if self.transcript.as_ref().is_some_and(|it| TRANSCRIPT_BYTES_MAX < it.len()) {
            faults.push(Refusal::invalid("too_large").at("transcript"));
        }
        if self.ended.is_some_and(|it| it < self.started) {
            faults.push(Refusal::invalid("ends_before_it_starts").at("ended"));
        }
        if self.queue_wait_seconds.is_some_and(|it| it < 0) {
            faults.push(Refusal::invalid("negative").at("queue_wait_seconds"));
        }
        if SEGMENTS_MAX < self.segments.len() {
            faults.push(Refusal::invalid("too_many").with("max", SEGMENTS_MAX).at("segments"));
        }
        for (at, segment) in self.segments.iter().enumerate() {
            let before = at.checked_sub(1).map(|it| &self.segments[it]);
            if before.is_some_and(|it| segment.started < it.started) {
                faults.push(Refusal::invalid("out_of_order").at(format!("segments.{at}.started")));
            }
            if segment.ended.is_some_and(|it| it < segment.started) {
                let field = format!("segments.{at}.ended");
                faults.push(Refusal::invalid("ends_before_it_starts").at(field));
            }
        }
        Refusal::of(faults).map_or(Ok(()), Err)
    }

    /// The person the customer spoke with last: who an evaluation points at when it names nobody.
    pub fn last_agent(&self) -> Option<StaffId> {
        self.agents().last().map(|it| it.staff)
    }

    /// The parts heard by the customer, in the order of time.
    pub fn agents(&self) -> impl Iterator<Item = &Segment> {
        self.segments.iter().filter(|it| it.role == SegmentRole::Agent)
    }

    /// How often the customer was handed to another person.
    pub fn transfers(&self) -> usize {
        let staff: Vec<_> = self.agents().map(|it| it.staff).collect();
        staff.windows(2).filter(|it| it[0] != it[1]).count()
    }
}
