//! Outcomes that follow from the items of the ALSFRS-R: the domains, and the total.

use std::borrow::Cow;

use super::correlation::Variable;
use super::{AnalysisPlan, Plan};
use crate::order::sort_by;
use crate::trial::alsfrs::{self, DerivedScore, Domain, MissingItemRule, derive_domain_score, derive_total_under};
use crate::trial::{Form, Forms, Outcome, Trial, Visit};

/// An outcome made from items.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivedOutcome {
    pub outcome: Outcome,
    /// Visits whose score rests on a prorated item; to be said beside every result.
    pub n_prorated: usize,
}

/// The domains `alsfrs_r_bulbar`, `alsfrs_r_fine_motor`, `alsfrs_r_gross_motor`, `alsfrs_r_respiratory`,
/// `alsfrs_r_motor` and the total, in this order. One that the trial has by its name is left out, for the recorded one
/// stands; so is one that no form gives a score for.
pub fn derive_outcomes(trial: &Trial, rule: MissingItemRule) -> Vec<DerivedOutcome> {
    let wanted = Domain::FOUR.into_iter().chain([Domain::Motor]).map(Some).chain([None]);
    let mut derived: Vec<(Option<Domain>, DerivedOutcome)> = wanted
        .map(|domain| (domain, domain.map_or(alsfrs::TOTAL, Domain::outcome_name)))
        .filter(|(_, name)| trial.outcome(name).is_none())
        .map(|(domain, name)| (domain, empty(trial, name)))
        .collect();
    for form in Forms::of(trial) {
        for (domain, one) in &mut derived {
            let score = match domain {
                Some(domain) => derive_domain_score(&form.items, *domain, rule),
                None => derive_total_under(&form.items, rule),
            };
            if let Some(score) = score {
                one.n_prorated += usize::from(score.is_prorated);
                one.outcome.visits.push(visit(&form, score));
            }
        }
    }
    derived.into_iter().map(|(_, one)| one).filter(|one| !one.outcome.visits.is_empty()).collect()
}

/// The trial as the plan sees it.
pub struct Prepared<'a> {
    pub trial: Cow<'a, Trial>,
    /// Outcomes with prorated scores, and how many visits have one.
    pub prorated: Vec<(String, usize)>,
}

/// Adds the domains where the plan asks for one, and under proration the totals that a missing item has cost. A recorded
/// or complete score is never changed. Copies nothing where nothing is added.
pub fn prepare<'a>(trial: &'a Trial, plan: &Plan) -> Prepared<'a> {
    let is_strict = plan.missing_items == MissingItemRule::Strict;
    let has_items = trial.outcomes.iter().any(|outcome| outcome.item.is_some());
    let is_asked = |name: &str| trial.outcome(name).is_none() && outcomes_asked(plan).iter().any(|asked| asked == name);
    let asks_domain = Domain::FOUR.into_iter().chain([Domain::Motor]).any(|domain| is_asked(domain.outcome_name()));
    if !has_items || (is_strict && !asks_domain) {
        return Prepared { trial: Cow::Borrowed(trial), prorated: Vec::new() };
    }
    let mut whole = trial.clone();
    let mut prorated = Vec::new();
    if !is_strict && let Some(total) = whole.outcomes.iter_mut().find(|outcome| outcome.name == alsfrs::TOTAL) {
        let has = |subject: usize, time: f64, visits: &[Visit]| {
            let place = visits.partition_point(|visit| (visit.subject, visit.time_months) < (subject, time));
            visits.get(place).is_some_and(|visit| visit.subject == subject && visit.time_months == time)
        };
        let added: Vec<Visit> = Forms::of(trial)
            .filter(|form| !has(form.subject, form.time_months, &total.visits))
            .filter_map(|form| Some(visit(&form, derive_total_under(&form.items, plan.missing_items)?)))
            .collect();
        if !added.is_empty() {
            prorated.push((alsfrs::TOTAL.to_owned(), added.len()));
        }
        total.visits.extend(added);
        sort_by(&mut total.visits, |a: &Visit, b: &Visit| {
            a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months))
        });
    }
    for derived in derive_outcomes(trial, plan.missing_items) {
        if derived.n_prorated > 0 {
            prorated.push((derived.outcome.name.clone(), derived.n_prorated));
        }
        whole.outcomes.push(derived.outcome);
    }
    Prepared { trial: Cow::Owned(whole), prorated }
}

fn outcomes_asked(plan: &Plan) -> Vec<String> {
    let mut names = Vec::new();
    for asked in &plan.analyses {
        names.extend(asked.visits().map(|visits| visits.outcome));
        if let AnalysisPlan::Correlation(correlation) = asked {
            for variable in [&correlation.x, &correlation.y].into_iter().chain(&correlation.matrix) {
                if let Variable::Outcome(name) = variable {
                    names.push(name.clone());
                }
            }
        }
    }
    names
}

