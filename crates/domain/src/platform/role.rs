//! What a member of staff may do, and for whom.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::id::{RoleId, StaffId, TeamId};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:tt),* $(,)?) => {
        /// One thing that may be done. Stored and shown by its word, as in `cases:act`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $word)] $name,)*
        }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

permissions! {
    ReadStaff = "staff:read",
    WriteStaff = "staff:write",
    WriteRoles = "roles:write",
    WriteApiKeys = "api_keys:write",
    ReadAudit = "audit:read",
    WriteSettings = "settings:write",
    ReadCustomers = "customers:read",
    WriteCustomers = "customers:write",
    /// See contacts in full instead of masked.
    RevealCustomers = "customers:reveal",
    ReadInteractions = "interactions:read",
    WriteInteractions = "interactions:write",
    ReadForms = "forms:read",
    WriteForms = "forms:write",
    ReadInvitations = "invitations:read",
    WriteInvitations = "invitations:write",
    ReadEvaluations = "evaluations:read",
    WriteEvaluations = "evaluations:write",
    ReadCases = "cases:read",
    /// Accept, answer, solve: work on a case.
    ActOnCases = "cases:act",
    /// Give a case to another person or team.
    AssignCases = "cases:assign",
    /// Judge another person's corrective action.
    VerifyCases = "cases:verify",
    ExportCases = "cases:export",
    ReadMetrics = "metrics:read",
    WriteImports = "imports:write",
    /// Calendars and service level policies.
    WritePolicies = "policies:write",
    /// Categories, scripts, message templates.
    WriteTemplates = "templates:write",
    WriteWebhooks = "webhooks:write",
    ReadJobs = "jobs:read",
    RetryJobs = "jobs:retry",
}

/// Whose things a permission reaches.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// What is one's own.
    Own,
    /// One's team and the teams below it.
    TeamTree,
    All,
}

/// A named set of permissions with one reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Role {
    pub id: RoleId,
    /// `administrator` for a built-in one; chosen by the tenant otherwise.
    pub key: String,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub reach: Reach,
    /// Comes with the product; may be copied, not changed.
    pub built_in: bool,
}

/// [`Reach`] made concrete for one person: what SQL filters lists by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    /// The teams' things, and one's own.
    Teams(Vec<TeamId>, StaffId),
    Own(StaffId),
}

impl Scope {
    /// Whether a thing of `team`, owned by `owner`, is within.
    pub fn covers(&self, team: Option<TeamId>, owner: Option<StaffId>) -> bool {
        match self {
            Self::All => true,
            Self::Teams(teams, me) => {
                owner == Some(*me) || team.is_some_and(|it| teams.contains(&it))
            }
            Self::Own(me) => owner == Some(*me),
        }
    }
}

/// The roles every tenant starts with (L01), as `(key, reach, permissions)`.
pub fn built_in() -> Vec<(&'static str, Reach, BTreeSet<Permission>)> {
    use Permission as P;
    let read = [
        P::ReadStaff,
        P::ReadCustomers,
        P::ReadInteractions,
        P::ReadForms,
        P::ReadInvitations,
        P::ReadEvaluations,
        P::ReadCases,
        P::ReadMetrics,
    ];
    let agent = [
        P::ReadStaff,
        P::ReadCustomers,
        P::RevealCustomers,
        P::WriteCustomers,
        P::ReadInteractions,
        P::WriteInteractions,
        P::ReadForms,
        P::ReadEvaluations,
        P::ReadCases,
        P::ActOnCases,
        P::ReadMetrics,
    ];
    let supervisor =
        [P::ReadInvitations, P::AssignCases, P::VerifyCases, P::ExportCases, P::WriteTemplates];
    let manager = [
        P::WriteForms,
        P::WriteInvitations,
        P::WriteEvaluations,
        P::WritePolicies,
        P::WriteImports,
        P::ReadAudit,
        P::ReadJobs,
        P::RetryJobs,
    ];
    let set = |parts: &[&[Permission]]| parts.iter().flat_map(|it| it.iter().copied()).collect();
    vec![
        ("administrator", Reach::All, Permission::ALL.iter().copied().collect()),
        ("manager", Reach::All, set(&[&agent, &supervisor, &manager])),
        ("supervisor", Reach::TeamTree, set(&[&agent, &supervisor])),
        ("agent", Reach::Own, set(&[&agent])),
        ("inspector", Reach::All, set(&[&read, &[P::VerifyCases]])),
        ("viewer", Reach::All, set(&[&read])),
        ("customer_representative", Reach::All, set(&[&[P::ReadEvaluations]])),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_stored_by_its_word() {
        for permission in Permission::ALL {
            let stored = serde_json::to_string(permission).unwrap();
            assert_eq!(stored, format!("{:?}", permission.word()));
        }
    }

    #[test]
    fn who_has_more_responsibility_may_do_at_least_as_much() {
        let roles = built_in();
        let of = |key| &roles.iter().find(|it| it.0 == key).unwrap().2;
        assert!(of("agent").is_subset(of("supervisor")));
        assert!(of("supervisor").is_subset(of("manager")));
        assert!(of("manager").is_subset(of("administrator")));
    }

    #[test]
    fn only_an_administrator_changes_who_may_what() {
        for (key, _, permissions) in built_in() {
            for sensitive in [Permission::WriteRoles, Permission::WriteApiKeys] {
                assert_eq!(permissions.contains(&sensitive), key == "administrator", "{key}");
            }
        }
    }
}
