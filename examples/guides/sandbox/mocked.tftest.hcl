# Without the API, the sandbox or a token (Terraform 1.7, OpenTofu 1.8 or later).
mock_provider "cloudbase" {
  mock_resource "cloudbase_env_share" {
    defaults = {
      shares = {
        wx5fe6bb43205e9e07 = { status = "pending", confirm_url = "https://example.com/confirm", error = null, requested_at = "2026-03-01T08:00:00Z" }
        wx075cf85bf347b6df = { status = "bound", confirm_url = null, error = null, requested_at = null }
      }
    }
  }
}

run "who_has_not_confirmed" {
  variables {
    env    = "test-env-6gni9ity244a6ea3"
    appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
  }

  assert {
    condition     = output.open_requests == ["wx5fe6bb43205e9e07"]
    error_message = "One of the two has confirmed."
  }
}
