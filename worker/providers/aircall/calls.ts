/**
 * Aircall's calls, oldest first. Its API returns at most 10,000 calls for a period, and answers 60 requests a minute.
 * https://developer.aircall.io/api-references/#list-all-calls and #pagination, #rate-limiting
 * https://support.aircall.io/en-gb/articles/34702023578397
 */
import * as z from "zod";
import { retryAfter } from "../../../shared/core/retry.ts";
import { outcomeOf } from "../../../shared/call-logs/file.ts";
import { aircallApi } from "./store.ts";
import { expectStatus, notYet } from "../../storage/http.ts";
import { StoreError } from "../../storage/store.ts";
import { nameOf, type Open } from "../call-list.ts";

const SIZE = 50;
const answer = z.object({
  meta: z.object({ next_page_link: z.string().nullish() }),
  calls: z.array(
    z.object({
      id: z.int(),
      direction: z.enum(["inbound", "outbound"]),
      status: z.string(),
      started_at: z.int(),
      duration: z.int().nullish(),
      raw_digits: z.string().nullish(),
      answered_at: z.int().nullish(),
      missed_call_reason: z.string().nullish(),
      tags: z.array(z.object({ name: z.string().nullish() })).nullish(),
      number: z.object({ digits: z.string().nullish() }).nullish(),
      user: z.object({ email: z.string().nullish(), name: z.string().nullish() }).nullish(),
    }),
  ),
});

export const aircallCalls: Open = (env) => {
  const api = aircallApi(env);
  if (!api) return null;
  return {
    async page({ since, until }, at) {
      const seconds = (time: string) => String(Math.floor(Date.parse(time) / 1000));
      const query = new URLSearchParams({
        from: seconds(since),
        to: seconds(until),
        order: "asc",
        per_page: String(SIZE),
        page: at ?? "1",
      });
      const response = await api(`?${query.toString()}`);
      const later = notYet(response, Date.now()) ?? resetOf(response);
      if (later) {
        await response.body?.cancel();
        return later;
      }
      await expectStatus("aircall", response, [200]);
      const read = answer.safeParse(await response.json().catch(() => null));
      if (!read.success) throw new StoreError("aircall: unexpected answer");
      const calls = read.data.calls
        // A later run lists a call in progress again. A withheld number is `anonymous`.
        .filter(({ status, raw_digits: digits }) => status === "done" && /\d/.test(digits ?? ""))
        .map((call) => ({
          providerId: String(call.id),
          number: call.raw_digits!,
          agent: nameOf(call.user?.email ?? call.user?.name),
          direction: call.direction,
          startedAt: new Date(call.started_at * 1000).toISOString(),
          seconds: call.duration ?? null,
          // Of a call that goes out a mailbox may have answered.
          outcome: call.direction === "inbound" && wasAnswered(call) ? ("answered" as const) : null,
          heard: heardIn((call.tags ?? []).map(({ name }) => outcomeOf(name ?? ""))),
          shown: call.number?.digits?.trim() || null,
        }));
      const page = Number(at ?? "1") + 1;
      return { calls, next: read.data.meta.next_page_link ? String(page) : null };
    },
  };
};

/** Agents tag calls in the company's own words. The stricter of two counts. */
const heardIn = (tags: readonly unknown[]) =>
  (["do-not-call", "refused"] as const).find((what) => tags.includes(what));

interface Answered {
  answered_at?: number | null | undefined;
  missed_call_reason?: string | null | undefined;
}
const wasAnswered = ({ answered_at: at, missed_call_reason: missed }: Answered): boolean =>
  at != null && missed == null;

/** When to ask again after a 429: Aircall's own header, in seconds since the epoch. */
function resetOf({ status, headers }: Response): { notBefore: string } | null {
  const reset = Number(headers.get("x-aircallapi-reset"));
  if (status !== 429 || !(reset > 0)) return null;
  const now = Date.now();
  const at = retryAfter(String(Math.max(reset - now / 1000, 0)), now);
  return at === null ? null : { notBefore: new Date(at).toISOString() };
}
