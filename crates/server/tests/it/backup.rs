//! What is backed up comes back, on either engine, whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::write::GzEncoder;
use flate2::{Compression, read::GzDecoder};
use jiff::Timestamp;
use serde_json::json;
use server::App;
use server::backup::restore::{Place, restore};
use server::backup::{read, write};
use store::Db;
use store::db::whole::{self, Cell};
use store::testing::fill::fill;
use store::testing::{TestDb, bare_db, rows, test_db};
use uuid::Uuid;

use crate::harness::{House, Who};
use crate::ledger::lived;

const MANAGER: Who<'_> = Who::Ours("manager");

async fn written(db: &Db, folder: &Path) -> Vec<u8> {
    let mut bytes = vec![];
    write::write(db, folder, Timestamp::UNIX_EPOCH, &mut bytes, &mut |_| ()).await.unwrap();
    bytes
}

/// Restored with the keys it asks for, as far as it can be read.
async fn restored(to: &Db, folder: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let key_ids =
        read::Backup::open(bytes).map(|it| it.header().key_ids.clone()).unwrap_or_default();
    let place = Place { db: to, folder, key_ids, without_secrets: false };
    restore(&place, bytes, &mut |_| ()).await.map(drop)
}

async fn standard_form(house: &House) -> serde_json::Value {
    let forms = house.get(MANAGER, "/api/v1/forms").await.json();
    let forms = forms["items"].as_array().or(forms.as_array()).unwrap();
    forms.iter().find(|it| it["key"] == "standard").unwrap()["id"].clone()
}

/// A database of each engine there is, without tables.
async fn empty_ones(dir: &Path) -> (TestDb, Db) {
    let sqlite = format!("sqlite:{}/other.db", dir.display());
    (bare_db().await, Db::connect(&sqlite).await.unwrap())
}

#[tokio::test]
async fn a_row_of_every_table_goes_to_the_other_engine_and_comes_back() {
    let (from, dir) = (test_db().await, tempfile::tempdir().unwrap());
    let tables = fill(&from).await.unwrap();
    // Asked in another way than the backup does: whatever table is made later must be in it.
    let left_out = ["_sqlx_migrations", "worker", "part_lease"];
    let all = rows(&from).await;
    let listed: Vec<&String> = all.keys().filter(|it| !left_out.contains(&it.as_str())).collect();
    assert_eq!(listed, tables.iter().map(|it| &it.name).collect::<Vec<_>>());
    assert!(30 < tables.len() && listed.iter().all(|it| all[*it].len() == 1));

    let (back, other) = empty_ones(dir.path()).await;
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    let first = written(&from, &one).await;
    restored(&other, &one, &first).await.unwrap();
    let second = written(&other, &one).await;
    restored(&back, &two, &second).await.unwrap();
    let again = rows(&back).await;
    for it in listed {
        assert_eq!(again[it], all[it], "{it}");
    }
    let ends = [&first, &second, &written(&back, &two).await];
    let [a, b, c] = ends.map(|it| read::verify(&it[..]).unwrap());
    assert_eq!((a.1.rows, a.1.tables), (b.1.rows, b.1.tables));
    assert_eq!((c.1.rows, c.0.migrations), (a.1.rows, a.0.migrations));
}

