//! What changed about somebody's account is told to them, so that who did not do it learns of it.

use domain::collect::channel::Channel;
use domain::platform::staff::Staff;
use serde_json::{Map, Value, json};
use store::Write;
use store::handle::notice::{self, Notice};

use crate::answer::message::{self, HOME, Outgoing};
use crate::answer::template;
use crate::{Act, Result, words};

/// What changed; its sentence is `notice.CODE` in the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change<'a> {
    PasswordChanged,
    /// By somebody else.
    PasswordGiven,
    Login(&'a str),
    Email,
    SecondFactorOn,
    SecondFactorOff,
    /// By somebody else.
    SecondFactorReset,
    RecoveryCodeUsed {
        left: i64,
    },
}

impl Change<'_> {
    const fn code(self) -> &'static str {
        match self {
            Self::PasswordChanged => "account_password_changed",
            Self::PasswordGiven => "account_password_given",
            Self::Login(_) => "account_login_changed",
            Self::Email => "account_email_changed",
            Self::SecondFactorOn => "account_second_factor_on",
            Self::SecondFactorOff => "account_second_factor_off",
            Self::SecondFactorReset => "account_second_factor_reset",
            Self::RecoveryCodeUsed { .. } => "account_recovery_code_used",
        }
    }

    fn values(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Login(login) => vec![("login", login.to_owned())],
            Self::RecoveryCodeUsed { left } => vec![("left", left.to_string())],
            _ => vec![],
        }
    }
}

/// A notice in the console, and at once a mail to who has an address: at night too, since somebody else may be at it.
pub(super) async fn tell(
    tx: &mut Write,
    act: &Act,
    person: &Staff,
    change: Change<'_>,
) -> Result<()> {
    let (code, values) = (change.code(), change.values());
    let params: Map<String, Value> =
        values.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let row = Notice {
        id: act.id(),
        staff: person.id,
        at: act.now,
        code: code.to_owned(),
        case: None,
        params: Value::Object(params),
        read_at: None,
    };
    notice::insert(tx, act.tenant, &row);
    let Some(recipient) = person.email.clone() else { return Ok(()) };
    let text = words::fill(person.language, &format!("notice.{code}"), &values);
    let mut values = Map::new();
    values.insert("name".to_owned(), json!(person.name));
    values.insert("text".to_owned(), json!(text));
    values.insert("link".to_owned(), json!(format!("{HOME}/")));
    let outgoing = Outgoing {
        template: template::ACCOUNT_CHANGED,
        channel: Channel::Email,
        recipient,
        language: person.language,
        values,
        choices: vec![],
        invitation: None,
        case: None,
        customer: None,
        staff: Some(person.id),
    };
    message::send(tx, act, outgoing).await?;
    Ok(())
}
