//! Hazard ratios: a Cox regression, its checks, and subgroups.

mod checks;
mod model;
mod plan;
mod subgroups;

pub use model::{Meaning, Values, covariate_values};
pub use plan::{CoxPlan, HazardInterval, Subgroup, Ties, TimeScale};

use serde::{Deserialize, Serialize};

use super::time_to_event::time_to_event;
use super::{AnalysisError, AnalysisId, Answer, Detail, Finding, Note, NoteKind, Plan, Population, Term, TimeNote};
use crate::stats::real;
use crate::stats::survival::{
    ConcordanceOptions, CoxCoefficient, CoxFit, CoxOptions, CoxTies, cox_likelihood_ratio_test, cox_profile_interval,
    estimate_concordance,
};
use crate::trial::Trial;
use model::Model;

/// Fewer events than this carry little information.
const FEW_EVENTS: usize = 20;

/// Fewer events than this a parameter make estimates unsteady (Peduzzi et al. 1995).
const EVENTS_PER_PARAMETER: usize = 10;

/// Robust standard errors rest on the number of clusters.
const FEW_CLUSTERS: usize = 20;

/// Fits that are only made for comparison are left out above this.
const MOST_PEOPLE: usize = 20_000;

/// Exact ties take the square of the tied events.
const MOST_EXACT: usize = 2_000;

/// At the axis of a forest plot.
const TICKS: [f64; 13] = [0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0];

/// What the figures need beside the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoxDetail {
    /// Names of the arms, control first.
    pub arm_names: Vec<String>,
    pub residuals: Vec<ResidualDetail>,
    pub influences: Vec<InfluenceDetail>,
    /// Logarithms of the limits of each row of the answer, for an axis of logarithms.
    pub log_limits: Vec<(Option<f64>, Option<f64>)>,
    /// Round ratios and their logarithms.
    pub ticks: Vec<(f64, f64)>,
}

/// Scaled Schoenfeld residuals of an arm's coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResidualDetail {
    pub arm: String,
    pub estimate: f64,
    /// Transformed time, residual, month.
    pub points: Vec<(f64, f64, f64)>,
    /// Mean of a fifth of the events each: mean transformed time, mean residual, its standard error.
    pub means: Vec<(f64, f64, f64)>,
}

/// How far an arm's coefficient would move without a patient, in standard errors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InfluenceDetail {
    pub arm: String,
    /// Month, shift, had the event, subject's id; the largest shifts, thinned.
    pub points: Vec<(f64, f64, bool, String)>,
}

struct Question<'a> {
    trial: &'a Trial,
    population: &'a Population,
    plan: &'a Plan,
    cox: &'a CoxPlan,
    outcome: String,
}

impl Question<'_> {
    fn row(&self, term: Term) -> Finding {
        Finding::new(AnalysisId::Cox, &self.outcome, term)
    }

    fn arm_name(&self, place: usize) -> String {
        self.population.arm_names.get(place).cloned().unwrap_or_default()
    }

    /// "MSC − Control".
    fn contrast(&self, place: usize) -> String {
        format!("{} − {}", self.arm_name(place), self.arm_name(0))
    }

    fn hazard_row(&self, term: Term, coefficient: &CoxCoefficient, n: usize, method: String) -> Finding {
        Finding {
            n: Some(n as u64),
            estimate: Some(coefficient.hazard_ratio),
            std_error: Some(coefficient.std_error),
            statistic: Some(coefficient.z),
            p_value: Some(coefficient.p_value),
            conf_low: Some(coefficient.interval.low),
            conf_high: Some(coefficient.interval.high),
            method: Some(method),
            ..self.row(term)
        }
    }

    fn arm_row(&self, term: Term, place: usize, coefficient: &CoxCoefficient, n: usize, method: String) -> Finding {
        Finding {
            group: Some(self.arm_name(place)),
            contrast: Some(self.contrast(place)),
            ..self.hazard_row(term, coefficient, n, method)
        }
    }

    /// "Efron, stratified by sex, robust by site".
    fn method(&self) -> String {
        let mut words = vec![self.cox.ties.name().to_owned()];
        if !self.cox.covariates.is_empty() {
            let names: Vec<&str> = self.cox.covariates.iter().map(|covariate| covariate.name.as_str()).collect();
            words.push(format!("adjusted for {}", names.join(" and ")));
        }
        if !self.cox.strata.is_empty() {
            words.push(format!("stratified by {}", self.cox.strata.join(" and ")));
        }
        if let Some(cluster) = &self.cox.cluster {
            words.push(format!("robust by {cluster}"));
        }
        if self.cox.is_firth {
            words.push("Firth".to_owned());
        }
        words.join(", ")
    }
}

