//! Rust source as the architecture test reads it: without comments and strings, as names.

use std::collections::BTreeSet;

/// The code with comments and the insides of strings and characters replaced by spaces; line breaks stay.
pub fn scrub(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut i = 0;
    let blank = |from: usize, to: usize, out: &mut String| {
        out.extend((from..to).map(|place| if at(place) == '\n' { '\n' } else { ' ' }));
    };
    while i < chars.len() {
        let start = i;
        if at(i) == '/' && at(i + 1) == '/' {
            while i < chars.len() && at(i) != '\n' {
                i += 1;
            }
            blank(start, i, &mut out);
        } else if at(i) == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
            blank(start, i.min(chars.len()), &mut out);
        } else if let Some(end) = raw_string_end(&chars, i).filter(|_| i == 0 || !is_word(at(i - 1))) {
            out.push('"');
            blank(start + 1, end - 1, &mut out);
            out.push('"');
            i = end;
        } else if at(i) == '"' {
            i += 1;
            while i < chars.len() && at(i) != '"' {
                i += if at(i) == '\\' { 2 } else { 1 };
            }
            i = (i + 1).min(chars.len());
            out.push('"');
            blank(start + 1, i - 1, &mut out);
            out.push('"');
        } else if at(i) == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            // A character, not a lifetime.
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && at(i) != '\'' {
                i += 1;
            }
            i = (i + 1).min(chars.len());
            blank(start, i, &mut out);
        } else {
            out.push(at(i));
            i += 1;
        }
    }
    out
}

/// Where the raw string that starts here ends: `r"…"`, `br##"…"##`.
fn raw_string_end(chars: &[char], start: usize) -> Option<usize> {
    let mut i = start;
    if chars.get(i) == Some(&'b') {
        i += 1;
    }
    if chars.get(i) != Some(&'r') {
        return None;
    }
    i += 1;
    let hashes = chars.get(i..)?.iter().take_while(|c| **c == '#').count();
    i += hashes;
    if chars.get(i) != Some(&'"') {
        return None;
    }
    i += 1;
    while i < chars.len() {
        let is_closed = chars.get(i) == Some(&'"')
            && chars.get(i + 1..i + 1 + hashes).is_some_and(|after| after.iter().all(|c| *c == '#'));
        if is_closed {
            return Some(i + 1 + hashes);
        }
        i += 1;
    }
    None
}

/// Scrubbed code without `#[cfg(test)] mod … { … }`.
pub fn cut_tests(code: &str) -> String {
    let Some((before, rest)) = code.split_once("#[cfg(test)]") else { return code.to_owned() };
    let mut depth = 0;
    for (place, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return format!("{before}{}", cut_tests(rest.get(place + 1..).unwrap_or_default())),
            _ => continue,
        }
        if depth == 0 {
            return format!("{before}{}", cut_tests(rest.get(place + 1..).unwrap_or_default()));
        }
    }
    before.to_owned()
}

/// Words and single signs; `::` is one.
fn tokens(code: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut is_in_word = false;
    for c in code.chars() {
        let is_word = c.is_alphanumeric() || c == '_';
        match found.last_mut() {
            Some(last) if is_word && is_in_word => last.push(c),
            Some(last) if c == ':' && last == ":" => last.push(c),
            _ if c.is_whitespace() => {}
            _ => found.push(c.to_string()),
        }
        is_in_word = is_word;
    }
    found
}

/// What a file of `src/` names right below the crate's root: through `crate::`, through `second_look::` in a binary,
/// through as many `super::` as lead out of its layer; also in braces.
pub fn named_from_root(code: &str, file: &str) -> BTreeSet<String> {
    let parts = file.split('/').count();
    let depth = if file.ends_with("/mod.rs") { parts - 1 } else { parts };
    let tokens = tokens(code);
    let word = |place: usize| tokens.get(place).map_or("", String::as_str);
    let mut found = BTreeSet::new();
    for start in 0..tokens.len() {
        let mut place = start;
        if word(start) == "super" && (start < 2 || word(start - 2) != "super") {
            let mut steps = 0;
            while word(place) == "super" && word(place + 1) == "::" {
                (steps, place) = (steps + 1, place + 2);
            }
            if steps < depth {
                continue;
            }
        } else if matches!(word(start), "crate" | "second_look") && word(start + 1) == "::" {
            place += 2;
        } else {
            continue;
        }
        if word(place) != "{" {
            found.insert(word(place).to_owned());
            continue;
        }
        let mut braces = 0;
        let mut is_head = true;
        while place < tokens.len() {
            match word(place) {
                "{" => braces += 1,
                "}" => braces -= 1,
                "," if braces == 1 => is_head = true,
                name if braces == 1 && is_head => {
                    found.insert(name.to_owned());
                    is_head = false;
                }
                _ => {}
            }
            if braces == 0 {
                break;
            }
            place += 1;
        }
    }
    found
}

/// The outside crates that stand at the head of a path.
pub fn outside_crates(code: &str, known: &BTreeSet<String>) -> BTreeSet<String> {
    let tokens = tokens(code);
    let word = |place: usize| tokens.get(place).map_or("", String::as_str);
    let is_head = |place: usize| {
        let before = if place == 0 { "" } else { word(place - 1) };
        match before {
            // `::name` is a path from the crates only when nothing stands before it.
            "::" => place < 2 || matches!(word(place - 2), "use" | "(" | "{" | "," | "=" | "<" | ";" | "&"),
            "use" | "crate" => true,
            _ => word(place + 1) == "::",
        }
    };
    // A module of the same name shadows the crate: `mod csv; use self::csv::x;`.
    let is_own_module = |name: &str| tokens.windows(2).any(|pair| pair[0] == "mod" && pair[1] == name);
    (0..tokens.len())
        .filter(|&place| known.contains(word(place)) && is_head(place) && !is_own_module(word(place)))
        .map(|place| word(place).to_owned())
        .collect()
}
