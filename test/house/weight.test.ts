/** What every page of a site loads stays small. `npm run bench -- page` prints it by script. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { buildExtension } from "../../scripts/build.ts";
import { onEveryPage, scriptOf, sumOf, weightOf } from "../../scripts/lib/page-weight.ts";

/** Bytes, gzipped. */
const MOST = 110 * 1024;

it(`is at most ${MOST / 1024} KiB gzipped on every page`, async () => {
  const { directory } = await buildExtension();
  const weights = onEveryPage.map((name) => [name, weightOf(directory, name)] as const);
  const { gzipped } = sumOf(weights.map(([, weight]) => weight));
  expect(gzipped, JSON.stringify(Object.fromEntries(weights))).toBeLessThanOrEqual(MOST);
  for (const [name, { bytes }] of weights) {
    expect(bytes, name).toBeGreaterThan(1000);
    // Where rules of law are written is for the card, which is loaded when it opens; registers' own sites are for the desk.
    for (const site of ["legislation.gov.uk", "tpsonline.org.uk"])
      expect(readFileSync(scriptOf(directory, name), "utf8"), name).not.toContain(site);
  }
  expect(readFileSync(scriptOf(directory, "card"), "utf8")).toContain("legislation.gov.uk");
  // One table of schemes: the overlay has what reads it from the guard.
  const having = onEveryPage.filter((name) =>
    readFileSync(scriptOf(directory, name), "utf8").includes("zoomphonecall"),
  );
  expect(having).toEqual(["guard"]);
});
