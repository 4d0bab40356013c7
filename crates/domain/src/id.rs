//! Names of things. One type for each, so that a case is never looked up by a customer's id.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        pub struct $id(pub Uuid);

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $id {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $id {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    TenantId, StaffId, TeamId, RoleId, SessionId, ApiKeyId,
    CustomerId, InteractionId,
    FormId, InvitationId, EvaluationId,
    CategoryId, CalendarId, PolicyId,
    CaseId, ClockId, SuggestionId, RectificationId, ScriptId, TemplateId,
    MessageId, WebhookId, TimerId, JobId,
    ImportId, MappingId,
}
