//! Doubts and errors as sentences.

use std::mem::discriminant;

use super::biomarker_note::biomarker_sentence;
use super::change::capitalised;
use super::label::{joined, month_phrase, outcome_label};
use super::number::{format_fixed, format_p_equation, format_significant, plural};
use super::patients::baseline_label;
use super::safety_note::safety_sentence;
use super::time_note::time_sentence;
use crate::analysis::{AnalysisError, AnalysisId, EVERYONE, Note, NoteKind};
use crate::trial::TimeUnit;

/// The notes of a page, where analyses that fail alike are told once and counted, so that they do not hide the rest.
pub fn doubt_sentences(notes: &[Note], unit: TimeUnit) -> Vec<String> {
    let alike = |one: &Note, other: &Note| match (&one.kind, &other.kind) {
        (
            NoteKind::Unanswered { group, error, .. },
            NoteKind::Unanswered { group: other_group, error: other_error, .. },
        ) => one.analysis == other.analysis && group == other_group && discriminant(error) == discriminant(other_error),
        _ => false,
    };
    notes
        .iter()
        .enumerate()
        .filter(|&(place, note)| !notes.iter().take(place).any(|earlier| alike(earlier, note)))
        .map(|(place, note)| {
            let sentence = note_sentence(note, unit);
            match notes.iter().skip(place + 1).filter(|later| alike(note, later)).count() {
                0 => sentence,
                more => format!("{sentence} There {} {more} more like this.", plural(more, "is", "are")),
            }
        })
        .collect()
}

