use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::staging::{StagingDetail, StagingPlan};
use crate::analysis::{Answer, Plan};

pub struct StagingView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub staging: &'a StagingPlan,
    pub answer: &'a Answer,
    pub detail: &'a StagingDetail,
}

impl StagingView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.staging, self.answer, self.detail);
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
