//! Who is in the model and what its columns are.

use super::CoxPlan;
use super::plan::TieRule;
use crate::analysis::covariate::{AncovaCovariate, completeness, moved};
use crate::analysis::time_to_event::TimeToEvent;
use crate::analysis::{AnalysisError, Population};
use crate::order;
use crate::stats::survival::{
    CoxFit, CoxOptions, CoxProfileInterval, cox_likelihood_ratio_test, cox_profile_interval, fit_cox,
};
use crate::stats::{Matrix, StatError, real};
use crate::trial::{CovariateValues, Trial};

/// The people of the model with their times.
#[derive(Clone)]
pub(super) struct Cohort<'a> {
    pub trial: &'a Trial,
    pub population: &'a Population,
    pub cox: &'a CoxPlan,
    pub confidence_level: f64,
    pub found: TimeToEvent,
}

/// Which model is fitted, where it differs from the plan's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Settings {
    pub ties: TieRule,
    pub is_firth: bool,
    pub is_adjusted: bool,
    pub is_clustered: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelColumn {
    /// Place of the arm that the column compares with control; absent for a covariate.
    pub arm: Option<usize>,
    /// The covariate's column.
    pub name: String,
    /// "age", "onset_site: limb / bulbar".
    pub contrast: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ModelTerm {
    pub name: String,
    pub columns: Vec<usize>,
}

pub(super) struct Design {
    pub matrix: Matrix,
    pub columns: Vec<ModelColumn>,
    pub terms: Vec<ModelTerm>,
}

/// What one column says; ratios, not logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Estimate {
    pub ratio: Option<f64>,
    /// Of the logarithm.
    pub std_error: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub statistic: Option<f64>,
    /// Of a chi-squared statistic; absent for z.
    pub df: Option<f64>,
    pub p_value: Option<f64>,
}

impl Estimate {
    /// The interval is on one side of no difference; none where it is open on the side that decides.
    pub fn excludes_one(&self) -> Option<bool> {
        match (self.low, self.high) {
            (None, None) => None,
            (low, high) => Some(low.is_some_and(|low| low > 1.0) || high.is_some_and(|high| high < 1.0)),
        }
    }
}

impl<'a> Cohort<'a> {
    /// Those with all of the model's columns, and for each column how many are lost to it.
    pub fn complete(&self) -> Result<(Self, Vec<(String, usize)>), AnalysisError> {
        let named = |name: &String| AncovaCovariate { name: name.clone(), as_factor: false };
        let chosen: Vec<AncovaCovariate> = self
            .cox
            .covariates
            .iter()
            .cloned()
            .chain(self.cox.strata.iter().chain(&self.cox.cluster).map(named))
            .collect();
        let found = completeness(self.trial, &chosen, &self.found.subjects)?;
        let rest = self.only(|place| found.is_complete.get(place) == Some(&true));
        if rest.found.is_empty() {
            let what = match found.missing.as_slice() {
                [(name, _)] => format!("people with {name}"),
                _ => "people with all of the model’s columns".to_owned(),
            };
            return Err(AnalysisError::TooFew { what, need: 2, got: 0 });
        }
        Ok((rest, found.missing))
    }

    pub fn only(&self, keeps: impl Fn(usize) -> bool) -> Self {
        Self { found: self.found.only(keeps), ..self.clone() }
    }

    /// Places of the arms that have people, the control first.
    pub fn arms(&self) -> Vec<usize> {
        (0..self.population.arm_names.len()).filter(|arm| self.found.arms.contains(arm)).collect()
    }

    pub fn arm_name(&self, arm: usize) -> &str {
        self.population.arm_names.get(arm).map_or("", String::as_str)
    }

    /// People of the arm, and how many of them had the event.
    pub fn counts(&self, arm: usize) -> (usize, usize) {
        let own = self.found.arms.iter().zip(&self.found.is_event).filter(|(of, _)| **of == arm);
        own.fold((0, 0), |(people, events), (_, is_event)| (people + 1, events + usize::from(*is_event)))
    }

    fn codes(&self, names: &[String]) -> Option<Vec<usize>> {
        if names.is_empty() {
            return None;
        }
        let mut combined = vec![0_usize; self.found.len()];
        for name in names {
            let (levels, codes) = groups(self.trial, name, &self.found.subjects)?;
            for (code, own) in combined.iter_mut().zip(codes) {
                *code = *code * (levels.len() + 1) + own.unwrap_or(levels.len());
            }
            // Small again, so that many columns do not run over.
            let mut distinct = combined.clone();
            order::sort_by(&mut distinct, usize::cmp);
            distinct.dedup();
            for code in &mut combined {
                *code = distinct.partition_point(|one| one < code);
            }
        }
        Some(combined)
    }

    pub fn strata(&self) -> Option<Vec<usize>> {
        self.codes(&self.cox.strata)
    }

