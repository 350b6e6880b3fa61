"""Looks at a table with pandas, as a validation or a first look has to: python look.py TABLE"""

import sys

import pandas as pd

frame = pd.read_csv(sys.argv[1])
print(frame.describe(include="all"))
print(frame.isna().sum(), frame.nunique(), frame.duplicated().sum())
print(frame.select_dtypes("number").corr())
