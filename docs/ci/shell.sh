#!/bin/sh
# Any other CI, here Jenkins, or cron: the first argument is the event, `pull_request`, `push`, `schedule` or `manual`.
#   shell.sh pull_request "$CHANGE_ID" "origin/$CHANGE_TARGET"
# With GITHUB_TOKEN or GITLAB_TOKEN, and an origin at that host, it comments; without, the report is in mlops-report/ all the same.
set -eu
event=${1:?pull_request, push, schedule or manual} number=${2:-} base=${3:-}
exec mlops ci --event "$event" ${number:+--number "$number"} ${base:+--base "$base"}
