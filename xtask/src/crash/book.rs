//! What customers sent, and what they were told: the other side's account of the same time.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard},
};

use anyhow::{Result, bail};

#[derive(Default)]
pub struct Book(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    sent: BTreeSet<u64>,
    /// With the address of the progress page.
    acknowledged: BTreeMap<u64, String>,
    /// Answers that nobody should get.
    wrong: Vec<String>,
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().expect("nobody panics with the book in hand")
    }

    /// Written down before it leaves: it may arrive though no answer comes.
    pub fn send(&self, number: u64) {
        self.pages().sent.insert(number);
    }

    pub fn acknowledge(&self, number: u64, progress: &str) {
        self.pages().acknowledged.insert(number, progress.to_owned());
    }

    pub fn wrong(&self, number: u64, status: u16, text: &str) {
        self.pages().wrong.push(format!("{number} was answered {status}: {text}"));
    }

    /// # Errors
    /// When anybody got an answer that is neither thanks nor "come again".
    pub fn refuse_wrong(&self) -> Result<()> {
        match self.pages().wrong.first() {
            Some(first) => bail!("{first}"),
            None => Ok(()),
        }
    }

    pub fn was_sent(&self, number: u64) -> bool {
        self.pages().sent.contains(&number)
    }

    pub fn acknowledged(&self) -> BTreeMap<u64, String> {
        self.pages().acknowledged.clone()
    }

    /// Sent, and nobody said that it arrived.
    pub fn unanswered(&self) -> Vec<u64> {
        let pages = self.pages();
        let is_open = |it: &&u64| !pages.acknowledged.contains_key(it);
        pages.sent.iter().filter(is_open).copied().collect()
    }

    pub fn in_words(&self) -> String {
        let pages = self.pages();
        format!("{} sent, {} acknowledged", pages.sent.len(), pages.acknowledged.len())
    }
}
