/** Which rows are of one call: the same number and agent, in different layers, within half a minute. */
import { describe, expect, it } from "vitest";
import { sightingOf, type Seen } from "../../../shared/dials/sightings.ts";
import type { DialLayer } from "../../../shared/dials/sightings.ts";

const row = (num: number, layer: DialLayer, at: number, sighting: number | null = null): Seen => ({
  ...{ num, layer, at: at * 1000, sighting },
});
const of = (layer: DialLayer, at: number, ...rows: Seen[]) => sightingOf({ layer, at: at * 1000 }, rows);

describe("a sighting", () => {
  it("is of the call that another layer saw within half a minute, whichever came first", () => {
    expect(of("server", 10, row(1, "page", 0))).toEqual({ sighting: 1, same: [1], layers: ["page"] });
    expect(of("page", 0, row(1, "server", 30))).toMatchObject({ sighting: 1 });
    expect(of("server", 30.001, row(1, "page", 0))).toMatchObject({ sighting: null, same: [] });
  });
  it("of the same layer is another call, however close", () => {
    expect(of("page", 0, row(1, "page", 0))).toMatchObject({ sighting: null });
    // A call that this layer saw already, by whatever row.
    expect(of("server", 12, row(1, "page", 10), row(2, "server", 11, 1))).toMatchObject({ sighting: null });
  });
  it("of a third layer joins the first two", () => {
    expect(of("protocol", 12, row(1, "page", 10), row(2, "server", 11, 1))).toEqual({
      ...{ sighting: 1, same: [1, 2], layers: ["page", "server"] },
    });
  });
  it("goes to the call that is nearest, of two", () => {
    const two = [row(1, "page", 0), row(2, "page", 20)];
    expect(of("server", 3, ...two)).toMatchObject({ sighting: 1 });
    expect(of("server", 17, ...two)).toMatchObject({ sighting: 2 });
    // The nearest has its own already.
    expect(of("server", 1, ...two, row(3, "server", 0, 1))).toMatchObject({ sighting: 2 });
  });
  it("is within half a minute of every other one, so that a redial every twenty seconds is no chain", () => {
    const chain = [row(1, "page", 0), row(2, "server", 20, 1)];
    expect(of("protocol", 40, ...chain)).toMatchObject({ sighting: null });
    expect(of("protocol", 29, ...chain)).toMatchObject({ sighting: 1 });
  });
});
