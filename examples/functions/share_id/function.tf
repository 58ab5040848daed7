output "import_ids" {
  value = {
    shops = provider::cloudbase::share_id("prod-env-6gni9ity244a6ea3", ["wx5fe6bb43205e9e07"])

    # An environment of cloud hosting: its source type stands first.
    hosted = provider::cloudbase::share_id("hosting-env-3gk8s6bd0f1c2a94", ["wx075cf85bf347b6df"], 1)
  }
}
