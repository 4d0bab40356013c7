//! `huisheng serve` and `huisheng work`: answer requests, do what is due, until told to stop;
//! then finish what is under way.

use anyhow::Context as _;
use tokio::net::TcpListener;

use crate::{App, http, worker};

/// Serves, and works unless another process does.
pub async fn run(app: App, works: bool) -> anyhow::Result<()> {
    let address = app.config.listen;
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    tracing::info!(%address, works, "serving");
    if works {
        app.tasks.spawn(worker::run(app.clone()));
        app.tasks.spawn(crate::import::watch(app.clone()));
    }
    let stop = app.stop.clone();
    axum::serve(listener, http::router(app.clone()))
        .with_graceful_shutdown(async move {
            tokio::select! {
                () = signalled() => {}
                () = stop.cancelled() => {}
            }
        })
        .await?;
    finish(app).await
}

/// Works without serving.
pub async fn work(app: App) -> anyhow::Result<()> {
    tracing::info!("working");
    app.tasks.spawn(worker::run(app.clone()));
    signalled().await;
    finish(app).await
}

async fn finish(app: App) -> anyhow::Result<()> {
    app.stop.cancel();
    app.tasks.close();
    app.tasks.wait().await;
    app.db.close().await;
    Ok(())
}

/// Ctrl-C, or the service manager's TERM.
async fn signalled() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            interrupt.await.unwrap_or(());
            return;
        };
        tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await.unwrap_or(());
}
