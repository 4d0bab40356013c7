//! A person who logs in, and the team they belong to.

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, StaffId, TeamId};
use crate::language::Language;
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Staff {
    pub id: StaffId,
    pub login: String,
    pub name: String,
    /// The number customers see (工号). Unique within a tenant.
    pub number: String,
    pub email: Option<String>,
    pub team: Option<TeamId>,
    pub roles: Vec<RoleId>,
    pub language: Language,
    /// A person who left keeps their name on what they did, and cannot log in.
    pub active: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub parent: Option<TeamId>,
    /// The supervisor: told when nobody is there and when a promise breaks.
    pub lead: Option<StaffId>,
}

/// How long a password withstands guessing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    Weak,
    Fair,
    Good,
    Strong,
}

impl Strength {
    /// Whether it may be chosen.
    pub fn is_enough(self) -> bool {
        Self::Good <= self
    }
}

/// What somebody who signed in has to do before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owes {
    /// Choose a password of their own: theirs was given by somebody else.
    Password,
    /// Set up a second step, which the company asks of them.
    SecondFactor,
}

impl Owes {
    /// The code of the refusal of everything else.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password_to_choose",
            Self::SecondFactor => "second_factor_to_set_up",
        }
    }
}

pub const PASSWORD_CHARS_MIN: usize = 12;
pub const PASSWORD_CHARS_MAX: usize = 128;
pub const NAME_CHARS_MAX: usize = 100;

/// Length is what makes a password strong; composition rules only make it forgettable
/// (NIST SP 800-63B, 3.1.1.2).
pub fn check_password(password: &str, login: &str) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < PASSWORD_CHARS_MIN {
        return Err(Refusal::invalid("password_short")
            .with("min", PASSWORD_CHARS_MIN)
            .at("password"));
    }
    if PASSWORD_CHARS_MAX < length {
        return Err(Refusal::invalid("password_long")
            .with("max", PASSWORD_CHARS_MAX)
            .at("password"));
    }
    let first = password.chars().next();
    if password.chars().all(|it| Some(it) == first) || password.eq_ignore_ascii_case(login) {
        return Err(Refusal::invalid("password_weak").at("password"));
    }
    Ok(())
}

/// A login is what people type: letters, digits and `. _ - @`, 2 to 64 of them.
pub fn check_login(login: &str) -> Result<(), Refusal> {
    let plain = |it: char| it.is_alphanumeric() || ".-_@".contains(it);
    if (2..=64).contains(&login.chars().count()) && login.chars().all(plain) {
        return Ok(());
    }
    Err(Refusal::invalid("login_form").at("login"))
}

/// A name people are called by: not blank, no control characters, at most [`NAME_CHARS_MAX`].
pub fn check_name(name: &str, field: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(Refusal::invalid("required").at(field));
    }
    if NAME_CHARS_MAX < name.chars().count() {
        return Err(Refusal::invalid("too_long").with("max", NAME_CHARS_MAX).at(field));
    }
    if name.chars().any(char::is_control) {
        return Err(Refusal::invalid("control_characters").at(field));
    }
    Ok(())
}

/// The teams at and below `root`, from the whole list; `root` first. A loop in the data ends.
pub fn tree_below(teams: &[Team], root: TeamId) -> Vec<TeamId> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        for team in teams {
            if team.parent == Some(parent) && !found.contains(&team.id) {
                found.push(team.id);
            }
        }
        next += 1;
    }
    found
}

/// The leads above `team`, nearest first: the chain an escalation climbs (C06).
pub fn leads_above(teams: &[Team], team: TeamId) -> Vec<StaffId> {
    let mut leads = vec![];
    let mut seen = vec![];
    let mut at = Some(team);
    while let Some(team) = at.and_then(|id| teams.iter().find(|it| it.id == id)) {
        if seen.contains(&team.id) {
            break;
        }
        seen.push(team.id);
        leads.extend(team.lead.filter(|it| !leads.contains(it)));
        at = team.parent;
    }
    leads
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn team(id: u128, parent: Option<u128>, lead: Option<u128>) -> Team {
        let team = |id| TeamId(Uuid::from_u128(id));
        Team {
            id: team(id),
            name: id.to_string(),
            parent: parent.map(team),
            lead: lead.map(|it| StaffId(Uuid::from_u128(it))),
        }
    }

    #[test]
    fn a_tree_is_what_hangs_below_and_a_loop_ends() {
        let teams = [
            team(1, None, Some(7)),
            team(2, Some(1), None),
            team(3, Some(2), Some(8)),
            team(4, None, None),
        ];
        let ids =
            |ids: &[u128]| ids.iter().map(|&it| TeamId(Uuid::from_u128(it))).collect::<Vec<_>>();
        assert_eq!(tree_below(&teams, ids(&[1])[0]), ids(&[1, 2, 3]));
        assert_eq!(tree_below(&teams, ids(&[4])[0]), ids(&[4]));
        let lead = |it| StaffId(Uuid::from_u128(it));
        assert_eq!(leads_above(&teams, ids(&[3])[0]), [lead(8), lead(7)]);
        let round = [team(1, Some(2), Some(7)), team(2, Some(1), Some(7))];
        assert_eq!(tree_below(&round, ids(&[1])[0]), ids(&[1, 2]));
        assert_eq!(leads_above(&round, ids(&[1])[0]), [lead(7)]);
    }

    #[test]
    fn passwords_are_long_and_not_the_login() {
        assert!(check_password("correct horse", "zhao").is_ok());
        assert_eq!(check_password("short", "zhao").unwrap_err().code, "password_short");
        assert_eq!(check_password("aaaaaaaaaaaa", "zhao").unwrap_err().code, "password_weak");
        assert_eq!(
            check_password("zhao.qian.sun", "Zhao.Qian.Sun").unwrap_err().code,
            "password_weak"
        );
        assert_eq!(check_password(&"长".repeat(129), "zhao").unwrap_err().code, "password_long");
    }
}
