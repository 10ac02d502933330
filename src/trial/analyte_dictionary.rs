//! Analytes by the names that laboratories give them.
//!
//! Codes are those of the CDISC controlled terminology for LBTESTCD, gene names those of HGNC. The class says in which
//! default set an analyte is; it is a convention, not biology: interleukin 6 and TGF-β1 do both things. TGF-β1, IL-4 and
//! IL-10 against TNF-α, IL-1β, IL-6 and MCP-1 is how the trials of stem cells in ALS divide them.

/// What a default set says its analytes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnalyteClass {
    ProInflammatory,
    AntiInflammatory,
    GrowthFactor,
    Neurofilament,
    /// Glial activation, chemistry and the rest: in no default set.
    Other,
}

impl AnalyteClass {
    /// Of which a default set is made.
    pub const SETS: [Self; 4] =
        [Self::ProInflammatory, Self::AntiInflammatory, Self::GrowthFactor, Self::Neurofilament];

    pub fn set_name(self) -> &'static str {
        match self {
            Self::ProInflammatory => "Pro-inflammatory",
            Self::AntiInflammatory => "Anti-inflammatory",
            Self::GrowthFactor => "Growth factors",
            Self::Neurofilament => "Neurofilament",
            Self::Other => "Other",
        }
    }
}

/// One analyte under all its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownAnalyte {
    pub name: &'static str,
    /// LBTESTCD, where the terminology has one.
    pub code: Option<&'static str>,
    pub class: AnalyteClass,
    pub synonyms: &'static [&'static str],
}

const fn known(
    name: &'static str,
    code: &'static str,
    class: AnalyteClass,
    synonyms: &'static [&'static str],
) -> KnownAnalyte {
    KnownAnalyte { name, code: if code.is_empty() { None } else { Some(code) }, class, synonyms }
}

use AnalyteClass::{AntiInflammatory, GrowthFactor, Neurofilament, Other, ProInflammatory};

