# The script so far. The endpoint is https://api.weixin.qq.com, or the sandbox.
curl --fail --silent --show-error --header 'Content-Type: application/json' \
  --data '{"data": [{"env": "tea-house-7gfwxe92efb3aa38", "appids": ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]}]}' \
  "$CLOUDBASE_ENDPOINT/componenttcb/batchshareenv?access_token=$CLOUDBASE_COMPONENT_ACCESS_TOKEN"
