//! How often do intervals hold the truth? Exact for proportions (a sum over all outcomes), simulated
//! for net scores. Prints the table of docs/methods/coverage.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::random::Random;
use stats::{Confidence, Interval, Result, nps, proportion, special};

type Method = fn(u64, u64, Confidence) -> Result<Interval>;

fn wald(x: u64, n: u64, confidence: Confidence) -> Result<Interval> {
    let p = proportion::share(x, n)?;
    Ok(Interval::around(p, confidence.z() * (p * (1.0 - p) / n as f64).sqrt()))
}

fn coverage(method: Method, n: u64, p: f64) -> Result<f64> {
    let mut held = 0.0;
    for x in 0..=n {
        if method(x, n, Confidence::P95)?.contains(p) {
            held += special::binomial_pmf(x, n, p);
        }
    }
    Ok(held)
}

fn main() -> Result<()> {
    let methods: [Method; 5] = [
        wald,
        proportion::wilson,
        proportion::wilson_continuity,
        proportion::clopper_pearson,
        proportion::jeffreys,
    ];
    println!("| n | p | Wald | Wilson | with continuity | Clopper-Pearson | Jeffreys |");
    println!("|---|---|---|---|---|---|---|");
    for (n, p) in
        [(10, 0.8), (20, 0.8), (20, 0.95), (50, 0.8), (50, 0.95), (200, 0.88), (200, 0.95)]
    {
        let cells = methods
            .iter()
            .map(|m| Ok(format!("{:.1} %", 100.0 * coverage(*m, n, p)?)))
            .collect::<Result<Vec<_>>>()?;
        println!("| {n} | {p} | {} |", cells.join(" | "));
    }
    println!("\n| n | promoters/passives/detractors | Wald | adjusted Wald |\n|---|---|---|---|");
    let mut random = Random::new("coverage", 1);
    for (n, shares) in [(10, [0.8, 0.15]), (20, [0.8, 0.15]), (50, [0.8, 0.15]), (20, [0.5, 0.3])] {
        let truth = shares[0] - (1.0 - shares[0] - shares[1]);
        let (mut plain, mut adjusted) = (0_u32, 0_u32);
        let runs = 40_000_u32;
        for _ in 0..runs {
            let mut counts = nps::Counts::default();
            for _ in 0..n {
                let u = random.uniform();
                if u < shares[0] {
                    counts.promoters += 1;
                } else if u < shares[0] + shares[1] {
                    counts.passives += 1;
                } else {
                    counts.detractors += 1;
                }
            }
            plain += u32::from(nps::wald_interval(counts, Confidence::P95)?.contains(truth));
            adjusted += u32::from(nps::interval(counts, Confidence::P95)?.contains(truth));
        }
        let share = |held: u32| 100.0 * f64::from(held) / f64::from(runs);
        let [p, s] = shares.map(|v| (100.0 * v).round());
        println!(
            "| {n} | {p}/{s}/{} | {:.1} % | {:.1} % |",
            100.0 - p - s,
            share(plain),
            share(adjusted)
        );
    }
    Ok(())
}
