//! A customer: profile, contacts, level, owner (J01, J03).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{CustomerId, StaffId};
use crate::language::Language;
use crate::platform::staff::check_name;
use crate::refusal::Refusal;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Customer {
    pub id: CustomerId,
    /// Their number in the system the data came from; unique within a tenant.
    pub external_id: Option<String>,
    pub name: String,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// `None` until we know; messages then use the tenant's.
    pub language: Option<Language>,
    #[serde(default)]
    pub level: Level,
    /// The customer's own manager (J03).
    pub owner: Option<StaffId>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// The tenant's own fields (K02).
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: BTreeMap<String, serde_json::Value>,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    Standard,
    Key,
    Vip,
}

pub const TAGS_MAX: usize = 30;
const EXTERNAL_ID_CHARS_MAX: usize = 100;
const CONTACT_CHARS_MAX: usize = 200;

impl Customer {
    /// Trims what people type and refuses what cannot be.
    pub fn checked(mut self) -> Result<Self, Refusal> {
        self.name = String::from(self.name.trim());
        let blank = |it: &mut Option<String>| {
            *it = it.take().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        };
        blank(&mut self.external_id);
        blank(&mut self.phone);
        blank(&mut self.email);
        let mut faults = vec![];
        faults.extend(check_name(&self.name, "name").err());
        let texts = [
            ("external_id", &self.external_id, EXTERNAL_ID_CHARS_MAX),
            ("phone", &self.phone, CONTACT_CHARS_MAX),
            ("email", &self.email, CONTACT_CHARS_MAX),
        ];
        for (field, text, max) in texts {
            if text.as_ref().is_some_and(|it| max < it.chars().count()) {
                faults.push(Refusal::invalid("too_long").with("max", max).at(field));
            }
        }
        if self.email.as_ref().is_some_and(|it| !is_email(it)) {
            faults.push(Refusal::invalid("email_form").at("email"));
        }
        if self.phone.as_ref().is_some_and(|it| folded_phone(it).is_empty()) {
            faults.push(Refusal::invalid("phone_form").at("phone"));
        }
        if TAGS_MAX < self.tags.len() {
            faults.push(Refusal::invalid("too_many").with("max", TAGS_MAX).at("tags"));
        }
        for (at, tag) in self.tags.iter().enumerate() {
            faults.extend(check_name(tag, &format!("tags.{at}")).err());
        }
        Refusal::of(faults).map_or(Ok(self), Err)
    }

    /// The customer as somebody sees them who may not see contacts: `138****1234`, `z***@x.cn`.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.phone = self.phone.map(|it| mask_phone(&it));
        self.email = self.email.map(|it| mask_email(&it));
        self
    }
}

/// Something, an at sign, a host with a dot. What is real only the mail server knows.
fn is_email(text: &str) -> bool {
    let plain = !text.chars().any(|it| it.is_whitespace() || it.is_control());
    let parts = text.rsplit_once('@').filter(|it| !it.0.is_empty() && !it.0.contains('@'));
    plain && parts.is_some_and(|it| it.1.contains('.') && !it.1.starts_with('.'))
}

/// The digits by which two spellings of one telephone number are the same: without separators,
/// full-width forms and the Chinese country code.
pub fn folded_phone(phone: &str) -> String {
    let digit = |it: char| match it {
        '0'..='9' => Some(it),
        '０'..='９' => char::from_digit(u32::from(it) - u32::from('０'), 10),
        _ => None,
    };
    let digits: String = phone.chars().filter_map(digit).collect();
    let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86"));
    match national {
        Some(mobile) if mobile.len() == 11 && mobile.starts_with('1') => mobile.to_owned(),
        _ => digits,
    }
}

/// The address as it is compared.
pub fn folded_email(email: &str) -> String {
    email.trim().to_lowercase()
}

fn mask_phone(phone: &str) -> String {
    let chars: Vec<char> = phone.chars().collect();
    if chars.len() < 7 {
        return "*".repeat(chars.len());
    }
    let (head, tail) = (&chars[..3], &chars[chars.len() - 4..]);
    let hidden = "*".repeat(chars.len() - 7);
    format!("{}{hidden}{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

fn mask_email(email: &str) -> String {
    match email.rsplit_once('@') {
        Some((name, host)) => {
            format!("{}***@{host}", name.chars().next().map_or(String::new(), String::from))
        }
        None => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_has_many_spellings() {
        for spelling in
            ["13812345678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"]
        {
            assert_eq!(folded_phone(spelling), "13812345678", "{spelling}");
        }
        assert_eq!(folded_phone("010-86001234"), "01086001234");
        assert_eq!(folded_phone("86001234"), "86001234");
    }

    #[test]
    fn a_mask_hides_what_identifies() {
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("86001"), "*****");
        assert_eq!(mask_email("zhang.san@example.cn"), "z***@example.cn");
        assert_eq!(mask_email("@"), "***@");
    }

    #[test]
    fn an_address_has_a_host() {
        for good in ["a@b.cn", "a.b+c@d-e.com", "张三@例子.公司"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["a", "@b.cn", "a@b", "a@@b.cn", "a b@c.cn", "a@.cn", "a@b.cn\n"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
