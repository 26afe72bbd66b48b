/**
 * The consumer of all queues. A message is acknowledged once its work is done or its failure is written down; on any other
 * error the queue brings it again, and after three times it comes by the queue of the dead, where the failure is written.
 */
import { type Slice } from "../connectors/message.ts";
import { failSlice, takeSlice } from "../connectors/run.ts";
import type { Work } from "../core/queue.ts";
import type { Env } from "../env.ts";
import { kinds } from "./kinds.ts";

/** As in wrangler.toml. */
const isDead = (queue: string): boolean => queue.endsWith("dead");

export async function consume(
  batch: MessageBatch<Slice | Work>,
  env: Env,
  clock: () => number = Date.now,
): Promise<void> {
  for (const message of batch.messages) {
    const { body } = message;
    try {
      const dead = isDead(batch.queue);
      if (!("kind" in body)) await (dead ? failSlice(env, body, clock()) : takeSlice(env, body));
      else if (dead) await kinds[body.kind].dead?.(env, body.ids, clock());
      else await kinds[body.kind].take?.(env, body.ids, clock);
      message.ack();
    } catch (error) {
      console.error(batch.queue, error);
      message.retry();
    }
  }
}
