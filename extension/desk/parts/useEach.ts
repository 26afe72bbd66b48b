/** One change for each of several picked rows, one after the other. What the Worker refuses is left out, and said at the end. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ApiError } from "../../ui/api.ts";
import { type Change, touch } from "./api.ts";
import { sayError } from "./errors.ts";
import { fill, plural, texts, words } from "./texts.ts";
import { say, sayFailure } from "./toast.tsx";

interface Each<Item> {
  request: (item: Item) => Change;
  /** How people know it. */
  nameOf: (item: Item) => string;
  /** Path prefixes whose queries are outdated then. */
  touches: string[];
}

export function useEach<Item>({ request, nameOf, touches }: Each<Item>) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  /** `done` says how many it was. Returns those with which nothing was done: refused ones, and those after a failure. */
  async function run(items: readonly Item[], done: (n: number) => string): Promise<Item[]> {
    setBusy(true);
    const left = new Set(items);
    const refused: string[] = [];
    try {
      for (const item of items) {
        const { method, path, body } = request(item);
        try {
          await api(method, path, body, { key: crypto.randomUUID() });
          left.delete(item);
        } catch (error) {
          if (!(error instanceof ApiError) || error.trouble !== "refused") throw error;
          refused.push(fill(words.each.refused, { name: nameOf(item), why: sayError(error) }));
        }
      }
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
    const n = items.length - left.size;
    if (n > 0) say(done(n));
    if (refused.length > 0) {
      const shown = refused.slice(0, 3).join(" ");
      sayFailure(new EachRefused(plural(texts, words.each.left, refused.length, { shown })));
    }
    await touch(queries, touches);
    return [...left];
  }
  return { run, busy };
}

/** Some were refused: its message says which, and why. */
class EachRefused extends ApiError {
  constructor(title: string) {
    super("refused", { type: "", title, status: 409, code: "refused" });
  }
}