#[tokio::test]
async fn a_house_goes_on_where_its_backup_was_made() {
    let house = lived().await;
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(house.app.config.folder.join("a/b")).unwrap();
    let noise: Vec<u8> = (0..500_000_u64).map(|it| (it * it % 251) as u8).collect();
    fs::write(house.app.config.folder.join("a/b/photo.png"), &noise).unwrap();
    fs::write(house.app.config.folder.join("空.txt"), "").unwrap();
    let bytes = written(&house.app.db, &house.app.config.folder).await;
    let (_, other) = empty_ones(dir.path()).await;
    let folder = dir.path().join("files");
    restored(&other, &folder, &bytes).await.unwrap();
    assert_eq!(fs::read(folder.join("a/b/photo.png")).unwrap(), noise);
    assert_eq!(fs::read(folder.join("空.txt")).unwrap(), b"");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "nothing else lies there");

    let master = store::trust::master::Master::parse(&house.app.db.master().text()).unwrap();
    let mut moved = house;
    let (config, ids) = ((*moved.app.config).clone(), moved.app.ids.clone());
    *moved.app = App::new(other.with_master(master), config, moved.app.clock, ids);
    let mut conn = moved.app.db.read().await.unwrap();
    let report = app::trust::verify::verify(&mut conn, moved.ours, &[]).await.unwrap();
    assert!(report.faults.is_empty() && 6 < report.leaves, "{report:?}");
    drop(conn);
    // It goes on: the next evaluation gets its place, signed with the key that came along.
    let form = standard_form(&moved).await;
    let body = json!({ "form": form, "answers": { "overall": 2 } });
    let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(99));
    assert_eq!(moved.put(MANAGER, &path, body).await.status, 201);
    server::worker::run_due(&moved.app).await.unwrap();
    let mut conn = moved.app.db.read().await.unwrap();
    let after = app::trust::verify::verify(&mut conn, moved.ours, &[]).await.unwrap();
    assert!(after.faults.is_empty() && report.leaves < after.leaves, "{after:?}");
    assert_eq!(store::trust::ledger::keys(&mut conn, moved.ours).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_backup_made_while_others_write_is_of_one_moment() {
    let house = lived().await;
    let form = standard_form(&house).await;
    let writes = async {
        for n in 0..30_u128 {
            let path = format!("/api/v1/evaluations/{}", Uuid::from_u128(1_000 + n));
            let body = json!({ "form": form, "answers": { "overall": 1 + n % 5 } });
            assert_eq!(house.put(MANAGER, &path, body).await.status, 201);
            if n % 10 == 0 {
                server::worker::seal_all(&house.app).await.unwrap();
            }
        }
    };
    let backups = async {
        let mut all = vec![];
        for _ in 0..3 {
            all.push(written(&house.app.db, &house.app.config.folder).await);
            tokio::task::yield_now().await;
        }
        all
    };
    let ((), backups) = tokio::join!(writes, backups);
    for bytes in backups {
        let dir = tempfile::tempdir().unwrap();
        let (_, other) = empty_ones(dir.path()).await;
        restored(&other, &dir.path().join("files"), &bytes).await.unwrap();
        let mut conn = other.read().await.unwrap();
        let report = app::trust::verify::verify(&mut conn, house.ours, &[]).await.unwrap();
        assert!(report.faults.is_empty(), "{report:?}");
    }
}

/// Refused, with that said, and nothing of it is there.
async fn refused(bytes: &[u8], why: &str) {
    let dir = tempfile::tempdir().unwrap();
    let (_, other) = empty_ones(dir.path()).await;
    let folder = dir.path().join("files");
    let error = restored(&other, &folder, bytes).await.unwrap_err();
    assert!(format!("{error:#}").contains(why), "{error:#}");
    let left = rows(&other).await.remove("tenant").unwrap_or_default();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(fs::read_dir(&folder).map_or(0, Iterator::count), 0, "no file is left");
}

/// The same lines, one of them changed, compressed again.
fn edited(bytes: &[u8], edit: impl Fn(String) -> String) -> Vec<u8> {
    let text = std::io::read_to_string(GzDecoder::new(bytes)).unwrap();
    let mut out = GzEncoder::new(vec![], Compression::fast());
    out.write_all(edit(text).as_bytes()).unwrap();
    out.finish().unwrap()
}

#[tokio::test]
async fn what_is_cut_changed_or_newer_is_refused_and_nothing_of_it_restored() {
    let house = lived().await;
    fs::write(house.app.config.folder.join("note"), "attached").unwrap();
    let bytes = written(&house.app.db, &house.app.config.folder).await;
    for part in 1..20 {
        let cut = &bytes[..bytes.len() * part / 20];
        assert!(read::verify(cut).is_err(), "cut at {part}/20");
        let mut flipped = bytes.clone();
        // The first ten bytes say when and on what it was compressed.
        flipped[10 + (bytes.len() - 10) * part / 20] ^= 0x10;
        assert!(read::verify(&flipped[..]).is_err(), "flipped at {part}/20");
    }
    assert!(read::verify(&[&bytes[..], b"x"].concat()[..]).is_err(), "something behind it");
    assert!(read::verify(&b"no backup"[..]).is_err());

    let unfinished = edited(&bytes, |it| it[..it.len() - 9].to_owned());
    refused(&unfinished, "ends early").await;
    refused(&bytes[..bytes.len() - 9], "damaged at line").await;
    refused(&bytes[..bytes.len() / 2], "damaged at line").await;
    let later = edited(&bytes, |it| it.replacen("huisheng_backup\":1", "huisheng_backup\":2", 1));
    refused(&later, "newer version").await;
    let newer =
        edited(&bytes, |it| it.replacen("\"migrations\":[1,", "\"migrations\":[1,9999,", 1));
    refused(&newer, "newer version").await;
    let praise = edited(&bytes, |it| it.replacen("等了很久", "从没等过", 1));
    refused(&praise, "not those that were written").await;
    let fewer = edited(&bytes, |it| {
        let at = it.find("{\"table\":{\"name\":\"evaluation\"").unwrap();
        let row = at + it[at..].find('\n').unwrap() + 1;
        let end = row + it[row..].find('\n').unwrap() + 1;
        format!("{}{}", &it[..row], &it[end..])
    });
    refused(&fewer, "rows are there of").await;
    let outside = edited(&bytes, |it| it.replacen("\"path\":\"note\"", "\"path\":\"../note\"", 1));
    refused(&outside, "outside of the folder").await;

    let error = restored(&house.app.db, &house.app.config.folder, &bytes).await.unwrap_err();
    assert!(format!("{error:#}").contains("not empty"), "{error:#}");
}

#[tokio::test]
async fn without_its_master_key_secrets_stay_behind() {
    let house = lived().await;
    let body = json!({ "url": "https://127.0.0.1:9/x", "events": ["*"], "active": true });
    let hook = format!("/api/v1/webhooks/{}", Uuid::from_u128(5));
    let admin = Who::Ours("administrator");
    let secret = house.put(admin, &hook, body).await.json()["secret"].as_str().unwrap().to_owned();
    let bytes = written(&house.app.db, &house.app.config.folder).await;
    let plain = std::io::read_to_string(GzDecoder::new(&bytes[..])).unwrap();
    assert!(!plain.contains(&secret), "what is sealed is sealed in the backup");
    let dir = tempfile::tempdir().unwrap();
    let (_, other) = empty_ones(dir.path()).await;
    let folder = dir.path().join("files");
    let mut place = Place { db: &other, folder: &folder, key_ids: vec![], without_secrets: false };
    let error = restore(&place, &bytes[..], &mut |_| ()).await.unwrap_err().to_string();
    assert!(error.contains(&house.app.db.master().ids()[0]), "{error}");
    place.without_secrets = true;
    restore(&place, &bytes[..], &mut |_| ()).await.unwrap();
    let mut conn = other.read().await.unwrap();
    let hooks = store::platform::webhook::list(&mut conn, house.ours).await.unwrap();
    assert_eq!((hooks.len(), hooks[0].secret.as_str()), (1, ""));
}

#[tokio::test]
async fn every_older_schema_with_rows_in_it_comes_to_the_newest() {
    let newest = test_db().await;
    let mut conn = newest.read().await.unwrap();
    let all = whole::versions(&mut conn).await.unwrap();
    let wanted = whole::tables(&mut conn).await.unwrap();
    drop(conn);
    for upto in 1..=all.len() {
        let old = bare_db().await;
        assert_eq!(old.migrate_to(&all[..upto]).await.unwrap(), [0_i64; 0]);
        let filled = fill(&old).await.unwrap();
        old.migrate().await.unwrap_or_else(|error| panic!("from {}: {error}", all[upto - 1]));
        let mut conn = old.read().await.unwrap();
        assert_eq!(whole::tables(&mut conn).await.unwrap(), wanted, "from {}", all[upto - 1]);
        for table in wanted.iter().filter(|it| filled.iter().any(|was| was.name == it.name)) {
            let mut count = 0;
            let each = |_: Vec<Cell>| -> store::db::Result<()> {
                count += 1;
                Ok(())
            };
            whole::each_row(&mut conn, table, each).await.unwrap();
            assert_eq!(count, 1, "{} from {}", table.name, all[upto - 1]);
        }
    }
}
