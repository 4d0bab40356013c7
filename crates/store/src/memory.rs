//! What one transaction has read of the house's furniture (staff, teams, forms, calendars,
//! policies), so that many acts that share it read each thing once.
//!
//! It lives and ends with its transaction, so nothing that another process writes can make it
//! stale for longer than that; what the transaction itself writes is forgotten by the statement
//! that writes it. See docs/decisions/0015.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use domain::id::TenantId;

/// Which rows: of one table and tenant, narrowed by an id, a key or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Known {
    table: &'static str,
    tenant: TenantId,
    which: String,
}

impl Known {
    /// Everything of `table` that the tenant has.
    pub fn all(table: &'static str, tenant: TenantId) -> Self {
        Self::one(table, tenant, "")
    }

    /// What `which` names. Functions that read one table differently name it differently.
    pub fn one(table: &'static str, tenant: TenantId, which: impl Into<String>) -> Self {
        Self { table, tenant, which: which.into() }
    }
}

#[derive(Default)]
pub struct Memory(HashMap<Known, Arc<dyn Any + Send + Sync>>);

impl Memory {
    pub fn get<T: Clone + 'static>(&self, known: &Known) -> Option<T> {
        self.0.get(known)?.downcast_ref::<T>().cloned()
    }

    pub fn put<T: Clone + Send + Sync + 'static>(&mut self, known: Known, value: &T) {
        self.0.insert(known, Arc::new(value.clone()));
    }

    /// Forgets what `statement` may change: everything read of the table it writes, and of the one it
    /// keeps the versions of, as `policy_version` does of `policy`. What is no `INSERT`,
    /// `UPDATE` or `DELETE` (going back to a savepoint, for one) makes it forget all.
    pub fn forget(&mut self, statement: &str) {
        if self.0.is_empty() {
            return;
        }
        let mut words = statement.split_ascii_whitespace();
        let table = match words.next() {
            Some("UPDATE") => words.next(),
            Some("INSERT" | "DELETE") => words.nth(1),
            Some("SAVEPOINT" | "RELEASE") => return,
            _ => None,
        };
        match table {
            Some(table) => self.forget_table(table),
            None => self.0.clear(),
        }
    }

    /// The same of a row of `into`, which begins with the table's name.
    pub fn forget_table(&mut self, into: &str) {
        let table = into.split_ascii_whitespace().next().unwrap_or_default();
        let of = table.strip_suffix("_version").unwrap_or(table);
        self.0.retain(|known, _| known.table != table && known.table != of);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_statement_makes_it_forget_the_table_it_writes() {
        let tenant = TenantId(Uuid::from_u128(1));
        let tables = ["policy", "team", "staff"];
        let left = |statement: &str| {
            let mut memory = Memory::default();
            for table in tables {
                memory.put(Known::all(table, tenant), &1_u8);
            }
            memory.forget(statement);
            let known = |it: &&'static str| memory.get::<u8>(&Known::all(it, tenant)).is_some();
            tables.into_iter().filter(known).count()
        };
        assert_eq!(left("\n        INSERT INTO policy_version (tenant_id) VALUES ($1)"), 2);
        assert_eq!(left("UPDATE staff SET name = $2"), 2);
        assert_eq!(left("DELETE FROM team\n WHERE tenant_id = $1"), 2);
        assert_eq!(left("INSERT INTO evaluation (tenant_id) VALUES ($1)"), 3);
        assert_eq!(left("INSERT INTO staff_notice (tenant_id) VALUES ($1)"), 3);
        assert_eq!(left("SAVEPOINT one"), 3);
        assert_eq!(left("RELEASE SAVEPOINT one"), 3);
        assert_eq!(left("ROLLBACK TO SAVEPOINT one"), 0);
        assert_eq!(left("WITH gone AS (SELECT 1) DELETE FROM team"), 0);
    }

    #[test]
    fn tenants_and_names_are_kept_apart() {
        let [ours, theirs] = [1, 2].map(|it| TenantId(Uuid::from_u128(it)));
        let mut memory = Memory::default();
        memory.put(Known::one("setting", ours, "notices"), &"ours".to_owned());
        let get = |tenant, which| memory.get::<String>(&Known::one("setting", tenant, which));
        assert_eq!(get(ours, "notices").as_deref(), Some("ours"));
        assert_eq!((get(theirs, "notices"), get(ours, "credit")), (None, None));
        assert_eq!(memory.get::<u8>(&Known::one("setting", ours, "notices")), None, "another type");
    }
}
