//! The first run: while there is no company, this process has a door to which it printed the code;
//! afterwards it may fill a demonstration while nothing else is done.

use std::sync::{Mutex, MutexGuard};

use app::platform::set_up::Door;
use domain::refusal::Refusal;
use jiff::Timestamp;
use store::db;
use tokio::sync::watch;

use crate::App;

/// How far the demonstration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filling {
    #[default]
    None,
    /// In thousandths of the year.
    UnderWay(u16),
    /// What there is of it stays.
    Failed,
}

#[derive(Debug, Default)]
pub struct Setup {
    door: Mutex<Option<Door>>,
    filling: watch::Sender<Filling>,
    /// One company at a time.
    pub alone: tokio::sync::Mutex<()>,
}

impl Setup {
    fn door(&self) -> MutexGuard<'_, Option<Door>> {
        self.door.lock().expect("nothing panics while it is held")
    }

    /// A door, if there is no company yet; its code is told to nobody else.
    pub async fn open(&self, app: &App) -> db::Result<Option<String>> {
        let mut conn = app.db.read().await?;
        if !store::platform::tenant::list(&mut conn).await?.is_empty() {
            return Ok(None);
        }
        let (door, code) = Door::new(&app.ids);
        *self.door() = Some(door);
        Ok(Some(code))
    }

    pub fn is_open(&self) -> bool {
        self.door().is_some()
    }

    pub fn close(&self) {
        *self.door() = None;
    }

    /// Refuses who has not the code, and everybody when there is no door.
    pub fn knock(&self, now: Timestamp, code: &str) -> Result<(), Refusal> {
        match &mut *self.door() {
            Some(door) => door.knock(now, code),
            None => Err(Refusal::conflict("setup_done")),
        }
    }

    pub fn filling(&self) -> Filling {
        *self.filling.borrow()
    }

    pub fn fill(&self, to: Filling) {
        self.filling.send_replace(to);
    }

    /// Waits while a demonstration is being filled: it is made in the order of its own time, and what
    /// falls due in it is none of ours.
    pub async fn filled(&self) {
        let mut filling = self.filling.subscribe();
        let over = |it: &Filling| !matches!(it, Filling::UnderWay(_));
        // The sender is ours, so it is there.
        drop(filling.wait_for(over).await);
    }
}
