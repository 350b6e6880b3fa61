"""Evidently's data drift preset as its documentation shows it: python drift_report.py REFERENCE CURRENT PAGE"""

import sys

import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

reference, current, page = sys.argv[1:]
report = Report([DataDriftPreset()])
report.run(pd.read_csv(current), pd.read_csv(reference)).save_html(page)
