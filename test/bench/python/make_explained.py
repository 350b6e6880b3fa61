"""A random forest of 100 trees over 20 features, 1,000 rows to explain and 100 as background: python make_explained.py FOLDER"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

folder = Path(sys.argv[1])
x, y = make_classification(n_samples=11_100, n_features=20, n_informative=10, flip_y=0.05, random_state=1)
x = x.astype(np.float32).round(4)
forest = RandomForestClassifier(100, max_depth=8, random_state=1, n_jobs=-1).fit(x[:10_000], y[:10_000])
names = [f"x{i}" for i in range(20)]

model = to_onnx(forest, x[:1], options={"zipmap": False})
entry = model.metadata_props.add()
entry.key, entry.value = "mlops.features", "[" + ", ".join(f'"{name}"' for name in names) + "]"
(folder / "forest.onnx").write_bytes(model.SerializeToString())
pd.DataFrame(x[10_000:10_100], columns=names).to_csv(folder / "background.csv", index=False)
pd.DataFrame(x[10_100:], columns=names).to_csv(folder / "rows.csv", index=False)
