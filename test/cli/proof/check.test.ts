import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { calculateJwkThumbprint } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProofHead, ProofRow } from "../../../shared/proof/api-trail.ts";
import type { NumberProof, ProofDocument } from "../../../shared/proof/api.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import { commitmentOf, rowHash } from "../../../shared/trail/chain.ts";
import { openingBy } from "../../../shared/proof/bound-row.ts";
import { besideOf } from "../../../shared/trail/bound.ts";
import { bindRow, saltsOf, type Stored, typed } from "../../../shared/trail/leaves.ts";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { newAuditKey } from "../../../worker/cli/trail/audit.ts";
import { Refusal } from "../../../worker/cli/client.ts";
import { checkBytes, checkProof } from "../../../worker/cli/proof/check.ts";
import { type Key, readKey } from "../../../worker/cli/proof/signed.ts";

const NUMBER = "+442079460958";
const dir = mkdtempSync(join(tmpdir(), "cleardial-cli-proof-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Pair {
  sign: (text: string) => string;
  jwk: { crv: string; kty: string; x: string };
  thumbprint: string;
}
let own: Pair;
let stranger: Pair;
const pair = async (): Promise<Pair> => {
  const { key, thumbprint } = await newAuditKey();
  const secret = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
  const { crv, kty, x } = createPublicKey(secret).export({ format: "jwk" });
  return {
    sign: (text) => sign(null, Buffer.from(text), secret).toString("base64"),
    jwk: { crv: crv!, kty: kty!, x: x! },
    thumbprint,
  };
};
beforeAll(async () => {
  [own, stranger] = [await pair(), await pair()];
});

const at = (n: number) => `2026-11-20T10:00:${String(n).padStart(2, "0")}.000Z`;
const noon = "2026-11-20T12:00:00.000Z";

type Bound = NonNullable<ProofRow["bound"]>;
/** A state of a consent of NUMBER, as the trail binds it. */
const state = (withdrawn: string | null): Bound => {
  const fields: [string, Stored][] = [
    ...Object.entries({
      id: "consent-9",
      number: 442079460958,
      at: at(9),
      given_by: "Dora",
      given_at: at(9),
    }),
    ...Object.entries({ evidence: "é 12", until: null, withdrawn_at: withdrawn }),
  ];
  const seed = "0f".repeat(16);
  const { code } = bindRow("consents", seed, fields);
  const saltOf = saltsOf(seed);
  return {
    table: "consents",
    code,
    fields: fields.map(([name, value]) => [name, saltOf(name), typed(value)]),
  };
};

/** What never changes of another table's row of NUMBER. */
const fixed = (table: string, own: Record<string, Stored>): Bound => {
  const fields = Object.entries({ id: `${table}-9`, number: 442079460958, ...own });
  const seed = "0f".repeat(16);
  const saltOf = saltsOf(seed);
  return {
    ...{ table, code: bindRow(table, seed, fields).code },
    fields: fields.map(([name, value]) => [name, saltOf(name), typed(value)]),
  };
};
const subjectOf = ({ table }: Bound, seq: number) =>
  table === "consents"
    ? `consents/consent-9@${seq}`
    : table === "turned"
      ? "turned/batch"
      : `${table}/${table}-9`;

function rowsOf(states: Record<number, Bound> = {}): ProofRow[] {
  const said = (seq: number) =>
    ({
      3: {
        code: "dial.held",
        subject: "dial-3",
        payload: { number: NUMBER, verdict: "blocked", workerVerdict: "blocked" },
      },
      5: { code: "suppression.imported", subject: "import", payload: { entries: [] } },
      9: {
        code: "consent.recorded",
        subject: "consent-9",
        payload: { number: NUMBER, basis: "consent", evidence: "é 12" },
      },
    })[seq] ?? { code: "opened.people", subject: "", payload: null };
  const rows: ProofRow[] = [];
  for (let seq = 1; seq <= 12; seq++) {
    const bound = states[seq];
    const { code, subject, payload } = bound
      ? { code: "audit.bound", subject: subjectOf(bound, seq), payload: null }
      : said(seq);
    const [salt, text] = bound ? ["", openingBy(bound)] : [`salt-${seq}`, JSON.stringify(payload)];
    const row = {
      seq,
      at: at(seq),
      actor: "ann",
      code,
      subject,
      commitment: commitmentOf(salt, text),
      prev: rows.at(-1)?.hash ?? "genesis",
    };
    rows.push({ ...row, hash: rowHash(row), salt, payload: text, withheld: false, ...(bound && { bound }) });
  }
  return rows;
}

/**
 * A trail of twelve rows with a head after the seventh, among them a dial, an import and an erased payload; and those that bind
 * states of a consent.
 */
function proofOf(states: Record<number, Bound> = {}): NumberProof {
  const rows = rowsOf(states);
  const day = "2026-11-20";
  const line = `cleardial-head v1 - ${day} 7 ${rows[6]!.hash} ${noon}`;
  const head: ProofHead = {
    day,
    seq: 7,
    hash: rows[6]!.hash,
    signed: line,
    signature: own.sign(line),
    key: own.thumbprint,
  };
  const newest: ProofHead = {
    day: null,
    seq: 12,
    hash: rows[11]!.hash,
    signed: null,
    signature: null,
    key: null,
  };
  const segment = (first: number, to: ProofHead) => ({
    first,
    prev: rows[first - 1]!.prev,
    links: rows
      .slice(first - 1, to.seq)
      .map(
        (r) => [r.at, r.actor, r.code, r.subject, r.commitment] as [string, string, string, string, string],
      ),
    head: to,
  });
  const lists = [{ id: "tps", version: 1, asOf: "2026-11-19" }];
  return {
    ...{ format: "cleardial-proof v1", about: "number", number: NUMBER, company: "Acme Ltd" },
    ...{
      from: day,
      to: day,
      zone: "Europe/London",
      madeAt: noon,
      madeBy: { id: "cora", name: "Cora", role: "compliance" },
    },
    registers: [],
    events: [
      {
        ...{ what: "dial", at: at(3), ref: "dial-3", by: "Ann", rows: [3], action: "held", refused: false },
        ...{
          verdict: "blocked",
          reasons: [],
          workerVerdict: "blocked",
          workerReasons: [],
          basis: null,
          reason: null,
        },
        ...{ purpose: "general", host: "crm.example.com", deviceAt: at(3), policy: 1, lists },
      },
      {
        ...{ what: "suppression", at: at(5), ref: "s-5", by: "Ann", rows: [5] },
        ...{ kind: "house", reason: "key account", source: "import", until: null },
      },
      {
        ...{ what: "consent", at: at(9), ref: "consent-9", by: "Ann", rows: [9] },
        ...{ basis: "consent", givenBy: "Dora", givenAt: at(9), evidence: "é 12", until: null },
      },
    ],
    trail: {
      rows: [
        rows[2]!,
        { ...rows[4]!, salt: null, payload: null, withheld: true },
        rows[8]!,
        states[11] ? rows[10]! : { ...rows[10]!, salt: null, payload: null },
      ],
      segments: [segment(3, head), segment(9, newest)],
      unlinked: [],
    },
  };
}
function documentOf(proof: NumberProof, by: Pair | null = own): ProofDocument {
  const text = canonical(proof);
  return {
    proof,
    sha256: sha256Hex(text),
    signature: by?.sign(text) ?? null,
    key: by?.thumbprint ?? null,
    publicKey: by?.jwk ?? null,
  };
}
const check = (document: ProofDocument | Uint8Array, keys: Key[] = []) =>
  checkBytes("p.json", document instanceof Uint8Array ? document : Buffer.from(canonical(document)), keys);
const keyOf = ({ thumbprint, jwk }: Pair): Key => ({ thumbprint, jwk });
const failing = async (proof: NumberProof, by: Pair | null = own) =>
  (await check(documentOf(proof, by))).checks.filter(({ ok }) => !ok).map(({ check }) => check);

describe("a proof", () => {
  it("that holds is said to, with what each of its parts is worth", async () => {
    const { ok, signature, text } = await check(documentOf(proofOf()), [keyOf(own)]);
    expect([ok, signature]).toEqual([true, "own"]);
    expect(text).toContain(
      `A proof about ${NUMBER}, 2026-11-20 to 2026-11-20, made ${noon} UTC by Cora for Acme Ltd.`,
    );
    expect(text).toContain(
      "It quotes 4 rows of the trail: 2 with their content, 1 without its content, which names others too, 1 whose content was erased.",
    );
    expect(text).toContain(`the head of 2026-11-20 (row 7), signed with ${own.thumbprint}`);
    expect(text.endsWith("The whole document holds.")).toBe(true);
  });

  it("one byte that was changed anywhere is noticed, signed or unsigned", async () => {
    for (const by of [own, null]) {
      const whole = Buffer.from(canonical(documentOf(proofOf(), by)));
      await fc.assert(
        fc.asyncProperty(
          fc.nat(whole.length - 1),
          fc.integer({ min: 1, max: 255 }),
          async (place, change) => {
            const bytes = Uint8Array.from(whole);
            bytes[place]! ^= change;
            const found = await check(bytes).catch((error: unknown) => error);
            return found instanceof Refusal || !(found as { ok: boolean }).ok;
          },
        ),
        { numRuns: 300 },
      );
    }
  });

  it("one that was written anew, or has more in it, is not taken for what ClearDial wrote", async () => {
    const document = documentOf(proofOf());
    const text = canonical(document);
    for (const other of [JSON.stringify(document, null, 2), `${text}\n`]) {
      const { checks } = await check(Buffer.from(other));
      expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ check: "form" }]);
    }
    await expect(check(Buffer.from(text.replace("{", '{"note":1,')))).rejects.toThrow("is not a proof");
    await expect(check(Buffer.from("{}"))).rejects.toThrow("is not a proof");
  });

  /** The paths of every text and number in a document, except for the name of the key that signed a head. */
  const leaves = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]))
      : ["string", "number"].includes(typeof value) && path.at(-1) !== "key"
        ? [path]
        : [];
  it("whoever holds the key cannot change a row of the trail and sign anew", async () => {
    const places = leaves(proofOf().trail);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), async (path) => {
        const proof = proofOf();
        const holder = path
          .slice(0, -1)
          .reduce<Record<string, unknown>>(
            (at, name) => at[name] as Record<string, unknown>,
            proof.trail as unknown as Record<string, unknown>,
          );
        const name = path.at(-1)!;
        const value = holder[name];
        holder[name] = typeof value === "number" ? value + 1 : changed(value as string);
        const found = await check(documentOf(proof)).catch((error: unknown) => error);
        return found instanceof Refusal || !(found as { ok: boolean }).ok;
      }),
      { numRuns: 300 },
    );
  });
  /** Another text of the same form: where the last letter is a digit of a hash, the new one is too. */
  const changed = (text: string): string => `${text.slice(0, -1)}${text.endsWith("0") ? "1" : "0"}`;

  it("a fact that says something else than its row, a row that is left out, facts out of order", async () => {
    const told = (change: (proof: NumberProof) => void) => {
      const proof = proofOf();
      change(proof);
      return failing(proof);
    };
    expect(await told((p) => Object.assign(p.events[0]!, { workerVerdict: "clear" }))).toEqual(["facts"]);
    expect(await told((p) => Object.assign(p.events[2]!, { evidence: "another form" }))).toEqual(["facts"]);
    expect(await told((p) => Object.assign(p, { number: "+442079460001" }))).toEqual(["facts"]);
    expect(await told((p) => p.events.reverse())).toEqual(["facts"]);
    expect(await told((p) => p.trail.rows.shift())).toEqual(["facts"]);
    expect(await told((p) => p.trail.segments.shift())).toEqual(["links"]);
    expect(await told((p) => p.trail.rows.reverse())).toEqual(["rows"]);
    const row = proofOf().trail.rows[0]!;
    expect(
      await told((p) =>
        Object.assign(p.trail.rows[0]!, {
          hash: rowHash({ ...row, code: "dial.passed" }),
          code: "dial.passed",
        }),
      ),
    ).toEqual(["links"]);
  });

  it("a dial whose row was made silent: its fields were bound, and its event shows none of them", async () => {
    /** The dial by another name, its event without what it says, and from which row on the Worker says that dials are bound. */
    const silent = (ref: string, boundFrom?: number) => {
      const proof = proofOf();
      const [row] = proof.trail.rows;
      const told = { ...row!, subject: ref, salt: null, payload: null };
      proof.trail.rows[0] = { ...told, hash: rowHash(told) };
      Object.assign(proof.events[0]!, { ref });
      Object.assign(proof.trail, { boundFrom });
      // The way to a head is another test's.
      proof.trail.segments.shift();
      proof.trail.unlinked = [3, 5];
      return failing(proof);
    };
    expect(await silent("dial-3")).toEqual([]);
    expect(await silent("dial-3", 4)).toEqual([]);
    expect(await silent("dial-3", 3)).toEqual(["facts"]);
    // A dial of the small rows keeps its salt itself, in every release.
    expect(await silent("112233445566")).toEqual(["facts"]);
  });

  it("a row that the Worker says it did not write; one from before it could tell is counted", async () => {
    const from = (origin: "forged" | "before") => {
      const proof = proofOf();
      Object.assign(proof.trail.rows[0]!, { origin });
      return proof;
    };
    expect(await failing(from("forged"))).toEqual(["rows"]);
    const { ok, text } = await check(documentOf(from("before")));
    expect([ok, text]).toEqual([
      true,
      expect.stringContaining("1 from before rows had a code under the Worker's key") as string,
    ]);
  });

  it("a dial that no row of the trail bears out", async () => {
    const proof = proofOf();
    Object.assign(proof.events[0]!, { rows: [] });
    expect(await failing(proof)).toEqual(["facts"]);
  });

  describe("of which each state is bound", () => {
    /** The consent is recorded by row 9, bound by row 10, and withdrawn, which row 11 binds. */
    const states = { 10: state(null), 11: state(at(12)) };
    type Bend = (proof: NumberProof, rows: ProofRow[]) => void;
    const bent = (change: Bend) => {
      const proof = proofOf(states);
      Object.assign(proof.trail, { boundFrom: 1, statesFrom: 1 });
      proof.events.splice(1, 1);
      Object.assign(proof.events[1]!, { rows: [9, 11] });
      const { ref } = proof.events[1]!;
      proof.events.push({
        ...{ what: "consent-withdrawn", at: at(12), ref, by: "Ann", rows: [11], basis: "consent" },
      });
      change(proof, proof.trail.rows);
      return proof;
    };
    const told = (change: Bend = () => undefined) => failing(bent(change));

    it("holds where all is told", async () => {
      expect(await told()).toEqual([]);
    });

    it("does not where the row was altered, or what it says is told otherwise", async () => {
      const cleared = (proof: NumberProof, rows: ProofRow[]) => {
        proof.events.pop();
        const bound = state(null);
        Object.assign(rows[3]!, { bound, payload: openingBy(bound) });
      };
      expect(await told(cleared)).toEqual(["rows"]);
      expect(await told((p) => Object.assign(p.events[2]!, { at: at(13) }))).toEqual(["facts"]);
      expect(await told((p) => Object.assign(p.events[1]!, { givenBy: "Otto" }))).toEqual(["facts"]);
      expect(await told((p) => Object.assign(p.events[2]!, { ref: "another" }))).toEqual(["facts"]);
    });

    it("does not where an earlier state was put back", async () => {
      const putBack = (proof: NumberProof, rows: ProofRow[]) => {
        proof.events.pop();
        rows[3] = rowsOf(states)[9]!;
        Object.assign(proof.events[1]!, { rows: [9, 10] });
      };
      expect(await told(putBack)).toEqual(["facts"]);
    });

    /** Put back after the period: its later state is among the rows that lead to the head, or quoted. */
    const later =
      (named: object[], to = "2026-11-19"): Bend =>
      (proof, rows) => {
        proof.events.pop();
        const { bound: _, ...last } = rowsOf(states)[10]!;
        rows.splice(3, 1, rowsOf(states)[9]!, { ...last, salt: null, payload: null });
        Object.assign(proof.events[1]!, { rows: [9, 10] });
        Object.assign(proof, { from: "2026-11-18", to, altered: named });
      };
    const named = {
      ...{
        table: "consents",
        ref: "consent-9",
        how: "earlier",
        seq: 11,
        at: at(11),
        code: "consent.withdrawn",
      },
      told: true,
    };

    it("holds where a later state was put back after the period, and the document names it", async () => {
      expect(await told(later([named]))).toEqual([]);
      const { ok, checks, text } = await check(documentOf(bent(later([named]))));
      expect([ok, checks.at(-1)]).toMatchObject([true, { check: "altered", said: "note" }]);
      expect(text).toContain("NOTE: 1 stored row of this number was not as the trail says");
      expect(text).toContain("consents/consent-9 was put back: row 11");
    });

    it("does not where it is not named, or the change came within the period, or it says that it tells nothing", async () => {
      expect(await told(later([]))).toEqual(["facts"]);
      expect(await told(later([named], "2026-11-20"))).toEqual(["facts"]);
      expect(await told(later([{ ...named, told: false }]))).toEqual(["facts"]);
      expect(await told(later([{ ...named, seq: 9 }]))).toEqual(["facts"]);
      expect(await told(later([{ ...named, seq: null }]))).toEqual(["facts"]);
    });

    it.each(["suppression-ended", "consent-withdrawn", "suppression", "consent"])(
      "does not where nothing binds a %s",
      async (what) => {
        const more = {
          what,
          at: at(12),
          ref: "x",
          by: null,
          rows: [],
          kind: what.startsWith("s") ? "objection" : "notification",
          reason: "x",
          basis: "consent",
        };
        const own = { source: "", until: null, givenBy: "x", givenAt: at(9), evidence: "" };
        const add = (proof: NumberProof) => proof.events.push({ ...more, ...own } as never);
        expect(await told(add)).toEqual(["facts"]);
        const before = (proof: NumberProof) => Object.assign(proof.trail, { statesFrom: null }) && add(proof);
        expect(await told(before)).toEqual([]);
      },
    );

    it("nor a call that was stored since rows are bound", async () => {
      const call = (rows: number[], boundFrom: number) => (proof: NumberProof) => {
        proof.events.push({
          ...{ what: "call", at: at(12), ref: "x", by: null, rows, via: "import", provider: "softphone" },
          ...{
            direction: "outbound",
            seconds: null,
            agent: null,
            verdict: null,
            reasons: [],
            overridden: false,
          },
          ...{ dial: null, screened: null },
        });
        Object.assign(proof.trail, { boundFrom });
      };
      expect(await told(call([9], 10))).toEqual([]);
      expect(await told(call([9], 9))).toEqual(["facts"]);
    });
  });

  describe("of answers, recordings and requests", () => {
    const bound = {
      lookups: fixed("lookups", { at: at(10), listed: 1, source: "data8" }),
      recordings: fixed("recordings", {
        ...{ started_at: at(10), provider: "dialler", direction: "outbound", seconds: 61 },
      }),
      requests: fixed("requests", {
        ...{ at: at(10), ref: "R-1", kind: "access", channel: "post", received_on: "2026-11-20" },
      }),
    };
    /** The second of three that were written at once. */
    const turned: Bound = {
      ...fixed("turned", {
        ...{ batch: "batch", place: 1, at: at(10), from_verdict: "clear", to_verdict: "blocked" },
        ...{ reason: "tps", list: "tps", version: 3, as_of: "2026-11-19" },
      }),
      beside: { place: 1, of: 3, hashes: besideOf(["a".repeat(64), "", "b".repeat(64)], 1) },
    };
    it.each([
      { to: "caution" },
      { from: "caution" },
      { reason: "objection" },
      { version: 4 },
      { asOf: null },
      { ref: "batch/2" },
      { ref: "other/1" },
    ])("of a change of status, %o is not what the trail binds", async (change) => {
      const telling = (own: object, rows = [9, 11], trail: object = { turnedFrom: 12 }) => {
        const proof = proofOf({ 11: turned });
        const fact = {
          ...{ what: "turned", at: at(10), ref: "batch/1", by: null, rows, from: "clear", to: "blocked" },
          ...{ reason: "tps", list: "tps", version: 3, asOf: "2026-11-19", mailedAt: null, ...own },
        };
        proof.events.splice(1, 2, fact as unknown as (typeof proof.events)[number]);
        Object.assign(proof.trail, trail);
        return proof;
      };
      expect(await failing(telling({}))).toEqual([]);
      expect(await failing(telling(change))).toEqual(["facts"]);
      expect(await failing(telling({}, [9], { turnedFrom: 9 }))).toEqual(["facts"]);
      const other = telling({});
      // Another place under the same root.
      const { beside, ...alone } = turned;
      Object.assign(other.trail.rows[3]!, { bound: { ...alone, beside: { ...beside!, place: 0 } } });
      expect(await failing(other)).toEqual(["rows"]);
    });

    type Table = keyof typeof bound;
    const facts: Record<Table, object> = {
      lookups: { what: "lookup", list: "tps", listed: true, source: "data8" },
      recordings: {
        ...{ what: "recording", provider: "dialler", direction: "outbound", seconds: 61, state: "kept" },
      },
      requests: {
        ...{ what: "request", reference: "R-1", kind: "access", channel: "post", state: "received" },
        ...{ received: "2026-11-20", decideBy: "2026-12-20", decision: null, decidedOn: null },
      },
    };
    /** Row 9 tells of it, row 11 binds it. */
    const telling = (
      table: Table,
      change: object = {},
      trail: object = { boundFrom: 1, factsFrom: null },
    ) => {
      const proof = proofOf({ 11: bound[table] });
      const fact = { at: at(10), ref: `${table}-9`, by: null, rows: [9, 11], ...facts[table], ...change };
      proof.events.splice(1, 2, fact as (typeof proof.events)[number]);
      Object.assign(proof.trail, trail);
      return proof;
    };

    it.each([
      ["lookups", { listed: false }],
      ["lookups", { source: "t2a" }],
      ["lookups", { at: at(9) }],
      ["lookups", { ref: "another" }],
      ["recordings", { direction: "inbound" }],
      ["recordings", { provider: "another" }],
      ["recordings", { seconds: 62 }],
      ["requests", { received: "2026-11-19" }],
      ["requests", { reference: "R-2" }],
      ["requests", { kind: "erasure" }],
      ["requests", { channel: "email" }],
    ] as const)("of %s, %o is not what the trail binds", async (table, change) => {
      expect(await failing(telling(table))).toEqual([]);
      expect(await failing(telling(table, change))).toEqual(["facts"]);
    });

    it("one of the time in which each is bound must be; a proof of an earlier release showed none", async () => {
      const bare = (table: Table, trail: object) => failing(telling(table, { rows: [9] }, trail));
      for (const table of ["lookups", "recordings", "requests"] as const) {
        expect(await bare(table, { boundFrom: 1, factsFrom: 1 }), table).toEqual(["facts"]);
        expect(await bare(table, { boundFrom: 1 }), table).toEqual([]);
      }
      // The state of a request is bound beside it.
      expect(await failing(telling("requests", {}, { boundFrom: 1, factsFrom: 1 }))).toEqual(["facts"]);
      expect(await bare("lookups", { boundFrom: 1, factsFrom: 10 })).toEqual([]);
    });

    it("what was compared with nothing is never said to be as the trail says", async () => {
      const said = async (proof: NumberProof) =>
        (await check(documentOf(Object.assign(proof, { altered: [] })))).checks.at(-1)!;
      expect(await said(telling("lookups"))).toMatchObject({
        ...{
          ok: true,
          text: "Each stored row of this number was as the last event of it on the trail says.",
        },
      });
      const bare = await said(telling("lookups", { rows: [9] }));
      expect(bare).toMatchObject({ ok: true, said: "note" });
      expect(bare.text).toContain("(lookup 1): nothing compares it");
      const recording = await said(telling("recordings"));
      expect(recording.text).toContain("Whether a recording is kept or being erased");
    });
  });

  it("rows whose way is not in it are named as such; one that is not named is missed", async () => {
    const proof = proofOf();
    proof.trail.segments.shift();
    proof.trail.unlinked = [3, 5];
    const { ok, text } = await check(documentOf(proof));
    expect([ok, text]).toEqual([
      true,
      expect.stringContaining(
        "2 lead, hash by hash, to a head of the trail; for 2 the document does not contain the rows between",
      ) as string,
    ]);
    proof.trail.unlinked = [3];
    expect(await failing(proof)).toEqual(["links"]);
  });
});

