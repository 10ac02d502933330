//! The Biomarkers page: levels and changes.

use super::overview::Overview;
use super::page::{Phrase, ResultPage};
use crate::analysis::levels::{LevelsDetail, LevelsPlan};
use crate::analysis::{Answer, Plan};

pub struct LevelsView<'a> {
    pub overview: &'a Overview,
    pub plan: &'a Plan,
    pub asked: &'a LevelsPlan,
    pub answer: &'a Answer,
    pub detail: &'a LevelsDetail,
}

impl LevelsView<'_> {
    pub fn page(&self) -> ResultPage {
        ResultPage {
            kicker: "Biomarkers · levels and changes".to_owned(),
            headline: vec![Phrase::plain("")],
            subline: String::new(),
            figures: Vec::new(),
            tables: Vec::new(),
            doubts: Vec::new(),
            method: Vec::new(),
        }
    }
}