/// What stands in "Before you rely on it" and in every export; times are told in the unit that the file counts in.
pub fn note_sentence(note: &Note, unit: TimeUnit) -> String {
    match &note.kind {
        NoteKind::Unanswered { group, at_month, error } => {
            let mut place = analysis_name(note.analysis).to_owned();
            if let Some(month) = at_month {
                place = format!("{place}, {}", month_phrase(*month, unit));
            }
            if let Some(group) = group.as_deref().filter(|group| *group != "all") {
                place = format!("{place}, {group}");
            }
            format!("{place}: no answer. {}", error_sentence(error))
        }
        NoteKind::LadderStep { structure, error } => {
            format!("{} was tried first and gave no answer: {}", capitalised(structure), error_sentence(error))
        }
        NoteKind::StructuresDisagree { excludes, includes } => format!(
            "Whether the interval excludes no difference depends on the covariance: it does with {}, and not with {}.",
            joined(excludes),
            joined(includes)
        ),
        NoteKind::ManyParameters { parameters, subjects } => format!(
            "The covariance has {parameters} parameters for {subjects} people: degrees of freedom and standard errors are rough. Compare the rows of the other structures."
        ),
        NoteKind::MissingAtRandom { without_visit, of } => format!(
            "{without_visit} of {of} people lack one visit or more. The model holds if that depends only on what was measured before (missing at random). After a death there is no function to be measured: see the joint rank."
        ),
        NoteKind::UnequalSlopes { at_month, p_value } => format!(
            "At {} the change goes with the baseline differently in the arms ({} for equal slopes): the adjusted difference is one at the mean baseline and would be another elsewhere.",
            month_phrase(*at_month, unit),
            format_p_equation(*p_value)
        ),
        NoteKind::RulesDisagree { at_month, group, excludes, includes } => format!(
            "At {} missing visits and deaths decide for {group}: with {} a difference is shown, with {} it is not.",
            month_phrase(*at_month, unit),
            alternatives(excludes),
            alternatives(includes)
        ),
        NoteKind::OneDecides { at_month, group, are_sites, decisive, of } => format!(
            "The answer for {group} at {} hangs on single {}: without any one of {decisive} of the {of} the interval says the opposite about no difference.",
            month_phrase(*at_month, unit),
            if *are_sites { "sites" } else { "people" }
        ),
        NoteKind::LeaveOneOutSkipped { people, most } => format!(
            "{people} people are compared: they were not left out one by one, which is done for up to {most}."
        ),
        NoteKind::DeathsBefore { at_month, arm, deaths, of, control, control_deaths, control_of } => format!(
            "By {}, {deaths} of {of} in {arm} and {control_deaths} of {control_of} in {control} had died. The dead have no function to measure: a comparison of those seen is one of survivors, and an arm that keeps weak people alive can look worse by it. See death as the worst rank, and the joint rank.",
            month_phrase(*at_month, unit)
        ),
        NoteKind::SingularFit { constant, tied } => {
            let mut found = Vec::new();
            if !constant.is_empty() {
                let which = joined(constant);
                found.push(format!("patients do not differ in {which} beyond chance"));
            }
            found.extend(tied.iter().map(|pair| format!("{pair} tell each other")));
            let found = if found.is_empty() {
                "what patients differ in takes fewer numbers than the model has".to_owned()
            } else {
                joined(&found)
            };
            format!(
                "{}: the fit is singular, {found}. The estimates stand; standard errors and degrees of freedom at this border are rough. Compare the other model.",
                analysis_name(note.analysis)
            )
        }
        NoteKind::OtherModelFailed { error } => {
            format!("The {} was fitted beside and gave no answer. {}", lower_first(analysis_name(note.analysis)), error_sentence(error))
        }
        NoteKind::ModelsDisagree { group, excludes, includes } => format!(
            "The choice of model decides for {group}: the interval excludes no difference with {}, and not with {}.",
            excludes.join("; "),
            includes.join("; ")
        ),
        NoteKind::FewVisits { subjects, of } => format!(
            "{subjects} of {of} people have fewer than three visits in the model: their own slopes are drawn close to their arm’s mean."
        ),
        NoteKind::Time(note) => time_sentence(note, unit),
        NoteKind::Safety(note) => safety_sentence(note),
        NoteKind::Biomarker(note) => biomarker_sentence(note),
        NoteKind::ProratedItems { outcome, visits } => format!(
            "{visits} {} of {} {} on a form that lacks an item: the mean of its domain’s other items stands for it. No rule for this has been published; compare the strict one.",
            plural(*visits, "value", "values"),
            outcome_label(outcome),
            plural(*visits, "rests", "rest")
        ),
        NoteKind::LeftOut { arm, at_month, of, without_baseline, without_visit } => {
            let lost = without_baseline + without_visit;
            let mut why = Vec::new();
            if *without_visit > 0 {
                let what = match note.analysis {
                    AnalysisId::StagingKings | AnalysisId::StagingMitos => "a form that decides the stage",
                    _ => "a visit",
                };
                why.push(format!("{without_visit} without {what} at {}", month_phrase(*at_month, unit)));
            }
            if *without_baseline > 0 {
                let or_follow_up = if note.analysis == AnalysisId::Cafs { " or a follow-up" } else { "" };
                why.push(format!("{without_baseline} without a baseline{or_follow_up}"));
            }
            format!(
                "{lost} of the {of} in {arm} {} not in the comparison: {}.",
                plural(lost, "is", "are"),
                joined(&why)
            )
        }
        NoteKind::UnevenLoss { at_month, arm, lost, of, control, control_lost, control_of } => format!(
            "The arms lost people unevenly by {}: {lost} of {of} in {arm}, {control_lost} of {control_of} in {control}. Those who leave often do worse, so the comparison of those who stayed can mislead.",
            month_phrase(*at_month, unit)
        ),
        NoteKind::SeveralVisits { visits } => format!(
            "{visits} visits are tested, each on its own; no p-value is adjusted for that."
        ),
        NoteKind::LeadInDiffers { arm, slope, control, control_slope } => format!(
            "Before treatment {arm} declined by {} a month and {control} by {}: a change of slope afterwards is partly regression to the mean.",
            decline(*slope),
            decline(*control_slope)
        ),
        NoteKind::MethodsDisagree { at_month, group, excludes, includes } if note.analysis == AnalysisId::Cafs => {
            format!(
                "Up to {} the choice of test decides for {group}: {} finds a difference at the chosen level, {} does not.",
                month_phrase(*at_month, unit),
                joined(&names(excludes)),
                joined(&names(includes))
            )
        }
        NoteKind::MethodsDisagree { at_month, group, excludes, includes } => format!(
            "At {} the choice of test decides for {group}: the interval of {} excludes no difference, that of {} does not.",
            month_phrase(*at_month, unit),
            joined(&names(excludes)),
            joined(&names(includes))
        ),
        NoteKind::FewPatients { group, n } => {
            let place = if group == "all" || group == EVERYONE { String::new() } else { format!(" in {group}") };
            let people = plural(*n, "person", "people");
            if note.analysis == AnalysisId::LogRank {
                return format!(
                    "Only {n} {people}{place}: the curve says little, and the p-value of the log-rank test is an approximation for larger arms."
                );
            }
            format!("Only {n} {people}{place}: the interval is wide and leans on the shape of the data.")
        }
        NoteKind::MissingCovariate { covariate, subjects } => format!(
            "{subjects} {} no {} and {} not in the {}.",
            plural(*subjects, "person has", "people have"),
            covariate,
            plural(*subjects, "is", "are"),
            match note.analysis {
                AnalysisId::Mmrm | AnalysisId::LmmSlope | AnalysisId::LmmChangePoint | AnalysisId::Cox => "model",
                _ => "ANCOVA",
            }
        ),
        NoteKind::BeyondLimit { variable, values, rule } => format!(
            "{variable}: {values} {} beyond a limit of detection; in {} place stands {rule}.",
            plural(*values, "value lies", "values lie"),
            plural(*values, "its", "their")
        ),
        NoteKind::NotPositive { variable, values } => format!(
            "{variable}: {values} {} zero or negative, {} no logarithm and {} left out. Choose the scale as measured to keep {}.",
            plural(*values, "value is", "values are"),
            plural(*values, "has", "have"),
            plural(*values, "is", "are"),
            plural(*values, "it", "them")
        ),
        NoteKind::ManyTests { tests, expected_by_chance } => format!(
            "{tests} correlations are tested on this page; chance alone makes about {} of them look significant. The pairs of the matrix are also told with adjusted p-values; the groups are not adjusted.",
            format_significant(*expected_by_chance, 2)
        ),
        NoteKind::PostTreatmentStratum => "Good and poor responders are told apart after treatment, by its effect. A correlation within one of them describes these people; it does not show what the treatment did, and one that is significant in good responders and not in poor ones is no evidence that the two differ.".to_owned(),
        NoteKind::ResponderUndefined { no_slope, no_decline_before } => {
            let mut why = Vec::new();
            if *no_slope > 0 {
                why.push(format!("{no_slope} without both slopes"));
            }
            if *no_decline_before > 0 {
                why.push(format!("{no_decline_before} who did not decline before treatment"));
            }
            format!("Neither good nor poor responder: {}.", joined(&why))
        }
        NoteKind::MedianNotReached { arm, survival_at_end, last_month } => format!(
            "{arm}: no median, since the curve stays above one half ({}% at {}).",
            format_fixed(survival_at_end * 100.0, 0),
            month_phrase(*last_month, unit)
        ),
        NoteKind::FewEvents { events } if note.analysis == AnalysisId::Cafs => format!(
            "{} up to the horizon: the joint rank rests on function and says next to nothing about survival.",
            match events {
                0 => "Nobody died".to_owned(),
                1 => "Only 1 person died".to_owned(),
                _ => format!("Only {events} people died"),
            }
        ),
        NoteKind::FewEvents { events } => format!(
            "Only {events} {} in all: a difference of practical size could go unseen.",
            plural(*events, "event", "events")
        ),
        NoteKind::PairsDecided { group, at_month, by_death, by_function, by_neither } => format!(
            "Of the pairs of {group} and control, death up to {} decided {}%, function {}%, neither {}%. The shares move with the horizon: two trials’ win ratios compare only with one horizon.",
            month_phrase(*at_month, unit),
            format_fixed(by_death * 100.0, 1),
            format_fixed(by_function * 100.0, 1),
            format_fixed(by_neither * 100.0, 1)
        ),
        NoteKind::Withdrawn { arm, at_month, withdrawn, of } => format!(
            "{withdrawn} of {of} in {arm} {} not known to have died and {} no visit at {}: {} compared by what was seen before.",
            plural(*withdrawn, "is", "are"),
            plural(*withdrawn, "has", "have"),
            month_phrase(*at_month, unit),
            plural(*withdrawn, "the person is", "they are")
        ),
        NoteKind::NoDeaths if note.analysis == AnalysisId::Cafs => {
            "No endpoint is chosen, so that nobody counts as dead: function alone is compared, and those who died look like those who withdrew.".to_owned()
        }
        NoteKind::NoDeaths => {
            "No endpoint is chosen, so that nobody counts as dead: those who died are among the unknown.".to_owned()
        }
        NoteKind::Unstaged { forms, affected } => format!(
            "{forms} {} no affected region and {} counted as 0/unstaged, {affected} of them although an item that King’s stages do not use is below 4. Some authors count these as stage 1.",
            plural(*forms, "form shows", "forms show"),
            plural(*forms, "is", "are")
        ),
        NoteKind::NoGastrostomyItem => "No column holds item 5b (cutting food with a gastrostomy), so that no gastrostomy can be seen: who has one is counted in 1 to 3 or 4B, not in 4A.".to_owned(),
        NoteKind::GastrostomyUnknown { forms } => format!(
            "{forms} {} both or neither of 5a and 5b: whether there is a gastrostomy is not known, and without it King’s stage is only known where breathing puts it at 4B.",
            plural(*forms, "form has", "forms have")
        ),
        NoteKind::OutsideSet { set, subjects } => format!(
            "{subjects} {} outside the analysis set “{set}” and {} not analysed.",
            plural(*subjects, "person is", "people are"),
            plural(*subjects, "is", "are")
        ),
        NoteKind::ChoiceDecides { what, group, excludes, includes } => format!(
            "The choice of method decides on the {what} of {group}: the interval excludes no difference by {}; it does not by {}.",
            joined(&spoken(excludes)),
            joined(&spoken(includes))
        ),
        NoteKind::SeveralThresholds { thresholds } => format!(
            "{thresholds} rules make responders here, and each draws a line through numbers that have none; no p-value is adjusted for that. The difference in slope uses all of them."
        ),
        NoteKind::NotJudged { arm, of, without_follow_up, without_lead_in, without_decline } => {
            let why: Vec<String> = [
                (without_follow_up, "without a slope after the start"),
                (without_lead_in, "without a slope before it"),
                (without_decline, "who did not decline before it, so that a percentage has no meaning"),
            ]
            .into_iter()
            .filter(|(count, _)| **count > 0)
            .map(|(count, why)| format!("{count} {why}"))
            .collect();
            let count = without_follow_up + without_lead_in + without_decline;
            format!(
                "{count} of the {of} in {arm} cannot be judged as {} by percentage: {}.",
                plural(count, "responder", "responders"),
                joined(&why)
            )
        }
        NoteKind::MostImprove { outcome, better, of } => format!(
            "{better} of {of} people have a slope that the settings call better. If a higher {} is worse, or better where it is said to be worse, change “What is better” in the settings: it turns the responders round.",
            outcome_label(outcome)
        ),
        NoteKind::LossDiffers { at_month, arm, seen, of, control, control_seen, control_of, p_value } => format!(
            "At {} {seen} of {of} in {arm} were seen and {control_seen} of {control_of} in {control}, more unlike than chance lets expect ({}, Fisher). Those who are not seen often do worse, so a comparison of those who were can mislead.",
            month_phrase(*at_month, unit),
            format_p_equation(*p_value)
        ),
        NoteKind::Imbalance { arm, above_tenth, above_fifth, of, largest } => format!(
            "{arm} differs from the control by more than 0.1 standard deviations in {above_tenth} of {of} baseline rows, by more than 0.2 in {above_fifth}; most in {}. Chance alone gives such differences in small arms. What foretells the outcome is to be adjusted for, however small the difference.",
            joined(&largest.iter().map(|key| baseline_label(key)).collect::<Vec<String>>())
        ),
        NoteKind::DeathsUnknown => "No file tells of deaths, or none was chosen: who died is counted among those without a later visit. Add survival.csv to tell them apart.".to_owned(),
        NoteKind::SeenAfterEvent { endpoint, subjects } => format!(
            "{subjects} {} seen at a visit after “{endpoint}”: times in the survival file may count from another day than those in the visits file.",
            plural(*subjects, "person was", "people were")
        ),
    }
}

