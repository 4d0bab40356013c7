//! The speeds that the product counts on; see docs/methods/stats-speed.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use stats::agreement::{Level, alpha, alpha_interval};
use stats::chart::{Ewma, Side};
use stats::random::Random;
use stats::rank::Prior;
use stats::{Confidence, proportion};

fn speed(c: &mut Criterion) {
    c.bench_function("Wilson", |b| {
        b.iter(|| proportion::wilson(black_box(81), black_box(263), black_box(Confidence::P95)));
    });

    let mut random = Random::new("bench", 1);
    let units: Vec<Vec<Option<f64>>> = (0..1_000)
        .map(|_| {
            let truth = random.below(5);
            let rate =
                |random: &mut Random| if random.chance(0.7) { truth } else { random.below(5) };
            (0..5).map(|_| Some(rate(&mut random) as f64)).collect()
        })
        .collect();
    c.bench_function("alpha, 1 000 units x 5 raters x 5 categories", |b| {
        b.iter(|| alpha(black_box(&units), Level::Ordinal));
    });
    let mut slow = c.benchmark_group("slow");
    slow.sample_size(10);
    slow.bench_function("alpha, 1 000 resamples", |b| {
        b.iter(|| alpha_interval(black_box(&units), Level::Ordinal, Confidence::P95, 1_000, 1));
    });

    let people: Vec<(u64, u64)> = (0..10_000)
        .map(|_| {
            let n = 5 + random.below(296) as u64;
            let p = (0.85 + 0.05 * random.normal()).clamp(0.0, 1.0);
            ((0..n).map(|_| u64::from(random.chance(p))).sum(), n)
        })
        .collect();
    slow.bench_function("empirical Bayes, 10 000 people: fit and means", |b| {
        b.iter(|| {
            let prior = Prior::fit(black_box(&people)).map(|f| f.prior)?;
            people
                .iter()
                .map(|&(x, n)| Ok(prior.after(x, n)?.mean()))
                .collect::<stats::Result<Vec<f64>>>()
        });
    });
    slow.bench_function("empirical Bayes, 10 000 people: with intervals", |b| {
        b.iter(|| {
            let prior = Prior::fit(black_box(&people)).map(|f| f.prior)?;
            people
                .iter()
                .map(|&(x, n)| Ok(prior.after(x, n)?.estimate(Confidence::P95)))
                .collect::<stats::Result<Vec<_>>>()
        });
    });

    // Every entity has a year of its own, one after the other: 29 MB, as a store would hand them over.
    let years: Vec<f64> = (0..365 * 10_000).map(|_| random.normal()).collect();
    slow.bench_function("one pass over the same years (a plain sum)", |b| {
        b.iter(|| black_box(&years).iter().sum::<f64>());
    });
    let chart = Ewma::new(0.2, 2.86, 0.0, 1.0, Side::Below).expect("sane parameters");
    slow.bench_function("EWMA, 365 days x 10 000", |b| {
        b.iter(|| {
            let mut alarms = 0_u32;
            for year in black_box(&years).chunks(365) {
                let mut chart = black_box(chart);
                alarms += year.iter().map(|&z| u32::from(chart.push(z))).sum::<u32>();
            }
            alarms
        });
    });
}

criterion_group!(benches, speed);
criterion_main!(benches);
