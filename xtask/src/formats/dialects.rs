//! The tidy tables in other encodings and with other separators, quotes and ways to write numbers.

use super::encoding::Encoding;
use super::folder::{About, Folder};
use super::sheet::{Dialect, PLAIN, Sheet};
use super::tidy::{Time, tables};
use super::trial::Trial;

const ABOUT: About = About { folder: "", format: "tidy", dialect: "comma", reference: "tidy_months", differs: "" };

pub fn folders(trial: &Trial) -> Result<Vec<Folder>, String> {
    let tidy = tables(trial, Time::Months);
    let german = Dialect { separator: ';', has_decimal_comma: true, line_end: "\r\n", ..PLAIN };
    let tabs = Dialect { separator: '\t', line_end: "\r\n", ..PLAIN };
    let rows = Dialect { line_end: "\r\n", ..PLAIN };
    let bars = Dialect { separator: '|', quotes_all: true, ..PLAIN };
    let about = |folder, dialect, differs| About { folder, dialect, differs, ..ABOUT };
    Ok(vec![
        Folder::with(
            about("tidy_semicolon_comma", "semicolon, decimal comma, CR LF", "adverse_events absent"),
            Encoding::Utf8Mark,
            german,
            "csv",
            without(&tidy, &["adverse_events"]).as_slice(),
        )?,
        Folder::with(about("tidy_utf16", "tab, CR LF, names end in .txt", ""), Encoding::Utf16Le, tabs, "txt", &tidy)?,
        Folder::with(
            about("tidy_utf16be", "tab, CR LF", "biomarkers and adverse_events absent; visits without the items"),
            Encoding::Utf16Be,
            tabs,
            "csv",
            &totals_only(&without(&tidy, &["biomarkers", "adverse_events"])),
        )?,
        Folder::with(
            about(
                "tidy_windows_1252",
                "comma, CR LF",
                "analytes TGF-ß1 (sharp s for beta) and TNF-a; covariates site and first_symptom added; some terms \
                 in French or German, with a comment",
            ),
            Encoding::Windows1252,
            rows,
            "csv",
            &western(trial, &tidy),
        )?,
        Folder::with(
            about("tidy_cp949", "comma, CR LF", "covariate site added; adverse events with a comment"),
            Encoding::Cp949,
            rows,
            "csv",
            &korean(trial, &tidy),
        )?,
        Folder::with(
            about(
                "tidy_titles",
                "comma; three title lines, a line of units under the header, an empty row, an empty column, trailing \
                 empty columns, a last row of totals",
                "",
            ),
            Encoding::Utf8,
            PLAIN,
            "csv",
            &tidy.iter().map(titled).collect::<Result<Vec<_>, _>>()?,
        )?,
        Folder::with(
            about(
                "tidy_bar_quotes",
                "bar, every cell quoted; line breaks in the comments, non-breaking spaces and full-width digits in \
                 numbers, missing as . NA -",
                "adverse events with a comment",
            ),
            Encoding::Utf8,
            bars,
            "csv",
            &quoted(&tidy),
        )?,
        Folder::with(
            about(
                "tidy_thousands",
                "comma; values above 999 quoted with a thousands comma",
                "only subjects and biomarkers",
            ),
            Encoding::Utf8,
            PLAIN,
            "csv",
            &thousands(&without(&tidy, &["visits", "survival", "adverse_events"])),
        )?,
    ])
}

fn without(sheets: &[Sheet], names: &[&str]) -> Vec<Sheet> {
    sheets.iter().filter(|sheet| !names.contains(&sheet.name.as_str())).cloned().collect()
}

fn totals_only(sheets: &[Sheet]) -> Vec<Sheet> {
    let is_kept = |name: &str| name == "alsfrs_r_total" || !name.starts_with("alsfrs_r_");
    let mut sheets = sheets.to_vec();
    for sheet in &mut sheets {
        let kept: Vec<bool> = sheet.header.iter().map(|name| is_kept(name)).collect();
        let keep = |cells: &[String]| -> Vec<String> {
            cells.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(cell, _)| cell.clone()).collect()
        };
        sheet.header = keep(&sheet.header);
        sheet.rows = sheet.rows.iter().map(|row| keep(row)).collect();
    }
    sheets
}

fn western(trial: &Trial, tidy: &[Sheet]) -> Vec<Sheet> {
    const SITES: [&str; 4] = ["Zürich", "Genève", "Gießen", "Orléans"];
    const SYMPTOMS: [&str; 4] = ["Fußheberschwäche", "Gêne à la marche", "Schwäche der Hände", "dysarthrie légère"];
    const COMMENTS: [&str; 4] = ["500 µg gegeben", "résolu", "ohne Maßnahme", ""];
    let mut sheets = tidy.to_vec();
    for sheet in &mut sheets {
        sheet.change("analyte", |_, name| name.replace('β', "ß").replace('α', "a"));
        sheet.change("term", |_, term| {
            match term {
                "Nausea" => "Nausée",
                "Fall" => "Chute à domicile",
                "Back pain" => "Rückenschmerz",
                "Dyspnoea" => "Dyspnée",
                "Contusion" => "Prellung am Fuß",
                other => other,
            }
            .to_owned()
        });
        if sheet.name == "subjects" {
            sheet.append("site", |i, _| SITES[trial.people[i].site()].to_owned());
            sheet.append("first_symptom", |i, _| SYMPTOMS[trial.people[i].site()].to_owned());
        } else if sheet.name == "adverse_events" {
            sheet.append("comment", |i, _| COMMENTS[i % 4].to_owned());
        }
    }
    sheets
}

