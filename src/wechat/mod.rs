//! The WeChat API.
