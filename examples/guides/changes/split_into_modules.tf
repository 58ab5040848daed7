module "north" {
  source = "./share"

  env             = "tea-house-7gfwxe92efb3aa38"
  appids          = ["wx5fe6bb43205e9e07"]
  deletion_policy = "abandon"
}

module "south" {
  source = "./share"

  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx075cf85bf347b6df"]
}

moved {
  from = cloudbase_env_share.tea_house
  to   = module.north.cloudbase_env_share.this
}
