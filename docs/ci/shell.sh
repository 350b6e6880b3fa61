#!/bin/sh
# Any other CI, here Jenkins, or cron: the first argument is the event, `pull_request`, `push`, `schedule` or `manual`.
#   shell.sh pull_request "$CHANGE_ID" "origin/$CHANGE_TARGET"
# With GITHUB_TOKEN or GITLAB_TOKEN it comments; without one the report is in mlops-report/ all the same.
set -eu
event=$1 number=${2:-} base=${3:-}
exec mlops ci --event "$event" ${number:+--number "$number"} ${base:+--base "$base"}
