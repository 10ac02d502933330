use super::Overview;
use super::page::ResultPage;
use crate::analysis::safety::{SafetyDetail, SafetyPlan};
use crate::analysis::{Answer, Plan};

pub struct SafetyView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub safety: &'a SafetyPlan,
    pub answer: &'a Answer,
    pub detail: &'a SafetyDetail,
}

impl SafetyView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.safety, self.answer, self.detail);
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
