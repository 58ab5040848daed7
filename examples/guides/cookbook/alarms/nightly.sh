# nightly.sh
# Ends with 0 if all is as the configuration says, with 2 if somebody should look, and with 1 if that is not known.
set -eu

if ! terraform plan -input=false -lock=false -json -out=nightly.tfplan > nightly.jsonl; then
  jq -r 'select(.type == "diagnostic" and .diagnostic.severity == "error").diagnostic
    | "\(.summary)\n\(.detail)\n"' nightly.jsonl >&2
  exit 1
fi

# What differs, and which checks fail. Outputs do not count: a link that is not needed any more is no alarm.
terraform show -json nightly.tfplan | jq -r '
  (.resource_changes[]? | select(.mode == "managed" and .change.actions != ["no-op"])
    | "\(.address): \(.change.actions | join(" and "))"),
  (.checks[]?.instances[]?.problems[]?.message)
' > alarm.txt

if [ -s alarm.txt ]; then
  cat alarm.txt
  exit 2
fi
