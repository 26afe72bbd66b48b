/** `npm run shots:pairs` finds each of its pictures: a test or a step of the walk that takes it. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pairs, WALK } from "../../scripts/pairs-screens.ts";
import { at } from "../../scripts/lib/paths.ts";

it.each(pairs)("$name", ({ after: [from, picture] }) => {
  const source = readFileSync(at(from === WALK ? "scripts/pairs-walk.ts" : from), "utf8");
  expect(source).toContain(`"${from === WALK ? picture.replace("walk-", "") : picture}"`);
});

it("each has a name of its own", () => {
  expect(new Set(pairs.map(({ name }) => name)).size).toBe(pairs.length);
});
