"""Scores a forest with ONNX Runtime on one thread and judges it with scikit-learn: python score_forest.py MODEL ROWS TIMES

Writes the seconds of inference alone to TIMES, as JSON.
"""

import json
import sys
import time

import numpy as np
import onnxruntime
import pandas as pd
from sklearn import metrics

model, rows, times = sys.argv[1:]
frame = pd.read_csv(rows)
truth = frame.pop("label").to_numpy()
x = frame.to_numpy(np.float32)

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name

began = time.perf_counter()
labels, scores = session.run(None, {name: x})
with open(times, "w") as file:
    json.dump({"seconds": time.perf_counter() - began}, file)

print(metrics.classification_report(truth, labels, digits=4))
print(metrics.confusion_matrix(truth, labels))
for metric in (metrics.roc_auc_score, metrics.average_precision_score, metrics.log_loss, metrics.brier_score_loss):
    print(metric.__name__, metric(truth, scores[:, 1]))
