//! Whose hazard is how many times whose, other things equal.

mod hazards;
mod influence;
mod model;
mod plan;
mod subgroups;

pub use influence::{InfluenceDetail, InfluencePoint, MOST_LEFT_OUT};
pub use plan::{CoxPlan, HazardInterval, PhTransform, SubgroupPlan, TieRule};

use serde::{Deserialize, Serialize};

use self::model::{Cohort, Design, Estimate, Settings, wald_estimates};
use super::time_to_event::time_to_event;
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term, TimeNote};
use crate::stats::survival::{
    ChiSquaredTest, ConcordanceOptions, CoxFit, cox_likelihood_ratio_test, estimate_concordance,
};
use crate::stats::{StatError, real};
use crate::trial::{TimeUnit, Trial};

/// Fewer events than this carry little information about a difference.
const FEW_EVENTS: usize = 20;

/// Fewer events for each column than this strain estimates and intervals.
const FEW_EVENTS_A_COLUMN: f64 = 10.0;

/// With fewer clusters than this robust standard errors are too small.
const FEW_CLUSTERS: usize = 40;

/// A test below this makes the page speak of a ratio that changes.
const CLEAR: f64 = 0.05;

/// Exact ties are not fitted for comparison where they would take more steps than this.
const MOST_EXACT_STEPS: f64 = 1e8;

/// Of a hazard ratio: for axes on which half and double are as far from 1.
pub fn log_of(ratio: f64) -> f64 {
    real::ln(ratio)
}

/// The ratio whose logarithm it is.
pub fn ratio_of(log_ratio: f64) -> f64 {
    real::exp(log_ratio)
}

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoxDetail {
    /// Control first; of everyone in the analysis.
    pub arm_names: Vec<String>,
    pub time_unit: TimeUnit,
    /// The chosen model had no highest likelihood: along this column it rises for ever.
    pub monotone: Option<String>,
    /// Residuals and influence are those of the penalised fit.
    pub is_checked_by_firth: bool,
    /// For each arm but the control how its log hazard ratio changes.
    pub hazards: Vec<HazardPanel>,
    pub influence: Vec<InfluenceDetail>,
}

/// Scaled Schoenfeld residuals of an arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HazardPanel {
    /// Place of the arm.
    pub arm: usize,
    /// Estimated log hazard ratio.
    pub log_ratio: f64,
    /// One for each event.
    pub points: Vec<HazardPoint>,
    /// Transformed time, smooth log hazard ratio and its limits.
    pub smooth: Vec<(f64, f64, f64, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct HazardPoint {
    pub month: f64,
    pub transformed: f64,
    pub residual: f64,
    /// Whose event it was.
    pub arm: usize,
}

/// What the parts of this analysis share.
struct Question<'a> {
    cohort: Cohort<'a>,
    rows: Vec<Finding>,
    notes: Vec<Note>,
}

impl Question<'_> {
    fn note(&mut self, kind: NoteKind) {
        self.notes.push(Note { analysis: AnalysisId::Cox, kind });
    }

    fn doubt(&mut self, note: TimeNote) {
        self.note(NoteKind::Time(note));
    }

    fn unanswered(&mut self, analysis: AnalysisId, group: Option<String>, error: AnalysisError) {
        let kind = NoteKind::Unanswered { group, at_month: None, error };
        self.notes.push(Note { analysis, kind });
    }

    fn row(&self, term: Term) -> Finding {
        Finding::new(AnalysisId::Cox, &self.cohort.found.name, term)
    }

    /// A test of chi-squared.
    fn push_test(&mut self, term: Term, contrast: Option<String>, test: &ChiSquaredTest, method: &str) {
        let row = Finding {
            contrast,
            n: Some(self.cohort.found.len() as u64),
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
            method: Some(method.to_owned()),
            ..self.row(term)
        };
        self.rows.push(row);
    }
}

