/** Queues driven by hand: what the Worker sends is a list, which a test delivers, loses or delivers twice. */
import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import type { Work } from "../../../worker/core/queue.ts";
import type { Env } from "../../../worker/env.ts";
import { consume } from "../../../worker/jobs/queues.ts";

export class Queues {
  sent: Work[] = [];
  /** True where Cloudflare takes no messages. */
  refuses = false;

  readonly #queue = {
    sendBatch: (messages: { body: Work }[]) => {
      if (this.refuses) return Promise.reject(new Error("queue: 429"));
      // As Cloudflare limits it.
      if (messages.length > 100 || JSON.stringify(messages).length > 256_000)
        return Promise.reject(new Error("too large"));
      this.sent.push(...messages.map(({ body }) => body));
      return Promise.resolve();
    },
  } as unknown as Queue<Work>;

  /** This Worker with the queues. */
  on = (own: Env): Env => ({
    ...own,
    ...{ ERASURE: this.#queue, MAIL: this.#queue, WEBHOOKS: this.#queue, MARKS: this.#queue },
    COPYING: this.#queue,
  });

  /** Delivers all that was sent, `together` messages at once, in order. */
  async deliver(own: Env, clock: () => number, together = 1): Promise<void> {
    const each = async () => {
      for (let work = this.sent.shift(); work; work = this.sent.shift()) await delivered(own, work, clock);
    };
    await Promise.all(Array.from({ length: together }, each));
  }
}

/** Delivers one message. True where it was acknowledged. */
export async function delivered(
  own: Env,
  body: Work,
  clock: () => number,
  queue = `cleardial-${body.kind}`,
): Promise<boolean> {
  const batch = createMessageBatch<Work>(queue, [{ id: "1", timestamp: new Date(), attempts: 1, body }]);
  await consume(batch, own, clock);
  const { retryMessages } = await getQueueResult(batch, createExecutionContext());
  return retryMessages.length === 0;
}
