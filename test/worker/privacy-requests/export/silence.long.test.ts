/** What an officer silences in a copy (UK GDPR art 15(4)) has a reason, and is told in full; most of a recording is a refusal of it. */
import { describe, expect, it } from "vitest";
import { act, called, done, draft, officer, read, tokens, verified, wav, withTeam } from "../kit.ts";
import { copyOf } from "./zip.ts";

withTeam();

type Mute = [number, number][];
/** A request with one recording of ten seconds, and how to silence parts of it. */
async function heard() {
  const { number, recording } = await called(tokens.admin, { audio: wav(10) });
  const id = await verified(officer, number);
  const item = `recording.${recording}`;
  const silence = (mute: Mute | undefined, reason?: string) =>
    act(officer, id, "items", {
      items: [{ id: item, verdict: "confirmed", ...(mute && { mute }) }],
      ...(reason === undefined ? {} : { reason }),
    });
  return { id, item, silence };
}
const last = async (id: string) => (await read(officer, id)).events.at(-1)!.detail;
const send = (id: string, text: string) =>
  act(officer, id, "letters", { kind: "decision", text, how: "post" });

describe("silence in a copy", () => {
  it("wants a reason where there is more of it, and the timeline has the seconds", async () => {
    const { id, item, silence } = await heard();
    expect(await silence([[1, 3]])).toMatchObject({ status: 422 });
    expect((await read(officer, id)).items).toMatchObject([{ id: item, verdict: "proposed", mute: [] }]);
    expect(
      (
        await silence(
          [
            [1, 3],
            [2, 4],
          ],
          "her mother speaks",
        )
      ).status,
    ).toBe(200);
    expect(await last(id)).toEqual({ items: 1, silenced: 3, reason: "her mother speaks" });
    // As long, elsewhere: what was heard is not.
    expect(await silence([[5, 8]])).toMatchObject({ status: 422 });
    // Less of the same, and the same again.
    for (const mute of [undefined, [[1, 4]] as Mute, [[2, 3]] as Mute])
      expect((await silence(mute)).status).toBe(200);
    expect(await last(id)).toEqual({ items: 1 });
  });

  it("is told by its total in the letter and in the copy", async () => {
    const { id, silence } = await heard();
    await silence(
      [
        [1, 3],
        [2, 4],
        [9, 99],
      ],
      "her mother speaks",
    );
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    const drafted = await draft(officer, id, "decision");
    expect(drafted).toContain("silenced about 4 seconds in 1 recording");
    expect(drafted).not.toContain("mother");
    expect(await send(id, drafted.replace("4 seconds", "1 second"))).toMatchObject({ code: "letter-lacks" });
    const { said, data } = await copyOf(id);
    for (const name of ["index.html", "data.json"])
      expect(said(name)).toContain("about 4 seconds in 1 recording");
    expect(data["recordings"]).toMatchObject([
      {
        muted: [
          [1, 4],
          [9, 99],
        ],
      },
    ]);
  });

  it("no more comes after the letter, which would not say so", async () => {
    const { id, silence } = await heard();
    await silence([]);
    await done(officer, id, "decide", { decision: "comply" });
    await done(officer, id, "export");
    expect((await send(id, await draft(officer, id, "decision"))).status).toBe(200);
    expect(await silence([[1, 3]], "her mother speaks")).toMatchObject({ code: "request-not-now" });
  });

  it.each<[string, Mute]>([
    ["all", [[0, 3600]]],
    [
      "nearly all, in pieces",
      [
        [0, 4],
        [3, 6],
        [6.2, 10],
      ],
    ],
  ])("of %s of a recording is a refusal of it, with ground, remedies and notice", async (_, mute) => {
    const { id, item, silence } = await heard();
    await silence(mute, "her mother speaks");
    await done(officer, id, "decide", { decision: "comply" });
    expect(await act(officer, id, "export")).toMatchObject({ status: 409, code: "mute-all" });
    const reasons = "Only her mother speaks in it.";
    await done(officer, id, "decide", {
      decision: "deny",
      ...{ ground: "other", other: "the data of another person", reasons },
    });
    expect(await send(id, reasons)).toMatchObject({ code: "letter-lacks" });
    expect((await read(officer, id)).items).toMatchObject([{ id: item, decision: "deny" }]);
    expect((await send(id, await draft(officer, id, "decision"))).status).toBe(200);
    expect(await act(officer, id, "close")).toMatchObject({ why: "noticed" });
  });
});