impl Finding {
    fn with_ratio(self, estimate: &Estimate) -> Self {
        Self {
            estimate: estimate.ratio,
            std_error: estimate.std_error,
            df: estimate.df,
            statistic: estimate.statistic,
            p_value: estimate.p_value,
            conf_low: estimate.low,
            conf_high: estimate.high,
            ..self
        }
    }
}

/// The chosen model.
struct Whole {
    design: Design,
    settings: Settings,
    estimates: Vec<Estimate>,
    /// What residuals and tests are made of, and the settings it was fitted with: the penalised fit where the
    /// likelihood has no maximum.
    fit: Option<(CoxFit, Settings)>,
    monotone: Option<String>,
}

/// # What
/// Cox's regression of the hazard of the plan's event on arm and covariates; the same ratio by other rules and without
/// the covariates; tests of the model; does the ratio change with time; who moves it; and in subgroups.
///
/// # Errors
/// Those of `time_to_event`; `NotInFiles`, `OneArm`, `NoEvents`, `TooFew`; those of a fit where neither the adjusted
/// model nor the one of arms alone has an answer.
pub fn analyse_cox(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    cox: &CoxPlan,
) -> Result<Answer, AnalysisError> {
    if let Some(column) = cox.subgroups.iter().map(|one| &one.column).find(|name| trial.covariate(name).is_none()) {
        return Err(AnalysisError::NotInFiles { what: "subgroup".into(), name: column.clone() });
    }
    if population.arm_names.len() < 2 && cox.covariates.is_empty() {
        return Err(AnalysisError::OneArm { arms_with_data: trial.arms.len().min(1) });
    }
    let (found, doubts) = time_to_event(trial, population, &cox.time)?;
    if found.events() == 0 {
        return Err(AnalysisError::NoEvents { endpoint: found.name });
    }
    let everyone = Cohort { trial, population, cox, confidence_level: plan.confidence_level, found };
    let (cohort, missing) = everyone.complete()?;
    let mut question = Question { cohort, rows: Vec::new(), notes: Vec::new() };
    doubts.into_iter().for_each(|doubt| question.doubt(doubt));
    for (covariate, subjects) in missing {
        question.note(NoteKind::MissingCovariate { covariate, subjects });
    }
    count_people(&mut question);

    let mut detail = CoxDetail {
        arm_names: population.arm_names.clone(),
        time_unit: everyone.found.time_unit,
        monotone: None,
        is_checked_by_firth: false,
        hazards: Vec::new(),
        influence: Vec::new(),
    };
    let whole = match fit_whole(&question.cohort) {
        Ok(whole) => Some(whole),
        Err(error) if cox.covariates.is_empty() && cox.strata.is_empty() => return Err(error),
        Err(error) => {
            // Without the covariates there may be an answer, and its row says so.
            everyone.fit_alone().map_err(|_| error.clone())?;
            question.unanswered(AnalysisId::Cox, None, error);
            None
        }
    };
    if let Some(whole) = &whole {
        tell_ratios(&mut question, whole);
        tell_tests(&mut question, whole);
        detail.monotone.clone_from(&whole.monotone);
    }
    tell_choices(&mut question, &everyone, whole.as_ref());
    if let Some(whole) = &whole {
        detail.is_checked_by_firth = whole.fit.as_ref().is_some_and(|(_, settings)| settings.is_firth);
        detail.hazards = hazards::test_hazards(&mut question, whole);
        detail.influence = influence::tell_influence(&mut question, whole);
    }
    subgroups::tell_subgroups(&mut question);
    doubts_of_size(&mut question, whole.as_ref());
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        question.note(NoteKind::OutsideSet { set, subjects: population.outside_set });
    }
    Ok(Answer { rows: question.rows, notes: question.notes, detail: Detail::Cox(detail) })
}