describe("its signature", () => {
  const worth = async (document: ProofDocument, keys: Key[] = []) => {
    const { signature, ok } = await check(document, keys);
    return [signature, ok];
  };
  it("by the key that was given, by the one that stands in it, by none, by another's", async () => {
    const document = documentOf(proofOf());
    expect(await worth(document)).toEqual(["stated", true]);
    expect(await worth(document, [keyOf(stranger), keyOf(own)])).toEqual(["own", true]);
    expect(await worth(document, [keyOf(stranger)])).toEqual(["other", false]);
    const unsigned = documentOf(proofOf(), null);
    expect(await worth(unsigned)).toEqual(["none", true]);
    expect(await worth(unsigned, [keyOf(own)])).toEqual(["other", false]);
    expect((await check(unsigned)).text).toContain("It is not signed");
    // Another person's signature under the company's name.
    expect(await worth({ ...document, signature: stranger.sign(canonical(document.proof)) })).toEqual([
      "wrong",
      false,
    ]);
    expect(await worth({ ...document, publicKey: stranger.jwk })).toEqual(["wrong", false]);
    expect(await worth({ ...document, signature: null })).toEqual(["wrong", false]);
  });

  it("a key is read as JWK, PEM, published head or thumbprint, and nothing else is one", async () => {
    const file = (name: string, text: string) => {
      writeFileSync(join(dir, name), text);
      return join(dir, name);
    };
    const pem = createPublicKey({ key: own.jwk, format: "jwk" })
      .export({ type: "spki", format: "pem" })
      .toString();
    const files = [
      file("jwk", JSON.stringify(own.jwk)),
      file("pem", pem),
      file("head", JSON.stringify({ day: "2026-11-20", publicKey: own.jwk })),
      file("print", `${own.thumbprint}\n`),
    ];
    const proof = file("proof.json", canonical(documentOf(proofOf())));
    for (const key of files)
      expect(await checkProof(proof, [await readKey(key)]), key).toMatchObject({
        signature: "own",
        ok: true,
      });
    expect(await calculateJwkThumbprint(own.jwk)).toBe(own.thumbprint);
    for (const bad of ["", "{}", "nonsense", pem.slice(0, 60)])
      await expect(readKey(file("bad", bad))).rejects.toThrow("contains no Ed25519 public key");
    await expect(checkProof(join(dir, "absent"))).rejects.toThrow("cannot be read");
  });
});
