/** What a schema says of wrong input is in words for people, whatever kind of input and wrong. */
import { expect, it } from "vitest";
import * as z from "zod";
import { sayIssue } from "../../../shared/core/plain.ts";

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  email: z.email(),
  day: z.iso.date(),
  at: z.iso.datetime(),
  role: z.enum(["agent", "manager"]),
  n: z.int().min(3).max(9),
  over: z.number().gt(0),
  list: z.array(z.string()).max(2),
  own: z.string().refine(() => false, "says so itself"),
  either: z.union([z.literal("a"), z.number()]),
});
const said = (input: object) =>
  Object.fromEntries(
    schema
      .safeParse(input, { error: sayIssue })
      .error!.issues.map(({ path, message }) => [path.join("."), message]),
  );

it.each([
  [{}, "name", "is missing"],
  [{}, "role", "is missing"],
  [{}, "either", "is missing"],
  [{ name: 5 }, "name", "must be text"],
  [{ name: "" }, "name", "must not be empty"],
  [{ name: "abcdef" }, "name", "must have at most 5 characters"],
  [{ email: "x" }, "email", "must be an e-mail address, such as ann@example.com"],
  [{ day: "tomorrow" }, "day", "must be a day, such as 2026-11-20"],
  [{ at: "noon" }, "at", "must be a time in UTC, such as 2026-11-20T14:30:00Z"],
  [{ role: "boss" }, "role", "must be agent or manager"],
  [{ n: 2 }, "n", "must be 3 or more"],
  [{ n: 10 }, "n", "must be 9 or less"],
  [{ n: 3.5 }, "n", "must be a whole number"],
  [{ over: 0 }, "over", "must be more than 0"],
  [{ list: ["a", "b", "c"] }, "list", "must have at most 2 entries"],
  [{ own: "x" }, "own", "says so itself"],
  [{ either: "b" }, "either", "is not written in any way that it may be"],
  [{ colour: 1 }, "", "has a field that is not known: colour"],
  [{ colour: 1, size: 2 }, "", "has fields that are not known: colour, size"],
])("%j: %s %s", (input, field, words) => {
  expect(said(input)[field]).toBe(words);
});
