//! What is tried with whatever bytes come, on the upper floors; see `entries.rs`.

use serde_json::Map;

/// All there are; each has a folder of seeds and a target.
pub const NAMES: [&str; 3] = ["query", "signature", "template"];

/// # Panics
/// When something does not hold, or there is no such entry.
pub fn run(name: &str, data: &[u8]) {
    match name {
        "query" => query(data),
        "signature" => signature(data),
        "template" => template(data),
        _ => panic!("there is no entry {name}"),
    }
}

/// The words after `?`, as lists of the API read them, and the mark of the next page.
fn query(data: &[u8]) {
    use axum::extract::Query;
    use server::http::analysis::figure::FigureQuery;
    use server::http::collect::evaluation::EvaluationQuery;
    use server::http::collect::invitation::InvitationQuery;
    use server::http::customer::customer::CustomerQuery;
    use server::http::handle::case_query::CaseQuery;
    use server::http::page::after;

    let Ok(text) = std::str::from_utf8(data) else { return };
    drop(after::<(jiff::Timestamp, uuid::Uuid)>(Some(text)));
    drop(after::<(Option<i64>, String)>(Some(text)));
    let Ok(address) = format!("/x?{text}").parse() else { return };
    if let Ok(Query(asked)) = Query::<CaseQuery>::try_from_uri(&address) {
        drop(asked.filter());
    }
    drop(Query::<EvaluationQuery>::try_from_uri(&address));
    drop(Query::<CustomerQuery>::try_from_uri(&address));
    drop(Query::<InvitationQuery>::try_from_uri(&address));
    drop(Query::<FigureQuery>::try_from_uri(&address));
}

/// A secret and a body, divided by a line. The same is signed alike, another body otherwise.
fn signature(data: &[u8]) {
    let said = String::from_utf8_lossy(data);
    let (secret, body) = said.split_once('\n').unwrap_or((&said, ""));
    let sign = |body: &str| server::channel::webhook::signature(secret, "id", 1, body);
    let Some(signed) = sign(body) else { return };
    assert_eq!(sign(body), Some(signed.clone()));
    assert_ne!(sign(&format!("{body} ")), Some(signed));
}

/// The wording of a message, its subject the first line: filled in the end, or refused in the end.
fn template(data: &[u8]) {
    use app::answer::template::{INVITATION, built_in, preview, render};
    use domain::language::Language;

    let said = String::from_utf8_lossy(data);
    let (subject, body) = said.split_once('\n').unwrap_or((&said, &said));
    let mut wording = built_in(INVITATION, Language::Chinese);
    (wording.subject, wording.body) = (subject.to_owned(), body.to_owned());
    if let Ok(rendered) = preview(INVITATION, &wording) {
        assert!(!rendered.subject.contains(['\r', '\n']), "a subject is one line");
    }
    drop(render(&wording, &Map::new()));
}
