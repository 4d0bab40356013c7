//! `huisheng serve` and `huisheng work`: answer requests, do what is due, until told to stop;
//! then finish what is under way, within [`STOP`].

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::{App, connections, http, metrics, worker};

/// How long requests and work under way have to end. Together with closing the database it is under the ten
/// seconds that service managers give.
const STOP: Duration = Duration::from_secs(8);

const CLOSE: Duration = Duration::from_secs(1);

/// Serves, and works unless another process does.
pub async fn run(app: App, works: bool) -> anyhow::Result<()> {
    let listener = bind(app.config.listen).await?;
    if let Some(address) = app.config.metrics_listen {
        let listener = bind(address).await?;
        let router = Router::new().route("/metrics", get(metrics::get_open_metrics));
        let (its, router) = (app.clone(), router.with_state(app.clone()));
        app.tasks.spawn(async move { connections::serve(&its, listener, router).await });
    }
    stop_when_signalled(&app);
    serve(&app, listener, works).await?;
    close(&app).await;
    Ok(())
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Serves until [`App::stop`], and a little longer to those whose requests are under way.
pub async fn serve(app: &App, listener: TcpListener, works: bool) -> anyhow::Result<()> {
    tracing::info!(address = %listener.local_addr()?, works, "serving");
    if let Some(code) = app.setup.open(app).await? {
        invite(app, &code);
    }
    if works {
        app.tasks.spawn(worker::run(app.clone()));
        app.tasks.spawn(crate::import::watch(app.clone()));
    }
    let served = connections::serve(app, listener, http::router(app.clone()));
    let ended = async { tokio::join!(served, finish_tasks(app)) };
    let overdue = async {
        app.stop.cancelled().await;
        tokio::time::sleep(STOP).await;
    };
    tokio::select! {
        _ = ended => {}
        () = overdue => tracing::warn!("what was under way for too long was left"),
    }
    Ok(())
}

/// Tells whoever started the server how the first company is made.
fn invite(app: &App, code: &str) {
    let url = &app.config.public_url;
    println!("还没有企业，请在浏览器里完成初始设置：");
    println!("There is no company yet. Set up the first one in a browser:");
    println!();
    println!("    {url}/console/setup#{code}");
    println!();
    println!("设置码 set-up code: {code}（只能用一次 works once）");
}

/// Works without serving.
pub async fn work(app: App) -> anyhow::Result<()> {
    tracing::info!("working");
    app.tasks.spawn(worker::run(app.clone()));
    stop_when_signalled(&app);
    app.stop.cancelled().await;
    if timeout(STOP, finish_tasks(&app)).await.is_err() {
        tracing::warn!("what was under way for too long was left");
    }
    close(&app).await;
    Ok(())
}

/// Waits until all that runs beside requests has ended, which it does after [`App::stop`].
async fn finish_tasks(app: &App) {
    app.stop.cancelled().await;
    app.tasks.close();
    app.tasks.wait().await;
}

async fn close(app: &App) {
    if timeout(CLOSE, app.db.close()).await.is_err() {
        tracing::warn!("the database was left with work under way, which it undoes");
    }
}

fn stop_when_signalled(app: &App) {
    let stop = app.stop.clone();
    app.tasks.spawn(async move {
        tokio::select! {
            () = signalled() => stop.cancel(),
            () = stop.cancelled() => {}
        }
    });
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
