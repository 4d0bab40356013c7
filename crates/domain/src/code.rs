//! Words that leave the house: enums whose members are stable `snake_case` codes, the same in JSON,
//! in the database, in addresses and on the command line.

/// A word that is none of the codes of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is none of {allowed:?}")]
pub struct UnknownCode {
    pub word: String,
    pub allowed: &'static [&'static str],
}

/// Declares an enum with a code for each member: `ALL`, `CODES`, `code()`, `Display`, `FromStr`
/// and serde and the API's schema with the same spelling.
//
// A code is a `tt`: as a `literal` fragment it would hide in a group that derives do not look into.
macro_rules! codes {
    ($($(#[$meta:meta])* pub enum $name:ident {
        $($(#[$doc:meta])* $member:ident = $code:tt),+ $(,)?
    })+) => {$(
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $code)] $member,)+
        }

        impl $name {
            /// Every member, in order.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];
            /// The code of every member, in order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The stable word in JSON, in the database and on the command line.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$member => $code,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::code::UnknownCode;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($code => Ok(Self::$member),)+
                    _ => Err($crate::code::UnknownCode {
                        word: word.to_owned(),
                        allowed: Self::CODES,
                    }),
                }
            }
        }
    )+};
}

pub(crate) use codes;

#[cfg(test)]
mod tests {
    use super::UnknownCode;

    codes! {
        /// Two words.
        pub enum Side {
            Left = "left",
            FarRight = "far_right",
        }
    }

    #[test]
    fn a_code_is_spelt_alike_everywhere() {
        for (side, code) in Side::ALL.iter().zip(Side::CODES) {
            assert_eq!(side.code(), *code);
            assert_eq!(side.to_string(), *code);
            assert_eq!(code.parse(), Ok(*side));
            assert_eq!(serde_json::json!(side), serde_json::json!(code));
        }
        assert_eq!(
            "up".parse::<Side>(),
            Err(UnknownCode { word: "up".to_owned(), allowed: &["left", "far_right"] })
        );
    }
}
