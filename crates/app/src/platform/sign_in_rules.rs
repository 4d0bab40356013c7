//! How people sign in: of whom the company asks a second step, and how long a password lasts that somebody else gave.

use domain::id::TenantId;
use domain::platform::role::Permission;
use domain::platform::staff::{Owes, Staff};
use domain::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::Read;
use store::platform::{role, staff};

use super::authenticate::rights;
use super::second_factor;
use super::setting::{self, Setting};
use crate::Result;

/// What makes an administrator: who holds one of these can give themselves or a program every other.
const OF_ADMINISTRATORS: [Permission; 4] = [
    Permission::WriteStaff,
    Permission::WriteRoles,
    Permission::WriteApiKeys,
    Permission::WriteSettings,
];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TwoSteps {
    /// Whoever wants may set it up.
    #[default]
    Offered,
    Administrators,
    Everybody,
}

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInRules {
    /// Who must use two steps. Who comes by single sign-on is the provider's to ask.
    pub two_steps: TwoSteps,
    /// After so many days a password ends that somebody else gave, unless its person has chosen their own.
    pub given_password_days: i64,
}

impl Default for SignInRules {
    fn default() -> Self {
        Self { two_steps: TwoSteps::default(), given_password_days: 7 }
    }
}

const GIVEN_PASSWORD_DAYS_MAX: i64 = 90;

impl Setting for SignInRules {
    const KEY: &'static str = "sign_in";

    fn check(&self) -> Result<(), Refusal> {
        if (1..=GIVEN_PASSWORD_DAYS_MAX).contains(&self.given_password_days) {
            return Ok(());
        }
        let refusal = Refusal::invalid("out_of_range").with("min", 1);
        Err(refusal.with("max", GIVEN_PASSWORD_DAYS_MAX).at("given_password_days"))
    }
}

/// When a password ends that somebody gives to another at `now`.
pub(super) async fn given_until(
    conn: &mut Read,
    tenant: TenantId,
    now: Timestamp,
) -> Result<Timestamp> {
    let rules: SignInRules = setting::get(conn, tenant).await?;
    Ok(now + SignedDuration::from_hours(24 * rules.given_password_days))
}

/// Whether the company asks two steps of this person.
pub(super) async fn asks_two_steps(
    conn: &mut Read,
    tenant: TenantId,
    person: &Staff,
) -> Result<bool> {
    let rules: SignInRules = setting::get(conn, tenant).await?;
    Ok(match rules.two_steps {
        TwoSteps::Offered => false,
        TwoSteps::Everybody => true,
        TwoSteps::Administrators => {
            let (permissions, _) = rights(person, &role::list(conn, tenant).await?);
            OF_ADMINISTRATORS.iter().any(|it| permissions.contains(it))
        }
    })
}

/// What the person, who signs in by password, has to do before anything else.
pub(super) async fn owes(
    conn: &mut Read,
    tenant: TenantId,
    person: &Staff,
) -> Result<Option<Owes>> {
    if staff::password_until(conn, tenant, person.id).await?.is_some() {
        return Ok(Some(Owes::Password));
    }
    let lacks = asks_two_steps(conn, tenant, person).await?
        && !second_factor::is_on(conn, tenant, person.id).await?;
    Ok(lacks.then_some(Owes::SecondFactor))
}
