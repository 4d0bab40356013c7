//! What is tried with whatever bytes come: by the fuzzer, and by a test with the seeds that are kept.
//! Nothing may panic, hang or grow without end, and each says what must hold besides. These are of the
//! floors that stand alone; `house.rs` has those of the others.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::ControlFlow;
use std::sync::OnceLock;

use domain::collect::answer::validate;
use domain::collect::form::FormContent;
use domain::collect::linter::lint;
use domain::trust::proof::{Consistency, Inclusion};
use serde_json::Value;

/// All there are; each has a folder of seeds and a target.
pub const NAMES: [&str; 5] = ["condition", "encoding", "proof", "reading", "tabular"];

/// # Panics
/// When something does not hold, or there is no such entry.
pub fn run(name: &str, data: &[u8]) {
    match name {
        "condition" => condition(data),
        "encoding" => encoding(data),
        "proof" => proof(data),
        "reading" => reading(data),
        "tabular" => tabular(data),
        _ => panic!("there is no entry {name}"),
    }
}

/// A form and answers to it, as JSON. What was accepted is accepted again, and says the same.
fn condition(data: &[u8]) {
    let Ok(Value::Object(mut both)) = serde_json::from_slice::<Value>(data) else { return };
    let form = both.remove("form").unwrap_or_default();
    let Ok(form) = serde_json::from_value::<FormContent>(form) else { return };
    lint(&form);
    let given = both.remove("answers").and_then(|it| it.as_object().cloned()).unwrap_or_default();
    let Ok(answers) = validate(&form, &given) else { return };
    let Ok(Value::Object(stored)) = serde_json::to_value(&answers) else {
        panic!("answers are an object")
    };
    let again = validate(&form, &stored).expect("what is stored can be answered");
    assert_eq!(again, answers);
}

/// Whatever it is taken for, it reads to an end.
fn encoding(data: &[u8]) {
    let Ok(found) = tabular::encoding::detect(&mut Cursor::new(data)) else { return };
    let encoding = tabular::encoding::by_name(&found.name).expect("what is found has a name");
    let mut read = Vec::new();
    let mut reader = tabular::encoding::Utf8Reader::new(data, encoding);
    if reader.read_to_end(&mut read).is_ok() {
        assert!(std::str::from_utf8(&read).is_ok(), "{} is read as UTF-8", found.name);
    }
}

/// A proof that somebody pasted. One that holds does so however often it is written down.
fn proof(data: &[u8]) {
    if let Ok(it) = serde_json::from_slice::<Inclusion>(data) {
        let again = serde_json::to_vec(&it).expect("it can be written");
        let again: Inclusion = serde_json::from_slice(&again).expect("and read");
        assert_eq!(again.holds(), it.holds());
    }
    if let Ok(it) = serde_json::from_slice::<Consistency>(data) {
        it.holds();
    }
}

/// What people write. Masking takes nothing away that cannot be put back, and hides it all.
fn reading(data: &[u8]) {
    static READER: OnceLock<text::Reader> = OnceLock::new();
    let said = String::from_utf8_lossy(data);
    READER.get_or_init(text::Reader::new).read(&said);
    text::language::detect(&said);
    text::segment::words(&said, &["回声"]);
    let masked = text::mask::mask(&said);
    let whole = said.starts_with(&masked.restore());
    assert!(whole, "what was taken out can be put back");
    let lines: Vec<&str> = said.lines().take(20).collect();
    text::similar::near_duplicates(&lines, 0.7);
    for line in &lines {
        let likeness = text::similar::jaccard(line, &said);
        assert!((0.0..=1.0).contains(&likeness), "{likeness}");
    }
}

/// A file to import. What it is taken for it can be read as, in rows that are as wide as they say.
fn tabular(data: &[u8]) {
    const ROWS_MAX: usize = 10_000;
    let mut file = tempfile();
    file.1.write_all(data).expect("a temporary file can be written");
    let path = file.0.as_path();
    if let Ok(shape) = tabular::inspect(path, &tabular::Settings::default()) {
        let mut rows = 0;
        let mut columns: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let read = tabular::read(path, &shape, &mut |row| {
            rows += 1;
            if row.faults.is_empty() {
                assert_eq!(row.cells.len(), shape.columns.len(), "line {}", row.line);
            }
            if rows <= 20 {
                for (at, cell) in row.cells.into_iter().enumerate() {
                    columns.entry(at).or_default().push(cell);
                }
            }
            if rows < ROWS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        drop(read);
        for cells in columns.values() {
            values(cells);
        }
    }
    drop(std::fs::remove_file(path));
}

/// What the cells of a column may mean.
fn values(cells: &[String]) {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    tabular::dates::propose(&cells);
    for mark in tabular::values::propose_marks(&cells) {
        for cell in &cells {
            if let Ok(number) = tabular::values::Number::parse(cell, mark) {
                assert!(number.whole().is_err() || number.scaled(0).is_ok(), "{cell}");
                assert!(number.to_f64().is_finite(), "{cell}");
            }
        }
    }
    for cell in &cells {
        tabular::values::yes_or_no(&tabular::values::half_width(cell));
    }
}

/// A file of this process and thread.
fn tempfile() -> (std::path::PathBuf, std::fs::File) {
    let name = format!("huisheng-fuzz-{}-{:?}", std::process::id(), std::thread::current().id());
    let path = std::env::temp_dir().join(name);
    let file = std::fs::File::create(&path).expect("a temporary file can be made");
    (path, file)
}
