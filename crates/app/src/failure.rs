//! Why a use case did not happen.

use domain::refusal::Refusal;

pub type Result<T, E = Failure> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule said no: the caller's to mend.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// The database failed: ours to mend.
    #[error(transparent)]
    Db(#[from] store::db::Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl Failure {
    /// The code of the rule that said no; `None` when the database failed.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refusal) => Some(refusal.code),
            Self::Db(_) => None,
        }
    }
}
