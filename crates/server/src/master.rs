//! Where the master key comes from: the environment, a file, or made at the first start.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use store::Db;
use store::trust::master::Master;
use store::trust::secret;

use crate::config::Config;

/// The database with its master key, and every secret in it sealed with the key that seals now.
///
/// Fails when the database holds secrets that no given key opens: making a new key then would only
/// hide that the right one is missing.
pub async fn unlock(db: Db, config: &Config) -> anyhow::Result<Db> {
    let mut conn = db.read().await?;
    let used = secret::key_ids(&mut conn).await?;
    drop(conn);
    let sealed: Vec<&String> = used.iter().filter(|it| !it.is_empty()).collect();
    let file = key_file(config);
    let master = match (given(config, file.as_deref())?, file) {
        (Some(master), _) => master,
        (None, _) if !sealed.is_empty() => Master::default(),
        (None, Some(file)) => make(&file)?,
        (None, None) => Master::default().renewed(),
    };
    let given = master.ids();
    if let Some(missing) = sealed.iter().find(|it| !given.contains(it)) {
        let place = key_file(config).unwrap_or_default();
        anyhow::bail!(
            "the secrets in the database are sealed with master key {missing}, which is not given: \
             bring it to {} or into HUISHENG_SECRET_KEY",
            place.display()
        );
    }
    let db = db.with_master(master);
    if used.iter().any(|it| Some(it) != given.first()) {
        let mut tx = db.write().await?;
        let count = secret::reseal(&mut tx).await?;
        tx.commit().await?;
        tracing::info!(count, "secrets are sealed with the first master key");
    }
    Ok(db)
}

/// A new key seals from now on. Older ones stay in the file, for older backups, unless forgotten.
/// Returns how many secrets were sealed anew.
pub async fn rotate(db: &Db, config: &Config, forget: bool) -> anyhow::Result<usize> {
    anyhow::ensure!(
        config.secret_key.is_empty(),
        "the key comes from HUISHENG_SECRET_KEY: set it to \"NEW OLD\" (openssl rand -base64 32) and \
         restart; every start seals with the first"
    );
    let file = key_file(config).context("a database in memory has no key file")?;
    replace(&file, &db.master().renewed())?;
    let db = db.clone().with_master(Master::read(&file)?);
    let mut tx = db.write().await?;
    let count = secret::reseal(&mut tx).await?;
    tx.commit().await?;
    if forget {
        replace(&file, &db.master().newest())?;
    }
    Ok(count)
}

/// What the settings and the file give, where either does.
pub fn given(config: &Config, file: Option<&Path>) -> anyhow::Result<Option<Master>> {
    if !config.secret_key.is_empty() {
        return Ok(Some(
            Master::parse(&config.secret_key).context("HUISHENG_SECRET_KEY is wrong")?,
        ));
    }
    let Some(file) = file.filter(|it| it.exists()) else { return Ok(None) };
    Ok(Some(Master::read(file).with_context(|| file.display().to_string())?))
}

/// Of the settings; else beside the SQLite file, or beside the folder of files. Never inside that
/// folder: it goes into backups.
pub fn key_file(config: &Config) -> Option<PathBuf> {
    if !config.secret_key_file.as_os_str().is_empty() {
        return Some(config.secret_key_file.clone());
    }
    let beside = |path: &Path| {
        let path = path.to_string_lossy();
        PathBuf::from(format!("{}.key", path.trim_end_matches('/')))
    };
    if config.database.starts_with("sqlite:") {
        return config.sqlite_file().map(|it| beside(&it));
    }
    Some(beside(&config.folder))
}

/// Made where there was none. Another process may be faster: then it is that one's.
fn make(file: &Path) -> anyhow::Result<Master> {
    let place = || format!("the master key cannot be written to {}", file.display());
    match create(file, &Master::default().renewed()) {
        Ok(()) => {
            let file = file.display();
            tracing::warn!(
                %file,
                "a master key was made: keep a copy apart from the database and its backups; \
                 without it signing keys and webhook secrets cannot be read"
            );
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(place),
    }
    Ok(Master::read(file)?)
}

fn create(file: &Path, master: &Master) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(b"# Huisheng's master key. The first seals, the others open what is older.\n")?;
    file.write_all(master.text().as_bytes())?;
    file.sync_all()
}

/// In place of the file, or not at all.
fn replace(file: &Path, master: &Master) -> anyhow::Result<()> {
    let new = PathBuf::from(format!("{}.new", file.display()));
    drop(fs::remove_file(&new));
    create(&new, master).with_context(|| new.display().to_string())?;
    fs::rename(&new, file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use store::testing::test_db;

    use super::*;

    fn config(folder: &Path) -> Config {
        Config { secret_key_file: folder.join("key"), ..Config::default() }
    }

    async fn put_one(db: &Db) -> (domain::id::TenantId, (secret::Purpose, uuid::Uuid)) {
        let (tenant, place) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let (tenant, place) = (domain::id::TenantId(tenant), (secret::Purpose::Webhook, place));
        let mut tx = db.write().await.unwrap();
        secret::put(&mut tx, tenant, place, b"plain").await.unwrap();
        tx.commit().await.unwrap();
        (tenant, place)
    }

    #[tokio::test]
    async fn a_key_is_made_once_kept_from_others_and_missed_when_gone() {
        let (db, folder) = (test_db().await, tempfile::tempdir().unwrap());
        let config = config(folder.path());
        let first = unlock(db.clone(), &config).await.unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join("key")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        put_one(&first).await;
        assert_eq!(unlock(db.clone(), &config).await.unwrap().master().ids(), first.master().ids());
        fs::remove_file(folder.path().join("key")).unwrap();
        let error = unlock(db.clone(), &config).await.unwrap_err().to_string();
        assert!(error.contains(&first.master().ids()[0]), "{error}");
        assert!(!folder.path().join("key").exists(), "no other key hides the loss");
        let text = first.master().text();
        let by_variable = Config { secret_key: text, ..Config::default() };
        unlock(db.clone(), &by_variable).await.unwrap();
    }

    #[tokio::test]
    async fn another_key_takes_over_while_processes_run() {
        let (db, folder) = (test_db().await, tempfile::tempdir().unwrap());
        let config = config(folder.path());
        let running = unlock(db.clone(), &config).await.unwrap();
        let (tenant, place) = put_one(&running).await;
        assert_eq!(rotate(&running, &config, true).await.unwrap(), 1);
        let mut conn = running.read().await.unwrap();
        assert_eq!(secret::find(&mut conn, tenant, place).await.unwrap().unwrap(), b"plain");
        let now = unlock(db.clone(), &config).await.unwrap();
        assert_eq!(now.master().ids().len(), 1, "the old one is forgotten");
    }

    #[test]
    fn the_key_lies_beside_the_database() {
        let of = |database: &str| {
            key_file(&Config { database: database.to_owned(), ..Config::default() })
        };
        assert_eq!(of("sqlite:a/h.db"), Some("a/h.db.key".into()));
        assert_eq!(of("sqlite:///a/h.db?mode=rw"), Some("/a/h.db.key".into()));
        assert_eq!(of("sqlite::memory:"), None);
        assert_eq!(of("postgres://h/h"), Some("huisheng-files.key".into()));
    }
}
