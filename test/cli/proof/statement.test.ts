import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calculateJwkThumbprint } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import type { Send } from "../../../shared/core/send.ts";
import type { Statement, StatementDocument } from "../../../shared/proof/statement.ts";
import { canonical } from "../../../shared/trail/canonical.ts";
import type { Key } from "../../../worker/cli/proof/signed.ts";
import { checkStatement, fetchStatement, isStatement } from "../../../worker/cli/proof/statement.ts";
import { newAuditKey } from "../../../worker/cli/trail/audit.ts";

const dir = mkdtempSync(join(tmpdir(), "cleardial-cli-statement-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const statement: Statement = {
  ...{ format: "cleardial-statement v1", company: "Acme Ltd", day: "2026-11-20", zone: "Europe/London" },
  ...{ from: "2026-11-20T00:00:00.000Z", to: "2026-11-21T00:00:00.000Z" },
  ...{ madeAt: "2026-11-21T03:17:00.000Z", madeLater: false, previous: null },
  head: { seq: 7, hash: "a".repeat(64) },
  figures: {
    held: { numbers: 2, dials: 4 },
    screened: { screenings: 1, numbers: 110, clear: 89, caution: 5, blocked: 11, unknown: 5 },
    letThrough: { numbers: 7, dials: 11 },
    over28Days: { dials: 0, byGround: [] },
    barred: { dials: 0, byGround: [{ name: "service", count: 2 }] },
    late: 1,
    erasures: { due: 900, done: 850, late: 20, waiting: 50, oldest: "2026-11-19" },
  },
};
let document: StatementDocument;
let trusted: Key;
beforeAll(async () => {
  const { key } = await newAuditKey();
  const secret = createPrivateKey({ key: Buffer.from(key, "base64"), format: "der", type: "pkcs8" });
  const { crv, kty, x } = createPublicKey(secret).export({ format: "jwk" });
  const publicKey = { crv: crv!, kty: kty!, x: x! };
  const text = canonical(statement);
  const thumbprint = await calculateJwkThumbprint(publicKey);
  document = {
    ...{ statement, sha256: sha256Hex(text), key: thumbprint, publicKey },
    signature: sign(null, Buffer.from(text), secret).toString("base64"),
  };
  trusted = { thumbprint, jwk: publicKey };
});
const check = (what: object | string, keys: Key[] = []) =>
  checkStatement("f.json", Buffer.from(typeof what === "string" ? what : canonical(what)), keys);

describe("a statement as a file", () => {
  it("is told from a proof by what it contains", () => {
    expect(isStatement(Buffer.from(canonical(document)))).toBe(true);
    for (const other of ['{"proof":{}}', "{}", "", "no JSON"])
      expect(isStatement(Buffer.from(other))).toBe(false);
  });

  it("holds, by the key in it or by one that was given, and says its figures", async () => {
    const stated = await check(document);
    expect(stated).toMatchObject({ ok: true, signature: "stated" });
    expect((await check(document, [trusted])).signature).toBe("own");
    for (const words of ["2026-11-20", "Acme Ltd", "110", "service: 2", "850", "due on 2026-11-19"])
      expect(stated.text).toContain(words);
    expect(await check({ ...document, signature: null, key: null, publicKey: null })).toMatchObject({
      ...{ ok: true, signature: "none" },
    });
  });

  it("says which rows were missing from the end of the trail, that none were, or that nobody can tell", async () => {
    const said = async (lost: Statement["lost"]) => {
      const text = canonical({ ...statement, lost });
      const signed = { statement: { ...statement, lost }, sha256: sha256Hex(text) };
      return (await check({ ...signed, signature: null, key: null, publicKey: null })).text;
    };
    expect(await said([{ first: 41, last: 57 }])).toContain(
      "MISSING from the end of the audit trail, as it was then: 41 to 57",
    );
    expect(await said([])).toContain("No row was missing");
    expect(await said(null)).toContain("could not be told");
    // A statement of before does not say, and nothing is made up.
    expect((await check(document)).text).not.toMatch(/missing/i);
  });

  it("one that was changed, signed by somebody else, or saved otherwise does not", async () => {
    const figures = { ...statement.figures, barred: { dials: 0, byGround: [] } };
    const failed = async (what: object | string, keys: Key[] = []) =>
      (await check(what, keys)).checks.filter(({ ok }) => !ok).map((c) => c.check);
    expect(await failed({ ...document, statement: { ...statement, figures } })).toEqual([
      "digest",
      "signature",
    ]);
    expect(await failed(document, [{ thumbprint: "x".repeat(43), jwk: null }])).toEqual(["signature"]);
    expect(await failed(JSON.stringify(document, null, 2))).toEqual(["form"]);
    await expect(check({ ...document, note: 1 })).rejects.toThrow("is not a statement");
  });
});

describe("cleardial statement DAY", () => {
  /** Pages of the trail from the newest on: each but the last has a next, its place. */
  const server =
    (...pages: object[][]): Send =>
    <T>(_: string, path: string) => {
      const [at, before] = path.split("&before=");
      const n = Number(before ?? 0);
      return Promise.resolve(
        (path === "/v1/statements/2026-11-20"
          ? document
          : at ===
              `/v1/audit?code=statement.made&subject=2026-11-20%2F${document.sha256}&from=2026-11-20&limit=1`
            ? { rows: pages[n], next: n + 1 < pages.length ? n + 1 : null }
            : null) as T,
      );
    };
  it("fetches, keeps it byte for byte, and finds it on the trail by its hash", async () => {
    const file = join(dir, "2026-11-20.json");
    const found = await fetchStatement(server([{ seq: 8 }]), "2026-11-20", file, [trusted]);
    expect(found.ok).toBe(true);
    expect(found.checks.at(-1)).toMatchObject({ check: "trail", ok: true });
    expect(readFileSync(file, "utf8")).toBe(canonical(document));
  });
  it("asks on where a page is empty and has a next, as where its month is archived", async () => {
    const found = await fetchStatement(server([], [], [{ seq: 8 }]), "2026-11-20", null, [trusted]);
    expect(found.checks.at(-1)).toMatchObject({ check: "trail", ok: true });
    expect((await fetchStatement(server([], []), "2026-11-20", null, [])).ok).toBe(false);
  });
  it("one that the trail does not name does not hold", async () => {
    const found = await fetchStatement(server([]), "2026-11-20", null, []);
    expect(found.ok).toBe(false);
    expect(found.checks.filter(({ ok }) => !ok)).toMatchObject([{ check: "trail" }]);
  });
});
