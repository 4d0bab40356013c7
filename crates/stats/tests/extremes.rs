//! Random and extreme input: every public function answers with numbers or with a reason. No panic,
//! no NaN, no infinite figure.

use proptest::prelude::*;
use stats::predict::{self, Logistic, Platt};
use stats::survival::{self, Duration};
use stats::weight::{self, Part};
use stats::{
    Confidence, Estimate, Interval, acceptance, agreement, anomaly, chart, compare, dispersion,
    mean, median, nps, proportion, queue, rank, special, survey,
};

const P95: Confidence = Confidence::P95;

/// Any number a caller could pass, the bad ones often.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0_f64..10.0,
        2 => 0.0_f64..1.0,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![
            0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN,
            f64::MIN_POSITIVE, 5e-324, 1e15, -1e-300,
        ]),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(number(), 0..9)
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => 0_u64..20,
        2 => 0_u64..2_000_000_000,
        1 => prop::sample::select(vec![0, 1, 1_000_000_000, 1 << 53, (1 << 53) + 1, u64::MAX]),
    ]
}

fn counts() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(count(), 0..7)
}

#[track_caller]
fn fine(figures: &[f64]) {
    assert!(figures.iter().all(|f| f.is_finite()), "{figures:?}");
}

#[track_caller]
fn figure(result: stats::Result<f64>) {
    if let Ok(figure) = result {
        fine(&[figure]);
    }
}

#[track_caller]
fn interval(result: stats::Result<Interval>) {
    if let Ok(i) = result {
        fine(&[i.low, i.high]);
        assert!(i.low <= i.high, "{i:?}");
    }
}

