//! How long a body is waited for: one that stands still, or comes drop by drop, is given up.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// Who sends slower than this, over all of a body, holds a place for nothing.
const BYTES_PER_SECOND_MIN: u64 = 500;

/// The body has kept us waiting for too long.
#[derive(Debug, thiserror::Error)]
#[error("it came too slowly")]
pub struct TooSlow;

/// Whether that is why a body could not be read.
pub fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    error.is::<TooSlow>() || error.source().is_some_and(is_too_slow)
}

/// Gives the bodies of requests so much patience. Zero: all there is.
pub fn patient(pause: Duration) -> impl Fn(Request<Body>) -> Request<Body> + Clone {
    move |request| {
        let impatient = !pause.is_zero() && !request.body().is_end_stream();
        request.map(|body| if impatient { Body::new(Patient::new(body, pause)) } else { body })
    }
}

/// A body that is waited for: for a piece no longer than `pause`, and for all of them no longer
/// than `pause` and a second for each [`BYTES_PER_SECOND_MIN`] that came. What we take to read it does
/// not count.
struct Patient {
    body: Body,
    pause: Duration,
    received_bytes: u64,
    /// For what came.
    waited: Duration,
    /// Since when the next piece is waited for, and until when.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Patient {
    fn new(body: Body, pause: Duration) -> Self {
        Self { body, pause, received_bytes: 0, waited: Duration::ZERO, waiting: None }
    }
}

/// How long the next piece may take.
fn patience(pause: Duration, received_bytes: u64, waited: Duration) -> Duration {
    let earned = Duration::from_secs(received_bytes / BYTES_PER_SECOND_MIN);
    (pause + earned).saturating_sub(waited).min(pause)
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            if let Some((since, _)) = this.waiting.take() {
                this.waited += since.elapsed();
            }
            if let Some(Ok(data)) = frame.as_ref().map(|it| it.as_ref().map(Frame::data_ref)) {
                this.received_bytes += data.map_or(0, |it| it.len() as u64);
            }
            return Poll::Ready(frame);
        }
        let patience = patience(this.pause, this.received_bytes, this.waited);
        let begin = || (Instant::now(), Box::pin(sleep(patience)));
        let (_, end) = this.waiting.get_or_insert_with(begin);
        ready!(end.as_mut().poll(cx));
        Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(30);

    /// Pieces of `bytes` each, `every` so many milliseconds: how many are waited for, of at most `count`.
    fn waited_for(count: u64, bytes: u64, every_ms: u64) -> u64 {
        let every = Duration::from_millis(every_ms);
        let in_time = |so_far: &u64| {
            let waited = every * u32::try_from(*so_far).unwrap();
            every <= patience(PAUSE, so_far * bytes, waited)
        };
        (0..count).take_while(in_time).count() as u64
    }

    #[test]
    fn a_body_may_be_slow_but_neither_stand_still_nor_drip() {
        assert_eq!(waited_for(4, 10_000, 20_000), 4, "a telephone in a tunnel");
        assert_eq!(waited_for(1_000, 1_000, 1_000), 1_000, "a large file, slowly");
        assert_eq!(waited_for(4, 2_000, 25_000), 1, "80 bytes a second");
        assert_eq!(waited_for(1, 1_000_000, 31_000), 0, "it stands still");
        assert_eq!(waited_for(1_000, 1, 29_000), 1, "it drips");
        assert_eq!(waited_for(100_000, 1, 10) / 100, 37, "a hundred drops a second, for 37 s");
    }

    #[tokio::test]
    async fn without_a_limit_the_body_is_left_as_it_is() {
        let request = patient(Duration::ZERO)(Request::new(Body::from("all of it")));
        assert_eq!(request.body().size_hint().exact(), Some(9));
        let request = patient(PAUSE)(Request::new(Body::from("all of it")));
        assert_eq!(request.body().size_hint().exact(), Some(9));
    }
}
