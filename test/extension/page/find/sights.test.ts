/** When a record is read again, as what told its number's country was shown or hidden. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { openSights as open } from "../../../../extension/page/find/sights.ts";

class FakeNode {
  parent: FakeNode | null = null;
  slot: FakeNode | null = null;
  here = true;
  get isConnected(): boolean {
    return this.here;
  }
  get parentElement(): FakeNode | null {
    return this.parent;
  }
  get parentNode(): FakeNode | null {
    return this.parent;
  }
  get assignedSlot(): FakeNode | null {
    return this.slot;
  }
}
let openSights: typeof open;
beforeEach(async () => {
  vi.stubGlobal("Node", FakeNode);
  vi.stubGlobal("Element", FakeNode);
  for (const name of ["Text", "ShadowRoot"]) vi.stubGlobal(name, class {});
  // It keeps what it has taken from Node's prototype.
  vi.resetModules();
  ({ openSights } = await import("../../../../extension/page/find/sights.ts"));
});
afterEach(() => vi.unstubAllGlobals());

function world() {
  const [record, cell, country, city] = [new FakeNode(), new FakeNode(), new FakeNode(), new FakeNode()];
  cell.parent = city.parent = record;
  country.parent = cell;
  const hidden = new Set<unknown>();
  const asked: unknown[] = [];
  const sights = openSights((place) => (asked.push(place), !hidden.has(place)));
  const as = (node: FakeNode) => node as unknown as Element;
  return { sights, hidden, asked, as, record, cell, country, city };
}

describe("a record", () => {
  it("is read again where a place in what changed is hidden now, or shown", () => {
    const { sights, hidden, as, record, cell, country } = world();
    sights.note(as(record), new Map([[as(country), true]]));
    expect(sights.changed(as(record), as(cell))).toBe(false);
    hidden.add(country);
    expect(sights.changed(as(record), as(cell))).toBe(true);
    sights.note(as(record), new Map([[as(country), false]]));
    expect(sights.changed(as(record), as(cell))).toBe(false);
    hidden.clear();
    expect(sights.changed(as(record), as(cell))).toBe(true);
  });

  it("is read again where what changed is around the slot that a place is shown in", () => {
    const { sights, hidden, as, record, country } = world();
    const inRoot = new FakeNode();
    country.slot = new FakeNode();
    country.slot.parent = inRoot;
    sights.note(as(record), new Map([[as(country), true]]));
    hidden.add(country);
    expect(sights.changed(as(record), as(inRoot))).toBe(true);
  });

  it("asks of no place outside of what changed, nor where nothing was told, nor of what left the page", () => {
    const { sights, hidden, asked, as, record, cell, country, city } = world();
    hidden.add(city).add(country);
    expect(sights.changed(as(record), as(cell))).toBe(false);
    sights.note(as(record), new Map([[as(city), true]]));
    expect(sights.changed(as(record), as(cell))).toBe(false);
    country.here = false;
    sights.note(as(record), new Map([[as(country), true]]));
    expect(sights.changed(as(record), as(cell))).toBe(false);
    expect(asked).toEqual([]);
    // Of several numbers in one record, each has its places.
    expect(sights.changed(as(record), as(record))).toBe(true);
  });
});
