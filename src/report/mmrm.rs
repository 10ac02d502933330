use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::mmrm::{MmrmDetail, MmrmPlan};
use crate::analysis::{Answer, Plan};

pub struct MmrmView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub mmrm: &'a MmrmPlan,
    pub answer: &'a Answer,
    pub detail: &'a MmrmDetail,
}

impl MmrmView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.mmrm, self.answer, self.detail);
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
