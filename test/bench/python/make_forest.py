"""A random forest of 100 trees, and rows to score: python make_forest.py FOLDER ROWS FEATURES"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

folder = Path(sys.argv[1])
rows, features = int(sys.argv[2]), int(sys.argv[3])
x, y = make_classification(
    n_samples=rows, n_features=features, n_informative=features * 5 // 12, flip_y=0.05, random_state=1
)
x = x.astype(np.float32).round(4)
forest = RandomForestClassifier(100, max_depth=10, random_state=1, n_jobs=-1).fit(x[:20_000], y[:20_000])
names = [f"x{i}" for i in range(features)]

model = to_onnx(forest, x[:1], options={"zipmap": False})
(folder / "forest.onnx").write_bytes(model.SerializeToString())
x.tofile(folder / "rows.f32")
pd.DataFrame(x, columns=names).assign(label=y).to_csv(folder / "rows.csv", index=False)
