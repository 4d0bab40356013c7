//! House rules that a compiler cannot check and a reviewer would have to remember.

mod files;
mod places;
mod source;
mod sql;
mod words;
