//! Are p-values uniform when there is no difference? The share of p-values below 1, 5 and 10 % in
//! simulated data without any effect. Prints the table of docs/methods/uniform.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::random::Random;
use stats::survival::{Duration, log_rank};
use stats::{Result, compare, nps};

const RUNS: usize = 10_000;

/// One to five with the shares of an ordinary satisfied crowd.
fn rating(random: &mut Random) -> usize {
    let u = random.uniform();
    [0.05, 0.10, 0.20, 0.45].iter().filter(|&&c| u >= c).count()
}

fn ratings(n: usize, random: &mut Random) -> [u64; 5] {
    let mut counts = [0; 5];
    (0..n).for_each(|_| counts[rating(random)] += 1);
    counts
}

fn successes(n: u64, random: &mut Random) -> u64 {
    (0..n).map(|_| u64::from(random.chance(0.8))).sum()
}

fn one(test: &str, random: &mut Random) -> Result<f64> {
    Ok(match test {
        "Brunner-Munzel, 40 and 60 ratings" => {
            compare::brunner_munzel_counts(&ratings(40, random), &ratings(60, random))?.p
        }
        "McNemar, 400 pairs" => {
            let mut t = [[0; 2]; 2];
            (0..400).for_each(|_| {
                t[usize::from(random.chance(0.3))][usize::from(random.chance(0.3))] += 1;
            });
            compare::mcnemar(t)?.p
        }
        "Cochran-Armitage, 3 x 100" => {
            let x: Vec<u64> = (0..3).map(|_| successes(100, random)).collect();
            compare::cochran_armitage(&x, &[100; 3], &[0.0, 1.0, 2.0])?.p
        }
        "Mantel-Haenszel, 5 strata" => {
            let tables: Vec<[[u64; 2]; 2]> = (0..5)
                .map(|_| {
                    let (a, b) = (successes(60, random), successes(60, random));
                    [[a, 60 - a], [b, 60 - b]]
                })
                .collect();
            compare::mantel_haenszel(&tables)?.test.p
        }
        "log-rank, 50 and 50" => {
            let groups: Vec<Vec<Duration>> = (0..2)
                .map(|_| {
                    (0..50)
                        .map(|_| {
                            let time = -(1.0 - random.uniform()).ln();
                            Duration { time: time.min(1.5), happened: time < 1.5 }
                        })
                        .collect()
                })
                .collect();
            log_rank(&groups)?.p
        }
        _ => {
            let mut group = |n: usize| {
                let counts = ratings(n, random);
                nps::Counts {
                    promoters: counts[4],
                    passives: counts[3],
                    detractors: counts[..3].iter().sum(),
                }
            };
            nps::test(group(100), group(100))?.p
        }
    })
}

fn main() -> Result<()> {
    println!("| test | below 1 % | below 5 % | below 10 % |\n|---|---|---|---|");
    for test in [
        "Brunner-Munzel, 40 and 60 ratings",
        "McNemar, 400 pairs",
        "Cochran-Armitage, 3 x 100",
        "Mantel-Haenszel, 5 strata",
        "log-rank, 50 and 50",
        "two net scores, 100 and 100",
    ] {
        let mut random = Random::new(test, 1);
        let p = (0..RUNS).map(|_| one(test, &mut random)).collect::<Result<Vec<f64>>>()?;
        let below =
            |limit: f64| 100.0 * p.iter().filter(|p| **p < limit).count() as f64 / RUNS as f64;
        println!("| {test} | {:.1} % | {:.1} % | {:.1} % |", below(0.01), below(0.05), below(0.1));
    }
    Ok(())
}