/// Why there is no answer, and what to do.
pub fn error_sentence(error: &AnalysisError) -> String {
    match error {
        AnalysisError::NotInFiles { what, name } => {
            format!("The files hold no {what} named “{name}”. Choose another, or add the file that has it.")
        }
        AnalysisError::OneArm { arms_with_data: 0 } => {
            "The files name no arm, so there is nothing to compare. Add subjects.csv with a column for the arm."
                .to_owned()
        }
        AnalysisError::OneArm { .. } => {
            "Only one arm has data, so there is nothing to compare it with. Check the arm column of the subjects file."
                .to_owned()
        }
        AnalysisError::NoControl { control } => {
            format!("No arm is named “{control}”. Choose which arm is the control.")
        }
        AnalysisError::TooFew { what, need, got } => {
            format!("{what}: at least {need} needed, {got} found.")
        }
        AnalysisError::NoBaseline { outcome } => format!(
            "Nobody with an arm has a baseline visit or sample of {}: one near month 0. Check the time column, choose the other baseline rule, or widen the window.",
            outcome_label(outcome)
        ),
        AnalysisError::NoVisits { outcome, .. } => format!(
            "No visit of {} lies after the baseline. Check the time column of the visits file.",
            outcome_label(outcome)
        ),
        AnalysisError::NoEvents { endpoint } => {
            format!("Nobody had the event “{endpoint}”. If the column counts censoring as 1, turn it round.")
        }
        AnalysisError::NoVariation { what } => {
            format!("{what}: all values are the same, so there is no spread to measure against.")
        }
        // The baseline is always in the model: it cannot be taken out.
        AnalysisError::Singular { column } if column == "baseline" => {
            "The baseline values do not differ within the arms, so there is nothing to adjust for. The other tests stand."
                .to_owned()
        }
        AnalysisError::Singular { column } if column == "lead-in slope" => {
            "The lead-in slopes do not differ within the arms, so there is nothing to adjust for. The t-tests stand."
                .to_owned()
        }
        AnalysisError::Singular { column } => format!(
            "The covariate {column} is the same in everyone, or the arm and the covariates before it tell it already. Take it out of the model."
        ),
        AnalysisError::NoLeadIn { outcome } => format!(
            "Nobody with a baseline has a visit of {} at least a month before it, so there is no slope before the start. The slopes after it can still be compared; add the earlier visits if there are any.",
            outcome_label(outcome)
        ),
        AnalysisError::NobodyAtLandmark { at_month, judged, last_month } => format!(
            "Nobody whose response could be judged ({judged}) is under observation after the landmark, month {}; follow-up ends at month {}. Choose an earlier landmark, or check that visits and survival count from the same day.",
            format_significant(*at_month, 3),
            format_significant(*last_month, 3)
        ),
        AnalysisError::NoPairs { x, y } => format!(
            "No group has three people with both {} and {}. Choose another month or widen the window.",
            outcome_label(x),
            outcome_label(y)
        ),
        AnalysisError::TooMany { what, most, got } => {
            format!(
                "{what}: at most {most} can be taken, {got} found. Choose fewer of them, or another method."
            )
        }
        AnalysisError::NotConverged { what, iterations, gradient, smallest_eigenvalue } => {
            let found = if gradient.is_finite() && smallest_eigenvalue.is_finite() {
                format!(
                    " after {iterations} {} the largest gradient was {} and the Hessian’s smallest eigenvalue {}",
                    plural(*iterations, "step", "steps"),
                    format_significant(*gradient, 2),
                    format_significant(*smallest_eigenvalue, 2)
                )
            } else {
                " the search had no place to start from".to_owned()
            };
            format!(
                "{what}: the fit did not converge;{found}. No numbers are given. Choose a simpler model: fewer covariates or visits, a simpler covariance."
            )
        }
        AnalysisError::NoFollowUp { outcome, .. } => format!(
            "Nobody with a baseline of {} has a visit in the window of the chosen month. Choose another month or widen the window.",
            outcome_label(outcome)
        ),
        AnalysisError::BeyondFollowUp { month, last_month } => format!(
            "Follow-up ends at month {} in one of the arms, before month {}. Choose an earlier one.",
            format_significant(*last_month, 4),
            format_significant(*month, 4)
        ),
        AnalysisError::MonotoneLikelihood { column } => format!(
            "{column} separates who had the event from who had not, so that no finite hazard ratio fits best. Ask for Firth’s correction, merge rare classes, or leave the covariate out."
        ),
        AnalysisError::AloneInGroup { what } => format!(
            "{what}: somebody is alone in a group of a covariate, so that HC2 and HC3 have no residual to judge by. Choose other standard errors, or take the covariate out."
        ),
        AnalysisError::NoLogarithm { what, values } => format!(
            "{what}: {values} {} 0 or below and {} no logarithm. Choose another scale of time.",
            plural(*values, "value is", "values are"),
            plural(*values, "has", "have")
        ),
        AnalysisError::RatioTooLarge { what } => format!(
            "{what}: a hazard ratio or its limit is too large to be written. A number in very small units, or one that all but separates who had the event, does this; give the column in larger units or leave it out."
        ),
        AnalysisError::Internal { message } => {
            format!("This is a fault of the program, not of your data: {message}. The other analyses stand.")
        }
    }
}

