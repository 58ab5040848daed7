# platforms.tf
terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

provider "cloudbase" {
  alias      = "north"
  token_file = "north.json"
}

provider "cloudbase" {
  alias      = "south"
  token_file = "south.json"
}

module "north" {
  source    = "./platform"
  providers = { cloudbase = cloudbase.north }

  merchants = {
    "tea-house-7gfwxe92efb3aa38" = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
  }
}

module "south" {
  source    = "./platform"
  providers = { cloudbase = cloudbase.south }

  merchants = {
    "book-shop-1g5fhz2k9c0d7e61" = ["wx8a1c3f0be2d94c57"]
  }
}

output "confirm_urls" {
  value = merge(module.north.confirm_urls, module.south.confirm_urls)
}
