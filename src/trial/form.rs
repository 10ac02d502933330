use super::alsfrs::Item;
use super::{Outcome, SourceRow, Trial, Visit};

/// The ALSFRS-R of one subject at one time, with the items that were scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form {
    pub subject: usize,
    pub time_months: f64,
    /// In the order of the form. Item 5 is the one of 5a and 5b that is filled in; where both are, it is not known.
    pub items: [Option<f64>; 12],
    /// Cutting food without gastrostomy; a file's plain item 5 as well.
    pub five_a: Option<f64>,
    /// The same with gastrostomy.
    pub five_b: Option<f64>,
    pub source: SourceRow,
}

impl Form {
    /// Whether food comes by a gastrostomy, as the filled-in one of 5a and 5b says. A file with a plain item 5 always
    /// says no.
    pub fn is_gastrostomy(&self) -> Option<bool> {
        match (self.five_a, self.five_b) {
            (None, Some(_)) => Some(true),
            (Some(_), None) => Some(false),
            (None, None) | (Some(_), Some(_)) => None,
        }
    }
}

/// The forms of a trial, by subject, then time. The items' visits are sorted alike, so that a step along all of them is
/// enough.
pub struct Forms<'t> {
    items: Vec<(Item, &'t [Visit])>,
}

impl<'t> Forms<'t> {
    pub fn of(trial: &'t Trial) -> Self {
        let visits = |outcome: &'t Outcome| Some((outcome.item?, outcome.visits.as_slice()));
        Self { items: trial.outcomes.iter().filter_map(visits).collect() }
    }
}

impl Iterator for Forms<'_> {
    type Item = Form;

    fn next(&mut self) -> Option<Form> {
        let first = self
            .items
            .iter()
            .filter_map(|(_, visits)| visits.first())
            .min_by(|a, b| a.subject.cmp(&b.subject).then(a.time_months.total_cmp(&b.time_months)))?;
        let Visit { subject, time_months, source, .. } = *first;
        let mut form = Form { subject, time_months, items: [None; 12], five_a: None, five_b: None, source };
        for (item, visits) in &mut self.items {
            let Some((visit, rest)) = visits.split_first() else { continue };
            if (visit.subject, visit.time_months) != (subject, time_months) {
                continue;
            }
            let slot = match item {
                Item::FiveA => Some(&mut form.five_a),
                Item::FiveB => Some(&mut form.five_b),
                Item::Numbered(place) => form.items.get_mut(*place),
            };
            if let Some(slot) = slot {
                slot.get_or_insert(visit.value);
            }
            *visits = rest;
        }
        if let Some(slot) = form.items.get_mut(4) {
            *slot = if form.five_a.is_some() && form.five_b.is_some() { None } else { form.five_a.or(form.five_b) };
        }
        Some(form)
    }
}
