# An authorizer token belongs to one merchant, so each merchant has a provider of its own.
# `ephemeral` keeps its token out of a saved plan. It needs Terraform 1.10 or OpenTofu 1.11.
variable "tea_house_token" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

variable "book_shop_token" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

provider "cloudbase" {
  alias                   = "tea_house"
  authorizer_access_token = var.tea_house_token
}

provider "cloudbase" {
  alias                   = "book_shop"
  authorizer_access_token = var.book_shop_token
}

data "cloudbase_envs" "tea_house" {
  provider = cloudbase.tea_house
}

data "cloudbase_envs" "book_shop" {
  provider = cloudbase.book_shop
}
