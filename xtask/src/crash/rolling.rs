//! `cargo xtask crash --rolling yes`: every process is replaced, one after the other, under load. No request
//! may fail: who knocks where nobody listens goes to the other door, as a proxy does, and that is all.

use std::{
    cell::RefCell,
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU64},
    thread,
    time::Duration,
};

use anyhow::{Result, ensure};

use super::{Book, Processes, look, promise_soon, under_load};
use crate::bench::{
    house::{Engine, Form, House},
    http::Connection,
};

/// Between two of them, so that all are under load for a while.
const PAUSE: Duration = Duration::from_secs(2);

/// One customer of so many keeps the connection open, as proxies do.
const KEEPS_EVERY: usize = 2;

thread_local! {
    /// The connection a customer keeps; where it leads is the customer's own affair.
    static KEPT: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// # Errors
/// When a request fails, a process does not end in time, or something is lost.
pub fn restart_all(binary: &Path) -> Result<()> {
    println!("\n── PostgreSQL, every process replaced under load");
    let house = House::new(binary, Engine::Postgres)?;
    let form = {
        let served = house.serve()?;
        promise_soon(&mut house.api(served.address)?)?;
        house.publish_form()?
    };
    let (book, next) = (Book::default(), AtomicU64::new(1));
    let mut processes = Processes::start(&house, Engine::Postgres)?;
    under_load(&processes.webs.clone(), &form, &book, &next, once, || {
        for at in 0..processes.running.len() {
            thread::sleep(PAUSE);
            let took = processes.replace(at)?;
            println!("process {at} ended in {took:.1?}; {}", book.in_words());
        }
        thread::sleep(PAUSE);
        Ok(())
    })?;
    book.refuse_wrong()?;
    let unanswered = book.unanswered();
    ensure!(unanswered.is_empty(), "sent and not acknowledged: {unanswered:?}");
    let looked = look::look(&house, processes.webs[0], &book)?;
    drop(processes);
    look::ledger(&house)?;
    println!("no request failed: {looked}");
    Ok(())
}

/// Sends one evaluation, once: at the first door that opens.
fn once(webs: &[SocketAddr], first: usize, form: &Form, book: &Book, number: u64, _: &AtomicBool) {
    book.send(number);
    let doors = (first..first + webs.len()).map(|at| webs[at % webs.len()]);
    let opened = KEPT.take().or_else(|| doors.into_iter().find_map(|it| Connection::open(it).ok()));
    let Some(mut connection) = opened else { return book.wrong(number, 0, "no door opens") };
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    match connection.send("POST", &form.path, headers, form.answers(number).as_bytes()) {
        Ok(reply) if reply.status == 303 => {
            book.acknowledge(number, reply.header("location").unwrap_or_default());
            let stays = first.is_multiple_of(KEEPS_EVERY) && reply.header("connection").is_none();
            KEPT.set(stays.then_some(connection));
        }
        Ok(reply) => book.wrong(number, reply.status, &String::from_utf8_lossy(&reply.body)),
        Err(error) => book.wrong(number, 0, &format!("{error:#}")),
    }
}
