//! What changed, for pages that are open: of what kind, never what or whose; they read it again by the
//! API, within their own reach.
//!
//! Every evaluation and every event of a case is a leaf of the ledger, which gets its place within
//! about a second from whichever process runs the worker. One look a second at the newest places of a
//! company finds what all processes wrote, on both engines, however many of its people watch; nobody
//! looks where nobody watches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::id::TenantId;
use domain::trust::leaf::Thing;
use store::trust::ledger_read;
use tokio::sync::watch;

use crate::App;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How far the ledger has come, by kind of thing: a number that grows says that something changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    pub evaluations: u64,
    pub cases: u64,
}

/// The companies that somebody watches. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Live {
    watched: Arc<Mutex<HashMap<TenantId, Arc<watch::Sender<Marks>>>>>,
}

impl Live {
    /// The marks of a company, as they change from now on.
    pub fn watch(&self, app: &App, tenant: TenantId) -> watch::Receiver<Marks> {
        let mut watched = self.watched.lock().expect("nothing panics while it is held");
        if let Some(marks) = watched.get(&tenant) {
            return marks.subscribe();
        }
        let (marks, receiver) = watch::channel(Marks::default());
        let marks = Arc::new(marks);
        watched.insert(tenant, Arc::clone(&marks));
        app.tasks.spawn(look(app.clone(), tenant, marks));
        receiver
    }

    /// Ends the looking when nobody is left to tell.
    fn is_left(&self, tenant: TenantId, marks: &watch::Sender<Marks>) -> bool {
        let mut watched = self.watched.lock().expect("nothing panics while it is held");
        // Under the lock: who comes now finds either the looking one or none.
        let left = marks.receiver_count() == 0;
        if left {
            watched.remove(&tenant);
        }
        left
    }
}

async fn look(app: App, tenant: TenantId, marks: Arc<watch::Sender<Marks>>) {
    let mut next = None;
    while !app.live.is_left(tenant, &marks) {
        match step(&app, tenant, next, &marks).await {
            Ok(place) => next = Some(place),
            Err(error) => tracing::warn!(%error, "could not look for changes"),
        }
        tokio::select! {
            // Those who wait are told by their streams' own end.
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Looks at the places from `next` on and says where the next look begins. The first look only
/// finds out where that is.
async fn step(
    app: &App,
    tenant: TenantId,
    next: Option<u64>,
    marks: &watch::Sender<Marks>,
) -> store::db::Result<u64> {
    let mut conn = app.db.read().await?;
    let Some(next) = next else { return ledger_read::size(&mut conn, tenant).await };
    let newest = ledger_read::newest(&mut conn, tenant, next).await?;
    let Some(last) = newest.values().max() else { return Ok(next) };
    marks.send_modify(|it| {
        it.evaluations = newest.get(&Thing::Evaluation).copied().unwrap_or(it.evaluations);
        it.cases = newest.get(&Thing::CaseEvent).copied().unwrap_or(it.cases);
    });
    Ok(last + 1)
}
