//! Being a go-plugin child process.
