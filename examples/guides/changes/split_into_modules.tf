module "north" {
  source = "./share"

  env             = "prod-env-6gni9ity244a6ea3"
  appids          = ["wx5fe6bb43205e9e07"]
  deletion_policy = "abandon"
}

module "south" {
  source = "./share"

  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx075cf85bf347b6df"]
}

moved {
  from = cloudbase_env_share.shops
  to   = module.north.cloudbase_env_share.this
}
