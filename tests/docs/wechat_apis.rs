//! WeChat's own names for the API's calls, and which types make them.
//!
//! Titles, names and addresses are those of WeChat's pages; the pages exist in Chinese only, but for old translations.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cloudbase::sandbox::Endpoint;

use crate::kinds::{DocumentedType, types};
use crate::{files_below, root};

/// One call of the API.
struct Api {
    path: &'static str,
    /// What WeChat's page gives as 接口英文名.
    name: &'static str,
    /// The title of WeChat's page.
    title: &'static str,
    /// The address of that page.
    page: &'static str,
    /// The pages of the types that make it.
    types: &'static [&'static str],
}

const APIS: &[Api] = &[
    Api {
        path: "/componenttcb/batchshareenv",
        name: "shareCloudbaseEnv",
        title: "环境共享",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/env-mgnt/api_sharecloudbaseenv.html",
        types: &["resources/env_share", "actions/resend_confirmations"],
    },
    Api {
        path: "/componenttcb/batchunshareenv",
        name: "unshareCloudbaseEnv",
        title: "解除环境共享关联关系",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudrun-batch/cloudenv-mgnt/api_unsharecloudbaseenv",
        types: &["resources/env_share"],
    },
    Api {
        path: "/componenttcb/batchgetenvid",
        name: "getShareCloudbaseEnv",
        title: "查询环境共享信息",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudrun-batch/cloudenv-mgnt/api_getsharecloudbaseenv.md",
        types: &[
            "resources/env_share",
            "resources/env_share_confirmation",
            "data-sources/env_shares",
            "list-resources/env_share",
            "actions/resend_confirmations",
        ],
    },
    Api {
        path: "/tcb/modifyenv",
        name: "changeTcbEnv",
        title: "转换云环境",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-common/env-management/api_changetcbenv.html",
        types: &["resources/env_conversion", "actions/convert_env"],
    },
    Api {
        path: "/tcb/getenvinfo",
        name: "getEnvInfo",
        title: "获取云环境",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-common/env-management/api_getenvinfo.html",
        types: &["data-sources/env", "data-sources/envs"],
    },
    Api {
        path: "/componenttcb/describeenvs",
        name: "getTcbEnvList",
        title: "获取环境信息",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/env-mgnt/api_gettcbenvlist",
        types: &["data-sources/component_envs"],
    },
    Api {
        path: "/componenttcb/describecloudbaserunenvs",
        name: "getWxCloudBaseRunEnvs",
        title: "获取环境信息",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudrun-batch/cloudenv-mgnt/api_getwxcloudbaserunenvs",
        types: &["data-sources/hosting_envs"],
    },
    Api {
        path: "/cgi-bin/openapi/quota/get",
        name: "getApiQuota",
        title: "查询API调用额度",
        page: "https://developers.weixin.qq.com/doc/service/api/apimanage/api_getapiquota",
        types: &["data-sources/api_quota"],
    },
    Api {
        path: "/componenttcb/batchuploadscf",
        name: "batchuUloadCloudFunction",
        title: "创建云函数",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/scf-mgnt/api_batchuuloadcloudfunction.html",
        types: &["resources/auth_function"],
    },
    Api {
        path: "/componenttcb/batchuploadscfcode",
        name: "uploadCloudFunctionCode",
        title: "更新云函数代码",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/scf-mgnt/api_uploadcloudfunctioncode.html",
        types: &["resources/auth_function"],
    },
    Api {
        path: "/componenttcb/getscflist",
        name: "getCloudFunctionList",
        title: "获取云函数",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/scf-mgnt/api_getcloudfunctionlist.html",
        types: &["resources/auth_function"],
    },
    Api {
        path: "/componenttcb/deletescf",
        name: "deleteCloudFunction",
        title: "删除云函数",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/scf-mgnt/api_deletecloudfunction.html",
        types: &["resources/auth_function"],
    },
    Api {
        path: "/cgi-bin/component/api_component_token",
        name: "getComponentAccessToken",
        title: "获取令牌",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getcomponentaccesstoken",
        types: &["ephemeral-resources/component_token"],
    },
    Api {
        path: "/cgi-bin/component/api_authorizer_token",
        name: "getAuthorizerAccessToken",
        title: "获取授权账号调用令牌",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/ticket-token/api_getauthorizeraccesstoken.html",
        types: &["ephemeral-resources/authorizer_token"],
    },
    Api {
        path: "/cgi-bin/component/api_get_authorizer_list",
        name: "getAuthorizerList",
        title: "拉取已授权的账号信息",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerlist",
        types: &[
            "data-sources/authorizers",
            "ephemeral-resources/authorizer_token",
        ],
    },
    Api {
        path: "/cgi-bin/component/api_get_authorizer_info",
        name: "getAuthorizerInfo",
        title: "获取授权账号详情",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/authorization-management/api_getauthorizerinfo",
        types: &["data-sources/authorizers"],
    },
    Api {
        path: "/tcb/usecloudaccesstoken",
        name: "setCloudAccessToken",
        title: "管理微信令牌权限",
        page: "https://developers.weixin.qq.com/doc/oplatform/openApi/cloudbase-batch/env-mgnt/api_setcloudaccesstoken.html",
        types: &["resources/open_api_access", "data-sources/open_api_access"],
    },
];

