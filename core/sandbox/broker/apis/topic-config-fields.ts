/** A topic's settings as the messages of CreateTopics and of the configs have them. */
import { type ConfigDefinition, topicConfigs } from '../topic-configs.ts';
import { array, nullableString, string, struct } from '../wire/schema.ts';

export type Configs = Readonly<Record<string, string>>;

export const configEntries = array(struct({ name: string, value: nullableString }));

/** Of entries as a client gives them: null stands for the default. */
export function givenConfigs(entries: readonly { readonly name: string; readonly value: string | null }[]): Configs {
  return Object.fromEntries(entries.flatMap(({ name, value }) => (value === null ? [] : [[name, value]])));
}

export const sources = { topic: 1, staticBroker: 4, default: 5 } as const;
const types = { boolean: 1, string: 2, int: 3, long: 5, double: 6, list: 7 } as const;

/** All that any of the messages tells of a setting. */
export interface ConfigFields {
  readonly name: string;
  readonly value: string;
  readonly isSensitive: boolean;
  readonly readOnly: boolean;
  readonly configSource: number;
  readonly configType: number;
  readonly synonyms: readonly { readonly name: string; readonly value: string; readonly source: number }[];
  readonly documentation: string;
}

/** Of every setting that a topic has, by its own ones. */
export function topicConfigFields(configs: Configs): ConfigFields[] {
  return Object.entries(topicConfigs).map(([name, definition]) => {
    const { fallback, brokerName = name } = definition;
    const inherited = { name: brokerName, value: fallback, source: sources.default };
    const own = configs[name];
    if (own === undefined) return configFields(name, definition, [inherited], { readOnly: false });
    return configFields(name, definition, [{ name, value: own, source: sources.topic }, inherited], {
      readOnly: false,
    });
  });
}

/** `synonyms`: the values that would be in force, the strongest first, which is. */
export function configFields(
  name: string,
  { kind, doc }: ConfigDefinition,
  synonyms: readonly [ConfigFields['synonyms'][number], ...ConfigFields['synonyms']],
  { readOnly }: Pick<ConfigFields, 'readOnly'>,
): ConfigFields {
  const [{ value, source }] = synonyms;
  const about = { isSensitive: false, readOnly, configSource: source, configType: types[kind], documentation: doc };
  return { name, value, synonyms, ...about };
}