/// # What
/// Hazard of each arm over the control's by a Cox regression with the plan's covariates, strata and clusters; the same by
/// the other rules of ties, unadjusted and with Firth's correction; tests of the model and its terms; concordance; the
/// test of proportional hazards with its residuals; the influence of single patients; subgroups with their interaction.
///
/// # Rules
/// Who lacks a covariate, a stratum or a cluster is left out. The control is the reference of the arms, the first class
/// with people that of a factor. A subgroup's hazard ratio is that of its people alone, unadjusted but for the strata.
///
/// # Errors
/// Those of `time_to_event`; `OneArm`, `NotInFiles`, `TooFew`. A model without an answer is a note on its row.
pub fn analyse_cox(
    trial: &Trial,
    population: &Population,
    plan: &Plan,
    cox: &CoxPlan,
) -> Result<Answer, AnalysisError> {
    let (found, doubts) = time_to_event(trial, population, &cox.time)?;
    if found.events() == 0 {
        return Err(AnalysisError::NoEvents { endpoint: found.name });
    }
    let model = Model::of(trial, population, cox, &found, true)?;
    let question = Question { trial, population, plan, cox, outcome: found.name.clone() };
    let mut rows = Vec::new();
    let mut notes: Vec<Note> =
        doubts.into_iter().map(|doubt| Note { analysis: AnalysisId::Cox, kind: NoteKind::Time(doubt) }).collect();
    for (covariate, subjects) in &model.missing {
        let kind = NoteKind::MissingCovariate { covariate: covariate.clone(), subjects: *subjects };
        notes.push(Note { analysis: AnalysisId::Cox, kind });
    }
    if population.outside_set > 0 {
        let set = plan.analysis_set.clone().unwrap_or_default();
        let kind = NoteKind::OutsideSet { set, subjects: population.outside_set };
        notes.push(Note { analysis: AnalysisId::Cox, kind });
    }
    count_events(&question, &model, &mut rows);
    doubt_size(&model, &mut notes);

    let mut detail = CoxDetail {
        arm_names: population.arm_names.clone(),
        residuals: Vec::new(),
        influences: Vec::new(),
        log_limits: Vec::new(),
        ticks: TICKS.map(|ratio| (ratio, real::ln(ratio))).into(),
    };
    let options = model.options(cox, plan.confidence_level);
    match model.fit(&options) {
        Ok(fit) => {
            tell_coefficients(&question, &model, &fit, &options, &mut rows, &mut notes);
            tell_model(&question, &model, &fit, &options, &mut rows, &mut notes);
            checks::proportional_hazards(&question, &model, &fit, &options, &mut rows, &mut notes, &mut detail);
            checks::influence(&question, &model, &fit, &options, &mut rows, &mut notes, &mut detail);
        }
        Err(error) => notes.push(unanswered(AnalysisId::Cox, None, error)),
    }
    compare_choices(&question, &model, &found, &mut rows);
    subgroups::tell_subgroups(&question, &model, &mut rows, &mut notes);
    let log = |limit: Option<f64>| limit.filter(|limit| *limit > 0.0).map(real::ln);
    detail.log_limits = rows.iter().map(|row| (log(row.conf_low), log(row.conf_high))).collect();
    Ok(Answer { rows, notes, detail: Detail::Cox(detail) })
}

fn unanswered(analysis: AnalysisId, group: Option<String>, error: AnalysisError) -> Note {
    Note { analysis, kind: NoteKind::Unanswered { group, at_month: None, error } }
}

/// People and events of each arm in the model.
fn count_events(question: &Question<'_>, model: &Model, rows: &mut Vec<Finding>) {
    for (place, name) in question.population.arm_names.iter().enumerate() {
        let own = model.found.of_arm(place);
        if !own.is_empty() {
            rows.push(Finding {
                group: Some(name.clone()),
                n: Some(own.len() as u64),
                estimate: Some(own.events() as f64),
                ..question.row(Term::Events)
            });
        }
    }
}

fn doubt_size(model: &Model, notes: &mut Vec<Note>) {
    let mut note = |kind: NoteKind| notes.push(Note { analysis: AnalysisId::Cox, kind });
    let (events, parameters) = (model.found.events(), model.meanings.len());
    if events < FEW_EVENTS {
        note(NoteKind::FewEvents { events });
    }
    if events < EVENTS_PER_PARAMETER * parameters {
        note(NoteKind::Time(TimeNote::FewEventsPerParameter { events, parameters }));
    }
    if let Some(clusters) = model.n_clusters.filter(|clusters| *clusters < FEW_CLUSTERS) {
        note(NoteKind::Time(TimeNote::FewClusters { clusters }));
    }
}

