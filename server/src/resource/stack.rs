//! A whole stack as one text: `[[account]]`, `[[account.modeling]]` and `[[account.endpoint]]`.
//!
//! Keys are those of the specs, written `like_this`. Invariant: every modeling that an endpoint names is in the stack,
//! every place stands in it once, and an error names the line.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};

use super::error::ResourceError;
use super::name::Name;
use super::place::{Kind, Place};
use super::read::escaped;
use super::spec::Spec;

/// Larger files are no stacks.
const LARGEST: usize = 8 << 20;

/// Resources by their place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stack {
    pub(super) resources: BTreeMap<Place, Spec>,
}

impl Stack {
    /// Reads the text of a stack file; `path` is only for messages.
    pub fn read(text: &str, path: &str) -> Result<Self, ResourceError> {
        let at_line =
            |line: usize, message: String| Err(ResourceError::Stack { path: path.to_owned(), line, message });
        if text.len() > LARGEST {
            return at_line(1, format!("{} bytes; a stack has at most {LARGEST}", text.len()));
        }
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                return at_line(line_of(text, start), error.message().trim_end().replace('\n', "; "));
            }
        };
        let mut tree = Tree { text, lines: BTreeMap::new() };
        let read = tree.object(table.get_ref(), "", Keys::Ours).and_then(resources);
        match read {
            Ok(resources) => Ok(Self { resources }),
            Err(ResourceError::Spec { at, message }) => at_line(tree.line(&at), snake_words(&message)),
            Err(other) => at_line(1, other.to_string()),
        }
    }

    /// A stack of resources that are known already.
    pub fn of(resources: impl IntoIterator<Item = (Place, Spec)>) -> Self {
        Self { resources: resources.into_iter().collect() }
    }

    /// Every resource: an account before what belongs to it.
    pub fn resources(&self) -> impl Iterator<Item = (&Place, &Spec)> {
        self.resources.iter()
    }
}

/// Whose words the keys of a table are.
#[derive(Clone, Copy, PartialEq)]
enum Keys {
    /// Those of specs: `like_this` here, `likeThis` in JSON.
    Ours,
    /// Those of settings, which are the same everywhere.
    Settings,
}

/// The file as JSON, and the line of each part.
struct Tree<'t> {
    text: &'t str,
    lines: BTreeMap<String, usize>,
}

impl Tree<'_> {
    fn object(&mut self, table: &DeTable, at: &str, keys: Keys) -> Result<Map<String, Value>, ResourceError> {
        let mut object = Map::new();
        for (name, value) in table {
            let key = match keys {
                Keys::Ours => camel(name.get_ref()),
                Keys::Settings => name.get_ref().to_string(),
            };
            let at = format!("{at}/{}", escaped(&key));
            self.lines.insert(at.clone(), line_of(self.text, name.span().start));
            let keys = if key == "settings" { Keys::Settings } else { keys };
            let value = self.value(value.get_ref(), &at, keys)?;
            if object.insert(key, value).is_some() {
                return Err(ResourceError::spec(at, "this key stands here in two spellings"));
            }
        }
        Ok(object)
    }

    fn value(&mut self, value: &DeValue, at: &str, keys: Keys) -> Result<Value, ResourceError> {
        let wrong = |message: &str| Err(ResourceError::spec(at, message));
        Ok(match value {
            DeValue::String(text) => Value::from(text.as_ref()),
            DeValue::Boolean(value) => Value::from(*value),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Value::from(number),
                Err(_) => return wrong("this number is too large"),
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => Value::from(number),
                _ => return wrong("this is no finite number"),
            },
            DeValue::Datetime(_) => return wrong("a date has no meaning here; put text in quotes"),
            DeValue::Table(table) => Value::Object(self.object(table, at, keys)?),
            DeValue::Array(values) => {
                let mut array = Vec::with_capacity(values.len());
                for (place, value) in values.iter().enumerate() {
                    let at = format!("{at}/{place}");
                    self.lines.insert(at.clone(), line_of(self.text, value.span().start));
                    array.push(self.value(value.get_ref(), &at, keys)?);
                }
                Value::Array(array)
            }
        })
    }

    /// The line of the part at a pointer, or of the nearest part around it.
    fn line(&self, pointer: &str) -> usize {
        let mut at = pointer;
        loop {
            if let Some(line) = self.lines.get(at) {
                return *line;
            }
            match at.rfind('/') {
                Some(end) => at = &at[..end],
                None => return 1,
            }
        }
    }
}

