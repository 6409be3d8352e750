"""What a Python service does with confluent-kafka's serializers, unchanged: argument 1 is the registry's address.

Prints nothing and ends with 0 when every answer was as expected.
"""

import sys

from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

client = SchemaRegistryClient({"url": sys.argv[1]})


def value_of(topic):
    return SerializationContext(topic, MessageField.VALUE)


def avro():
    schema = '{"type":"record","name":"Reading","fields":[{"name":"n","type":"long"}]}'
    record = {"n": 2**60}
    data = AvroSerializer(client, schema)(record, value_of("py-avro"))
    assert AvroDeserializer(client)(data, value_of("py-avro")) == record
    assert client.get_versions("py-avro-value") == [1]
    assert client.lookup_schema("py-avro-value", Schema(schema, "AVRO")).version == 1
    broken = Schema(schema.replace('"long"', '"string"'), "AVRO")
    assert client.test_compatibility("py-avro-value", broken) is False


def avro_with_reference():
    leg = '{"type":"record","name":"Leg","namespace":"air","fields":[{"name":"n","type":"int"}]}'
    client.register_schema("py-leg", Schema(leg, "AVRO"))
    trip = '{"type":"record","name":"Trip","fields":[{"name":"leg","type":"air.Leg"}]}'
    schema = Schema(trip, "AVRO", [SchemaReference("air.Leg", "py-leg", 1)])
    record = {"leg": {"n": 3}}
    data = AvroSerializer(client, schema)(record, value_of("py-trip"))
    assert AvroDeserializer(client)(data, value_of("py-trip")) == record


def json_schema():
    schema = '{"title":"Person","type":"object","properties":{"age":{"type":"integer"}}}'
    data = JSONSerializer(schema, client)({"age": 7}, value_of("py-json"))
    assert JSONDeserializer(None, schema_registry_client=client)(data, value_of("py-json")) == {"age": 7}


def message_classes():
    """`Trip` and the `Leg` it imports from another file, as generated code would have them."""
    field = descriptor_pb2.FieldDescriptorProto
    leg = descriptor_pb2.FileDescriptorProto(name="py/leg.proto", package="py.air", syntax="proto3")
    leg.message_type.add(name="Leg").field.add(name="n", number=1, type=field.TYPE_INT32, label=field.LABEL_OPTIONAL)
    trip = descriptor_pb2.FileDescriptorProto(name="py/trip.proto", package="py.air", syntax="proto3")
    trip.dependency.append("py/leg.proto")
    message = trip.message_type.add(name="Trip")
    message.field.add(
        name="legs", number=1, type=field.TYPE_MESSAGE, type_name=".py.air.Leg", label=field.LABEL_REPEATED
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(leg)
    pool.Add(trip)
    names = ("py.air.Trip", "py.air.Leg")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names]


def protobuf():
    trip_class, leg_class = message_classes()
    trip = trip_class(legs=[leg_class(n=1), leg_class(n=2)])
    options = {"use.deprecated.format": False}
    data = ProtobufSerializer(trip_class, client, options)(trip, value_of("py-proto"))
    assert ProtobufDeserializer(trip_class, options, client)(data, value_of("py-proto")) == trip


def deletion():
    assert client.delete_subject("py-avro-value") == [1]
    assert client.delete_subject("py-avro-value", permanent=True) == [1]
    assert "py-avro-value" not in client.get_subjects()


avro()
avro_with_reference()
json_schema()
protobuf()
deletion()
