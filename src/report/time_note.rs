//! Doubts about an event and its time as sentences.

use super::label::{joined, month_phrase, outcome_label};
use super::number::{format_fixed, format_p_equation, format_signed, format_significant, plural};
use crate::analysis::TimeNote;
use crate::trial::TimeUnit;

pub fn time_sentence(note: &TimeNote, unit: TimeUnit) -> String {
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
        TimeNote::OriginNotUsed { column } => format!(
            "Time counts from the landmark, a month of the visits: {} plays no part here.",
            outcome_label(column)
        ),
        TimeNote::ImmortalTime { hazard_ratio, naive_hazard_ratio, share } => {
            let share = share.map_or_else(String::new, |share| {
                format!(" ({}% of the responders’ follow-up here)", format_fixed(100.0 * share, 0))
            });
            let ratios = match (hazard_ratio, naive_hazard_ratio) {
                (Some(from_landmark), Some(naive)) => format!(
                    " Counted from the start, the hazard ratio is {}; from the landmark it is {}.",
                    format_significant(*naive, 3),
                    format_significant(*from_landmark, 3)
                ),
                _ => String::new(),
            };
            format!(
                "Immortal time: to respond one has to live until the response can be seen, so nobody can die first and be a responder. Counted from the start{share}, that time is a gift to the responders, and those who died early count among the others: responders then seem to live longer even if responding means nothing.{ratios} A report that compares responders from the start of treatment shows this, not the treatment."
            )
        }
        TimeNote::ResponseNotRandomised => "Who responds was not drawn by lot. Those whose decline slowed may have had the milder illness, and would have lived longer without treatment: a comparison of responders with others is no effect of the treatment, from the landmark either. That effect is arm against arm, everyone included (Survival).".to_owned(),
        TimeNote::JudgedAfterLandmark { subjects, latest_month } => format!(
            "{} judged at a visit after the landmark, the last at {}, and {} at risk from that visit on only. A landmark then or later has them all from its start.",
            plural_people(*subjects, "was", "were"),
            month_phrase(*latest_month, unit),
            if *subjects == 1 { "is" } else { "are" }
        ),
        TimeNote::LandmarkDecides { excludes, includes } => {
            let told = |months: &[f64]| joined(&months.iter().map(|month| month_phrase(*month, unit)).collect::<Vec<_>>());
            format!(
                "The choice of the landmark decides: the interval of the hazard ratio excludes 1 from {}, and not from {}.",
                told(excludes),
                told(includes)
            )
        }
        TimeNote::FewAtRisk { arm, month, at_risk } => format!(
            "From {} on the curve of {arm} rests on {} or fewer: what it does there may be one person’s fate. Read it with the numbers below.",
            month_phrase(*month, unit),
            people(*at_risk)
        ),
        TimeNote::ThinStart { arm, month, at_risk } => format!(
            "In {arm} only {} had come under observation by {}, when one of them had the event: with delayed entry such early steps are large and stay in the curve for good.",
            people(*at_risk),
            month_phrase(*month, unit)
        ),
        TimeNote::ArmWithoutEvents { arm, n } => format!(
            "None of the {n} people in {arm} had the event: its curve stays at 100%, and a hazard ratio has no finite estimate."
        ),
        TimeNote::CurvesCross { arm, control, month } => format!(
            "The curves of {arm} and {control} are apart in one direction and, from {} on, in the other. The log-rank test adds both up and may see neither, and one hazard ratio is a mean of both that depends on how long people were followed. Look at the curves, at the restricted means to several horizons, and at the survival at each month.",
            month_phrase(*month, unit)
        ),
        TimeNote::FollowUpDiffers { arm, median, control, control_median, p_value } => {
            let told = |median: &Option<f64>| {
                median.map_or_else(|| "not reached".to_owned(), |months| format!("{} {}", format_significant(unit.from_months(months), 3), unit.many()))
            };
            format!(
                "Follow-up differs between {arm} and {control} (median {} and {}, log-rank test of the censorings {}): people of one arm leave observation earlier. If they leave because they do badly, or well, the curves are not comparable.",
                told(median),
                told(control_median),
                format_p_equation(*p_value)
            )
        }
        TimeNote::TestsDisagree { alpha, below, above } => format!(
            "The tests disagree: below {} {} {}; above it {} {}. They ask different things (early, late or all differences). Only the one that was named before the data were seen has its p-value.",
            format_significant(*alpha, 2),
            plural(below.len(), "lies", "lie"),
            joined(below),
            plural(above.len(), "lies", "lie"),
            joined(above)
        ),
        TimeNote::AbsenceOfEvidence { arm, horizon, low, high } => {
            let told = |months: f64| format!("{} {}", format_significant(unit.from_months(months.abs()), 2), unit.many());
            format!(
                "No clear difference is not the same as no difference: up to {} these data still allow that people in {arm} go without the event for {} less or for {} more on average.",
                month_phrase(*horizon, unit),
                told(*low),
                told(*high)
            )
        }
        TimeNote::CauseNeverHappened { cause } => format!(
            "Nobody had the event “{0}”: nothing competes by it, and the incidence of the others is what Kaplan-Meier says. If the files should hold it, check the column of events.",
            outcome_label(cause)
        ),
        TimeNote::CauseAbsentInArm { cause, arm, of } => format!(
            "None of {} in {arm} had {}: no hazard ratio has a finite estimate, and the share of none has no interval here.",
            people(*of),
            outcome_label(cause)
        ),
        TimeNote::FewOfCause { cause, events } => format!(
            "{events} {} of {} in all: too few to find or to exclude any but a very large difference.",
            plural(*events, "event", "events"),
            outcome_label(cause)
        ),
        TimeNote::MonthBeyondFollowUp { arm, at_month, last_month } => format!(
            "Nobody in {arm} was followed to {}: the last was seen at {}, and the curve cannot go on.",
            month_phrase(*at_month, unit),
            month_phrase(*last_month, unit)
        ),
        TimeNote::NaiveOverstates { cause, arm, at_month, naive, incidence } => format!(
            "One minus Kaplan-Meier would say {}% for {} in {arm} at {} instead of {}%: it lets people go on to {} who had another event first. Where an arm has more of the other event, the error is larger in it.",
            percent(*naive),
            outcome_label(cause),
            month_phrase(*at_month, unit),
            percent(*incidence),
            outcome_label(cause)
        ),
        TimeNote::CompetingOffsets { arm, cause, difference, competing, competing_difference, at_month } => {
            let (fewer, more) = if *difference < 0.0 { ("fewer", "more") } else { ("more", "fewer") };
            format!(
                "By {} {arm} has {fewer} people with {} ({} points) and {more} with {} ({} points) than control: the one can be the consequence of the other, since who has one cannot have the other first. Read both curves, and the hazard ratios, before this is called an effect on {}.",
                month_phrase(*at_month, unit),
                outcome_label(cause),
                format_signed(100.0 * difference, 1),
                outcome_label(competing),
                format_signed(100.0 * competing_difference, 1),
                outcome_label(cause)
            )
        }
        TimeNote::GrayAndHazardDisagree { cause, arm, gray_p, hazard_p } => format!(
            "{arm}, {}: Gray’s test ({}) and the cause-specific hazard ratio ({}) do not agree. The test asks who ends up with the event, which the other event changes too; the hazard ratio asks how fast it comes to those still free of all.",
            outcome_label(cause),
            format_p_equation(*gray_p),
            format_p_equation(*hazard_p)
        ),
        TimeNote::TiedEvents { subjects, counted } => format!(
            "{} {} two of the events at one time; the one that the plan names first counts, such as {}.",
            people(*subjects),
            if *subjects == 1 { "has" } else { "have" },
            outcome_label(counted)
        ),
        TimeNote::EndedByOther { other, subjects } => format!(
            "For {} follow-up ended with {}, which is not among the events here and so counts as if they had been lost: the very error that this page is about. Tick it among the events, unless it prevents none of them.",
            people(*subjects),
            outcome_label(other)
        ),
        TimeNote::EarlyLosses { arm, lost, of, control, control_lost, control_of, month } => format!(
            "Before {} {lost} of {of} people in {arm} and {control_lost} of {control_of} in {control} were last seen without the event. Early losses that differ so much between arms need a reason: if people left because they did badly, or well, the curves are not comparable.",
            month_phrase(*month, unit)
        ),
        TimeNote::NoGrayWithLateEntries => "Time counts from before people came under observation: the curves and the hazard ratios take that into account, Gray’s test has no form for it and is not done.".to_owned(),
        TimeNote::SeenAtVisits { gap_months, unseen, of } => {
            let gap = gap_months.map_or_else(String::new, |months| {
                format!(" (half of the times {} or more after the visit before)", duration(months, unit))
            });
            format!(
                "Ventilation by item 12 is dated by the visit that found it{gap}: it came earlier. {unseen} of {} were followed for three months and more after their last visit, and what became of their breathing is not known; they count as not ventilated.",
                people(*of)
            )
        }
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

/// "2.8 months", in the unit that the file counts in.
fn duration(months: f64, unit: TimeUnit) -> String {
    let number = format_significant(unit.from_months(months), 2);
    format!("{number} {}", if number == "1" { unit.one() } else { unit.many() })
}

fn percent(share: f64) -> String {
    format_fixed(100.0 * share, 1)
}

fn plural_people(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", people(count), if count == 1 { one } else { many })
}

fn people(count: usize) -> String {
    format!("{count} {}", plural(count, "person", "people"))
}
