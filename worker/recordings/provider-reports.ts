/**
 * `POST /v1/hooks/{provider}`: incoming reports of telephone providers about recordings (outgoing ones: worker/webhooks).
 * worker/providers checks the signature and reads the report. The recording exists already, so it is registered in any
 * case, or it would never be erased: quarantined, with a mail, where it is outside the policy's regions; without its
 * number where that cannot be read.
 */
import * as z from "zod";
import { recordingArrived } from "../../shared/recordings/api.ts";
import { lineReading } from "../../shared/dials/line.ts";
import { commit } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { Problem } from "../core/errors.ts";
import { hookOf } from "../providers/hooks.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { arrivedBefore, insertRows, payloadOf, planRows } from "./new-rows.ts";
import { alarmOutside } from "./alarms.ts";
import { json, room, route } from "../core/route.ts";

const nothing = z.object({ recording: z.null() });

export const providerReports = room();

providerReports.openapi(
  route({
    method: "post",
    path: "/v1/hooks/{provider}",
    // The provider's signature authorises it. Not counted by address, as providers send from few addresses.
    roles: "public",
    door: "open",
    summary:
      "A provider's report of a recording (generic, twilio, aircall), signed in the provider's own way. Idempotent",
    request: { params: z.object({ provider: z.string().max(31) }) },
    responses: {
      200: json(z.union([recordingArrived, nothing]), "It was registered already, or there is no recording"),
      201: json(recordingArrived),
    },
  }),
  async (c) => {
    const { provider } = c.req.valid("param");
    const hook = hookOf(c.env, provider);
    if (!hook) throw new Problem("not-found");
    const body = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(
      await c.req.arrayBuffer(),
    );
    const sent = { url: c.req.url, headers: c.req.raw.headers, body };
    const now = Date.now();
    if (!(await hook.signed(c.env, sent, now))) throw new Problem("hook-refused");
    const report = hook.read(c.env, sent);
    if (!report) return c.json({ recording: null }, 200);

    const { policy } = await currentPolicy(c.env.DB);
    const known = await arrivedBefore(c.env.DB, report, policy);
    if (known) return c.json(known, 200);
    const reported = await report.whole();
    const number = lineReading(reported.number ?? "", policy.numbers.defaultRegion).e164;
    const arrival = { ...reported, number };
    const [row] = await planRows(c.env, [arrival], now);
    const { id, eraseAfter, flag, quarantined } = row!;
    const by = `hook:${provider}`;
    const answer = await commit(
      c,
      { code: "recording.reported", subject: id, payload: payloadOf(row!) },
      [
        insertRows([row!], by, new Date(now).toISOString()),
        ...(await callsOf(c.env, [arrival], policy, by, now)),
        ...(quarantined ? await alarmOutside(c.env.DB, row!, now) : []),
      ],
      { status: 201, body: { id, eraseAfter, flag, quarantined } },
    ).catch(async (error: unknown) => {
      // The same report came twice at once, and the other one was written.
      const theirs = error instanceof Problem && (await arrivedBefore(c.env.DB, report, policy));
      if (!theirs) throw error;
      return c.json(theirs, 200);
    });
    if (quarantined) sendSoon(c);
    return answer;
  },
);
