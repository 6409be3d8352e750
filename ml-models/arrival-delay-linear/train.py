"""Arrival delays by a straight line: the baseline that a better model has to beat; how it is trained, and how to run this: ../training/flight_delays.py."""

import sys
from pathlib import Path

from sklearn.linear_model import LinearRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "training"))
from flight_delays import train

train(
    __file__,
    name="arrival-delay-linear",
    title="Arrival delay of a flight, in minutes (linear baseline)",
    algorithm="ordinary least squares (scikit-learn's LinearRegression)",
    regressor=LinearRegression(),
)
