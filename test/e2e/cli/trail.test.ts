import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Head, HeadsAnswer } from "../../../shared/trail/api.ts";
import type { MailAnswer } from "../../../shared/mail/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { dayFromNow, withTrail } from "./trail-kit.ts";

const { own, trail } = withTrail("audit");

describe("a head that left", () => {
  /** The heads as people get them: by mail. */
  const posted = async () => {
    const answer = await fetch(`${own.worker.url}/cdn-cgi/local/explorer/api/local/email/sending`);
    return JSON.stringify(await answer.json());
  };
  const kept = async (day: string): Promise<Head & { publicKey: object }> => {
    const { publicKey } = await trail.get<HeadsAnswer>("/v1/audit/heads");
    return { ...(await trail.head(day)), publicKey: publicKey! };
  };
  const file = (name: string, content: unknown): string => {
    writeFileSync(join(own.dir, name), typeof content === "string" ? content : JSON.stringify(content));
    return join(own.dir, name);
  };
  const day = dayFromNow(6);
  beforeAll(async () => {
    await trail.daily(day);
  });

  it("went by mail, and the mail is listed", async () => {
    // By the queue, which goes on behind the job. By that day's clock mails of today are late: the next run tells so.
    await trail.jobs("*/5 * * * *", Date.now());
    const mail = () => trail.get<MailAnswer>("/v1/mail?limit=200");
    await expect.poll(mail, { interval: 500 }).toMatchObject({ via: "binding", failed: 0, waiting: 0 });
    expect(await posted()).toContain(`Head of the audit trail, ${day}`);
    const mails = await mail();
    expect(mails.mails.find((m) => m.template === "head")).toMatchObject({
      to: "ada@example.com",
      state: "sent",
    });
  });

  it("is checked by `verify --head`: its signature, and that the trail passes through it", async () => {
    const good = await kept(day);
    const { code, stdout } = await own.cli(["verify", "--head", file("good.json", good)]);
    expect(stdout).toContain("The audit trail is intact");
    expect(stdout).toContain(`The trail passes through the head of`);
    expect(stdout).toContain(trail.thumbprint);
    expect(code).toBe(0);
  });

  it("what was changed, or is of another trail, is found", async () => {
    const good = await kept(day);
    const other = { ...good, hash: "a".repeat(64), signed: good.signed.replace(good.hash, "a".repeat(64)) };
    const both = await own.cli([
      ...["--json", "verify"],
      ...["--head", file("good.json", good), "--head", file("other.json", other)],
      ...["--head", file("unsigned.json", { ...good, signature: null })],
    ]);
    expect(both.code).toBe(1);
    expect(JSON.parse(both.stdout)).toMatchObject({
      ok: true,
      heads: [
        { ok: true, inTrail: true, signature: "own", key: trail.thumbprint },
        { ok: false, inTrail: false, signature: "wrong" },
        { ok: true, inTrail: true, signature: "none" },
      ],
    });
    for (const bad of ["{}", "nonsense", JSON.stringify({ ...good, seq: good.seq + 1 })]) {
      const { code, stderr } = await own.cli(["verify", "--head", file("bad.json", bad)]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("is not a head") as string]);
    }
    expect((await own.cli(["verify", "--head", join(own.dir, "absent.json")])).stderr).toContain(
      "cannot be read",
    );
  });
});

describe("a proof", () => {
  it("of the company and of a number is checked by `verify FILE`, offline, by the key that was given", async () => {
    const today = new Date().toISOString().slice(0, 10);
    await call(own.worker.url, own.token, "POST", "/v1/suppressions", {
      ...{ number: "+442079460958", kind: "objection", reason: "asked us to stop" },
    });
    const nowhere = { CLEARDIAL_URL: "http://127.0.0.1:9", CLEARDIAL_TOKEN: "" };
    const key = join(own.dir, "key");
    writeFileSync(key, `${trail.thumbprint}\n`);
    for (const number of ["", "&number=%2B442079460958"]) {
      const answer = await fetch(
        `${own.worker.url}/v1/proof?from=${dayFromNow(-1)}&to=${dayFromNow(1)}${number}`,
        {
          headers: { authorization: `Bearer ${own.token}` },
        },
      );
      const path = join(own.dir, "proof.json");
      const text = await answer.text();
      writeFileSync(path, text);
      const held = await own.cli(["verify", path, "--key", key], nowhere);
      expect([held.code, held.stderr]).toEqual([0, ""]);
      expect(held.stdout).toContain(`It is signed with the key that you gave (${trail.thumbprint}).`);
      writeFileSync(path, text.replace(today.slice(0, 4), "1999"));
      const broken = await own.cli(["--json", "verify", path], nowhere);
      expect(broken.code).toBe(1);
      expect(JSON.parse(broken.stdout)).toMatchObject({ ok: false, signature: "wrong" });
    }
  });
});

describe("the trail as a file", () => {
  const lines = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n");

  it("export writes every row, for its owner's eyes; what cannot be written leaves no file", async () => {
    const path = join(own.dir, "trail.ndjson");
    const { code, stdout } = await own.cli(["audit", "export", "-o", path]);
    expect(code).toBe(0);
    expect(stdout).toBe(`${lines(path).length} rows written to ${path}.\n`);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(lines(path).join("\n")).toContain('"setup.done"');
    const nowhere = await own.cli(["audit", "export", "-o", join(own.dir, "no", "such", "folder")]);
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining("cannot be written") as string,
    ]);
    const none = await own.cli(["audit", "export", "-o", join(own.dir, "none"), "--to", "2020-01-01"]);
    expect(none.stdout).toContain("0 rows written");
    expect(readFileSync(join(own.dir, "none"), "utf8")).toBe("");
  });
});
