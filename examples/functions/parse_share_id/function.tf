locals {
  shares = provider::cloudbase::parse_share_id("1/tea-house-7gfwxe92efb3aa38/wx5fe6bb43205e9e07")
}

# "tea-house-7gfwxe92efb3aa38", and 1 for cloud hosting
output "env" {
  value = local.shares.env
}

output "source_type" {
  value = local.shares.source_type
}
