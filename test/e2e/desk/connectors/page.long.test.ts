/** What a connector's page says of its fields in the CRM, and of its secret. */
import { expect, it } from "vitest";
import { kinds } from "../../../../shared/connectors/kinds.ts";
import { DAY, HOUR } from "../../../../shared/core/time.ts";
import { expectAccessibleInBoth } from "../../kit/axe.ts";
import { shot } from "../../kit/shots.ts";
import { desk, own, post, viewAgain, withOwnWorker, write } from "../own-worker.ts";

withOwnWorker();

const connected = async (kind: "espocrm" | "dynamics", name: string, settings: Record<string, string>) => {
  const { objects, fields, ways } = kinds[kind];
  const [way, keys] = Object.entries(ways)[0]!;
  const secret = Object.fromEntries(keys.map((key) => [key, "secret"]));
  const setup = { settings, objects, fields };
  return (await post<{ id: string }>("/v1/connectors", { kind, name, way, secret, setup })).id;
};
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const contested = (id: string, records: number, at: string) =>
  write(
    `INSERT INTO connector_changes (connector, upto, read_at, contested, contested_at)
     VALUES ((SELECT num FROM connectors WHERE id = ?1), ?2, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET contested = excluded.contested, contested_at = excluded.contested_at`,
    ...[id, ago(HOUR), records, at],
  );

it("how many records do not hold what ClearDial wrote, and when that was last found, for a day", async () => {
  const id = await connected("espocrm", "House CRM", { host: "https://crm.example.com" });
  const alert = () => desk.getByRole("alert").filter({ hasText: "What ClearDial's fields hold" });
  const see = () => viewAgain(`#/connectors/${id}`, "House CRM");
  contested(id, 3, ago(2 * HOUR));
  await see();
  await desk.getByRole("alert", { name: "What ClearDial's fields hold is not what it wrote" }).waitFor();
  await alert()
    .getByText(/^3 records were overwritten in the CRM .* last \d/)
    .waitFor();
  await alert().scrollIntoViewIfNeeded();
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connector-contested");
  contested(id, 1, ago(2 * HOUR));
  await see();
  await alert()
    .getByText(/^1 record was overwritten in the CRM .* last \d/)
    .waitFor();
  contested(id, 1, ago(DAY + HOUR));
  await see();
  await desk.getByText(/^What changed in the CRM was last read /).waitFor();
  await expect.poll(() => alert().count()).toBe(0);
});

it("where words of consents stay, and when its secret ends, of which the overview reminds", async () => {
  const in20 = new Date(Date.now() + 20 * DAY).toISOString().slice(0, 10);
  const id = await connected("dynamics", "Our Dynamics", {
    ...{ host: "https://example.crm11.dynamics.com", tenant: "example.org", secretEnds: in20 },
  });
  const left = { host: "example.crm11.dynamics.com", object: "contacts", field: "new_told" };
  write(
    "UPDATE connectors SET consents_left = ?1 WHERE id = ?2",
    JSON.stringify([{ ...left, at: ago(DAY), until: "9999-12-31" }]),
    id,
  );
  // The page before has the list of before.
  await viewAgain("#/connectors", "Connectors");
  await viewAgain(`#/connectors/${id}`, "Our Dynamics");
  await desk.getByText(/^Its secret ends on \d/).waitFor();
  await desk
    .getByText(/^What ClearDial wrote of consents into new_told of contacts at example\.crm11\.dynamics\.com/)
    .waitFor();
  await expectAccessibleInBoth(desk);
  await shot(desk, "desk-connector-secret");
  await viewAgain("#/", "Overview");
  const todo = desk.locator("[data-todo^=connector]");
  await todo.filter({ hasText: "The secret of Our Dynamics ends" }).waitFor();
  expect(own.browser.errors).toEqual([]);
});
