/**
 * Facts by number in chrome.storage.session, bounded, in storage entries of a few hundred numbers each. One entry for
 * each number would take seconds to write, and a quarter of a second to read after every stop of the service worker.
 */
import type { Facts } from "../../../shared/check/api.ts";
import type { CachedStorage } from "../storage.ts";

const PREFIX = "facts:";
const PAGE = 500;
export const MOST = 20_000;

/** Null: the Worker answered that it is not a number. */
type Known = Facts | null;

export function openFactStore(storage: CachedStorage, most = MOST) {
  const pages = new Map<number, Map<string, Known>>();
  const pageOf = new Map<string, number>();
  let open = 0;

  const load = storage.ready.then(() => {
    const ids = storage.keys(PREFIX).map((key) => Number(key.slice(PREFIX.length)));
    for (const id of ids.sort((a, b) => a - b)) {
      const page = new Map(JSON.parse(storage.get<string>(PREFIX + id) ?? "[]") as [string, Known][]);
      pages.set(id, page);
      for (const number of page.keys()) pageOf.set(number, id);
      open = Math.max(open, id);
    }
  });

  const save = (id: number) => {
    const page = pages.get(id);
    if (page && page.size > 0) storage.set(PREFIX + id, JSON.stringify([...page]));
    else {
      pages.delete(id);
      storage.remove(PREFIX + id);
    }
  };

  function remove(numbers: Iterable<string>): Set<number> {
    const touched = new Set<number>();
    for (const number of numbers) {
      const id = pageOf.get(number);
      if (id === undefined) continue;
      pages.get(id)?.delete(number);
      pageOf.delete(number);
      touched.add(id);
    }
    return touched;
  }

  return {
    ready: load,
    get size() {
      return pageOf.size;
    },
    has: (number: string) => pageOf.has(number),
    get: (number: string): Known => pages.get(pageOf.get(number) ?? -1)?.get(number) ?? null,
    put(entries: [string, Known][]) {
      const touched = remove(entries.map(([number]) => number));
      for (const [number, facts] of entries) {
        if ((pages.get(open)?.size ?? 0) >= PAGE) open++;
        const page = pages.get(open) ?? new Map<string, Known>();
        pages.set(open, page.set(number, facts));
        pageOf.set(number, open);
        touched.add(open);
      }
      // The oldest entries go first, whole.
      for (const [id, page] of pages) {
        if (pageOf.size <= most || id === open) break;
        for (const number of page.keys()) pageOf.delete(number);
        page.clear();
        touched.add(id);
      }
      touched.forEach(save);
    },
    drop: (numbers: Iterable<string>) => remove(numbers).forEach(save),
    clear() {
      const ids = [...pages.keys()];
      pages.clear();
      pageOf.clear();
      ids.forEach(save);
    },
  };
}