pub const KNOWN_ANALYTES: [KnownAnalyte; 58] = [
    known(
        "MCP-1",
        "MCP1",
        ProInflammatory,
        &["CCL2", "Monocyte Chemotactic Protein 1", "Monocyte Chemoattractant Protein 1", "C-C motif chemokine 2"],
    ),
    known(
        "TNF-α",
        "TNF",
        ProInflammatory,
        &[
            "TNF-alpha",
            "TNF a",
            "TNFSF2",
            "Tumor Necrosis Factor",
            "Tumor Necrosis Factor Alpha",
            "Tumour Necrosis Factor Alpha",
        ],
    ),
    known("IL-1α", "", ProInflammatory, &["IL-1 alpha", "IL1a", "Interleukin 1 Alpha"]),
    known("IL-1β", "INTLK1B", ProInflammatory, &["IL-1 beta", "IL1b", "Interleukin 1 Beta"]),
    known("IL-2", "INTLK2", ProInflammatory, &["Interleukin 2"]),
    known("IL-6", "INTLK6", ProInflammatory, &["Interleukin 6"]),
    known("IL-8", "INTLK8", ProInflammatory, &["Interleukin 8", "CXCL8"]),
    known("IL-12p70", "INTLK12", ProInflammatory, &["IL-12", "Interleukin 12", "Interleukin 12 p70", "IL-12 (p70)"]),
    known("IL-15", "", ProInflammatory, &["Interleukin 15"]),
    known("IL-17A", "INTLK17", ProInflammatory, &["IL-17", "Interleukin 17", "Interleukin 17A"]),
    known("IL-18", "", ProInflammatory, &["Interleukin 18"]),
    known("IL-23", "", ProInflammatory, &["Interleukin 23"]),
    known("IFN-γ", "IFNG", ProInflammatory, &["IFN-gamma", "Interferon Gamma"]),
    known("IP-10", "CXCL10", ProInflammatory, &["Interferon gamma-induced protein 10"]),
    known("MIP-1α", "MIP1A", ProInflammatory, &["CCL3", "MIP-1 alpha", "Macrophage Inflammatory Protein 1 Alpha"]),
    known("MIP-1β", "MIP1B", ProInflammatory, &["CCL4", "MIP-1 beta", "Macrophage Inflammatory Protein 1 Beta"]),
    known("RANTES", "RANTES", ProInflammatory, &["CCL5"]),
    known("Eotaxin", "EOTAXIN1", ProInflammatory, &["CCL11", "Eotaxin-1"]),
    known("Fractalkine", "", ProInflammatory, &["CX3CL1"]),
    known("CRP", "CRP", ProInflammatory, &["C Reactive Protein", "hs-CRP", "High sensitivity C reactive protein"]),
    known("TGF-β1", "TGFB1", AntiInflammatory, &["TGF-beta 1", "TGF-b1", "Transforming Growth Factor Beta 1"]),
    known("TGF-β", "TGFB", AntiInflammatory, &["TGF-beta", "Transforming Growth Factor Beta"]),
    known("IL-1ra", "", AntiInflammatory, &["IL1RN", "IL-1 receptor antagonist", "Interleukin 1 Receptor Antagonist"]),
    known("IL-4", "INTLK4", AntiInflammatory, &["Interleukin 4"]),
    known("IL-5", "", Other, &["Interleukin 5"]),
    known("IL-7", "", Other, &["Interleukin 7"]),
    known("IL-9", "", Other, &["Interleukin 9"]),
    known("IL-10", "INTLK10", AntiInflammatory, &["Interleukin 10"]),
    known("IL-13", "INTLK13", AntiInflammatory, &["Interleukin 13"]),
    known("G-CSF", "GCSF", GrowthFactor, &["CSF3", "Granulocyte Colony Stimulating Factor"]),
    known("GM-CSF", "GMCSF", GrowthFactor, &["CSF2", "Granulocyte Macrophage Colony Stimulating Factor"]),
    known(
        "VEGF",
        "VEGF",
        GrowthFactor,
        &["VEGF-A", "VEGFA", "Vascular Endothelial Growth Factor", "Vascular Endothelial Growth Factor A"],
    ),
    known("BDNF", "BDNF", GrowthFactor, &["Brain Derived Neurotrophic Factor"]),
    known("GDNF", "", GrowthFactor, &["Glial Cell Line Derived Neurotrophic Factor"]),
    known("NGF", "NGF", GrowthFactor, &["Nerve Growth Factor", "NGF-beta", "β-NGF"]),
    known("CNTF", "", GrowthFactor, &["Ciliary Neurotrophic Factor"]),
    known("IGF-1", "IGF1", GrowthFactor, &["Insulin Like Growth Factor 1"]),
    known("HGF", "HGF", GrowthFactor, &["Hepatocyte Growth Factor"]),
    known(
        "FGF-2",
        "FGFBF",
        GrowthFactor,
        &["bFGF", "FGF basic", "basic FGF", "Fibroblast Growth Factor 2", "Fibroblast Growth Factor Basic Form"],
    ),
    known("PDGF-BB", "", GrowthFactor, &["Platelet Derived Growth Factor BB"]),
    known("Angiogenin", "", GrowthFactor, &["ANG"]),
    known("Angiopoietin 1", "ANGPT1", GrowthFactor, &["ANG-1"]),
    known("Angiopoietin 2", "ANGPT2", GrowthFactor, &["ANG-2"]),
    known(
        "NfL",
        "NFLP",
        Neurofilament,
        &[
            "NEFL",
            "NF-L",
            "Neurofilament light",
            "Neurofilament light chain",
            "Neurofilament light chain protein",
            "Neurofilament Light Polypeptide",
        ],
    ),
    known(
        "pNfH",
        "NFHP",
        Neurofilament,
        &["pNF-H", "Phospho NfH", "Phosphorylated neurofilament heavy", "Phosphorylated neurofilament heavy chain"],
    ),
    known("NfH", "NFH", Neurofilament, &["NEFH", "Neurofilament heavy", "Neurofilament heavy chain"]),
    known("YKL-40", "YKL40P", Other, &["CHI3L1", "Chitinase 3 like 1"]),
    known("Chitotriosidase", "CHITTDS", Other, &["CHIT1"]),
    known("GFAP", "GFAP", Other, &["Glial Fibrillary Acidic Protein"]),
    known("Osteopontin", "OPN", Other, &["SPP1"]),
    known("S100B", "", Other, &["S-100B", "S100 calcium binding protein B"]),
    known("sTREM2", "", Other, &["Soluble TREM2", "TREM2"]),
    known("MMP-9", "", Other, &["Matrix Metalloproteinase 9"]),
    known("ICAM-1", "", Other, &["sICAM-1", "Intercellular Adhesion Molecule 1"]),
    known("SDF-1", "", Other, &["CXCL12", "Stromal cell derived factor 1"]),
    known("Tau", "", Other, &["Total tau", "t-tau", "MAPT"]),
    known("Creatinine", "CREAT", Other, &[]),
    known("Creatine kinase", "CK", Other, &["CPK"]),
];

/// The known analyte that a file's name means. Case, dashes, spaces, a specimen and a unit do not matter; part of a name
/// is never enough, so that IL-1 is not IL-10.
pub fn find_analyte(name: &str) -> Option<&'static KnownAnalyte> {
    let key = reduce(name);
    KNOWN_ANALYTES.iter().find(|known| {
        let names = [known.name].into_iter().chain(known.code).chain(known.synonyms.iter().copied());
        names.into_iter().any(|other| reduce(other) == key)
    })
}

