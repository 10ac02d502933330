use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::slope::{SlopeDetail, SlopePlan};
use crate::analysis::{Answer, Plan};

pub struct SlopeView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub slope: &'a SlopePlan,
    pub answer: &'a Answer,
    pub detail: &'a SlopeDetail,
}

impl SlopeView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.slope, self.answer, self.detail);
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
