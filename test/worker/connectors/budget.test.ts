/** A connector's run tells the CRM of each contact whether it is barred: it counts against the day of whoever began it. */
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { dump, push, setPolicy, today } from "../helpers.ts";
import { add, drive, driven, last, run } from "./drive.ts";
import { doubleOf, fill } from "./kit.ts";

drive();

it("counts each number, and beyond the day waits for the next one, telling nothing", async () => {
  for (const list of ["tps", "ctps"]) await push(driven.tokens.admin, list, ["+442079460000"]);
  await setPolicy(({ access }) => ({ access: { ...access, screenedPerDay: 10_000 } }));
  const crm = doubleOf("hubspot");
  fill(crm, "hubspot", ["020 7946 0000", "020 7946 0555"]);
  const { id } = await add(crm);
  await run(id, true);
  // Those of the day: the pushes of above count in the hour.
  const asked = (await dump("asked")) as { hour: string }[];
  expect(asked.filter(({ hour }) => hour === today())).toMatchObject([{ numbers: 2 }]);
  await env.DB.exec("UPDATE asked SET numbers = 9999");
  const { state, contacts, error, due } = await run(id, false);
  expect({ state, contacts, error }).toEqual({ state: "running", contacts: 0, error: "too-many-numbers" });
  expect(due! > `${today()}T23:59`).toBe(true);
  expect(await last(id)).toMatchObject({ written: 0 });
});
