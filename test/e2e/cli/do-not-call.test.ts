import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import { addPerson, call } from "../../../scripts/lib/seed.ts";
import { numbers, type Report, withLists } from "./do-not-call-kit.ts";

const { own, cli } = withLists("bulk");

it("the numbers of a file are not called from then on; the same file again adds nothing", async () => {
  const path = own.file("dnc.csv", `phone\n${numbers(0, 700).join("\n")}\nnonsense\n`);
  const first = await cli("dnc", "add", path, "--source", "the old CRM");
  expect(first).toMatchObject({ code: 1, answer: { added: 700, there: 0, unsent: 0 } });
  expect((first.answer as Report).refused).toMatchObject([{ line: 702, code: "not-a-number" }]);
  const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
    numbers: [numbers(0, 1)[0], numbers(699, 1)[0], numbers(700, 1)[0]],
  });
  expect(results.map((r) => r.verdict)).toEqual(["blocked", "blocked", "unknown"]);
  expect((await cli("dnc", "add", path)).answer).toMatchObject({ added: 0, there: 700 });
});

it("one entry is looked up and taken back", async () => {
  const [number] = numbers(0, 1);
  expect((await cli("dnc", "list", "--number", number!)).answer).toMatchObject([
    { number, kind: "objection", source: "the old CRM", reason: "From the file dnc.csv" },
  ]);
  const end = ["--json", "dnc", "end", number!, "--reason", "the wrong file"];
  // Nobody alone puts a person on the list and takes them off again.
  expect((await own.cli(end)).stdout).toContain("own-entry");
  const bea = { name: "Bea", email: "bea@example.com", role: "compliance" } as const;
  const another = await addPerson(own.worker.url, own.token, bea);
  expect(JSON.parse((await own.cli(end, { CLEARDIAL_TOKEN: another })).stdout)).toEqual({ ended: 1 });
  expect((await cli("dnc", "list", "--number", number!)).answer).toEqual([]);
  // Each list that had it said so again, and ends with it.
  const all = (await cli("dnc", "list", "--number", number!, "--all")).answer as { endedReason: string }[];
  expect(all.map(({ endedReason }) => endedReason)).toContain("the wrong file");
  for (const { endedReason } of all) expect(endedReason).toContain("the wrong file");
});

it("a log of calls is tried first, taken with --apply, and judged by what was known at each moment", async () => {
  const [blocked, unknown] = [numbers(0, 2)[1], numbers(99_000, 1)[0]];
  const at = (ms: number) => new Date(Date.now() - ms).toISOString();
  const rows = [
    `c1,${blocked},${at(0)},0:01:05,Ada`,
    `c2,${unknown},${at(60_000)},12,ext 9`,
    `c2,${unknown},${at(60_000)},12,ext 9`,
    `c3,nonsense,${at(0)},1,Ada`,
  ];
  const path = own.file("calls.csv", `Call ID,Who,Start,Duration,User\n${rows.join("\n")}\n`);
  const add = (...more: string[]) => cli("calls", "import", path, "--provider", "pbx", ...more);
  expect(await add()).toMatchObject({ code: 2, answer: { error: "which-column" } });
  const columns = ["--column", "number=who"];
  const report = { added: 2, there: 1, findings: { blocked: 1, unscreened: 2 }, refused: [{ line: 5 }] };
  expect(await add(...columns)).toMatchObject({ code: 1, answer: { ...report, applied: false } });
  expect(await add(...columns, "--apply")).toMatchObject({ code: 1, answer: { ...report, applied: true } });
  expect(await add(...columns, "--apply")).toMatchObject({ answer: { added: 0, there: 3 } });
  expect(await call(own.worker.url, own.token, "GET", "/v1/calls?finding=blocked")).toMatchObject({
    calls: [
      { number: blocked, seconds: 65, agent: "Ada", personName: "Ada", reasons: [{ code: "objection" }] },
    ],
  });
});

it("consents of a file are recorded once, with their evidence", async () => {
  const rows = numbers(90_000, 700).map((n, i) => `${n},Person ${i},2026-05-01,"form ${i}, page 1"`);
  const path = own.file("consents.csv", `phone,given by,given at,evidence\n${rows.join("\n")}\n`);
  const add = () => cli("consents", "add", path, "--basis", "consent");
  expect(await add()).toMatchObject({ code: 0, answer: { added: 700, there: 0 } });
  expect(await add()).toMatchObject({ code: 0, answer: { added: 0, there: 700 } });
  const query = encodeURIComponent(numbers(90_699, 1)[0]!);
  expect(await call(own.worker.url, own.token, "GET", `/v1/consents?number=${query}`)).toMatchObject({
    consents: [{ givenBy: "Person 699", evidence: "form 699, page 1", givenAt: "2026-05-01T00:00:00Z" }],
  });
});
