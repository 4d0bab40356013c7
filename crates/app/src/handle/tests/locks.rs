//! The order of locks (docs/decisions/0032-the-order-of-locks.md): two transactions about one case, step
//! by step. SQLite lets one write at a time and has no order to break.

use domain::handle::case::Case;
use domain::handle::command::Command;
use domain::id::CaseId;
use jiff::SignedDuration;
use store::Write;
use store::db::{self, sql};
use store::handle::case;
use store::platform::timer::{self, Due};

use super::{House, TENANT, complaint, person, team_id};
use crate::handle::act_on_case::{ActOnCase, act_on_case};
use crate::platform::fire;
use crate::{Failure, Result};

/// A case with several promises that are broken by now, and their timers; `None` on SQLite.
async fn overdue() -> Option<(House, CaseId, Vec<Due>)> {
    let mut house = House::new().await;
    if house.db.write().await.unwrap().for_update().is_empty() {
        return None;
    }
    let id = house.open(complaint(1, person(21))).await.unwrap().id;
    house.now += SignedDuration::from_hours(24 * 7);
    let mut conn = house.db.read().await.unwrap();
    let timers = timer::list(&mut conn, TENANT, id.0).await.unwrap();
    let due = |it: timer::Timer| Due { tenant: TENANT, id: it.id, part: 0, payload: it.payload };
    let due: Vec<Due> = timers.into_iter().map(due).collect();
    assert!(2 <= due.len(), "a complaint is promised a first answer and an end");
    Some((house, id, due))
}

/// How long the transaction waits for a lock from now on.
async fn waits(tx: &mut Write, time: &'static str) {
    sql("SET LOCAL lock_timeout = ").push(time).execute(tx).await.unwrap();
}

/// Does the second transaction's first step while the first one is at its work. Whoever may not take that
/// step yet begins again: `None`. Otherwise both hold something now.
async fn step<T>(
    house: &House,
    first: impl AsyncFnOnce(&mut Write) -> Result<T>,
) -> Option<(Write, T)> {
    let mut tx = house.db.write().await.unwrap();
    waits(&mut tx, "'200ms'").await;
    match first(&mut tx).await {
        Ok(done) => {
            waits(&mut tx, "'10s'").await;
            Some((tx, done))
        }
        Err(Failure::Db(error)) if db::is_transient(&error) => None,
        Err(failure) => panic!("{failure}"),
    }
}

/// What the worker does with a timer it has taken.
async fn fire(house: &House, mut tx: Write, taken: Option<timer::Timer>) -> Result<()> {
    if let Some(taken) = taken {
        fire::fire(&mut tx, &house.system(), &db::json(taken.payload)?).await?;
    }
    Ok(tx.commit().await?)
}

async fn assign(house: &House, mut tx: Write, id: CaseId) -> Result<Case> {
    let command = Command::Assign {
        staff: Some(person(11)),
        team: team_id(1),
        because: vec![],
        reason: String::new(),
    };
    let input = ActOnCase { id, version: None, command };
    let case = act_on_case(&mut tx, &house.system(), &[].into(), input).await?;
    tx.commit().await?;
    Ok(case)
}

#[tokio::test]
async fn two_timers_of_a_case_never_wait_for_each_other() {
    let Some((house, _, due)) = overdue().await else { return };
    let mut one = house.db.write().await.unwrap();
    let taken = fire::take(&mut one, &due[0], house.now).await.unwrap();
    assert!(taken.is_some(), "it is due");
    let step = step(&house, async |tx| fire::take(tx, &due[1], house.now).await).await;
    let two = async {
        let (tx, taken) = if let Some(both_hold) = step {
            both_hold
        } else {
            let mut tx = house.db.write().await?;
            let taken = fire::take(&mut tx, &due[1], house.now).await?;
            (tx, taken)
        };
        fire(&house, tx, taken).await
    };
    let (one, two) = tokio::join!(fire(&house, one, taken), two);
    one.unwrap();
    two.unwrap();
}

#[tokio::test]
async fn who_acts_on_a_case_and_its_timer_never_wait_for_each_other() {
    let Some((house, id, due)) = overdue().await else { return };
    let mut one = house.db.write().await.unwrap();
    let taken = fire::take(&mut one, &due[0], house.now).await.unwrap();
    assert!(taken.is_some(), "it is due");
    let step = step(&house, async |tx| Ok(case::lock(tx, TENANT, id).await?)).await;
    let two = async {
        let tx = match step {
            Some((both_hold, _)) => both_hold,
            None => house.db.write().await?,
        };
        assign(&house, tx, id).await
    };
    let (one, two) = tokio::join!(fire(&house, one, taken), two);
    one.unwrap();
    assert_eq!(two.unwrap().owner, Some(person(11)));
}
