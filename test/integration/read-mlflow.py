"""Prints as JSON what MLflow's client reads of a file store. Numbers as text: JSON has no NaN.

python read-mlflow.py MLRUNS FILTER
"""

import json
import os
import pathlib
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
from mlflow import MlflowClient  # noqa: E402

client = MlflowClient(pathlib.Path(sys.argv[1]).absolute().as_uri())


def described(run):
    folder = client.download_artifacts(run.info.run_id, "")
    files = [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    return {
        "id": run.info.run_id,
        "status": run.info.status,
        "start": run.info.start_time,
        "end": run.info.end_time,
        "user": run.info.user_id,
        "params": run.data.params,
        "tags": run.data.tags,
        "last": {key: repr(value) for key, value in run.data.metrics.items()},
        "metrics": {
            key: [
                [each.timestamp, repr(each.value), each.step]
                for each in client.get_metric_history(run.info.run_id, key)
            ]
            for key in run.data.metrics
        },
        "artifacts": {path.relative_to(folder).as_posix(): path.read_text() for path in files},
    }


experiments = client.search_experiments()
ids = [each.experiment_id for each in experiments]
json.dump(
    {
        "experiments": [each.name for each in experiments],
        "runs": {run.info.run_name: described(run) for run in client.search_runs(ids)},
        "count": len(client.search_runs(ids)),
        "found": [run.info.run_name for run in client.search_runs(ids, sys.argv[2])],
    },
    sys.stdout,
)
