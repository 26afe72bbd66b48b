import { expect, it } from "vitest";
import { openBatches } from "../../../../extension/background/check/batches.ts";

/** Batches whose requests are answered when the test says so. */
function world(most = 3) {
  const sent: string[][] = [];
  const answers: { done: () => void; fail: (error: Error) => void }[] = [];
  const batches = openBatches({
    tick: () => new Promise((done) => setTimeout(done)),
    send: (numbers) => {
      sent.push(numbers);
      return new Promise((done, fail) => answers.push({ done, fail }));
    },
    most,
  });
  return { batches, sent, answers };
}
const tick = () => new Promise((done) => setTimeout(done, 5));

it("one request for what is asked in one tick, each number once, and no more than it may hold", async () => {
  const { batches, sent } = world();
  for (const n of ["1", "2", "1", "3", "4", "2"]) void batches.request(n);
  expect(sent).toEqual([]);
  await tick();
  expect(sent).toEqual([["1", "2", "3"], ["4"]]);
});

it("a number on its way is shared; once it was answered it is asked for again", async () => {
  const { batches, sent, answers } = world();
  const first = batches.request("1");
  await tick();
  const second = batches.request("1");
  answers[0]!.done();
  await Promise.all([first, second]);
  expect(sent).toEqual([["1"]]);
  void batches.request("1");
  await tick();
  expect(sent).toEqual([["1"], ["1"]]);
});

it("a failure reaches all who wait for its numbers, and no others", async () => {
  const { batches, answers } = world(1);
  const all = Promise.allSettled(["1", "1", "2"].map(batches.request));
  await tick();
  answers[0]!.fail(new Error("no"));
  answers[1]!.done();
  expect((await all).map((a) => a.status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

it("what is in flight at a reset is shared with nobody, and its end takes nothing away", async () => {
  const { batches, sent, answers } = world();
  const old = batches.request("1");
  await tick();
  batches.reset();
  const fresh = batches.request("1");
  await tick();
  expect(sent).toEqual([["1"], ["1"]]);
  answers[0]!.done();
  await old;
  // The second one is still on its way.
  expect(batches.request("1")).toBe(fresh);
});
