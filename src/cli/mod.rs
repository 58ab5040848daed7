//! The command line: its arguments ([`Arguments`]), and how each choice is run.
//!
//! Exit statuses: 0 is success; 1 is a failure, which is explained on standard error, and also the
//! refusal to be started by a person without an argument; 2 is arguments that make no sense; 3 is an API that
//! `doctor` has found to differ; 130 is a demo or a doctor that was interrupted.

mod arguments;
mod foreground;
mod own_file;
mod serve;

pub(crate) use arguments::{Arguments, Command};
pub(crate) use foreground::{demo, doctor, install, sandbox};
pub(crate) use serve::{serve_launched, serve_reattachable};
