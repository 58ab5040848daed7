variable "component_access_token" {
  description = "From the token service of the third-party platform."
  type        = string
  sensitive   = true
  ephemeral   = true # not in a saved plan; Terraform 1.10, OpenTofu 1.11
  default     = null # null leaves it to CLOUDBASE_COMPONENT_ACCESS_TOKEN
}

provider "cloudbase" {
  component_access_token = var.component_access_token

  request_timeout = "30s"
  max_retries     = 4
  batch_size      = 50
}
