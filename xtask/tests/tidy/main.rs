//! House rules that a compiler cannot check and a reviewer would have to remember.

mod files;
mod places;
mod security;
mod source;
mod sql;
mod words;
