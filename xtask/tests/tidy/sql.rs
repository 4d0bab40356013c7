//! One SQL text for two engines and a wall between tenants: what the store may write.

use std::collections::HashMap;

use crate::source::{File, Token, expect_none, files, tokens};

/// Words that one of the engines, or distributed PostgreSQL, does not know or does not mean alike.
const FORBIDDEN: [&str; 22] = [
    "SKIP LOCKED",
    "ADVISORY",
    "LISTEN",
    "NOTIFY",
    "ILIKE",
    "::",
    "DISTINCT ON",
    "= ANY",
    "TRIGGER",
    "LATERAL",
    "SERIAL",
    "EXTENSION",
    "HSTORE",
    "PERCENTILE_CONT",
    "DATE_TRUNC",
    "STRFTIME",
    "NOW()",
    "CURRENT_TIMESTAMP",
    "GREATEST(",
    "INTEGER",
    "TIMESTAMP",
    "NUMERIC",
];

/// Tables without a tenant, or read over all tenants, each with the reason.
const SHARED: [(&str, &str); 9] = [
    ("_sqlx_migrations", "which steps the schema has taken: kept by the library"),
    ("tenant", "the directory of tenants: small, the same on every node"),
    ("worker", "the processes that work on the queue: small, the same on every node"),
    ("part_lease", "who works on which part of the queue: small, the same on every node"),
    ("timer", "what is due is found by part, over all tenants; the rest names its tenant"),
    ("ledger_waiting", "whose leaves wait is asked over all tenants; the rest names its tenant"),
    ("secret", "all are sealed anew when the master key changes; the rest names its tenant"),
    ("bucket_mark", "whose days are marked is asked over all tenants; the rest names its tenant"),
    ("job", "what is due is found by part, over all tenants; the rest names its tenant"),
];

/// A statement of the store: where it is, and its text with constants filled in.
struct Statement {
    place: String,
    text: String,
}

/// The product's statements; what only tests do to a database is no rule's business.
fn store_files() -> Vec<File> {
    let is_product =
        |it: &File| it.path.starts_with("crates/store/src/") && !it.path.contains("/testing/");
    files(&[".rs"]).into_iter().filter(is_product).collect()
}

/// Everything in `sql(…).push(…)…`, `insert_many(…)` and `insert_later(…)` up to the end of that expression.
fn statements(file: &File) -> Vec<Statement> {
    let code = file.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let tokens = tokens(code);
    let constants = constants(&tokens);
    let mut statements = Vec::new();
    for at in 1..tokens.len() {
        let (line, Token::Word(word)) = &tokens[at] else { continue };
        let called = tokens.get(at + 1).is_some_and(|(_, it)| *it == Token::Sign('('));
        let defined = tokens[at - 1].1 == Token::Word("fn".to_owned());
        if defined || !called || !matches!(word.as_str(), "sql" | "insert_many" | "insert_later") {
            continue;
        }
        let mut text = if word == "sql" { String::new() } else { "INSERT INTO ".to_owned() };
        let mut depth = 0;
        for (_, token) in &tokens[at + 1..] {
            match token {
                Token::Sign('(' | '{' | '[') => depth += 1,
                Token::Sign(')' | '}' | ']') => depth -= 1,
                Token::Sign(';') if depth == 0 => break,
                Token::Text(part) => text.push_str(part),
                Token::Word(name) => text.push_str(constants.get(name).map_or("", String::as_str)),
                Token::Sign(_) => (),
            }
            if depth < 0 {
                break;
            }
        }
        statements.push(Statement { place: format!("{}:{line}", file.path), text });
    }
    statements
}

/// `const NAME: &str = "…";` and `let NAME = "…";` of a file, by name.
fn constants(tokens: &[(usize, Token)]) -> HashMap<String, String> {
    let mut constants = HashMap::new();
    for (at, (_, token)) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let Some((_, Token::Word(name))) = tokens.get(at + 1) else { continue };
        let end = tokens[at..].iter().position(|(_, it)| *it == Token::Sign(';')).unwrap_or(0);
        // A `let` of more than a text is not a constant.
        if word == "const" || (word == "let" && end == 4) {
            let rest = &tokens[at..at + end];
            let value: String = rest.iter().filter_map(|(_, it)| text(it)).collect();
            constants.insert(name.clone(), value);
        }
    }
    constants
}

fn text(token: &Token) -> Option<&str> {
    if let Token::Text(text) = token { Some(text) } else { None }
}

