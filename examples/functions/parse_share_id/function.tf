locals {
  shares = provider::cloudbase::parse_share_id("1/prod-env-6gni9ity244a6ea3/wx5fe6bb43205e9e07")
}

# "prod-env-6gni9ity244a6ea3", and 1 for cloud hosting
output "env" {
  value = local.shares.env
}

output "source_type" {
  value = local.shares.source_type
}
