//! The operations of the OpenAPI document, for tests that go over all of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// One call of the API.
#[derive(Debug, Clone)]
pub struct Operation {
    /// `GET` or `POST`.
    pub method: String,
    /// With `{id}`, `{window}` or another parameter.
    pub path: String,
    /// The last part of the path, which names it.
    pub name: String,
    /// Whether the document says that it wants a token.
    pub secured: bool,
    /// Fields of its body.
    pub fields: Vec<Field>,
}

/// A field of a body.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// `string`, `boolean`, `integer` or `array`.
    pub kind: String,
    /// A format of a string, such as `uuid`.
    pub format: String,
    /// Whether the body must have it.
    pub required: bool,
}

impl Field {
    /// A value that it may have.
    pub fn value(&self) -> Value {
        match (self.kind.as_str(), self.format.as_str(), self.name.as_str()) {
            ("boolean", ..) => json!(false),
            ("integer", ..) => json!(2),
            ("array", _, "devices" | "slots" | "tickets" | "cars") => json!([]),
            ("array", ..) => json!(["S"]),
            (_, "uuid", _) => json!("01900000-0000-7000-8000-000000000000"),
            (_, _, "class") => json!("normal"),
            (_, _, "service") => json!("S"),
            (_, _, "ticket") => json!("A999"),
            (_, _, "state") => json!("printed"),
            (_, _, "direction") => json!("in"),
            (_, _, "at") => json!("2026-11-23T09:00:00+08:00"),
            _ => json!("x"),
        }
    }

    /// Values of other types, and numbers that fit nowhere.
    pub fn wrong(&self) -> Vec<Value> {
        let mut wrong = vec![json!({ "a": 1 }), json!(1.5), json!(-1), json!(1e300), json!([[]]), json!([1, null])];
        if self.required {
            wrong.push(Value::Null);
        }
        if self.kind != "string" || !self.format.is_empty() {
            wrong.push(json!("text"));
        }
        if self.kind != "boolean" {
            wrong.push(json!(true));
        }
        if self.kind == "integer" {
            wrong.extend([json!(65_536), json!(u64::MAX), json!("1")]);
        } else {
            wrong.push(json!(1));
        }
        wrong
    }
}

impl Operation {
    /// Every operation of a document.
    pub fn all(document: &Value) -> Vec<Self> {
        let mut operations = Vec::new();
        for (path, methods) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in methods.as_object().into_iter().flatten() {
                let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
                let schema = resolve(document, schema);
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, field)| {
                    let field = match &field["oneOf"] {
                        Value::Array(choices) => resolve(document, &choices[0]),
                        _ => field,
                    };
                    let kind = match &field["type"] {
                        Value::Array(kinds) => kinds[0].as_str(),
                        kind => kind.as_str(),
                    };
                    Field {
                        name: name.clone(),
                        kind: kind.unwrap_or("string").to_owned(),
                        format: field["format"].as_str().unwrap_or_default().to_owned(),
                        required: required.contains(&name.as_str()),
                    }
                });
                operations.push(Self {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    name: path.rsplit('/').next().unwrap_or_default().to_owned(),
                    secured: operation["security"].as_array().into_iter().flatten().any(|way| *way != json!({})),
                    fields: fields.collect(),
                });
            }
        }
        operations
    }

    /// The path with each of its parameters filled in.
    pub fn at(&self, parameter: &str) -> String {
        let parts = self.path.split('/').map(|part| if part.starts_with('{') { parameter } else { part });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whether it is one of car parks, or of the appointments that belong to what is expected.
    pub fn is_parking(&self) -> bool {
        ["/api/v1/parking/", "/api/v1/appointments/", "/api/v1/days/"].iter().any(|start| self.path.starts_with(start))
    }

    /// Whether the path has a parameter.
    pub fn has_parameter(&self) -> bool {
        self.path.contains('{')
    }

    /// A body with what must be there.
    pub fn body(&self) -> BTreeMap<String, Value> {
        // Of the two ways to transfer one must be chosen.
        let needed = |field: &&Field| field.required || (self.name == "transfer" && field.name == "service");
        self.fields.iter().filter(needed).map(|field| (field.name.clone(), field.value())).collect()
    }

    /// Whether it has a body and takes a key.
    pub fn is_command(&self) -> bool {
        let gives = self.method == "POST" || (self.method == "PUT" && self.is_parking());
        gives && self.name != "connect" && !self.is_visit()
    }

    /// Whether it is a visitor's, who shows nothing but the address of his page.
    pub fn is_visit(&self) -> bool {
        self.path.starts_with("/api/v1/visits/")
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        Some(name) => &document["components"]["schemas"][name],
        None => schema,
    }
}
