//! A document with one part changed, for tests that a schema and a type refuse the same.

use serde_json::{Value, json};

/// A path to a part of a JSON document.
pub(crate) type Pointer = String;

fn parts(json: &Value, at: &Pointer, into: &mut Vec<Pointer>) {
    into.push(at.clone());
    match json {
        Value::Object(fields) => {
            for (name, part) in fields {
                parts(part, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), into);
            }
        }
        // A few items stand for all.
        Value::Array(items) => {
            for (index, part) in items.iter().enumerate().take(3) {
                parts(part, &format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
}

/// The document once with each part replaced by something else, taken away, or given a field that nobody knows.
pub(crate) fn mutants(json: &Value) -> Vec<(Pointer, Value)> {
    let strangers = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(""),
        json!("No Such Word!"),
        json!("2025-02-30"),
        json!("2025-07-06T04:00:12+02:00"),
        json!("x".repeat(7_000)),
        json!([true]), // an empty list would pass for an object without fields, as serde reads positions too
        json!({}),
        json!({ "Unknown Field": true }),
    ];
    let mut pointers = Vec::new();
    parts(json, &Pointer::new(), &mut pointers);
    let mut mutants = Vec::new();
    for pointer in pointers {
        let mut mutate = |change: &dyn Fn(&mut Value)| {
            let mut mutant = json.clone();
            change(mutant.pointer_mut(&pointer).unwrap());
            mutants.push((pointer.clone(), mutant));
        };
        for stranger in &strangers {
            mutate(&|part| *part = stranger.clone());
        }
        let Some(fields) = json.pointer(&pointer).and_then(Value::as_object) else { continue };
        mutate(&|part| part["unknown_to_this_version"] = json!([{ "deep": 1 }]));
        mutate(&|part| part["x".repeat(300)] = json!(1));
        for name in fields.keys() {
            mutate(&|part| drop(part.as_object_mut().unwrap().remove(name)));
        }
    }
    mutants
}
