//! An evaluation 评价: what a customer handed in. It is written once and never changed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::Scores;
use super::channel::Channel;
use super::round::Round;
use crate::id::{
    CaseId, CustomerId, EvaluationId, FormId, InteractionId, InvitationId, StaffId, TeamId,
};

/// Letters and digits of a receipt that cannot be misread for each other (Crockford's base 32).
const RECEIPT_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evaluation {
    pub id: EvaluationId,
    pub round: Round,
    pub form: FormId,
    /// The version that asked, for ever.
    pub form_version: i64,
    pub invitation: Option<InvitationId>,
    /// The case it opened, or the corrected case it was asked about.
    pub case: Option<CaseId>,
    pub interaction: Option<InteractionId>,
    pub customer: Option<CustomerId>,
    /// The person it points at.
    pub staff: Option<StaffId>,
    /// That person's team when it was handed in.
    pub team: Option<TeamId>,
    pub channel: Channel,
    /// The language it was answered in, a BCP 47 tag.
    pub language: String,
    pub scores: Scores,
    /// Checked answers by question key, as their form's version reads them.
    #[schema(value_type = Object)]
    pub answers: serde_json::Value,
    /// Everything the customer wrote, in the form's order, a blank line between two answers.
    pub comment: String,
    /// Handed in without customer, invitation and interaction.
    pub anonymous: bool,
    /// What the customer quotes, as in `7K2F-9Q3M`.
    pub receipt: String,
    #[schema(value_type = String, format = DateTime)]
    pub submitted_at: Timestamp,
    /// The tenant's own date of it, `YYYY-MM-DD`.
    pub local_day: String,
}

impl Evaluation {
    /// Forgets who it was: what an anonymous evaluation is stored without (A26).
    pub fn forget_customer(&mut self) {
        self.anonymous = true;
        self.customer = None;
        self.invitation = None;
        self.interaction = None;
        // A case knows its customer.
        self.case = None;
    }
}

/// A code to quote, made of 5 random bytes: eight letters in two groups.
pub fn receipt(random: [u8; 5]) -> String {
    let bits = random.iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
    let letter = |place: u32| {
        let index = usize::try_from(bits >> (5 * place) & 31).expect("five bits");
        char::from(RECEIPT_LETTERS[index])
    };
    let group = |places: [u32; 4]| places.map(letter).iter().collect::<String>();
    format!("{}-{}", group([7, 6, 5, 4]), group([3, 2, 1, 0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_can_be_read_out_over_the_telephone() {
        assert_eq!(receipt([0; 5]), "0000-0000");
        assert_eq!(receipt([0xff; 5]), "ZZZZ-ZZZZ");
        assert_eq!(receipt([0, 0, 0, 0, 33]), "0000-0011");
    }
}