/// The specimen that a name tells of.
pub fn specimen_of(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    if name.contains("cerebrospinal fluid") {
        return Some("csf");
    }
    // The dash of G-CSF joins, and is no space.
    let words: Vec<&str> = name.split(|letter: char| !letter.is_alphanumeric() && letter != '-').collect();
    ["csf", "serum", "plasma", "blood"].into_iter().find(|specimen| {
        words.contains(specimen) || name.strip_prefix(specimen).is_some_and(|rest| rest.starts_with('-'))
    })
}

const AROUND: [&str; 6] = ["csf", "serum", "plasma", "blood", "cerebrospinal fluid", "human"];

/// Letters and digits in lower case, Greek letters by their Latin initial; without specimen, species and unit.
fn reduce(name: &str) -> String {
    let mut words = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'α' => words.push('a'),
            'β' | 'ß' => words.push('b'),
            'γ' => words.push('g'),
            'κ' => words.push('k'),
            '‐' | '‑' | '–' => words.push('-'),
            '_' | '/' | ',' | '(' | ')' => words.push(' '),
            _ => words.push(letter),
        }
    }
    let mut kept = words.split('[').next().unwrap_or_default().trim().to_owned();
    for unit in [" pg ml", " ng ml", " ng l", " ug l", " µg l"] {
        if let Some(name) = kept.strip_suffix(unit) {
            kept = name.trim().to_owned();
        }
    }
    for word in AROUND {
        if let Some(name) = kept.strip_prefix(word).filter(|rest| rest.starts_with([' ', '-'])) {
            kept = name.trim().to_owned();
        }
        // The dash of G-CSF joins, and is no space.
        if let Some(name) = kept.strip_suffix(word).filter(|rest| rest.ends_with(' ')) {
            kept = name.trim().to_owned();
        }
    }
    for (greek, latin) in [("alpha", "a"), ("beta", "b"), ("gamma", "g")] {
        kept = kept.replace(greek, latin);
    }
    kept.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_finds_its_own_entry() {
        for known in &KNOWN_ANALYTES {
            let names = [known.name].into_iter().chain(known.code).chain(known.synonyms.iter().copied());
            for name in names {
                assert_eq!(find_analyte(name), Some(known), "{name}");
                assert_eq!(find_analyte(&name.to_uppercase()), Some(known), "{name} in capitals");
                assert_eq!(find_analyte(&format!("CSF {name}")), Some(known), "{name} after its specimen");
                assert_eq!(find_analyte(&format!("{name} (serum)")), Some(known), "{name} before its specimen");
                assert_eq!(find_analyte(&format!("{name} [pg/mL]")), Some(known), "{name} before its unit");
            }
        }
    }

    #[test]
    fn no_name_has_two_entries() {
        let mut keys: Vec<(String, &str)> = Vec::new();
        for known in &KNOWN_ANALYTES {
            let names = [known.name].into_iter().chain(known.code).chain(known.synonyms.iter().copied());
            keys.extend(names.map(|name| (reduce(name), known.name)));
        }
        for (at, (key, of)) in keys.iter().enumerate() {
            let other = keys.iter().skip(at + 1).find(|(other, whose)| other == key && whose != of);
            assert_eq!(other, None, "{key} of {of}");
        }
    }

    #[test]
    fn names_as_laboratories_write_them() {
        let is =
            |name: &str, known: &str| assert_eq!(find_analyte(name).map(|known| known.name), Some(known), "{name}");
        is("mcp1", "MCP-1");
        is("CCL2", "MCP-1");
        is("TNFα", "TNF-α");
        is("TNF_alpha", "TNF-α");
        is("TGF-beta-1 (pg/mL)", "TGF-β1");
        is("TGF-ß1", "TGF-β1");
        is("CSF_IL6", "IL-6");
        is("Human IL-10", "IL-10");
        is("Serum neurofilament light chain", "NfL");
        is("G-CSF", "G-CSF");
        is("GM-CSF", "GM-CSF");
    }

    #[test]
    fn a_name_may_tell_the_specimen() {
        assert_eq!(specimen_of("IL-6 (csf)"), Some("csf"));
        assert_eq!(specimen_of("Serum IL-6"), Some("serum"));
        assert_eq!(specimen_of("Cerebrospinal fluid tau"), Some("csf"));
        assert_eq!(specimen_of("GM-CSF in plasma"), Some("plasma"));
        assert_eq!(specimen_of("IL-6"), None);
    }

    #[test]
    fn part_of_a_name_is_not_enough() {
        assert_eq!(find_analyte("IL-1"), None);
        assert_eq!(find_analyte("IL-100"), None);
        assert_eq!(find_analyte("MCP-10"), None);
        assert_eq!(find_analyte("CSF"), None);
        assert_eq!(find_analyte("G"), None);
        assert_eq!(find_analyte(""), None);
    }
}
