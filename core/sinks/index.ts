/** All sinks: a new one is its file, its test and one line here. */
import type { SinkComponent } from '#core/pipeline/component.ts';
import { postgresSink } from './postgres.ts';

export const sinks: readonly SinkComponent[] = [postgresSink as SinkComponent];
