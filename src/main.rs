//! What this process is to do: serve the plugin protocol, or one of the subcommands.

fn main() {}