fn page_of(ty: &DocumentedType) -> String {
    format!("{}/{}", ty.kind.folder, ty.short_name())
}

/// The line on the page of `ty` that names what it calls.
pub(crate) fn line(ty: &DocumentedType) -> String {
    let page = page_of(ty);
    let calls: Vec<String> = APIS
        .iter()
        .filter(|api| api.types.contains(&page.as_str()))
        .map(|api| format!("[{}]({}) (`{}`)", api.title, api.page, api.name))
        .collect();
    assert!(
        !calls.is_empty(),
        "tests/docs/wechat_apis.rs does not say what {page} calls"
    );
    format!("WeChat's API: {}.\n", calls.join(", "))
}

/// All of them, for the guide in Chinese.
pub(crate) fn table() -> String {
    let mut out =
        String::from("| 微信接口 | 接口英文名 | 路径 | 使用它的类型 |\n|---|---|---|---|\n");
    for api in APIS {
        let types: Vec<String> = types()
            .iter()
            .filter(|ty| api.types.contains(&page_of(ty).as_str()))
            .map(|ty| {
                let kind = ty.kind.title.to_lowercase();
                format!("{kind} [{}](../{}.md)", ty.name, page_of(ty))
            })
            .collect();
        writeln!(
            out,
            "| [{}]({}) | `{}` | `{}` | {} |",
            api.title,
            api.page,
            api.name,
            api.path,
            types.join("、")
        )
        .expect("text can be written");
    }
    out
}

/// The paths that the client has, as its sources write them.
fn paths_of_the_client() -> BTreeSet<String> {
    let folder = root().join("src/wechat");
    let mut found = BTreeSet::new();
    for file in files_below(&folder) {
        let text = std::fs::read_to_string(folder.join(file)).expect("a source can be read");
        for literal in text.split('"').skip(1).step_by(2) {
            if ["/componenttcb/", "/tcb/", "/cgi-bin/"]
                .iter()
                .any(|start| literal.starts_with(start))
            {
                found.insert(literal.to_owned());
            }
        }
    }
    found
}

#[test]
fn every_call_of_the_client_and_of_the_sandbox_has_a_row() {
    let rows: BTreeSet<String> = APIS.iter().map(|api| api.path.to_owned()).collect();
    assert_eq!(rows.len(), APIS.len(), "a path has two rows");
    assert_eq!(rows, paths_of_the_client(), "rows, and paths in src/wechat");
    let sandbox = Endpoint::ALL.iter().map(|one| one.path().to_owned());
    assert_eq!(rows, sandbox.collect(), "rows, and paths of the sandbox");
}

#[test]
fn rows_name_types_that_there_are() {
    let pages: BTreeSet<String> = types().iter().map(page_of).collect();
    for api in APIS {
        for page in api.types {
            assert!(pages.contains(*page), "{}: {page}", api.path);
        }
    }
    for ty in types() {
        assert!(line(&ty).contains("](https://"), "{}", ty.name);
    }
}

/// WeChat's addresses end with the name of the call in lower case, so that a link to the page of another call shows.
#[test]
fn each_link_is_to_the_page_of_its_call() {
    const PAGES: &str = "https://developers.weixin.qq.com/doc/";
    for api in APIS {
        let file = api.page.rsplit('/').next().unwrap_or_default();
        let file = file.trim_end_matches(".html").trim_end_matches(".md");
        assert!(api.page.starts_with(PAGES), "{}", api.page);
        assert_eq!(file, format!("api_{}", api.name.to_lowercase()));
    }
}
