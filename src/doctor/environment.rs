//! What several readings say together of the environment and the mini program that were named.

use super::Args;
use super::examination::Examination;
use super::finding::Finding;
use super::readings::Read;
use crate::wechat::documented::{AUTHORIZER_INFO, DESCRIBE_ENVS, ENV_INFO, HOSTING_ENVS, Looked};
use crate::wechat::{Appid, EnvId};

/// Where the account of the mini program could not be read.
const NOT_READ: &str = "what it has granted could not be read: that takes the component access token and \
    CLOUDBASE_COMPONENT_APPID";

/// Says whether the mini program has granted what a share needs, and whether each environment is one of WeChat's.
pub(super) fn look(examination: &mut Examination<'_>, args: &Args, read: &Read) {
    if let Some(appid) = &args.appid {
        let found = read.of(&AUTHORIZER_INFO).map_or_else(
            || Finding::skipped(NOT_READ),
            |info| of_permission_sets(appid, info),
        );
        examination.say("permission sets of --appid", found);
    }
    for (number, env) in args.env.iter().enumerate() {
        if let Some(found) = of_env(env, read) {
            let which = if number == 0 { "--env" } else { "second --env" };
            examination.say(which, found);
        }
    }
}

fn of_permission_sets(appid: &Appid, info: &Looked) -> Finding {
    let sets = info.numbers("authorization_info.func_info[].funcscope_category.id");
    let has = |set| sets.contains(&set);
    let for_information = if has(49) {
        "49 is granted, too"
    } else {
        "49 is not granted: environment information and conversion with this account's own token need it"
    };
    if has(18) {
        return Finding::works(format!(
            "18 is granted, which sharing needs; {for_information}"
        ));
    }
    Finding::missing(format!(
        "{appid} has not granted permission set 18 (development and data analysis), which sharing with it needs. Have its \
         administrator authorise the platform again, with that set among those that it asks for; {for_information}"
    ))
    .in_public(format!("18 is not granted; {for_information}"))
}

/// Nothing where no list was there to look in.
fn of_env(env: &EnvId, read: &Read) -> Option<Finding> {
    let lists = [
        (&DESCRIBE_ENVS, "info_list[].env"),
        (&HOSTING_ENVS, "env_list[].env_id"),
        (&ENV_INFO, "info_list[].env"),
    ];
    let answers = lists
        .iter()
        .filter_map(|(call, path)| Some((read.of(call)?, path)));
    let answers: Vec<_> = answers.collect();
    if answers.is_empty() {
        return None;
    }
    if is_made_elsewhere(env, read) {
        return Some(
            Finding::missing(format!(
                "{env} was made in the Tencent Cloud console and is not converted: convert it with cloudbase_env_conversion"
            ))
            .in_public("it is not converted"),
        );
    }
    let is_listed = answers
        .iter()
        .any(|(answer, path)| answer.texts(path).contains(&env.as_str()));
    Some(if is_listed {
        Finding::works("it is among the environments of these tokens")
    } else {
        Finding::missing(format!(
            "{env} is not among the environments of these tokens. If it was made in the Tencent Cloud console, convert it \
             with cloudbase_env_conversion; else see that it belongs to this platform"
        ))
        .in_public("it is not listed: not converted, or of another account")
    })
}

/// Whether the list of cloud hosting environments says that it is one of Tencent Cloud's. `source` is the only field that
/// shows a conversion, and only that list has it.
fn is_made_elsewhere(env: &EnvId, read: &Read) -> bool {
    let Some(hosting) = read.of(&HOSTING_ENVS) else {
        return false;
    };
    let envs = hosting.texts("env_list[].env_id");
    let sources = hosting.texts("env_list[].source");
    // Without a source in one row, nobody can tell whose the others are.
    envs.len() == sources.len()
        && envs
            .iter()
            .zip(sources)
            .any(|(one, source)| *one == env.as_str() && source == "qcloud")
}
