//! Doubts about analytes as sentences.

use super::label::joined;
use super::number::{format_count, format_fixed, format_p_equation, format_significant, plural};
use crate::analysis::BiomarkerNote;

pub fn biomarker_sentence(note: &BiomarkerNote) -> String {
    match note {
        BiomarkerNote::Family { tests, expected_by_chance } => format!(
            "{tests} tests are judged together; with no effect at all chance alone would give {} without adjustment. Each other analyte, month or method that was looked at and not counted here adds to that.",
            format_significant(*expected_by_chance, 2)
        ),
        BiomarkerNote::OneSignificant { clear, unclear, p_value } => format!(
            "The correlation is significant in {clear} and not in {unclear}. That is no evidence that the two differ: their difference has {}.",
            format_p_equation(*p_value)
        ),
        BiomarkerNote::SamplesWithoutArm { subjects } => format!(
            "{subjects} {} in no arm and {} left out of the comparison of arms.",
            plural(*subjects, "person is", "people are"),
            plural(*subjects, "is", "are")
        ),
        BiomarkerNote::LimitRulesDisagree { analyte, group, excludes, includes } => format!(
            "{analyte}, {group}: what stands for values beyond the limit decides. A difference shows with {}; none with {}.",
            joined(excludes),
            joined(includes)
        ),
        BiomarkerNote::SeveralLimits { analyte, limits } => {
            let limits: Vec<String> = limits.iter().map(|limit| format_significant(*limit, 3)).collect();
            format!(
                "{analyte} has several lower limits ({}): values between them are not comparable as they stand.",
                joined(&limits)
            )
        }
        BiomarkerNote::MostlyBelowLimit { analyte, share } => format!(
            "{analyte}: up to {}% of an arm lies below the limit. It is told as detected or not; means and ratios rest on what was put in the place of the rest.",
            format_fixed(100.0 * share, 0)
        ),
        BiomarkerNote::CorrelationRulesDisagree { x, y, group, excludes, includes } => format!(
            "{x} and {y}, {}: what stands for values beyond the limit decides. A correlation shows with {}; none with {}.",
            if group == "all" { "everyone" } else { group },
            joined(excludes),
            joined(includes)
        ),
        BiomarkerNote::MatrixGaps { pairs } => {
            format!("{pairs} pairs of the matrix have too few people or no variation; their places are empty.")
        }
        BiomarkerNote::MaxTNotAsked { permutations } => format!(
            "p-values by permutation (max-T) are left out: {} permutations of so many people take long here. Ask for them in the settings.",
            format_count(*permutations)
        ),
        BiomarkerNote::MaxTNotFinished { permutations } => format!(
            "p-values by permutation (max-T) are missing: the {} permutations are still being counted, or were stopped.",
            format_count(*permutations)
        ),
        BiomarkerNote::PooledArms { group, within, p_value } => format!(
            "{} are of all arms, and what a treatment moves in both measurements makes a correlation by itself. With the arm held fixed it is {} ({}).",
            if group == "all" { "These people" } else { "The responders" },
            format_fixed(*within, 2),
            format_p_equation(*p_value)
        ),
        BiomarkerNote::RanksAlone { method } => format!(
            "What lies below a limit is tied at the lowest rank, and ranks alone can be compared: the tests are Mann-Whitney’s, not the {method} of the settings."
        ),
        BiomarkerNote::PartialScores { set, people, of } => format!(
            "{people} of {of} scores of “{set}” rest on some of its analytes only: the others were not measured in these people at both times."
        ),
        BiomarkerNote::NotInComposite { set, analytes } => format!(
            "{} {} no part in the score of “{set}”: there are no changes, or all are the same.",
            joined(analytes),
            plural(analytes.len(), "has", "have")
        ),
    }
}
