/** Asks for many things, a few at a time, and tells after each portion. */
const atOnce = 8;

/** Yields the results of a portion in order. Rejects with the first failure; what is under way then goes on unheard. */
export async function* inPortions<Item, Result>(
  items: readonly Item[],
  portion: number,
  ask: (item: Item) => Promise<Result>,
): AsyncGenerator<Result[]> {
  for (let start = 0; start < items.length; start += portion) {
    const some = items.slice(start, start + portion);
    const results: Result[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < some.length; index = next++) results[index] = await ask(some[index]!);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, some.length) }, work));
    yield results;
  }
}
