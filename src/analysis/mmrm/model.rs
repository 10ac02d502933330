//! The model's columns and the weights that make an adjusted mean, a difference or a test of them.

use crate::analysis::covariate::Column;
use crate::stats::StatError;
use crate::stats::linear::Design;

/// One row of the model: a patient at a visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::analysis) struct ModelRow {
    pub subject: usize,
    pub arm: usize,
    /// Place among the visits of the model.
    pub visit: usize,
    pub baseline: f64,
    pub change: f64,
}

/// What a column of the design stands for.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Intercept,
    Arm(usize),
    Visit(usize),
    ArmVisit(usize, usize),
    /// A covariate's own column: which covariate, and for a factor how many levels it has and which this is.
    Covariate(usize),
    CovariateVisit(usize, usize),
}

/// A covariate as the model has it: numeric ones are centred, factors are indicators of all levels but the first.
struct Term {
    name: String,
    columns: Vec<Vec<f64>>,
    /// What the column weighs in an adjusted mean: 0 for a centred number, 1 / levels for a factor's indicator.
    weight: f64,
    is_by_visit: bool,
}

pub(in crate::analysis) struct Model {
    pub design: Design,
    parts: Vec<Part>,
    /// For each covariate column its weight in an adjusted mean.
    weights: Vec<f64>,
    /// Names and first and last covariate column of the effects.
    effects: Vec<(String, Vec<usize>, bool)>,
    n_arms: usize,
    n_visits: usize,
}

/// An effect and the weights, one row each, that are all 0 when there is none.
pub(in crate::analysis) struct Effect {
    pub name: String,
    pub rows: Vec<Vec<f64>>,
}

impl Model {
    /// `arms` of the population, of which every one has rows; visits 0 to `n_visits` - 1, each with rows.
    pub fn new(
        rows: &[ModelRow],
        n_arms: usize,
        n_visits: usize,
        baseline_by_visit: bool,
        covariates: &[(Column, bool)],
    ) -> Result<Self, StatError> {
        let mut terms = vec![Term {
            name: "baseline".into(),
            columns: vec![centred(&rows.iter().map(|row| row.baseline).collect::<Vec<f64>>())],
            weight: 0.0,
            is_by_visit: baseline_by_visit,
        }];
        terms.extend(covariates.iter().map(|(column, is_by_visit)| term_of(column, *is_by_visit)));

        let mut parts = vec![Part::Intercept];
        let mut design = Design::new(rows.len()).with_intercept();
        let at_visit = |visit: usize| rows.iter().map(move |row| f64::from(u8::from(row.visit == visit)));
        for arm in 1..n_arms {
            let column = rows.iter().map(|row| f64::from(u8::from(row.arm == arm))).collect();
            design = design.with_column(format!("arm={arm}"), column)?;
            parts.push(Part::Arm(arm));
        }
        for visit in 1..n_visits {
            design = design.with_column(format!("visit={visit}"), at_visit(visit).collect())?;
            parts.push(Part::Visit(visit));
        }
        for arm in 1..n_arms {
            for visit in 1..n_visits {
                let column = rows.iter().map(|row| f64::from(u8::from(row.arm == arm && row.visit == visit))).collect();
                design = design.with_column(format!("arm={arm}, visit={visit}"), column)?;
                parts.push(Part::ArmVisit(arm, visit));
            }
        }
        let mut weights = Vec::new();
        let mut effects = Vec::new();
        for term in &terms {
            let first = weights.len();
            for values in &term.columns {
                let place = weights.len();
                weights.push(term.weight);
                design = design.with_column(term.name.clone(), values.clone())?;
                parts.push(Part::Covariate(place));
                if term.is_by_visit {
                    for visit in 1..n_visits {
                        let column = values.iter().zip(at_visit(visit)).map(|(value, at)| value * at).collect();
                        design = design.with_column(format!("{}, visit={visit}", term.name), column)?;
                        parts.push(Part::CovariateVisit(place, visit));
                    }
                }
            }
            effects.push((term.name.clone(), (first..weights.len()).collect(), term.is_by_visit));
        }
        Ok(Self { design, parts, weights, effects, n_arms, n_visits })
    }

    fn weigh(&self, weigh: impl Fn(&Part) -> f64) -> Vec<f64> {
        self.parts.iter().map(weigh).collect()
    }

    /// Mean of an arm at a visit, at the mean of the numeric covariates over all rows, a factor's levels weighing alike.
    pub fn adjusted_mean(&self, arm: usize, visit: usize) -> Vec<f64> {
        let covariate = |place: &usize| self.weights.get(*place).copied().unwrap_or(0.0);
        self.weigh(|part| match part {
            Part::Intercept => 1.0,
            Part::Arm(of) => f64::from(u8::from(*of == arm)),
            Part::Visit(at) => f64::from(u8::from(*at == visit)),
            Part::ArmVisit(of, at) => f64::from(u8::from(*of == arm && *at == visit)),
            Part::Covariate(place) => covariate(place),
            Part::CovariateVisit(place, at) => covariate(place) * f64::from(u8::from(*at == visit)),
        })
    }