fn resources(mut file: Map<String, Value>) -> Result<BTreeMap<Place, Spec>, ResourceError> {
    let accounts = parts(&mut file, "account", "")?;
    if let Some(key) = file.keys().next() {
        let message = "a stack has only [[account]], [[account.modeling]] and [[account.endpoint]]";
        return Err(ResourceError::spec(format!("/{}", escaped(key)), message));
    }
    let mut found = Found { resources: BTreeMap::new(), endpoints: Vec::new() };
    for (at, mut account) in accounts {
        let modelings = parts(&mut account, "modeling", &at)?;
        let endpoints = parts(&mut account, "endpoint", &at)?;
        let own = name(&mut account, &at)?;
        found.take(&Place::Account(own.clone()), account, &at)?;
        for (at, mut modeling) in modelings {
            let name = name(&mut modeling, &at)?;
            found.take(&Place::Modeling(own.clone(), name), modeling, &at)?;
        }
        for (at, mut endpoint) in endpoints {
            let name = name(&mut endpoint, &at)?;
            found.take(&Place::Endpoint(own.clone(), name), endpoint, &at)?;
        }
    }
    found.connected()
}

struct Found {
    resources: BTreeMap<Place, Spec>,
    endpoints: Vec<(Place, String)>,
}

impl Found {
    fn take(&mut self, place: &Place, spec: Map<String, Value>, at: &str) -> Result<(), ResourceError> {
        let kind = place.kind();
        let spec = Spec::of_value(kind, Value::Object(spec)).map_err(|error| error.below(at))?;
        if kind == Kind::Endpoint {
            self.endpoints.push((place.clone(), at.to_owned()));
        }
        match self.resources.insert(place.clone(), spec) {
            None => Ok(()),
            Some(_) => {
                Err(ResourceError::spec(format!("{at}/name"), format!("{kind} `{place}` stands here twice")))
            }
        }
    }

    /// Refuses an endpoint with a modeling that is not here.
    fn connected(self) -> Result<BTreeMap<Place, Spec>, ResourceError> {
        for (place, at) in &self.endpoints {
            let spec = self.resources.get(place).and_then(Spec::endpoint);
            for (order, name) in spec.iter().flat_map(|spec| spec.modelings.iter()).enumerate() {
                let modeling = Place::Modeling(place.account().clone(), name.clone());
                if !self.resources.contains_key(&modeling) {
                    let message = format!("there is no modeling `{name}` in account `{}`", place.account());
                    return Err(ResourceError::spec(format!("{at}/modelings/{order}"), message));
                }
            }
        }
        Ok(self.resources)
    }
}

/// A table, and the pointer to it.
type Located = (String, Map<String, Value>);

/// Takes the tables of `[[key]]` out of their parent, each with its pointer.
fn parts(parent: &mut Map<String, Value>, key: &str, at: &str) -> Result<Vec<Located>, ResourceError> {
    let at = format!("{at}/{key}");
    let wrong = |at: &str| ResourceError::spec(at, format!("write this as [[…{key}]], a table for each"));
    let Some(value) = parent.remove(key) else { return Ok(Vec::new()) };
    let Value::Array(values) = value else { return Err(wrong(&at)) };
    let each = values.into_iter().enumerate().map(|(place, value)| match value {
        Value::Object(table) => Ok((format!("{at}/{place}"), table)),
        _ => Err(wrong(&at)),
    });
    each.collect()
}

fn name(table: &mut Map<String, Value>, at: &str) -> Result<Name, ResourceError> {
    match table.remove("name") {
        Some(Value::String(text)) => text
            .parse()
            .map_err(|error: ResourceError| ResourceError::spec(format!("{at}/name"), error.to_string())),
        Some(_) => Err(ResourceError::spec(format!("{at}/name"), "a name is text in quotes")),
        None => Err(ResourceError::spec(at, "this has no `name`")),
    }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// `keep_models` as `keepModels`.
fn camel(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut parts = key.split('_');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let mut letters = part.chars();
        out.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(letters.as_str());
    }
    out
}

/// `keepModels` as `keep_models`.
pub(super) fn snake(key: &str) -> String {
    let mut out = String::with_capacity(key.len() + 2);
    for c in key.chars() {
        if c.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// A message about JSON in the spelling of this file: words in backticks are keys.
fn snake_words(message: &str) -> String {
    let is_key = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(|c| c.is_ascii_alphabetic())
    };
    let part = |(place, part): (usize, &str)| {
        // `blueGreen` is a value, the same in both spellings.
        if place % 2 == 1 && is_key(part) && part != "blueGreen" { snake(part) } else { part.to_owned() }
    };
    message.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}
