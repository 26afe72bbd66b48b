/** What the desk sends of other requests that are the same requester's. */
import { expect, it } from "vitest";
import { sameNow } from "../../../../extension/desk/privacy-requests/copy/same.ts";

const listed = [
  { id: "a", reference: "AAAA-1111" },
  { id: "b", reference: "BBBB-2222" },
];

it.each([
  ["nothing where nothing changed, in whatever order", ["a", "far"], ["far", "a"], {}],
  ["what is ticked, by its reference", [], ["a"], { same: ["AAAA-1111"] }],
  [
    "one that a note named and is not listed stays, by its id",
    ["far"],
    ["far", "b"],
    { same: ["far", "BBBB-2222"] },
  ],
  ["one that is taken back goes", ["a", "b"], ["b"], { same: ["BBBB-2222"] }],
  ["none is left", ["a"], [], { same: [] }],
  ["one that neither is listed nor was named is not sent", ["a"], ["a", "gone"], {}],
])("%s", (_, before, ticked, said) => {
  expect(sameNow(listed, before, ticked)).toEqual(said);
});
