"""Arrival delays by gradient boosting; how it is trained, and how to run this: ../training/flight_delays.py."""

import sys
from pathlib import Path

from sklearn.ensemble import GradientBoostingRegressor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
from flight_delays import SEED, train

TREES, DEPTH = 60, 4

train(
    __file__,
    name="arrival-delay",
    title="Arrival delay of a flight, in minutes",
    algorithm=f"gradient boosting, {TREES} trees of depth {DEPTH} (scikit-learn's GradientBoostingRegressor, random_state {SEED})",
    regressor=GradientBoostingRegressor(n_estimators=TREES, max_depth=DEPTH, random_state=SEED),
)
