//! What may be said to the demo on the command line.

const EXPLANATION: &str = "\
Without a terminal, with NO_COLOR, or with TERM=dumb there are no colours.

Exit status:
  0    every step went as it should, or you left with q
  1    a step went wrong, or could not be tried
  2    what was asked for cannot be done, such as --pause without a terminal
  130  interrupted with Ctrl-C
  141  nobody reads the output any more, as with `demo | head`";

/// The arguments of `demo`.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
#[command(after_help = EXPLANATION)]
pub struct Args {
    /// Wait for a key before each further step
    #[arg(long)]
    pub pause: bool,
    /// Show the headings and the verdict only; of a step that fails, everything
    // Where nothing is shown there is nothing to stop for.
    #[arg(long, conflicts_with = "pause")]
    pub quiet: bool,
}
