/** The parts of a copy that need no database: text that waits compressed, and other people taken out. */
import { describe, expect, it } from "vitest";
import { withoutOthers } from "../../../../worker/privacy-requests/export/others.ts";
import { Spool } from "../../../../worker/privacy-requests/export/spool.ts";

it("text that waits takes a tenth of its length, and comes back as it was", async () => {
  const spool = new Spool();
  const row = (n: number) =>
    `{"number":"+442079460001","at":"2026-07-06T13:20:${n}","reasons":["tps"],"who":"Zoë"}\n`;
  let whole = "";
  for (let n = 0; n < 20_000; n++) {
    await spool.write(row(n));
    whole += row(n);
  }
  const held = await spool.close();
  expect(spool.size).toBe(new TextEncoder().encode(whole).byteLength);
  expect(held).toBeLessThan(spool.size / 10);
  expect(await new Response(await spool.read()).text()).toBe(whole);
});

describe("other people", () => {
  const staff = [
    { id: "p-1", name: "Ann Lee", email: "ann@example.com", kind: "person", role: "agent" },
    { id: "p-2", name: "Ann Lee-Jones", email: "jones@example.com", kind: "person", role: "compliance" },
    { id: "p-3", name: "The dialler", email: "", kind: "integration", role: "agent" },
  ] as const;
  const mine = "+442079460001";
  const { theirs, roleOf, line } = withoutOthers(staff, {
    numbers: new Set([mine]),
    named: ["Max Roe", "Zoë"],
    email: "Dora@example.com",
  });
  it.each([
    ["ANN LEE rang; Ann Lee-Jones knows", "an agent rang; a compliance officer knows"],
    ["Joann Leeds", "Joann Leeds"],
    [`from ${mine}, not +33123456789.`, `from ${mine}, not [another number].`],
    ["dora@example.com or max@example.com", "dora@example.com or [an e-mail address]"],
    ["see https://x.example/privacy-request/cdr_abc", "see [a secret link]"],
    [
      { by: "p-1", closed: ["+33123456789", mine], n: 3 },
      { by: "an agent", closed: [mine], n: 3 },
    ],
    [
      { rows: [{ number: mine, also: "+33123456789" }, { number: "+33123456789" }, { id: 1 }] },
      { rows: [{ number: mine, also: "[another number]" }] },
    ],
    [
      {
        recordings: [
          { number: mine, agent: "ext. 12, Annie" },
          { number: null, agent: "Bo" },
        ],
        ids: [1, 2],
      },
      { recordings: [{ number: mine, agent: "an agent" }], ids: [1, 2] },
    ],
    [
      { number: "+33123456789", reason: "Max wants no calls", source: "Max", closed: [mine, "+33123456788"] },
      { closed: [mine] },
    ],
    ["Max Roe, Zoë and Zoës; a zoë, the roe", "[another person], [another person] and Zoës; a zoë, the roe"],
    // What somebody typed into a filter.
    [{ number: "020 7946 0001" }, { number: "020 7946 0001" }],
    [null, null],
  ])("%j", (said, left) => {
    expect(theirs(said)).toEqual(left);
  });
  it("are known by role: staff, systems, who has no account, and who is gone", () => {
    expect(["p-2", "p-3", "system", "requester", "p-9"].map(roleOf)).toEqual([
      "a compliance officer",
      "another system of ours",
      "our software by itself",
      "you, or anyone who has your link",
      "one of us",
    ]);
    expect(line("Ann Lee of +33123456789")).toBe("an agent of [another number]");
  });
});
