//! The ALSFRS-R: twelve items of 0 to 4, total 0 to 48, higher is better.

/// Name of the outcome that the twelve items add up to.
pub const TOTAL: &str = "alsfrs_r_total";
pub const TOTAL_MAX: f64 = 48.0;
pub const ITEM_MAX: f64 = 4.0;

/// The twelve items in the order of the form. Item 5 is 5a (no gastrostomy) or 5b (gastrostomy).
pub const ITEM_LABELS: [&str; 12] = [
    "Speech",
    "Salivation",
    "Swallowing",
    "Handwriting",
    "Cutting food",
    "Dressing and hygiene",
    "Turning in bed",
    "Walking",
    "Climbing stairs",
    "Dyspnoea",
    "Orthopnoea",
    "Respiratory insufficiency",
];

/// Which item a column is, if its name says so: `alsfrs_r_10_dyspnoea`, `alsfrs_item_3`, `q4_handwriting`, `alsfrs_r_5a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// 0-based: item 1 is `Numbered(0)`. Never 4 (item 5), which has two forms.
    Numbered(usize),
    FiveA,
    FiveB,
}

impl Item {
    /// Place on the form, 0 to 11; 5a and 5b share place 4.
    pub fn place(self) -> usize {
        match self {
            Self::Numbered(place) => place,
            Self::FiveA | Self::FiveB => 4,
        }
    }

    /// `3`, `5a`, `5b`; `5` is 5a.
    pub fn parse_label(label: &str) -> Option<Self> {
        match label.to_ascii_lowercase().as_str() {
            "5a" | "5" => Some(Self::FiveA),
            "5b" => Some(Self::FiveB),
            other => {
                let number: usize = other.parse().ok()?;
                (1..=12).contains(&number).then(|| Self::Numbered(number - 1))
            }
        }
    }

    /// The inverse of [`Self::parse_label`].
    pub fn label(self) -> String {
        match self {
            Self::Numbered(place) => (place + 1).to_string(),
            Self::FiveA => "5a".into(),
            Self::FiveB => "5b".into(),
        }
    }

    /// `column` in lower snake case. The original scale's tenth item is no item of the revised one.
    pub fn parse_column(column: &str) -> Option<Self> {
        let rest = ["alsfrs_r_item_", "alsfrsr_item_", "alsfrs_item_", "alsfrs_r_", "alsfrsr_", "item_", "item", "q"]
            .iter()
            .find_map(|prefix| column.strip_prefix(prefix))?;
        let mut words = rest.split('_');
        let item = Self::parse_label(words.next()?)?;
        let is_original = item == Self::Numbered(9) && words.next().is_some_and(|word| word.starts_with("respir"));
        (!is_original).then_some(item)
    }

    /// The item that a text names, in the words of the instrument: `Speech`, `ALSFRS-R: Turning in bed`. Item 5 is 5a
    /// unless the text speaks of a gastrostomy.
    pub fn parse_text(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let has = |word: &str| text.contains(word);
        if has("total") || has("score sum") {
            return None;
        }
        let words: [(&str, usize); 15] = [
            ("speech", 0),
            ("salivation", 1),
            ("swallow", 2),
            ("handwriting", 3),
            ("dressing", 5),
            ("hygiene", 5),
            ("turning", 6),
            ("walking", 7),
            ("climbing", 8),
            ("stairs", 8),
            ("dyspn", 9),
            ("orthopn", 10),
            ("respiratory insuff", 11),
            ("ventilat", 11),
            ("adjusting bed", 6),
        ];
        if has("cutting") || has("fastener") || has("utensil") {
            let with_tube = (has("gastrostomy") && !has("without") && !has("no gastrostomy")) || has("fastener");
            return Some(if with_tube { Self::FiveB } else { Self::FiveA });
        }
        words.iter().find(|(word, _)| has(word)).map(|(_, place)| Self::Numbered(*place))
    }
}

/// The total of one visit by the strict rule: twelve items, exactly one of 5a and 5b; otherwise there is no total.
pub fn derive_total(items: &[Option<f64>; 12]) -> Option<f64> {
    items.iter().copied().try_fold(0.0, |sum, item| item.map(|score| sum + score))
}

/// A part of the scale that is scored for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Items 1 to 3, 0 to 12.
    Bulbar,
    /// Items 4 to 6, 0 to 12.
    FineMotor,
    /// Items 7 to 9, 0 to 12.
    GrossMotor,
    /// Items 10 to 12, 0 to 12.
    Respiratory,
    /// Fine and gross motor together, items 4 to 9, 0 to 24.
    Motor,
}

impl Domain {
    /// The four domains, whose scores add up to the total.
    pub const FOUR: [Self; 4] = [Self::Bulbar, Self::FineMotor, Self::GrossMotor, Self::Respiratory];
    /// The three-domain variant, whose scores add up to the total as well.
    pub const THREE: [Self; 3] = [Self::Bulbar, Self::Motor, Self::Respiratory];

    /// Places on the form, 0 to 11.
    pub fn places(self) -> std::ops::Range<usize> {
        match self {
            Self::Bulbar => 0..3,
            Self::FineMotor => 3..6,
            Self::GrossMotor => 6..9,
            Self::Respiratory => 9..12,
            Self::Motor => 3..9,
        }
    }

