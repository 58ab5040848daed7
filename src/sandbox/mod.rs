//! The embedded stand-in of the WeChat API.
