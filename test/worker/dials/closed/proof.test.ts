/** A proof of a number whose dials and calls closed: they come back for it, and it quotes, and names as altered, what it did before. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { NumberProof } from "../../../../shared/proof/api.ts";
import { aTeam, asOwner } from "../../helpers.ts";
import { proofOf } from "../../proof/kit.ts";
import { allBack, both, callOf, closeAgain, here, numberOf, registers } from "./calls-kit.ts";

const tokens = aTeam();
const [PLAIN, BENT] = [0, 1];
const proved = async (n: number) => {
  const { document } = await proofOf(env, tokens.compliance, numberOf(n));
  return document.proof as NumberProof;
};
/** What it tells of, the stored rows that it quotes, and those that it names. */
const shown = ({ events, altered, trail }: NumberProof) => ({
  ...{ events, altered },
  quoted: trail.rows.filter(({ bound }) => bound !== undefined),
});

beforeAll(async () => {
  await registers(tokens);
  for (const n of [PLAIN, BENT]) await both(tokens, n);
});

describe("a dial and its call", () => {
  it("are told and quoted as before: closed, once they came back, and once their file did", async () => {
    const before = shown(await proved(PLAIN));
    expect(before.events.map(({ what }) => what).sort()).toEqual(["call", "dial"]);
    expect(before.altered).toEqual([]);
    // And the registers by which it was judged.
    const versions = ["versions", "versions"];
    expect(before.quoted.map(({ bound }) => bound!.table).sort()).toEqual(["calls", "dials", ...versions]);
    await closeAgain();
    expect(await here()).toEqual([]);
    for (const _ of ["closed", "back"]) expect(shown(await proved(PLAIN))).toEqual(before);
    expect(await here()).toEqual([PLAIN]);
    await allBack();
    expect(shown(await proved(PLAIN))).toEqual(before);
  });

  it("that somebody altered before they closed are named by the first proof already", async () => {
    const { id } = await callOf(numberOf(BENT));
    await asOwner(["calls"], () =>
      env.DB.prepare("UPDATE calls SET judged_as = 'automated' WHERE id = ?").bind(id).run(),
    );
    const before = await proved(BENT);
    expect(before.altered).toMatchObject([{ table: "calls", ref: id, how: "other", told: false }]);
    expect(before.events.map(({ what }) => what)).toEqual(["dial"]);
    await closeAgain();
    expect(await here()).not.toContain(BENT);
    for (const _ of ["closed", "back"]) {
      const { altered, events } = await proved(BENT);
      expect([altered, events]).toEqual([before.altered, before.events]);
    }
  });
});
