/** A screening as its sender runs it: opened, its parts sent, finished. Whoever calls says how requests are sent. */
import type { FinishRequest, PartAnswer, ScreeningAnswer, ScreeningDetail, ScreeningRequest } from "./api.ts";
import type { Send } from "../send.ts";
import type { Numbers } from "./numbers.ts";

/** Parts on their way at once. */
const AT_ONCE = 3;

/** `key` opens one screening, however often it is sent. */
export const open = (send: Send, wanted: ScreeningRequest, key: string): Promise<ScreeningAnswer> =>
  send<ScreeningAnswer>("POST", "/v1/screenings", wanted, key);

/** Sends all parts, those too that were sent before: they are answered as they were, and counted once. */
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
