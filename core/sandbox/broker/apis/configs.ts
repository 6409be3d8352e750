/** DescribeConfigs, AlterConfigs and IncrementalAlterConfigs: topics can be changed, the broker only looked at. */
import { defineApi, type Node, nodeId } from '../api.ts';
import { brokerConfigs } from '../broker-configs.ts';
import { type ConfigDefinition, checkTopicConfig, topicConfigs } from '../topic-configs.ts';
import { checkTopicName, type Topic } from '../topics.ts';
import { ErrorCode, ProtocolError, refusal } from '../wire/error-codes.ts';
import {
  array,
  boolean,
  int8,
  int16,
  int32,
  nullableArray,
  nullableString,
  optional,
  type ReadOf,
  since,
  string,
  struct,
  until,
} from '../wire/schema.ts';

const resourceFields = { resourceType: int8, resourceName: string };
const resourceOutcome = { errorCode: int16, errorMessage: nullableString, ...resourceFields };

const describeRequest = struct({
  resources: array(
    struct({
      ...resourceFields,
      configurationKeys: nullableArray(string),
    }),
  ),
  includeSynonyms: optional(boolean, false),
  includeDocumentation: since(3, boolean, false),
});

const describeResponse = struct({
  throttleTimeMs: optional(int32),
  results: array(
    struct({
      ...resourceOutcome,
      configs: array(
        struct({
          name: string,
          value: nullableString,
          readOnly: boolean,
          isDefault: until(0, boolean),
          configSource: since(1, int8, -1),
          isSensitive: boolean,
          synonyms: since(
            1,
            array(
              struct({
                name: string,
                value: nullableString,
                source: int8,
              }),
            ),
          ),
          configType: since(3, int8, 0),
          documentation: since(3, nullableString),
        }),
      ),
    }),
  ),
});

const alterRequest = struct({
  resources: array(struct({ ...resourceFields, configs: array(struct({ name: string, value: nullableString })) })),
  validateOnly: boolean,
});

const incrementalRequest = struct({
  resources: array(
    struct({
      ...resourceFields,
      configs: array(
        struct({
          name: string,
          configOperation: int8,
          value: nullableString,
        }),
      ),
    }),
  ),
  validateOnly: boolean,
});

const alterResponse = struct({
  throttleTimeMs: optional(int32),
  responses: array(struct(resourceOutcome)),
});

const resourceTypes = { topic: 2, broker: 4 } as const;
const sources = { topic: 1, staticBroker: 4, default: 5 } as const;
const configTypes = { boolean: 1, string: 2, int: 3, long: 5, double: 6, list: 7 } as const;

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
}

interface DescribedConfig {
  readonly name: string;
  readonly value: string;
  readonly configSource: number;
  readonly configType: number;
  readonly isSensitive: boolean;
  readonly readOnly: boolean;
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: number }[];
  readonly doc: string;
}

export const describeConfigs = defineApi({
  key: 32,
  name: 'DescribeConfigs',
  versions: [1, 4],
  flexibleSince: 4,
  request: describeRequest,
  response: describeResponse,
  handle({ resources, includeDocumentation }, { node }) {
    return {
      results: resources.map(({ resourceType, resourceName, configurationKeys }) => {
        const found = answerFor({ resourceType, resourceName }, (): DescribedConfig[] => {
          if (resourceType === resourceTypes.topic) return describeTopic(topicOf(node, resourceName));
          return describeBroker(node, { resourceType, resourceName });
        });
        const configs = (found.value ?? [])
          .filter(({ name }) => configurationKeys === null || configurationKeys.includes(name))
          .map(({ doc, ...config }) => ({ ...config, documentation: includeDocumentation ? doc : null }));
        return { ...found.answer, configs };
      }),
    };
  },
});

function describeTopic(topic: Topic): DescribedConfig[] {
  return Object.entries(topicConfigs).map(([name, definition]) => {
    const own = topic.configs[name];
    const synonym = { name: definition.brokerName ?? name, value: definition.fallback, source: sources.default };
    return {
      ...describeOne(name, definition, own ?? definition.fallback),
      configSource: own === undefined ? sources.default : sources.topic,
      readOnly: false,
      synonyms: own === undefined ? [synonym] : [{ name, value: own, source: sources.topic }, synonym],
    };
  });
}

function describeOne(name: string, { kind, doc }: ConfigDefinition, value: string) {
  return { name, value, isSensitive: false, configType: configTypes[kind], doc };
}

