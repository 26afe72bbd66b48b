/**
 * Proofs for scripts in open pages. An update leaves the old version's scripts running in each open page, in a world of
 * their own that nothing of ours reaches. They hold every dial until the new version's scripts tell them to go, and all
 * they share with them is the page, which must not be able to say the same. So each life of the extension gives its
 * scripts a token for their document, and the next life's scripts know it.
 */
import type { Tokens } from "../../carried.ts";
import type { CachedStorage } from "../storage.ts";

/** In local storage: the secret of this life and those before it, newest first. */
const SECRETS = "succession";
/** In session storage, which Chrome empties when the extension is updated or switched off. */
const BEGUN = "succession-begun";
/** How many earlier lives are remembered. A document that is older stays as it is until it is loaded again. */
const LIVES = 8;

export interface SuccessionDeps {
  local: Pick<CachedStorage, "ready" | "get" | "set">;
  session: Pick<CachedStorage, "ready" | "get" | "set">;
  /** A new secret. */
  random: () => string;
  /** A hash that cannot be turned back. */
  digest: (text: string) => Promise<string>;
}

export function openSuccession({ local, session, random, digest }: SuccessionDeps) {
  const ready = Promise.all([local.ready, session.ready]);

  function secrets(): string[] {
    const known = local.get<string[]>(SECRETS) ?? [];
    if (session.get(BEGUN) && known.length > 0) return known;
    const now = [random(), ...known].slice(0, LIVES + 1);
    local.set(SECRETS, now);
    session.set(BEGUN, true);
    return now;
  }

  return {
    /** The tokens of a document's scripts. */
    async of(documentId: string): Promise<Tokens> {
      await ready;
      const [own = "", ...before] = await Promise.all(
        secrets().map((secret) => digest(`${secret} ${documentId}`)),
      );
      return { own, before };
    },
  };
}