    pub fn max(self) -> f64 {
        self.places().len() as f64 * ITEM_MAX
    }

    /// Name of the outcome that holds its scores.
    pub fn outcome_name(self) -> &'static str {
        match self {
            Self::Bulbar => "alsfrs_r_bulbar",
            Self::FineMotor => "alsfrs_r_fine_motor",
            Self::GrossMotor => "alsfrs_r_gross_motor",
            Self::Respiratory => "alsfrs_r_respiratory",
            Self::Motor => "alsfrs_r_motor",
        }
    }
}

/// What a missing item does to a sum. No published rule for proration is known; strict is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingItemRule {
    /// A missing item leaves no score.
    #[default]
    Strict,
    /// One missing item of the three of a domain is taken for the mean of the other two; two leave no score.
    ProrateWithinDomain,
}

/// A sum of items, and whether it rests on items that were not scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DerivedScore {
    pub value: f64,
    pub is_prorated: bool,
}

/// The score of one domain at one visit. Motor is the sum of its two halves, each under the rule.
pub fn derive_domain_score(items: &[Option<f64>; 12], domain: Domain, rule: MissingItemRule) -> Option<DerivedScore> {
    let mut score = DerivedScore { value: 0.0, is_prorated: false };
    for three in items.get(domain.places())?.chunks(3) {
        let present = three.iter().flatten().count();
        let sum: f64 = three.iter().flatten().sum();
        match (3 - present, rule) {
            (0, _) => score.value += sum,
            (1, MissingItemRule::ProrateWithinDomain) => {
                score.value += sum / 2.0 * 3.0;
                score.is_prorated = true;
            }
            _ => return None,
        }
    }
    Some(score)
}

/// The total of one visit: the four domains, each under the rule.
pub fn derive_total_under(items: &[Option<f64>; 12], rule: MissingItemRule) -> Option<DerivedScore> {
    Domain::FOUR.iter().try_fold(DerivedScore { value: 0.0, is_prorated: false }, |total, domain| {
        let score = derive_domain_score(items, *domain, rule)?;
        Some(DerivedScore { value: total.value + score.value, is_prorated: total.is_prorated || score.is_prorated })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_missing_item_of_a_domain_can_be_prorated_and_two_cannot() {
        let mut items: [Option<f64>; 12] = std::array::from_fn(|place| Some((place % 4) as f64));
        // 0 1 2 | 3 0 1 | 2 3 0 | 1 2 3
        let strict = |items: &[Option<f64>; 12], domain| {
            derive_domain_score(items, domain, MissingItemRule::Strict).map(|score| score.value)
        };
        assert_eq!(Domain::FOUR.map(|domain| strict(&items, domain)), [Some(3.0), Some(4.0), Some(5.0), Some(6.0)]);
        assert_eq!(Domain::THREE.map(|domain| strict(&items, domain)), [Some(3.0), Some(9.0), Some(6.0)]);
        assert_eq!(derive_total_under(&items, MissingItemRule::Strict).map(|score| score.value), derive_total(&items));
        items[0] = None;
        items[8] = None;
        assert_eq!(strict(&items, Domain::Bulbar), None);
        assert_eq!(strict(&items, Domain::Motor), None);
        let prorated = |domain| derive_domain_score(&items, domain, MissingItemRule::ProrateWithinDomain);
        assert_eq!(prorated(Domain::Bulbar), Some(DerivedScore { value: 4.5, is_prorated: true }));
        assert_eq!(prorated(Domain::Motor), Some(DerivedScore { value: 11.5, is_prorated: true }));
        assert_eq!(prorated(Domain::Respiratory), Some(DerivedScore { value: 6.0, is_prorated: false }));
        let total = derive_total_under(&items, MissingItemRule::ProrateWithinDomain);
        assert_eq!(total, Some(DerivedScore { value: 22.0, is_prorated: true }));
        items[1] = None;
        assert_eq!(derive_total_under(&items, MissingItemRule::ProrateWithinDomain), None);
        assert_eq!((Domain::Motor.max(), Domain::Bulbar.max()), (24.0, 12.0));
    }

    #[test]
    fn columns_name_their_item() {
        assert_eq!(Item::parse_column("alsfrs_r_10_dyspnoea"), Some(Item::Numbered(9)));
        assert_eq!(Item::parse_column("alsfrs_r_5a_cutting"), Some(Item::FiveA));
        assert_eq!(Item::parse_column("alsfrs_item_5b"), Some(Item::FiveB));
        assert_eq!(Item::parse_column("q4_handwriting"), Some(Item::Numbered(3)));
        assert_eq!(Item::parse_column("alsfrs_r_total"), None);
        assert_eq!(Item::parse_column("alsfrs_r_13"), None);
        assert_eq!(Item::parse_column("quality"), None);
    }

    #[test]
    fn a_missing_item_leaves_no_total() {
        let mut items = [Some(3.0); 12];
        assert_eq!(derive_total(&items), Some(36.0));
        items[7] = None;
        assert_eq!(derive_total(&items), None);
    }
}
