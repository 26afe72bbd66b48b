/**
 * Messages of Cloudflare Queues. They hold ids, and the rows in D1 are the truth: a message that is lost is sent again by the
 * clock, and one that comes twice finds nothing to do. A leaf module, as `env.ts` names its type.
 */
import type { WorkKind } from "../../shared/jobs/api.ts";

export interface Work {
  kind: WorkKind;
  /** Of recordings, requests' files, mails, webhooks, connectors or parts of copies. */
  ids: string[];
}

/** Cloudflare takes 100 messages, or 256 kB, at once: a hundred messages of fifty ids are below both. */
const AT_ONCE = 100;
const IDS = 50;

/** Ids in messages of `most`. */
export const messagesOf = (kind: WorkKind, ids: readonly string[], most = IDS): Work[] =>
  Array.from({ length: Math.ceil(ids.length / most) }, (_, n) => ({
    kind,
    ids: ids.slice(n * most, (n + 1) * most),
  }));

/** One that may have failed before. */
export interface Tried {
  id: string;
  failures: number;
}
/** In their order; one that failed before is a message of its own, unless all are to go `together`: what is wrong with it holds up no other. */
export const inMessages = (kind: WorkKind, all: readonly Tried[], together: boolean): Work[] => {
  const ids = (some: readonly Tried[]) => some.map(({ id }) => id);
  if (together) return messagesOf(kind, ids(all));
  return [
    ...messagesOf(kind, ids(all.filter(({ failures }) => failures === 0))),
    ...messagesOf(kind, ids(all.filter(({ failures }) => failures > 0)), 1),
  ];
};

/** Sends messages. False where this Worker has no such queue, or it takes none now: then the clock does the work itself. */
export async function sendAll(queue: Queue<Work> | undefined, messages: readonly Work[]): Promise<boolean> {
  if (!queue) return false;
  try {
    for (let n = 0; n < messages.length; n += AT_ONCE)
      await queue.sendBatch(messages.slice(n, n + AT_ONCE).map((body) => ({ body })));
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}