fn count_people(question: &mut Question<'_>) {
    let arms = 0..question.cohort.population.arm_names.len();
    for arm in arms {
        let (people, events) = question.cohort.counts(arm);
        let row = Finding {
            group: Some(question.cohort.arm_name(arm).to_owned()),
            n: Some(people as u64),
            estimate: Some(events as f64),
            ..question.row(Term::Events)
        };
        question.rows.push(row);
        if people == 0 {
            let group = question.cohort.arm_name(arm).to_owned();
            let error = AnalysisError::TooFew { what: "people in the model".into(), need: 1, got: 0 };
            question.unanswered(AnalysisId::Cox, Some(group), error);
        }
    }
}

impl Cohort<'_> {
    /// Arms alone, everybody.
    fn fit_alone(&self) -> Result<(), AnalysisError> {
        let settings = Settings { is_adjusted: false, ..self.settings() };
        let design = self.design_for(settings)?;
        self.fit(&design, settings).map(|_| ()).map_err(|error| self.refusal(&error, &design))
    }
}

fn fit_whole(cohort: &Cohort<'_>) -> Result<Whole, AnalysisError> {
    let settings = cohort.settings();
    let design = cohort.design_for(settings)?;
    let by_profile = |design: &Design| -> Result<Vec<Estimate>, StatError> {
        (0..design.columns.len()).map(|column| cohort.profile(design, settings, column)).collect()
    };
    match cohort.fit(&design, settings) {
        Ok(fit) => {
            let estimates = match cohort.cox.interval {
                HazardInterval::Wald => wald_estimates(&fit),
                // Wald's standard error stays beside the profile's limits.
                HazardInterval::Profile => by_profile(&design)
                    .map_err(|error| cohort.refusal(&error, &design))?
                    .into_iter()
                    .zip(&fit.coefficients)
                    .map(|(own, wald)| Estimate { std_error: Some(wald.std_error), ..own })
                    .collect(),
            };
            Ok(Whole { design, settings, estimates, fit: Some((fit, settings)), monotone: None })
        }
        Err(error @ StatError::MonotoneLikelihood { .. }) => {
            let monotone = match cohort.refusal(&error, &design) {
                AnalysisError::MonotoneLikelihood { column } => column,
                _ => String::new(),
            };
            // Where not even the profile has an answer the row stays empty, and Firth's stand beside it.
            let estimates = (0..design.columns.len())
                .map(|column| cohort.profile(&design, settings, column).unwrap_or_default())
                .collect();
            let firth = firth_of(settings);
            let fit = cohort.fit(&design, firth).ok().map(|fit| (fit, firth));
            Ok(Whole { design, settings, estimates, fit, monotone: Some(monotone) })
        }
        Err(error) => Err(cohort.refusal(&error, &design)),
    }
}

fn firth_of(settings: Settings) -> Settings {
    let ties = if settings.ties == TieRule::Exact { TieRule::Efron } else { settings.ties };
    Settings { ties, is_firth: true, ..settings }
}

impl Whole {
    fn method(&self, cohort: &Cohort<'_>) -> String {
        let interval = if self.monotone.is_some() { HazardInterval::Profile } else { cohort.cox.interval };
        method_words(cohort, self.settings, interval)
    }
}

/// "Efron’s ties; adjusted for age; strata sex; Firth".
fn model_words(cohort: &Cohort<'_>, settings: Settings) -> String {
    let cox = cohort.cox;
    let mut words = vec![settings.ties.words().to_owned()];
    if settings.is_adjusted && !cox.covariates.is_empty() {
        let names: Vec<&str> = cox.covariates.iter().map(|one| one.name.as_str()).collect();
        words.push(format!("adjusted for {}", names.join(", ")));
    }
    if settings.is_adjusted && !cox.strata.is_empty() {
        words.push(format!("strata {}", cox.strata.join(", ")));
    }
    if settings.is_firth {
        words.push("Firth".to_owned());
    }
    words.join("; ")
}

