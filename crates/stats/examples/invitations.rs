//! Can the exposure-by-risk test find somebody who does not invite unhappy customers, and how often
//! does it accuse an honest person? Prints the table of docs/methods/invitations.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::random::Random;
use stats::{Result, anomaly, compare, proportion};

const AGENTS: usize = 40;
const RUNS: usize = 400;
const FOUND_BELOW: f64 = 0.05;

/// One month of one agent: invited and total per risk tercile, and satisfied and total of the answers.
#[derive(Default, Clone)]
struct Month {
    risk: [(u64, u64); 3],
    answers: (u64, u64),
}

/// Unhappiness is not seen by the test, only a risk score that goes with it (area under the curve
/// about 0.86). The agent withholds this share of the invitations of unhappy customers.
fn month(cases: usize, withheld: f64, random: &mut Random) -> Month {
    let mut month = Month::default();
    for _ in 0..cases {
        let unhappy = random.chance(0.20);
        let score = random.normal() + if unhappy { 1.53 } else { 0.0 };
        let tercile = usize::from(score > -0.23) + usize::from(score > 0.70);
        let invited = random.chance(0.9) && !(unhappy && random.chance(withheld));
        month.risk[tercile].1 += 1;
        month.risk[tercile].0 += u64::from(invited);
        if invited && random.chance(0.3) {
            month.answers.1 += 1;
            month.answers.0 += u64::from(!unhappy);
        }
    }
    month
}

/// One-sided p-value of a falling invitation rate, confirmed against the peers.
fn evidence(own: &Month, all: &[Month]) -> f64 {
    let peers: Vec<(u64, u64)> = (0..3)
        .map(|t| {
            let total = all.iter().fold((0, 0), |s, m| (s.0 + m.risk[t].0, s.1 + m.risk[t].1));
            (total.0 - own.risk[t].0, total.1 - own.risk[t].1)
        })
        .collect();
    anomaly::exposure_by_risk(&own.risk, &peers)
        .map_or(1.0, |e| if e.trend.z < 0.0 { 0.5 * e.trend.p } else { 1.0 - 0.5 * e.trend.p })
}

fn main() -> Result<()> {
    println!("| cases per agent and month | withheld | found | honest accused | outlier |");
    println!("|---|---|---|---|---|");
    for cases in [120, 250, 400] {
        for withheld in [0.0, 0.3, 0.6, 0.9] {
            row(cases, withheld)?;
        }
    }
    Ok(())
}

fn row(cases: usize, withheld: f64) -> Result<()> {
    let mut random = Random::new("invitations", 1);
    let (mut found, mut accused, mut outlier) = (0_u32, 0_u32, 0_u32);
    for _ in 0..RUNS {
        let months: Vec<Month> = (0..AGENTS)
            .map(|a| month(cases, if a == 0 { withheld } else { 0.0 }, &mut random))
            .collect();
        let p: Vec<f64> = months.iter().map(|m| evidence(m, &months)).collect();
        let adjusted = compare::benjamini_hochberg(&p)?;
        found += u32::from(adjusted[0] <= FOUND_BELOW);
        accused += adjusted[1..].iter().map(|a| u32::from(*a <= FOUND_BELOW)).sum::<u32>();
        let total = months.iter().fold((0, 0), |s, m| (s.0 + m.answers.0, s.1 + m.answers.1));
        let centre = proportion::share(total.0, total.1)?;
        let (x, n) = months[0].answers;
        let baseline = stats::chart::Baseline { centre, spread: 1.0 };
        outlier += u32::from(baseline.z(x, n.max(1)).is_ok_and(|z| z > 3.0));
    }
    let share = |count: u32| 100.0 * f64::from(count) / RUNS as f64;
    println!(
        "| {cases} | {:.0} % | {:.0} % | {:.2} | {:.1} % |",
        100.0 * withheld,
        share(found),
        f64::from(accused) / RUNS as f64,
        share(outlier)
    );
    Ok(())
}
