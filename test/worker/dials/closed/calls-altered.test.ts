/** A call that somebody altered in the database keeps its own dial from closing, and no other. */
import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { aTeam } from "../../helpers.ts";
import { both, close, dialsHere, here, numberOf, registers } from "./calls-kit.ts";

const tokens = aTeam();
const [ALTERED, ...OTHERS] = [0, 1, 2];

beforeAll(() => registers(tokens));

it("stays with its dial where the two have the same number, and not as a Worker writes it", async () => {
  for (const n of [ALTERED, ...OTHERS]) await both(tokens, n);
  await env.DB.prepare("UPDATE call_rows SET made = made || '.0' WHERE number = ?")
    .bind(Number(numberOf(ALTERED)))
    .run();
  await close();
  expect([await dialsHere(), await here()]).toEqual([[ALTERED], [ALTERED]]);
});
