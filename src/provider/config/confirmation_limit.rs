//! `max_confirmation_requests`: how many administrators one run may ask.

use super::Config;
use super::invalid::invalid;
use crate::framework::Diagnostic;

/// The limit; none is any number, as is one that is not known yet.
pub(in crate::provider) fn max_confirmation_requests(
    config: &Config,
) -> Result<Option<u64>, Diagnostic> {
    let Some(number) = config.max_confirmation_requests.known() else {
        return Ok(None);
    };
    u64::try_from(*number).map(Some).map_err(|_| {
        invalid(
            "max_confirmation_requests",
            &format!(
                "{number} is not a number of administrators: write a whole number, 0 or more. With 0 nobody may be \
                 asked; to have no limit, leave the argument out."
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Attr;

    #[test]
    fn it_is_a_whole_number_or_no_limit() {
        let of = |number| {
            max_confirmation_requests(&Config {
                max_confirmation_requests: number,
                ..Config::default()
            })
        };
        assert_eq!(of(Attr::Null).unwrap(), None);
        assert_eq!(of(Attr::Unknown).unwrap(), None);
        assert_eq!(of(Attr::Known(0)).unwrap(), Some(0));
        let wrong = of(Attr::Known(-1)).unwrap_err();
        let place = wrong.attribute.map(|path| path.to_string());
        assert_eq!(place.as_deref(), Some("max_confirmation_requests"));
    }
}
