terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

# The tokens come from CLOUDBASE_COMPONENT_ACCESS_TOKEN and CLOUDBASE_AUTHORIZER_ACCESS_TOKEN.
provider "cloudbase" {
  request_timeout = "30s"
  max_retries     = 4
  batch_size      = 50
}
