/**
 * What every sink must do, as named cases. A sink's own test gives a target (`SinkTarget`) and calls `testSink`.
 *
 * The cases know a sink by its contract alone (`core/pipeline/component.ts`): rows of `{ id, name, value }`, keyed by id.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Sink, SinkComponent, SinkContext } from '#core/pipeline/component.ts';
import { testBadRows, testBrokenConnections } from './conformance/faults.ts';
import { testOffsets } from './conformance/offsets.ts';
import { testOwners } from './conformance/owners.ts';
import { contextOf, type Place, type SinkHost, type SinkTarget } from './conformance/place.ts';
import { testRows } from './conformance/rows.ts';
import { testStaging } from './conformance/staging.ts';
import { testUpkeep } from './conformance/upkeep.ts';

/** `without`: the cases of what the target does not have. */
export function testSink(
  component: SinkComponent,
  openHost: () => Promise<SinkHost>,
  { without = [] }: { readonly without?: ReadonlyArray<'bad rows' | 'broken connections'> } = {},
): void {
  let host: SinkHost;
  let target: SinkTarget;
  const opened: Sink[] = [];
  const context = (names: Partial<SinkContext> = {}): SinkContext =>
    contextOf(component.type, { pipeline: 'conformance', connection: target.connection, ...names });
  const place: Place = {
    open: async (names) => {
      const sink = await component.open(component.spec.parse(target.spec), context(names));
      opened.push(sink);
      return sink;
    },
    target: () => target,
    rows: () => target.rows(),
    names: async () => (await target.rows()).map((row) => row.name),
    look: () => component.upkeep!.look(component.spec.parse(target.spec), context()),
    reset: (request) => component.upkeep!.reset(component.spec.parse(target.spec), context(), request),
  };
  describe(`${component.title} as a sink`, () => {
    beforeAll(async () => {
      host = await openHost();
    });
    beforeEach(async () => {
      target = await host.createTarget();
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((sink) => sink.close()));
    });
    afterAll(() => host.close());

    describe('rows', () => testRows(place));
    describe('staging', () => testStaging(place));
    describe('offsets', () => testOffsets(place));
    describe('owners', () => testOwners(place));
    if (!without.includes('bad rows')) describe('bad rows', () => testBadRows(place));
    if (!without.includes('broken connections')) describe('broken connections', () => testBrokenConnections(place));
    if (component.upkeep !== undefined) describe('upkeep', () => testUpkeep(place));
  });
}
