//! Cases under promise 处理.

pub mod calendar;
pub mod case;
pub mod clock;
pub mod closing;
pub mod command;
pub mod decide;
pub mod escalation;
pub mod event;
pub mod history;
pub mod policy;
pub mod rectification;
pub mod stage;
pub mod suggestion;
pub mod timeline;

pub use case::{Case, State};
pub use command::{CaseRefusal, Command, Context};
pub use decide::{decide, open};
pub use event::{CaseEvent, Opening, What};
