//! The ways an evaluation can reach us. Their names for readers live in the words files.

use crate::code::codes;

codes! {
    /// Where an evaluation came in or an invitation went out.
    pub enum Channel {
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
}
