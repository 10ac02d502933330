//! The table of pages. A browser test walks it.

use crate::analysis::Question;

/// Every page, in the order of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Data,
    Patients,
    Function,
    Mmrm,
    Lmm,
    Slope,
    Cafs,
    Staging,
    Biomarkers,
    Correlation,
    Survival,
    Cox,
    Competing,
    Landmark,
    Safety,
}

impl Page {
    pub const ALL: [Self; 15] = [
        Self::Data,
        Self::Patients,
        Self::Function,
        Self::Mmrm,
        Self::Lmm,
        Self::Slope,
        Self::Cafs,
        Self::Staging,
        Self::Biomarkers,
        Self::Correlation,
        Self::Survival,
        Self::Cox,
        Self::Competing,
        Self::Landmark,
        Self::Safety,
    ];

    /// As it stands in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Patients => "patients",
            Self::Function => "function",
            Self::Mmrm => "mmrm",
            Self::Lmm => "lmm",
            Self::Slope => "slope",
            Self::Cafs => "cafs",
            Self::Staging => "staging",
            Self::Biomarkers => "biomarkers",
            Self::Correlation => "correlation",
            Self::Survival => "survival",
            Self::Cox => "cox",
            Self::Competing => "competing",
            Self::Landmark => "landmark",
            Self::Safety => "safety",
        }
    }

    /// What the page answers.
    pub fn question(self) -> Option<Question> {
        Some(match self {
            Self::Data => return None,
            Self::Patients => Question::Patients,
            Self::Function => Question::Change,
            Self::Mmrm => Question::Mmrm,
            Self::Lmm => Question::Lmm,
            Self::Slope => Question::Slope,
            Self::Cafs => Question::Cafs,
            Self::Staging => Question::Staging,
            Self::Biomarkers => Question::Levels,
            Self::Correlation => Question::Correlation,
            Self::Survival => Question::Survival,
            Self::Cox => Question::Cox,
            Self::Competing => Question::Competing,
            Self::Landmark => Question::Landmark,
            Self::Safety => Question::Safety,
        })
    }

    /// Stands under another page in the navigation: another way to ask about the same outcome.
    pub fn is_under_another(self) -> bool {
        match self {
            Self::Mmrm
            | Self::Lmm
            | Self::Slope
            | Self::Cafs
            | Self::Staging
            | Self::Correlation
            | Self::Cox
            | Self::Competing
            | Self::Landmark => true,
            Self::Data | Self::Patients | Self::Function | Self::Biomarkers | Self::Survival | Self::Safety => false,
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Patients => "Patients",
            Self::Function => "Function",
            Self::Mmrm => "Repeated measures",
            Self::Lmm => "Slope model",
            Self::Slope => "Responders",
            Self::Cafs => "Joint rank",
            Self::Staging => "Stages",
            Self::Biomarkers => "Biomarkers",
            Self::Correlation => "Correlation",
            Self::Survival => "Survival",
            Self::Cox => "Hazard ratios",
            Self::Competing => "Competing events",
            Self::Landmark => "Landmark",
            Self::Safety => "Safety",
        }
    }
}

/// `#demo/function`: the demo trial and a page; `#survival`: a page; anything else: the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Route {
    pub is_demo: bool,
    pub page: Option<Page>,
}

impl Route {
    pub fn parse(hash: &str) -> Self {
        let mut parts = hash.trim_start_matches('/').split('/');
        let mut first = parts.next().unwrap_or_default();
        let is_demo = first == "demo";
        if is_demo {
            first = parts.next().unwrap_or_default();
        }
        Self { is_demo, page: Page::ALL.into_iter().find(|page| page.key() == first) }
    }

    pub fn hash(self) -> String {
        let page = self.page.map(Page::key).unwrap_or_default();
        match (self.is_demo, page) {
            (true, "") => "demo".to_owned(),
            (true, page) => format!("demo/{page}"),
            (false, page) => page.to_owned(),
        }
    }
}
