//! Nobody finds out whose an anonymous evaluation is: not with the whole database, not by order, time
//! or id, and not who knows in which order the invited answered. Measured, with a control.

use std::collections::BTreeMap;

use domain::collect::channel::Channel;
use domain::collect::invitation::{About as Asked, Invitation, State};
use domain::collect::round::Round;
use domain::collect::template;
use domain::id::{EvaluationId, FormId, InvitationId, StaffId, TeamId, TenantId};
use domain::language::Language;
use domain::platform::staff::{Staff, Team};
use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use serde_json::{Map, json};
use store::collect::{evaluation, invitation, letter_box};
use store::platform::{staff, team, tenant, timer};
use store::testing::attack::{orders, people};
use store::testing::{TestDb, rows, test_db};
use uuid::Uuid;

use super::open_letters;
use crate::answer::progress_link::follow;
use crate::collect::form::{publish_form, put_form};
use crate::collect::submit_evaluation::{About, Handed, Submission, submit_evaluation};
use crate::trust::seal::seal;
use crate::{Act, Ids};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const FORM: FormId = FormId(Uuid::from_u128(5));
const SERVED_BY: StaffId = StaffId(Uuid::from_u128(100));

/// Evaluations that are opened together, and nights in which that happens.
const TOGETHER: u128 = 5;
const NIGHTS: u128 = 24;

struct House {
    db: TestDb,
    ids: Ids,
    dice: StdRng,
}

impl House {
    async fn new() -> Self {
        let (db, ids) = (test_db().await, Ids::seeded(11));
        let house = Self { db, ids, dice: StdRng::seed_from_u64(12) };
        let act = house.act(noon(0));
        let mut tx = house.db.write().await.unwrap();
        let made = domain::platform::tenant::Tenant {
            id: TENANT,
            slug: "ours".to_owned(),
            name: "回声".to_owned(),
            zone: "Asia/Shanghai".to_owned(),
            language: Language::Chinese,
        };
        tenant::insert(&mut tx, &made, act.now).await.unwrap();
        crate::handle::put_defaults(&mut tx, &act, "Asia/Shanghai", crate::handle::Hours::Office)
            .await
            .unwrap();
        let whole = TeamId(Uuid::from_u128(10));
        let it = Team { id: whole, name: "一组".to_owned(), parent: None, lead: None };
        team::put(&mut tx, TENANT, &it).await.unwrap();
        let it = Staff {
            id: SERVED_BY,
            login: "chen".to_owned(),
            name: "小陈".to_owned(),
            number: "1".to_owned(),
            email: None,
            team: Some(whole),
            roles: vec![],
            language: Language::Chinese,
            active: true,
        };
        staff::insert(&mut tx, TENANT, &it, None, act.now).await.unwrap();
        let mut content = template::find("standard").unwrap().content;
        content.allow_anonymous = true;
        put_form(&mut tx, &act, FORM, "standard", content).await.unwrap();
        publish_form(&mut tx, &act, FORM).await.unwrap();
        tx.commit().await.unwrap();
        house
    }

    fn act(&self, now: Timestamp) -> Act {
        Act::system(TENANT, now, &self.ids)
    }

    /// Invites so many in the morning.
    async fn invite(&self, night: u128) -> Vec<InvitationId> {
        let mut tx = self.db.write().await.unwrap();
        let mut made = vec![];
        for n in 0..TOGETHER {
            let at = noon(night) - SignedDuration::from_mins(60 - i64::try_from(n).unwrap());
            let id = InvitationId(Uuid::from_u128(1_000 + night * 100 + n));
            let it = Invitation {
                id,
                round: Round::Relationship,
                about: Asked::Relationship,
                customer: None,
                staff: Some(SERVED_BY),
                team: None,
                form: "standard".to_owned(),
                channel: Channel::Email,
                recipient: format!("p{night}-{n}@example.com"),
                language: Language::Chinese,
                state: State::Delivered,
                because: None,
                happened: at,
                planned: at,
                due: at,
                sent: Some(at),
                delivered: Some(at),
                opened: Some(at),
                started: None,
                completed: None,
                reminded: None,
                expires: None,
                evaluation: None,
            };
            assert!(invitation::insert(&mut tx, TENANT, &it).await.unwrap());
            made.push(id);
        }
        tx.commit().await.unwrap();
        made
    }

