/** The underline of a number must be visible on any background, and is painted together with its neighbours'. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gradientColour, lines, openPaint, plateOn, plates } from "../../../../extension/page/badge/paint.ts";
import type { Mark } from "../../../../extension/page/find/mark.ts";
import type { Verdict } from "../../../../shared/check/api.ts";

/** WCAG 2.2's relative luminance of an sRGB colour. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
const contrast = (a: string, b: string) => {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

it("the measure is right at its ends", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

it.each(Object.entries(lines))(
  "the line of %s, %s, stands out by 3:1 on what is nearly white, on navy and on black",
  (_, colour) => {
    for (const ground of ["#ffffff", "#eeeeee", "#0b1526", "#000000"]) {
      expect(contrast(colour, ground), ground).toBeGreaterThanOrEqual(3);
      expect(plateOn(luminance(ground)), ground).toBeUndefined();
    }
  },
);

describe("on any ground", () => {
  const steps = ["00", "22", "44", "66", "88", "aa", "cc", "ee", "ff"];
  const grounds = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));
  const full = (colour: string) => (colour.length === 4 ? colour.replace(/[^#]/g, "$&$&") : colour);

  it("lines stand out by 3:1, on a plate where they would not, and digits on a plate can be read", () => {
    const plated = grounds.filter((ground) => {
      const plate = plateOn(luminance(ground));
      const behind = plate ? full(plates[plate][0]) : ground;
      for (const line of Object.values(lines))
        expect(contrast(line, behind), ground).toBeGreaterThanOrEqual(2.99);
      if (plate) expect(contrast(behind, full(plates[plate][1])), ground).toBeGreaterThan(7);
      return plate;
    });
    expect(plated).toEqual(expect.arrayContaining(["#cc2222", "#ffaa00", "#228844", "#444466"]));
  });
  it("a plate is light on what is light, and dark on what is dark", () => {
    expect(plateOn(luminance("#d32f2f"))).toBe("dark");
    expect(plateOn(luminance("#f59e0b"))).toBe("light");
    expect(plateOn(luminance("#a5d6a7"))).toBe("light");
    expect(plateOn(luminance("#37474f"))).toBe("dark");
  });
});

describe("new numbers", () => {
  /** The page's document. */
  const root = { adoptedStyleSheets: [] as unknown[] };
  const registry = new Map<string, Set<unknown>>();
  /** Its rules. */
  let sheet: string;
  /** How many ranges each highlight has. */
  const painted = () => [...registry].map(([name, ranges]) => `${name.slice(10)} ${ranges.size}`).join(", ");
  const markOf = (verdict: Verdict, length = 10) =>
    ({ parts: [{ node: { length }, start: 0, end: 1 }], decision: { verdict } }) as unknown as Mark;
  const near = new Set<Mark>();
  const passTask = () => vi.advanceTimersByTimeAsync(0);
  let control: AbortController;
  let paint: ReturnType<typeof openPaint>;

  beforeEach(async () => {
    vi.useFakeTimers();
    registry.clear();
    vi.stubGlobal("CSS", { highlights: registry });
    vi.stubGlobal("Highlight", Set);
    vi.stubGlobal("StaticRange", class {});
    vi.stubGlobal(
      "CSSStyleSheet",
      class {
        replaceSync = (css: string) => void (sheet = css);
      },
    );
    vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
    control = new AbortController();
    root.adoptedStyleSheets = [];
    vi.stubGlobal("document", root);
    paint = openPaint((mark) => near.has(mark), control.signal);
    paint.restore();
    expect(root.adoptedStyleSheets).toHaveLength(0);
    paint.draw(markOf("clear"));
    await passTask();
  });
  afterEach(() => {
    control.abort();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("bring their rules, which a page has only then, and once; they come back where it removes them", () => {
    expect(root.adoptedStyleSheets).toHaveLength(1);
    root.adoptedStyleSheets = [];
    paint.restore();
    paint.restore();
    expect(root.adoptedStyleSheets).toHaveLength(1);
    control.abort();
    expect(root.adoptedStyleSheets).toHaveLength(0);
  });

  it("have rules for the root alone, from which each element has them: no other element is dearer for them", () => {
    const rules = sheet.match(/[^\s{}]*::highlight\(/g)!;
    expect(rules).toHaveLength(4);
    expect(rules.filter((rule) => !rule.startsWith(":root::"))).toEqual([]);
  });

  it("are painted together, a moment after the last were", async () => {
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 0");
    for (let i = 0; i < 3; i++) {
      paint.draw(markOf("blocked"));
      await passTask();
    }
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 0");
    await vi.advanceTimersByTimeAsync(100);
    expect(painted()).toBe("clear 1, caution 0, blocked 3, unknown 0");
  });

  it("change at once when they are painted, and while they wait have the newest decision", async () => {
    const mark = markOf("clear");
    paint.draw(mark);
    mark.decision = markOf("blocked").decision;
    paint.draw(mark);
    await vi.advanceTimersByTimeAsync(100);
    expect(painted()).toBe("clear 1, caution 0, blocked 1, unknown 0");
    mark.decision = markOf("unknown").decision;
    paint.draw(mark);
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 1");
  });

  it("get a plate where their ground wants one, under their line, and lose it with their paint", async () => {
    const mark = markOf("blocked");
    paint.draw(mark);
    await vi.advanceTimersByTimeAsync(100);
    const without = sheet;
    mark.plate = "dark";
    paint.draw(mark);
    const [name, plate] = [...registry].find(([name]) => name.includes("dark"))!;
    expect(plate.size).toBe(1);
    expect((plate as { priority?: number }).priority).toBeLessThan(0);
    expect([without.includes(name), sheet.includes(name)]).toEqual([false, true]);
    expect(registry.get("cleardial-blocked")!.size).toBe(1);
    mark.plate = undefined;
    paint.draw(mark);
    expect([plate.size, registry.get("cleardial-blocked")!.size]).toEqual([0, 1]);
    mark.plate = "dark";
    paint.draw(mark);
    paint.clear(mark);
    expect([plate.size, registry.get("cleardial-blocked")!.size]).toEqual([0, 0]);
    control.abort();
    expect(registry.size).toBe(0);
  });

  it("of a very long text are not painted: Chrome would go through it at each change of any style", async () => {
    const [here, there] = [markOf("blocked", 8_000_000), markOf("blocked", 8_000_000)];
    near.add(here);
    for (const mark of [here, there]) paint.draw(mark);
    await vi.advanceTimersByTimeAsync(2000);
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 0");
    const shorter = markOf("blocked", 200_000);
    paint.draw(shorter);
    await vi.advanceTimersByTimeAsync(2000);
    expect(painted()).toBe("clear 1, caution 0, blocked 1, unknown 0");
    // It became so long since.
    Object.assign(shorter.parts[0]!.node, { length: 300_000 });
    paint.draw(shorter);
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 0");
  });

  it("of very many, of which Chrome looks at each again when the page changes, stay painted near the viewport", async () => {
    const all = Array.from({ length: 6000 }, () => markOf("blocked"));
    const last = all.at(-1)!;
    for (const mark of all) paint.draw(mark);
    await vi.advanceTimersByTimeAsync(2000);
    expect(registry.get("cleardial-blocked")!.size).toBe(4999);
    // As a person scrolls there.
    near.add(last);
    paint.draw(last);
    await vi.advanceTimersByTimeAsync(2000);
    // The oldest of those far away went for it.
    expect(painted()).toBe("clear 0, caution 0, blocked 5000, unknown 0");
    // It is one of them: decided anew, it changes at once.
    last.decision = markOf("clear").decision;
    paint.draw(last);
    expect(painted()).toBe("clear 1, caution 0, blocked 4999, unknown 0");
  });

  it("that were dropped meanwhile, or are of a page that was left, are not painted", async () => {
    const [dropped, undecided] = [markOf("blocked"), markOf("blocked")];
    paint.draw(dropped);
    paint.draw(undecided);
    paint.clear(dropped);
    undecided.decision = null;
    paint.draw(undecided);
    await vi.advanceTimersByTimeAsync(100);
    expect(painted()).toBe("clear 1, caution 0, blocked 0, unknown 0");
    paint.draw(markOf("blocked"));
    control.abort();
    await vi.advanceTimersByTimeAsync(100);
    expect(painted()).toBe("");
  });
});

describe("the colour of a background's images", () => {
  it.each([
    ["none", ""],
    ["linear-gradient(rgb(1, 2, 3), rgb(4, 5, 6))", "rgb(1, 2, 3)"],
    ["radial-gradient(circle at 50% 50%, rgba(0, 0, 0, 0.5) 0px, rgb(4, 5, 6) 100%)", "rgba(0, 0, 0, 0.5)"],
    ['linear-gradient(to right, rgb(1, 2, 3), rgb(4, 5, 6)), url("a.png")', "rgb(1, 2, 3)"],
    // A picture's address is none, whatever it says.
    ['url("data:image/svg+xml,<rect fill=rgb(0,0,0)>")', ""],
    ['image-set(url("data:,rgb(0,0,0)") 1dppx)', ""],
    ['linear-gradient(color(srgb 1 0 0), color(srgb 0 0 0)), url("data:,rgb(0,0,0)")', ""],
  ])("is the first of a gradient: %s", (images, colour) => {
    expect(gradientColour(images)).toBe(colour);
  });
});
