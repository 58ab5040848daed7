# plan.sh
# Writes the plan to plan.tfplan, and what it means for people to summary.md.
set -eu

if ! terraform plan -input=false -json -out=plan.tfplan > plan.jsonl; then
  jq -r 'select(.type == "diagnostic" and .diagnostic.severity == "error").diagnostic
    | "\(.summary)\n\(.detail)\n"' plan.jsonl >&2
  exit 1
fi
terraform show -json plan.tfplan > plan.json

{
  jq -r 'select(.type == "change_summary") | "\(.["@message"])\n"' plan.jsonl

  # Who is asked stands in no plan file: it is a warning about a resource.
  jq -r 'select(.type == "diagnostic" and .diagnostic.severity == "warning").diagnostic
    | select(.address) | "- **\(.summary)**: \(.detail | gsub("\n"; " "))"' plan.jsonl

  jq -r '
    def pairs: if . == null then [] else .env as $env | [(.appids // [])[] | "| \($env) | \(.) |"] end;
    [
      .resource_changes[]? | select(.type == "cloudbase_env_share") | .change
      | (.before | pairs) as $before | (.after | pairs) as $after
      | (($after - $before)[] | "| added \(.)"), (($before - $after)[] | "| given up \(.)")
    ]
    | if . == [] then empty
      else "", "| what | environment | mini program |", "|---|---|---|", sort[] end
  ' plan.json
} > summary.md
cat summary.md
