/**
 * Twilio's calls. Twilio lists each leg as a call. A softphone's call to a customer has two: a parent from `client:…` to
 * Twilio and its child from there to the customer. We take the child as the call, and the agent from the parent.
 * Who answered (`answered_by`) is known of calls with answering machine detection alone.
 * https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources
 * https://www.twilio.com/docs/usage/twilios-response#pagination
 */
import * as z from "zod";
import { twilioApi } from "./store.ts";
import { WITHHELD } from "../../../shared/call-logs/api.ts";
import { writtenBy } from "../../../shared/dials/gate.ts";
import { expectStatus, notYet } from "../../storage/http.ts";
import { StoreError } from "../../storage/store.ts";
import { type Listed, nameOf, type Open } from "../call-list.ts";

const SIZE = 200;
/** Final states. A later run lists a leg in any other state again. */
const over = new Set(["completed", "busy", "no-answer", "failed", "canceled"]);

export const leg = z.object({
  sid: z.string(),
  parent_call_sid: z.string().nullish(),
  to: z.string().nullish(),
  from: z.string().nullish(),
  status: z.string(),
  direction: z.string().nullish(),
  start_time: z.string().nullish(),
  duration: z.string().nullish(),
  answered_by: z.string().nullish(),
});
export const legsAnswer = z.object({ calls: z.array(leg), next_page_uri: z.string().nullish() });
export type Leg = z.infer<typeof leg>;

export const isUser = (end: string | null | undefined): end is string => /^(client|sips?):/.test(end ?? "");
export const isNumber = (end: string | null | undefined): end is string => /^\+\d{7,15}$/.test(end ?? "");

export const twilioCalls: Open = (env) => {
  const api = twilioApi(env);
  if (!api) return null;
  const read = async <S extends z.ZodType>(path: string, schema: S) => {
    const response = await api.send(path);
    const later = notYet(response, Date.now());
    if (later) {
      await response.body?.cancel();
      return later;
    }
    await expectStatus("twilio", response, [200]);
    const read = schema.safeParse(await response.json().catch(() => null));
    if (!read.success) throw new StoreError("twilio: unexpected answer");
    return read.data;
  };
  return {
    async page({ since, until }, at) {
      const query = new URLSearchParams({ "StartTime>": since, "StartTime<": until, PageSize: String(SIZE) });
      const page = await read(at ?? `Calls.json?${query.toString()}`, legsAnswer);
      if ("notBefore" in page) return page;
      const legs = new Map(page.calls.map((call) => [call.sid, call]));
      const children = Map.groupBy(page.calls, (call) => call.parent_call_sid ?? "");
      const calls: Listed[] = [];
      for (const call of page.calls.filter(({ status }) => over.has(status))) {
        const sid = call.parent_call_sid;
        let parent = sid ? legs.get(sid) : undefined;
        // The parent is on another page.
        if (sid && !parent && wantsParent(call)) {
          const asked = await read(`Calls/${sid}.json`, leg);
          if ("notBefore" in asked) return asked;
          legs.set(sid, (parent = asked));
        }
        const one = callOf(call, parent, children.get(call.sid));
        if (one) calls.push(one);
      }
      const next = page.next_page_uri?.replace(/^.*\/Accounts\/[^/]+\//, "") ?? null;
      return { calls, next };
    },
  };
};

const isOutbound = ({ direction }: Leg): boolean =>
  direction === "outbound-api" || direction === "outbound-dial" || direction === "trunking-terminating";
const wantsParent = (call: Leg): boolean => isOutbound(call) && isNumber(call.to) && !isUser(call.from);

/** A leg as a call; null for a leg to or from an agent's softphone, without a telephone at the other end. */
function callOf(call: Leg, parent: Leg | undefined, children: readonly Leg[] = []): Listed | null {
  const began = Date.parse(call.start_time ?? "");
  const outbound = isOutbound(call);
  const number = outbound ? call.to : call.from;
  if (!isNumber(number) || Number.isNaN(began)) return null;
  const ends = outbound ? [call.from, parent?.from, parent?.to] : [call.to];
  const spoke = ends.some(isUser) || children.some((child) => isUser(child.to) && lasted(child));
  return {
    providerId: call.sid,
    number,
    agent: nameOf(ends.find(isUser)),
    direction: outbound ? "outbound" : "inbound",
    startedAt: new Date(began).toISOString(),
    seconds: secondsOf(call),
    // That a leg was completed says neither: a mailbox takes a call, and so does a recorded voice of ours.
    outcome: lasted(call) && spoke && (!outbound || call.answered_by === "human") ? "answered" : null,
    shown: outbound ? shownBy(call.from) : isNumber(call.to) ? call.to : null,
  };
}

const secondsOf = ({ duration }: Leg): number | null =>
  duration && /^\d+$/.test(duration) ? Number(duration) : null;
const lasted = (call: Leg): boolean => call.status === "completed" && (secondsOf(call) ?? 0) > 0;

const shownBy = (from: string | null | undefined): string | null =>
  from == null || from === "" || isUser(from) ? null : (writtenBy({ from }) ?? WITHHELD);
