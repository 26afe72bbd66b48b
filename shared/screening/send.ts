/** A screening from its sender's side: opened, its parts sent, finished. The caller passes `send`. */
import type { FinishRequest, PartAnswer, ScreeningAnswer, ScreeningDetail, ScreeningRequest } from "./api.ts";
import type { Send } from "../core/send.ts";
import type { Numbers } from "./numbers.ts";

/** Parts sent at once. */
const AT_ONCE = 3;

/** Opens a screening. `key` is the Idempotency-Key: the same one opens only one screening. */
export const open = (send: Send, wanted: ScreeningRequest, key: string): Promise<ScreeningAnswer> =>
  send<ScreeningAnswer>("POST", "/v1/screenings", wanted, key);

/** Sends all parts. Parts that were sent before get their recorded answer and are counted once. */
export async function sendParts(
  send: Send,
  id: string,
  numbers: Numbers,
  progress: (done: number, total: number) => void,
): Promise<void> {
  let next = 1;
  let done = 0;
  let broken = false;
  progress(0, numbers.parts);
  const work = async () => {
    while (next <= numbers.parts && !broken) {
      const part = next++;
      const path = `/v1/screenings/${id}/parts/${part}`;
      numbers.put(part, await send<PartAnswer>("PUT", path, { numbers: numbers.part(part) }));
      progress(++done, numbers.parts);
    }
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, () =>
      work().catch((error: unknown) => {
        broken = true;
        throw error;
      }),
    ),
  );
}

export const finish = (send: Send, id: string, counted: FinishRequest): Promise<ScreeningDetail> =>
  send<ScreeningDetail>("POST", `/v1/screenings/${id}/finish`, counted, `finish-${id}`);
