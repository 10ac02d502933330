use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::patients::{PatientsDetail, PatientsPlan};
use crate::analysis::{Answer, Plan};

pub struct PatientsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub patients: &'a PatientsPlan,
    pub answer: &'a Answer,
    pub detail: &'a PatientsDetail,
}

impl PatientsView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.patients, self.answer, self.detail);
        ResultPage {
            kicker: String::new(),
            headline: vec![Phrase::plain("")],
            subline: String::new(),
            figures: Vec::new(),
            tables: Vec::new(),
            doubts: Vec::new(),
            method: Vec::new(),
        }
    }
}
