/**
 * A storage area held in memory and written through. The service worker is stopped whenever Chrome likes: everything
 * that must outlive it stands on a shelf, is read once after waking, and is then at hand without waiting.
 */
export interface Area {
  get(keys: null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export interface Shelf {
  /** Nothing may be read before. */
  ready: Promise<void>;
  get<T>(key: string): T | undefined;
  keys(prefix: string): string[];
  set(key: string, value: unknown): void;
  remove(key: string): void;
  /** Resolves once everything written so far was brought to the area: false where it would not take it all. */
  settled(): Promise<boolean>;
}

export function openShelf(area: Area, full: () => void = () => {}): Shelf {
  const held = new Map<string, unknown>();
  let changed = new Set<string>();
  /** What the area would not take: it is brought again with whatever comes next. */
  let refused: string[] = [];
  let writing: Promise<void> | null = null;

  const ready = area.get(null).then((items) => {
    // What was written while the area was being read is newer.
    for (const [key, value] of Object.entries(items))
      if (!held.has(key) && !changed.has(key)) held.set(key, value);
  });

  async function write(): Promise<void> {
    await ready;
    while (changed.size > 0) {
      const keys = [...new Set([...refused, ...changed])];
      changed = new Set();
      const gone = keys.filter((k) => !held.has(k));
      const put = () => Object.fromEntries(keys.filter((k) => held.has(k)).map((k) => [k, held.get(k)]));
      // Dropped first: old facts must be gone before the stamp that says so is written.
      if (gone.length > 0) await area.remove(gone);
      refused = [];
      try {
        await area.set(put());
      } catch {
        // The area is full. `full` makes room; what stands in memory holds in any case.
        full();
        await area.set(put()).catch(() => (refused = keys));
      }
    }
    writing = null;
  }

  function touch(key: string) {
    changed.add(key);
    writing ??= write();
  }

  return {
    ready,
    get: <T>(key: string) => held.get(key) as T | undefined,
    keys: (prefix) => [...held.keys()].filter((k) => k.startsWith(prefix)),
    set(key, value) {
      held.set(key, value);
      touch(key);
    },
    remove(key) {
      held.delete(key);
      touch(key);
    },
    async settled() {
      await writing;
      return refused.length === 0;
    },
  };
}
