/** `cleardial disclosures`: every page of the report, as a table. */
import { expect, it } from "vitest";
import type { Send } from "../../../shared/core/send.ts";
import { readDisclosures, sayDisclosures } from "../../../worker/cli/trail/disclosures.ts";

const row = {
  ...{ day: "2026-11-20", kind: "webhook", host: "dial.example.com", name: null, what: "turned" },
  ...{ fields: ["number"], times: 2, items: 700 },
} as const;
const own = { ...row, kind: "mail", host: "", what: "mail", times: 1, items: 1 } as const;

it("reads all pages under the same filters, and says each row", async () => {
  const asked: string[] = [];
  const send = (<T>(_: string, path: string) => {
    asked.push(path);
    const second = path.includes("after=");
    return Promise.resolve({
      since: null,
      disclosures: [second ? own : row],
      next: second ? null : "p|2",
    } as T);
  }) as Send;
  const all = await readDisclosures(send, { kind: "webhook", from: "2026-11-01" });
  expect(asked).toEqual([
    "/v1/disclosures?kind=webhook&from=2026-11-01&limit=500",
    "/v1/disclosures?kind=webhook&from=2026-11-01&limit=500&after=p%7C2",
  ]);
  const lines = sayDisclosures(all).split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/2026-11-20 +dial\.example\.com +webhook +Status changes +2 +700/);
  expect(lines[2]).toContain("Cloudflare's mail service");
  expect(sayDisclosures([])).toBe("Nothing was sent.");
});
