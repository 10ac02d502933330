//! Doubts about an event and its time as sentences.

use super::label::joined;
use super::number::{format_p_equation, format_significant, plural};
use crate::analysis::TimeNote;
use crate::trial::TimeUnit;

pub fn time_sentence(note: &TimeNote, _unit: TimeUnit) -> String {
    match note {
        TimeNote::WithoutArm { subjects } => format!(
            "{subjects} {} follow-up but no arm, and {} in no curve.",
            plural(*subjects, "person has", "people have"),
            plural(*subjects, "is", "are")
        ),
        TimeNote::WithoutFollowUp { subjects } => format!(
            "{} of the analysis {} no row that says how long {} followed.",
            people(*subjects),
            if *subjects == 1 { "has" } else { "have" },
            if *subjects == 1 { "it was" } else { "they were" }
        ),
        TimeNote::WithoutOrigin { arm, column, subjects } => format!(
            "{} in {arm} without a number in {column}, from which time counts, {} left out.",
            people(*subjects),
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::NoTimeAtRisk { arm, subjects } => format!(
            "{} in {arm} {} left out: the event or the last contact came at or before the moment from which time at risk counts.",
            people(*subjects),
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::FlagDoubtful { events, subjects } => format!(
            "{events} of {subjects} people are counted as events, most of them at the very end of follow-up, and those without come earlier. That is how people look who were last seen alive: the flag may mean the opposite. Check it against the paper’s count; “The flag means the opposite” turns it round."
        ),
        TimeNote::MonotoneLikelihood { column, has_firth } => format!(
            "No finite hazard ratio of {column} fits best: at each event the one who has it is the highest, or the lowest, of all at risk, as when nobody of an arm has the event. The limits are by the profile of the likelihood, one side open, and p-values by the likelihood ratio.{}",
            if *has_firth {
                " With Firth’s penalty there is a finite ratio: its row stands in the table of other choices."
            } else {
                ""
            }
        ),
        TimeNote::FewEventsPerParameter { events, parameters } => format!(
            "{events} events for {parameters} columns of the model, {} for each: with fewer than 10, hazard ratios lie too far from 1 and intervals do not hold what they promise. Adjust for less, or use Firth’s penalty.",
            format_significant(*events as f64 / (*parameters).max(1) as f64, 2)
        ),
        TimeNote::HazardsNotProportional { term, is_arm, p_value } => {
            let p = format_p_equation(*p_value);
            if *is_arm {
                format!(
                    "The hazard ratio between the arms changes with time ({p}): the one number is a mean over the time seen, and with other censoring it would be another. Curves may even cross. See how it changes below, and the restricted mean survival time, which takes no ratio for constant."
                )
            } else {
                format!(
                    "The hazard ratio of {term} changes with time ({p}). The arms’ ratio is adjusted for a mean of it; taken as strata it needs no ratio."
                )
            }
        }
        TimeNote::FewClusters { column, clusters } => format!(
            "Robust standard errors by {column} rest on {clusters} groups: with fewer than some 40 they are too small."
        ),
        TimeNote::StrataOfOneArm { strata, of, people } => format!(
            "In {strata} of {of} strata only one arm has people; {} tell nothing about the arms.",
            match people {
                1 => "the 1 person in them".to_owned(),
                _ => format!("the {people} people in them"),
            }
        ),
        TimeNote::SubgroupUnknown { column, subjects } => format!(
            "{} of the model {} no {column} and {} in no subgroup of it.",
            people(*subjects),
            if *subjects == 1 { "has" } else { "have" },
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::SubgroupsUndeclared { columns } => format!(
            "Subgroups by {} are not declared in the protocol: look at them as questions for the next trial, not as answers of this one.",
            joined(columns)
        ),
        TimeNote::SubgroupTests { tests, expected_by_chance } => format!(
            "{tests} interactions are tested; if the treatment worked alike in everybody, chance alone would make {} of them significant at 0.05 on average. No p-value is adjusted.",
            format_significant(*expected_by_chance, 2)
        ),
        TimeNote::PatientDecides { group, decisive, of } => format!(
            "The answer for {group} hangs on single people: without any one of {decisive} of the {of} left out in turn the interval says the opposite about no difference."
        ),
    }
}

fn people(count: usize) -> String {
    format!("{count} {}", plural(count, "person", "people"))
}
