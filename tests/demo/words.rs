//! What a terminal does to the demo's words: its width, and whether it has colours.

use std::path::Path;

use crate::support::{BINARY, ONE_STEP, OnPath, demo, path_with, stand_in, texts};
use crate::terminal::Terminal;

/// The first two steps, as a terminal shows them.
fn shown(columns: u16, variables: &[(&str, &str)]) -> String {
    let cli = stand_in(ONE_STEP);
    let (mut command, _temporary) = demo(Path::new(BINARY));
    command
        .env("PATH", path_with(&cli))
        .envs(variables.iter().copied());
    let (code, shown) = Terminal::start(columns, command).end();
    assert_eq!(code, Some(1), "{shown}");
    let (steps, _) = shown.split_once("Error").unwrap();
    steps.replace("\r\n", "\n")
}

#[test]
fn words_are_wrapped_at_the_width_of_the_terminal() {
    for columns in [40, 60, 80, 120] {
        let shown = shown(columns, &[("TERM", "dumb")]);
        // Neither the configuration, nor a command, nor what the CLI says.
        let own = shown
            .lines()
            .filter(|line| !line.starts_with("    ") || !line.contains(['"', '{', '}', '=', '#']))
            .filter(|line| !line.starts_with('$'));
        let longest = own.map(|line| line.chars().count()).max().unwrap();
        let columns = usize::from(columns);
        assert!(longest <= columns, "{longest} of {columns}:\n{shown}");
        assert!(
            longest > columns - 18 || columns > 100,
            "{longest} of {columns}:\n{shown}"
        );
    }
}

#[test]
fn lines_go_on_below_where_they_began_and_not_below_forty_columns() {
    let narrow = shown(40, &[("TERM", "dumb")]);
    assert!(
        narrow.contains(
            "━━━ 1/7  Plan: a merchant's environment,\n         shared with two of its mini\n"
        ),
        "{narrow}"
    );
    assert!(
        narrow.contains("\n  ✓ there is something to do (exit\n    status 2)\n"),
        "{narrow}"
    );
    assert_eq!(shown(12, &[("TERM", "dumb")]), narrow);
}

#[test]
fn confirmation_urls_are_never_broken() {
    let Some(cli) = OnPath::find() else { return };
    let (mut command, _temporary) = demo(Path::new(BINARY));
    command.env("PATH", &cli.path).env("TERM", "dumb");
    let (code, shown) = Terminal::start(60, command).end();
    assert_eq!(code, Some(0), "{shown}");
    let urls = shown.matches("/confirm/").count();
    let whole = shown.lines().filter(|line| {
        let id = line.split_once("/confirm/").map(|(_, rest)| rest);
        id.is_some_and(|id| id.chars().take_while(char::is_ascii_hexdigit).count() == 32)
    });
    assert!(urls > 0);
    assert_eq!(whole.count(), urls, "{shown}");
}

#[test]
fn colours_are_for_terminals_that_have_them() {
    let coloured = shown(80, &[]);
    assert!(coloured.contains("\u{1b}[1m━━━ 1/7"), "{coloured}");
    assert!(coloured.contains("\u{1b}[32m✓\u{1b}[0m"), "{coloured}");
    for variable in [("TERM", "dumb"), ("TERM", ""), ("NO_COLOR", "1")] {
        let plain = shown(80, &[variable]);
        assert!(!plain.contains('\u{1b}'), "{variable:?}: {plain}");
    }
}

#[test]
fn a_line_that_goes_elsewhere_has_any_length() {
    let cli = stand_in(ONE_STEP);
    let (mut command, _temporary) = demo(Path::new(BINARY));
    let output = command
        .env("PATH", path_with(&cli))
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let (out, _) = texts(&output);
    assert!(
        out.starts_with("terraform shares") && out.lines().next().unwrap().ends_with("machine."),
        "{out}"
    );
}
