//! Files brought in through the API and by the house itself: tried, taken, refused with reasons,
//! mended, brought again without bringing anything twice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::{Request, header};
use domain::id::{ImportId, StaffId};
use domain::language::Language;
use domain::platform::import::{Counts, Finding, Mapping, Stage, Target, propose};
use domain::platform::staff::Staff;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{House, Reply, Who};

const MANAGER: Who<'_> = Who::Ours("manager");

pub async fn upload(house: &House, number: u128, target: &str, bytes: &[u8]) -> ImportId {
    let id = ImportId(Uuid::from_u128(number));
    let cookie = house.cookie(MANAGER).unwrap();
    let request = Request::put(format!("/api/v1/imports/{id}?target={target}&name=file"))
        .header(header::COOKIE, format!("huisheng_session={cookie}"))
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    let reply = house.raw(request).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    id
}

pub async fn start(house: &House, id: ImportId, mapping: &Value, dry_run: bool) -> Reply {
    let body = json!({ "mapping": mapping, "dry_run": dry_run });
    house.post(MANAGER, &format!("/api/v1/imports/{id}/start"), body).await
}

/// Waits for what runs beside the requests, then tells what was counted.
pub async fn ended(house: &House, id: ImportId) -> Value {
    house.app.tasks.close();
    house.app.tasks.wait().await;
    house.app.tasks.reopen();
    let reply = house.get(MANAGER, &format!("/api/v1/imports/{id}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

fn counts(read: i64, created: i64, updated: i64, unchanged: i64, bad: i64) -> Value {
    json!({ "read": read, "created": created, "updated": updated, "unchanged": unchanged, "bad": bad })
}

const CUSTOMERS: &str = "客户编号,姓名,手机,级别\n\
    C1,李雷,13800000001,VIP客户\n\
    C2,韩梅梅,,\n\
    C3,=王,无,普通客户\n\
    C4,赵,13800000004\n";

#[tokio::test]
async fn a_file_is_looked_into_tried_taken_mended_and_taken_again() {
    let house = House::new().await;
    let id = upload(&house, 1, "customers", CUSTOMERS.as_bytes()).await;
    let look = house.post(MANAGER, &format!("/api/v1/imports/{id}/look"), json!({})).await.json();
    assert_eq!(look["columns"], json!(["客户编号", "姓名", "手机", "级别"]));
    let mapping = look["proposal"]["mapping"].clone();
    assert_eq!(mapping["fields"]["level"]["values"]["VIP客户"], "vip");
    let level = look["fields"].as_array().unwrap().iter().find(|it| it["key"] == "level").unwrap();
    assert_eq!(level["codes"], json!(["standard", "key", "vip"]));

    // Tried: counted and explained, nothing kept.
    assert_eq!(start(&house, id, &mapping, true).await.status, 202);
    let tried = ended(&house, id).await;
    assert_eq!((&tried["stage"], &tried["counts"]), (&json!("done"), &counts(4, 2, 0, 0, 2)));
    let listed = house.get(MANAGER, "/api/v1/customers").await.json();
    assert_eq!(listed["items"], json!([]));

    // Each refused row with its line and every reason, a page at a time.
    let faults = format!("/api/v1/imports/{id}/faults?limit=1");
    let page = house.get(MANAGER, &faults).await.json();
    assert_eq!(
        (&page["items"][0]["line"], &page["items"][0]["cells"][0]),
        (&json!(4), &json!("C3"))
    );
    assert_eq!(page["items"][0]["faults"][0]["column"], "手机");
    assert!(!page["items"][0]["faults"][0]["reason"].as_str().unwrap().is_empty());
    let next = page["next"].as_str().unwrap();
    let page = house.get(MANAGER, &format!("{faults}&after={next}")).await.json();
    assert_eq!((&page["items"][0]["line"], &page["next"]), (&json!(5), &json!(null)));

    // Taken.
    assert_eq!(start(&house, id, &mapping, false).await.status, 202);
    assert_eq!(ended(&house, id).await["counts"], counts(4, 2, 0, 0, 2));
    let listed = house.get(MANAGER, "/api/v1/customers").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 2);

    // What was refused comes back with line, column and reason; mended, it is taken.
    let bad = house.get(MANAGER, &format!("/api/v1/imports/{id}/bad-rows")).await.text;
    let lines: Vec<_> = bad.lines().collect();
    assert_eq!(lines[0], "\u{feff}客户编号,姓名,手机,级别,行号,列,原因");
    assert!(lines[1].starts_with("C3,'=王,无,普通客户,4,手机,"), "{}", lines[1]);
    assert!(lines[2].starts_with("C4,赵,13800000004,,5,,"), "{}", lines[2]);
    let mended = bad.replace("'=王,无", "'=王,13800000003");
    let id = upload(&house, 2, "customers", mended.as_bytes()).await;
    assert_eq!(start(&house, id, &mapping, false).await.status, 202);
    assert_eq!(ended(&house, id).await["counts"], counts(2, 2, 0, 0, 0));
    let listed = house.get(MANAGER, "/api/v1/customers?text=C3").await.json();
    assert_eq!(listed["items"][0]["name"], "=王");

    // The first file again brings nothing; changed, it changes what it says.
    let changed = CUSTOMERS.replace("韩梅梅", "韩梅");
    let id = upload(&house, 3, "customers", changed.as_bytes()).await;
    assert_eq!(start(&house, id, &mapping, false).await.status, 202);
    assert_eq!(ended(&house, id).await["counts"], counts(4, 0, 1, 1, 2));
    // What is over cannot be started again or cancelled.
    let refused = start(&house, id, &mapping, false).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "import_stage"));
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_the_readers_language() {
    let house = House::new().await;
    let id = upload(&house, 1, "customers", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").await;
    let reply = house.post(MANAGER, &format!("/api/v1/imports/{id}/look"), json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.code().as_str()), (422, "import_file"));
    let mapping =
        json!({ "target": "interactions", "fields": { "started": { "columns": ["x"] } } });
    let id = upload(&house, 2, "interactions", b"a,b\n1,2\n").await;
    let reply = start(&house, id, &mapping, false).await;
    let codes: Vec<_> =
        reply.json()["errors"].as_array().unwrap().iter().map(|it| it["code"].clone()).collect();
    assert_eq!(codes, ["import_date_format_missing", "import_column_unknown"]);
}

#[tokio::test]
async fn a_stopped_import_goes_on_where_it_was() {
    let house = House::new().await;
    let rows: Vec<_> = (0..500).map(|it| format!("C{it},客户{it}\n")).collect();
    let rows = rows.concat();
    let id = upload(&house, 1, "customers", format!("客户编号,姓名\n{rows}").as_bytes()).await;
    let act = house.act("manager").await;
    let path = server::import::file(&house.app, house.ours, id);
    let shape = tabular::inspect(&path, &tabular::Settings::default()).unwrap();
    let mapping = propose(Target::Customers, &shape, &tabular::Settings::default()).mapping;
    // The first batch is taken by a process that then ends without a word.
    let mut tx = house.app.db.write().await.unwrap();
    app::platform::import::start(&mut tx, &act, id, &shape.columns, &mapping, false).await.unwrap();
    let plan = app::platform::import::Plan::load(&mut tx, &act, id).await.unwrap();
    let first = &shape.sample[..200];
    let outcome = app::platform::import::take_rows(&mut tx, &act, &plan, first).await.unwrap();
    app::platform::import::record(&mut tx, &act, &plan, &outcome).await.unwrap();
    tx.commit().await.unwrap();

    server::import::resume(&house.app).await.unwrap();
    let import = ended(&house, id).await;
    assert_eq!((&import["stage"], &import["counts"]), (&json!("done"), &counts(500, 500, 0, 0, 0)));
}

/// A file of the shared data, or `None` where it is absent.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    }
    Some(path)
}

