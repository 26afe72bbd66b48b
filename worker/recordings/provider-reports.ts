/**
 * `POST /v1/hooks/{provider}`: incoming reports of telephone providers about recordings (outgoing ones: worker/webhooks).
 * worker/providers checks the signature and reads the report. The recording exists already, so it is registered, or it
 * would never be erased: quarantined, with a mail, where it is outside the policy's regions; without its number where that
 * cannot be read. One of more than a day ago is imported, as everybody's: the desk names the webhook until it is.
 */
import * as z from "zod";
import { isOwnStore, recordingArrived, type RecordingReport } from "../../shared/recordings/api.ts";
import { fill } from "../../shared/texts/language.ts";
import { problemDetails as details } from "../../shared/texts/core/problems.en.ts";
import { lineReading } from "../../shared/dials/line.ts";
import { isText } from "../../shared/core/text.ts";
import { retryOnConflict } from "../core/bulk.ts";
import { commit } from "../core/commit.ts";
import { callsOf } from "../call-logs/recorded.ts";
import { Problem } from "../core/errors.ts";
import { hookOf } from "../providers/hooks.ts";
import { sendSoon } from "../mail/outbox.ts";
import { currentPolicy } from "../policy/current.ts";
import { arrivedBefore, type Brought, insertRows, isTooMany, planRows, ownObjects } from "./new-rows.ts";
import { lookAt, oldProblem, wantOwnKey } from "./objects.ts";
import { alarmOutside } from "./alarms.ts";
import { json, room, route } from "../core/route.ts";
import type { Env } from "../env.ts";
import { storeOf } from "../storage/index.ts";

/**
 * A report with what is known of its object. A provider's word counts for what it keeps itself; in the company's own stores a
 * webhook is held to the same as an integration.
 */
async function asSeen(env: Env, by: string, report: RecordingReport, now: number): Promise<Brought> {
  const { kind } = report.storage;
  if (!isOwnStore(kind)) return report;
  await wantOwnKey(env, by, report, now);
  // Nobody could look: the sender tries again, once it is configured.
  if (!storeOf(env, kind)) throw new Problem("store-later", fill(details.noStore, { kind }));
  return { ...report, seen: await lookAt(env, report) };
}

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
      "A provider's report of a recording (generic, twilio, aircall), signed in the provider's own way. Idempotent. One " +
      "of more than a day ago is imported instead: of Twilio and Aircall it is answered with no recording, else refused (recording-old)",
    request: { params: z.object({ provider: z.string().max(31) }) },
    responses: {
      200: json(
        z.union([recordingArrived, nothing]),
        "It was registered already, or no recording is registered",
      ),
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
    const wantOwn = await ownObjects(c.env, [report]);
    const known = await arrivedBefore(c.env, report, policy);
    if (known) return c.json(known, 200);
    const by = `hook:${provider}`;
    const old = await oldProblem(c.env, by, report, now);
    // Nobody at a provider reads a refusal, and after some Aircall switches the webhook off: the desk and a mail tell of it.
    if (old && provider !== "generic") return c.json({ recording: null }, 200);
    if (old) throw old;
    const reported = await report.whole();
    const written = reported.number ?? "";
    const number = isText(written) ? lineReading(written, policy.numbers.defaultRegion).e164 : null;
    const arrival = { ...reported, number };
    const seen = await asSeen(c.env, by, arrival, now);
    // A webhook is in nobody's hands: its numbers count against itself, as an integration's do.
    const unjudged = await isTooMany(c.env, { id: by, name: by, role: "agent" }, arrival, now);
    const [row] = await planRows(c.env, [{ ...seen, unjudged }], now);
    const { id, eraseAfter, quarantined } = row!;
    // Another request may enter the same call at the same moment.
    const answer = await retryOnConflict(async () =>
      commit(
        c,
        { code: "recording.reported", subject: id, payload: null },
        [
          ...wantOwn([row!]),
          insertRows([row!], by, new Date(now).toISOString()),
          ...(await callsOf(c.env, [{ ...arrival, unjudged }], policy, by, now)),
          ...(quarantined ? await alarmOutside(c.env.DB, row!, now) : []),
        ],
        { status: 201, body: { id, eraseAfter, flag: null, quarantined } },
      ),
    ).catch(async (error: unknown) => {
      // The same report came twice at once, and the other one was written.
      const theirs = error instanceof Problem && (await arrivedBefore(c.env, report, policy));
      if (!theirs) throw error;
      return c.json(theirs, 200);
    });
    if (quarantined || unjudged) sendSoon(c);
    return answer;
  },
);
