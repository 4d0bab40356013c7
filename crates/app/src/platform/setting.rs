//! Settings: each a type with a key and a default, so that a number of the requirements holds
//! out of the box and an administrator can change it without code.

use domain::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use store::platform::setting;
use store::{Read, Write};

use super::audit;
use super::sign_in_rules::SignInRules;
use crate::answer::notice::Notices;
use crate::answer::said_and_done::PublicPages;
use crate::collect::rules::Invitations;
use crate::customer::fields::{Credit, CustomFields};
use crate::handle::stage::CaseStages;
use crate::triage::topic::Topics;
use crate::trust::retention::Retention;
use crate::{Act, Result};

/// A group of settings that is read and written as one.
pub trait Setting: Serialize + DeserializeOwned + Default {
    /// As in `invitations`.
    const KEY: &'static str;

    /// What values may not be.
    fn check(&self) -> Result<(), Refusal>;
}

/// The tenant's own, or the default.
pub async fn get<S: Setting>(conn: &mut Read, tenant: domain::id::TenantId) -> Result<S> {
    let stored = setting::find(conn, tenant, S::KEY).await?;
    // A value an older version wrote and this one cannot read must not stop the house.
    Ok(stored.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default())
}

pub async fn put<S: Setting>(tx: &mut Write, act: &Act, value: &S) -> Result<()> {
    value.check()?;
    let before: S = get(tx, act.tenant).await?;
    let stored = store::db::to_json(value);
    let detail = json!({ "key": S::KEY, "before": store::db::to_json(&before), "after": stored });
    setting::put(tx, act.tenant, S::KEY, stored, act.now).await?;
    audit::note(tx, act, "update", ("setting", None), detail).await
}

/// Lists every group once: its key, and how to read and write it as JSON.
macro_rules! groups {
    ($($group:ty),* $(,)?) => {
        pub const KEYS: &[&str] = &[$(<$group as Setting>::KEY),*];

        /// The group of `key` as JSON, every value in it.
        pub async fn get_json(
            conn: &mut Read,
            tenant: domain::id::TenantId,
            key: &str,
        ) -> Result<Value> {
            $(if key == <$group as Setting>::KEY {
                return Ok(store::db::to_json(&get::<$group>(conn, tenant).await?));
            })*
            Err(unknown(key).into())
        }

        /// Sets the group of `key`; what is left out gets its default. Returns it as it is now.
        pub async fn put_json(tx: &mut Write, act: &Act, key: &str, value: Value) -> Result<Value> {
            $(if key == <$group as Setting>::KEY {
                let value: $group = serde_json::from_value(value).map_err(|error| {
                    Refusal::invalid("setting_value").with("reason", error.to_string())
                })?;
                put(tx, act, &value).await?;
                return Ok(store::db::to_json(&value));
            })*
            Err(unknown(key).into())
        }
    };
}

groups!(
    Invitations,
    Notices,
    CustomFields,
    Credit,
    PublicPages,
    CaseStages,
    Retention,
    Topics,
    SignInRules,
);

fn unknown(key: &str) -> Refusal {
    Refusal::new(domain::refusal::Class::NotFound, "setting_unknown").with("key", key)
}
