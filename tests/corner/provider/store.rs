//! The remote system that the corner provider manages: objects in a JSON file.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Object {
    /// The type it is of.
    pub(crate) type_name: String,
    /// How often it was written.
    pub(crate) revision: i64,
    /// Its attributes, as JSON of its type's schema.
    pub(crate) attributes: Json,
}

/// What is in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    made: u64,
    objects: BTreeMap<String, Object>,
    /// What happened beside the objects, in order.
    events: Vec<String>,
}

/// The system, for one process.
#[derive(Debug)]
pub(crate) struct Store {
    file: Option<PathBuf>,
    memory: Mutex<Contents>,
}

impl Store {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            memory: Mutex::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, Contents> {
        let mut contents = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = self.file.as_ref().and_then(|file| fs::read(file).ok()) {
            *contents = serde_json::from_slice(&bytes).expect("the store is what was written");
        }
        contents
    }

    /// Changes what is there. Commands of one test follow each other, so that nobody else writes.
    fn change<R>(&self, change: impl FnOnce(&mut Contents) -> R) -> R {
        let mut contents = self.open();
        let result = change(&mut contents);
        if let Some(file) = &self.file {
            let bytes = serde_json::to_vec_pretty(&*contents).expect("the store is JSON");
            fs::write(file, bytes).expect("the store can be written");
        }
        result
    }

    /// An id that no object has had.
    pub(crate) fn new_id(&self) -> String {
        self.change(|contents| {
            contents.made += 1;
            format!("object-{}", contents.made)
        })
    }

    pub(crate) fn put(&self, id: &str, object: Object) {
        self.change(|contents| contents.objects.insert(id.to_owned(), object));
    }

    pub(crate) fn get(&self, type_name: &str, id: &str) -> Option<Object> {
        let object = self.open().objects.get(id).cloned();
        object.filter(|object| object.type_name == type_name)
    }

    pub(crate) fn remove(&self, id: &str) {
        self.change(|contents| contents.objects.remove(id));
    }

    /// Every object of a type.
    pub(crate) fn all(&self, type_name: &str) -> Vec<Object> {
        let contents = self.open();
        let objects = contents.objects.values();
        objects
            .filter(|object| object.type_name == type_name)
            .cloned()
            .collect()
    }

    /// Notes that something happened.
    pub(crate) fn note(&self, event: impl Into<String>) {
        let event = event.into();
        self.change(|contents| contents.events.push(event));
    }
}
