//! Where there is no effect, p-values are uniform: a test is wrong as often as it says, at every
//! level. And of all findings that Benjamini and Hochberg let pass, the promised share is wrong.
//! Simulated with fixed seeds, so a failure is a change of the code and never bad luck.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

use stats::predict::Logistic;
use stats::random::Random;
use stats::survival::{Duration, log_rank};
use stats::{Result, anomaly, compare, dispersion, nps, special};

/// Levels at which the share of smaller p-values is checked.
const LEVELS: [f64; 6] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.9];

/// How many standard errors of the simulation the share may be off.
const ERRORS: f64 = 4.0;

/// Checks `runs` p-values; `slack` is what the test is known to be off at this size.
#[track_caller]
fn uniform(name: &str, runs: usize, slack: f64, one: impl Fn(&mut Random) -> Result<f64>) {
    let mut random = Random::new(name, 1);
    let p: Vec<f64> = (0..runs).map(|_| one(&mut random).unwrap()).collect();
    for level in LEVELS {
        let share = p.iter().filter(|p| **p <= level).count() as f64 / runs as f64;
        let allowed = ERRORS * (level * (1.0 - level) / runs as f64).sqrt() + slack;
        assert!((share - level).abs() <= allowed, "{name}: {share} of p-values at most {level}");
    }
}

/// Counts of `n` independent answers with these shares.
fn answers<const K: usize>(n: usize, shares: [f64; K], random: &mut Random) -> [u64; K] {
    let mut counts = [0; K];
    for _ in 0..n {
        let mut rest = random.uniform();
        let chosen = shares.iter().position(|share| {
            rest -= share;
            rest < 0.0
        });
        counts[chosen.unwrap_or(K - 1)] += 1;
    }
    counts
}

const STARS: [f64; 5] = [0.05, 0.05, 0.10, 0.25, 0.55];

/// Draws of one binomial count, by inversion.
struct Binomial(Vec<f64>);

impl Binomial {
    fn new(n: u64, p: f64) -> Self {
        Self((0..=n).map(|k| special::binomial_cdf(k, n, p)).collect())
    }

    fn draw(&self, random: &mut Random) -> u64 {
        let u = random.uniform();
        self.0.partition_point(|c| *c < u) as u64
    }
}

#[test]
fn two_groups_of_ordered_answers() {
    uniform("Brunner-Munzel", 4_000, 0.0, |random| {
        let (x, y) = (answers(120, STARS, random), answers(200, STARS, random));
        Ok(compare::brunner_munzel_counts(&x, &y)?.p)
    });
}

#[test]
fn the_same_people_asked_twice() {
    // Of 4 000 who changed, how many went one way; the steps of p are about 0.01.
    let changed = Binomial::new(4_000, 0.5);
    uniform("McNemar", 8_000, 0.013, |random| {
        let b = changed.draw(random);
        Ok(compare::mcnemar([[3_000, b], [4_000 - b, 1_000]])?.p)
    });
    // Two answers per person that are alike in distribution and go together.
    let table = |random: &mut Random| {
        let mut table = [[0_u64; 4]; 4];
        for _ in 0..500 {
            let first = random.below(4);
            let second = if random.chance(0.5) { first } else { random.below(4) };
            table[first][second] += 1;
        }
        compare::stuart_maxwell(&table)
    };
    uniform("Stuart-Maxwell", 3_000, 0.0, |random| Ok(table(random)?.marginal.p));
    uniform("Bowker", 3_000, 0.005, |random| Ok(table(random)?.symmetry.p));
}

#[test]
fn shares_over_ordered_groups() {
    let group = Binomial::new(2_000, 0.85);
    uniform("Cochran-Armitage", 8_000, 0.0, |random| {
        let x: [u64; 4] = std::array::from_fn(|_| group.draw(random));
        Ok(compare::cochran_armitage(&x, &[2_000; 4], &[0.0, 1.0, 2.0, 5.0])?.p)
    });
}

#[test]
fn tables_in_strata() {
    // Shares differ between strata, not within them.
    let strata: Vec<Binomial> =
        (0..5).map(|i| Binomial::new(400, 0.5 + 0.1 * f64::from(i))).collect();
    let same = |random: &mut Random| -> Vec<[[u64; 2]; 2]> {
        let row = |x: u64| [x, 400 - x];
        strata.iter().map(|s| [row(s.draw(random)), row(s.draw(random))]).collect()
    };
    uniform("Mantel-Haenszel", 6_000, 0.0, |random| {
        Ok(compare::mantel_haenszel(&same(random))?.test.p)
    });
    // One odds ratio of 3 everywhere: an effect, but the same effect.
    let odds = |p: f64| 3.0 * p / (1.0 - p + 3.0 * p);
    let pairs: Vec<(Binomial, Binomial)> = (0..4)
        .map(|i| 0.3 + 0.1 * f64::from(i))
        .map(|p| (Binomial::new(300, p), Binomial::new(300, odds(p))))
        .collect();
    uniform("Breslow-Day", 6_000, 0.0, |random| {
        let row = |x: u64| [x, 300 - x];
        let tables: Vec<[[u64; 2]; 2]> =
            pairs.iter().map(|(a, b)| [row(a.draw(random)), row(b.draw(random))]).collect();
        Ok(compare::breslow_day(&tables)?.tarone.p)
    });
}

