//! A row for every table there is, whatever it is for: what moves whole databases must lose none.

use uuid::Uuid;

use crate::db::whole::{Cell, Kind, Table, insert, load, loaded, tables};
use crate::db::{self, Db};

/// Puts one row into each table. All ids and numbers in it are the same, so that whatever refers to
/// something finds it; texts are of the kind that gets lost.
pub async fn fill(db: &Db) -> db::Result<Vec<Table>> {
    let mut tx = db.write().await?;
    let tables = tables(&mut tx).await?;
    let keys = load(&mut tx, &tables).await?;
    for table in &tables {
        let row = table.columns.iter().map(|(name, kind)| cell(&table.name, name, *kind));
        insert(&mut tx, table, vec![row.collect()]).await?;
    }
    loaded(&mut tx, keys).await?;
    tx.commit().await?;
    Ok(tables)
}

fn cell(table: &str, column: &str, kind: Kind) -> Cell {
    match kind {
        Kind::Uuid => Cell::Uuid(Uuid::from_u128(7)),
        Kind::Integer => Cell::Integer(1),
        Kind::Float => Cell::Float(0.1 + 0.2),
        Kind::Boolean => Cell::Boolean(true),
        Kind::Text => {
            Cell::Text(format!("{table}.{column} 回声 '\"\\ \u{1f600}\r\n\t\u{2028} $1 ?"))
        }
        Kind::Json => Cell::Json(format!(
            r#"{{"z": [1, -0.5, 1e-7, 1.50, 9007199254740993, null, true], "a": {{"{column}": "回 \" \\ "}}}}"#
        )),
        Kind::Bytes => Cell::Bytes(vec![0, 1, 127, 128, 255]),
    }
}
