import { describe, expect, it } from 'vitest';
import { countFlights, type Flight, readFlights } from './flights.ts';

async function collect(from?: number): Promise<Flight[]> {
  const flights: Flight[] = [];
  for await (const chunk of readFlights(from === undefined ? {} : { from })) flights.push(...chunk);
  return flights;
}

describe('readFlights', () => {
  it('reads every flight with the nulls the source has', async () => {
    const flights = await collect();
    expect(flights).toHaveLength(336_776);
    expect(await countFlights()).toBe(flights.length);
    expect(new Set(flights.map((flight) => flight.flight_id)).size).toBe(flights.length);
    const nulls = (field: keyof Flight) => flights.filter((flight) => flight[field] === null).length;
    expect([nulls('dep_time'), nulls('arr_delay'), nulls('tailnum'), nulls('distance')]).toEqual([
      8_255, 9_430, 2_512, 0,
    ]);
  });

  it('gives values as the Avro schema wants them', async () => {
    const { value } = await readFlights({ chunk: 1 }).next();
    expect(value).toEqual([
      {
        flight_id: 0,
        time_hour: Date.UTC(2013, 0, 1, 10),
        carrier: 'UA',
        flight: 1545,
        tailnum: 'N14228',
        origin: 'EWR',
        dest: 'IAH',
        sched_dep_time: 515,
        sched_arr_time: 819,
        dep_time: 517,
        dep_delay: 2,
        arr_time: 830,
        arr_delay: 11,
        air_time: 227,
        distance: 1400,
      },
    ]);
  });

  it('starts at a position, also the last and past the end', async () => {
    expect((await collect(336_770)).map((flight) => flight.flight_id)).toEqual([
      336770, 336771, 336772, 336773, 336774, 336775,
    ]);
    expect(await collect(336_776)).toEqual([]);
  });
});
