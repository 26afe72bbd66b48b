/**
 * What providers report by webhook. It exists already, so it is taken whatever it is: one that lies outside the policy's
 * regions is quarantined and told of by mail; one whose number cannot be read is registered without it, or nobody would
 * ever erase it.
 */
import * as z from "zod";
import { recordingArrived } from "../../shared/recordings/api.ts";
import { toE164 } from "../../shared/phone/phone.ts";
import { commit } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { Problem } from "../core/errors.ts";
import { hookOf } from "../providers/hooks.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { arrivedBefore } from "./routes.ts";
import { insertRows, payloadOf, planRows } from "./rows.ts";
import { alarmOutside } from "./alarms.ts";
import { json, room, route } from "../core/route.ts";

const nothing = z.object({ recording: z.null() });

export const recordingHooks = room();

recordingHooks.openapi(
  route({
    method: "post",
    path: "/v1/hooks/{provider}",
    // Its provider's signature is the way in, and providers send from few addresses.
    roles: "public",
    door: "open",
    summary:
      "What a provider reports of a recording (generic, twilio, aircall), by its own signature; sent twice it counts once",
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
    const number = toE164(reported.number ?? "", policy.numbers.defaultRegion).e164;
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
      // The same report came twice at once: the other one was written.
      const theirs = error instanceof Problem && (await arrivedBefore(c.env.DB, report, policy));
      if (!theirs) throw error;
      return c.json(theirs, 200);
    });
    if (quarantined) sendSoon(c);
    return answer;
  },
);
