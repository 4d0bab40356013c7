//! Exports of other systems as they really look. Skipped where the shared folder is absent.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ruzstd::decoding::StreamingDecoder;
use tabular::dates::{self, DateFormat};
use tabular::durations::{self, DurationFormat};
use tabular::{FaultKind, Kind, Row, Settings, Shape, inspect, read};
use tempfile::TempDir;

/// The file unpacked, or `None` where the data is absent.
fn shared(name: &str) -> Option<(TempDir, PathBuf)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("file");
    let mut out = File::create(&copy).unwrap();
    if path.extension().is_some_and(|it| it == "zst") {
        io::copy(&mut StreamingDecoder::new(file).unwrap(), &mut out).unwrap();
    } else {
        let mut file = file;
        io::copy(&mut file, &mut out).unwrap();
    }
    Some((folder, copy))
}

fn rows(path: &Path, shape: &Shape) -> Vec<Row> {
    let mut rows = Vec::new();
    read(path, shape, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })
    .unwrap();
    rows
}

/// Shape, rows without fault, rows with one.
fn open(name: &str) -> Option<(Shape, Vec<Row>, Vec<Row>)> {
    let (_folder, path) = shared(name)?;
    let shape = inspect(&path, &Settings::default()).unwrap();
    let (sound, bad) = rows(&path, &shape).into_iter().partition(|it| it.faults.is_empty());
    Some((shape, sound, bad))
}

fn column<'a>(shape: &Shape, rows: &'a [Row], name: &str) -> Vec<&'a str> {
    let column = shape.columns.iter().position(|it| it == name).expect("the column is there");
    rows.iter().map(|it| it.cells[column].as_str()).collect()
}

fn formats(shape: &Shape, rows: &[Row], name: &str) -> Vec<DateFormat> {
    let proposal = dates::propose(&column(shape, rows, name));
    assert_eq!((proposal.undecided, proposal.unread), (vec![], 0), "{name}");
    proposal.formats
}

#[test]
fn reviews_of_a_delivery_platform() {
    let Some((shape, sound, bad)) = open("waimai_10k/waimai_10k.A.csv.zst") else { return };
    assert_eq!(shape.columns, ["label", "review"]);
    assert_eq!(shape.encoding.as_ref().unwrap().name, "UTF-8");
    assert!(5_000 < sound.len() && bad.is_empty(), "{} and {}", sound.len(), bad.len());
}

#[test]
fn reviews_with_line_breaks_and_times() {
    let Some((shape, sound, bad)) = open("jd_phone_reviews_2018/jd_phone_reviews.csv.zst") else {
        return;
    };
    assert_eq!((sound.len(), shape.columns.len()), (3_636, 21));
    // The sample was cut off in the middle of its last row.
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0].faults[0].kind, FaultKind::Ragged { expected: 21, found: 16 });
    assert_eq!(formats(&shape, &sound, "creation_time"), [DateFormat::YearFirst]);
}

#[test]
fn an_event_log_whose_column_occurs_twice() {
    let Some((shape, sound, bad)) = open("helpdesk_italian_company/finale.csv.zst") else { return };
    assert_eq!((sound.len(), bad.len()), (21_348, 0));
    assert_eq!(shape.columns[6], "Variant (2)");
    assert_eq!(shape.renamed.len(), 1);
    assert_eq!(formats(&shape, &sound, "Complete Timestamp"), [DateFormat::YearFirst]);
}

#[test]
fn reviews_with_two_times_each() {
    let name = "olist_orders_reviews_sample/olist_order_reviews_dataset.csv.zst";
    let Some((shape, sound, bad)) = open(name) else { return };
    assert_eq!((sound.len(), bad.len()), (8_225, 0));
    for name in ["review_creation_date", "review_answer_timestamp"] {
        assert_eq!(formats(&shape, &sound, name), [DateFormat::YearFirst]);
    }
}

#[test]
fn a_workbook_of_calls() {
    let Some((shape, sound, bad)) = open("call_centre_exports/01 Call-Center-Dataset.xlsx") else {
        return;
    };
    assert_eq!((shape.kind, sound.len(), bad.len()), (Kind::Workbook, 5_000, 0));
    assert_eq!(formats(&shape, &sound, "Date"), [DateFormat::YearFirst]);
    let talk = durations::propose("AvgTalkDuration", &column(&shape, &sound, "AvgTalkDuration"));
    assert_eq!(talk, [DurationFormat::HoursMinutesSeconds]);
    let name = "Speed of answer in seconds";
    assert_eq!(durations::propose(name, &column(&shape, &sound, name)), [DurationFormat::Seconds]);
    // One fact of the workbook, counted another way: who was not answered rated nothing.
    let answered = column(&shape, &sound, "Answered (Y/N)");
    let rating = column(&shape, &sound, "Satisfaction rating");
    assert!(
        answered
            .iter()
            .zip(rating)
            .all(|(answered, rating)| (*answered == "Y") != rating.is_empty())
    );
}

#[test]
fn statistics_with_percentages_and_durations() {
    let Some((shape, sound, bad)) = open("call_centre_exports/daily_call_stats.csv") else {
        return;
    };
    assert_eq!((sound.len(), bad.len()), (1_251, 0));
    let name = "Talk Duration (AVG)";
    let talk = durations::propose(name, &column(&shape, &sound, name));
    assert_eq!(talk, [DurationFormat::HoursMinutesSeconds]);
}

