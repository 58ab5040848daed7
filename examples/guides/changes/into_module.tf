module "shops" {
  source = "./share"

  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

moved {
  from = cloudbase_env_share.shops
  to   = module.shops.cloudbase_env_share.this
}