fn empty(trial: &Trial, name: &str) -> DerivedOutcome {
    let item = trial.outcomes.iter().find(|outcome| outcome.item.is_some());
    let time_unit = item.map(|outcome| outcome.time_unit).unwrap_or_default();
    let outcome = Outcome { name: name.to_owned(), item: None, unit: None, time_unit, visits: Vec::new() };
    DerivedOutcome { outcome, n_prorated: 0 }
}

fn visit(form: &Form, score: DerivedScore) -> Visit {
    Visit { subject: form.subject, time_months: form.time_months, value: score.value, source: form.source }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::trial::alsfrs::Item;
    use crate::trial::{SourceRow, Subject, TimeUnit};

    /// A trial of forms: subject, month, the twelve items (5 as 5a), 5b.
    pub type Filled = (usize, f64, [Option<f64>; 12], Option<f64>);

    pub fn trial_of(n_subjects: usize, forms: &[Filled]) -> Trial {
        let mut trial = Trial {
            subjects: (0..n_subjects).map(|i| Subject { id: format!("S{i}"), arm: Some(i % 2) }).collect(),
            ..Trial::default()
        };
        let items = (0..12).map(|place| if place == 4 { Item::FiveA } else { Item::Numbered(place) });
        for item in items.chain([Item::FiveB]) {
            let value = |form: &Filled| if item == Item::FiveB { form.3 } else { form.2[item.place()] };
            let visits = forms.iter().filter_map(|form| {
                let source = SourceRow::default();
                Some(Visit { subject: form.0, time_months: form.1, value: value(form)?, source })
            });
            trial.outcomes.push(Outcome {
                name: format!("item_{}", item.label()),
                item: Some(item),
                unit: None,
                time_unit: TimeUnit::Months,
                visits: visits.collect(),
            });
        }
        trial
    }

    fn find<'d>(derived: &'d [DerivedOutcome], name: &str) -> Option<&'d DerivedOutcome> {
        derived.iter().find(|one| one.outcome.name == name)
    }

    fn values(derived: &[DerivedOutcome], name: &str) -> Vec<(usize, f64, f64)> {
        let visits = find(derived, name).into_iter().flat_map(|one| &one.outcome.visits);
        visits.map(|visit| (visit.subject, visit.time_months, visit.value)).collect()
    }

    #[test]
    fn items_at_one_time_make_scores() {
        let mut gap = [Some(3.0); 12];
        gap[1] = None;
        let mut tube = [Some(2.0); 12];
        tube[4] = None;
        let mut both = [Some(4.0); 12];
        both[4] = Some(4.0);
        let forms = [
            (0, 0.0, [Some(4.0); 12], None),
            (0, 3.0, gap, None),
            (1, 0.0, tube, Some(1.0)),
            (1, 3.0, both, Some(1.0)),
        ];
        let mut trial = trial_of(2, &forms);
        let strict = derive_outcomes(&trial, MissingItemRule::Strict);
        assert_eq!(strict.len(), 6);
        let bulbar = values(&strict, "alsfrs_r_bulbar");
        assert_eq!(bulbar, [(0, 0.0, 12.0), (1, 0.0, 6.0), (1, 3.0, 12.0)]);
        // 5b counts where it alone is filled in; where both are, there is no fine motor score.
        let fine = values(&strict, "alsfrs_r_fine_motor");
        assert_eq!(fine, [(0, 0.0, 12.0), (0, 3.0, 9.0), (1, 0.0, 5.0)]);
        let total = values(&strict, "alsfrs_r_total");
        assert_eq!(total, [(0, 0.0, 48.0), (1, 0.0, 23.0)]);

        let prorated = derive_outcomes(&trial, MissingItemRule::ProrateWithinDomain);
        let total = values(&prorated, "alsfrs_r_total");
        assert_eq!(total, [(0, 0.0, 48.0), (0, 3.0, 36.0), (1, 0.0, 23.0), (1, 3.0, 48.0)]);
        assert_eq!(find(&prorated, "alsfrs_r_total").map(|one| one.n_prorated), Some(2));

        // A recorded score stands.
        let recorded = find(&strict, "alsfrs_r_bulbar").unwrap().outcome.clone();
        trial.outcomes.push(recorded);
        assert!(find(&derive_outcomes(&trial, MissingItemRule::Strict), "alsfrs_r_bulbar").is_none());
        assert!(derive_outcomes(&Trial::default(), MissingItemRule::Strict).is_empty());
    }

    #[test]
    fn forms_say_which_item_five_is_filled_in() {
        let mut tube = [Some(2.0); 12];
        tube[4] = None;
        let forms = [
            (0, 0.0, [Some(4.0); 12], None),
            (1, 0.0, tube, Some(1.0)),
            (2, 0.0, [Some(4.0); 12], Some(1.0)),
            (3, 0.0, tube, None),
        ];
        let trial = trial_of(4, &forms);
        let found: Vec<_> = Forms::of(&trial).map(|form| (form.is_gastrostomy(), form.items[4])).collect();
        assert_eq!(found, [(Some(false), Some(4.0)), (Some(true), Some(1.0)), (None, None), (None, None)]);
    }
}
