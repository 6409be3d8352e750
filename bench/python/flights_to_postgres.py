"""The pipeline flights-to-postgres as a Python team writes it: confluent-kafka, fastavro, onnxruntime, psycopg.

Batches of 5,000, one upsert from unnest() each, Kafka's offsets committed after it (at least once). Reads to the end
offsets seen at the start and prints one line of JSON; `seconds` runs from the first record read to the last commit.

Usage: flights_to_postgres.py KAFKA REGISTRY POSTGRES TABLE MODEL GROUP
"""

import json
import sys
import time
from io import BytesIO
from urllib.request import urlopen

import numpy
import onnxruntime
import psycopg
from confluent_kafka import Consumer, TopicPartition
from fastavro import parse_schema, schemaless_reader

TOPIC = "flights"
BATCH = 5_000
FEATURES = ["dep_delay", "distance", "sched_dep_time", "sched_arr_time"]
COLUMNS = {
    "flight_id": "bigint",
    "time_hour": "timestamptz",
    "carrier": "text",
    "flight": "integer",
    "tailnum": "text",
    "origin": "text",
    "dest": "text",
    "sched_dep_time": "integer",
    "sched_arr_time": "integer",
    "dep_time": "integer",
    "dep_delay": "real",
    "arr_time": "integer",
    "arr_delay": "real",
    "air_time": "real",
    "distance": "integer",
    "predicted_arr_delay": "real",
}


def upsert_sql(table):
    names = ", ".join(COLUMNS)
    arrays = ", ".join(f"%b::{kind}[]" for kind in COLUMNS.values())
    updates = ", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS if name != "flight_id")
    return (
        f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) "
        f"ON CONFLICT (flight_id) DO UPDATE SET {updates}"
    )


class Decoder:
    """Schemas by the id in front of each value."""

    def __init__(self, registry):
        self.registry = registry
        self.schemas = {}

    def decode(self, value):
        schema_id = int.from_bytes(value[1:5], "big")
        schema = self.schemas.get(schema_id)
        if schema is None:
            with urlopen(f"{self.registry}/schemas/ids/{schema_id}") as response:
                schema = parse_schema(json.loads(json.load(response)["schema"]))
            self.schemas[schema_id] = schema
        return schemaless_reader(BytesIO(value[5:]), schema, None)


def score(session, rows):
    features = numpy.array([[row[name] for name in FEATURES] for row in rows], dtype=numpy.float32)
    missing = numpy.isnan(features).any(axis=1)
    (predictions,) = session.run(["variable"], {"features": numpy.nan_to_num(features)})
    for row, prediction, is_missing in zip(rows, predictions.ravel().tolist(), missing.tolist()):
        row["predicted_arr_delay"] = None if is_missing else prediction


def assign_all(consumer):
    """Every partition from its beginning; answers how many records there are."""
    partitions = consumer.list_topics(TOPIC).topics[TOPIC].partitions
    total = 0
    assignment = []
    for partition in partitions:
        low, high = consumer.get_watermark_offsets(TopicPartition(TOPIC, partition))
        assignment.append(TopicPartition(TOPIC, partition, low))
        total += high - low
    consumer.assign(assignment)
    return total


def main(kafka, registry, postgres, table, model, group):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options)
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "queued.min.messages": 100_000,
        }
    )
    decoder = Decoder(registry)
    upsert = upsert_sql(table)
    left = assign_all(consumer)
    done = 0
    started = None
    with psycopg.connect(postgres) as connection:
        while left > 0:
            messages = consumer.consume(min(BATCH, left), timeout=1.0)
            if not messages:
                continue
            started = started or time.perf_counter()
            # The last record of a key wins: one statement may not touch a row twice.
            latest = {}
            for message in messages:
                if message.error():
                    raise RuntimeError(message.error())
                row = decoder.decode(message.value())
                latest[row["flight_id"]] = row
            rows = list(latest.values())
            score(session, rows)
            connection.execute(upsert, [[row[name] for row in rows] for name in COLUMNS])
            connection.commit()
            consumer.commit(asynchronous=False)
            left -= len(messages)
            done += len(rows)
    seconds = time.perf_counter() - started
    consumer.close()
    print(json.dumps({"rows": done, "seconds": round(seconds, 3), "rowsPerSecond": round(done / seconds)}))


main(*sys.argv[1:])
