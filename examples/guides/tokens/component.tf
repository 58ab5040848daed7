# `ephemeral` keeps them out of a saved plan. It needs Terraform 1.10 or OpenTofu 1.11.
variable "component_appsecret" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "component_verify_ticket" {
  description = "The latest ticket that was pushed to the platform."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "cloudbase" {
  component = {
    appid         = "wx3c9f1e7a5b2d8046"
    appsecret     = var.component_appsecret
    verify_ticket = var.component_verify_ticket
  }

  # Only for environment information; the refresh token is looked up.
  authorizer = {
    appid = "wx5fe6bb43205e9e07"
  }
}
