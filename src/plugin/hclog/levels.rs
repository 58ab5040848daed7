//! How much to log of what.

use std::ffi::OsString;

use tracing::level_filters::LevelFilter;

/// The crates whose events are logged.
///
/// Those of dependencies never are, at no level: an HTTP client's trace can hold a request's URL,
/// and WeChat wants the access token in the URL.
const OWN_CRATES: [&str; 2] = ["cloudbase", "terraform_provider_cloudbase"];

/// A part of the program with a name and a level of its own. The names are those of plugin-go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Module {
    /// Being a plugin, and speaking the protocol.
    Protocol,
    /// Terraform's model.
    Framework,
    /// Talking to WeChat.
    Api,
    /// Everything else.
    Provider,
}

impl Module {
    /// The part that an event's target belongs to; `None` if it is not of this program.
    pub(super) fn of(target: &str) -> Option<Self> {
        let mut path = target.split("::");
        let root = path.next()?;
        if !OWN_CRATES.contains(&root) {
            return None;
        }
        Some(match path.next() {
            Some("plugin") => Self::Protocol,
            Some("framework") => Self::Framework,
            Some("wechat") => Self::Api,
            _ => Self::Provider,
        })
    }

    /// What stands in `@module`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Protocol => "sdk.proto",
            Self::Framework => "sdk.framework",
            Self::Api => "provider.wechat",
            Self::Provider => "provider",
        }
    }
}

/// The least severe level that is logged, for each part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    protocol: LevelFilter,
    framework: LevelFilter,
    provider: LevelFilter,
}

impl Levels {
    /// Reads the levels from the environment, given as a function from a variable's name to its
    /// value. `None` if nothing is to be logged.
    ///
    /// The first of these that is set and not empty counts: `TF_LOG_PROVIDER_<NAME>` (the name in
    /// capitals, `-` as `_`), `TF_LOG_PROVIDER`, `TF_LOG`. For the protocol `TF_LOG_SDK_PROTO` and
    /// `TF_LOG_SDK` come before them, for the framework `TF_LOG_SDK_FRAMEWORK` and `TF_LOG_SDK`.
    ///
    /// Values are `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` and `OFF` in any case; `JSON` and
    /// anything else mean `TRACE`, as they do to Terraform (`internal/logging/logging.go`).
    pub fn read(provider: &str, variable: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let own = format!(
            "TF_LOG_PROVIDER_{}",
            provider.to_uppercase().replace('-', "_")
        );
        let first = |names: &[&str]| {
            names
                .iter()
                .filter_map(|name| variable(name))
                .find(|value| !value.is_empty())
                .map(|value| level(&value.to_string_lossy()))
        };
        let provider = first(&[&own, "TF_LOG_PROVIDER", "TF_LOG"]).unwrap_or(LevelFilter::OFF);
        let levels = Self {
            protocol: first(&["TF_LOG_SDK_PROTO", "TF_LOG_SDK"]).unwrap_or(provider),
            framework: first(&["TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK"]).unwrap_or(provider),
            provider,
        };
        (levels.most_verbose() > LevelFilter::OFF).then_some(levels)
    }

    pub(super) fn of(&self, module: Module) -> LevelFilter {
        match module {
            Module::Protocol => self.protocol,
            Module::Framework => self.framework,
            Module::Api | Module::Provider => self.provider,
        }
    }

    fn most_verbose(&self) -> LevelFilter {
        self.protocol.max(self.framework).max(self.provider)
    }
}

fn level(value: &str) -> LevelFilter {
    match value.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Option<[LevelFilter; 3]> {
        let levels = Levels::read("cloud-base", |name| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        })?;
        Some([levels.protocol, levels.framework, levels.provider])
    }

    const OFF: LevelFilter = LevelFilter::OFF;
    const ERROR: LevelFilter = LevelFilter::ERROR;
    const INFO: LevelFilter = LevelFilter::INFO;
    const DEBUG: LevelFilter = LevelFilter::DEBUG;
    const TRACE: LevelFilter = LevelFilter::TRACE;

    #[test]
    fn nothing_set_is_nothing_logged() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[("TF_LOG", "")]), None);
        assert_eq!(read(&[("TF_LOG", "off")]), None);
        assert_eq!(read(&[("TF_LOG_CORE", "TRACE")]), None);
    }

    #[test]
    fn the_most_specific_variable_counts() {
        let general = ("TF_LOG", "ERROR");
        let providers = ("TF_LOG_PROVIDER", "info");
        let own = ("TF_LOG_PROVIDER_CLOUD_BASE", "Debug");
        assert_eq!(read(&[general]), Some([ERROR; 3]));
        assert_eq!(read(&[general, providers]), Some([INFO; 3]));
        assert_eq!(read(&[general, providers, own]), Some([DEBUG; 3]));
        let sdk = ("TF_LOG_SDK", "ERROR");
        assert_eq!(read(&[own, sdk]), Some([ERROR, ERROR, DEBUG]));
        let protocol = ("TF_LOG_SDK_PROTO", "INFO");
        assert_eq!(read(&[own, sdk, protocol]), Some([INFO, ERROR, DEBUG]));
        assert_eq!(read(&[protocol]), Some([INFO, OFF, OFF]));
    }

    #[test]
    fn json_and_misspellings_are_trace() {
        assert_eq!(read(&[("TF_LOG", "JSON")]), Some([TRACE; 3]));
        assert_eq!(read(&[("TF_LOG", "DEUBG")]), Some([TRACE; 3]));
    }

    #[test]
    fn only_own_targets_have_a_module() {
        assert_eq!(
            Module::of("cloudbase::plugin::serve"),
            Some(Module::Protocol)
        );
        assert_eq!(Module::of("cloudbase::framework"), Some(Module::Framework));
        assert_eq!(Module::of("cloudbase::wechat::token"), Some(Module::Api));
        assert_eq!(Module::of("cloudbase"), Some(Module::Provider));
        assert_eq!(
            Module::of("terraform_provider_cloudbase"),
            Some(Module::Provider)
        );
        for foreign in ["h2::proto", "hyper", "reqwest", "cloudbase_x::plugin", ""] {
            assert_eq!(Module::of(foreign), None, "{foreign}");
        }
    }
}