fn method_words(cohort: &Cohort<'_>, settings: Settings, interval: HazardInterval) -> String {
    let mut words = format!("{}; {}", model_words(cohort, settings), interval.words());
    let cluster = cohort.cox.cluster.as_ref().filter(|_| settings.is_clustered && interval == HazardInterval::Wald);
    if let Some(cluster) = cluster {
        words.push_str(&format!("; robust by {cluster}"));
    }
    words
}

fn tell_ratios(question: &mut Question<'_>, whole: &Whole) {
    let method = whole.method(&question.cohort);
    let n = question.cohort.found.len() as u64;
    for (column, estimate) in whole.design.columns.iter().zip(&whole.estimates) {
        let term = if column.arm.is_some() { Term::HazardRatio } else { Term::CovariateHazardRatio };
        let row = Finding {
            group: column.arm.is_some().then(|| column.name.clone()),
            contrast: Some(column.contrast.clone()),
            n: Some(n),
            method: Some(method.clone()),
            ..question.row(term)
        };
        question.rows.push(row.with_ratio(estimate));
    }
    if let Some(column) = &whole.monotone {
        let has_firth = whole.fit.is_some();
        question.doubt(TimeNote::MonotoneLikelihood { column: column.clone(), has_firth });
    }
}

fn tell_tests(question: &mut Question<'_>, whole: &Whole) {
    let cohort = question.cohort.clone();
    let all: Vec<usize> = (0..whole.design.columns.len()).collect();
    let ratio_test = |columns: &[usize]| {
        cohort.with_options(Settings { is_clustered: false, ..whole.settings }, |options| {
            cox_likelihood_ratio_test(&cohort.found.follow_up(), &whole.design.matrix, columns, options)
        })
    };
    if let Ok(test) = ratio_test(&all) {
        question.push_test(Term::LikelihoodRatioTest, None, &test, "likelihood ratio");
    }
    let own_fit = whole.fit.as_ref().filter(|_| whole.monotone.is_none()).map(|(fit, _)| fit);
    if let Some(fit) = own_fit {
        let wald = if whole.settings.is_clustered { "Wald, robust" } else { "Wald" };
        question.push_test(Term::WaldTest, None, &fit.wald_test, wald);
        question.push_test(Term::ScoreTest, None, &fit.score_test, "score");
        if let Some(test) = &fit.robust_score_test {
            question.push_test(Term::RobustScoreTest, None, test, "score, robust");
        }
    }
    for term in &whole.design.terms {
        let is_arm = term.name == "arm" && term.columns.first() == Some(&0);
        // Of one column of an arm the ratio's own row has the test.
        if is_arm && term.columns.len() < 2 {
            continue;
        }
        let robust = own_fit.filter(|_| whole.settings.is_clustered).map(|fit| fit.wald_test(&term.columns));
        let (test, method) = match robust {
            Some(test) => (test, "Wald, robust"),
            None => (ratio_test(&term.columns), "likelihood ratio"),
        };
        let name = Some(term.name.clone()).filter(|_| !is_arm);
        match test {
            Ok(test) if is_arm => question.push_test(Term::ArmTest, None, &test, method),
            Ok(test) => question.push_test(Term::EffectTest, name, &test, method),
            Err(error) => {
                let error = cohort.refusal(&error, &whole.design);
                question.unanswered(AnalysisId::Cox, name, error);
            }
        }
    }
    if let Some(fit) = own_fit {
        for (contrast, value) in [("coefficients 0", fit.log_likelihood_null), ("model", fit.log_likelihood)] {
            let row = Finding {
                contrast: Some(contrast.to_owned()),
                n: Some(fit.n as u64),
                estimate: Some(value),
                method: Some(model_words(&cohort, whole.settings)),
                ..question.row(Term::LogLikelihood)
            };
            question.rows.push(row);
        }
    }
    if let Some((fit, settings)) = &whole.fit {
        let (strata, clusters) = (cohort.strata(), cohort.clusters());
        let options = ConcordanceOptions { strata: strata.as_deref(), clusters: clusters.as_deref() };
        if let Ok(found) = estimate_concordance(&cohort.found.follow_up(), &fit.linear_predictors, &options) {
            let row = Finding {
                n: Some(fit.n as u64),
                estimate: Some(found.estimate),
                std_error: Some(found.std_error),
                method: Some(model_words(&cohort, *settings)),
                ..question.row(Term::Concordance)
            };
            question.rows.push(row);
        }
    }
}

