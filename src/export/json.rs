use serde::Serialize;
use serde_json::Value;

/// Pretty JSON in which what is absent is absent: an empty option leaves no `null` behind.
pub fn write(value: &impl Serialize) -> Result<String, String> {
    let fail = |error: serde_json::Error| format!("not written: {error}");
    let mut value = serde_json::to_value(value).map_err(fail)?;
    prune(&mut value);
    let mut text = serde_json::to_string_pretty(&value).map_err(fail)?;
    text.push('\n');
    Ok(text)
}

fn prune(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(prune);
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
