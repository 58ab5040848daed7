resource "cloudbase_env_share" "north" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07"]

  # Gives wx075cf85bf347b6df up without ending its share.
  deletion_policy = "abandon"
}

resource "cloudbase_env_share" "south" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx8a1c3f0be2d94c57", "wx075cf85bf347b6df"]
}
