//! `provider::cloudbase::qr_svg(text)`.

use super::qr::QrCode;
use crate::framework::function::{Function, FunctionError, Parameter, Signature};
use crate::framework::value::{Type, Value};

/// Draws a QR code.
pub(in crate::provider) struct MakeQrSvg;

impl Function for MakeQrSvg {
    fn name(&self) -> &'static str {
        "qr_svg"
    }

    fn signature(&self) -> Signature {
        Signature {
            parameters: vec![Parameter::new(
                "text",
                Type::String,
                "What the code says, such as a link: 1 to 2331 bytes of UTF-8.",
            )],
            variadic: None,
            returns: Type::String,
            summary: "Draws a QR code as SVG",
            description: "Draws a QR code as SVG: an element to put into a page, or the whole of an `.svg` file. It is \
                          black on white, with the margin that scanners need, and as large as the place that it is \
                          shown in.",
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let text = arguments.first().and_then(Value::as_str);
        let code = QrCode::of(text.unwrap_or_default());
        let code = code.map_err(|error| FunctionError::argument(0, error.to_string()))?;
        Ok(Value::string(code.svg()))
    }
}
