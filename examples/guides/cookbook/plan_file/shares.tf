# shares.tf
resource "cloudbase_env_share" "merchant" {
  for_each = {
    "tea-house-7gfwxe92efb3aa38" = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
    "book-shop-1g5fhz2k9c0d7e61" = ["wx8a1c3f0be2d94c57"]
  }

  env    = each.key
  appids = each.value
}
