//! Between models and values.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::framework::diagnostic::{Diagnostic, Diagnostics};
use crate::framework::resource::Applied;
use crate::framework::schema::Schema;
use crate::framework::value::{Type, Value, ValueError, from_value, to_value};

/// A type with what its schema comes to.
pub(super) struct Typed<T> {
    pub(super) of: T,
    pub(super) schema: Schema,
    pub(super) ty: Type,
}

impl<T> Typed<T> {
    pub(super) fn new(schema: Schema, of: T) -> Self {
        Self {
            ty: schema.ty(),
            schema,
            of,
        }
    }

    /// A model as a value of the schema's type, as it may be in plan or state.
    pub(super) fn write<M: Serialize>(&self, model: &M) -> Result<Value, Diagnostics> {
        to_value(model, &self.ty).map_err(|error| model_mismatch(&error).into())
    }

    /// A model, if there is one, as a value; a mismatch is added to `diagnostics`.
    pub(super) fn write_or_report<M: Serialize>(
        &self,
        model: Option<M>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Value> {
        match model.map(|model| self.write(&model)).transpose() {
            Ok(value) => value,
            Err(errors) => {
                diagnostics.extend(errors);
                None
            }
        }
    }

    pub(super) fn write_applied<M: Serialize>(&self, applied: Applied<M>) -> Applied<Value> {
        let Applied {
            state,
            private,
            mut diagnostics,
        } = applied;
        let state = self.write_or_report(state, &mut diagnostics);
        Applied {
            state,
            private,
            diagnostics,
        }
    }
}

/// A value as a model, or what is wrong with it.
pub(super) fn read<M: DeserializeOwned>(value: Value) -> Result<M, Diagnostics> {
    from_value(value).map_err(|error| model_mismatch(&error).into())
}

pub(super) fn model_mismatch(error: &ValueError) -> Diagnostic {
    let place = if error.path.is_empty() {
        "a value".to_owned()
    } else {
        format!("`{}`", error.path)
    };
    Diagnostic::error(
        format!(
            "{place} does not fit the provider's model: {}",
            error.message
        ),
        "This is a mistake in the provider, or state that another version wrote. Please report \
         it, with the configuration of the resource.",
    )
    .at(error.path.clone())
}

/// Evaluates to the value, or returns what `$failed` makes of the diagnostics.
macro_rules! or_return {
    ($value:expr, $failed:path) => {
        match $value {
            Ok(value) => value,
            Err(diagnostics) => return $failed(diagnostics),
        }
    };
}

/// Runs the schema's checks of `$config` and then the type's own.
macro_rules! validated {
    ($typed:expr, $config:expr) => {{
        let mut diagnostics = $typed.schema.validate(&$config);
        match read($config) {
            Ok(config) => diagnostics.extend($typed.of.validate(config).await),
            // What the schema's checks have found explains the model_mismatch better.
            Err(_) if diagnostics.has_error() => {}
            Err(errors) => diagnostics.extend(errors),
        }
        diagnostics
    }};
}

pub(super) use {or_return, validated};
