/** The sinks that a definition names, as runs and resets find them, and what their offsets call a topic. */
import { z } from 'zod';
import { WorkbenchError } from '#core/contract/errors.ts';
import type { PipelineDefinition } from '#core/contract/pipeline.ts';
import type { TopicMetadata } from '#core/kafka/connect.ts';
import type { SinkComponent } from './component.ts';

export interface SinkChoice {
  readonly definition: PipelineDefinition;
  /** All that there are. */
  readonly sinks: readonly SinkComponent[];
}

/** Every sink of the definition with its component, its checked fields and its name: `postgres`, `postgres-2`. */
export function sinksOf({ definition, sinks }: SinkChoice) {
  const seen = new Map<string, number>();
  return definition.sinks.map((raw) => {
    const component = sinks.find(({ type }) => type === raw.type);
    if (component === undefined) {
      const known = sinks.map(({ type }) => type).join(', ');
      throw invalid(definition, `there is no sink of type ${raw.type}`, `The types are: ${known}.`);
    }
    const spec = component.spec.safeParse(raw);
    if (!spec.success)
      throw invalid(definition, `sink ${raw.type}:\n${z.prettifyError(spec.error)}`, 'Correct the definition.');
    const count = (seen.get(raw.type) ?? 0) + 1;
    seen.set(raw.type, count);
    return { component, spec: spec.data, name: count === 1 ? raw.type : `${raw.type}-${count}` };
  });
}

function invalid(definition: PipelineDefinition, message: string, nextStep: string): WorkbenchError {
  return new WorkbenchError('WORKSPACE_INVALID', `${definition.name}: ${message}`, {
    object: definition.name,
    nextStep,
  });
}

/** Brokers before Kafka 2.8 have no topic ids: there a topic made anew under its name is not told apart. */
export function topicIdOf({ id, name }: TopicMetadata): string {
  return id ?? name;
}
