# Its script, which is left out here, has shared the environment.
resource "terraform_data" "tea_house" {
  input = {
    env    = "tea-house-7gfwxe92efb3aa38"
    appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
  }
}
