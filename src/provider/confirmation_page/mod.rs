//! `provider::cloudbase::confirmation_page(shares, options)`: what is to be confirmed, as a page that can be sent to the
//! administrators of mini programs, and `qr_svg(text)`, the QR code in it by itself.
//!
//! `requests` and `options` are the two arguments, parsed; `html` writes the page, in the words of `words` and the style
//! of `style.css`.

mod function;
mod html;
mod link;
mod options;
mod qr;
mod qr_svg;
mod requests;
#[cfg(test)]
mod tests;
mod words;

pub(super) use self::{function::MakeConfirmationPage, qr_svg::MakeQrSvg};