fn tell_coefficients(
    question: &Question<'_>,
    model: &Model,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let method = question.method();
    for (column, (meaning, coefficient)) in model.meanings.iter().zip(&fit.coefficients).enumerate() {
        let mut row = match meaning {
            Meaning::Arm(place) => question.arm_row(Term::HazardRatio, *place, coefficient, fit.n, method.clone()),
            Meaning::Number { name } => Finding {
                contrast: Some(name.clone()),
                ..question.hazard_row(Term::CovariateHazardRatio, coefficient, fit.n, method.clone())
            },
            Meaning::Class { name, level, reference } => Finding {
                contrast: Some(format!("{name}: {level} − {reference}")),
                ..question.hazard_row(Term::CovariateHazardRatio, coefficient, fit.n, method.clone())
            },
        };
        let is_arm = matches!(meaning, Meaning::Arm(_));
        if question.cox.interval == HazardInterval::ProfileLikelihood && is_arm && question.cox.cluster.is_none() {
            match cox_profile_interval(&model.found.follow_up(), &model.matrix(), column, options) {
                Ok(profile) => {
                    row.conf_low = profile.low.map(real::exp);
                    row.conf_high = profile.high.map(real::exp);
                    row.method = Some(format!("{method}, profile likelihood"));
                }
                Err(error) => notes.push(unanswered(AnalysisId::Cox, row.group.clone(), model.refusal(&error))),
            }
        }
        rows.push(row);
    }
}

/// Tests of all coefficients, of each term with several columns, and the concordance.
fn tell_model(
    question: &Question<'_>,
    model: &Model,
    fit: &CoxFit,
    options: &CoxOptions<'_>,
    rows: &mut Vec<Finding>,
    notes: &mut Vec<Note>,
) {
    let mut tests =
        vec![("likelihood ratio", fit.likelihood_ratio_test), ("Wald", fit.wald_test), ("score", fit.score_test)];
    tests.extend(fit.robust_score_test.map(|test| ("robust score", test)));
    for (name, test) in tests {
        rows.push(Finding {
            n: Some(fit.n as u64),
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
            method: Some(name.to_owned()),
            ..question.row(Term::ModelTest)
        });
    }
    for term in model.terms.iter().filter(|_| model.terms.len() > 1 || fit.coefficients.len() > 1) {
        // With clusters the likelihood is not that of independent people.
        let (name, test) = if options.clusters.is_some() {
            ("Wald", fit.wald_test(&term.columns))
        } else {
            let test = cox_likelihood_ratio_test(&model.found.follow_up(), &model.matrix(), &term.columns, options);
            ("likelihood ratio", test)
        };
        match test {
            Ok(test) => rows.push(Finding {
                contrast: Some(term.covariate.clone().unwrap_or_else(|| "arm".to_owned())),
                n: Some(fit.n as u64),
                statistic: Some(test.chi_squared),
                df: Some(test.df),
                p_value: Some(test.p_value),
                method: Some(name.to_owned()),
                ..question.row(Term::EffectTest)
            }),
            Err(error) => notes.push(unanswered(AnalysisId::Cox, term.covariate.clone(), model.refusal(&error))),
        }
    }
    if fit.n <= MOST_PEOPLE {
        let of = ConcordanceOptions { strata: options.strata, clusters: options.clusters };
        if let Ok(found) = estimate_concordance(&model.found.follow_up(), &fit.linear_predictors, &of) {
            rows.push(Finding {
                n: Some(fit.n as u64),
                estimate: Some(found.estimate),
                std_error: Some(found.std_error),
                ..question.row(Term::Concordance)
            });
        }
    }
}

/// The arms' hazard ratios by the other choices: rules of ties, unadjusted, model-based errors, Firth.
fn compare_choices(
    question: &Question<'_>,
    model: &Model,
    found: &super::time_to_event::TimeToEvent,
    rows: &mut Vec<Finding>,
) {
    let n = model.found.len();
    if n > MOST_PEOPLE {
        return;
    }
    let level = question.plan.confidence_level;
    let mut put = |name: &str, model: &Model, options: &CoxOptions<'_>| {
        let Ok(fit) = model.fit(options) else { return };
        for (meaning, coefficient) in model.meanings.iter().zip(&fit.coefficients) {
            if let Meaning::Arm(place) = meaning {
                rows.push(question.arm_row(Term::HazardRatioByChoice, *place, coefficient, fit.n, name.to_owned()));
            }
        }
    };
    let plain = CoxOptions { clusters: None, is_firth: false, ..model.options(question.cox, level) };
    for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
        if ties == Ties::Exact && n > MOST_EXACT {
            continue;
        }
        put(ties.name(), model, &CoxOptions { ties: ties.rule(), ..plain });
    }
    if !question.cox.covariates.is_empty()
        && let Ok(unadjusted) = Model::of(question.trial, question.population, question.cox, found, false)
    {
        put("unadjusted", &unadjusted, &CoxOptions { is_firth: false, ..unadjusted.options(question.cox, level) });
    }
    if model.n_clusters.is_some() {
        put("robust", model, &CoxOptions { is_firth: false, ..model.options(question.cox, level) });
    }
    put("Firth", model, &CoxOptions { ties: CoxTies::Efron, is_firth: true, ..plain });
}
