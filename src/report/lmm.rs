use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::lmm::{LmmDetail, LmmPlan};
use crate::analysis::{Answer, Plan};

pub struct LmmView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub lmm: &'a LmmPlan,
    pub answer: &'a Answer,
    pub detail: &'a LmmDetail,
}

impl LmmView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.lmm, self.answer, self.detail);
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
