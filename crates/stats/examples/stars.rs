//! Who is chosen as the best of 30 by different rules, and how much worse than the true best is the
//! choice? Prints the table of docs/methods/stars.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::random::Random;
use stats::rank::{Posterior, Prior};
use stats::{Confidence, Result, proportion};

const PEOPLE: usize = 30;
const RUNS: usize = 2_000;
const RULES: [&str; 5] = [
    "raw mean",
    "raw mean, n at least 30",
    "Wilson 95 % lower",
    "empirical Bayes mean",
    "empirical Bayes 5 % quantile",
];

/// The index with the largest score; ties are drawn.
fn best(scores: &[f64], random: &mut Random) -> usize {
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let equal: Vec<usize> = (0..scores.len()).filter(|&i| scores[i] >= top).collect();
    equal[random.below(equal.len())]
}

fn scores(points: &[(u64, u64)]) -> Result<[Vec<f64>; 5]> {
    let prior = Prior::fit(points)?.prior;
    let each = |f: &dyn Fn(u64, u64) -> Result<f64>| {
        points.iter().map(|&(x, n)| f(x, n)).collect::<Result<Vec<f64>>>()
    };
    Ok([
        each(&|x, n| proportion::share(x, n))?,
        each(&|x, n| if n < 30 { Ok(-1.0) } else { proportion::share(x, n) })?,
        each(&|x, n| proportion::wilson_lower(x, n, Confidence::P95))?,
        each(&|x, n| Ok(prior.after(x, n)?.mean()))?,
        each(&|x, n| prior.after(x, n)?.quantile(0.05))?,
    ])
}

fn main() -> Result<()> {
    println!(
        "| between-person sd | rule | true best chosen | in the true top 3 | regret (points) |"
    );
    println!("|---|---|---|---|---|");
    for sd in [0.03_f64, 0.05, 0.08] {
        let mut random = Random::new("stars", 1);
        // True qualities: a beta distribution with mean 0.88 and this standard deviation.
        let size = 0.88 * 0.12 / (sd * sd) - 1.0;
        let quality = Posterior { alpha: 0.88 * size, beta: 0.12 * size };
        let (mut hits, mut top, mut regret) = ([0_u32; 5], [0_u32; 5], [0.0; 5]);
        for _ in 0..RUNS {
            let truth = (0..PEOPLE)
                .map(|_| quality.quantile(random.uniform()))
                .collect::<Result<Vec<f64>>>()?;
            let points: Vec<(u64, u64)> = truth
                .iter()
                .map(|&p| {
                    // 5 to 300 ratings, most people with few: uniform on the logarithm.
                    let n = (5.0 * 60.0_f64.powf(random.uniform())).round();
                    let mut trials = 0;
                    let mut x = 0;
                    while (trials as f64) < n {
                        trials += 1;
                        x += u64::from(random.chance(p));
                    }
                    (x, trials)
                })
                .collect();
            let mut order: Vec<usize> = (0..PEOPLE).collect();
            order.sort_by(|&a, &b| truth[b].total_cmp(&truth[a]));
            for (rule, scores) in scores(&points)?.iter().enumerate() {
                let chosen = best(scores, &mut random);
                hits[rule] += u32::from(chosen == order[0]);
                top[rule] += u32::from(order[..3].contains(&chosen));
                regret[rule] += 100.0 * (truth[order[0]] - truth[chosen]) / RUNS as f64;
            }
        }
        for (rule, name) in RULES.iter().enumerate() {
            let share = |count: u32| f64::from(count) / RUNS as f64;
            println!(
                "| {sd} | {name} | {:.2} | {:.2} | {:.1} |",
                share(hits[rule]),
                share(top[rule]),
                regret[rule]
            );
        }
    }
    Ok(())
}
