//! Of whom the company asks a second step at sign-in.

use domain::id::TenantId;
use domain::platform::role::Permission;
use domain::platform::staff::Staff;
use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use store::Read;
use store::platform::role;

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignInRules {
    /// Who must use two steps. Who comes by single sign-on is the provider's to ask.
    pub two_steps: TwoSteps,
}

impl Setting for SignInRules {
    const KEY: &'static str = "sign_in";

    fn check(&self) -> Result<(), Refusal> {
        Ok(())
    }
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

/// Whether the person has to set up a second step before anything else.
pub(super) async fn lacks_second_step(
    conn: &mut Read,
    tenant: TenantId,
    person: &Staff,
) -> Result<bool> {
    Ok(asks_two_steps(conn, tenant, person).await?
        && !second_factor::is_on(conn, tenant, person.id).await?)
}