/// The arms' ratios by other rules, without what they are adjusted for, and by the other standard error.
fn tell_choices(question: &mut Question<'_>, everyone: &Cohort<'_>, whole: Option<&Whole>) {
    let cohort = question.cohort.clone();
    let chosen = cohort.settings();
    let mut choices: Vec<(&str, &Cohort<'_>, Settings, HazardInterval)> = Vec::new();
    let wald = HazardInterval::Wald;
    for ties in TieRule::ALL {
        let is_exact = ties == TieRule::Exact;
        let settings = Settings {
            ties,
            is_firth: chosen.is_firth && !is_exact,
            is_clustered: chosen.is_clustered && !is_exact,
            ..chosen
        };
        if !is_exact || chosen.ties == ties || exact_steps(&cohort) < MOST_EXACT_STEPS {
            choices.push((ties.key(), &cohort, settings, wald));
        }
    }
    let is_adjusted = !cohort.cox.covariates.is_empty() || !cohort.cox.strata.is_empty();
    let alone = Settings { is_adjusted: false, ..chosen };
    if is_adjusted {
        choices.push(("unadjusted", everyone, alone, wald));
        if everyone.found.len() > cohort.found.len() {
            choices.push(("unadjusted_same_people", &cohort, alone, wald));
        }
    }
    if chosen.is_clustered {
        choices.push(("not_robust", &cohort, Settings { is_clustered: false, ..chosen }, wald));
    }
    let is_monotone = whole.is_some_and(|whole| whole.monotone.is_some());
    if chosen.is_firth {
        choices.push(("without_firth", &cohort, Settings { is_firth: false, ..chosen }, wald));
    } else if is_monotone {
        choices.push(("firth", &cohort, firth_of(chosen), wald));
        choices.push(("firth_profile", &cohort, firth_of(chosen), HazardInterval::Profile));
    }
    if cohort.cox.interval == HazardInterval::Profile {
        choices.push(("wald", &cohort, chosen, wald));
    }
    let mut told: Vec<(usize, String, Option<bool>)> = Vec::new();
    for (key, people, settings, interval) in choices {
        let Ok(design) = people.design_for(settings) else { continue };
        let is_arm = |column: usize| design.columns.get(column).is_some_and(|column| column.arm.is_some());
        let estimates: Result<Vec<Estimate>, StatError> = match interval {
            HazardInterval::Wald => people.fit(&design, settings).map(|fit| wald_estimates(&fit)),
            HazardInterval::Profile => (0..design.columns.len())
                .filter(|column| is_arm(*column))
                .map(|column| people.profile(&design, settings, column))
                .collect(),
        };
        // Where the likelihood is monotone a note says so; the row would say it again.
        let Ok(estimates) = estimates else { continue };
        for (column, estimate) in design.columns.iter().zip(&estimates) {
            let Some(arm) = column.arm else { continue };
            let method = method_words(people, settings, interval);
            let row = Finding {
                group: Some(column.name.clone()),
                contrast: Some(column.contrast.clone()),
                n: Some(people.found.len() as u64),
                method: Some(method.clone()),
                note: Some(key.to_owned()),
                ..question.row(Term::HazardRatioByModel)
            };
            question.rows.push(row.with_ratio(estimate));
            told.push((arm, choice_words(key).to_owned(), estimate.excludes_one()));
        }
    }
    for arm in cohort.arms().into_iter().skip(1) {
        let of = |wanted: bool| -> Vec<String> {
            let own = told.iter().filter(|(place, _, excludes)| *place == arm && *excludes == Some(wanted));
            own.map(|(_, words, _)| words.clone()).collect()
        };
        let (excludes, includes) = (of(true), of(false));
        if !excludes.is_empty() && !includes.is_empty() {
            let group = cohort.arm_name(arm).to_owned();
            question.note(NoteKind::ChoiceDecides { what: "hazard ratio".into(), group, excludes, includes });
        }
    }
}

/// A row's `note` in words.
pub fn choice_words(key: &str) -> &'static str {
    match key {
        "efron" => "Efron’s ties",
        "breslow" => "Breslow’s ties",
        "exact" => "exact ties",
        "unadjusted" => "unadjusted",
        "unadjusted_same_people" => "unadjusted, people of the model",
        "not_robust" => "people taken for independent",
        "without_firth" => "without Firth’s penalty",
        "firth" => "Firth’s penalty",
        "firth_profile" => "Firth’s penalty, profile interval",
        _ => "Wald interval",
    }
}