    pub fn clusters(&self) -> Option<Vec<usize>> {
        self.codes(self.cox.cluster.as_ref().map(std::slice::from_ref)?)
    }

    pub fn settings(&self) -> Settings {
        Settings {
            ties: self.cox.ties,
            is_firth: self.cox.firth,
            is_adjusted: true,
            is_clustered: self.cox.cluster.is_some(),
        }
    }

    /// # Errors
    /// `NotInFiles`, `NoVariation` (a covariate with one value; with `is_lenient` it is left out), `OneArm` (nothing to
    /// compare).
    pub fn design(&self, covariates: &[AncovaCovariate], is_lenient: bool) -> Result<Design, AnalysisError> {
        let n = self.found.len();
        let arms = self.arms();
        let mut design = Draft { n, ..Draft::default() };
        let control = self.arm_name(0).to_owned();
        if arms.first() == Some(&0) {
            design.begin("arm");
            for &arm in arms.iter().skip(1) {
                let column = self.found.arms.iter().map(|of| f64::from(u8::from(*of == arm))).collect();
                let name = self.arm_name(arm).to_owned();
                let contrast = format!("{name} / {control}");
                design.push(ModelColumn { arm: Some(arm), name, contrast }, column);
            }
        } else if self.population.arm_names.len() > 1 {
            return Err(AnalysisError::TooFew { what: format!("people in {control}"), need: 1, got: 0 });
        }
        for covariate in covariates {
            let before = design.columns.len();
            self.add_covariate(&mut design, covariate)?;
            if design.columns.len() == before && !is_lenient {
                return Err(AnalysisError::NoVariation { what: covariate.name.clone() });
            }
        }
        design.finish()
    }

    fn add_covariate(&self, design: &mut Draft, covariate: &AncovaCovariate) -> Result<(), AnalysisError> {
        let missing = || AnalysisError::NotInFiles { what: "covariate".into(), name: covariate.name.clone() };
        let found = self.trial.covariate(&covariate.name).ok_or_else(missing)?;
        design.begin(&covariate.name);
        let column = |contrast: String| ModelColumn { arm: None, name: covariate.name.clone(), contrast };
        match &found.values {
            CovariateValues::Numeric(values) if !covariate.as_factor => {
                let own = self.found.subjects.iter().map(|&subject| values.get(subject).copied().flatten());
                let own: Vec<f64> = moved(own.map(|value| value.unwrap_or(f64::NAN)).collect());
                if own.iter().any(|value| *value != 0.0) {
                    design.push(column(covariate.name.clone()), own);
                }
            }
            _ => {
                let (levels, codes) = groups(self.trial, &covariate.name, &self.found.subjects).ok_or_else(missing)?;
                for (level, name) in levels.iter().enumerate().skip(1) {
                    let own = codes.iter().map(|code| f64::from(u8::from(*code == Some(level)))).collect();
                    let reference = levels.first().map_or("", String::as_str);
                    design.push(column(format!("{}: {name} / {reference}", covariate.name)), own);
                }
            }
        }
        Ok(())
    }

    pub fn design_for(&self, settings: Settings) -> Result<Design, AnalysisError> {
        self.design(if settings.is_adjusted { &self.cox.covariates } else { &[] }, false)
    }

