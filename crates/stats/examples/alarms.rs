//! False and true alarms of four rules on monthly figures: "down five points", a 3-sigma p-chart, a
//! one-sided EWMA, and a CUSUM. Prints the table of docs/methods/alarms.md.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::chart::{Baseline, Cusum, Ewma, Side};
use stats::random::Random;
use stats::{Result, special};

const ANSWERS: u64 = 100;
const SHARE: f64 = 0.88;
const MONTHS: usize = 24;
const TEAMS: u32 = 20_000;
const CUSUM_LIMIT: f64 = 4.0;

const RULES: [&str; 4] = [
    "five points below last month",
    "p-chart, below 3 sigma",
    "EWMA 0.2 / 2.86, below",
    "CUSUM 0.5 / 4, below",
];

/// Draws a count by inversion from the cumulative distribution.
struct Binomial(Vec<f64>);

impl Binomial {
    fn new(p: f64) -> Self {
        Self((0..=ANSWERS).map(|k| special::binomial_cdf(k, ANSWERS, p)).collect())
    }

    fn draw(&self, random: &mut Random) -> u64 {
        let u = random.uniform();
        self.0.partition_point(|c| *c < u) as u64
    }
}

/// The months (from 0) in which each of [`RULES`] alarms.
fn alarms(series: &[u64], baseline: Baseline) -> Result<[Vec<usize>; 4]> {
    let mut out = [vec![], vec![], vec![], vec![]];
    let mut cusum = Cusum::new(0.0, 0.5, CUSUM_LIMIT, 0.0)?;
    let mut ewma = Ewma::new(0.2, 2.86, 0.0, 1.0, Side::Below)?;
    let lower = baseline.limits(ANSWERS)?.low;
    for (month, &x) in series.iter().enumerate() {
        if month > 0 && x + 5 <= series[month - 1] {
            out[0].push(month);
        }
        if (x as f64 / ANSWERS as f64) < lower {
            out[1].push(month);
        }
        let z = baseline.z(x, ANSWERS)?;
        if ewma.push(z) {
            out[2].push(month);
        }
        if cusum.push(z)?.below > CUSUM_LIMIT {
            out[3].push(month);
        }
    }
    Ok(out)
}

fn main() -> Result<()> {
    let mut random = Random::new("alarms", 1);
    let baseline = Baseline { centre: SHARE, spread: 1.0 };
    let stable = Binomial::new(SHARE);
    let (mut months, mut teams) = ([0_usize; 4], [0_u32; 4]);
    for _ in 0..TEAMS {
        let series: Vec<u64> = (0..MONTHS).map(|_| stable.draw(&mut random)).collect();
        for (rule, at) in alarms(&series, baseline)?.iter().enumerate() {
            months[rule] += at.len();
            teams[rule] += u32::from(!at.is_empty());
        }
    }
    // After a real drop of four points: months until the first alarm (at most 120).
    let lower = Binomial::new(SHARE - 0.04);
    let mut delays: [Vec<f64>; 4] = [vec![], vec![], vec![], vec![]];
    for _ in 0..4_000 {
        let mut series = vec![stable.draw(&mut random)];
        series.extend((0..120).map(|_| lower.draw(&mut random)));
        for (rule, at) in alarms(&series, baseline)?.iter().enumerate() {
            delays[rule].push(at.iter().find(|&&m| m > 0).map_or(121.0, |&m| m as f64));
        }
    }
    println!(
        "| rule | false alarms per month | stable teams with an alarm in 24 months | median months to find a drop of 4 points |"
    );
    println!("|---|---|---|---|");
    for (rule, name) in RULES.iter().enumerate() {
        let per_month = 100.0 * months[rule] as f64 / (f64::from(TEAMS) * (MONTHS - 1) as f64);
        let ever = 100.0 * f64::from(teams[rule]) / f64::from(TEAMS);
        let median = stats::median::median(&delays[rule])?;
        println!("| {name} | {per_month:.1} % | {ever:.0} % | {median:.0} |");
    }
    Ok(())
}