#[test]
fn a_byte_order_mark_and_an_empty_last_column() {
    let Some((shape, sound, bad)) = open("call_centre_exports/restaurant_booking_calls.csv.zst")
    else {
        return;
    };
    assert!(shape.encoding.as_ref().unwrap().has_bom);
    assert_eq!((&shape.columns[0][..], &shape.columns[9][..]), ("Call ID", "column 10"));
    assert_eq!((sound.len(), bad.len()), (25_100, 0));
}

#[test]
fn a_survey_with_a_header_of_two_lines() {
    let Some((shape, sound, _)) = open("surveymonkey_exports_fivethirtyeight/A/StarWars.csv.zst")
    else {
        return;
    };
    assert_eq!((shape.header.skip, shape.header.rows), (0, 2));
    assert_eq!(shape.columns.len(), 38);
    assert!(
        shape.columns[3].ends_with("all that apply. / Star Wars: Episode I The Phantom Menace")
    );
    assert_eq!(shape.columns[33], "Gender");
    assert!(1_180 <= sound.len(), "{}", sound.len());
    // Its few odd bytes fit several encodings: that is said.
    assert!(!shape.encoding.unwrap().sure);
}

#[test]
fn a_survey_with_a_header_of_one_line() {
    let Some((shape, sound, _)) = open("surveymonkey_exports_fivethirtyeight/A/comma-survey.csv")
    else {
        return;
    };
    assert_eq!((shape.header.rows, shape.columns.len()), (1, 13));
    assert_eq!(sound.len(), 1_129);
}

#[test]
fn workbooks_in_chinese() {
    for name in [
        "tipdm2020_gov_messages/A/附件4_示例_答复_120.xlsx",
        "tipdm2020_gov_messages/A/附件2_示例_留言分类_495.xlsx",
    ] {
        let Some((shape, sound, bad)) = open(name) else { return };
        assert!(shape.columns.iter().any(|it| it == "留言时间"), "{:?}", shape.columns);
        assert!(100 <= sound.len() && bad.is_empty(), "{} and {}", sound.len(), bad.len());
        assert!(!formats(&shape, &sound, "留言时间").is_empty());
    }
}

#[test]
fn the_same_reviews_in_the_encodings_of_chinese_spreadsheets() {
    let Some((_folder, path)) = shared("waimai_10k/waimai_10k.A.csv.zst") else { return };
    let text = fs::read_to_string(&path).unwrap();
    let expected = rows(&path, &inspect(&path, &Settings::default()).unwrap());
    let (gbk, _, lossy) = encoding_rs::GBK.encode(&text);
    assert!(!lossy || gbk.len() < text.len());
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for (bytes, name) in [(&gbk[..], "gb18030"), (&little, "UTF-16LE"), (&marked, "UTF-16BE")] {
        fs::write(&path, bytes).unwrap();
        let shape = inspect(&path, &Settings::default()).unwrap();
        let finding = shape.encoding.clone().unwrap();
        assert_eq!((&finding.name[..], finding.sure), (name, true));
        let actual = rows(&path, &shape);
        // GBK has no emoji; every other row comes back to the letter.
        let same = actual.iter().zip(&expected).filter(|(a, b)| a.cells == b.cells).count();
        assert_eq!(actual.len(), expected.len());
        assert!(expected.len() * 99 / 100 <= same, "{same} of {}", expected.len());
    }
}

#[test]
fn reviews_in_portuguese_saved_as_latin_1() {
    let name = "olist_orders_reviews_sample/olist_order_reviews_dataset.csv.zst";
    let Some((_folder, path)) = shared(name) else { return };
    let text = fs::read_to_string(&path).unwrap();
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    fs::write(&path, &latin).unwrap();
    let shape = inspect(&path, &Settings::default()).unwrap();
    assert_eq!(shape.encoding.as_ref().unwrap().name, "windows-1252");
    assert_eq!(rows(&path, &shape).len(), 8_225);
}

#[test]
fn memory_stays_flat_while_a_long_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let mut out = io::BufWriter::new(File::create(&path).unwrap());
    out.write_all("编号,评分,评论\n".as_bytes()).unwrap();
    let lines = 200_000_u64;
    for id in 0..lines {
        writeln!(
            out,
            "{id},5,\"送餐很快，味道不错，\n包装也好，下次还来，推荐给朋友们试试看，物美价廉\""
        )
        .unwrap();
    }
    out.into_inner().unwrap();
    let before = peak_kib();
    let shape = inspect(&path, &Settings::default()).unwrap();
    let mut last = 0;
    read(&path, &shape, &mut |row| {
        last = row.line;
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(last, 2 * lines);
    // The encoding is found in windows of 8 MiB together; nothing else may grow with the file.
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        assert!(after - before < 20 << 10, "{before} to {after} KiB");
    }
}

/// Peak of resident memory as Linux tells it.
fn peak_kib() -> Option<u64> {
    let mut status = String::new();
    File::open("/proc/self/status").ok()?.read_to_string(&mut status).ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
