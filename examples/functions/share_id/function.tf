output "import_ids" {
  value = {
    tea_house = provider::cloudbase::share_id("tea-house-7gfwxe92efb3aa38", ["wx5fe6bb43205e9e07"])

    # An environment of cloud hosting: its source type stands first.
    hosted = provider::cloudbase::share_id("hosting-env-3gk8s6bd0f1c2a94", ["wx075cf85bf347b6df"], 1)
  }
}
