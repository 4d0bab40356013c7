//! `huisheng secrets`: the master key that secrets in the database are sealed with.

use std::io::Write as _;

use clap::Subcommand;

use crate::App;
use crate::master::{key_file, rotate};

#[derive(Subcommand)]
pub enum Secrets {
    /// Say which keys there are, by their names, and where the file is.
    Show,
    /// Seal everything with a new key from now on. Running processes find it in the file by themselves.
    Rotate {
        /// Take older keys out of the file. Secrets in older backups need them: keep a copy elsewhere.
        #[arg(long)]
        forget_old: bool,
    },
}

pub async fn run(app: &App, command: Secrets) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    match command {
        Secrets::Show => {
            let place = match key_file(&app.config) {
                _ if !app.config.secret_key.is_empty() => "HUISHENG_SECRET_KEY".to_owned(),
                Some(file) => file.display().to_string(),
                None => "memory".to_owned(),
            };
            Ok(writeln!(
                out,
                "{} (the first seals), from {place}",
                app.db.master().ids().join(" ")
            )?)
        }
        Secrets::Rotate { forget_old } => {
            let count = rotate(&app.db, &app.config, forget_old).await?;
            Ok(writeln!(out, "{count} secrets are sealed with a new master key")?)
        }
    }
}
