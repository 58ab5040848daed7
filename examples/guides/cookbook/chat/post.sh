# post.sh
# Posts $MESSAGE, if there is one, to $WEBHOOK_URL. With - for the address it only shows the message.
set -eu

test -n "$MESSAGE" || exit 0
if [ "$WEBHOOK_URL" = - ]; then
  echo "$MESSAGE"
  exit
fi

# The address is a secret: not among the arguments, where other users of the machine could see it.
answer=$(printf 'url = "%s"\n' "$WEBHOOK_URL" |
  curl --config - --silent --show-error --fail --max-time 10 \
    --header 'Content-Type: application/json' --data-raw "$MESSAGE")

# WeCom answers with status 200 whatever comes of it.
case "$answer" in
*'"errcode":0,'*) ;;
*)
  echo "not posted: $answer" >&2
  exit 1
  ;;
esac
