use super::Overview;
use super::page::ResultPage;
use crate::analysis::competing::{CompetingDetail, CompetingPlan};
use crate::analysis::{Answer, Plan};

pub struct CompetingView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub competing: &'a CompetingPlan,
    pub answer: &'a Answer,
    pub detail: &'a CompetingDetail,
}

impl CompetingView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.competing, self.answer, self.detail);
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
