//! Clinical stages from the items of one ALSFRS-R form. A stage is absent unless the items that are there decide it.

/// King's stage. The order is that of the disease; 4A and 4B are not ordered among themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KingsStage {
    /// No region is affected by the items that count; some authors call it 1.
    Unstaged,
    One,
    Two,
    Three,
    /// Gastrostomy.
    FourA,
    /// Breathing is supported or failing.
    FourB,
    FourBoth,
    Death,
}

impl KingsStage {
    pub const ALL: [Self; 8] =
        [Self::Unstaged, Self::One, Self::Two, Self::Three, Self::FourA, Self::FourB, Self::FourBoth, Self::Death];

    /// 0 to 5.
    pub fn number(self) -> u8 {
        match self {
            Self::Unstaged => 0,
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
            Self::FourA | Self::FourB | Self::FourBoth => 4,
            Self::Death => 5,
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Unstaged => "0/unstaged",
            Self::One => "1",
            Self::Two => "2",
            Self::Three => "3",
            Self::FourA => "4A",
            Self::FourB => "4B",
            Self::FourBoth => "4A and 4B",
            Self::Death => "5",
        }
    }
}

/// MiToS stage: domains in which independence is lost, or death.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MitosStage {
    Zero,
    One,
    Two,
    Three,
    Four,
    Death,
}

impl MitosStage {
    pub const ALL: [Self; 6] = [Self::Zero, Self::One, Self::Two, Self::Three, Self::Four, Self::Death];

    /// 0 to 5.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// King's stage of a form (Balendra et al., Amyotrophic Lateral Sclerosis and Frontotemporal Degeneration, 2014, doi
/// 10.3109/21678421.2014.897357), as two programs of others code it.
///
/// 4A: gastrostomy. 4B: item 10 = 0 or item 12 < 4. Otherwise the number of regions affected: bulbar (an item of 1 to 3
/// below 4), arm (item 4 or 5 below 4), leg (item 8 below 4). None affected is 0, though other items may be below 4.
///
/// Missing: a region or 4B is known as soon as one of its items says yes, or all say no. Stage 4 is known when either
/// half says yes (the half that is not known counts as no); stages 0 to 3 need everything.
pub fn derive_kings_stage(items: &[Option<f64>; 12], is_gastrostomy: Option<bool>) -> Option<KingsStage> {
    let [q1, q2, q3, q4, q5, _, _, q8, _, q10, _, q12] = *items;
    let breathing = or(at_most(q10, 0.0), below_four(q12));
    match (is_gastrostomy, breathing) {
        (Some(true), Some(true)) => return Some(KingsStage::FourBoth),
        (Some(true), _) => return Some(KingsStage::FourA),
        (_, Some(true)) => return Some(KingsStage::FourB),
        (Some(false), Some(false)) => {}
        (None, _) | (_, None) => return None,
    }
    let bulbar = or(or(below_four(q1), below_four(q2)), below_four(q3))?;
    let arm = or(below_four(q4), below_four(q5))?;
    let leg = below_four(q8)?;
    Some(match u8::from(bulbar) + u8::from(arm) + u8::from(leg) {
        0 => KingsStage::Unstaged,
        1 => KingsStage::One,
        2 => KingsStage::Two,
        _ => KingsStage::Three,
    })
}

/// MiToS stage of a form (Chio et al., Journal of Neurology, Neurosurgery and Psychiatry 86:38-44, 2015).
///
/// Lost: movement, item 8 <= 1 or item 6 <= 1; swallowing, item 3 <= 1; communicating, item 1 <= 1 *and* item 4 <= 1;
/// breathing, item 10 <= 1 or item 12 <= 2. The stage is the number lost.
///
/// Missing: a domain is known as soon as the items that are there decide it; with a domain not known there is no stage.
pub fn derive_mitos_stage(items: &[Option<f64>; 12]) -> Option<MitosStage> {
    let [q1, _, q3, q4, _, q6, _, q8, _, q10, _, q12] = *items;
    let movement = or(at_most(q8, 1.0), at_most(q6, 1.0))?;
    let swallowing = at_most(q3, 1.0)?;
    let communicating = and(at_most(q1, 1.0), at_most(q4, 1.0))?;
    let breathing = or(at_most(q10, 1.0), at_most(q12, 2.0))?;
    let lost = [movement, swallowing, communicating, breathing].into_iter().filter(|is_lost| *is_lost).count();
    MitosStage::ALL.get(lost).copied()
}

fn at_most(score: Option<f64>, bound: f64) -> Option<bool> {
    score.map(|score| score <= bound)
}

fn below_four(score: Option<f64>) -> Option<bool> {
    score.map(|score| score < 4.0)
}

/// A yes decides, whatever the other is.
fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        (None, _) | (_, None) => None,
    }
}

