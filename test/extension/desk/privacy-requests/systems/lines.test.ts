/** The file of a task in a connected CRM: by it an officer erases there, so that it must not say less than the page. */
import { expect, it } from "vitest";
import { lineColumns, linesOf } from "../../../../../extension/desk/privacy-requests/systems/lines.ts";
import { toCsv } from "../../../../../extension/desk/tables/csv.ts";
import type { SystemTaskAnswer, TaskHeld } from "../../../../../shared/privacy-requests/api-system-tasks.ts";

const LINK = "https://crm.example/";
const answer = (held: TaskHeld | null, unread = false): SystemTaskAnswer => ({
  task: {
    ...{ id: "t", connector: "c", name: "Our CRM", kind: "hubspot", day: "2028-01-02", unread },
    records: unread ? [] : ["1", "2", "3"].map((id): [string, string] => ["contacts", id]),
    ...{ doneOn: null, how: "", backupsUntil: null, by: "system", at: "2028-01-03T00:00:00Z" },
  },
  links: unread ? [] : ["1", "2", "3"].map((id) => LINK + id),
  receipt: null,
  held,
});
const record = (id: string) => ({ object: "contacts", id, what: ["record" as const], link: LINK + id });
const rows = (...looks: [SystemTaskAnswer, number][]) =>
  toCsv(
    lineColumns,
    looks.flatMap(([one, from]) => linesOf(one, from)),
  )
    .trim()
    .split("\r\n");

it("says of each line where its data is, and why more may be there: a second look may fail", () => {
  const call = { object: "calls", id: "9", what: ["call" as const, "recording" as const], link: null };
  const first = { records: [record("1"), call], region: "eu1", problem: null, next: 2 };
  const second = { records: [record("3")], region: null, problem: "hubspot: 403 MISSING_SCOPES", next: null };
  const [head, ...lines] = rows([answer(first), 0], [answer(second), 2]);
  expect(head).toBe("Kind,ID,Address,What it is,Where its data is,What was not read");
  expect(lines.slice(0, 3)).toEqual([
    "contacts,1,https://crm.example/1,record,data in eu1,",
    "contacts,2,,not there any more,data in eu1,",
    'calls,9,,"call, recording",data in eu1,',
  ]);
  expect(lines[3]).toMatch(
    /^contacts,3,https:\/\/crm\.example\/3,record,nobody has said where its data is,"It could not be read, or not all of it: hubspot: 403 MISSING_SCOPES Let /,
  );
  expect(lines).toHaveLength(4);
});

it("says that there is more than a look tells, and that a task cannot be read", () => {
  const more = { records: [record("1")], region: "eu1", problem: "more", next: null };
  expect(rows([answer(more), 0])[1]).toContain("There are more than 100 records of one kind");
  expect(rows([answer(null, true), 0])[1]).toContain("its records cannot be read");
});

it("of an older Worker it has the records alone", () => {
  expect(rows([answer(null), 0])[1]).toBe("contacts,1,https://crm.example/1,,,");
});
