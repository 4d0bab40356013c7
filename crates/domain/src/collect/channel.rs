//! The ways an evaluation can reach us. Their names for readers live in the words files.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! channels {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Where an evaluation came in or an invitation went out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Channel {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Channel {
            /// Every channel, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable name in tables, addresses and files.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

channels! {
    /// An open link, the same for everybody.
    WebLink = "web_link",
    /// The same link, printed.
    Qr = "qr",
    Email = "email",
    Sms = "sms",
    /// WeChat official account 微信公众号.
    Wechat = "wechat",
    /// 企业微信.
    Wecom = "wecom",
    Dingtalk = "dingtalk",
    Feishu = "feishu",
    /// Telephone call-back 电话回访, typed in by staff.
    Phone = "phone",
    /// Interviews and visits 面访, typed in by staff.
    InPerson = "in_person",
    /// A device on the counter.
    Kiosk = "kiosk",
    /// The script on the tenant's own site.
    Widget = "widget",
    Api = "api",
    /// Brought from another system.
    Import = "import",
}

/// No channel has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no channel {0:?}")]
pub struct UnknownChannel(pub String);

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        let found = Self::ALL.iter().find(|channel| channel.as_str() == name);
        found.copied().ok_or_else(|| UnknownChannel(name.to_owned()))
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_read_back_by_its_name_in_text_and_json() {
        for &channel in Channel::ALL {
            assert_eq!(channel.as_str().parse(), Ok(channel));
            let json = serde_json::to_string(&channel).unwrap();
            assert_eq!(json, format!("{:?}", channel.as_str()));
            assert_eq!(serde_json::from_str::<Channel>(&json).unwrap(), channel);
        }
        assert_eq!("fax".parse::<Channel>(), Err(UnknownChannel("fax".to_owned())));
    }
}