/// A no decides.
fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    or(a.map(|a| !a), b.map(|b| !b)).map(|is_no| !is_no)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All 4 but these items, by their number on the form.
    fn form(changed: &[(usize, Option<f64>)]) -> [Option<f64>; 12] {
        let mut items = [Some(4.0); 12];
        for (number, score) in changed {
            items[number - 1] = *score;
        }
        items
    }

    fn scores(changed: &[(usize, f64)]) -> [Option<f64>; 12] {
        form(&changed.iter().map(|(number, score)| (*number, Some(*score))).collect::<Vec<_>>())
    }

    #[test]
    fn mitos_counts_lost_domains() {
        let stage = |changed: &[(usize, f64)]| derive_mitos_stage(&scores(changed)).map(MitosStage::number);
        assert_eq!(stage(&[]), Some(0));
        // Speech alone: communicating needs handwriting as well.
        assert_eq!(stage(&[(1, 1.0), (4, 4.0)]), Some(0));
        assert_eq!(stage(&[(1, 1.0), (4, 1.0)]), Some(1));
        assert_eq!(stage(&[(12, 2.0)]), Some(1));
        assert_eq!(stage(&[(12, 3.0)]), Some(0));
        assert_eq!(stage(&[(10, 1.0)]), Some(1));
        assert_eq!(stage(&[(6, 1.0), (3, 0.0)]), Some(2));
        assert_eq!(stage(&[(8, 1.0), (3, 1.0), (1, 0.0), (4, 0.0), (12, 0.0)]), Some(4));
    }

    #[test]
    fn mitos_with_missing_items() {
        let stage = |changed: &[(usize, Option<f64>)]| derive_mitos_stage(&form(changed)).map(MitosStage::number);
        assert_eq!(stage(&[(8, None), (6, Some(1.0))]), Some(1));
        assert_eq!(stage(&[(8, None)]), None);
        assert_eq!(stage(&[(3, None)]), None);
        assert_eq!(stage(&[(1, None)]), Some(0)); // handwriting is kept, so communicating is
        assert_eq!(stage(&[(1, None), (4, Some(1.0))]), None);
        assert_eq!(stage(&[(2, None), (5, None), (7, None), (9, None), (11, None)]), Some(0));
    }

    #[test]
    fn kings_counts_regions_and_four_comes_first() {
        let stage = |changed: &[(usize, f64)]| derive_kings_stage(&scores(changed), Some(false));
        assert_eq!(stage(&[]), Some(KingsStage::Unstaged));
        assert_eq!(stage(&[(1, 3.0)]), Some(KingsStage::One));
        assert_eq!(stage(&[(5, 3.0), (8, 0.0)]), Some(KingsStage::Two));
        assert_eq!(stage(&[(1, 3.0), (4, 3.0), (8, 3.0)]), Some(KingsStage::Three));
        assert_eq!(stage(&[(12, 3.0)]), Some(KingsStage::FourB));
        assert_eq!(stage(&[(10, 0.0)]), Some(KingsStage::FourB));
        assert_eq!(stage(&[(10, 1.0)]), Some(KingsStage::Unstaged));
        assert_eq!(stage(&[(6, 0.0), (7, 0.0), (9, 0.0), (11, 0.0)]), Some(KingsStage::Unstaged));
        assert_eq!(derive_kings_stage(&scores(&[]), Some(true)), Some(KingsStage::FourA));
        assert_eq!(derive_kings_stage(&scores(&[(12, 0.0)]), Some(true)), Some(KingsStage::FourBoth));
        assert!(KingsStage::ALL.windows(2).all(|two| two[0].number() <= two[1].number()));
    }

    #[test]
    fn kings_with_missing_items() {
        let stage = |changed: &[(usize, Option<f64>)]| derive_kings_stage(&form(changed), Some(false));
        assert_eq!(stage(&[(1, None), (2, Some(3.0))]), Some(KingsStage::One));
        assert_eq!(stage(&[(1, None)]), None);
        assert_eq!(stage(&[(8, None)]), None);
        assert_eq!(stage(&[(10, None)]), None);
        assert_eq!(stage(&[(10, None), (12, Some(2.0))]), Some(KingsStage::FourB));
        assert_eq!(stage(&[(6, None), (7, None), (9, None), (11, None)]), Some(KingsStage::Unstaged));
        assert_eq!(derive_kings_stage(&[None; 12], Some(true)), Some(KingsStage::FourA));
        assert_eq!(derive_kings_stage(&[Some(4.0); 12], None), None);
        assert_eq!(derive_kings_stage(&scores(&[(12, 1.0)]), None), Some(KingsStage::FourB));
    }
}