/// About how many steps a fit with exact ties takes.
fn exact_steps(cohort: &Cohort<'_>) -> f64 {
    let mut times: Vec<f64> = cohort.found.times.clone();
    crate::order::sort_numbers(&mut times);
    let own = cohort.found.times.iter().zip(&cohort.found.is_event).filter(|(_, event)| **event);
    let mut events: Vec<f64> = own.map(|(time, _)| *time).collect();
    crate::order::sort_numbers(&mut events);
    let columns = 1.0 + (cohort.population.arm_names.len() + 2 * cohort.cox.covariates.len()) as f64;
    let at = |tied: &[f64]| {
        let time = tied.first().copied().unwrap_or_default();
        let at_risk = times.len() - times.partition_point(|other| *other < time);
        tied.len() as f64 * at_risk as f64
    };
    10.0 * columns * columns * events.chunk_by(|a, b| a == b).map(at).sum::<f64>()
}

fn doubts_of_size(question: &mut Question<'_>, whole: Option<&Whole>) {
    let cohort = question.cohort.clone();
    let events = cohort.found.events();
    if events < FEW_EVENTS {
        question.note(NoteKind::FewEvents { events });
    }
    let parameters = whole.map_or(0, |whole| whole.design.columns.len());
    if parameters > 1 && (events as f64) < FEW_EVENTS_A_COLUMN * parameters as f64 {
        question.doubt(TimeNote::FewEventsPerParameter { events, parameters });
    }
    if let Some(mut clusters) = cohort.clusters() {
        crate::order::sort_by(&mut clusters, usize::cmp);
        clusters.dedup();
        if clusters.len() < FEW_CLUSTERS {
            let column = cohort.cox.cluster.clone().unwrap_or_default();
            question.doubt(TimeNote::FewClusters { column, clusters: clusters.len() });
        }
    }
    if let Some(strata) = cohort.strata() {
        let count = strata.iter().max().map_or(0, |most| most + 1);
        let mut first_arm: Vec<Option<usize>> = vec![None; count];
        let mut is_mixed = vec![false; count];
        for (stratum, arm) in strata.iter().zip(&cohort.found.arms) {
            let (Some(first), Some(mixed)) = (first_arm.get_mut(*stratum), is_mixed.get_mut(*stratum)) else {
                continue;
            };
            *mixed |= first.is_some_and(|first| first != *arm);
            *first = first.or(Some(*arm));
        }
        let alone = is_mixed.iter().filter(|mixed| !**mixed).count();
        let in_them = |stratum: &&usize| is_mixed.get(**stratum) == Some(&false);
        let people = strata.iter().filter(in_them).count();
        if alone > 0 && cohort.arms().len() > 1 {
            question.doubt(TimeNote::StrataOfOneArm { strata: alone, of: count, people });
        }
    }
}