fn korean(trial: &Trial, tidy: &[Sheet]) -> Vec<Sheet> {
    const SITES: [&str; 4] = ["서울", "한양대학교병원", "부산대학교병원", "대구"];
    const COMMENTS: [&str; 5] = ["시술 후 회복, 경과 관찰", "경과 관찰", "", "입원 중 호전됨", "지속됨"];
    let mut sheets = tidy.to_vec();
    for sheet in &mut sheets {
        if sheet.name == "subjects" {
            sheet.append("site", |i, _| SITES[trial.people[i].site()].to_owned());
        } else if sheet.name == "adverse_events" {
            sheet.append("comment", |i, _| COMMENTS[i % 5].to_owned());
        }
    }
    sheets
}

/// What a workbook looks like that was made for the eye.
fn titled(sheet: &Sheet) -> Result<Sheet, String> {
    const AFTER: usize = 2;
    const TRAILING: usize = 2;
    let widen = |cells: &[String]| -> Vec<String> {
        let mut cells = cells.to_vec();
        cells.insert(AFTER.min(cells.len()), String::new());
        cells.resize(cells.len() + TRAILING, String::new());
        cells
    };
    let width = sheet.header.len() + 1 + TRAILING;
    let line = |first: &str| {
        let mut cells = vec![String::new(); width];
        first.clone_into(&mut cells[0]);
        cells
    };
    let units: Vec<String> = sheet.header.iter().map(|name| unit(name).to_owned()).collect();
    let mut totals = vec![String::new(); sheet.header.len()];
    totals[0] = "Total".to_owned();
    match sheet.name.as_str() {
        "subjects" => totals[0] = format!("N = {}", sheet.rows.len()),
        "survival" => {
            let event = sheet.column("event")?;
            totals[event] = sheet.rows.iter().filter(|row| row[event] == "1").count().to_string();
        }
        "adverse_events" => totals[sheet.column("term")?] = format!("{} events", sheet.rows.len()),
        _ => totals[1] = format!("N = {}", sheet.rows.len()),
    }
    let mut rows = vec![line("Simulated, no patient's data"), line("Data cut of 2017-06-30"), widen(&sheet.header)];
    rows.push(widen(&units));
    for (i, row) in sheet.rows.iter().enumerate() {
        if i == 10 {
            rows.push(vec![String::new(); width]);
        }
        rows.push(widen(row));
    }
    rows.push(widen(&totals));
    Ok(Sheet { name: sheet.name.clone(), header: line(&format!("Second Look trial: {}", sheet.name)), rows })
}

fn unit(column: &str) -> &'static str {
    match column {
        "age" => "(years)",
        "month" | "time_months" | "onset_months" => "(months)",
        "start_day" | "end_day" => "(days)",
        "value" => "(pg/mL)",
        "fvc_percent" => "(%)",
        "alsfrs_r_total" | "aals" | "sf36" => "(points)",
        _ if column.starts_with("alsfrs_r_") => "(points)",
        "itt" | "per_protocol" | "event" | "serious" | "related" => "(1 = yes)",
        _ => "",
    }
}

fn quoted(tidy: &[Sheet]) -> Vec<Sheet> {
    const COMMENTS: [&str; 4] = ["resolved", "see report:\nseen at home", "", "said to be \"mild\"\n\nno treatment"];
    let mut sheets = tidy.to_vec();
    for sheet in &mut sheets {
        for name in ["fvc_percent", "sf36", "value", "time_months"] {
            sheet.change(name, |i, cell| match (cell.is_empty(), i % 5) {
                (false, 0) => format!("\u{a0}{cell}\u{a0}"),
                (false, 3) => full_width(cell),
                _ => cell.to_owned(),
            });
        }
        sheet.change("alsfrs_r_total", |i, cell| if i % 7 == 3 { full_width(cell) } else { cell.to_owned() });
        for name in ["fvc_percent", "aals", "sf36", "end_day"] {
            sheet.change(name, |i, cell| if cell.is_empty() { [".", "NA", "-"][i % 3] } else { cell }.to_owned());
        }
        if sheet.name == "adverse_events" {
            sheet.append("comment", |i, _| COMMENTS[i % 4].to_owned());
        }
    }
    sheets
}

/// The digits and the point as East Asian keyboards write them; `<` stays.
fn full_width(cell: &str) -> String {
    cell.chars()
        .map(|c| match c {
            '0'..='9' | '.' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
            other => other,
        })
        .collect()
}

fn thousands(sheets: &[Sheet]) -> Vec<Sheet> {
    let mut sheets = sheets.to_vec();
    for sheet in &mut sheets {
        sheet.change("value", |_, cell| match cell.find('.') {
            Some(point) if point > 3 => format!("{},{}", &cell[..point - 3], &cell[point - 3..]),
            _ => cell.to_owned(),
        });
    }
    sheets
}