function describeBroker(node: Node, { resourceType, resourceName }: Resource): DescribedConfig[] {
  if (resourceType !== resourceTypes.broker) throw unsupported(resourceType);
  // The empty name stands for what all brokers have in common and was set at run time: nothing.
  if (resourceName === '') return [];
  if (resourceName !== String(nodeId)) {
    throw new ProtocolError(
      ErrorCode.invalidRequest,
      `Unexpected broker id, expected ${nodeId}, but received ${resourceName}`,
    );
  }
  return Object.entries(brokerConfigs(node)).map(([name, definition]) => ({
    ...describeOne(name, definition, definition.fallback),
    configSource: sources.staticBroker,
    readOnly: true,
    synonyms: [{ name, value: definition.fallback, source: sources.staticBroker }],
  }));
}

export const alterConfigs = defineApi({
  key: 33,
  name: 'AlterConfigs',
  versions: [0, 2],
  flexibleSince: 2,
  request: alterRequest,
  response: alterResponse,
  handle({ resources, validateOnly }, { node }) {
    return {
      responses: resources.map(({ configs, ...resource }) =>
        change(node, resource, validateOnly, () =>
          Object.fromEntries(configs.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
        ),
      ),
    };
  },
});

export const incrementalAlterConfigs = defineApi({
  key: 44,
  name: 'IncrementalAlterConfigs',
  versions: [0, 1],
  flexibleSince: 1,
  request: incrementalRequest,
  response: alterResponse,
  handle({ resources, validateOnly }, { node }) {
    return {
      responses: resources.map(({ configs, ...resource }) =>
        change(node, resource, validateOnly, (present) => applyChanges(present, configs)),
      ),
    };
  },
});

type Configs = Readonly<Record<string, string>>;
type Changes = ReadOf<typeof incrementalRequest>['resources'][number]['configs'];

const operations = { set: 0, delete: 1, append: 2, subtract: 3 } as const;

function applyChanges(present: Configs, changes: Changes): Configs {
  const configs: Record<string, string> = { ...present };
  for (const { name, configOperation, value } of changes) {
    const definition = topicConfigs[name];
    if (definition === undefined)
      throw new ProtocolError(ErrorCode.invalidConfig, `Unknown topic config name: ${name}`);
    if (configOperation === operations.delete) delete configs[name];
    else if (value === null) throw new ProtocolError(ErrorCode.invalidRequest, `Null value not supported for ${name}`);
    else if (configOperation === operations.set) configs[name] = value;
    else configs[name] = changeList(definition, configs[name] ?? definition.fallback, configOperation, value);
  }
  return configs;
}

function changeList(definition: ConfigDefinition, present: string, operation: number, value: string): string {
  if (definition.kind !== 'list' || (operation !== operations.append && operation !== operations.subtract)) {
    throw new ProtocolError(ErrorCode.invalidConfig, `Operation ${operation} is not possible on this setting`);
  }
  const items = present.split(',').filter((item) => item !== '');
  const given = value.split(',').filter((item) => item !== '');
  if (operation === operations.subtract) return items.filter((item) => !given.includes(item)).join(',');
  return [...items, ...given.filter((item) => !items.includes(item))].join(',');
}

function change(node: Node, resource: Resource, validateOnly: boolean, make: (present: Configs) => Configs) {
  const { resourceType, resourceName } = resource;
  return answerFor(resource, () => {
    if (resourceType !== resourceTypes.topic) throw unsupported(resourceType);
    const topic = topicOf(node, resourceName);
    const configs = make(topic.configs);
    for (const [name, value] of Object.entries(configs)) checkTopicConfig(name, value);
    if (!validateOnly) node.topics.setConfigs(topic, configs);
  }).answer;
}

function topicOf(node: Node, name: string): Topic {
  checkTopicName(name);
  const topic = node.topics.get(name);
  if (topic !== undefined) return topic;
  throw new ProtocolError(ErrorCode.unknownTopicOrPartition, `The topic '${name}' does not exist.`);
}

function unsupported(resourceType: number): ProtocolError {
  return new ProtocolError(
    ErrorCode.invalidRequest,
    `The sandbox does not keep settings of resource type ${resourceType}.`,
  );
}

/** The fields of every answer, and what `action` gave. */
function answerFor<T>({ resourceType, resourceName }: Resource, action: () => T) {
  const fields = (errorCode: ErrorCode, errorMessage: string | null) => ({
    errorCode,
    errorMessage,
    resourceType,
    resourceName,
  });
  try {
    const value = action();
    return { value, answer: fields(ErrorCode.none, null) };
  } catch (error) {
    const { code, message } = refusal(error);
    return { value: undefined, answer: fields(code, message) };
  }
}
