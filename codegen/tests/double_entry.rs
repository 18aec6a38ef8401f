//! Every statement is entered twice, in a spec and in a ledger: a change of either alone is found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cloudfn_codegen::ledger::{Contract, Page};
use cloudfn_codegen::spec::{members, pointer::join, Spec};
use serde_json::{json, Value};

fn openapi() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

fn sources() -> BTreeSet<String> {
    let text = std::fs::read_to_string(openapi().join("SOURCES.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| row.split('|').nth(1).unwrap().trim().to_owned()).collect()
}

/// Whether anything is found wrong with these specs and ledgers.
fn is_found(specs: &[Spec], pages: &[Page]) -> bool {
    match Contract::new(specs.to_vec(), pages.to_vec(), &sources()) {
        Ok(contract) => !contract.findings.is_empty(),
        Err(_) => true,
    }
}

fn load() -> (Vec<Spec>, Vec<Page>) {
    let specs = Spec::load_all(&openapi()).unwrap();
    let pages = Page::load_all(&openapi().join("ledger")).unwrap();
    assert!(!is_found(&specs, &pages), "the unchanged contract is clean");
    (specs, pages)
}

/// One change of a spec.
struct Mutant {
    name: String,
    document: Value,
}

/// What one changes in a value of a spec.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(number) => vec![json!(number - 1), json!(number + 1)],
            None => vec![json!(number.as_f64().unwrap() + 1.0)],
        },
        Value::Bool(value) => vec![json!(!value)],
        Value::String(text) => vec![json!(format!("{text}x"))],
        _ => vec![],
    }
}

fn mutants(spec: &Spec) -> Vec<Mutant> {
    let mut found = Vec::new();
    let mut add = |name: String, change: &dyn Fn(&mut Value)| {
        let mut document = spec.document.clone();
        change(&mut document);
        found.push(Mutant { name, document });
    };
    let replace = |at: &str, value: Value| {
        let at = at.to_owned();
        move |document: &mut Value| *document.pointer_mut(&at).unwrap() = value.clone()
    };
    for at in spec.schema_pointers() {
        let schema = spec.document.pointer(at).unwrap();
        for (keyword, value) in members(schema) {
            let place = join(at, keyword);
            match keyword.as_str() {
                "minimum" | "maximum" | "minLength" | "maxLength" | "default" => {
                    for other in changed(value) {
                        add(format!("{place} = {other}"), &replace(&place, other));
                    }
                }
                "format" | "x-unit" => {
                    add(format!("{place} changed"), &replace(&place, json!("other")));
                }
                "type" => {
                    for other in ["string", "integer", "boolean", "object"] {
                        if value != other {
                            add(format!("{place} = {other}"), &replace(&place, json!(other)));
                        }
                    }
                }
                "enum" => {
                    for index in 0..value.as_array().unwrap().len() {
                        let mut fewer = value.clone();
                        fewer.as_array_mut().unwrap().remove(index);
                        add(format!("{place}/{index} dropped"), &replace(&place, fewer));
                        for other in changed(&value[index]) {
                            let mut renamed = value.clone();
                            renamed[index] = other;
                            add(format!("{place}/{index} renamed"), &replace(&place, renamed));
                        }
                    }
                }
                "required" => {
                    for index in 0..value.as_array().unwrap().len() {
                        let mut fewer = value.clone();
                        fewer.as_array_mut().unwrap().remove(index);
                        add(format!("{place}/{index} dropped"), &replace(&place, fewer));
                    }
                }
                "properties" => {
                    for (name, member) in members(value) {
                        add(format!("{place}/{name} dropped"), &|document| {
                            let object = document.pointer_mut(&place).unwrap();
                            object.as_object_mut().unwrap().remove(name);
                        });
                        add(format!("{place}/{name} renamed"), &|document| {
                            let object = document.pointer_mut(&place).unwrap();
                            let object = object.as_object_mut().unwrap();
                            object.remove(name);
                            object.insert(format!("{name}x"), member.clone());
                        });
                        let required = schema["required"].as_array();
                        if !required.is_some_and(|list| list.iter().any(|n| n == name)) {
                            add(format!("{at} requires {name}"), &|document| {
                                let schema = document.pointer_mut(at).unwrap();
                                match schema["required"].as_array_mut() {
                                    Some(list) => list.push(json!(name)),
                                    None => schema["required"] = json!([name]),
                                }
                            });
                        }
                    }
                }
                _ => {}
            }
            let droppable = [
                "minimum",
                "maximum",
                "minLength",
                "maxLength",
                "default",
                "enum",
                "format",
                "required",
                "x-unit",
            ];
            if droppable.contains(&keyword.as_str()) {
                add(format!("{place} dropped"), &|document| {
                    let schema = document.pointer_mut(at).unwrap();
                    schema.as_object_mut().unwrap().remove(keyword);
                });
            }
        }
        if schema["$ref"].is_null() {
            let limits = match schema["type"].as_str() {
                Some("integer") => vec!["minimum", "default"],
                Some("string") => vec!["minLength"],
                Some("array") => vec!["minItems"],
                _ => vec![],
            };
            for keyword in limits.into_iter().filter(|k| schema[k].is_null()) {
                add(format!("{at}/{keyword} added"), &|document| {
                    document.pointer_mut(at).unwrap()[keyword] = json!(1);
                });
            }
            add(format!("{at}/nullable added"), &|document| {
                document.pointer_mut(at).unwrap()["nullable"] = json!(true);
            });
        }
    }
    for operation in spec.operations() {
        let at = &operation.pointer;
        for status in spec.statuses(&operation) {
            let place = join(&join(at, "responses"), status);
            add(format!("{place} dropped"), &|document| {
                let responses = document.pointer_mut(&join(at, "responses")).unwrap();
                responses.as_object_mut().unwrap().remove(status);
            });
        }
        add(format!("{at} status 418 added"), &|document| {
            document.pointer_mut(&join(at, "responses")).unwrap()["418"] =
                json!({"description": "-"});
        });
        add(format!("{at} method"), &|document| {
            let item = document.pointer_mut(&join("/paths", operation.path)).unwrap();
            let value = item.as_object_mut().unwrap().remove(&operation.method.to_lowercase());
            item["patch"] = value.unwrap();
        });
        add(format!("{at} path"), &|document| {
            let paths = document["paths"].as_object_mut().unwrap();
            let item = paths.remove(operation.path).unwrap();
            paths.insert(format!("{}x", operation.path), item);
        });
        if operation.value["requestBody"]["required"] == true {
            add(format!("{at} body not required"), &|document| {
                let body = document.pointer_mut(&join(at, "requestBody")).unwrap();
                body.as_object_mut().unwrap().remove("required");
            });
        }
        add(format!("{at} page title"), &|document| {
            document.pointer_mut(at).unwrap()["x-pages"][0]["title"] = json!("x");
        });
        let mut bodies = vec![join(at, "requestBody")];
        let responses = join(at, "responses");
        bodies.extend(spec.statuses(&operation).iter().map(|status| join(&responses, status)));
        for body in bodies {
            let examples = format!("{body}/content/application~1json/examples");
            let Some(listed) = spec.document.pointer(&examples) else {
                continue;
            };
            for (name, example) in members(listed) {
                add(format!("{examples}/{name} dropped"), &|document| {
                    let examples = document.pointer_mut(&examples).unwrap();
                    examples.as_object_mut().unwrap().remove(name);
                });
                for (member, _) in members(&example["value"]) {
                    let place = format!("{examples}/{name}/value/{member}");
                    add(format!("{place} changed"), &replace(&place, json!("changed")));
                }
            }
        }
    }
    for (name, parameter) in members(&spec.document["components"]["parameters"]) {
        let place = join("/components/parameters", name);
        let other = if parameter["in"] == "query" { "header" } else { "query" };
        add(format!("{place} in {other}"), &replace(&join(&place, "in"), json!(other)));
        let required = json!(parameter["required"] != true);
        add(format!("{place} required flipped"), &|document| {
            document.pointer_mut(&place).unwrap()["required"] = required.clone();
        });
    }
    for (name, scheme) in members(&spec.document["components"]["securitySchemes"]) {
        let place = join("/components/securitySchemes", name);
        for key in ["name", "scheme"] {
            if !scheme[key].is_null() {
                add(format!("{place}/{key} changed"), &replace(&join(&place, key), json!("other")));
            }
        }
    }
    found
}

