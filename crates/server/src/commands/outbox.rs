//! `huisheng outbox`: the messages of a company, with links that work, for who tries the house
//! out without a mail server.

use clap::Args;
use store::answer::message::{self, Filter};

use super::told;
use crate::{App, worker};

#[derive(Args)]
pub struct Outbox {
    /// The company's code, where there are several.
    #[arg(long)]
    tenant: Option<String>,
    /// How many, the newest last.
    #[arg(long, default_value_t = 10)]
    limit: i64,
}

/// Makes a link for each that asks for an evaluation: stored texts hold none.
pub async fn run(app: &App, command: Outbox) -> anyhow::Result<()> {
    let tenant = super::tenant(app, command.tenant.as_deref()).await?;
    let act = app.system(tenant.id);
    let mut tx = app.db.write().await?;
    let filter = Filter { limit: command.limit.clamp(1, 1000), ..Filter::default() };
    let mut found = message::list(&mut tx, tenant.id, &filter).await?;
    found.reverse();
    for it in found {
        let it = worker::fill(app, &act, &mut tx, it).await.map_err(told)?;
        let state = store::db::name(&it.message.state);
        let error = it.message.error.as_deref().unwrap_or("");
        println!(
            "{} {} -> {} [{state}] {error}",
            it.message.created, it.message.channel, it.message.recipient
        );
        println!("{}\n\n{}\n", it.message.subject, it.text);
    }
    tx.commit().await?;
    Ok(())
}
