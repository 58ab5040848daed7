resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]

  confirmation_triggers = {
    wx075cf85bf347b6df = "the link was opened on the wrong phone, 2026-03-02"
  }
}
