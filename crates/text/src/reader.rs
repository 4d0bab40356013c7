//! The reader: everything the crate knows about one text, in one pass.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::emotion::{self, Emotion};
use crate::fold::{Folded, Runs};
use crate::kind::{self, KindProposal};
use crate::language::{self, Language};
use crate::opinion;
use crate::sentiment::{self, Sentiment};
use crate::topic::{CodeBook, TopicHit};

/// Version of the built-in models and lists; stored beside what they read.
pub const VERSION: u32 = 1;

/// What was read in a text. Serialises as it is stored and served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub version: u32,
    pub language: Language,
    pub sentiment: Sentiment,
    pub emotion: Emotion,
    /// All five kinds, the likeliest first.
    pub kinds: Vec<KindProposal>,
    /// The topics spoken of, the clearest first; often none.
    pub topics: Vec<TopicHit>,
}

/// Reads texts. Cheap to clone; share one among threads.
#[derive(Clone, Debug)]
pub struct Reader {
    code_book: Arc<CodeBook>,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// A reader with the built-in code book.
    pub fn new() -> Self {
        Self::with_code_book(CodeBook::built_in())
    }

    /// A reader with a tenant's code book.
    pub fn with_code_book(code_book: CodeBook) -> Self {
        Self { code_book: Arc::new(code_book) }
    }

    pub fn code_book(&self) -> &CodeBook {
        &self.code_book
    }

    /// Reads one text. Any string is welcome; at most [`crate::fold::TEXT_BYTES_MAX`] of it is read.
    pub fn read(&self, text: &str) -> Reading {
        let folded = Folded::new(text, Runs::Shorten);
        let opinions = opinion::opinions(&folded);
        let language = language::detect(text);
        let sentiment = sentiment::read(&folded, language, &opinions);
        Reading {
            version: VERSION,
            language,
            emotion: emotion::read(text, &folded),
            kinds: kind::read(&folded, &sentiment),
            topics: self.code_book.read(&folded),
            sentiment,
        }
    }
}