    /// Runs a routine with the options that `settings` mean for these people.
    pub fn with_options<T>(&self, settings: Settings, run: impl FnOnce(&CoxOptions<'_>) -> T) -> T {
        let strata = if settings.is_adjusted { self.strata() } else { None };
        let clusters = if settings.is_clustered { self.clusters() } else { None };
        run(&CoxOptions {
            ties: settings.ties.of_stats(),
            strata: strata.as_deref(),
            clusters: clusters.as_deref(),
            confidence_level: self.confidence_level,
            is_firth: settings.is_firth,
        })
    }

    pub fn fit(&self, design: &Design, settings: Settings) -> Result<CoxFit, StatError> {
        self.with_options(settings, |options| fit_cox(&self.found.follow_up(), &design.matrix, options))
    }

    /// By the profile of the likelihood: there is an answer where the likelihood is monotone too.
    pub fn profile(&self, design: &Design, settings: Settings, column: usize) -> Result<Estimate, StatError> {
        let settings = Settings { is_clustered: false, ..settings };
        let follow_up = self.found.follow_up();
        let (interval, test): (CoxProfileInterval, _) = self.with_options(settings, |options| {
            let interval = cox_profile_interval(&follow_up, &design.matrix, column, options)?;
            Ok::<_, StatError>((interval, cox_likelihood_ratio_test(&follow_up, &design.matrix, &[column], options)?))
        })?;
        let ratio = |log: Option<f64>| log.map(real::exp).filter(|ratio| ratio.is_finite());
        Ok(Estimate {
            ratio: ratio(interval.estimate),
            std_error: None,
            low: ratio(interval.low),
            high: ratio(interval.high),
            statistic: Some(test.chi_squared),
            df: Some(test.df),
            p_value: Some(test.p_value),
        })
    }

    /// A routine's refusal, its column by name.
    pub fn refusal(&self, error: &StatError, design: &Design) -> AnalysisError {
        let column = |place: usize| design.columns.get(place);
        match error {
            StatError::Singular { column: place } => match column(*place) {
                Some(ModelColumn { arm: Some(_), .. }) if !self.cox.strata.is_empty() => AnalysisError::TooFew {
                    what: "strata in which people of the arm and of others are at risk together".into(),
                    need: 1,
                    got: 0,
                },
                Some(found) => AnalysisError::Singular { column: found.contrast.clone() },
                None => AnalysisError::from_stat(error, "Cox model"),
            },
            StatError::MonotoneLikelihood { column: place } => AnalysisError::MonotoneLikelihood {
                column: column(*place).map(|found| found.contrast.clone()).unwrap_or_default(),
            },
            StatError::TooFew { what: "events", .. } => AnalysisError::NoEvents { endpoint: self.found.name.clone() },
            StatError::OutOfRange { .. } => AnalysisError::RatioTooLarge { what: "Cox model".into() },
            _ => AnalysisError::from_stat(error, "Cox model"),
        }
    }
}

/// A design in the making.
#[derive(Default)]
struct Draft {
    n: usize,
    values: Vec<Vec<f64>>,
    columns: Vec<ModelColumn>,
    terms: Vec<ModelTerm>,
}

impl Draft {
    fn begin(&mut self, name: &str) {
        self.terms.push(ModelTerm { name: name.to_owned(), columns: Vec::new() });
    }

    fn push(&mut self, column: ModelColumn, values: Vec<f64>) {
        if let Some(term) = self.terms.last_mut() {
            term.columns.push(self.columns.len());
        }
        self.columns.push(column);
        self.values.push(values);
    }

    fn finish(mut self) -> Result<Design, AnalysisError> {
        self.terms.retain(|term| !term.columns.is_empty());
        if self.columns.is_empty() {
            return Err(AnalysisError::OneArm { arms_with_data: 1 });
        }
        Ok(Design { matrix: matrix_of(self.n, &self.values), columns: self.columns, terms: self.terms })
    }
}

pub(super) fn matrix_of(n: usize, columns: &[Vec<f64>]) -> Matrix {
    let mut matrix = Matrix::zeros(n, columns.len());
    for (place, values) in columns.iter().enumerate() {
        for (row, value) in values.iter().enumerate() {
            matrix.set(row, place, *value);
        }
    }
    matrix
}

/// One column of each estimate of a fit.
pub(super) fn wald_estimates(fit: &CoxFit) -> Vec<Estimate> {
    let of = |one: &crate::stats::survival::CoxCoefficient| Estimate {
        ratio: Some(one.hazard_ratio),
        std_error: Some(one.std_error),
        low: Some(one.interval.low),
        high: Some(one.interval.high),
        statistic: Some(one.z),
        df: None,
        p_value: Some(one.p_value),
    };
    fit.coefficients.iter().map(of).collect()
}

/// A column's groups among these subjects, those with nobody left out: words in their order, numbers from the smallest.
pub(super) fn groups(trial: &Trial, name: &str, subjects: &[usize]) -> Option<(Vec<String>, Vec<Option<usize>>)> {
    let covariate = trial.covariate(name)?;
    let (names, codes): (Vec<String>, Vec<Option<usize>>) = match &covariate.values {
        CovariateValues::Factor { levels, codes } => {
            (levels.clone(), subjects.iter().map(|&subject| codes.get(subject).copied().flatten()).collect())
        }
        CovariateValues::Numeric(values) => {
            let own: Vec<Option<f64>> =
                subjects.iter().map(|&subject| values.get(subject).copied().flatten()).collect();
            let mut levels: Vec<f64> = own.iter().copied().flatten().collect();
            order::sort_numbers(&mut levels);
            levels.dedup();
            let code = |value: &Option<f64>| value.map(|value| levels.partition_point(|level| *level < value));
            (levels.iter().map(f64::to_string).collect(), own.iter().map(code).collect())
        }
    };
    let mut is_used = vec![false; names.len()];
    for code in codes.iter().flatten() {
        if let Some(used) = is_used.get_mut(*code) {
            *used = true;
        }
    }
    let mut places = Vec::with_capacity(names.len());
    let mut used = 0;
    for is_used in &is_used {
        places.push(used);
        used += usize::from(*is_used);
    }
    let codes = codes.iter().map(|code| places.get((*code)?).copied()).collect();
    let names = names.into_iter().zip(&is_used).filter(|(_, used)| **used).map(|(name, _)| name).collect();
    Some((names, codes))
}