#[track_caller]
fn estimate(result: stats::Result<Estimate>) {
    if let Ok(e) = result {
        fine(&[e.value]);
        interval(Ok(e.interval));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn proportions(x in count(), n in count(), y in count(), m in count(), a in number(), b in number(),
                   list in numbers()) {
        for method in [proportion::wilson, proportion::wilson_continuity,
                       proportion::clopper_pearson, proportion::jeffreys] {
            interval(method(x, n, P95));
        }
        figure(proportion::wilson_lower(x, n, P95));
        interval(proportion::wilson_share(a, b, P95));
        interval(proportion::wilson_finite(x, n, m, P95));
        interval(proportion::rate_interval(x, a, P95));
        estimate(proportion::difference((x, n), (y, m), P95));
        figure(proportion::design_effect(a, b));
        figure(proportion::effective_size(n, a));
        figure(proportion::kish_size(&list));
        prop_assert!(proportion::sample_size(a, b, Some(n), P95).is_ok_and(|s| s <= n)
            || proportion::sample_size(a, b, Some(n), P95).is_err());
        let _ = proportion::sample_size_two(a, b, 0.05, 0.8);
        let c = nps::Counts { promoters: x, passives: n, detractors: y };
        interval(nps::interval(c, P95));
        let d = nps::Counts { promoters: m, passives: x, detractors: n };
        estimate(nps::difference(c, d, P95));
        let _ = nps::test(c, d).map(|t| fine(&[t.value, t.z, t.p]));
        figure(nps::score(c));
        figure(nps::variance(c));
        interval(nps::wald_interval(c, P95));
        let _ = nps::Counts::from_scores([x, n, y].map(|s| u8::try_from(s).unwrap_or(255)));
        figure(proportion::share(x, n));
        figure(proportion::finite_population(x, n));
        if let Ok(level) = Confidence::from_z(a) {
            fine(&[level.level(), level.alpha(), level.z_one_sided()]);
            interval(proportion::wilson(x, n, level));
        }
        if let Ok(level) = Confidence::new(a) {
            fine(&[level.z(), level.z_one_sided()]);
            interval(proportion::wilson(x, n, level));
        }
    }

    #[test]
    fn means_and_medians(list in numbers(), scale in counts(), n in count(), p in number()) {
        if let Ok(s) = mean::summary(&list) {
            fine(&[s.mean, s.sd.unwrap_or(0.0)]);
            estimate(mean::t_interval(s, P95));
        }
        if let Ok(s) = mean::scale_summary(&scale, 1.0) {
            fine(&[s.mean, s.sd.unwrap_or(0.0)]);
            estimate(mean::t_interval(s, P95));
        }
        estimate(mean::bootstrap(&list, P95, 30, 1));
        estimate(median::median_interval(&list, P95));
        estimate(median::quantile_interval(&list, p, P95));
        figure(median::quantile(&list, p));
        if let Ok(r) = median::quantile_ranks(n, p, P95) {
            prop_assert!(r.lower >= 1 && r.lower <= r.upper && r.upper <= n);
        }
        let mut sketch = median::Sketch::default();
        for &value in &list {
            let _ = sketch.add(value);
        }
        figure(sketch.quantile(p));
        estimate(sketch.quantile_interval(p, P95));
        let mut both = median::Sketch::default();
        both.merge(&sketch);
        prop_assert_eq!(both.count(), sketch.count());
        if let Ok(r) = median::ranks(n, P95) {
            prop_assert!(r.lower >= 1 && r.lower <= r.upper && r.upper <= n && r.coverage >= 0.95);
        }
        if let (Ok(a), Ok(b)) = (mean::summary(&list), mean::scale_summary(&scale, p)) {
            estimate(mean::difference(a, b, P95));
        }
    }

    #[test]
    fn comparisons(a in numbers(), b in numbers(), x in counts(), y in counts(),
                   t in prop::array::uniform4(count())) {
        if let Ok(test) = compare::brunner_munzel(&a, &b) {
            fine(&[test.effect, test.statistic, test.p, test.df]);
        }
        let _ = compare::brunner_munzel_counts(&x, &y).map(|t| fine(&[t.effect, t.statistic, t.p]));
        let table = [[t[0], t[1]], [t[2], t[3]]];
        let _ = compare::mcnemar(table).map(|t| fine(&[t.statistic, t.corrected, t.p, t.p_exact]));
        estimate(compare::paired_difference(table, P95));
        let _ = compare::stuart_maxwell(&table).map(|t| fine(&[t.marginal.statistic, t.symmetry.p]));
        let _ = compare::mantel_haenszel(&[table, [[3, 4], [5, 6]]])
            .map(|m| fine(&[m.odds_ratio, m.test.p, m.log_standard_error]));
        let _ = compare::breslow_day(&[table, [[3, 4], [5, 6]]]).map(|t| fine(&[t.test.statistic]));
        let _ = compare::cochran_armitage(&x, &y, &a).map(|t| fine(&[t.z, t.p]));
        let _ = compare::g_test(&x, &a).map(|t| fine(&[t.statistic, t.p]));
        let _ = compare::benjamini_hochberg(&a).map(|p| fine(&p));
        let _ = compare::bonferroni(&a).map(|p| fine(&p));
        let _ = compare::brunner_munzel(&a, &b).map(|t| interval(Ok(t.interval(P95))));
        let _ = anomaly::channel_gap(table, [[3, 4], [5, 6]]).map(|g| fine(&[g.own, g.z, g.p]));
    }

    #[test]
    fn charts(pairs in prop::collection::vec((count(), count()), 0..6), list in numbers(),
              a in number(), b in number(), c in number()) {
        for make in [chart::Baseline::p, chart::Baseline::laney] {
            if let Ok(baseline) = make(&pairs) {
                fine(&[baseline.centre, baseline.spread]);
                let _ = baseline.chart(&pairs).map(|p| p.iter().for_each(|p| interval(Ok(p.limits))));
                for &(_, n) in &pairs {
                    interval(baseline.limits(n));
                    interval(baseline.exact_limits(n));
                }
            }
        }
        let _ = chart::phases(&pairs, &[2]);
        if let Ok(mut ewma) = chart::Ewma::new(a, b, 0.0, c, chart::Side::Both) {
            for &v in &list {
                ewma.push(v / 1e300);
            }
            fine(&[ewma.value()]);
            interval(Ok(ewma.limits()));
            interval(Ok(ewma.final_limits()));
        }
        if let Ok(mut cusum) = chart::Cusum::new(0.0, a, b, 0.0) {
            for &v in &list {
                let _ = cusum.push(v).map(|p| assert!(!p.above.is_nan() && !p.below.is_nan()));
            }
            cusum.reset();
            let _ = cusum.push(0.0).map(|p| fine(&[p.above, p.below]));
        }
        if let Ok(mut cusum) = chart::RiskCusum::new(a, b) {
            for &v in &list {
                let _ = cusum.push(v, v > 0.5);
            }
            fine(&[cusum.value()]);
        }
        let _ = chart::change_point(&list).map(|c| fine(&[c.gain, c.before, c.after]));
        let _ = chart::change_point_shares(&pairs).map(|c| fine(&[c.gain]));
        figure(chart::risk_weight(a, b, true));
        figure(chart::overdispersion(&pairs, a));
        let _ = chart::funnel(a, 1_000_000_000, P95);
        interval(chart::funnel_wide(a, 30, b, P95));
    }

    #[test]
    fn ranking(pairs in prop::collection::vec((count(), count()), 0..6), a in number(), b in number(),
               list in numbers(), scale in counts()) {
        let _ = rank::Prior::moments(&pairs).map(|p| fine(&[p.alpha, p.beta]));
        if let Ok(fit) = rank::Prior::fit(&pairs) {
            fine(&[fit.prior.alpha, fit.prior.beta]);
            let posteriors: Vec<rank::Posterior> =
                pairs.iter().filter_map(|&(x, n)| fit.prior.after(x, n).ok()).collect();
            posteriors.iter().filter(|p| p.alpha + p.beta < 1e7).for_each(|p| estimate(Ok(p.estimate(P95))));
            prop_assert!(rank::leading_group(&posteriors, 0.2).is_ok_and(|g| !g.is_empty()));
        }
        if let Ok(prior) = rank::Prior::new(a, b) {
            figure(prior.after(3, 4).and_then(|p| p.quantile(0.05)));
        }
        let _ = rank::dirichlet_mean(&list, &scale).map(|m| fine(&[m.mean, m.sd]));
        figure(rank::star_lower_bound(&scale, a));
        let _ = rank::james_stein(&scale, 20).map(|j| fine(&j.shares));
        if let Ok(fit) = rank::VolumePrior::fit(&pairs) {
            fine(&[fit.constant, fit.slope, fit.concentration, fit.p]);
            let _ = fit.prior(pairs[0].1).map(|p| fine(&[p.alpha, p.beta, p.mean()]));
        }
        let posterior = |a, b| rank::Posterior { alpha: a, beta: b };
        figure(posterior(a, b).exceeds(posterior(3.0, 2.0)));
        if let Ok(prior) = rank::Prior::new(a, b) {
            let _ = prior.after_share(0.5, a).map(|p| fine(&[p.mean()]));
            figure(prior.reliability(pairs.first().map_or(0, |p| p.1)));
        }
        let cells: Vec<(u64, u64, f64)> =
            pairs.iter().zip(&list).map(|(&(x, n), &share)| (x, n, share)).collect();
        let cases: Vec<(bool, f64)> = list.iter().map(|&p| (p > 0.5, p)).collect();
        for result in [rank::standardise(&cells), rank::standardise_cases(&cases)] {
            let _ = result.map(|s| {
                fine(&[s.raw, s.expected, s.ratio, s.z]);
                figure(s.adjusted(a));
            });
        }
    }

    #[test]
    fn agreements(rows in prop::collection::vec(prop::collection::vec(prop::option::of(number()), 3), 0..6),
                  table in prop::collection::vec(prop::collection::vec(count(), 3), 0..4), a in number(), b in number()) {
        use agreement::{Level, Weights};
        for level in [Level::Nominal, Level::Ordinal, Level::Interval, Level::Ratio] {
            figure(agreement::alpha(&rows, level).map(|a| a.value));
            interval(agreement::alpha_interval(&rows, level, P95, 40, 1));
        }
        let _ = agreement::severity(&rows).map(|s| fine(&s.raters.into_iter().flatten().collect::<Vec<_>>()));
        let full: Vec<Vec<f64>> = rows.iter().map(|r| r.iter().map(|v| v.unwrap_or(1.0)).collect()).collect();
        let _ = agreement::icc(&full).map(|i| fine(&[i.two_single, i.two_mean]));
        for weights in [Weights::Unweighted, Weights::Linear, Weights::Quadratic] {
            let _ = agreement::kappa(&table, weights).map(|k| fine(&[k.value, k.standard_error]));
            figure(agreement::gwet(&table, weights).map(|g| g.value));
            figure(agreement::gwet_table(&table, weights).map(|g| g.value));
        }
        let _ = agreement::fleiss(&table).map(|f| fine(&[f.randolph]));
        figure(agreement::spearman_brown(a, b));
        figure(agreement::ratings_needed(a, b));
        for row in &table {
            figure(agreement::gap_by_chance(row, 1));
        }
        let first: Vec<f64> = full.iter().map(|r| r[0]).collect();
        let second: Vec<f64> = full.iter().map(|r| r[1]).collect();
        if let Ok(table) = agreement::cross_table(&first, &second, &first) {
            prop_assert_eq!(table.iter().flatten().sum::<u64>(), first.len() as u64);
        }
        if let Ok(credits) = agreement::disagreement_weights(&full) {
            let _ = agreement::kappa_weighted(&table, &credits)
                .map(|k| fine(&[k.value, k.standard_error]));
        }
    }

    #[test]
    fn surveys_and_anomalies(list in numbers(), other in numbers(), x in counts(), y in counts(),
                             cells in prop::collection::vec((count(), count(), count()), 0..5), a in number(), n in count()) {
        for method in [dispersion::agreement, dispersion::leik, dispersion::consensus] {
            figure(method(&list));
        }
        let _ = dispersion::shape(&list, 0.1);
        let cells: Vec<survey::Cell> = cells
            .into_iter()
            .map(|(population, answered, yes)| survey::Cell { population, answered, yes })
            .collect();
        if let Ok(p) = survey::poststratify(&cells) {
            fine(&[p.raw, p.weighted, p.effective_size]);
        }
        figure(survey::r_indicator(&cells));
        let strata: Vec<survey::Stratum> = cells
            .iter()
            .zip(&list)
            .map(|(c, &share)| survey::Stratum { population: c.population, answered: c.answered, share })
            .collect();
        let _ = survey::poststratify_shares(&strata).map(|p| {
            fine(&[p.raw, p.weighted, p.effective_size, p.standard_error.unwrap_or(0.0)]);
            estimate(p.estimate(P95));
        });
        for cell in &cells {
            interval(survey::bounds(cell.yes, cell.answered, cell.population));
        }
        if let Ok(given) = survey::allocate(&list, &x, n, n / 7) {
            prop_assert_eq!(given.iter().sum::<u64>(), n);
        }
        let _ = survey::rake(&[&list[..], &other[..]], &[a, 2.0], &list).map(|r| fine(&r.value.concat()));
        let halves: Vec<usize> = (0..list.len()).map(|i| i % 2).collect();
        let _ = survey::rake_weights(&list, &[(&halves, &[a, 3.0])]).map(|r| fine(&r.value));
        let _ = survey::response_weights(&list, a).map(|w| fine(&w));
        let _ = survey::reweigh(&list, &other).map(|w| fine(&w));
        let _ = survey::neyman(&x, &list, n).map(|w| fine(&w));
        let _ = survey::horvitz_thompson(&list, &other).map(|w| fine(&[w.mean, w.standard_error]));
        figure(anomaly::missing_low_tail(n, x.first().copied().unwrap_or(0), a));
        figure(anomaly::missing_low_tail_mixed(2, &list));
        figure(anomaly::burst_tail(n, a, Some(2.0)));
        let _ = anomaly::concentration(&x).map(|c| fine(&[c.hhi, c.top_share]));
        if let Ok(windows) = anomaly::sliding(&x, &list, 2) {
            let _ = anomaly::burst(&windows, Some(a)).map(|b| fine(&[b.p, b.adjusted]));
            let _ = anomaly::negative_binomial_size(&windows).map(|s| fine(&[s.unwrap_or(1.0)]));
        }
        let _ = anomaly::straight_line(&list).map(|s| fine(&[s.spread.unwrap_or(0.0)]));
        figure(dispersion::polarization(&list));
        if x.iter().all(|&c| c < 1_000_000) {
            let _ = dispersion::explain(&[&x[..], &y[..]], 5, n).map(|e| fine(&[e.gain, e.p]));
        }
        let pairs: Vec<(u64, u64)> = x.iter().copied().zip(y.iter().copied()).collect();
        let _ = anomaly::exposure_by_risk(&pairs, &pairs).map(|e| fine(&[e.trend.z]));
    }

    #[test]
    fn times_predictions_and_queues(cases in prop::collection::vec((number(), any::<bool>()), 0..9),
                                    a in number(), b in number(), c in number(), n in count()) {
        let durations: Vec<Duration> =
            cases.iter().map(|&(time, happened)| Duration { time, happened }).collect();
        if let Ok(curve) = survival::kaplan_meier(&durations) {
            fine(&[curve.last_time]);
            let _ = curve.at(a).map(|s| fine(&[s]));
        }
        let ages: Vec<(f64, Option<f64>)> =
            cases.iter().map(|&(age, happened)| (age, happened.then_some(b))).collect();
        if let Ok(m) = survival::matured(&ages, a) {
            fine(&[m.naive, m.rate.unwrap_or(0.0), m.kaplan_meier.unwrap_or(0.0)]);
            prop_assert!(m.mature_events <= m.mature);
        }
        let _ = survival::log_rank(&[durations.clone(), durations]).map(|t| fine(&[t.statistic, t.p]));
        let (scores, outcomes): (Vec<f64>, Vec<bool>) = cases.iter().copied().unzip();
        figure(predict::brier(&scores, &outcomes));
        figure(predict::auc(&scores, &outcomes));
        let _ = Platt::fit(&scores, &outcomes).map(|p| {
            fine(&[p.shift, p.slope]);
            figure(p.apply(a));
        });
        figure(predict::precision_at(&scores, &outcomes, 2));
        let _ = predict::deciles(&scores, &outcomes)
            .map(|d| d.iter().for_each(|d| fine(&[d.predicted, d.observed])));
        let pairs: Vec<[f64; 2]> = scores.iter().map(|&s| [s, s.sin()]).collect();
        for part in predict::importance(&pairs, &scores, P95, 20, 1).unwrap_or_default() {
            fine(&[part.share]);
            interval(Ok(part.interval));
        }
        let rows: Vec<[f64; 1]> = scores.iter().map(|&s| [s]).collect();
        for ridge in [0.0, 1.0] {
            let _ = Logistic::fit(&rows, &outcomes, ridge).map(|f| {
                fine(&[f.constant, f.log_likelihood]);
                fine(&f.standard_errors);
                figure(f.probability(&[a]));
            });
        }
        let agents = n % 500;
        figure(queue::erlang_b(a, agents));
        let _ = queue::erlang_c(a, agents, b).map(|t| {
            fine(&[t.wait_probability, t.mean_wait()]);
            figure(t.service_level(c));
        });
        figure(queue::erlang_b_load(a, agents));
        let _ = queue::agents_needed(a, b, c, 0.8);
        let _ = queue::with_shrinkage(n, a);
        let _ = queue::erlang_a(a.min(10.0), b.min(10.0), c.min(10.0), agents, 1.0)
            .map(|t| fine(&[t.abandoned, t.mean_wait, t.answered_in_time]));
        figure(acceptance::accept_probability(n, 3, a));
        figure(acceptance::quality_at(n, 3, a));
        let _ = acceptance::code_letter(n, acceptance::InspectionLevel::II);
        let part = Estimate { value: b, interval: Interval::new(a, c) };
        estimate(weight::composite(&[(1.0, part), (a, part)]));
        let _ = weight::ahp(&[[1.0, a], [1.0 / a, 1.0]]).map(|w| fine(&w.weights));
        figure(weight::total(&[Part { weight: a, value: Some(b), lowest: 0.0, highest: c }]));
    }

    #[test]
    fn special_functions_inside_their_domain(
        p in 1e-300_f64..1.0, x in 0.0_f64..1e6, a in 1e-6_f64..1e6, b in 1e-6_f64..1e6,
        n in 0_u64..1_000_000_000, k in 0_u64..1_000_000_000, z in -40.0_f64..40.0,
    ) {
        let shares = [
            special::normal_cdf(z), special::normal_p(z), special::binomial_pmf(k, n, p),
            special::binomial_cdf(k, n, p), special::binomial_sf(k, n, p),
            special::poisson_sf(k, x), special::poisson_cdf(k, x),
            special::negative_binomial_sf(k, a, b), special::chi_square_sf(x, a),
            special::student_p(z, a), special::beta_cdf(p, a, b), special::beta_upper(p, a, b),
            special::beta_quantile(p, a, b), special::gamma_lower(a, x), special::gamma_upper(a, x),
        ];
        prop_assert!(shares.iter().all(|s| (0.0..=1.0).contains(s)), "{shares:?}");
        fine(&[
            special::normal_quantile(p), special::ln_gamma(a), special::digamma(a),
            special::trigamma(a), special::gamma_quantile(p, a), special::student_two_sided(p, a),
            predict::sigmoid(z), stats::sum::sum([x, -a, b]),
        ]);
        prop_assert!(special::beta_pdf(p, a, b) >= 0.0);
        prop_assert!(special::binomial_quantile(p, n, 0.3) <= n);
    }
}
