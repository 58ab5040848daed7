//! Lists of an answer.

use std::{fmt, marker::PhantomData, vec};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, SeqAccess, Visitor},
};

/// The largest batch has 1000 items and a page 500 rows, so that more rows than this can't be right in any list. A row
/// takes far more memory than the two bytes it may have in an answer, whose length alone would bound it too late.
const MOST: usize = 10_000;

/// The rows of a list. Null reads as none, and so does a missing list with `#[serde(default)]`; a list that is far too
/// long is an error as soon as that shows.
#[derive(Debug)]
pub(in crate::wechat) struct Rows<T>(Vec<T>);

impl<T> Rows<T> {
    pub(in crate::wechat) fn len(&self) -> usize {
        self.0.len()
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> IntoIterator for Rows<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Rows<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or null")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Rows::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = list.next_element()? {
            if rows.len() == MOST {
                return Err(A::Error::custom(format_args!(
                    "a list has more than {MOST} rows"
                )));
            }
            rows.push(row);
        }
        Ok(Rows(rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(json: &str) -> Result<Vec<Option<String>>, String> {
        serde_json::from_str::<Rows<_>>(json)
            .map(|rows| rows.into_iter().collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn null_is_no_row_and_other_values_are_no_list() {
        assert_eq!(rows("null"), Ok(vec![]));
        assert_eq!(rows("[]"), Ok(vec![]));
        assert_eq!(rows(r#"["a",null]"#), Ok(vec![Some("a".to_owned()), None]));
        for bad in ["7", r#""a""#, "{}", "[7]"] {
            assert!(rows(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_list_that_can_not_be_right_is_refused() {
        let list = |rows: usize| format!("[{}null]", "null,".repeat(rows - 1));
        assert_eq!(rows(&list(MOST)).unwrap().len(), MOST);
        let error = rows(&list(MOST + 1)).unwrap_err();
        assert!(
            error.starts_with("a list has more than 10000 rows"),
            "{error}"
        );
    }
}