    /// One of the invited answers; what is written says who, so that a guess can be judged.
    async fn answer(&self, by: InvitationId, now: Timestamp, anonymous: bool) -> Handed {
        let act = self.act(now);
        let mut tx = self.db.write().await.unwrap();
        let found = invitation::find(&mut tx, TENANT, by).await.unwrap().unwrap();
        let mut answers = Map::new();
        answers.insert("overall".to_owned(), json!(2));
        answers.insert("suggestion".to_owned(), json!(format!("等了太久，{}", found.recipient)));
        let input = Submission {
            // As the page makes it: by the time it was drawn.
            id: act.id::<EvaluationId>(),
            form: FORM,
            version: 1,
            answers,
            round: found.round,
            channel: found.channel,
            language: "zh-CN".to_owned(),
            about: About { invitation: Some(by), staff: found.staff, ..About::default() },
            anonymous,
        };
        let handed = submit_evaluation(&mut tx, &act, input).await.unwrap();
        tx.commit().await.unwrap();
        handed
    }

    async fn open(&self, now: Timestamp) {
        let act = self.act(now);
        let mut tx = self.db.write().await.unwrap();
        open_letters(&mut tx, &act).await.unwrap();
        tx.commit().await.unwrap();
        // In a transaction of its own, as the worker does: leaves wait from the commit on.
        let mut tx = self.db.write().await.unwrap();
        seal(&mut tx, &act).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn noon(night: u128) -> Timestamp {
    let day = SignedDuration::from_hours(24 * i64::try_from(night).unwrap());
    "2026-03-02T04:00:00Z".parse::<Timestamp>().unwrap() + day
}

fn night(of: u128) -> Timestamp {
    noon(of) + SignedDuration::from_hours(15)
}

/// How many guesses are right when both are put side by side, night for night.
fn right(written: &[String], persons: &[String]) -> usize {
    written.iter().zip(persons).filter(|(said, person)| said.ends_with(person.as_str())).count()
}

/// Lets people answer for some nights and attacks; hits by the name of the attack.
async fn attack(anonymous: bool) -> BTreeMap<String, usize> {
    let mut house = House::new().await;
    let mut hits: BTreeMap<String, usize> = BTreeMap::new();
    let mut truth = vec![];
    for night_of in 0..NIGHTS {
        let mut invited = house.invite(night_of).await;
        invited.shuffle(&mut house.dice);
        for (n, id) in invited.into_iter().enumerate() {
            let at = noon(night_of) + SignedDuration::from_mins(7 * i64::try_from(n).unwrap());
            house.answer(id, at, anonymous).await;
            let n = id.0.as_u128() % 100;
            truth.push(format!("p{night_of}-{n}@example.com"));
        }
        house.open(night(night_of)).await;
    }
    let mut conn = house.db.read().await.unwrap();
    let mut persons = people(&mut conn, TENANT).await.unwrap();
    // Somebody at the wire knows in which order they answered.
    persons.push(("who listened at the wire", truth));
    for (by, written) in orders(&mut conn, TENANT).await.unwrap() {
        for (of, persons) in &persons {
            assert_eq!((written.len(), persons.len()), (120, 120), "{by}, {of}");
            hits.insert(format!("{by}; {of}"), right(&written, persons));
        }
    }
    hits
}

#[tokio::test]
async fn with_the_whole_database_nobody_guesses_better_than_by_chance() {
    let hits = attack(true).await;
    assert!(20 < hits.len());
    // By chance one of each night's five is right on average, with variance one: 24 ± 4.9. Beyond
    // 3.7 deviations lies one of 4 000; there are some thirty attacks.
    let far: Vec<_> = hits.iter().filter(|it| 42 < *it.1).collect();
    assert!(far.is_empty(), "{far:?}");
    let mean = hits.values().sum::<usize>() / hits.len();
    assert!((18..=30).contains(&mean), "{hits:?}");
}

#[tokio::test]
async fn the_same_attack_finds_everybody_who_gave_their_name() {
    let hits = attack(false).await;
    let best = hits.values().max().copied();
    assert_eq!(best, Some(120), "{hits:?}");
}

#[tokio::test]
async fn nothing_that_is_stored_leads_from_the_person_to_the_answer() {
    let house = House::new().await;
    let invited = house.invite(0).await;
    let mut sent = vec![];
    for (n, id) in invited.iter().enumerate() {
        let at = noon(0) + SignedDuration::from_mins(13 * i64::try_from(n).unwrap() + 1);
        let handed = house.answer(*id, at, true).await;
        sent.push((at, handed));
    }
    let mut conn = house.db.read().await.unwrap();
    for it in &sent {
        let found = follow(&mut conn, TENANT, &it.1.token).await.unwrap().unwrap();
        assert!(found.waits && found.case.is_none());
    }
    let check = async || {
        for (table, lines) in rows(&house.db).await {
            for line in lines {
                for (at, handed) in &sent {
                    let (id, ms) = (handed.evaluation.id.0, at.as_millisecond());
                    assert!(!line.contains(&ms.to_string()), "{table} has the moment: {line}");
                    let has_answer = line.contains(&id.to_string())
                        || line.to_lowercase().contains(&id.simple().to_string());
                    let has_person = invited.iter().any(|it| {
                        line.to_lowercase().contains(&it.0.simple().to_string())
                            || line.contains(&it.0.to_string())
                    });
                    assert!(!(has_answer && has_person), "{table} has both: {line}");
                }
            }
        }
    };
    check().await;
    assert_eq!(letter_box::list(&mut conn, TENANT).await.unwrap().len(), 5);
    let parts: Vec<i64> = (0..store::platform::lease::PARTS).collect();
    let next = timer::next(&mut conn, &parts).await.unwrap();
    assert_eq!(next, Some(night(0)), "opened in the night, at three in China");
    house.open(night(0)).await;
    check().await;
    assert_eq!(letter_box::list(&mut conn, TENANT).await.unwrap(), []);
    for (_, handed) in &sent {
        let found = follow(&mut conn, TENANT, &handed.token).await.unwrap().unwrap();
        assert!(!found.waits && found.case.is_some(), "a low score opens a case");
        let it = evaluation::find(&mut conn, TENANT, handed.evaluation.id).await.unwrap().unwrap();
        assert_eq!(
            (it.receipt, it.local_day.as_str()),
            (handed.evaluation.receipt.clone(), "2026-03-03")
        );
        assert_eq!((it.invitation, it.staff), (None, Some(SERVED_BY)), "five are of one person");
        assert_eq!(
            it.submitted_at.to_string(),
            "2026-03-02T16:00:00Z",
            "the begin of a day in China"
        );
    }
}

#[tokio::test]
async fn fewer_than_five_wait_and_can_be_followed_and_sent_again() {
    let house = House::new().await;
    let invited = house.invite(0).await;
    let handed = house.answer(invited[0], noon(0), true).await;
    house.open(night(0)).await;
    let mut conn = house.db.read().await.unwrap();
    assert!(follow(&mut conn, TENANT, &handed.token).await.unwrap().unwrap().waits);
    let mut tx = house.db.write().await.unwrap();
    let act = house.act(noon(1));
    let mut answers = Map::new();
    answers.insert("overall".to_owned(), json!(4));
    let input = Submission {
        id: EvaluationId(Uuid::from_u128(77)),
        form: FORM,
        version: 1,
        answers,
        round: Round::Unsolicited,
        channel: Channel::WebLink,
        language: "zh-CN".to_owned(),
        about: About::default(),
        anonymous: true,
    };
    let first = submit_evaluation(&mut tx, &act, input.clone()).await.unwrap();
    let again = submit_evaluation(&mut tx, &act, input.clone()).await.unwrap();
    assert_eq!((first.fresh, again.fresh, &first.token), (true, false, &again.token));
    assert_ne!(first.evaluation.id, input.id, "the page's id tells when it was drawn");
    let other = Submission { answers: Map::from_iter([("overall".to_owned(), json!(1))]), ..input };
    assert_eq!(submit_evaluation(&mut tx, &act, other).await.unwrap_err().code(), Some("id_taken"));
}
