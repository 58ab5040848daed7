//! The fields of an answer, as the documents have them.

/// What a field holds. Null is taken in place of anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number, or a string of digits.
    Number,
    /// True or false, or 0 or 1.
    Flag,
    /// Whatever it may be: nothing in it is looked at.
    Any,
}

/// One field of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The names that lead to it, with dots between them, and `[]` behind a list. A last name that is `*` stands for all
    /// fields in that place.
    pub path: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether an answer without it differs from the documents. Not so where they call it optional, differ among
    /// themselves, or have a sample without it.
    pub is_always_there: bool,
}

impl Field {
    const fn new(path: &'static str, kind: Kind) -> Self {
        Self {
            path,
            kind,
            is_always_there: true,
        }
    }

    /// It may be left out.
    pub(super) const fn or_not(self) -> Self {
        Self {
            is_always_there: false,
            ..self
        }
    }
}

pub(super) const fn text(path: &'static str) -> Field {
    Field::new(path, Kind::Text)
}

pub(super) const fn number(path: &'static str) -> Field {
    Field::new(path, Kind::Number)
}

pub(super) const fn flag(path: &'static str) -> Field {
    Field::new(path, Kind::Flag)
}

pub(super) const fn any(path: &'static str) -> Field {
    Field::new(path, Kind::Any)
}
