/** DescribeConfigs, AlterConfigs and IncrementalAlterConfigs: topics can be changed, the broker only looked at. */
import { defineApi, findTopic, type Node, nodeId } from '../api.ts';
import { brokerConfigs } from '../broker-configs.ts';
import { type ConfigDefinition, checkTopicConfig, topicConfigs } from '../topic-configs.ts';
import { checkTopicName, type Topic } from '../topics.ts';
import { ErrorCode, ProtocolError, refused } from '../wire/error-codes.ts';
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
import {
  type ConfigFields,
  type Configs,
  configEntries,
  configFields,
  givenConfigs,
  sources,
  topicConfigFields,
} from './topic-config-fields.ts';

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
  resources: array(struct({ ...resourceFields, configs: configEntries })),
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

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
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
      results: resources.map(({ configurationKeys, ...resource }) => {
        const describe = () => {
          const wanted = configsOf(node, resource).filter(({ name }) => configurationKeys?.includes(name) ?? true);
          return { configs: wanted.map((each) => (includeDocumentation ? each : { ...each, documentation: null })) };
        };
        return { configs: [], ...answerFor(resource, describe) };
      }),
    };
  },
});

function configsOf(node: Node, { resourceType, resourceName }: Resource): ConfigFields[] {
  if (resourceType === resourceTypes.topic) return topicConfigFields(topicOf(node, resourceName).configs);
  if (resourceType !== resourceTypes.broker) throw unsupported(resourceType);
  // The empty name stands for what all brokers have in common and was set at run time: nothing.
  if (resourceName === '') return [];
  if (resourceName !== String(nodeId)) {
    throw new ProtocolError(
      ErrorCode.invalidRequest,
      `Unexpected broker id, expected ${nodeId}, but received ${resourceName}`,
    );
  }
  return Object.entries(brokerConfigs(node)).map(([name, definition]) => {
    const value = { name, value: definition.fallback, source: sources.staticBroker };
    return configFields(name, definition, [value], { readOnly: true });
  });
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
        change(node, resource, validateOnly, () => givenConfigs(configs)),
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
    return {};
  });
}

function topicOf(node: Node, name: string): Topic {
  checkTopicName(name);
  return findTopic(node.topics, name);
}

function unsupported(resourceType: number): ProtocolError {
  return new ProtocolError(
    ErrorCode.invalidRequest,
    `The sandbox does not keep settings of resource type ${resourceType}.`,
  );
}

/** The fields of every answer, with what `action` gave. */
function answerFor<T extends object>(resource: Resource, action: () => T) {
  try {
    return { ...resource, errorCode: ErrorCode.none, errorMessage: null, ...action() };
  } catch (error) {
    return { ...resource, ...refused(error) };
  }
}