async fn bring(house: &House, number: u128, path: &Path, mapping: &Mapping) -> (Stage, Counts) {
    let id = ImportId(Uuid::from_u128(number));
    let act = house.act("manager").await;
    let shape = tabular::inspect(path, &mapping.file).unwrap();
    let input = app::platform::import::Uploaded {
        id,
        target: mapping.target,
        file_name: "file".to_owned(),
        file_bytes: 0,
    };
    let mut tx = house.app.db.write().await.unwrap();
    app::platform::import::upload(&mut tx, &act, input).await.unwrap();
    app::platform::import::start(&mut tx, &act, id, &shape.columns, mapping, false).await.unwrap();
    tx.commit().await.unwrap();
    server::import::run(&house.app, house.ours, id, path).await.unwrap();
    let mut conn = house.app.db.read().await.unwrap();
    let found = store::platform::import::find(&mut conn, house.ours, id).await.unwrap().unwrap();
    (found.stage, found.counts)
}

async fn hire(house: &House, names: &[&str]) {
    let mut tx = house.app.db.write().await.unwrap();
    for (at, name) in names.iter().enumerate() {
        let person = Staff {
            id: StaffId(Uuid::from_u128(5_000 + at as u128)),
            login: format!("call{at}"),
            name: (*name).to_owned(),
            number: format!("50{at:02}"),
            email: None,
            team: Some(house.team),
            roles: vec![],
            language: Language::English,
            active: true,
        };
        let now = house.app.now();
        store::platform::staff::insert(&mut tx, house.ours, &person, None, now).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_workbook_of_a_call_centre_comes_in_whole_and_only_once() {
    let Some(path) = shared("call_centre_exports/01 Call-Center-Dataset.xlsx") else { return };
    let house = House::new().await;
    let settings = tabular::Settings::default();
    let shape = tabular::inspect(&path, &settings).unwrap();
    let proposal = propose(Target::Interactions, &shape, &settings);
    let open =
        |it: &&Finding| !matches!(it, Finding::ZoneAssumed { .. } | Finding::Unmapped { .. });
    assert_eq!(proposal.findings.iter().find(open), None);
    let mapping = proposal.mapping;

    // Nobody of the workbook works here yet: every row is refused and says who is missing.
    let (stage, found) = bring(&house, 1, &path, &mapping).await;
    assert_eq!((stage, found.read, found.bad), (Stage::Done, 5_000, 5_000));
    let mut conn = house.app.db.read().await.unwrap();
    let id = ImportId(Uuid::from_u128(1));
    let bad = store::platform::import::list_bad_rows(&mut conn, house.ours, id, 0, 9_999);
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    for row in bad.await.unwrap() {
        for fault in row.faults {
            assert_eq!(
                (&fault.code[..], fault.column.as_deref()),
                ("import_staff_unknown", Some("Agent"))
            );
            *missing.entry(fault.params[0].1.clone()).or_default() += 1;
        }
    }
    drop(conn);
    assert_eq!(missing.values().sum::<usize>(), 5_000);

    hire(&house, &missing.keys().map(String::as_str).collect::<Vec<_>>()).await;
    let (stage, found) = bring(&house, 2, &path, &mapping).await;
    assert_eq!((stage, found.created, found.bad), (Stage::Done, 5_000, 0));
    let (_, found) = bring(&house, 3, &path, &mapping).await;
    assert_eq!((found.unchanged, found.created), (5_000, 0));
}

/// A file of the shared data, unpacked into `folder`.
fn unpacked(name: &str, folder: &Path) -> Option<PathBuf> {
    let packed = shared(name)?;
    let mut reader =
        ruzstd::decoding::StreamingDecoder::new(std::fs::File::open(packed).unwrap()).unwrap();
    let path = folder.join("file");
    std::io::copy(&mut reader, &mut std::fs::File::create(&path).unwrap()).unwrap();
    Some(path)
}

/// Brings the reviews of `name` under the proposed mapping as `mend` changes it, twice. Returns what
/// the first time brought, with the reasons of what was refused.
async fn reviews(
    name: &str,
    mend: impl FnOnce(&mut Mapping),
) -> Option<(Counts, BTreeMap<String, usize>)> {
    let folder = tempfile::tempdir().unwrap();
    let path = unpacked(name, folder.path())?;
    let house = House::new().await;
    let settings = tabular::Settings::default();
    let shape = tabular::inspect(&path, &settings).unwrap();
    let mut mapping = propose(Target::Evaluations, &shape, &settings).mapping;
    mend(&mut mapping);
    let (stage, first) = bring(&house, 1, &path, &mapping).await;
    assert_eq!((stage, first.read), (Stage::Done, first.created + first.unchanged + first.bad));
    let (_, again) = bring(&house, 2, &path, &mapping).await;
    assert_eq!((again.created, again.updated, again.bad), (0, 0, first.bad));
    let mut conn = house.app.db.read().await.unwrap();
    let id = ImportId(Uuid::from_u128(1));
    let bad = store::platform::import::list_bad_rows(&mut conn, house.ours, id, 0, 99_999);
    let mut reasons = BTreeMap::new();
    for row in bad.await.unwrap() {
        assert!(0 < row.line && !row.faults.is_empty());
        for fault in row.faults {
            let told = app::platform::import::sentence(&fault, Language::English);
            assert!(!told.starts_with("error.") && !told.starts_with("import."), "{told}");
            *reasons.entry(fault.code).or_default() += 1;
        }
    }
    Some((first, reasons))
}

#[tokio::test]
async fn reviews_of_a_delivery_platform_come_in_with_a_meaning_for_their_labels() {
    use domain::platform::import::{IdenticalRows, Source};
    let brought = reviews("waimai_10k/waimai_10k.A.csv.zst", |mapping| {
        let meaning = [("1", "5"), ("0", "1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let label = Source { values: meaning.into(), ..Source::column("label") };
        mapping.fields.insert("csat".to_owned(), label);
        let day = Source {
            dates: vec![tabular::dates::DateFormat::YearFirst],
            ..Source::constant("2019-01-17")
        };
        mapping.fields.insert("submitted".to_owned(), day);
        mapping.identical_rows = IdenticalRows::Each;
    });
    let Some((found, reasons)) = brought.await else { return };
    assert_eq!((found.bad, found.unchanged, reasons.len()), (0, 0, 0));
}

#[tokio::test]
async fn reviews_of_a_shop_come_in_and_what_is_refused_is_explained() {
    let brought = reviews("jd_phone_reviews_2018/jd_phone_reviews.csv.zst", |_| {});
    let Some((found, reasons)) = brought.await else { return };
    assert_eq!(found.read, 3_637);
    // The last row of the sample is cut off; repeated numbers are recognised, and where a repetition
    // says something else it is refused.
    assert_eq!(reasons.get("ragged"), Some(&1));
    let changed = reasons.get("import_evaluation_changed").copied().unwrap_or(0);
    assert_eq!(reasons.values().sum::<usize>(), 1 + changed, "{reasons:?}");
}

#[tokio::test]
async fn reviews_of_orders_come_in_and_repeated_numbers_are_explained() {
    let name = "olist_orders_reviews_sample/olist_order_reviews_dataset.csv.zst";
    let Some((found, reasons)) = reviews(name, |_| {}).await else { return };
    // 34 numbers occur again in the sample, as its publisher says too.
    assert_eq!((found.read, found.unchanged + found.bad), (8_225, 34));
    assert!(reasons.keys().all(|it| it == "import_evaluation_changed"), "{reasons:?}");
}

#[tokio::test]
async fn a_log_of_events_becomes_cases_with_their_own_times() {
    let folder = tempfile::tempdir().unwrap();
    let name = "helpdesk_italian_company/finale.csv.zst";
    let Some(path) = unpacked(name, folder.path()) else { return };
    let house = House::new().await;
    let settings = tabular::Settings::default();
    let shape = tabular::inspect(&path, &settings).unwrap();
    let mut mapping = propose(Target::CaseEvents, &shape, &settings).mapping;
    // The values of the log are masked: they name no priority, customer or person of ours.
    for masked in ["priority", "kind", "customer", "by"] {
        mapping.fields.remove(masked);
    }
    // Words that come after the rows the proposal looked at: named as faults, mended by their user.
    let words = mapping.fields.get_mut("event").unwrap();
    words.values.insert("RESOLVED".to_owned(), "solved".to_owned());
    for noted in ["VERIFIED", "INVALID", "DUPLICATE", "Schedule intervention", "Resolve SW anomaly"]
    {
        words.values.insert(noted.to_owned(), "noted".to_owned());
    }
    let (stage, found) = bring(&house, 1, &path, &mapping).await;
    assert_eq!((stage, found.read, found.created, found.bad), (Stage::Done, 21_348, 21_348, 0));
    let (_, again) = bring(&house, 2, &path, &mapping).await;
    assert_eq!((again.unchanged, again.created), (21_348, 0));

    // One case by hand: opened 2012-10-09 14:50:17, in charge 44 seconds later, resolved on the 25th.
    let mut conn = house.app.db.read().await.unwrap();
    let key =
        store::platform::import::find_key(&mut conn, house.ours, Target::CaseEvents, "n:Case 1");
    let id = domain::id::CaseId(key.await.unwrap().unwrap().thing);
    let case = store::handle::case::find(&mut conn, house.ours, id).await.unwrap().unwrap();
    let after = |at: Option<jiff::Timestamp>| at.map(|it| (it - case.opened_at).get_seconds());
    assert_eq!(after(case.accepted_at), Some(44));
    assert_eq!(after(case.first_solved_at), Some(15 * 86_400 + 21 * 3_600 + 4 * 60 + 9));
    assert!(case.closed_at.is_some() && case.clocks.is_empty());
}