#[test]
fn counts_against_expected_shares() {
    uniform("G-test", 4_000, 0.005, |random| {
        Ok(compare::g_test(&answers(600, STARS, random), &STARS)?.p)
    });
}

#[test]
fn times_until_an_event() {
    uniform("log-rank", 2_000, 0.005, |random| {
        let mut group = || -> Vec<Duration> {
            let times = (0..120).map(|_| -(1.0 - random.uniform()).ln());
            times.map(|t| Duration { time: t.min(1.5), happened: t < 1.5 }).collect()
        };
        Ok(log_rank(&[group(), group(), group()])?.p)
    });
}

#[test]
fn two_net_scores() {
    uniform("net scores", 4_000, 0.003, |random| {
        let mut group = |n| {
            let [detractors, passives, promoters] = answers(n, [0.2, 0.3, 0.5], random);
            nps::Counts { promoters, passives, detractors }
        };
        Ok(nps::test(group(250), group(400))?.p)
    });
}

/// p of a factor that means nothing, in a crowd with these shares.
fn idle_factor(shares: [f64; 5], random: &mut Random) -> Result<f64> {
    let groups: Vec<[u64; 5]> = [60, 90, 40].iter().map(|&n| answers(n, shares, random)).collect();
    Ok(dispersion::explain(&groups, 99, random.bits())?.p)
}

#[test]
fn regroupings_that_explain_nothing() {
    // A permutation p-value moves in steps of 1/100.
    uniform("permutation", 500, 0.01, |random| idle_factor([0.30, 0.14, 0.08, 0.16, 0.32], random));
    // With one peak many regroupings tie: wrong more rarely than it says, never more often.
    let mut random = Random::new("permutation, one peak", 1);
    let p: Vec<f64> = (0..300).map(|_| idle_factor(STARS, &mut random).unwrap()).collect();
    for level in LEVELS {
        let share = p.iter().filter(|p| **p <= level).count() as f64 / 300.0;
        let allowed = ERRORS * (level * (1.0 - level) / 300.0_f64).sqrt();
        assert!(share <= level + allowed, "{share} of p-values at most {level}");
    }
}

#[test]
fn gaps_between_channels_that_all_have() {
    uniform("channel gap", 3_000, 0.005, |random| {
        let mut pairs = |n| {
            let [a, b, c, d] = answers(n, [0.7, 0.12, 0.08, 0.1], random);
            [[a, b], [c, d]]
        };
        Ok(anomaly::channel_gap(pairs(400), pairs(900))?.p)
    });
}

#[test]
fn coefficients_that_are_zero() {
    uniform("logistic", 600, 0.005, |random| {
        let rows: Vec<[f64; 2]> = (0..200).map(|_| [random.normal(), random.normal()]).collect();
        let outcomes: Vec<bool> =
            rows.iter().map(|row| random.chance(stats::predict::sigmoid(row[0]))).collect();
        Ok(Logistic::fit(&rows, &outcomes, 0.0)?.p_values()[1])
    });
}

/// Mean share of wrong findings at `q` among 40 questions, 10 of them with a real effect; `common`
/// is the correlation between the questions.
fn false_discoveries(q: f64, common: f64, runs: usize) -> (f64, f64) {
    let mut random = Random::new("false discoveries", 1);
    let (mut wrong_share, mut found) = (0.0, 0.0);
    for _ in 0..runs {
        let shared = random.normal() * common.sqrt();
        let p: Vec<f64> = (0..40)
            .map(|i| {
                let effect = if i < 10 { 3.0 } else { 0.0 };
                let z = effect + shared + random.normal() * (1.0 - common).sqrt();
                special::normal_cdf(-z)
            })
            .collect();
        let adjusted = compare::benjamini_hochberg(&p).unwrap();
        let findings = adjusted.iter().filter(|a| **a <= q).count();
        let wrong = adjusted[10..].iter().filter(|a| **a <= q).count();
        wrong_share += wrong as f64 / findings.max(1) as f64 / runs as f64;
        found += (findings - wrong) as f64 / 10.0 / runs as f64;
    }
    (wrong_share, found)
}

#[test]
fn the_share_of_wrong_findings_is_what_benjamini_and_hochberg_promise() {
    for q in [0.05, 0.1, 0.2] {
        // Independent questions: exactly q times the share of questions without effect.
        let (wrong, found) = false_discoveries(q, 0.0, 2_500);
        assert!((wrong - 0.75 * q).abs() < 0.008, "{wrong} wrong at {q}");
        assert!(found > 0.5, "{found} found at {q}");
        // Questions that go together: at most that.
        let (wrong, _) = false_discoveries(q, 0.5, 2_500);
        assert!(wrong < 0.75 * q + 0.008, "{wrong} wrong at {q} when correlated");
    }
    // Without any effect every finding is wrong, and there is one in at most q of the families.
    let mut random = Random::new("no effect", 1);
    let family = |random: &mut Random| -> Vec<f64> { (0..40).map(|_| random.uniform()).collect() };
    let alarmed = (0..4_000)
        .filter(|_| {
            let adjusted = compare::benjamini_hochberg(&family(&mut random)).unwrap();
            adjusted.iter().any(|a| *a <= 0.05)
        })
        .count();
    assert!((alarmed as f64 / 4_000.0 - 0.05).abs() < 0.014, "{alarmed} of 4 000 families");
}
