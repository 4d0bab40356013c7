//! Personal data taken out of a text, and put back for those who may see it.
//!
//! Numbers are looked at in the folded text, so full-width digits and invisible characters between
//! digits hide nothing. ID numbers must pass their check digit (GB 11643) and bank cards Luhn's
//! formula (ISO/IEC 7812-1), or half of all order numbers would be called cards.

use serde::{Deserialize, Serialize};

use crate::Span;
use crate::fold::{Folded, Runs};

mod number;
mod word;

/// What kind of personal data a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    IdNumber,
    BankCard,
    Mobile,
    Landline,
    Email,
    Plate,
    OrderNumber,
    Address,
    Name,
}

impl Secret {
    /// What stands in its place.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::IdNumber => "[证件号]",
            Self::BankCard => "[银行卡]",
            Self::Mobile => "[手机号]",
            Self::Landline => "[电话]",
            Self::Email => "[邮箱]",
            Self::Plate => "[车牌]",
            Self::OrderNumber => "[单号]",
            Self::Address => "[地址]",
            Self::Name => "[姓名]",
        }
    }
}

/// A piece that was taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    pub secret: Secret,
    /// Where the placeholder stands in [`Masked::text`].
    #[serde(flatten)]
    pub span: Span,
    /// What stood there. Keep it apart from the text, for those who may see it.
    pub value: String,
}

/// A text without its personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    pub text: String,
    /// In the order of the text.
    pub taken: Vec<Taken>,
}

impl Masked {
    /// The original text.
    pub fn restore(&self) -> String {
        let mut original = String::with_capacity(self.text.len());
        let mut end = 0;
        for piece in &self.taken {
            original.push_str(self.text.get(end..piece.span.start).unwrap_or_default());
            original.push_str(&piece.value);
            end = piece.span.end;
        }
        original.push_str(self.text.get(end..).unwrap_or_default());
        original
    }
}

/// Personal data found in a text, without taking it out: pieces in order that do not overlap.
pub fn find(text: &str) -> Vec<(Secret, Span)> {
    let folded = Folded::new(text, Runs::Keep);
    let mut found = number::find(&folded);
    found.extend(word::find(&folded));
    // Of two that overlap the one that starts first wins, then the kind that is more certain.
    found.sort_by_key(|&(secret, from, to)| (from, secret, std::cmp::Reverse(to)));
    let mut end = 0;
    found.retain(|&(_, from, to)| {
        let keep = from >= end && to > from;
        end = if keep { to } else { end };
        keep
    });
    found.into_iter().map(|(secret, from, to)| (secret, folded.span(from, to))).collect()
}

/// Takes all personal data out of a text. What lies beyond [`crate::fold::TEXT_BYTES_MAX`] is cut.
pub fn mask(text: &str) -> Masked {
    let text = crate::fold::head(text, crate::fold::TEXT_BYTES_MAX);
    let mut masked = Masked { text: String::with_capacity(text.len()), taken: Vec::new() };
    let mut end = 0;
    for (secret, span) in find(text) {
        masked.text.push_str(&text[end..span.start]);
        let start = masked.text.len();
        masked.text.push_str(secret.placeholder());
        let value = span.of(text).to_owned();
        masked.taken.push(Taken { secret, span: Span { start, end: masked.text.len() }, value });
        end = span.end;
    }
    masked.text.push_str(&text[end..]);
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let masked = mask(text);
        assert_eq!(masked.text, expected);
        assert_eq!(masked.restore(), text);
    }

    #[test]
    fn numbers_are_taken_out() {
        check("电话13812345678谢谢", "电话[手机号]谢谢");
        check("打 138-1234-5678 或 +86 13812345678", "打 [手机号] 或 [手机号]");
        check("１３８１２３４５６７８", "[手机号]");
        check("138\u{200b}1234\u{200b}5678", "[手机号]");
        check("好。13812345678", "好。[手机号]");
        check("共 1.13812345678", "共 1.13812345678");
        check("座机010-62345678转3", "座机[电话]转3");
        check("(0755) 8765 4321", "[电话]");
        check("身份证11010519491231002X", "身份证[证件号]");
        check("卡号 6222 0212 3456 7890 129", "卡号 6222 0212 3456 7890 129");
        check("卡4111 1111 1111 1111已扣", "卡[银行卡]已扣");
        check("订单号：20240101123456789 还没到", "订单号：[单号] 还没到");
        check("order #A12345678 is late", "order #[单号] is late");
        check("快递单号SF1234567890123", "快递单号[单号]");
        check("共 12345678 元，2024-05-06", "共 12345678 元，2024-05-06");
    }

    #[test]
    fn words_are_taken_out() {
        check("发到 zhang.san+1@mail.example.com。", "发到 [邮箱]。");
        check("车牌京A12345被拍", "车牌[车牌]被拍");
        check("沪AD12345 新能源", "[车牌] 新能源");
        check(
            "我叫王小明，住在北京市朝阳区建国路88号院3号楼2单元501室。",
            "我叫[姓名]，住在[地址]。",
        );
        check("收货人：李四 电话", "收货人：[姓名] 电话");
        check("客服张女士很耐心，李经理也好", "客服[姓名]女士很耐心，[姓名]经理也好");
        check("Dear Mr. Smith, my name is Anna Lee.", "Dear Mr. [姓名], my name is [姓名].");
        check("给各位先生女士", "给各位先生女士");
    }
}