    /// Arm minus control at a visit.
    pub fn difference(&self, arm: usize, visit: usize) -> Vec<f64> {
        self.weigh(|part| match part {
            Part::Arm(of) => f64::from(u8::from(*of == arm)),
            Part::ArmVisit(of, at) => f64::from(u8::from(*of == arm && *at == visit)),
            Part::Intercept | Part::Visit(_) | Part::Covariate(_) | Part::CovariateVisit(..) => 0.0,
        })
    }

    /// Arm minus control, the mean over all visits.
    pub fn average_difference(&self, arm: usize) -> Vec<f64> {
        self.weigh(|part| match part {
            Part::Arm(of) => f64::from(u8::from(*of == arm)),
            Part::ArmVisit(of, _) => f64::from(u8::from(*of == arm)) / self.n_visits as f64,
            Part::Intercept | Part::Visit(_) | Part::Covariate(_) | Part::CovariateVisit(..) => 0.0,
        })
    }

    /// Type III: an effect's mean over the visits, or its change between visits, every visit and arm weighing alike.
    pub fn effects(&self) -> Vec<Effect> {
        let single = |wanted: Part| self.weigh(|part| f64::from(u8::from(*part == wanted)));
        let mut effects = vec![Effect {
            name: "arm".into(),
            rows: (1..self.n_arms).map(|arm| self.average_difference(arm)).collect(),
        }];
        effects.push(Effect {
            name: "visit".into(),
            rows: (1..self.n_visits)
                .map(|visit| {
                    self.weigh(|part| match part {
                        Part::Visit(at) => f64::from(u8::from(*at == visit)),
                        Part::ArmVisit(_, at) => f64::from(u8::from(*at == visit)) / self.n_arms as f64,
                        Part::CovariateVisit(place, at) => {
                            self.weights.get(*place).copied().unwrap_or(0.0) * f64::from(u8::from(*at == visit))
                        }
                        Part::Intercept | Part::Arm(_) | Part::Covariate(_) => 0.0,
                    })
                })
                .collect(),
        });
        effects.push(Effect {
            name: "arm × visit".into(),
            rows: (1..self.n_arms)
                .flat_map(|arm| (1..self.n_visits).map(move |visit| (arm, visit)))
                .map(|(arm, visit)| single(Part::ArmVisit(arm, visit)))
                .collect(),
        });
        for (name, places, is_by_visit) in &self.effects {
            let rows = places
                .iter()
                .map(|wanted| {
                    self.weigh(|part| match part {
                        Part::Covariate(place) => f64::from(u8::from(place == wanted)),
                        Part::CovariateVisit(place, _) => f64::from(u8::from(place == wanted)) / self.n_visits as f64,
                        Part::Intercept | Part::Arm(_) | Part::Visit(_) | Part::ArmVisit(..) => 0.0,
                    })
                })
                .collect();
            effects.push(Effect { name: name.clone(), rows });
            if *is_by_visit {
                let rows = places
                    .iter()
                    .flat_map(|place| (1..self.n_visits).map(move |visit| (*place, visit)))
                    .map(|(place, visit)| single(Part::CovariateVisit(place, visit)))
                    .collect();
                effects.push(Effect { name: format!("{name} × visit"), rows });
            }
        }
        effects.retain(|effect| !effect.rows.is_empty());
        effects
    }
}

fn term_of(column: &Column, is_by_visit: bool) -> Term {
    match column {
        Column::Numeric { name, values } => {
            Term { name: name.clone(), columns: vec![centred(values)], weight: 0.0, is_by_visit }
        }
        Column::Factor { name, codes, n_levels } => {
            let levels: Vec<usize> = (0..*n_levels).filter(|level| codes.contains(level)).collect();
            let columns = levels
                .iter()
                .skip(1)
                .map(|level| codes.iter().map(|code| f64::from(u8::from(code == level))).collect())
                .collect();
            Term { name: name.clone(), columns, weight: 1.0 / levels.len().max(1) as f64, is_by_visit }
        }
    }
}

/// Less their mean, so that an adjusted mean is read off at 0.
fn centred(values: &[f64]) -> Vec<f64> {
    let first = values.first().copied().unwrap_or_default();
    let mean = first + values.iter().map(|value| value - first).sum::<f64>() / values.len().max(1) as f64;
    values.iter().map(|value| value - mean).collect()
}
