"""Trains a model of arrival delays on the sample flights and writes everything its folder promises about it.

Each such model is a folder with a train.py that names its algorithm and calls `train`. Run by hand, after a change to the
data, to that script or to this one:

    python3 -m venv /tmp/delays && /tmp/delays/bin/pip install -r ml-models/training/requirements.txt
    /tmp/delays/bin/python ml-models/arrival-delay/train.py

Writes model.onnx, parity.json and card.yaml beside the train.py. The seed is fixed: the same data, scripts and library versions
give the same model. Nothing is written unless the ONNX model agrees with scikit-learn on every held-out row.
"""

import hashlib
import importlib.metadata
import json
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import onnxruntime
import pyarrow.parquet as parquet
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.metrics import mean_absolute_error, r2_score

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DATA = REPOSITORY / "core/sandbox/sample/data/flights.parquet"

FIELDS = ["dep_delay", "distance", "sched_dep_time", "sched_arr_time"]
TARGET = "arr_delay"
SEED = 2013
OPSET, ML_OPSET = 17, 3
PARITY_ROWS = 200
TOLERANCE = 2e-4  # absolute, or relative for values beyond 1: float32 sums against float64 ones


def load():
    """Features and target of the flights that have all of them, in the file's order."""
    table = parquet.read_table(DATA, columns=[*FIELDS, TARGET]).drop_null()
    features = np.column_stack([table[field].to_numpy() for field in FIELDS]).astype(np.float32)
    return features, table[TARGET].to_numpy().astype(np.float64)


def split(rows):
    """A fifth of the rows, chosen at random with the fixed seed, is held out."""
    order = np.random.default_rng(SEED).permutation(rows)
    held_out = rows // 5
    return np.sort(order[held_out:]), np.sort(order[:held_out])


def to_model(regressor, name):
    return to_onnx(
        regressor,
        name=name,
        initial_types=[("features", FloatTensorType([None, len(FIELDS)]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
    ).SerializeToString(deterministic=True)


def check_agreement(model, features, expected):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (scored,) = session.run(None, {"features": features})
    worst = np.max(np.abs(scored[:, 0] - expected) / np.maximum(1, np.abs(expected)))
    if worst > TOLERANCE:
        raise SystemExit(f"the ONNX model differs from scikit-learn by {worst:.1e}, more than {TOLERANCE}")
    return session, float(worst)


def parity(features, expected):
    chosen = np.linspace(0, len(features) - 1, PARITY_ROWS).astype(int)
    return {
        "about": "Held-out flights with scikit-learn's own prediction (float64). Every runtime must come within the tolerance.",
        "fields": FIELDS,
        "tolerance": {"absolute": TOLERANCE, "relative": TOLERANCE},
        "rows": [{"inputs": features[i].tolist(), "expected": round(float(expected[i]), 9)} for i in chosen],
    }


def write_parity(path, content):
    """One row a line, so that a new training run shows as a readable diff; the form is the repository formatter's."""
    line = lambda value: json.dumps(value).replace("{", "{ ").replace("}", " }")
    head = "".join(f"  {json.dumps(key)}: {line(value)},\n" for key, value in content.items() if key != "rows")
    rows = ",\n".join("    " + line(row) for row in content["rows"])
    path.write_text(f'{{\n{head}  "rows": [\n{rows}\n  ]\n}}\n', encoding="utf-8")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def card(script, name, title, algorithm, model, session, metrics):
    (output,) = session.get_outputs()
    libraries = ["scikit-learn", "skl2onnx", "onnx", "numpy", "pyarrow"]
    versions = {library: importlib.metadata.version(library) for library in libraries}
    versions[Path(__file__).name] = sha256(Path(__file__).read_bytes())
    pinned = ", ".join(f'{library}: "{version}"' for library, version in versions.items())
    trained = datetime.now(timezone.utc).date().isoformat()
    # Hashes and versions are quoted: YAML reads some of them as numbers.
    return f"""# Written by train.py: do not edit by hand.
version: 1
name: {name}
title: {title}
model: {{ file: model.onnx, sha256: "{sha256(model)}", opset: {OPSET} }}
inputs:
  # stacked in this order: shape [rows, {len(FIELDS)}]
  - {{ tensor: features, type: float32, fields: [{", ".join(FIELDS)}] }}
outputs:
  - {{ tensor: {output.name}, type: float32, field: predicted_arr_delay, target: {TARGET}, unit: minutes }}
missing: null # a row with a missing input gets a null prediction
parity: parity.json # rows with the outputs the trainer saw
metrics: {{ held_out_rows: {metrics["rows"]}, r2: {metrics["r2"]:.4f}, mae: {metrics["mae"]:.4f} }}
provenance:
  data: {DATA.relative_to(REPOSITORY).as_posix()}
  data_sha256: "{sha256(DATA.read_bytes())}"
  script: train.py
  script_sha256: "{sha256(script.read_bytes())}"
  algorithm: {algorithm}
  libraries: {{ {pinned} }}
  trained: "{trained}"
"""


def train(script, *, name, title, algorithm, regressor):
    """`script`: path of the calling train.py; `regressor`: of scikit-learn, not yet fitted; `algorithm`: in words, for the card."""
    here = Path(script).resolve().parent
    features, target = load()
    fitted, held_out = split(len(features))
    regressor.fit(features[fitted], target[fitted])

    predicted = regressor.predict(features[held_out])
    metrics = {
        "rows": len(held_out),
        "r2": r2_score(target[held_out], predicted),
        "mae": mean_absolute_error(target[held_out], predicted),
    }
    model = to_model(regressor, name)
    session, worst = check_agreement(model, features[held_out], predicted)

    (here / "model.onnx").write_bytes(model)
    write_parity(here / "parity.json", parity(features[held_out], predicted))
    (here / "card.yaml").write_text(card(Path(script), name, title, algorithm, model, session, metrics), encoding="utf-8")
    print(f"held-out rows {metrics['rows']}, R2 {metrics['r2']:.4f}, mean absolute error {metrics['mae']:.4f} min")
    print(f"largest difference between onnxruntime and scikit-learn {worst:.1e}; model {len(model)} bytes")
