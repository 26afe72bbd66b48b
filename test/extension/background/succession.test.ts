/** How the scripts of a new version prove to those of an old one, in the same document, that they have taken over. */
import { describe, expect, it } from "vitest";
import { openSuccession } from "../../../extension/background/sites/succession.ts";

function storage() {
  const kept = new Map<string, unknown>();
  return {
    ready: Promise.resolve(),
    get: <T>(key: string) => kept.get(key) as T | undefined,
    set: (key: string, value: unknown) => void kept.set(key, value),
    clear: () => kept.clear(),
  };
}

function world() {
  const [local, session] = [storage(), storage()];
  let made = 0;
  const open = () =>
    openSuccession({
      ...{ local, session },
      random: () => `secret-${made++}`,
      digest: (text) => Promise.resolve(`#${text}`),
    });
  return { open, session, made: () => made };
}

describe("tokens", () => {
  it("are the same for a document until the extension is updated or switched off, whenever Chrome stops it", async () => {
    const { open, made } = world();
    const first = await open().of("a");
    expect(first.before).toEqual([]);
    expect(await open().of("a")).toEqual(first);
    expect(made()).toBe(1);
  });
  it("name those of earlier lives to the next one, and never its own", async () => {
    const { open, session } = world();
    const seen: string[] = [];
    for (let life = 0; life < 12; life++) {
      session.clear();
      const { own, before } = await open().of("a");
      expect(before).not.toContain(own);
      expect(before).toEqual(seen.slice(0, 8));
      seen.unshift(own);
    }
  });
  it("of one document say nothing about another's", async () => {
    const { open, session } = world();
    const a = await open().of("a");
    session.clear();
    const b = await open().of("b");
    expect(b.before).not.toContain(a.own);
    expect((await open().of("a")).before).toEqual([a.own]);
  });
});
