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

resource "cloudbase_env_share" "this" {
  env    = var.env
  appids = var.appids
}

output "open_requests" {
  value = [for appid, share in cloudbase_env_share.this.shares : appid if share.status == "pending"]
}
