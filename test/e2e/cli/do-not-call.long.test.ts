/** Lists of our own by the command line: many numbers, and a Worker that is killed meanwhile. */
import { expect, it } from "vitest";
import type { CheckAnswer } from "../../../shared/check/api.ts";
import type { Suppression } from "../../../shared/do-not-call/api.ts";
import { call } from "../../../scripts/lib/seed.ts";
import { numbers, type Report, withLists } from "./do-not-call-kit.ts";

const { own, cli } = withLists("bulk-long");

it("ten thousand numbers of a file are not called from then on; the same file again adds nothing", async () => {
  const path = own.file("dnc.csv", `phone\n${numbers(0, 10_000).join("\n")}\nnonsense\n`);
  const first = await cli("dnc", "add", path, "--source", "the old CRM");
  expect(first).toMatchObject({ code: 1, answer: { added: 10_000, there: 0, unsent: 0 } });
  expect((first.answer as Report).refused).toMatchObject([{ line: 10_002, code: "not-a-number" }]);
  const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
    numbers: [numbers(0, 1)[0], numbers(9999, 1)[0], numbers(10_000, 1)[0]],
  });
  expect(results.map((r) => r.verdict)).toEqual(["blocked", "blocked", "unknown"]);
  const again = await cli("dnc", "add", path);
  expect(again.answer).toMatchObject({ added: 0, there: 10_000 });
  const { answer } = await cli("dnc", "list");
  expect(new Set((answer as Suppression[]).map(({ number }) => number)).size).toBe(10_000);
  expect(await call(own.worker.url, own.token, "GET", "/v1/audit/verify")).toMatchObject({ ok: true });
});

it("a Worker killed in the middle loses nothing that was answered, and the same file again adds what is missing", async () => {
  const path = own.file("more.csv", numbers(50_000, 6000).join("\n"));
  const adding = cli("dnc", "add", path);
  await expect
    .poll(async () => {
      const { results } = await call<CheckAnswer>(own.worker.url, own.token, "POST", "/v1/check", {
        numbers: numbers(50_000, 1),
      });
      return results[0]?.verdict;
    })
    .toBe("blocked");
  await own.worker.kill();
  await own.start();
  const broken = (await adding).answer as Report;
  const again = (await cli("dnc", "add", path)).answer as Report;
  // An interrupted request is sent again under its key: the new Worker may already have stored it.
  expect(again.there).toBeGreaterThanOrEqual(broken.added);
  expect(again).toMatchObject({ added: 6000 - again.there, unsent: 0, refused: [] });
  expect((await cli("dnc", "add", path)).answer).toMatchObject({ added: 0, there: 6000 });
  expect(await call(own.worker.url, own.token, "GET", "/v1/audit/verify")).toMatchObject({ ok: true });
});