/// The analysis in words.
pub fn analysis_name(analysis: AnalysisId) -> &'static str {
    match analysis {
        AnalysisId::ChangeStudent => "Student’s t",
        AnalysisId::ChangeWelch => "Welch’s t",
        AnalysisId::ChangeAncova => "ANCOVA",
        AnalysisId::ChangeSummary => "Mean change",
        AnalysisId::PopulationFlow => "Flow of patients",
        AnalysisId::PopulationBaseline => "Baseline table",
        AnalysisId::ChangeMannWhitney => "Mann-Whitney",
        AnalysisId::SlopeChange => "Change in slope",
        AnalysisId::Responder => "Responders",
        AnalysisId::Mmrm => "MMRM",
        AnalysisId::LmmSlope => "Slope model",
        AnalysisId::LmmChangePoint => "Change-point model",
        AnalysisId::Cafs => "Joint rank",
        AnalysisId::StagingKings => "King’s stages",
        AnalysisId::StagingMitos => "MiToS stages",
        AnalysisId::BiomarkerChange => "Levels of analytes",
        AnalysisId::BiomarkerCorrelation => "Correlation",
        AnalysisId::BiomarkerCorrelationDifference => "Difference of correlations",
        AnalysisId::KaplanMeier => "Kaplan-Meier",
        AnalysisId::Rmst => "Restricted mean",
        AnalysisId::Cox => "Cox model",
        AnalysisId::CoxPh => "Proportional hazards",
        AnalysisId::CumulativeIncidence => "Cumulative incidence",
        AnalysisId::Landmark => "Landmark",
        AnalysisId::SafetyIncidence => "Adverse events",
        AnalysisId::LogRank => "Log-rank test",
        AnalysisId::CafsRankAncova => "Rank ANCOVA",
        AnalysisId::CafsWilcoxon => "Wilcoxon",
        AnalysisId::CafsFinkelsteinSchoenfeld => "Finkelstein-Schoenfeld",
    }
}

