/**
 * A chrome.storage area, cached in memory and written through. Chrome stops the service worker at any time: everything that
 * must survive is kept here, read once after each start, and then read without waiting.
 */
export interface Area {
  get(keys: null): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

export interface CachedStorage {
  /** Resolves once the area has been read. Read nothing before. */
  ready: Promise<void>;
  get<T>(key: string): T | undefined;
  keys(prefix: string): string[];
  set(key: string, value: unknown): void;
  remove(key: string): void;
  /** Resolves once everything set so far has been written: false if the area refused some of it. */
  settled(): Promise<boolean>;
}

/** `full` is called when the area is full, to make room before a second attempt. */
export function openCachedStorage(area: Area, full: () => void = () => {}): CachedStorage {
  const held = new Map<string, unknown>();
  let changed = new Set<string>();
  /** Keys that the area refused: written again together with the next change. */
  let refused: string[] = [];
  let writing: Promise<void> | null = null;

  const ready = area.get(null).then((items) => {
    // A value set while the area was being read is newer.
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
      // Removals first: outdated facts must be gone before the version vector that outdates them is written.
      if (gone.length > 0) await area.remove(gone);
      refused = [];
      try {
        await area.set(put());
      } catch {
        // The area is full. What is in memory stays valid in any case.
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
