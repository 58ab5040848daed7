//! What a page asks its reader to paste: its blocks of code, in order, by section.

/// How the names of files end that blocks go into.
const FILES: [&str; 3] = [".tf", ".hcl", ".sh"];

/// What is written near the top of a page whose sections and subsections stand for themselves.
const SECTIONS_APART: &str = "Each section starts in an empty folder";

/// The same, where subsections go on with what is before them.
const SECTIONS_WHOLE: &str = "Each section with its subsections starts in an empty folder";

/// What goes on after either, if they need the first example of the documentation. A page without sections apart needs it.
const BESIDE: &str = ", beside the [first example](";

/// What is written between two blocks where the reader has to confirm in a browser. In Chinese pages the second.
const APPROVE: [&str; 2] = ["**Approve**", "**同意**"];

/// A part of a page that starts in an empty folder: the whole page, or one section of it.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    /// Its heading; empty for what is before the first one, and for a page that is one part.
    pub(super) heading: String,
    pub(super) steps: Vec<Step>,
    /// Whether the folder has the first example of the documentation.
    pub(super) beside_the_first: bool,
}

impl Part {
    /// Whether the reader starts a sandbox here.
    pub(super) fn starts_the_sandbox(&self) -> bool {
        let starts =
            |step: &Step| matches!(step, Step::Run(commands) if starts_the_sandbox(commands));
        self.steps.iter().any(starts)
    }

    /// All that is run, scripts in files as well.
    pub(super) fn commands(&self) -> String {
        let texts = self.steps.iter().map(|step| match step {
            Step::Run(text) | Step::Write { text, .. } => text.as_str(),
            Step::Add(_) | Step::Approve => "",
        });
        texts.collect()
    }
}

/// Something that the reader does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// Puts a text into a file, in place of what it has.
    Write { file: String, text: String },
    /// Adds a block to the configuration.
    Add(String),
    /// Runs commands in a shell.
    Run(String),
    /// Opens the confirmation links, as the administrators would, and approves.
    Approve,
}

/// Takes a page apart, by section if it says so or `by_section` is true. Blocks that are neither HCL nor commands count
/// only where the line before says which file they go into.
pub(super) fn parts(markdown: &str, by_section: bool) -> Vec<Part> {
    let text = one_line(markdown);
    let whole = text.split_once(SECTIONS_WHOLE).map(|(_, after)| after);
    let after = whole.or_else(|| text.split_once(SECTIONS_APART).map(|(_, after)| after));
    let apart = by_section || after.is_some();
    let beside_the_first = !by_section && after.is_none_or(|after| after.starts_with(BESIDE));
    let part = |heading: &str| Part {
        heading: heading.to_owned(),
        steps: Vec::new(),
        beside_the_first,
    };
    let mut parts = vec![part("")];
    let mut before = String::new();
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        assert!(
            !line.trim_start().starts_with("```") || line.starts_with("```"),
            "an indented block is not found here: {line}"
        );
        let Some(language) = line.strip_prefix("```") else {
            let subheading = || line.strip_prefix("### ").filter(|_| whole.is_none());
            let heading = line.strip_prefix("## ").or_else(subheading);
            match heading {
                Some(heading) if apart => {
                    parts.push(part(heading));
                    before.clear();
                }
                _ => {
                    before.push_str(line);
                    before.push('\n');
                }
            }
            continue;
        };
        let mut text = String::new();
        for line in lines.by_ref().take_while(|line| *line != "```") {
            text.push_str(line);
            text.push('\n');
        }
        let steps = &mut parts.last_mut().expect("there is one").steps;
        if APPROVE.iter().any(|word| before.contains(word)) {
            steps.push(Step::Approve);
        }
        steps.extend(step(language, text, &before));
        before.clear();
    }
    if APPROVE.iter().any(|word| before.contains(word)) {
        parts
            .last_mut()
            .expect("there is one")
            .steps
            .push(Step::Approve);
    }
    parts.retain(|part| !part.steps.is_empty());
    parts
}

fn step(language: &str, text: String, before: &str) -> Option<Step> {
    match language {
        "shell" | "console" | "sh" | "terraform" | "hcl" => {
            let is_commands = !["terraform", "hcl"].contains(&language);
            Some(match named_inside(&text) {
                Some(file) => Step::Write { file, text },
                None if is_commands => Step::Run(text),
                None => Step::Add(text),
            })
        }
        _ => {
            let file = named_before(before).or_else(|| named_inside(&text))?;
            Some(Step::Write { file, text })
        }
    }
}

/// The file that a comment in the first line names.
fn named_inside(text: &str) -> Option<String> {
    let first = text.lines().next()?.strip_prefix("# ")?;
    let name = first.split(',').next()?;
    let is_name = !name.contains(' ') && FILES.iter().any(|end| name.ends_with(end));
    is_name.then(|| name.to_owned())
}

/// The file that the prose before a block ends with: "`merchants.csv`:".
fn named_before(prose: &str) -> Option<String> {
    let name = prose.trim_end().strip_suffix("`:")?.rsplit('`').next()?;
    name.contains('.').then(|| name.to_owned())
}

/// Whether commands start the sandbox, which then stays.
pub(super) fn starts_the_sandbox(commands: &str) -> bool {
    let last = commands.lines().rfind(|line| !line.trim().is_empty());
    last.is_some_and(|line| {
        let words: Vec<_> = line.split(" #").next().unwrap_or(line).split(' ').collect();
        words.contains(&"sandbox") && !words.contains(&"--help")
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_page_is_taken_apart() {
    let page = "Intro.\n\n```terraform\n# a.tf, first\nx {}\n```\n\n## One\n\n```json\n{}\n```\n\n`b.json`:\n\n```json\n[]\n```\n\n\
                ### Two\n\nThen **Approve** both.\n\n```shell\nls\n```\n\n```hcl\n# a comment of two.tf\ny {}\n```\n";
    let write = |file: &str, text: &str| Step::Write {
        file: file.to_owned(),
        text: text.to_owned(),
    };
    let all = [
        write("a.tf", "# a.tf, first\nx {}\n"),
        write("b.json", "[]\n"),
        Step::Approve,
        Step::Run("ls\n".to_owned()),
        Step::Add("# a comment of two.tf\ny {}\n".to_owned()),
    ];
    let whole = parts(page, false);
    assert_eq!(whole.len(), 1);
    assert_eq!(whole[0].steps, all);

    let apart = parts(page, true);
    let said = page.replace("Intro.", "Each section starts in\nan empty folder.");
    assert_eq!(parts(&said, false), apart);
    let whole = said.replace("section starts", "section with its subsections starts");
    assert_eq!(parts(&whole, false).len(), 2);
    let said = said.replace("folder.", "folder, beside the\n[first example](index.md).");
    let beside = parts(&said, false);
    assert_eq!(beside.len(), 3);
    assert!(beside.iter().all(|part| part.beside_the_first));
    let steps: Vec<_> = apart.iter().map(|part| part.steps.len()).collect();
    assert_eq!(steps, [1, 1, 3]);
    assert_eq!(apart[2].heading, "Two");
}

#[test]
fn the_command_that_stays_is_known() {
    assert!(starts_the_sandbox(
        "cargo run --release -- install\ncargo run -- sandbox --write a # stays\n"
    ));
    for other in [
        "cargo run -- sandbox --help\n",
        "ls # no sandbox\n",
        "x sandbox\nls\n",
    ] {
        assert!(!starts_the_sandbox(other), "{other}");
    }
}
