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
import { record } from "../../../worker/core/commit.ts";
import { newLink } from "../../../worker/privacy-requests/links.ts";
import { called, confirmAll, done, enter, verified } from "../privacy-requests/kit.ts";
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
async function asked(country: string | undefined, path: string, headers: Record<string, string>) {
  const context = createExecutionContext();
  const request = new Request(`https://cleardial.test${path}`, {
    headers: { ...anAddress(), ...headers },
    ...(country !== undefined && { cf: { country } as CfProperties }),
  });
  const answer = await app.fetch(request, own, context);
  const text = await answer.text();
  await waitOnExecutionContext(context);
  return { answer, text };
}
async function from(country: string | undefined, path: string) {
  const { answer, text } = await asked(country, path, { authorization: `Bearer ${tokens.compliance}` });
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

describe("a copy", () => {
  let id = "";
  const opens = (country: string, path: string, language = "en") =>
    asked(country, `${path}/copy`, { "accept-language": language });
  const lines = async (code: string) =>
    (
      await env.DB.prepare(
        `SELECT a.actor, p.payload FROM audit a JOIN audit_payload p ON p.seq = a.seq
         WHERE a.code = ? AND a.subject = ? ORDER BY a.seq DESC`,
      )
        .bind(code, id)
        .all<{ actor: string; payload: string }>()
    ).results.map(({ actor, payload }) => ({ actor, ...(JSON.parse(payload) as object) }));
  const officer = async () =>
    (await env.DB.prepare("SELECT id FROM people WHERE role = 'compliance'").first<{ id: string }>())!.id;
  beforeAll(async () => {
    await setPolicy((p) => ({ recording: { ...p.recording, openedFrom: ["GB", "IE"] } }));
    const { number } = await called(tokens.admin);
    id = await verified(tokens.compliance, number);
    await confirmAll(tokens.compliance, id);
    await done(tokens.compliance, id, "decide", { decision: "comply" });
    await done(tokens.compliance, id, "export");
  });

  it("by a link that an officer handed out opens in those countries alone, and the trail has the officer", async () => {
    const { data } = await under(own, "POST", `/v1/requests/${id}/link`, { token: tokens.compliance });
    const path = new URL((data as { link: string }).link).pathname;
    const whose = { actor: "requester", handed: true, handedBy: await officer() };
    for (const country of ["BR", "T1", "XX"]) {
      const { answer, text } = await opens(country, path);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([403, "text/html; charset=UTF-8"]);
      expect(text).toContain("Not from this country");
    }
    expect((await opens("BR", path, "pl")).text).toContain("Nie z tego kraju");
    expect((await asked("BR", `${path}/copy/1`, {})).answer.status).toBe(403);
    expect(await lines("opened.request-file")).toEqual([]);
    expect((await lines("opened.refused")).at(-1)).toMatchObject({
      ...whose,
      ...{ what: "request-file", purpose: "export", country: "BR" },
    });
    expect((await opens("IE", path)).answer.headers.get("content-type")).toBe("application/zip");
    expect(await lines("opened.request-file")).toMatchObject([{ ...whose, country: "IE" }]);
    // The page itself has letters, and its openings say whose link it was.
    expect((await asked("BR", path, {})).answer.status).toBe(200);
    expect((await lines("opened.request-page"))[0]).toMatchObject(whose);
  });

  it("by a link that was mailed to its requester opens anywhere, and the trail and /policy say so", async () => {
    const { link, statement } = newLink({ req: { url: "https://cleardial.test" } }, id, "whole", Date.now());
    const event = { code: "request.link", subject: id, payload: null };
    await record(env, { actor: "system", event, statements: [statement] });
    expect((await opens("BR", new URL(link).pathname)).answer.status).toBe(200);
    const [opened] = await lines("opened.request-file");
    expect(opened).toMatchObject({ actor: "requester", purpose: "export", country: "BR" });
    expect(opened).not.toHaveProperty("handed");
    const published = (await asked("GB", "/policy", {})).text;
    expect(published).toContain("They may be opened from the United Kingdom and Ireland only");
    expect(published).toContain("By the link that was mailed to them, it opens from anywhere");
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