/// "two-point slopes with Student’s t" for the method column's "two-point slopes; Student’s t".
fn spoken(choices: &[String]) -> Vec<String> {
    choices.iter().map(|choice| choice.replace("; ", " with ")).collect()
}

fn names(analyses: &[AnalysisId]) -> Vec<String> {
    analyses.iter().map(|&analysis| analysis_name(analysis).to_owned()).collect()
}

/// Rules have commas of their own.
fn alternatives(rules: &[String]) -> String {
    rules.iter().map(|rule| format!("“{rule}”")).collect::<Vec<String>>().join(" or ")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// A slope as what was lost: 1.55, or −0.20 when the arm gained.
fn decline(slope: f64) -> String {
    format_fixed(-slope, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_left_out_are_counted_with_the_reason() {
        let kind =
            NoteKind::LeftOut { arm: "MSC".into(), at_month: 4.0, of: 33, without_baseline: 0, without_visit: 1 };
        let sentence = note_sentence(&Note { analysis: AnalysisId::ChangeSummary, kind }, TimeUnit::Months);
        assert_eq!(sentence, "1 of the 33 in MSC is not in the comparison: 1 without a visit at month 4.");
    }

    #[test]
    fn files_that_count_days_are_answered_in_days() {
        let kind = NoteKind::LeftOut {
            arm: "MSC".into(),
            at_month: TimeUnit::Days.to_months(28.0),
            of: 33,
            without_baseline: 0,
            without_visit: 1,
        };
        let sentence = note_sentence(&Note { analysis: AnalysisId::ChangeSummary, kind }, TimeUnit::Days);
        assert_eq!(sentence, "1 of the 33 in MSC is not in the comparison: 1 without a visit at day 28 (month 0.92).");
    }

    #[test]
    fn analyses_that_fail_alike_are_told_once() {
        let note = |group: &str, month: f64| Note {
            analysis: AnalysisId::ChangeWelch,
            kind: NoteKind::Unanswered {
                group: Some(group.into()),
                at_month: Some(month),
                error: AnalysisError::TooFew { what: group.into(), need: 2, got: 1 },
            },
        };
        let visits = Note { analysis: AnalysisId::ChangeSummary, kind: NoteKind::SeveralVisits { visits: 3 } };
        let sentences = doubt_sentences(
            &[note("A", 1.0), note("B", 1.0), visits, note("A", 2.0), note("A", 3.0)],
            TimeUnit::Months,
        );
        assert_eq!(sentences.len(), 3);
        assert_eq!(
            sentences[0],
            "Welch’s t, month 1, A: no answer. A: at least 2 needed, 1 found. There are 2 more like this."
        );
    }

    #[test]
    fn the_baseline_is_not_to_be_taken_out() {
        let advice = |column: &str| error_sentence(&AnalysisError::Singular { column: column.into() });
        assert!(!advice("baseline").contains("Take it out"));
        assert!(advice("age").contains("Take it out"));
    }

    #[test]
    fn an_error_says_what_to_do() {
        let error = AnalysisError::OneArm { arms_with_data: 1 };
        assert!(error_sentence(&error).contains("Check the arm column"));
    }
}
