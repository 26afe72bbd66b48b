/** A recording whose audio cannot be had stops no access request: an officer leaves it out, and all say so (UK GDPR art 12(3), 15). */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call } from "../../helpers.ts";
import { act, called, confirmAll, done, draft, officer, read, tokens, verified, withTeam } from "../kit.ts";
import { copyOf } from "./zip.ts";

withTeam();

const objectOf = (recording: string) =>
  env.DB.prepare("SELECT object FROM recordings WHERE id = ?").bind(recording).first<string>("object");

/** A decided request with twelve recordings of one number, and those of them that are without audio. */
async function lacking(number: string, lost: readonly number[]) {
  const days = Array.from({ length: 12 }, (_, i) => `2026-11-${String(i + 1).padStart(2, "0")}`);
  const ids: string[] = [];
  for (const day of days)
    ids.push((await called(tokens.admin, { number, startedAt: `${day}T14:20:00.000Z` })).recording);
  const id = await verified(officer, number);
  expect(await confirmAll(officer, id)).toHaveLength(12);
  const gone = lost.map((n) => ids[n]!);
  for (const one of gone) await env.RECORDINGS!.delete((await objectOf(one))!);
  return { id, ids, gone };
}
interface Refused {
  code: string;
  errors: { path: string; message: string }[];
}
const refusal = async (id: string) =>
  (await call("POST", `/v1/requests/${id}/export`, { token: officer, body: {} })).data as Refused;

describe("a recording without audio", () => {
  it("is named by its day and number, each of them, and left out for a reason", async () => {
    const number = "+442079460711";
    const { id, ids, gone } = await lacking(number, [2, 7]);
    await done(officer, id, "decide", { decision: "comply" });
    expect(await refusal(id)).toMatchObject({
      code: "audio-missing",
      errors: [
        {
          path: `recording.${gone[0]}`,
          message: expect.stringContaining(`3 Nov 2026, ${number}`) as string,
        },
        {
          path: `recording.${gone[1]}`,
          message: expect.stringContaining(`8 Nov 2026, ${number}`) as string,
        },
      ],
    });
    // Of one alone: the other is still named.
    const note = (refs: string[], text = "The bucket lost it in the outage.") =>
      act(officer, id, "note", { text, without: refs.map((ref) => `recording.${ref}`) });
    expect((await note([gone[0]!])).status).toBe(200);
    expect((await refusal(id)).errors.map(({ path }) => path)).toEqual([`recording.${gone[1]}`]);
    expect((await note([gone[1]!], "Deleted by hand.")).status).toBe(200);

    const { files, said, data } = await copyOf(id);
    expect([...files.keys()].filter((name) => name.startsWith("recordings/"))).toHaveLength(10);
    // Its data is in the copy, with the reason, and a computer can tell it from the others.
    expect(data["recordings"]).toHaveLength(12);
    expect(data["recordings"]![2]).toMatchObject({ file: null, lost: "The bucket lost it in the outage." });
    expect(data["recordings"]![7]).toMatchObject({ file: null, lost: "Deleted by hand." });
    expect(data["recordings"]!.filter(({ file }) => file !== null).map(({ file }) => file)).toEqual(
      Array.from({ length: 10 }, (_, i) => `recordings/${String(i + 1).padStart(3, "0")}.wav`),
    );
    for (const name of ["index.html", "data.json"])
      expect(said(name)).toContain("The bucket lost it in the outage. (3 Nov 2026)");
    const { events } = await read(officer, id);
    expect(events.find(({ action }) => action === "export")!.detail).toMatchObject({
      lost: [
        { on: "2026-11-03", why: "The bucket lost it in the outage." },
        { on: "2026-11-08", why: "Deleted by hand." },
      ],
    });
    expect(ids).toHaveLength(12);
  });

  it("is said in the letter, which cannot go without it", async () => {
    const { id, gone } = await lacking("+442079460712", [0]);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "note", { text: "Its store lost it.", without: [`recording.${gone[0]}`] });
    await done(officer, id, "export");
    const text = await draft(officer, id, "decision");
    expect(text).toContain("Its store lost it. (1 Nov 2026)");
    const send = (text: string) => act(officer, id, "letters", { kind: "decision", text, how: "post" });
    expect(await send(text.replace("1 Nov 2026", "a day"))).toMatchObject({ code: "letter-lacks" });
    expect((await send(text)).status).toBe(200);
  });

  it("is in the copy all the same where its audio is back", async () => {
    const { id, gone } = await lacking("+442079460713", [4]);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "note", { text: "Its store lost it.", without: [`recording.${gone[0]}`] });
    await env.RECORDINGS!.put((await objectOf(gone[0]!))!, new Uint8Array([1, 2, 3]));
    const refused = await refusal(id);
    // It is another object than before: that is looked at first, and nothing is left out in silence.
    expect(refused.code).toBe("object-changed");
  });

  it("of somebody else's request, or that nobody granted, cannot be left out", async () => {
    const { id, gone } = await lacking("+442079460714", [4]);
    const other = await lacking("+442079460715", [1]);
    const note = (ref: string) => act(officer, id, "note", { text: "Lost.", without: [ref] });
    expect(await note(`recording.${other.gone[0]}`)).toMatchObject({ status: 422, code: "invalid" });
    expect(await note(gone[0]!)).toMatchObject({ status: 422, code: "invalid" });
    expect((await note(`recording.${gone[0]}`)).status).toBe(200);
  });

  it("goes for one in quarantine", async () => {
    const { id, ids } = await lacking("+442079460716", []);
    await done(officer, id, "decide", { decision: "comply" });
    await env.DB.prepare("UPDATE recordings SET region = 'KP' WHERE id = ?").bind(ids[5]).run();
    expect(await refusal(id)).toMatchObject({
      code: "recording-quarantined",
      errors: [{ path: `recording.${ids[5]}` }],
    });
    await done(officer, id, "note", { text: "It is not to be had.", without: [`recording.${ids[5]}`] });
    await done(officer, id, "export");
  });
});
