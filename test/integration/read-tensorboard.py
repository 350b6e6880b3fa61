"""Prints as JSON what TensorBoard shows of a log directory: asked of its server over HTTP, once it has loaded POINTS scalars.

python read-tensorboard.py LOGDIR LOAD_FAST POINTS        LOAD_FAST: true (its data server) or false (Python)
"""

import json
import sys
import time
import urllib.parse
import urllib.request

from tensorboard import default, program

logdir, load_fast, points = sys.argv[1], sys.argv[2], int(sys.argv[3])

board = program.TensorBoard(plugins=default.get_plugins())
board.configure(
    argv=[None, "--logdir", logdir, "--load_fast", load_fast, "--host", "127.0.0.1", "--port", "0"]
)
url = board.launch().rstrip("/")


def get(path, body=None, **query):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if data is None else {"content-type": "application/json"}
    address = "%s/data/plugin/%s?%s" % (url, path, urllib.parse.urlencode(query))
    with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30) as answer:
        return json.load(answer)


def series(plugin, path):
    tags = get(plugin + "/tags")
    return {run: {tag: get(path, run=run, tag=tag) for tag in tags[run]} for run in tags}


# It loads in the background, and says nowhere that it is done.
deadline = time.monotonic() + 60
while True:
    scalars = series("scalars", "scalars/scalars")
    loaded = sum(len(found) for tags in scalars.values() for found in tags.values())
    if loaded >= points or time.monotonic() > deadline:
        break
    time.sleep(0.05)

ALL = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]
wish = {"allowedStatuses": ALL, "colParams": [], "startIndex": 0, "sliceSize": 100}
json.dump(
    {
        "scalars": scalars,
        "text": series("text", "text/text"),
        "columns": get("hparams/experiment", {}),
        "sessions": get("hparams/session_groups", wish)["sessionGroups"],
    },
    sys.stdout,
)
