use super::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::cafs::{CafsDetail, CafsPlan};
use crate::analysis::{Answer, Plan};

pub struct CafsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub cafs: &'a CafsPlan,
    pub answer: &'a Answer,
    pub detail: &'a CafsDetail,
}

impl CafsView<'_> {
    pub fn page(&self) -> ResultPage {
        let _ = (self.overview, self.plan, self.cafs, self.answer, self.detail);
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
