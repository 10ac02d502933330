use super::Overview;
use super::page::ResultPage;
use crate::analysis::landmark::{LandmarkDetail, LandmarkPlan};
use crate::analysis::{Answer, Plan};

pub struct LandmarkView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub landmark: &'a LandmarkPlan,
    pub answer: &'a Answer,
    pub detail: &'a LandmarkDetail,
}

impl LandmarkView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.landmark, self.answer, self.detail);
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