#[test]
fn every_change_of_a_spec_is_found() {
    let (specs, pages) = load();
    let mut survivors = Vec::new();
    let mut count = 0;
    for (index, spec) in specs.iter().enumerate() {
        for mutant in mutants(spec) {
            count += 1;
            let Ok(mutated) = Spec::parse(&spec.file, &mutant.document.to_string()) else {
                continue;
            };
            let mut specs = specs.clone();
            specs[index] = mutated;
            if !is_found(&specs, &pages) {
                survivors.push(mutant.name);
            }
        }
    }
    assert!(count > 500, "only {count} mutants were made");
    assert!(survivors.is_empty(), "not found:\n{}", survivors.join("\n"));
}

/// The ledger text with one cell changed, for every cell.
fn cell_mutants(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let is_rule =
            |line: &str| line.starts_with('|') && line.chars().all(|c| "|- :".contains(c));
        let is_head = lines.get(index + 1).is_some_and(|next| is_rule(next));
        if !line.starts_with('|') || is_rule(line) || is_head {
            continue;
        }
        let cells: Vec<&str> = line.split('|').collect();
        for column in 1..cells.len() - 1 {
            let cell = cells[column].trim();
            let others = match cell {
                "" => vec!["7".to_owned()],
                "yes" => vec!["no".to_owned(), String::new()],
                "no" => vec!["yes".to_owned(), String::new()],
                cell => {
                    let head = lines[..index].iter().rev().find(|l| !l.starts_with('|'));
                    assert!(head.is_some());
                    vec![format!("{cell}x"), String::new()]
                }
            };
            for other in others {
                let mut changed = cells.clone();
                changed[column] = &other;
                let mut lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
                lines[index] = changed.join("|");
                let name = format!("line {}: `{cell}` to `{other}`", index + 1);
                found.push((name, lines.join("\n")));
            }
        }
    }
    for (index, line) in lines.iter().enumerate() {
        let changed = match line.split_once(':').map(|(key, _)| key) {
            Some("claim" | "spec" | "page" | "on") => format!("{line}x"),
            _ if index == 1 => format!("{line}x"),
            _ => continue,
        };
        let mut lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
        lines[index].clone_from(&changed);
        found.push((format!("line {}: {changed}", index + 1), lines.join("\n")));
    }
    found
}

#[test]
fn every_change_of_a_ledger_is_found() {
    let (specs, pages) = load();
    let mut survivors = Vec::new();
    let mut count = 0;
    for (index, page) in pages.iter().enumerate() {
        let text = std::fs::read_to_string(&page.file).unwrap();
        for (name, mutated) in cell_mutants(&text) {
            count += 1;
            let Ok(mutated) = Page::parse(&page.file, &mutated) else {
                continue;
            };
            let mut pages = pages.clone();
            pages[index] = mutated;
            if !is_found(&specs, &pages) {
                survivors.push(format!("{}, {name}", page.stem()));
            }
        }
    }
    assert!(count > 500, "only {count} mutants were made");
    assert!(survivors.is_empty(), "not found:\n{}", survivors.join("\n"));
}
