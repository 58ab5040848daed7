//! The `cloudbase` provider.
