# Only on the sandbox: the administrators confirm.
curl --fail --silent --show-error --header 'Content-Type: application/json' --data '{"all": true}' \
  "$CLOUDBASE_ENDPOINT/_sandbox/approve"
