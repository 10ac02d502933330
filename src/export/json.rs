use serde::Serialize;

/// Pretty JSON in which what is absent is absent: an empty option leaves no `null` behind.
pub fn write(value: &impl Serialize) -> Result<String, String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| format!("not written: {error}"))?;
    Ok(without_nulls(&text))
}

/// Works on lines: the writer gives each field its own, and a line break within a text is written `\n`.
fn without_nulls(pretty: &str) -> String {
    let mut kept = String::with_capacity(pretty.len());
    for line in pretty.lines() {
        if line.ends_with(": null") || line.ends_with(": null,") {
            continue;
        }
        if line.trim_start().starts_with('}') {
            // The field before this end may have lost its successor, or the object its last field.
            let is_empty = kept.ends_with("{\n");
            let end = kept.trim_end_matches(['\n', ',']).len();
            kept.truncate(end);
            kept.push_str(if is_empty { line.trim_start() } else { "\n" });
            if is_empty {
                kept.push('\n');
                continue;
            }
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn empty_fields_leave_nothing_behind() {
        let value = json!({
            "a": null, "b": [null, {"c": null}, {"d": "x: null,", "e": null}], "f": {}, "g": {"h": null}, "i": [], "j": null,
        });
        let text = write(&value).unwrap();
        let again: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(again, json!({ "b": [null, {}, {"d": "x: null,"}], "f": {}, "g": {}, "i": [] }));
        let sole = json!({ "only": null });
        assert_eq!(write(&sole).unwrap(), "{}\n");
        assert_eq!(text, format!("{}\n", serde_json::to_string_pretty(&again).unwrap()));
    }
}
