"""SHAP values of every row by Python shap's permutation explainer, the model run by ONNX Runtime on one thread:
python shap_permutation.py MODEL ROWS BACKGROUND ORDERS
"""

import sys

import numpy as np
import onnxruntime
import pandas as pd
import shap

model, rows, background, orders = sys.argv[1:]
rows, background = (pd.read_csv(path).to_numpy(np.float32) for path in (rows, background))
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def yes(x):
    return session.run(["probabilities"], {name: x.astype(np.float32, copy=False)})[0][:, 1]


masker = shap.maskers.Independent(background, max_samples=len(background))
explainer = shap.explainers.Permutation(yes, masker, seed=0)
# One order walked both ways asks about 2 × features + 1 coalitions.
values = explainer(rows, max_evals=int(orders) * (2 * rows.shape[1] + 1), silent=True)
print(np.abs(values.values).mean(axis=0))
