import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Killing } from "../../soak/kills.ts";
import { UnderLoad } from "../../soak/load.ts";

// A few rounds, of three parts each, of the test that `npm run soak:lists` repeats fifty times. The moments of the
// kills are seeded; what the machine is doing at each is not.
const killing = new Killing(20_261_125, 41_000);
beforeAll(() => killing.begin());
afterAll(() => killing.end());

describe("a push that is killed leaves the list wholly old or wholly new, and the next one completes", () => {
  it("the command line killed", async () => {
    const { rounds, old, new: done } = await killing.commandLine(2);
    expect(old + done).toBe(rounds);
  });

  it("the Worker killed: the command line waits for it and goes on", async () => {
    const { rounds, old, new: done } = await killing.worker(1);
    expect(old + done).toBe(rounds);
  });
});

describe("a Worker that is killed while many write", () => {
  const load = new UnderLoad(20_261_125);
  beforeAll(() => load.begin());
  afterAll(() => load.end());

  // One of the 100 kills of `npm run soak:worker`.
  it("has what it acknowledged, once, and completes the rest when it is sent again", async () => {
    expect((await load.kill(1)).written).toBeGreaterThan(0);
  });
});
