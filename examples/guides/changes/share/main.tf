terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

variable "env" {
  type = string
}

variable "appids" {
  type = set(string)
}

variable "deletion_policy" {
  type    = string
  default = null
}

resource "cloudbase_env_share" "this" {
  env             = var.env
  appids          = var.appids
  deletion_policy = var.deletion_policy
}
