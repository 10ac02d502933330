use super::Overview;
use super::page::ResultPage;
use crate::analysis::cox::{CoxDetail, CoxPlan};
use crate::analysis::{Answer, Plan};

pub struct CoxView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub cox: &'a CoxPlan,
    pub answer: &'a Answer,
    pub detail: &'a CoxDetail,
}

impl CoxView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.cox, self.answer, self.detail);
        ResultPage {
            kicker: String::new(),
            headline: Vec::new(),
            subline: String::new(),
            figures: Vec::new(),
            tables: Vec::new(),
            doubts: Vec::new(),
            method: Vec::new(),
        }
    }
}
