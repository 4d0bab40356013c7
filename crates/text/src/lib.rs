//! Reading what people write: comments, mails and transcripts in Chinese (both scripts) and English.
//!
//! Everything here is a pure function of its input: no network, no clock, no files; the weights are
//! inside the binary. [`Reader::read`] proposes language, sentiment, emotion, kind and topics, and
//! every proposal carries the pieces of the text that led to it. People decide.
//!
//! **Spans are byte offsets into the original `&str`**, always on character boundaries.
//!
//! | room | what it answers |
//! |---|---|
//! | [`fold`] | the text made comparable, each character knowing where it came from |
//! | [`language`] | which language and script |
//! | [`sentiment`], [`emotion`], [`kind`], [`topic`] | how the writer feels, how strongly, what he wants, about what |
//! | [`behaviour`], [`steering`] | what an agent did in a transcript |
//! | [`similar`] | the same problem again, copies |
//! | [`mask`] | personal data taken out, and put back for those who may see it |

pub mod behaviour;
pub mod emerging;
pub mod emotion;
pub mod eval;
pub mod feature;
pub mod fold;
pub mod kind;
pub mod language;
pub mod learn;
pub mod lexicon;
pub mod linear;
pub mod mask;
pub mod mismatch;
mod opinion;
pub mod reader;
pub mod routing;
pub mod segment;
pub mod sentiment;
pub mod similar;
pub mod span;
pub mod steering;
pub mod topic;
pub mod train;

pub use reader::{Reader, Reading};
pub use span::{Evidence, Span};
