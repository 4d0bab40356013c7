//! `huisheng admin …`: what must be possible before anybody can sign in.

use anyhow::Context as _;
use app::handle::Hours;
use app::platform::create_tenant::{CreateTenant, FirstAdministrator, create_tenant};
use app::platform::password::{NewPassword, known};
use app::platform::staff::give_password;
use clap::Subcommand;
use domain::language::Language;
use store::platform::{staff, tenant};

use super::told;
use crate::App;

#[derive(Subcommand)]
pub enum Admin {
    /// Make a company with its first administrator. The password is read from the terminal.
    CreateTenant {
        /// Its code in links and at sign-in, as in `acme`.
        slug: String,
        #[arg(long)]
        name: String,
        /// IANA name; decides what a day is.
        #[arg(long, default_value = "Asia/Shanghai")]
        zone: String,
        /// zh-CN or en.
        #[arg(long, default_value = "zh-CN")]
        language: String,
        /// The administrator's login.
        #[arg(long, default_value = "admin")]
        login: String,
        /// Otherwise read from standard input.
        #[arg(long, env = "HUISHENG_ADMIN_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// List the companies.
    Tenants,
    /// Give a member of staff a new password, as when the last administrator forgot theirs. They choose their own
    /// when they sign in with it.
    SetPassword {
        login: String,
        #[arg(long)]
        tenant: Option<String>,
        #[arg(long, env = "HUISHENG_ADMIN_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
}

pub async fn run(app: &App, command: Admin) -> anyhow::Result<()> {
    match command {
        Admin::Tenants => {
            let mut conn = app.db.read().await?;
            for it in tenant::list(&mut conn).await? {
                println!("{}\t{}\t{}", it.slug, it.name, it.zone);
            }
            Ok(())
        }
        Admin::CreateTenant { slug, name, zone, language, login, password } => {
            let language = Language::of_tag(&language).context("a language is zh-CN or en")?;
            let password = read_password(password)?;
            let now = app.now();
            let known = [&login, &slug, &name].map(String::clone);
            let password = NewPassword::new(password, &known, &app.ids);
            let administrator = FirstAdministrator { name: login.clone(), login, password };
            let id = app.ids.at(now).into();
            let hours = Hours::Office;
            let input = CreateTenant { id, slug, name, zone, language, hours, administrator };
            let mut tx = app.db.write().await?;
            let made = create_tenant(&mut tx, now, &app.ids, input).await.map_err(told)?;
            tx.commit().await?;
            println!("{}: {}/", made.slug, app.config.public_url);
            Ok(())
        }
        Admin::SetPassword { login, tenant, password } => {
            let tenant = super::tenant(app, tenant.as_deref()).await?.id;
            let password = read_password(password)?;
            let mut tx = app.db.write().await?;
            let found = staff::find_by_login(&mut tx, tenant, &login).await?;
            let (person, _) = found.with_context(|| format!("nobody logs in as `{login}`"))?;
            let known = known(&mut tx, tenant, &login, &person.name).await.map_err(told)?;
            let password = NewPassword::new(password, &known, &app.ids);
            let act = app.system(tenant);
            give_password(&mut tx, &act, &person, &password).await.map_err(told)?;
            tx.commit().await?;
            println!(
                "{login}: the password is set and their sessions are ended; they choose their own when they sign in"
            );
            Ok(())
        }
    }
}

fn read_password(given: Option<String>) -> anyhow::Result<String> {
    if let Some(password) = given {
        return Ok(password);
    }
    eprint!("Password: ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
