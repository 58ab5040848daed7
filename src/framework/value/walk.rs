//! Reading and writing a value along its type. JSON and MessagePack share this; they differ in how
//! one level of a value is written.

use std::collections::BTreeMap;

use super::value::{MAX_DEPTH, Value, ValueError};
use super::{Number, Type};
use crate::ordered::Ordered as _;

/// One level of a value in some form; what is inside is still in that form.
pub(super) enum Level<F> {
    Array(Vec<F>),
    Bool(bool),
    Dynamic(Type, F),
    Entries(Vec<(String, F)>),
    Null,
    Number(Number),
    Text(String),
    Unknown,
}

/// A form in which values travel, as the tree that its parser makes.
pub(super) trait Form: Sized {
    /// Whether an object may leave out attributes, which are null then.
    const MAY_LEAVE_OUT: bool;

    /// What it is, in words for an error, such as "JSON array".
    fn kind(&self) -> &'static str;

    /// Its outermost level, where a value of type `ty` is to be; `None` if that is no value's form.
    fn open(self, ty: &Type) -> Result<Option<Level<Self>>, ValueError>;

    /// The form of one level.
    fn close(level: Level<Self>) -> Result<Self, ValueError>;
}

/// Reads a value of type `ty`. Errors name the place and what is wrong there, never the value.
pub(super) fn read<F: Form>(form: F, ty: &Type) -> Result<Value, ValueError> {
    read_at(form, ty, 0)
}

fn read_at<F: Form>(form: F, ty: &Type, depth: usize) -> Result<Value, ValueError> {
    if depth > MAX_DEPTH {
        return Err(ValueError::new(format!("nested deeper than {MAX_DEPTH}")));
    }
    let kind = form.kind();
    let Some(level) = form.open(ty)? else {
        return Err(required(ty, kind));
    };
    match (ty, level) {
        (_, Level::Null) => Ok(Value::Null),
        (_, Level::Unknown) => Ok(Value::Unknown),
        (Type::Bool, Level::Bool(bool)) => Ok(Value::Bool(bool)),
        (Type::Number, Level::Number(number)) => Ok(Value::Number(number)),
        (Type::String, Level::Text(text)) => Ok(Value::String(text)),
        (Type::List(element), Level::Array(elements)) => {
            Ok(Value::List(read_elements(elements, |_| element, depth)?))
        }
        (Type::Set(element), Level::Array(elements)) => {
            Ok(Value::set(read_elements(elements, |_| element, depth)?))
        }
        (Type::Tuple(types), Level::Array(elements)) if types.len() == elements.len() => {
            Ok(Value::List(read_elements(elements, |i| &types[i], depth)?))
        }
        (Type::Tuple(types), Level::Array(elements)) => Err(ValueError::new(format!(
            "a tuple of {} elements is required, not of {}",
            types.len(),
            elements.len()
        ))),
        (Type::Map(element), Level::Entries(entries)) => {
            let entries =
                entries
                    .into_iter()
                    .map(|(key, form)| match read_at(form, element, depth + 1) {
                        Ok(value) => Ok((key, value)),
                        Err(error) => Err(error.below_key(&key)),
                    });
            Ok(Value::Map(entries.try_into_map()?))
        }
        (Type::Object(types), Level::Entries(entries)) => read_object(entries, types, depth),
        (Type::Dynamic, Level::Dynamic(ty, form)) => {
            let value = read_at(form, &ty, depth + 1)?;
            Ok(Value::Dynamic(Box::new(ty), Box::new(value)))
        }
        (ty, _) => Err(required(ty, kind)),
    }
}

fn read_elements<'a, F: Form>(
    elements: Vec<F>,
    ty: impl Fn(usize) -> &'a Type,
    depth: usize,
) -> Result<Vec<Value>, ValueError> {
    let elements = elements.into_iter().enumerate();
    elements
        .map(|(i, form)| read_at(form, ty(i), depth + 1).map_err(|error| error.below_index(i)))
        .collect()
}

fn read_object<F: Form>(
    entries: Vec<(String, F)>,
    types: &BTreeMap<String, Type>,
    depth: usize,
) -> Result<Value, ValueError> {
    let mut object = BTreeMap::new();
    for (name, form) in entries {
        let Some(ty) = types.get(&name) else {
            return Err(ValueError::new(format!(
                "the type has no attribute `{name}`"
            )));
        };
        let value = read_at(form, ty, depth + 1).map_err(|error| error.below(&name))?;
        object.insert(name, value);
    }
    for name in types.keys() {
        if !object.contains_key(name) {
            if !F::MAY_LEAVE_OUT {
                return Err(missing(name));
            }
            object.insert(name.clone(), Value::Null);
        }
    }
    Ok(Value::Object(object))
}

/// Writes a value of type `ty`. The value has to fit the type; see [`Value::conform`].
pub(super) fn write<F: Form>(value: &Value, ty: &Type) -> Result<F, ValueError> {
    let level = match (ty, value) {
        (_, Value::Null) => Level::Null,
        (_, Value::Unknown) => Level::Unknown,
        (Type::Bool, Value::Bool(bool)) => Level::Bool(*bool),
        (Type::Number, Value::Number(number)) => Level::Number(number.clone()),
        (Type::String, Value::String(text)) => Level::Text(text.clone()),
        (Type::List(element), Value::List(elements))
        | (Type::Set(element), Value::Set(elements)) => {
            Level::Array(write_elements(elements, |_| element)?)
        }
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            Level::Array(write_elements(elements, |i| &types[i])?)
        }
        (Type::Map(element), Value::Map(entries)) => {
            let entries = entries.iter().map(|(key, value)| {
                let form = write(value, element).map_err(|error| error.below_key(key))?;
                Ok((key.clone(), form))
            });
            Level::Entries(entries.collect::<Result<_, _>>()?)
        }
        (Type::Object(types), Value::Object(attributes)) if types.len() == attributes.len() => {
            let entries = types.iter().map(|(name, ty)| {
                let value = attributes.get(name).ok_or_else(|| missing(name))?;
                let form = write(value, ty).map_err(|error| error.below(name))?;
                Ok((name.clone(), form))
            });
            Level::Entries(entries.collect::<Result<_, _>>()?)
        }
        (Type::Dynamic, Value::Dynamic(ty, value)) => {
            Level::Dynamic((**ty).clone(), write(value, ty)?)
        }
        (ty, value) => return Err(required(ty, value.kind_name())),
    };
    F::close(level)
}

fn write_elements<'a, F: Form>(
    elements: &[Value],
    ty: impl Fn(usize) -> &'a Type,
) -> Result<Vec<F>, ValueError> {
    let elements = elements.iter().enumerate();
    elements
        .map(|(i, value)| write(value, ty(i)).map_err(|error| error.below_index(i)))
        .collect()
}

fn missing(name: &str) -> ValueError {
    ValueError::new(format!("the attribute `{name}` is missing"))
}

fn required(ty: &Type, kind: &str) -> ValueError {
    ValueError::new(format!("{ty} is required, not {kind}"))
}
