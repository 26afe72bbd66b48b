/** From where audio and requests' files may be opened: `recording.openedFrom`. */
import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { defaultPolicy, policySchema } from "../../../shared/policy/policy.ts";
import { loosened } from "../../../shared/policy/loosened.ts";
import { completed } from "../../../shared/policy/older.ts";
import { sayValue } from "../../../shared/texts/policy/clauses.en.ts";
import type { Env } from "../../../worker/env.ts";
import { app } from "../../../worker/index.ts";
import { aTeam, anAddress, setPolicy, under } from "../helpers.ts";
import { enter } from "../privacy-requests/kit.ts";
import { arrive, diallerOf, sample, withS3 } from "./kit.ts";

const tokens = aTeam();
let own: Env;
let recording = "";
let request = "";
let file = "";
const audio = Uint8Array.from({ length: 100 }, (_, i) => i);

beforeAll(async () => {
  own = withS3();
  recording = await arrive(own, tokens.admin, sample({ storage: { kind: "r2" } }));
  const put = await under(own, "PUT", `/v1/recordings/${recording}/audio`, {
    token: await diallerOf(tokens.admin),
    raw: audio,
    headers: { "content-type": "audio/mpeg", "content-length": String(audio.length) },
  });
  expect(put.status, put.text).toBe(200);
  request = await enter(tokens.admin);
  const scan = await under(own, "PUT", `/v1/requests/${request}/files?purpose=scan&name=letter`, {
    token: tokens.compliance,
    raw: new TextEncoder().encode("%PDF-1.7 a letter"),
    headers: { "content-type": "application/pdf" },
  });
  expect(scan.status, scan.text).toBe(200);
  file = (await env.DB.prepare("SELECT id FROM request_files").first<{ id: string }>())!.id;
});

const paths = () => [
  `/v1/recordings/${recording}/audio?purpose=quality`,
  `/v1/requests/${request}/files/${file}`,
];
/** A request as Cloudflare passes it on, from a country. */
async function from(country: string | undefined, path: string) {
  const context = createExecutionContext();
  const asked = new Request(`https://cleardial.test${path}`, {
    headers: { ...anAddress(), authorization: `Bearer ${tokens.compliance}` },
    ...(country !== undefined && { cf: { country } as CfProperties }),
  });
  const answer = await app.fetch(asked, own, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  return { status: answer.status, code: answer.ok ? null : (JSON.parse(text) as { code: string }).code };
}
const newest = async () =>
  (await env.DB.prepare(
    `SELECT a.code, a.subject, p.payload ->> 'country' AS country FROM audit a JOIN audit_payload p ON p.seq = a.seq
     WHERE a.code LIKE 'opened.%' ORDER BY a.seq DESC LIMIT 1`,
  ).first<{ code: string; subject: string; country: string | null }>())!;

const codes = ["opened.recording-audio", "opened.request-file"];
const subjects = () => [recording, request];

describe("opening", () => {
  it("is allowed from anywhere until policy says otherwise, and its event has the country", async () => {
    for (const [i, path] of paths().entries())
      for (const country of ["BR", "GB", "XX", "T1", undefined]) {
        expect((await from(country, path)).status).toBe(200);
        expect(await newest()).toEqual({
          ...{ code: codes[i], subject: subjects()[i] },
          country: country === "BR" || country === "GB" ? country : null,
        });
      }
  });

  it("is refused elsewhere, by Tor, and from where nobody knows; the refusal is an event too", async () => {
    await setPolicy((p) => ({ recording: { ...p.recording, openedFrom: ["GB", "IE"] } }));
    for (const [i, path] of paths().entries()) {
      for (const country of ["GB", "IE"]) {
        expect((await from(country, path)).status).toBe(200);
        expect(await newest()).toMatchObject({ code: codes[i], country });
      }
      for (const country of ["BR", "XX", "T1", "", undefined]) {
        expect(await from(country, path)).toEqual({ status: 403, code: "country-not-allowed" });
        expect(await newest()).toEqual({
          ...{ code: "opened.refused", subject: subjects()[i] },
          country: country === "BR" ? "BR" : null,
        });
      }
    }
  });

  it("a range of the audio is no way round it", async () => {
    const answer = await under(own, "GET", paths()[0]!, {
      token: tokens.compliance,
      headers: { range: "bytes=0-0" },
    });
    expect(answer.data).toMatchObject({ code: "country-not-allowed" });
  });
});

describe("the clause", () => {
  const withFrom = (openedFrom: string[]) =>
    policySchema.parse({ ...defaultPolicy, recording: { ...defaultPolicy.recording, openedFrom } });
  const waits = (before: string[], after: string[]) =>
    loosened(withFrom(before), withFrom(after), "admin").map(({ path }) => path);

  it("loosens by another country, and by none, which is anywhere; it tightens at once", () => {
    const path = ["recording.openedFrom"];
    expect(waits(["GB"], ["GB", "FR"])).toEqual(path);
    expect(waits(["GB"], ["FR"])).toEqual(path);
    expect(waits(["GB"], [])).toEqual(path);
    expect(waits([], ["GB", "FR"])).toEqual([]);
    expect(waits(["GB", "FR"], ["GB"])).toEqual([]);
  });

  it("an older policy has none, and people read that as anywhere", () => {
    const { openedFrom: _, ...recording } = defaultPolicy.recording;
    expect(completed({ ...defaultPolicy, recording } as never).recording.openedFrom).toEqual([]);
    expect(policySchema.parse({ recording }).recording.openedFrom).toEqual([]);
    expect(sayValue("recording.openedFrom", [])).toBe("anywhere");
    expect(sayValue("recording.openedFrom", ["GB", "IE"])).toBe("GB, IE");
  });
});
