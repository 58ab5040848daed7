# Against the sandbox: endpoint and tokens come from the variables that it prints.
variables {
  env    = "test-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

run "plan" {
  command = plan

  assert {
    condition     = length(cloudbase_env_share.this.appids) == 2
    error_message = "Two mini programs are to be asked."
  }
}

run "create" {
  assert {
    condition     = length(output.open_requests) == 2
    error_message = "Nobody has confirmed yet."
  }
}

run "one_leaves" {
  variables {
    appids = ["wx5fe6bb43205e9e07"]
  }

  assert {
    condition     = output.open_requests == ["wx5fe6bb43205e9e07"]
    error_message = "The other one is not asked any more."
  }
}