/// SQL without comments, in upper case, blanks made one.
fn normal(sql: &str) -> String {
    let lines = sql.lines().map(|it| it.split("--").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The tables a statement names.
fn tables(sql: &str) -> Vec<String> {
    let words: Vec<&str> = sql.split([' ', '(', ')', ',']).filter(|it| !it.is_empty()).collect();
    let named = words.windows(2).filter(|it| matches!(it[0], "FROM" | "JOIN" | "INTO" | "UPDATE"));
    // `DO UPDATE SET` and `FOR UPDATE` name none; `SELECT` opens a subquery.
    let named = named.map(|it| it[1].to_lowercase());
    named.filter(|it| !matches!(it.as_str(), "set" | "select")).collect()
}

/// Of [`SHARED`] these have no tenant; the others are only asked over all of them.
const WITHOUT_TENANT: [&str; 4] = ["_sqlx_migrations", "tenant", "worker", "part_lease"];

fn has_tenant(table: &str) -> bool {
    !WITHOUT_TENANT.contains(&table)
}

/// Joins that could look for a row's partner on another node.
fn loose_joins(text: &str) -> Vec<String> {
    let sql = normal(text);
    let ends = [" WHERE ", " GROUP BY ", " ORDER BY ", " LEFT JOIN ", " JOIN ", " UNION "];
    let joins = sql.match_indices(" JOIN ").map(|(at, word)| {
        let rest = &sql[at + word.len()..];
        let end = ends.iter().filter_map(|it| rest.find(it)).min().unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    let is_loose = |it: &String| {
        let table = it.split([' ', '(']).next().unwrap_or_default().to_lowercase();
        has_tenant(&table) && it.matches("TENANT_ID").count() != 2
    };
    joins.filter(is_loose).collect()
}

/// Foreign keys that could point to another node.
fn loose_references(statement: &str) -> bool {
    let lists = statement.match_indices(" REFERENCES ").map(|(at, word)| {
        let table = statement[at + word.len()..].split([' ', '(']).next().unwrap_or_default();
        (table.to_lowercase(), &statement[at + word.len()..], &statement[..at])
    });
    let mut referring = lists.filter(|(table, ..)| has_tenant(table));
    referring.any(|(_, to, from)| {
        let starts = |it: Option<&str>| it.is_some_and(|it| it.trim().starts_with("TENANT_ID"));
        let from = from.rsplit_once("FOREIGN KEY").and_then(|it| it.1.split_once('('));
        !starts(to.split_once('(').map(|it| it.1)) || !starts(from.map(|it| it.1))
    })
}

fn is_shared(table: &str) -> bool {
    SHARED.iter().any(|(it, _)| *it == table)
}

/// Whether the statement names its tenant, or only tables that have none.
fn is_walled(statement: &Statement) -> bool {
    let sql = normal(&statement.text);
    let tables = tables(&sql);
    let only_shared = !tables.is_empty() && tables.iter().all(|it| is_shared(it));
    let asked = if sql.starts_with("INSERT") { "TENANT_ID" } else { "TENANT_ID =" };
    // The head of a query that is put together: its tables come with what is pushed onto it.
    let is_head = tables.is_empty() && sql.ends_with(',');
    is_head || only_shared || sql.contains(asked)
}

/// The words in it that must not be there.
fn forbidden(text: &str) -> impl Iterator<Item = &'static str> {
    let sql = format!(" {} ", normal(text));
    let is_part = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == '_');
    FORBIDDEN.into_iter().filter(move |word| {
        let opens = word.starts_with(char::is_alphanumeric);
        let closes = word.ends_with(char::is_alphanumeric);
        sql.match_indices(word).any(|(at, _)| {
            let before = opens && is_part(sql[..at].chars().next_back());
            let after = closes && is_part(sql[at + word.len()..].chars().next());
            !before && !after
        })
    })
}

#[test]
fn every_statement_names_the_tenant() {
    let statements: Vec<_> = store_files().iter().flat_map(statements).collect();
    let seen = statements.len();
    assert!(seen > 20, "the store has no statements, or writes them another way: {seen}");
    let open = statements.iter().filter(|it| !is_walled(it));
    expect_none(&open.map(|it| format!("{}: {}", it.place, normal(&it.text))).collect::<Vec<_>>());
}

#[test]
fn sql_is_what_both_engines_understand() {
    let mut complaints = Vec::new();
    let mut check = |place: &str, text: &str| {
        complaints.extend(forbidden(text).map(|word| format!("{place}: {word}")));
    };
    for statement in store_files().iter().flat_map(statements) {
        check(&statement.place, &statement.text);
    }
    for file in files(&[".sql"]).iter().filter(|it| common(it)) {
        check(&file.path, &file.text);
    }
    expect_none(&complaints);
}

/// Not one of the files that exist because the engines differ.
fn common(file: &File) -> bool {
    !file.path.contains("/sqlite/") && !file.path.contains("/postgres/")
}

#[test]
fn every_key_and_unique_index_starts_with_the_tenant() {
    let mut complaints = Vec::new();
    for file in files(&[".sql"]).iter().filter(|it| it.path.contains("/migrations/")) {
        for statement in normal(&file.text).split(';').map(str::trim) {
            let table = match statement.split([' ', '(']).collect::<Vec<_>>()[..] {
                ["CREATE", "TABLE", table, ..]
                | ["CREATE", "UNIQUE", "INDEX", _, "ON", table, ..] => table.to_lowercase(),
                _ => continue,
            };
            if !has_tenant(&table) {
                continue;
            }
            // What is written beside a column, without a list, cannot start with another column.
            for (at, word) in
                ["PRIMARY KEY", "UNIQUE"].iter().flat_map(|it| statement.match_indices(it))
            {
                let list = statement[at + word.len()..].trim_start();
                let list = list
                    .split_once("ON ")
                    .map_or(list, |(index, after)| if index.contains('(') { list } else { after });
                let first = list.split_once('(').map_or("", |(_, it)| it).trim_start();
                if !first.starts_with("TENANT_ID") {
                    complaints.push(format!("{}: {table}: {word}", file.path));
                }
            }
            if statement.starts_with("CREATE TABLE") && !statement.contains("PRIMARY KEY (") {
                complaints.push(format!("{}: {table} has no key", file.path));
            }
        }
    }
    expect_none(&complaints);
}

/// Distributed PostgreSQL spreads rows by `tenant_id`: what belongs together must be found together.
#[test]
fn joins_and_references_stay_with_the_tenant() {
    let mut complaints = Vec::new();
    let mut joins = 0;
    for statement in store_files().iter().flat_map(statements) {
        joins += normal(&statement.text).matches(" JOIN ").count();
        let loose = loose_joins(&statement.text).into_iter();
        complaints.extend(loose.map(|it| format!("{}: JOIN {it}", statement.place)));
    }
    for file in files(&[".sql"]).iter().filter(|it| it.path.contains("/migrations/")) {
        let text = normal(&file.text);
        let loose = text.split(';').filter(|it| loose_references(it));
        complaints.extend(loose.map(|it| format!("{}: {}", file.path, it.trim())));
    }
    assert!(joins > 3, "no statement joins, or it is written another way: {joins}");
    expect_none(&complaints);
}

#[test]
fn only_the_store_knows_sql() {
    let verbs = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE "];
    let mut complaints = Vec::new();
    for file in files(&[".rs"]) {
        let inside = ["crates/store/", "xtask/"].iter().any(|it| file.path.starts_with(it));
        if inside {
            continue;
        }
        for (line, token) in tokens(&file.text) {
            let sql = text(&token).map(str::trim_start).unwrap_or_default();
            let is_sql = verbs.iter().any(|it| sql.starts_with(it))
                && [" FROM ", " SET ", "VALUES", " INTO ", "("].iter().any(|it| sql.contains(it));
            if is_sql || token == Token::Word("sqlx".to_owned()) {
                complaints.push(format!("{}:{line}: SQL outside the store", file.path));
            }
        }
    }
    expect_none(&complaints);
}

#[test]
fn the_rules_see_what_they_are_for() {
    let code = r#"
        const COLUMNS: &str = "SELECT id FROM staff";
        async fn find() { sql(COLUMNS).push(" WHERE tenant_id = $1 AND id = $2").bind(id).await }
        async fn open() { sql(COLUMNS).push(" WHERE id = $1").bind(id).await }
        async fn slug() { sql("SELECT tenant_id FROM tenant WHERE slug = $1").await }
        async fn many() { let into = "staff (id, name)"; insert_many(tx, into, rows).await }
        async fn cast() { sql("UPDATE staff SET n = $2::BIGINT WHERE tenant_id = $1").await }
    "#;
    let file = File { path: "x.rs".to_owned(), text: code.to_owned() };
    let found = statements(&file);
    let walled: Vec<bool> = found.iter().map(is_walled).collect();
    assert_eq!(walled, [true, false, true, false, true]);
    assert_eq!(found[3].place, "x.rs:6");
    assert_eq!(forbidden(&found[4].text).collect::<Vec<_>>(), ["::"]);
    assert_eq!(forbidden("SELECT pointer, now_ms FROM a -- NOW()").count(), 0);

    let joined = |on| format!("SELECT a FROM x JOIN staff s ON {on} WHERE x.tenant_id = $1");
    assert_eq!(loose_joins(&joined("s.tenant_id = x.tenant_id AND s.id = x.id")).len(), 0);
    assert_eq!(loose_joins(&joined("s.id = x.id")), ["STAFF S ON S.ID = X.ID"]);
    let refers = |key| normal(&format!("FOREIGN KEY ({key}) REFERENCES team ({key})"));
    assert!(!loose_references(&refers("tenant_id, id")) && loose_references(&refers("id")));
}
