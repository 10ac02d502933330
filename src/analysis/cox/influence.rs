//! Who moves the hazard ratio, and whether one person decides on it.

use serde::{Deserialize, Serialize};

use super::model::{Design, Settings, wald_estimates};
use super::{Question, TieRule, Whole};
use crate::analysis::{Finding, Term, TimeNote, thinned};
use crate::order;
use crate::stats::survival::cox_residuals;

/// Up to so many people each is left out in turn; of more the [`MOST_MOVING`] who move the ratio most.
pub const MOST_LEFT_OUT: usize = 300;

const MOST_MOVING: usize = 20;

/// With more people than this nobody is left out: one among so many decides nothing.
const MOST_REFITTED: usize = 20_000;

/// An arm's log hazard ratio and the people who move it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InfluenceDetail {
    /// Place of the arm.
    pub arm: usize,
    /// From the one who lowers it most to the one who raises it most.
    pub points: Vec<InfluencePoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InfluencePoint {
    pub subject_id: String,
    pub arm: usize,
    pub month: f64,
    pub is_event: bool,
    /// Rank by `dfbeta`, from 1.
    pub rank: usize,
    /// About how far the log hazard ratio would move back without the person.
    pub dfbeta: f64,
}

pub(super) fn tell_influence(question: &mut Question<'_>, whole: &Whole) -> Vec<InfluenceDetail> {
    let cohort = question.cohort.clone();
    let Some((own_fit, own_settings)) = &whole.fit else { return Vec::new() };
    // Score residuals of exact ties do not exist: Efron's are close.
    let settings = match own_settings.ties {
        TieRule::Exact => Settings { ties: TieRule::Efron, ..*own_settings },
        _ => *own_settings,
    };
    let refitted;
    let fit = if settings.ties == own_settings.ties {
        own_fit
    } else {
        let Ok(fit) = cohort.fit(&whole.design, settings) else { return Vec::new() };
        refitted = fit;
        &refitted
    };
    let follow_up = cohort.found.follow_up();
    let residuals =
        cohort.with_options(settings, |options| cox_residuals(&follow_up, &whole.design.matrix, fit, options));
    let Ok(residuals) = residuals else { return Vec::new() };
    let estimates = wald_estimates(own_fit);
    let n = cohort.found.len();
    let arms: Vec<(usize, usize)> =
        whole.design.columns.iter().enumerate().filter_map(|(column, one)| Some((column, one.arm?))).collect();
    let ranked: Vec<Vec<usize>> = arms
        .iter()
        .map(|(column, _)| {
            let mut places: Vec<usize> = (0..n).collect();
            let moved = |place: usize| residuals.dfbeta.at(place, *column);
            order::sort_places(&mut places, &|a, b| moved(a).total_cmp(&moved(b)));
            places
        })
        .collect();

    let mut left_out: Vec<usize> = if n <= MOST_LEFT_OUT {
        (0..n).collect()
    } else if n <= MOST_REFITTED {
        let ends = |places: &Vec<usize>| {
            let half = MOST_MOVING / 2;
            let ends: Vec<usize> = places.iter().take(half).chain(places.iter().rev().take(half)).copied().collect();
            ends
        };
        ranked.iter().flat_map(ends).collect()
    } else {
        Vec::new()
    };
    order::sort_by(&mut left_out, usize::cmp);
    left_out.dedup();
    let without: Vec<Vec<super::Estimate>> = left_out
        .iter()
        .filter_map(|&out| {
            let rest = cohort.only(|place| place != out);
            let design = rest.design_for(*own_settings).ok()?;
            // A column that somebody alone had is gone without them: the others' places would not be the same.
            (design.columns == whole.design.columns).then_some(())?;
            rest.fit(&design, *own_settings).ok().map(|fit| wald_estimates(&fit))
        })
        .collect();

    let mut details = Vec::new();
    for ((column, arm), places) in arms.iter().zip(&ranked) {
        let Some(estimate) = estimates.get(*column) else { continue };
        tell_arm(question, &whole.design, (*column, estimate), &without);
        let largest = [places.first(), places.last()]
            .into_iter()
            .flatten()
            .map(|place| residuals.dfbeta.at(*place, *column))
            .fold(0.0_f64, |largest, one| if one.abs() > largest.abs() { one } else { largest });
        let row = Finding {
            n: Some(n as u64),
            estimate: Some(largest),
            method: Some(super::model_words(&cohort, settings)),
            ..arm_row(question, &whole.design, *column, Term::LargestDfbeta)
        };
        question.rows.push(row);
        let points = places
            .iter()
            .enumerate()
            .filter_map(|(rank, &place)| {
                Some(InfluencePoint {
                    subject_id: cohort.trial.subjects.get(*cohort.found.subjects.get(place)?)?.id.clone(),
                    arm: *cohort.found.arms.get(place)?,
                    month: *cohort.found.times.get(place)?,
                    is_event: *cohort.found.is_event.get(place)?,
                    rank: rank + 1,
                    dfbeta: residuals.dfbeta.at(place, *column),
                })
            })
            .collect();
        details.push(InfluenceDetail { arm: *arm, points: thinned(points) });
    }
    details
}

fn arm_row(question: &Question<'_>, design: &Design, column: usize, term: Term) -> Finding {
    let (group, contrast) =
        design.columns.get(column).map(|one| (one.name.clone(), one.contrast.clone())).unwrap_or_default();
    Finding { group: Some(group), contrast: Some(contrast), ..question.row(term) }
}

fn tell_arm(
    question: &mut Question<'_>,
    design: &Design,
    (column, whole): (usize, &super::Estimate),
    without: &[Vec<super::Estimate>],
) {
    let own: Vec<&super::Estimate> = without.iter().filter_map(|estimates| estimates.get(column)).collect();
    if own.is_empty() {
        return;
    }
    let ratios = || own.iter().filter_map(|one| one.ratio);
    let decisive = own.iter().filter(|one| one.excludes_one() != whole.excludes_one()).count();
    for (term, estimate) in [
        (Term::LeastWithoutPatient, ratios().fold(f64::INFINITY, f64::min)),
        (Term::GreatestWithoutPatient, ratios().fold(0.0, f64::max)),
        (Term::DecisivePatients, decisive as f64),
    ] {
        let row = arm_row(question, design, column, term);
        question.rows.push(Finding { n: Some(own.len() as u64), estimate: Some(estimate), ..row });
    }
    if decisive > 0 {
        let group = design.columns.get(column).map(|one| one.name.clone()).unwrap_or_default();
        question.doubt(TimeNote::PatientDecides { group, decisive, of: own.len() });
    }
}
