//! Each quarter some customers are asked about the whole relationship; their answers make the NPS.

use std::collections::BTreeMap;

use domain::collect::channel::Channel;
use domain::collect::invitation::{About, Invitation, State};
use domain::collect::round::Round;
use domain::language::Language;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use serde_json::{Map, json};
use store::Write;
use store::collect::invitation;

use super::speech::{SUGGESTIONS, TOPICS, VALUED};
use super::year::{FATIGUE, Later, Service, Year};

const QUARTERS: i64 = 4;

/// Of a hundred services of the year, so many customers are asked in each quarter.
const ASKED_OF_HUNDRED: usize = 1;

impl Year {
    /// Whoever is asked about a service in the month before or after is left in peace (A24).
    pub fn plan_relationship(&mut self, services: &[Service]) {
        let mut asked: BTreeMap<usize, Vec<Timestamp>> = BTreeMap::new();
        for it in services.iter().filter(|it| it.invited) {
            asked.entry(it.customer).or_default().push(it.end);
        }
        let length = (self.end - self.begin).get_seconds().max(40) / QUARTERS;
        for quarter in 0..QUARTERS {
            for _ in 0..services.len() * ASKED_OF_HUNDRED / 100 {
                let customer = self.random.random_range(0..self.company.customers.len());
                let within = self.random.random_range(length / 2..length * 7 / 10);
                let seconds = SignedDuration::from_secs(quarter * length + within);
                let at = self.in_hours(self.begin + seconds);
                let known = asked.entry(customer).or_default();
                if known.iter().all(|it| FATIGUE < at.duration_since(*it).abs()) {
                    known.push(at);
                    self.later(at, Later::AskAboutUs(customer));
                }
            }
        }
    }

    pub async fn ask_about_us(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        customer: usize,
    ) -> anyhow::Result<()> {
        let person = &self.company.customers[customer];
        let made = Invitation {
            id: self.app.ids.at(at).into(),
            round: Round::Relationship,
            about: About::Relationship,
            customer: Some(person.id),
            staff: None,
            team: None,
            form: "relationship".to_owned(),
            channel: Channel::Email,
            recipient: format!("c{:06}@demo.example", customer + 1),
            language: person.language,
            state: State::Delivered,
            because: None,
            happened: at,
            planned: at,
            due: at,
            sent: Some(at),
            delivered: Some(at),
            opened: None,
            started: None,
            completed: None,
            reminded: None,
            expires: Some(at + SignedDuration::from_hours(14 * 24)),
            evaluation: None,
        };
        invitation::insert(tx, self.company.tenant, &made).await?;
        if self.random.random_bool(0.25 + 0.2 * self.progress(at)) {
            let later = at + SignedDuration::from_hours(self.random.random_range(1..90));
            self.later(later, Later::AnswerAboutUs(Box::new(made)));
        }
        Ok(())
    }

    pub async fn answer_about_us(
        &mut self,
        tx: &mut Write,
        at: Timestamp,
        invitation: Invitation,
    ) -> anyhow::Result<()> {
        let glad = self.random.random_bool(0.34 + 0.18 * self.progress(at));
        let cool = self.random.random_bool(0.35);
        let recommend = self.random.random_range(match (glad, cool) {
            (true, _) => 9..11,
            (false, false) => 7..9,
            (false, true) => 2..7,
        });
        let mut answers = Map::new();
        answers.insert("recommend".to_owned(), json!(recommend));
        let topic = &TOPICS[self.random.random_range(0..TOPICS.len())];
        if recommend <= 6 {
            answers.insert("reasons".to_owned(), json!([topic.reason]));
        }
        if invitation.language == Language::Chinese && self.random.random_bool(0.4) {
            let (question, from) = match recommend {
                0..=6 => ("suggestion", topic.low),
                7..=8 => ("suggestion", SUGGESTIONS),
                _ => ("valued", VALUED),
            };
            let said = from[self.random.random_range(0..from.len())];
            answers.insert(question.to_owned(), json!(said));
        }
        let id = self.hand_in(tx, at, "relationship", answers, invitation).await?;
        let opened = store::handle::case::find_by_evaluation(tx, self.company.tenant, id).await?;
        if let Some(case) = opened {
            self.put_work(at, &case);
        }
        Ok(())
    }
}
